//! The filmstrip of the studio page: the clips around the selected scene as small pictures, with the face where a clip is not
//! made, the number and the mark of each. Looks only at the scenes that have a place in it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

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
use crate::tui::widgets::filmstrip::{self, Strip};
use crate::tui::widgets::{frame, portrait_pane};

impl CampaignPage {
    /// The panes, and where the strip goes below the list, if it does.
    pub(super) fn parted(&self, body: Rect, shared: &Shared) -> (Panes, Option<Rect>) {
        filmstrip::parted(self.panes_of(body, shared), shared.shown.pictures && shared.shown.strip)
    }

    pub(super) fn strip(&self, body: Rect, shared: &Shared) -> Option<Strip> {
        let area = self.parted(body, shared).1?;
        Strip::of(area, self.cursor.selected.saturating_sub(1), self.visible.len())
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
