//! A small bar in a row of a table: `▰▰▱▱▱`.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::frame;
use crate::tui::theme::Theme;

/// Fills the row. It is full only when all is done, and not empty once something is.
pub fn render(done: usize, total: usize, row: Rect, style: Style, theme: &Theme, buffer: &mut Buffer) {
    let cells = usize::from(row.width);
    let full = filled(done as u64, total as u64, cells);
    frame::put(buffer, row.x, row.y, full as u16, &"▰".repeat(full), style);
    frame::put(buffer, row.x + full as u16, row.y, (cells - full) as u16, &"▱".repeat(cells - full), theme.border);
}

/// How many of the cells are full.
pub fn filled(done: u64, total: u64, cells: usize) -> usize {
    match total {
        0 => 0,
        _ if done >= total => cells,
        _ if done == 0 => 0,
        _ => ((u128::from(done) * cells as u128 / u128::from(total)) as usize).max(1).min(cells.saturating_sub(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_when_all_is_done() {
        for (done, total, full) in [(0, 9, 0), (1, 900, 1), (5, 10, 2), (899, 900, 4), (9, 9, 5), (12, 9, 5), (0, 0, 0)]
        {
            assert_eq!(filled(done, total, 5), full, "{done} of {total}");
        }
        assert_eq!(filled(u64::MAX - 1, u64::MAX, 5), 4);
        assert_eq!(filled(1, 2, 0), 0);
    }
}
