//! A question in the middle of the screen, with its two keys. While it is there, no picture is drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Clear, Widget};

use crate::tui::input::action::Action;
use crate::tui::input::keymap::{Keymap, Section};
use crate::tui::model::overlay::Question;
use crate::tui::text;
use crate::tui::theme::Theme;
use crate::tui::widgets::{footer, frame};

/// The box of a question in an area, and its text.
fn place(question: &Question, area: Rect) -> (Rect, Vec<String>) {
    let width = area.width.saturating_sub(4).min(60);
    let cells = usize::from(width.saturating_sub(4));
    let text: Vec<String> = question.text.lines().flat_map(|line| paragraph(line, cells)).collect();
    let height = (text.len() as u16 + 5).min(area.height);
    (Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }, text)
}

/// The answer that is told at a place of the screen.
pub fn answer_at(question: &Question, keymap: &Keymap, area: Rect, at: Position) -> Option<Action> {
    let (place, text) = place(question, area);
    let inner = place.inner(Margin::new(1, 1));
    let row = (text.len() as u16 + 2).min(inner.height.saturating_sub(1));
    let hints = footer::hints(keymap, Section::Confirm, &question.answers(), |_| None, inner.width);
    (inner.contains(at) && at.y == inner.y + row).then(|| footer::action_at(&hints, at.x - inner.x)).flatten()
}

pub fn render(question: &Question, keymap: &Keymap, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (place, text) = place(question, area);
    Clear.render(place, buffer);
    let inner = frame::boxed(place, buffer, theme, &question.title, "");
    let hints = footer::hints(keymap, Section::Confirm, &question.answers(), |_| None, inner.width);
    let mut lines = vec![Line::default()];
    lines.extend(text.into_iter().map(|line| Line::from(format!(" {line}"))));
    lines.push(Line::default());
    let room = usize::from(inner.height.saturating_sub(1));
    if lines.len() > room {
        lines.remove(0);
    }
    // The keys stay, whatever has to be left out.
    lines.truncate(room);
    lines.push(footer::line(&hints, theme));
    frame::put_lines(buffer, inner, &lines);
}

/// A line of facts is broken between them, so that no price is ever cut; any other text between its words.
fn paragraph(text: &str, cells: usize) -> Vec<String> {
    let facts: Vec<String> = text.split(" · ").map(str::to_owned).collect();
    if facts.len() > 1 && facts.iter().all(|fact| text::width(fact) <= cells) {
        return text::join(&facts, cells);
    }
    text::wrap(text, cells, 8)
}
