//! The line editor at the foot of the page, and the boxes of a card and of a choice.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget};

use super::editing::words;
use crate::domain::Display;
use crate::engine::Level;
use crate::tui::layout::Parts;
use crate::tui::model::editing::{Card, LineEdit, Pick, Stage};
use crate::tui::model::line::LineText;
use crate::tui::text;
use crate::tui::theme::Theme;
use crate::tui::widgets::{Cursor, frame};

/// The text in one row, with marks for its line breaks, and below it what it would cost. Returns where the cursor stands.
pub fn line_editor(edit: &LineEdit, parts: &Parts, theme: &Theme, buffer: &mut Buffer) -> Position {
    let (top, below) = (inset(parts.gauge), inset(parts.notice));
    let label = format!("{} ▸ ", text::clip(&edit.label(), usize::from(top.width) / 3));
    let x = frame::put(buffer, top.x, top.y, top.width, &label, theme.accent);
    let room = Rect { x, width: top.right().saturating_sub(x), ..top };
    let cursor = typed(&edit.line, room, theme.title.into(), buffer);
    let (level, mut said) = words(&edit.answer, edit.stage);
    if edit.is_only_shown && edit.stage == Stage::Typing && level == Level::Info {
        let apart = if said.is_empty() { "" } else { " · " };
        said = format!("{said}{apart}the voice reads the `say` text");
    }
    frame::put(buffer, below.x, below.y, below.width, said.display().as_str(), theme.of_level(level));
    cursor
}

fn inset(row: Rect) -> Rect {
    Rect { x: row.x + 1, width: row.width.saturating_sub(2), ..row }
}

/// A text that is typed, scrolled so that its cursor is in view.
pub fn typed(line: &LineText, room: Rect, style: Style, buffer: &mut Buffer) -> Position {
    let (before, behind) = line.halves();
    let (before, behind) = (shown(before), shown(behind));
    let cells = usize::from(room.width).saturating_sub(1);
    let after = text::width(&behind).min(cells / 3);
    let start = text::clip_start(&before, cells.saturating_sub(after));
    let x = frame::put(buffer, room.x, room.y, room.width, &start, style);
    frame::put(buffer, x, room.y, room.right().saturating_sub(x), &behind, style);
    Position::new(x.min(room.right().saturating_sub(1)), room.y)
}

/// A text of several lines in one.
fn shown(text: &str) -> String {
    text.replace('\n', "⏎").display().to_string()
}

fn card_place(card: &Card, area: Rect) -> Rect {
    const WIDEST: u16 = 84;
    // Two frames side by side are hard to read: where there is little room it takes all of it.
    if area.width < WIDEST + 8 {
        return area;
    }
    let width = WIDEST;
    let height = (card.fields.len() as u16 + 5).min(area.height);
    centred(area, width, height)
}

/// Rows for fields: below them are help, of two lines where there is room, and the price.
fn card_rows(inner: Rect) -> usize {
    let foot = if inner.height < 10 { 2 } else { 3 };
    usize::from(inner.height.saturating_sub(foot))
}

fn settled(mut cursor: Cursor, items: usize, rows: usize) -> Cursor {
    cursor.settle(items, items, rows, |item| item);
    cursor
}

/// The item of a list in a box at a place of the screen.
fn item_at(cursor: Cursor, items: usize, rows: usize, inner: Rect, at: Position) -> Option<usize> {
    let row = usize::from(at.y.checked_sub(inner.y)?);
    let item = settled(cursor, items, rows).offset + row;
    (inner.contains(at) && row < rows && item < items).then_some(item)
}

/// The field of a card at a place of the screen.
pub fn field_at(card: &Card, area: Rect, at: Position) -> Option<usize> {
    let inner = card_place(card, area).inner(Margin::new(1, 1));
    item_at(card.cursor, card.fields.len(), card_rows(inner), inner, at)
}

/// The answer of a choice at a place of the screen.
pub fn option_at(pick: &Pick, area: Rect, at: Position) -> Option<usize> {
    let inner = pick_place(pick, area).inner(Margin::new(1, 1));
    item_at(pick.cursor, pick.options.len(), usize::from(inner.height), inner, at)
}

/// All fields, one a row, with help and price below. Returns where the cursor stands while one types.
pub fn card(card: &Card, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let place = card_place(card, area);
    Clear.render(place, buffer);
    let inner = frame::boxed(place, buffer, theme, &card.title, "");
    let rows = card_rows(inner);
    let cursor = settled(card.cursor, card.fields.len(), rows);
    let names = card.fields.iter().map(|field| text::width(field.name)).max().unwrap_or_default() as u16 + 2;
    let mut typing = None;
    for (y, (position, field)) in (inner.y..).zip(card.fields.iter().enumerate().skip(cursor.offset).take(rows)) {
        let is_selected = position == cursor.selected;
        let row = Rect { y, height: 1, ..inner };
        let name = if field.is_changed() { format!("~ {}", field.name) } else { format!("  {}", field.name) };
        let x = row.x + 1;
        frame::put(buffer, x, y, names + 1, &name, if field.is_changed() { theme.accent } else { theme.dim });
        let x = x + names + 1;
        let room = Rect { x, width: row.right().saturating_sub(x + 1), ..row };
        match &card.typing {
            Some(line) if is_selected => typing = Some(self::typed(line, room, theme.title.into(), buffer)),
            _ => {
                frame::put(buffer, room.x, y, room.width, &shown(&field.text), Style::default());
            }
        }
        if is_selected && typing.is_none() {
            frame::select(buffer, row, theme);
        }
    }
    let help = card.selected().map(|field| field.help.as_str()).unwrap_or_default();
    let foot = Rect { y: inner.y + rows as u16, height: inner.height.saturating_sub(rows as u16), ..inset(inner) };
    let wrapped = text::wrap(help, usize::from(foot.width), 2);
    let (level, said) = words(&card.answer, card.stage);
    for (line, y) in wrapped.iter().zip(foot.y..foot.bottom().saturating_sub(1)) {
        frame::put(buffer, foot.x, y, foot.width, line, theme.dim);
    }
    frame::put(
        buffer,
        foot.x,
        foot.bottom().saturating_sub(1),
        foot.width,
        said.display().as_str(),
        theme.of_level(level),
    );
    typing
}

fn pick_place(pick: &Pick, area: Rect) -> Rect {
    let widths = pick.options.iter().map(|name| text::width(name.as_str().display().as_str()));
    let widest = widths.max().unwrap_or_default().max(text::width(&pick.title));
    let width = (widest as u16 + 10).min(area.width.saturating_sub(2));
    let height = (pick.options.len() as u16 + 2).min(area.height.saturating_sub(2));
    centred(area, width, height)
}

/// The answers with their numbers.
pub fn pick(pick: &Pick, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let names: Vec<String> = pick.options.iter().map(|name| name.as_str().display().to_string()).collect();
    let place = pick_place(pick, area);
    Clear.render(place, buffer);
    let inner = frame::boxed(place, buffer, theme, &pick.title, "");
    let rows = usize::from(inner.height);
    let cursor = settled(pick.cursor, names.len(), rows);
    for (y, (position, name)) in (inner.y..).zip(names.iter().enumerate().skip(cursor.offset).take(rows)) {
        let number = if position < 9 { (position + 1).to_string() } else { " ".to_owned() };
        frame::put(buffer, inner.x + 2, y, 2, &number, theme.accent);
        frame::put(buffer, inner.x + 4, y, inner.width.saturating_sub(5), name, Style::default());
        if position == cursor.selected {
            frame::select(buffer, Rect { y, height: 1, ..inner }, theme);
        }
    }
}

fn centred(area: Rect, width: u16, height: u16) -> Rect {
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}
