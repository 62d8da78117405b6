//! How one finds a scene on the studio page: the filter, and the jump to what needs somebody.

use super::CampaignPage;
use crate::domain::Scene;
use crate::engine::{Level, Loaded};
use crate::plan::Mode;
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::Request;
use crate::tui::model::page::Page;
use crate::tui::model::query::Query;
use crate::tui::model::shared::Shared;
use crate::tui::model::standing::{self, Scenes};

impl CampaignPage {
    /// The row of the chosen scene; the first one found while the filter hides it.
    pub(super) fn find_row(&mut self) {
        let row = |scene| self.visible.binary_search(&scene).ok().map(|row| row + 1);
        let found = usize::from(!self.visible.is_empty());
        match (self.selection.scene, self.is_searching) {
            (None, true) => self.cursor.selected = found,
            (None, false) => self.cursor.selected = 0,
            (Some(scene), true) => self.cursor.selected = row(scene).unwrap_or(found),
            (Some(scene), false) => self.cursor.selected = row(scene).unwrap_or(self.cursor.selected),
        }
    }

    /// Looks for the scenes that pass the filter. The chosen one stays among them while it is worked on, whatever becomes
    /// of it: no line goes away under the finger.
    pub(super) fn find_visible(&mut self, campaign: &Campaign, loaded: &Loaded, shared: &Shared) {
        let mode = shared.mode_of(campaign);
        let stays = self.selection.scene.filter(|_| !self.is_searching && self.query.asks_for_states());
        let scenes = Scenes::of(campaign, loaded, mode, &shared.facts);
        let passes = |position: usize, scene: &Scene, query: &Query| {
            let said = match scene {
                Scene::Dialogue(line) => {
                    let speaker = loaded.campaign.profile(line.speaker).speaker.as_str();
                    query.is_spoken_by([speaker]) && query.is_said([line.text.as_str(), speaker])
                }
                Scene::Media(media) => {
                    let caption = media.caption.as_deref().unwrap_or_default();
                    query.is_spoken_by(["media"]) && query.is_said([media.source.as_str(), caption])
                }
            };
            said && query.is_in_state(&scenes.marks(position).map(|(_, mark)| mark))
        };
        let find = |query: &Query| -> Vec<usize> {
            let all = loaded.campaign.scenes.iter().enumerate();
            let found = all.filter(|(position, scene)| Some(*position) == stays || passes(*position, scene, query));
            found.map(|(position, _)| position).collect()
        };
        let visible = self.query.find(Vec::is_empty, find);
        self.looked_in = self.query.asks_for_states().then(|| (shared.facts.version(), mode));
        self.visible = visible;
    }

    /// Goes to the next scene, or the one before, that failed, is held, may have been billed or has changed since the
    /// video, and to the cell that says so.
    pub(super) fn seek(&mut self, is_back: bool, shared: &Shared) -> Vec<Request> {
        let Some((campaign, loaded)) = self.campaign(shared).and_then(|known| Some((known, known.loaded()?))) else {
            return Vec::new();
        };
        let mode = shared.mode_of(campaign);
        let scenes = Scenes::of(campaign, loaded, mode, &shared.facts);
        let trouble = |row: usize| scenes.trouble(*self.visible.get(row.checked_sub(1)?)?);
        let rows = self.visible.len() + 1;
        let found = standing::next(self.cursor.selected, rows, is_back, |row| trouble(row).is_some());
        let found = found.and_then(|(row, went_round)| Some((row, went_round, trouble(row)?)));
        let Some((row, went_round, (product, mark))) = found else {
            return Request::tell(Level::Info, self.nothing_found(campaign, mode, shared));
        };
        let is_same = row == self.cursor.selected;
        self.cursor.selected = row;
        self.choose();
        self.focus = product;
        let scene = self.scene().map_or(0, |scene| scene + 1);
        let what = format!("scene {scene}: {} {}", standing::name(product), mark.word());
        if is_same {
            return Request::tell(Level::Info, format!("Only this needs you: {what}"));
        }
        Request::tell(Level::Info, standing::told(&what, went_round, is_back))
    }

    fn nothing_found(&self, campaign: &Campaign, mode: Mode, shared: &Shared) -> String {
        if !self.query.is_empty() {
            return "Nothing needs you among the lines that the filter shows.".to_owned();
        }
        match campaign.failed(mode) {
            Some((other, _)) if other != mode => {
                let show = if other == Mode::Draft { Action::ShowDraft } else { Action::ShowFinal };
                let keys = shared.keymap.keys(Section::Campaign, show);
                let how = keys.first().map_or_else(String::new, |key| format!(": {key} shows it"));
                format!("Nothing of the {} needs you, but something of the {}{how}.", mode.name(), other.name())
            }
            _ => "Nothing needs you here.".to_owned(),
        }
    }
}
