//! A question in the middle of the screen, with its two keys. While it is there, no picture is drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Widget};

use super::super::keymap::{Keymap, Section};
use super::super::overlay::Question;
use super::super::theme::Theme;
use super::super::{Action, words};
use super::{footer, frame};

pub fn render(question: &Question, keymap: &Keymap, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = area.width.saturating_sub(4).min(60);
    let text = words::wrap(&question.text, usize::from(width.saturating_sub(4)), 8);
    let height = (text.len() as u16 + 5).min(area.height);
    let place = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    Clear.render(place, buffer);
    let inner = frame::boxed(place, buffer, theme, &question.title, "");
    let keys = footer::line(keymap, theme, Section::Confirm, &[Action::Accept, Action::Dismiss], inner.width);
    let mut lines = vec![Line::default()];
    lines.extend(text.into_iter().map(|line| Line::from(format!(" {line}"))));
    lines.extend([Line::default(), keys]);
    if usize::from(inner.height) < lines.len() {
        lines.remove(0);
    }
    frame::put_lines(buffer, inner, &lines);
}
