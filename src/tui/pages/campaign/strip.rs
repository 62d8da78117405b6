//! The filmstrip of the studio page: the clips around the selected scene as small pictures, with the face where a clip is not
//! made, the number and the mark of each. Looks only at the scenes that have a place in it.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use super::CampaignPage;
use crate::engine::Loaded;
use crate::plan::{Product, Role};
use crate::tui::facts::Campaign;
use crate::tui::layout::Panes;
use crate::tui::marks::Mark;
use crate::tui::model::page::Sight;
use crate::tui::model::shared::Shared;
use crate::tui::pictures::cache::Ask;
use crate::tui::text;
use crate::tui::widgets::{frame, portrait_pane};

/// The list of the scenes must be so high before a strip takes some of its rows.
const LEAST: u16 = 24;

/// Rows of a picture, and of one where there is much room.
const ROWS: u16 = 6;
const MANY_ROWS: u16 = 9;
const MUCH_ROOM: u16 = 44;

/// The rows around the pictures: two borders and the words. One border is that of the list.
const AROUND: u16 = 3;

/// Where the strip lies, and which scenes have a place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Strip {
    area: Rect,
    picture: Size,
    /// Positions among the visible scenes.
    shown: Range<usize>,
}

impl Strip {
    /// Where the picture of a scene lies, by its place in the strip.
    fn place(&self, number: usize) -> Rect {
        let x = self.area.x + 1 + number as u16 * (self.picture.width + 1);
        Rect { x, y: self.area.y + 1, width: self.picture.width, height: self.picture.height }
    }

    /// The position among the visible scenes of what lies at a place of the screen.
    pub(super) fn at(&self, at: Position) -> Option<usize> {
        let inside = at.y > self.area.y && at.y + 1 < self.area.bottom() && at.x > self.area.x;
        let number = usize::from(at.x.saturating_sub(self.area.x + 1) / (self.picture.width + 1));
        let position = self.shown.start + number;
        (inside && position < self.shown.end).then_some(position)
    }
}

/// Takes the rows of a strip from the list, where it has enough of them; with where the strip goes.
pub(super) fn parted(panes: Panes, shared: &Shared) -> (Panes, Option<Rect>) {
    let list = panes.list;
    if list.height < LEAST || panes.pane.is_none() || shared.hides_strip || !shared.shows_pictures {
        return (panes, None);
    }
    let rows = if list.height < MUCH_ROOM { ROWS } else { MANY_ROWS };
    let list = Rect { height: list.height - rows - AROUND + 1, ..list };
    let strip = Rect { y: list.bottom() - 1, height: rows + AROUND, ..list };
    (Panes { list, ..panes }, Some(strip))
}

impl CampaignPage {
    pub(super) fn strip(&self, body: Rect, shared: &Shared) -> Option<Strip> {
        let area = parted(self.panes_of(body, shared), shared).1?;
        let rows = area.height.saturating_sub(AROUND);
        // A portrait is 2:3 and a cell about 1:2.
        let picture = Size::new(rows * 4 / 3, rows);
        let count = usize::from(area.width.saturating_sub(2) / (picture.width + 1)).min(self.visible.len());
        let selected = self.cursor.selected.saturating_sub(1);
        let first = selected.saturating_sub(count / 2).min(self.visible.len() - count);
        (count > 0).then_some(Strip { area, picture, shown: first..first + count })
    }

    /// The pictures of the strip, with their places in it.
    fn frames(
        &self,
        strip: &Strip,
        loaded: &Loaded,
        shared: &Shared,
    ) -> impl Iterator<Item = (usize, usize, Option<Ask>)> {
        let (mode, size) = (self.mode(shared), strip.picture);
        self.visible[strip.shown.clone()].iter().enumerate().map(move |(number, &scene)| {
            let made = |product, role| {
                let job = shared.facts.scene_job(loaded, mode, scene, product)?;
                shared.facts.job(job.key).made(role)
            };
            let made = made(Product::Clip, Role::Still).or_else(|| made(Product::Portrait, Role::Picture));
            (number, scene, made.map(|made| Ask::made(made, size)))
        })
    }

    pub(super) fn pictures_of_strip(&self, body: Rect, shared: &Shared) -> Vec<Ask> {
        let loaded = shared.facts.at_path(&self.path).and_then(Campaign::loaded);
        let Some((strip, loaded)) = self.strip(body, shared).zip(loaded) else { return Vec::new() };
        self.frames(&strip, loaded, shared).filter_map(|(_, _, ask)| ask).collect()
    }

    pub(super) fn render_strip(
        &self,
        strip: &Strip,
        campaign: &Campaign,
        loaded: &Loaded,
        sight: &Sight,
        buffer: &mut Buffer,
    ) {
        let (shared, theme) = (sight.shared, &sight.shared.theme);
        frame::boxed_below(strip.area, buffer, theme, "Filmstrip");
        let selected = self.scene();
        for (number, scene, ask) in self.frames(strip, loaded, shared) {
            let place = strip.place(number);
            let state = shared.facts.cell(loaded, self.mode(shared), scene, Product::Clip);
            let is_changed = shared.facts.is_changed(campaign, self.mode(shared), scene);
            let mark = state.map(|state| Mark::of(state, is_changed, theme, shared.spinner()));
            let mark = mark.unwrap_or_else(|| Mark::nothing(theme));
            let instead = (mark.symbol.to_string(), mark.style);
            portrait_pane::picture(ask.as_ref(), &instead, place, sight.pictures, theme, shared.spinner(), buffer);
            let words = Rect { y: place.bottom(), height: 1, ..place };
            let label = (scene + 1).to_string();
            let cells = text::width(&label) as u16;
            frame::put(buffer, words.x + 1, words.y, cells, &label, theme.dim);
            frame::put(buffer, words.x + 2 + cells, words.y, 1, &mark.symbol.to_string(), mark.style);
            if selected == Some(scene) {
                frame::select(buffer, words, theme);
            }
        }
    }
}
