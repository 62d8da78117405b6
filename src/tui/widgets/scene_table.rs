//! The table of a campaign: a line for the whole, then one for each scene. Paints only the rows that can be seen.
//!
//! ratatui's `Table` is handed every row before it looks for those that fit, which is ten thousand rows a key press here; and
//! it styles whole cells, where a cell of this table has a mark, found words and the focus in styles of their own.

use std::ops::RangeInclusive;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::frame;
use crate::domain::{Campaign as Script, Display, Scene};
use crate::engine::Loaded;
use crate::plan::{Mode, Product};
use crate::tui::facts::{Campaign, Facts};
use crate::tui::marks::Mark;
use crate::tui::text::{self, Wanted};
use crate::tui::theme::Theme;

/// What the table shows, and where the user is in it.
pub struct SceneTable<'a> {
    pub campaign: &'a Campaign,
    pub loaded: &'a Loaded,
    pub facts: &'a Facts,
    /// Draft or final: never a mixture of both.
    pub mode: Mode,
    /// Positions in the script that pass the filter.
    pub visible: &'a [usize],
    /// 0 is the whole campaign, then the visible scenes.
    pub selected: usize,
    /// The words that the filter looks for.
    pub wanted: &'a Wanted,
    /// The rows of several selected scenes.
    pub marked: Option<RangeInclusive<usize>>,
    /// First row that is drawn.
    pub offset: usize,
    /// The scene that is heard now.
    pub heard: Option<usize>,
    pub focus: Product,
    pub spinner: char,
    /// Length of the whole.
    pub milliseconds: u64,
}

/// Columns, each with the cell it starts at and its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Columns {
    number: (u16, u16),
    who: (u16, u16),
    line: (u16, u16),
    face: (u16, u16),
    voice: (u16, u16),
    clip: (u16, u16),
    length: (u16, u16),
}

impl Columns {
    /// The spoken line gets every cell that nothing else needs.
    fn of(area: Rect, script: &Script) -> Self {
        let number = script.scenes.len().to_string().len().max(1) as u16;
        let longest = script.profiles.iter().map(|profile| text::width(profile.speaker.display().as_str())).max();
        let most = if area.width < 48 { 7 } else { 14 };
        let who = (longest.unwrap_or_default().max("media".len()) as u16).min(most);
        let length = if area.width < 36 { 0 } else { 7 };
        let fixed = 2 + number + 1 + who + 1 + 3 * MARK + length;
        let line = area.width.saturating_sub(fixed);
        let mut x = area.x + 2;
        let mut take = |room: u16, gap: u16| {
            let start = x;
            x += room + gap;
            (start, room)
        };
        Self {
            number: take(number, 1),
            who: take(who, 1),
            line: take(line.saturating_sub(1), 1),
            face: take(MARK, 0),
            voice: take(MARK, 0),
            clip: take(MARK, 0),
            length: take(length.saturating_sub(1), 0),
        }
    }
}

/// Cells of a mark.
const MARK: u16 = 3;

impl SceneTable<'_> {
    /// Rows of the table without its heading.
    pub fn rows(&self) -> usize {
        self.visible.len() + 1
    }

    /// The product whose cell stands at a column, where the row at `position` of the visible scenes has it.
    pub fn product_at(&self, area: Rect, x: u16, position: usize) -> Option<Product> {
        let columns = Columns::of(area, &self.loaded.campaign);
        let speaks = matches!(self.loaded.campaign.scenes[*self.visible.get(position)?], Scene::Dialogue(_));
        let cells = [(columns.face, Product::Portrait), (columns.voice, Product::Voice), (columns.clip, Product::Clip)];
        let found = cells.into_iter().find(|((start, room), _)| (*start..start + room).contains(&x));
        found.map(|(_, product)| product).filter(|product| speaks || *product == Product::Clip)
    }

    pub fn render(&self, area: Rect, theme: &Theme, buffer: &mut Buffer) {
        if area.is_empty() {
            return;
        }
        let columns = Columns::of(area, &self.loaded.campaign);
        let headings = [
            (columns.number, "#"),
            (columns.who, "who"),
            (columns.line, "line"),
            (columns.face, " f"),
            (columns.voice, " v"),
            (columns.clip, " c"),
        ];
        for ((x, room), text) in headings {
            frame::put(buffer, x, area.y, room, text, theme.dim);
        }
        frame::put_right(buffer, columns.length.0, area.y, columns.length.1, "len", theme.dim);
        for (row, y) in (self.offset..self.rows()).zip(area.y + 1..area.bottom()) {
            let line = Rect { y, height: 1, ..area };
            match row.checked_sub(1).and_then(|position| self.visible.get(position)) {
                Some(&scene) => self.render_scene(scene, y, &columns, theme, buffer),
                None => self.render_whole(y, &columns, theme, buffer),
            }
            if self.marked.as_ref().is_some_and(|rows| rows.contains(&row)) {
                frame::select(buffer, line, theme);
            }
            if row == self.selected {
                frame::select(buffer, line, theme);
                self.render_focus(row, y, &columns, theme, buffer);
            }
        }
    }

    fn render_whole(&self, y: u16, columns: &Columns, theme: &Theme, buffer: &mut Buffer) {
        let scenes = text::count(self.loaded.campaign.scenes.len(), "scene");
        let text = if self.visible.len() == self.loaded.campaign.scenes.len() {
            format!("the whole campaign, {scenes}")
        } else {
            format!("the whole campaign, {} of {scenes} shown", self.visible.len())
        };
        let room = columns.line.0 + columns.line.1 - columns.who.0;
        frame::put(buffer, columns.who.0, y, room, &text, theme.title);
        if self.milliseconds > 0 {
            let (x, room) = columns.length;
            frame::put_right(buffer, x, y, room, &text::milliseconds(self.milliseconds), theme.title);
        }
    }

    fn render_scene(&self, scene: usize, y: u16, columns: &Columns, theme: &Theme, buffer: &mut Buffer) {
        let (x, room) = columns.number;
        frame::put_right(buffer, x, y, room, &(scene + 1).to_string(), theme.dim);
        if self.heard == Some(scene) {
            frame::put(buffer, x - 1, y, 1, "♪", theme.on_air);
        }
        let campaign = &self.loaded.campaign;
        let (who, line) = match &campaign.scenes[scene] {
            Scene::Dialogue(dialogue) => (campaign.profile(dialogue.speaker).speaker.display(), dialogue.text.as_str()),
            Scene::Media(media) => ("media".display(), media.caption.as_deref().unwrap_or(media.source.as_str())),
        };
        let is_media = matches!(campaign.scenes[scene], Scene::Media(_));
        let base: Style = if is_media { theme.dim.into() } else { Style::default() };
        let (x, room) = columns.who;
        frame::put(buffer, x, y, room, who.as_str(), base);
        frame::mark_found(buffer, Rect { x, y, width: room, height: 1 }, who.as_str(), self.wanted, theme);

        let (x, room) = columns.line;
        let shown = self.shown(line, room).display();
        frame::put(buffer, x, y, room, shown.as_str(), base);
        frame::mark_found(buffer, Rect { x, y, width: room, height: 1 }, shown.as_str(), self.wanted, theme);
        let is_changed = self.facts.is_changed(self.campaign, self.mode, scene);
        let products = [Product::Portrait, Product::Voice, Product::Clip];
        for (product, (x, _)) in products.into_iter().zip([columns.face, columns.voice, columns.clip]) {
            let state = self.facts.cell(self.loaded, self.mode, scene, product);
            let mark = state.map(|state| Mark::of(state, is_changed, theme, self.spinner));
            let mark = mark.unwrap_or_else(|| Mark::nothing(theme));
            frame::put(buffer, x + 1, y, 1, &mark.symbol.to_string(), mark.style);
        }
        if let Some(length) = self.facts.scene_milliseconds(self.loaded, self.mode, scene) {
            frame::put_right(buffer, columns.length.0, y, columns.length.1, &text::milliseconds(length), theme.dim);
        }
    }

    /// The start of a line; where what is looked for stands too far behind, from a little before it. A text may be of any
    /// length: no more of it is looked at than needed.
    fn shown(&self, line: &str, room: u16) -> String {
        const LOOKED_AT: usize = 4_000;
        let room = usize::from(room);
        let end = line.char_indices().nth(LOOKED_AT).map_or(line.len(), |(at, _)| at);
        let places = self.wanted.places(&line[..end]);
        // By its letters a word is found in several places: all of them are to be seen.
        let last = if self.wanted.is_loose() { places.last() } else { places.first() };
        let found = places.first().zip(last).map(|(first, last)| first.start..last.end);
        let found = found.filter(|found| text::width(&line[..found.end]) >= room);
        let start = found.map_or(0, |found| {
            // Both ends may need their sign.
            let before = (room / 3).min(room.saturating_sub(text::width(&line[found.clone()]) + 2));
            line[..found.start].char_indices().rev().take(before).last().map_or(found.start, |(at, _)| at)
        });
        let cut = if start > 0 { "…" } else { "" };
        cut.chars().chain(line[start..].chars().take(room * 4)).collect()
    }

    /// Marks the one cell of the selected row that keys work on.
    fn render_focus(&self, row: usize, y: u16, columns: &Columns, theme: &Theme, buffer: &mut Buffer) {
        if let Some(&scene) = row.checked_sub(1).and_then(|position| self.visible.get(position)) {
            let speaks = matches!(self.loaded.campaign.scenes[scene], Scene::Dialogue(_));
            let (x, room) = match self.focus {
                Product::Portrait if speaks => columns.face,
                Product::Voice if speaks => columns.voice,
                _ => columns.clip,
            };
            buffer.set_style(Rect { x, y, width: room, height: 1 }.intersection(*buffer.area()), theme.focused);
        }
    }
}
