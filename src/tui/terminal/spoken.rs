//! The screen as lines for a screen reader: a frame becomes its words, without boxes, bars and symbols of a turn, and only
//! what is new in it is said. Pure.

use std::collections::HashSet;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// What was said of the frame before.
#[derive(Debug, Default)]
pub struct Spoken {
    before: Vec<String>,
    selected: Option<String>,
}

impl Spoken {
    /// The lines to say of a frame, top to bottom: those that were not in the frame before, then the selected line if it is
    /// another one. `selected` is the style of the selected line.
    pub fn lines(&mut self, frame: &Buffer, selected: Style) -> Vec<String> {
        let rows: Vec<Row> = (0..frame.area.height).map(|y| Row::of(frame, y, selected)).collect();
        let known: HashSet<String> = self.before.iter().map(|part| without_figures(part)).collect();
        let parts = rows.iter().flat_map(|row| row.parts.iter());
        let mut said: Vec<String> = Vec::new();
        for part in parts {
            if !known.contains(&without_figures(part)) && !said.contains(part) {
                said.push(part.clone());
            }
        }
        let now = rows.iter().find_map(|row| row.selected.clone());
        if now != self.selected {
            if let Some(line) = &now {
                said.retain(|part| !line.contains(part.as_str()));
                said.push(format!("> {line}"));
            }
            self.selected = now;
        }
        self.before = rows.into_iter().flat_map(|row| row.parts).collect();
        said
    }

    /// Everything is said again.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

struct Row {
    /// Between the rules that part it from others.
    parts: Vec<String>,
    /// The words of its selected part.
    selected: Option<String>,
}

impl Row {
    fn of(frame: &Buffer, y: u16, selected: Style) -> Self {
        let (mut parts, mut part) = (Vec::new(), String::new());
        let is_chosen =
            |x: &u16| frame.cell((frame.area.x + x, frame.area.y + y)).is_some_and(|cell| is_in(cell, selected));
        // The cell that keys work on has a style of its own, between others of the line.
        let first = (0..frame.area.width).find(is_chosen);
        let last = (0..frame.area.width).rev().find(is_chosen);
        let mut chosen = String::new();
        let mut x = 0;
        while x < frame.area.width {
            let Some(cell) = frame.cell((frame.area.x + x, frame.area.y + y)) else { break };
            let symbol = cell.symbol();
            if is_rule(symbol) {
                parts.push(std::mem::take(&mut part));
            } else {
                let symbol = if is_decoration(symbol) { " " } else { symbol };
                part.push_str(symbol);
                let is_between = first <= Some(x) && Some(x) <= last;
                chosen.push_str(if first.is_some() && is_between { symbol } else { " " });
            }
            x += u16::try_from(symbol.width()).unwrap_or(1).max(1);
        }
        parts.push(part);
        let parts = parts.iter().map(|part| words(part)).filter(|part| part.chars().any(char::is_alphanumeric));
        let chosen = words(&chosen);
        Self { parts: parts.collect(), selected: (!chosen.is_empty()).then_some(chosen) }
    }
}

/// Whether a cell stands in the selected line.
fn is_in(cell: &Cell, selected: Style) -> bool {
    let style = cell.style();
    selected.bg.is_some_and(|colour| style.bg == Some(colour))
        || !selected.add_modifier.is_empty() && style.add_modifier.contains(selected.add_modifier)
}

/// Lines of boxes: `│`, `─`, `╭` and their like.
fn is_rule(symbol: &str) -> bool {
    symbol.chars().all(|c| matches!(c, '\u{2500}'..='\u{257f}'))
}

/// Blocks of bars and pictures, and arrows that point at what is selected.
fn is_decoration(symbol: &str) -> bool {
    symbol.chars().all(|c| matches!(c, '\u{2580}'..='\u{259f}' | '▰' | '▱' | '▸' | '‹' | '›'))
}

/// A clock that goes on and a count that grows are nothing new.
fn without_figures(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Its words, with a word for each mark that stands alone.
fn words(text: &str) -> String {
    let word = |word| match word {
        "●" => "made",
        "◐" => "working",
        "‖" => "held",
        "◉" => "",
        word => word,
    };
    text.split_whitespace().map(word).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier};

    use super::*;

    fn frame(lines: &[&str], selected: Option<u16>) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, lines.len() as u16));
        for (y, line) in lines.iter().enumerate() {
            let style = if selected == Some(y as u16) { chosen() } else { Style::default() };
            buffer.set_string(0, y as u16, line, style);
        }
        buffer
    }

    fn chosen() -> Style {
        Style::default().fg(Color::Reset).add_modifier(Modifier::REVERSED)
    }

    #[test]
    fn what_is_new_is_said_once_and_the_selected_line_last() {
        let mut spoken = Spoken::default();
        let first = ["╭── scenes ──╮", "│ 1 Ada: Hello   │ made", "│ 2 Bo: Good day │ ▰▰▱", "╰──────╯"];
        assert_eq!(
            spoken.lines(&frame(&first, Some(1)), chosen()),
            ["scenes", "2 Bo: Good day", "> 1 Ada: Hello made"]
        );
        assert_eq!(spoken.lines(&frame(&first, Some(1)), chosen()), [""; 0], "nothing has changed");
        assert_eq!(spoken.lines(&frame(&first, Some(2)), chosen()), ["> 2 Bo: Good day"]);
        let later = ["╭── scenes ──╮", "│ 1 Ada: Hello   │ made", "│ 2 Bo: Good day │ ◐ drawing", "╰──────╯"];
        assert_eq!(spoken.lines(&frame(&later, Some(2)), chosen()), ["> 2 Bo: Good day working drawing"]);
        spoken.forget();
        assert_eq!(spoken.lines(&frame(&later, None), chosen()).len(), 5);
    }

    #[test]
    fn wide_letters_are_whole() {
        let mut spoken = Spoken::default();
        assert_eq!(spoken.lines(&frame(&["ミルク 👶 now"], None), chosen()), ["ミルク 👶 now"]);
    }
}
