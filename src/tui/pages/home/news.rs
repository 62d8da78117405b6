//! The box that tells what happened lately, newest first, with the time of day or the day.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::Display;
use crate::engine::Level;
use crate::tui::model::lately::Happening;
use crate::tui::model::shared::Shared;
use crate::tui::text;
use crate::tui::widgets::frame;

/// Cells of `27 Nov`.
const WHEN: u16 = 6;

pub(super) fn render(happenings: &[Happening], room: Rect, shared: &Shared, buffer: &mut Buffer) {
    let theme = &shared.theme;
    if happenings.is_empty() {
        frame::put(buffer, room.x + 1, room.y, room.width.saturating_sub(2), "nothing yet", theme.dim);
    }
    for (Happening { at, level, text: words }, row) in happenings.iter().zip(room.rows()) {
        let when = text::time_or_day(*at, (shared.moment, shared.clock));
        frame::put_right(buffer, row.x + 1, row.y, WHEN, &when, theme.dim);
        let style = if *level == Level::Info { Style::default() } else { theme.of_level(*level) };
        let mark = if *level == Level::Info { "" } else { "! " };
        let cells = row.width.saturating_sub(WHEN + 4);
        frame::put(buffer, row.x + WHEN + 3, row.y, cells, format!("{mark}{words}").display().as_str(), style);
    }
}
