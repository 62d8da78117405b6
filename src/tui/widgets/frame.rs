//! The rounded box that every list and pane stands in, and how text is put into cells.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Scrollbar, ScrollbarOrientation, ScrollbarState, StatefulWidget, Widget};

use crate::tui::text::{self, Wanted};
use crate::tui::theme::{Look, Theme};

/// Draws a box with a title at each end of its upper edge, and returns the room inside.
pub fn boxed(area: Rect, buffer: &mut Buffer, theme: &Theme, title: &str, note: &str) -> Rect {
    let room = usize::from(area.width.saturating_sub(6));
    let note = if text::width(note) + 8 <= room { note } else { "" };
    let title = text::clip(title, room.saturating_sub(if note.is_empty() { 0 } else { text::width(note) + 3 }));
    // The border's style would shine through its titles.
    let over_border = |look: Look| Style::reset().patch(Style::from(look));
    let mut block = Block::bordered().border_type(BorderType::Rounded).border_style(theme.border);
    if !title.is_empty() {
        block = block.title_top(Line::from(Span::styled(format!(" {title} "), over_border(theme.title))));
    }
    if !note.is_empty() {
        block = block.title_top(Line::from(Span::styled(format!(" {note} "), over_border(theme.dim))).right_aligned());
    }
    let inner = block.inner(area);
    block.render(area, buffer);
    inner
}

/// The row inside of a box that a place of the screen is in, counted from its first one.
pub fn row_inside(at: Position, area: Rect) -> Option<u16> {
    let inner = area.inner(Margin::new(1, 1));
    inner.contains(at).then(|| at.y - inner.y)
}

/// A box below another one, with which it shares a line.
pub fn boxed_below(area: Rect, buffer: &mut Buffer, theme: &Theme, title: &str) -> Rect {
    let inner = boxed(area, buffer, theme, title, "");
    join(area.x, area.y, "├", theme, buffer);
    join(area.right().saturating_sub(1), area.y, "┤", theme, buffer);
    inner
}

/// Where two lines meet.
pub fn join(x: u16, y: u16, symbol: &str, theme: &Theme, buffer: &mut Buffer) {
    put(buffer, x, y, 1, symbol, theme.border);
}

/// Where a list stands in its lines.
#[derive(Debug, Clone, Copy)]
pub struct Scroll {
    /// First line that is shown.
    pub offset: usize,
    /// Lines that there is room for.
    pub rows: usize,
    pub lines: usize,
}

/// Says on the lower edge of a box where the user is, `12/29`, and marks on its right edge which part of the lines is
/// shown, where not all of them are.
pub fn scrolled(area: Rect, buffer: &mut Buffer, theme: &Theme, position: &str, scroll: Scroll) {
    let cells = text::width(position) as u16 + 2;
    if !position.is_empty() && area.width > cells + 4 && area.height > 1 {
        let x = area.right() - cells - 2;
        put(buffer, x, area.bottom() - 1, cells, &format!(" {position} "), theme.dim);
    }
    let track = area.inner(Margin::new(0, 1)).intersection(*buffer.area());
    if scroll.lines <= scroll.rows || track.is_empty() {
        return;
    }
    let bar = Scrollbar::new(ScrollbarOrientation::VerticalRight).begin_symbol(None).end_symbol(None);
    let bar = bar.track_symbol(None).thumb_symbol("┃").thumb_style(theme.accent);
    let places = scroll.lines - scroll.rows + 1;
    let mut state = ScrollbarState::new(places).position(scroll.offset).viewport_content_length(scroll.rows);
    bar.render(track, buffer, &mut state);
}

/// Writes a text into one row, clipped with `…`; returns the column after it.
pub fn put(buffer: &mut Buffer, x: u16, y: u16, cells: u16, text: &str, style: impl Into<Style>) -> u16 {
    let area = *buffer.area();
    if y < area.top() || y >= area.bottom() || x >= area.right() {
        return x;
    }
    let cells = cells.min(area.right() - x);
    let clipped = text::clip(text, usize::from(cells));
    buffer.set_stringn(x, y, clipped, usize::from(cells), style).0
}

/// Marks in a text that was put into one row what the filter looks for, wherever it is seen.
pub fn mark_found(buffer: &mut Buffer, row: Rect, text: &str, wanted: &Wanted, theme: &Theme) {
    if wanted.is_nothing() {
        return;
    }
    let seen = text::clip(text, usize::from(row.width));
    for found in wanted.places(&seen) {
        let x = row.x + text::width(&seen[..found.start]) as u16;
        let place = Rect { x, width: text::width(&seen[found]) as u16, ..row };
        let style = Style::from(theme.accent).add_modifier(Modifier::UNDERLINED);
        buffer.set_style(place.intersection(row).intersection(*buffer.area()), style);
    }
}

/// Writes a text that ends at the right edge of a room of `cells`.
pub fn put_right(buffer: &mut Buffer, x: u16, y: u16, cells: u16, text: &str, style: impl Into<Style>) {
    let text = text::clip(text, usize::from(cells));
    let indent = cells.saturating_sub(text::width(&text) as u16);
    put(buffer, x + indent, y, cells - indent, &text, style);
}

/// Writes lines of styled text from the top of an area; what does not fit is left out.
pub fn put_lines(buffer: &mut Buffer, area: Rect, lines: &[Line]) {
    for (row, line) in area.rows().zip(lines) {
        buffer.set_line(row.x, row.y, line, row.width);
    }
}

/// Marks a row as selected, over what is written in it.
pub fn select(buffer: &mut Buffer, row: Rect, theme: &Theme) {
    put(buffer, row.x, row.y, 1, "▸", theme.accent);
    buffer.set_style(row, theme.selected);
}

/// Lines in the middle of an area, for pages that have nothing to list.
pub fn put_centred(buffer: &mut Buffer, area: Rect, lines: &[Line]) {
    let height = (lines.len() as u16).min(area.height);
    let top = area.y + (area.height - height) / 2;
    for (line, y) in lines.iter().zip(top..top + height) {
        let cells = (line.width() as u16).min(area.width);
        buffer.set_line(area.x + (area.width - cells) / 2, y, line, cells);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Colours, ThemeChoice};

    fn edge(offset: usize, lines: usize) -> String {
        let area = Rect::new(0, 0, 12, 6);
        let mut buffer = Buffer::empty(area);
        let theme = ThemeChoice::Plain.resolve(Colours::default());
        scrolled(area, &mut buffer, &theme, "3/9", Scroll { offset, rows: 4, lines });
        (1..5).map(|y| buffer[(11, y)].symbol().to_owned()).collect()
    }

    #[test]
    fn the_bar_is_at_an_end_where_the_list_is() {
        for (offset, lines, shown) in
            [(0, 4, "    "), (0, 8, "┃┃  "), (2, 8, " ┃┃ "), (4, 8, "  ┃┃"), (0, 900, "┃   "), (896, 900, "   ┃")]
        {
            assert_eq!(edge(offset, lines), shown, "{offset} of {lines}");
        }
    }
}
