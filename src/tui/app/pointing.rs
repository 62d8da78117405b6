//! What a click does: what stands where it was made is done as if by its key. Whatever looks like something to press is.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::header::{Target, header};
use super::state::State;
use super::update::{back, fulfil, on_action, press, show};
use super::view::is_money;
use super::{editing_view, foot, palette, question};
use crate::tui::input::action::Action;
use crate::tui::layout;
use crate::tui::model::message::Effect;
use crate::tui::model::overlay::Overlay;
use crate::tui::widgets::footer;

pub(super) fn on_click(state: &mut State, at: Position) -> Vec<Effect> {
    let parts = layout::parts(state.shared.size);
    if parts.footer.contains(at) {
        let action = footer::action_at(&foot::hints(state, parts.footer.width), at.x - parts.footer.x);
        return action.map_or_else(Vec::new, |action| act(state, action));
    }
    if state.overlay.is_some() {
        return on_overlay(state, at, parts.body);
    }
    if parts.header.contains(at) {
        return on_header(state, at, parts.header);
    }
    if parts.gauge.contains(at) && is_money(state, at.x, parts.gauge.width) {
        return on_action(state, Action::Ledger);
    }
    if !parts.body.contains(at) {
        return Vec::new();
    }
    state.shared.edits.stay();
    let requests = state.pages.last_mut().map_or_else(Vec::new, |page| page.click(at, parts.body, &state.shared));
    fulfil(state, requests)
}

/// Does an action as its key would.
fn act(state: &mut State, action: Action) -> Vec<Effect> {
    if state.overlay.is_none() {
        return on_action(state, action);
    }
    let key = state.shared.keymap.keys(foot::section(state), action).first().copied();
    key.map_or_else(Vec::new, |key| press(state, key))
}

fn on_header(state: &mut State, at: Position, area: Rect) -> Vec<Effect> {
    let targets = header(state, area, &mut Buffer::empty(area));
    match targets.into_iter().find(|(place, _)| place.contains(at)).map(|(_, target)| target) {
        Some(Target::Home) => {
            let above = state.pages.len().saturating_sub(1);
            (0..above).flat_map(|_| back(state)).collect()
        }
        Some(Target::Show(mode)) => show(state, mode),
        Some(Target::Queue) => on_action(state, Action::Queue),
        None => Vec::new(),
    }
}

/// A click selects; on what is selected it does what enter does.
fn on_overlay(state: &mut State, at: Position, body: Rect) -> Vec<Effect> {
    let area = Rect::from((Position::ORIGIN, state.shared.size));
    let (cursor, item) = match &mut state.overlay {
        Some(Overlay::Question(asked)) => {
            let answer = question::answer_at(asked, &state.shared.keymap, area, at);
            return answer.map_or_else(Vec::new, |answer| act(state, answer));
        }
        Some(Overlay::Palette(shown)) => {
            let item = palette::entry_at(shown, body, at);
            (&mut shown.cursor, item)
        }
        Some(Overlay::Pick(pick)) => {
            let item = editing_view::option_at(pick, body, at);
            (&mut pick.cursor, item)
        }
        Some(Overlay::Card(card)) if !card.is_typing() => {
            let item = editing_view::field_at(card, body, at);
            (&mut card.cursor, item)
        }
        Some(Overlay::Card(_) | Overlay::Line(_) | Overlay::Input(_)) | None => return Vec::new(),
    };
    match item {
        Some(item) if item == cursor.selected => act(state, Action::Submit),
        Some(item) => {
            cursor.selected = item;
            Vec::new()
        }
        None => Vec::new(),
    }
}
