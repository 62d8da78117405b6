//! ` babblecast ▸ topic  ‹ ▸Draft │ Final ›      ◉ ON AIR      draft: drawn baby, built-in voice (no key set)`

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::state::State;
use crate::domain::Display;
use crate::plan::Mode;
use crate::tui::model::shared::{EngineState, Shared};
use crate::tui::text;
use crate::tui::widgets::frame;

/// Narrower headers name only the mode that is looked at.
const WIDE: u16 = 60;

/// What can be clicked in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Home,
    Show(Mode),
    Queue,
}

/// Draws it and says where its targets stand.
pub(super) fn header(state: &State, area: Rect, buffer: &mut Buffer) -> Vec<(Rect, Target)> {
    let mut targets = Vec::new();
    let shared = &state.shared;
    let theme = &shared.theme;
    let source = source(shared);
    let air = match shared.engine {
        EngineState::Stopping => "◐ stopping",
        EngineState::Unusable(_) => "! engine stopped",
        EngineState::Working if shared.facts.is_busy() => "◉ ON AIR",
        EngineState::Working => "",
    };
    let width = usize::from(area.width).saturating_sub(2);
    let name = " babblecast ▸ ";
    let title = state.page().title(shared);
    let title = title.display();
    let switch = switch(state, area.width);
    let switch_room = if switch.is_empty() { 0 } else { switch_width(&switch) + 2 };
    let wanted = text::width(name) + text::width(title.as_str()) + switch_room;
    let air_room = if air.is_empty() { 0 } else { text::width(air) + 3 };
    let source_room = text::width(&source) + 3;
    let shows_source = wanted.min(40 + switch_room) + air_room + source_room <= width;
    let left = width - air_room.min(width) - if shows_source { source_room } else { 0 };
    let x = frame::put(buffer, area.x, area.y, left as u16, name, theme.accent);
    targets.push((Rect { width: x - area.x, ..area }, Target::Home));
    let room = left.saturating_sub(text::width(name) + switch_room) as u16;
    let mut end = frame::put(buffer, x, area.y, room, title.as_str(), theme.title);
    if !switch.is_empty() {
        end += 2;
        for (mode, text, style) in &switch {
            let start = end;
            end = frame::put(buffer, start, area.y, text.len() as u16, text, *style);
            targets.extend(mode.map(|mode| (Rect { x: start, width: end - start, ..area }, Target::Show(mode))));
        }
    }
    let right = area.right().saturating_sub(1);
    let mut air_end = right;
    if shows_source {
        let cells = text::width(&source) as u16;
        frame::put(buffer, right.saturating_sub(cells), area.y, cells, &source, theme.dim);
        air_end = right.saturating_sub(cells + 3);
    }
    if !air.is_empty() {
        let cells = text::width(air) as u16;
        let last = air_end.saturating_sub(cells);
        // In the middle of what is free beside the title, but never moving with the title's last letters at the edge.
        let x = if shows_source { end + last.saturating_sub(end) / 2 } else { last };
        let x = x.max(end + 1).min(last);
        frame::put(buffer, x, area.y, cells, air, theme.on_air);
        targets.push((Rect { x, width: cells, ..area }, Target::Queue));
    }
    targets
}

/// `‹ Draft │ ▸Final ›`: which of the two is looked at; on a narrow screen its name alone.
fn switch(state: &State, width: u16) -> Vec<(Option<Mode>, String, Style)> {
    let Some(mode) = state.mode() else { return Vec::new() };
    let theme = &state.shared.theme;
    let part = |name: &str, own: Mode| match (mode == own, width < WIDE) {
        (true, true) => (Some(own), format!("▸{name}"), Style::from(theme.accent)),
        (true, false) => (Some(own), format!("▸{name}"), theme.title.into()),
        (false, _) => (Some(own), name.to_owned(), theme.dim.into()),
    };
    let (draft, finals) = (part("Draft", Mode::Draft), part("Final", Mode::Final));
    if width < WIDE {
        return vec![if mode == Mode::Draft { draft } else { finals }];
    }
    let dim = |text: &str| (None, text.to_owned(), Style::from(theme.dim));
    vec![dim("‹ "), draft, dim(" │ "), finals, dim(" ›")]
}

fn switch_width(switch: &[(Option<Mode>, String, Style)]) -> usize {
    switch.iter().map(|(_, text, _)| text::width(text)).sum()
}

/// What makes things here, and why it is not something else.
fn source(shared: &Shared) -> String {
    shared.facts.library().map_or_else(String::new, |library| library.who.short.clone())
}
