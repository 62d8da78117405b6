//! Keys that come while an edit is on its way: they wait until the script is there as the edit leaves it, so that each acts
//! on what its user sees by then. Pure, as all of `update`.

use super::state::State;
use super::update::{press, settle};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Key;
use crate::tui::model::editing::Stage;
use crate::tui::model::message::Effect;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::shared::EngineState;

/// Takes a key, now or later.
pub fn on_key(state: &mut State, key: Key) -> Vec<Effect> {
    let leaves = is_saving(state) && action(state, key) == Some(Action::Discard);
    if leaves {
        state.typed_ahead.clear();
    } else if !state.typed_ahead.is_empty() || waits(state, key) {
        let key = state.prefix.take().map_or(key, |first| key.behind(first));
        state.typed_ahead.push_back(key);
        return Vec::new();
    }
    press(state, key)
}

/// Takes the keys that have waited long enough, in their order.
pub fn replay(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    while let Some(&key) = state.typed_ahead.front() {
        settle(state);
        if waits(state, key) {
            break;
        }
        state.typed_ahead.pop_front();
        effects.extend(press(state, key));
        if matches!(state.overlay, Some(Overlay::Question(_))) {
            // It is answered by keys that were pressed while it could be read.
            state.typed_ahead.clear();
        }
    }
    effects
}

fn waits(state: &State, key: Key) -> bool {
    is_saving(state) || state.overlay.is_none() && action(state, key).is_some_and(acts_on_scenes) && is_under_way(state)
}

fn action(state: &State, key: Key) -> Option<Action> {
    let section = state.overlay.as_ref().map_or_else(|| state.page().section(), Overlay::section);
    let key = state.prefix.map_or(key, |first| key.behind(first));
    state.shared.keymap.action(section, key)
}

/// Whether what is typed is being written.
fn is_saving(state: &State) -> bool {
    match &state.overlay {
        Some(Overlay::Line(edit)) => matches!(edit.stage, Stage::Saving(_)),
        Some(Overlay::Card(card)) => matches!(card.stage, Stage::Saving(_)),
        _ => false,
    }
}

/// Whether the action says which scenes it means by what they say now. Moves find theirs again, undo needs none.
fn acts_on_scenes(action: Action) -> bool {
    matches!(
        action,
        Action::EditLine
            | Action::EditCard
            | Action::NewBelow
            | Action::NewAbove
            | Action::DeleteScene
            | Action::YankScene
            | Action::PutScene
            | Action::ChangeSpeaker
            | Action::NextSpeaker
    )
}

/// Whether the campaign of the page is shown as it was before an edit of this session.
fn is_under_way(state: &State) -> bool {
    let campaign = state.page().campaign(&state.shared);
    state.shared.engine == EngineState::Working
        && campaign.and_then(|campaign| campaign.loaded()).is_some_and(|loaded| {
            state.shared.edits.is_under_way(&loaded.campaign.id, loaded.source_hash, state.shared.now)
        })
}
