//! The pane that shows a baby: the portrait inline, and what there is to say about it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect, Size};
use ratatui::style::Style;
use ratatui::text::Line;

use super::frame;
use crate::tui::layout::Pane;
use crate::tui::pictures::cache::{Ask, Look, Pictures};
use crate::tui::text;
use crate::tui::theme::Theme;

/// Everything the pane shows.
pub struct PortraitPane<'a> {
    pub title: String,
    pub note: String,
    pub picture: Option<Ask>,
    /// Said in the place of the picture while there is none.
    pub instead: (String, Style),
    pub details: Vec<Detail<'a>>,
    /// The heading of the first details.
    pub heading: &'static str,
    /// How many rows of details there are below those that fit.
    pub more: usize,
}

/// A row of text, or the heading of those that follow.
pub enum Detail<'a> {
    Text(Line<'a>),
    Heading(&'static str),
}

impl<'a> From<Line<'a>> for Detail<'a> {
    fn from(line: Line<'a>) -> Self {
        Detail::Text(line)
    }
}

/// Where picture and text go inside a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    pub picture: Rect,
    pub text: Rect,
}

/// The geometry of a pane: pure, so that the picture can be asked for before it is drawn.
pub fn places(pane: Pane) -> Places {
    let inner = Rect {
        x: pane.area.x.saturating_add(1),
        y: pane.area.y.saturating_add(1),
        width: pane.area.width.saturating_sub(2),
        height: pane.area.height.saturating_sub(2),
    };
    if pane.is_wide {
        // A portrait is 2:3 and a cell about 1:2.
        let width = (inner.height * 4).div_ceil(3).min(inner.width / 2);
        let [picture, _, text] =
            Layout::horizontal([Constraint::Length(width), Constraint::Length(2), Constraint::Fill(1)]).areas(inner);
        return Places { picture, text };
    }
    let text_height = (inner.height * 9 / 20).clamp(4, 15).min(inner.height);
    let [picture, _, text] =
        Layout::vertical([Constraint::Fill(1), Constraint::Length(1), Constraint::Length(text_height)]).areas(inner);
    let text = Rect { x: text.x + u16::from(text.width > 0), width: text.width.saturating_sub(2), ..text };
    Places { picture, text }
}

impl PortraitPane<'_> {
    /// `pictures` is `None` while something lies over the pane.
    pub fn render(&self, pane: Pane, pictures: Option<&Pictures>, theme: &Theme, spinner: char, buffer: &mut Buffer) {
        let corner = buffer.cell((pane.area.x, pane.area.y)).map(|cell| cell.symbol() == "╮");
        frame::boxed(pane.area, buffer, theme, &self.title, &self.note);
        if corner == Some(true) {
            frame::put(buffer, pane.area.x, pane.area.y, 1, "┬", theme.border);
            frame::put(buffer, pane.area.x, pane.area.bottom() - 1, 1, "┴", theme.border);
        }
        let places = places(pane);
        if !pane.is_wide && places.text.y > pane.area.y {
            rule(pane.area, places.text.y - 1, self.heading, theme, buffer);
        }
        for (row, detail) in places.text.rows().zip(&self.details) {
            match detail {
                Detail::Text(line) => {
                    buffer.set_line(row.x, row.y, line, row.width);
                }
                Detail::Heading(heading) if pane.is_wide => {
                    let rest = usize::from(row.width).saturating_sub(text::width(heading) + 2);
                    let line = format!("{heading} {}", "─".repeat(rest));
                    frame::put(buffer, row.x, row.y, row.width, &line, theme.border);
                    frame::put(buffer, row.x, row.y, row.width, heading, theme.dim);
                }
                Detail::Heading(heading) => rule(pane.area, row.y, heading, theme, buffer),
            }
        }
        if self.more > 0 {
            let (x, y) = (pane.area.right().saturating_sub(14), pane.area.bottom().saturating_sub(1));
            frame::put(buffer, x, y, 12, &format!(" ↓ {} more ", self.more), theme.dim);
        }
        picture(self.picture.as_ref(), &self.instead, places.picture, pictures, theme, spinner, buffer);
    }
}

/// A picture in the middle of its place, or what is said instead while there is none. `pictures` is `None` while something
/// lies over it.
pub fn picture(
    ask: Option<&Ask>,
    instead: &(String, Style),
    place: Rect,
    pictures: Option<&Pictures>,
    theme: &Theme,
    spinner: char,
    buffer: &mut Buffer,
) {
    let (text, style) = match (ask, pictures) {
        (Some(_), None) => return,
        (None, _) => (instead.0.clone(), instead.1),
        (Some(ask), Some(pictures)) => match pictures.look(ask) {
            Look::Ready(picture) => {
                return picture.render(centred(picture.size(), place), buffer);
            }
            Look::Coming => (format!("{spinner} picture"), theme.dim.into()),
            Look::Failed(reason) => (reason.to_owned(), theme.bad.into()),
            Look::Off => ("pictures are off".to_owned(), theme.dim.into()),
        },
    };
    let lines = text::wrap(&text, usize::from(place.width), 4);
    let lines: Vec<Line> = lines.into_iter().map(|text| Line::styled(text, style)).collect();
    frame::put_centred(buffer, place, &lines);
}

fn centred(size: Size, room: Rect) -> Rect {
    let (width, height) = (size.width.min(room.width), size.height.min(room.height));
    Rect { x: room.x + (room.width - width) / 2, y: room.y + (room.height - height) / 2, width, height }
}

/// A line across the box, joined to its sides, with a heading.
fn rule(area: Rect, y: u16, heading: &str, theme: &Theme, buffer: &mut Buffer) {
    if area.width < 2 || y >= area.bottom().saturating_sub(1) {
        return;
    }
    let line = format!("├{}┤", "─".repeat(usize::from(area.width) - 2));
    buffer.set_string(area.x, y, line, theme.border);
    if !heading.is_empty() {
        frame::put(buffer, area.x + 2, y, area.width.saturating_sub(4), &format!(" {heading} "), theme.dim);
    }
}
