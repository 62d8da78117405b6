//! Aligned tables for the terminal. Widths are those of the terminal's cells, so that wide letters stand in line; one
//! column gives way where the line is too narrow.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::domain::{Display, DisplayText};

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    head: &'static str,
    right: bool,
    gives_way: bool,
}

impl Column {
    pub fn left(head: &'static str) -> Self {
        Self { head, right: false, gives_way: false }
    }

    pub fn right(head: &'static str) -> Self {
        Self { head, right: true, gives_way: false }
    }

    /// Cut with `…` where the terminal is too narrow for the table.
    pub fn giving_way(head: &'static str) -> Self {
        Self { head, right: false, gives_way: true }
    }
}

/// Rows under a head.
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<DisplayText>>,
}

const GAP: usize = 2;
/// A column that gives way keeps at least this many cells.
const NARROWEST: usize = 12;

impl Table {
    pub fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self { columns: columns.into(), rows: Vec::new() }
    }

    /// Adds a row with one cell a column.
    pub fn row<const N: usize>(&mut self, cells: [&str; N]) {
        debug_assert_eq!(N, self.columns.len(), "one cell a column");
        self.rows.push(cells.map(Display::display).into());
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table without a line break at its end, at most `width` cells wide where that is possible.
    pub fn render(&self, width: Option<usize>) -> String {
        let mut widths: Vec<usize> = self.columns.iter().map(|column| column.head.width()).collect();
        for row in &self.rows {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = (*widest).max(cell.as_str().width());
            }
        }
        let total: usize = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        let mut too_much = width.map_or(0, |width| total.saturating_sub(width));
        for (column, own) in self.columns.iter().zip(&mut widths).filter(|(column, _)| column.gives_way) {
            let given = too_much.min(own.saturating_sub(NARROWEST.max(column.head.width())));
            *own -= given;
            too_much -= given;
        }
        let heads: Vec<&str> = self.columns.iter().map(|column| column.head).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(DisplayText::as_str).collect::<Vec<_>>());
        let has_head = heads.iter().any(|head| !head.is_empty());
        let lines = has_head.then_some(heads).into_iter().chain(rows).map(|cells| self.line(&cells, &widths));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn line(&self, cells: &[&str], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, column), &width) in cells.iter().zip(&self.columns).zip(widths) {
            let cell = fit(cell, width);
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            if !line.is_empty() || column.right {
                let gap = if line.is_empty() { 0 } else { GAP };
                line.push_str(&" ".repeat(gap));
            }
            if column.right {
                line.push_str(&padding);
            }
            line.push_str(&cell);
            if !column.right {
                line.push_str(&padding);
            }
        }
        line.trim_end().to_owned()
    }
}

/// The text in at most `width` cells, its end replaced by `…` where it is longer.
pub fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut fitted = String::new();
    for grapheme in text.graphemes(true) {
        if fitted.width() + grapheme.width() + 1 > width {
            break;
        }
        fitted.push_str(grapheme);
    }
    fitted + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new([Column::right("#"), Column::giving_way("line"), Column::left("state")]);
        table.row(["1", "Yo, I just stumbled upon this artist.", "made"]);
        table.row(["10", "赤ちゃんのポッドキャスト", "pending"]);
        table
    }

    #[test]
    fn columns_stand_in_line_whatever_the_letters_are() {
        assert_eq!(
            table().render(None),
            " #  line                                   state\n \
             1  Yo, I just stumbled upon this artist.  made\n\
             10  赤ちゃんのポッドキャスト               pending"
        );
    }

    #[test]
    fn the_column_that_gives_way_is_cut_to_the_terminal() {
        let rendered = table().render(Some(30));
        assert_eq!(
            rendered,
            " #  line               state\n \
             1  Yo, I just stumb…  made\n\
             10  赤ちゃんのポッド…  pending"
        );
        assert!(rendered.lines().all(|line| line.width() <= 30));
    }

    #[test]
    fn hostile_text_cannot_move_the_cursor() {
        let mut table = Table::new([Column::left("")]);
        table.row(["\u{1b}[2J\r\nx"]);
        assert_eq!(table.render(None), "␛[2J x");
    }
}
