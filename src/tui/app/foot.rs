//! What the footer offers: the actions of the page, or of what lies over it.

use super::state::State;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::overlay::Overlay;
use crate::tui::widgets::footer::{self, Hint};

/// The section whose keys count now.
pub(super) fn section(state: &State) -> Section {
    state.overlay.as_ref().map_or_else(|| state.page().section(), Overlay::section)
}

/// As many as fit into `cells`.
pub(super) fn hints(state: &State, cells: u16) -> Vec<Hint> {
    let shared = &state.shared;
    let actions = match &state.overlay {
        Some(Overlay::Question(asked)) => asked.answers(),
        Some(Overlay::Line(edit)) if edit.is_new() => vec![Action::Submit, Action::OtherSpeaker, Action::Discard],
        Some(Overlay::Line(_) | Overlay::Input(_)) => vec![Action::Submit, Action::Discard],
        Some(Overlay::Card(card)) if card.is_typing() => vec![Action::Submit, Action::OtherSpeaker, Action::Discard],
        Some(Overlay::Card(_)) => vec![Action::Save, Action::Submit, Action::Down, Action::Discard],
        Some(Overlay::Pick(_) | Overlay::Palette(_)) => vec![Action::Submit, Action::Down, Action::Discard],
        None => state.page().footer(shared),
    };
    let label = |action| match &state.overlay {
        None => state.page().label(action, shared),
        Some(overlay) => label(overlay, action).map(str::to_owned),
    };
    footer::hints(&shared.keymap, section(state), &actions, label, cells)
}

/// What a key of an overlay does there.
fn label(overlay: &Overlay, action: Action) -> Option<&'static str> {
    Some(match (overlay, action) {
        (Overlay::Line(_), Action::Submit) => "save",
        (Overlay::Line(_) | Overlay::Card(_), Action::Discard) => "leave",
        (Overlay::Card(card), Action::Submit) if !card.is_typing() => "edit",
        (Overlay::Card(_), Action::OtherSpeaker) => "next field",
        (Overlay::Pick(_), Action::Submit) => "choose",
        (Overlay::Palette(_), Action::Submit) => "do it",
        _ => return None,
    })
}
