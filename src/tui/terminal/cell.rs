//! The size of a cell of the terminal.

/// Pixels of a cell as the system knows them; many terminals and SSH do not say.
pub(in crate::tui) fn cell_size() -> Option<(u16, u16)> {
    let size = crossterm::terminal::window_size().ok()?;
    let cell = (size.width.checked_div(size.columns)?, size.height.checked_div(size.rows)?);
    (cell.0 > 0 && cell.1 > 0).then_some(cell)
}
