//! The babies of the selected campaign side by side: the portrait of each, its name, its tone in a word or two, its voice.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Style;

use crate::domain::{Display, Profile};
use crate::engine::{FacePreview, Loaded};
use crate::plan::{Job, Role};
use crate::tui::facts::Campaign;
use crate::tui::marks::Mark;
use crate::tui::model::page::Sight;
use crate::tui::model::shared::Shared;
use crate::tui::pictures::cache::Ask;
use crate::tui::text;
use crate::tui::widgets::{frame, portrait_pane};

/// Rows of words below a picture.
const WORDS: u16 = 3;

/// Rows of a picture in which a face can still be told.
const LEAST: u16 = 4;

/// Cells that the words below a picture would like.
const NAME: u16 = 18;

/// Cells and rows of each baby, and how many there are in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    area: Rect,
    cell: Size,
    columns: u16,
    rows: u16,
}

/// What the words beside the babies need.
fn words_beside(width: u16) -> u16 {
    if width < 96 { 34 } else { 44 }
}

impl Grid {
    /// As large as so many babies can be in a room.
    pub fn of(room: Rect, babies: usize) -> Self {
        let width = room.width.saturating_sub(words_beside(room.width));
        let babies = u16::try_from(babies.max(1)).unwrap_or(u16::MAX);
        let none = Self { area: Rect { width: 0, ..room }, cell: Size::ZERO, columns: 0, rows: 0 };
        let of_rows = |rows: u16| {
            let height = room.height / rows;
            let picture = height.saturating_sub(WORDS);
            // A portrait is 2:3 and a cell about 1:2; one cell is left free beside it.
            let widest = (picture * 4 / 3 + 2).max(NAME);
            let most = width / (LEAST * 4 / 3 + 2).max(9);
            let columns = babies.div_ceil(rows).min(most);
            let cell = Size::new((width / columns.max(1)).min(widest), height);
            let area = Rect { width: cell.width * columns, ..room };
            (picture >= LEAST && columns > 0).then_some(Self { area, cell, columns, rows })
        };
        let size = |grid: &Self| {
            let shown = u32::from(grid.columns * grid.rows).min(u32::from(babies));
            let picture = grid.cell.height - WORDS;
            let height = picture.min(grid.cell.width.saturating_sub(2) * 3 / 4);
            (shown, height, std::cmp::Reverse(grid.rows))
        };
        (1..=3).filter_map(of_rows).max_by_key(size).unwrap_or(none)
    }

    /// What is left beside the babies.
    pub fn beside(&self, room: Rect) -> Rect {
        let gap = if self.columns > 0 { 2 } else { 1 };
        let x = (self.area.right() + gap).min(room.right());
        Rect { x, width: room.right().saturating_sub(x + 1), ..room }
    }

    /// How many babies have a place.
    pub fn shown(&self) -> usize {
        usize::from(self.columns) * usize::from(self.rows)
    }

    fn cell(&self, position: usize) -> Option<Rect> {
        if position >= self.shown() {
            return None;
        }
        let (column, row) = (position as u16 % self.columns, position as u16 / self.columns);
        let (x, y) = (self.area.x + column * self.cell.width, self.area.y + row * self.cell.height);
        Some(Rect { x, y, width: self.cell.width, height: self.cell.height })
    }

    fn picture(&self, position: usize) -> Option<Rect> {
        let cell = self.cell(position)?;
        Some(Rect { x: cell.x + 1, width: cell.width.saturating_sub(1), height: cell.height - WORDS, ..cell })
    }
}

/// The portrait of one baby, as it is made for the mode that is looked at.
fn portrait<'a>(campaign: &Campaign, loaded: &'a Loaded, position: usize, shared: &Shared) -> Option<&'a Job> {
    let graph = loaded.graph(shared.mode_of(campaign))?;
    Some(&graph.jobs[*graph.portraits.get(position)?])
}

/// The picture of a baby: its portrait, what is painted of it so far, or else how the draft draws it.
fn ask(loaded: &Loaded, job: &Job, position: usize, room: Size, shared: &Shared) -> Option<Ask> {
    let facts = shared.facts.job(job.key);
    let made = |job: &Job| shared.facts.job(job.key).made(Role::Picture).map(|made| Ask::made(made, room));
    let so_far = || facts.unfinished.clone().map(|picture| Ask::unfinished(picture, room));
    let drawn = || {
        let draft = &loaded.draft.jobs[*loaded.draft.portraits.get(position)?];
        made(draft).or_else(|| FacePreview::of(draft).map(|face| Ask::face(face, room)))
    };
    made(job).or_else(so_far).or_else(drawn)
}

/// The pictures to have ready for this room.
pub(super) fn asks(campaign: &Campaign, room: Rect, shared: &Shared) -> Vec<Ask> {
    let Some(loaded) = campaign.loaded() else { return Vec::new() };
    let grid = Grid::of(room, loaded.campaign.profiles.len());
    let places = (0..loaded.campaign.profiles.len()).map_while(|position| Some((position, grid.picture(position)?)));
    places
        .filter_map(|(position, place)| {
            let job = portrait(campaign, loaded, position, shared)?;
            ask(loaded, job, position, place.as_size(), shared)
        })
        .collect()
}

pub(super) fn render(campaign: &Campaign, loaded: &Loaded, room: Rect, sight: &Sight, buffer: &mut Buffer) {
    let (shared, theme) = (sight.shared, &sight.shared.theme);
    let grid = Grid::of(room, loaded.campaign.profiles.len());
    for (position, profile) in loaded.campaign.profiles.iter().enumerate().take(grid.shown()) {
        let (Some(cell), Some(place), Some(job)) =
            (grid.cell(position), grid.picture(position), portrait(campaign, loaded, position, shared))
        else {
            continue;
        };
        let mark = Mark::of(shared.facts.state(job.key), false, theme, shared.spinner());
        let picture = ask(loaded, job, position, place.as_size(), shared);
        let instead = (mark.text(), mark.style);
        portrait_pane::picture(picture.as_ref(), &instead, place, sight.pictures, theme, shared.spinner(), buffer);
        // The words of two babies never touch.
        let cells = place.width.saturating_sub(1);
        let is_made = shared.facts.state(job.key).is_made();
        let name = profile.speaker.display();
        let name = if is_made { name.to_string() } else { format!("{} {name}", mark.symbol) };
        let words = [
            (name, if is_made { theme.title.into() } else { mark.style }),
            (tone(profile, usize::from(cells)), Style::default()),
            (voice(profile, job, usize::from(cells)), theme.dim.into()),
        ];
        for ((words, style), y) in words.into_iter().zip(cell.bottom() - WORDS..) {
            let words = text::clip(&words, usize::from(cells));
            let indent = cells.saturating_sub(text::width(&words) as u16) / 2;
            frame::put(buffer, place.x + indent, y, cells - indent, &words, style);
        }
    }
}

/// The tone in as many of its words as there is room for.
fn tone(profile: &Profile, cells: usize) -> String {
    let written = profile.tone_text.display();
    let first = written.as_str().split(',').next().unwrap_or_default().trim();
    let two = written.as_str().split(',').take(2).map(str::trim).collect::<Vec<_>>().join(", ");
    if text::width(&two) <= cells { two } else { first.to_owned() }
}

/// `voice 1 · 9 scenes`
fn voice(profile: &Profile, portrait: &Job, cells: usize) -> String {
    let voice = text::voice(&profile.voice_id);
    let both = format!("{voice} · {}", text::count(portrait.scenes.len(), "scene"));
    if text::width(&both) <= cells { both } else { voice.to_string() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn grid(width: u16, height: u16, babies: usize) -> Grid {
        Grid::of(Rect::new(1, 1, width, height), babies)
    }

    #[test]
    fn babies_are_as_large_as_their_room_lets_them_be() {
        for (width, height, babies, shown, picture) in [
            // At 120 × 40: one row while they are large in it, then two.
            (118, 20, 2, 2, Size::new(23, 17)),
            (118, 20, 4, 4, Size::new(17, 17)),
            (118, 20, 8, 8, Size::new(17, 7)),
            (78, 9, 4, 4, Size::new(10, 6)),
            (78, 9, 12, 4, Size::new(10, 6)),
            (58, 9, 2, 2, Size::new(11, 6)),
        ] {
            let grid = grid(width, height, babies);
            let found = grid.picture(0).map(Rect::as_size).unwrap_or_default();
            assert_eq!((grid.shown(), found), (shown, picture), "{babies} in {width}×{height}");
        }
    }

    proptest! {
        #[test]
        fn every_baby_stands_inside_and_words_have_their_room(
            width in 20u16..200, height in 4u16..60, babies in 0usize..300,
        ) {
            let room = Rect::new(1, 1, width, height);
            let grid = Grid::of(room, babies);
            for position in 0..grid.shown().min(babies) {
                let cell = grid.cell(position).unwrap();
                prop_assert_eq!(cell.intersection(room), cell);
                prop_assert!(grid.picture(position).unwrap().height >= LEAST);
                prop_assert!(cell.intersection(grid.beside(room)).is_empty());
            }
            prop_assert!(grid.beside(room).right() <= room.right());
        }
    }
}
