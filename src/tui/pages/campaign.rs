//! The studio page: the scenes of one campaign, the portrait of the selected baby, takes to flip through and keep.

use std::collections::HashMap;
use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::campaign_pane;
use super::faults::Faults;
use crate::domain::{Display, MicroDollars, Scene, SpeakerIndex};
use crate::engine::{Loaded, Subject};
use crate::plan::{Job, JobKey, Mode, Product, Role};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::Purpose;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::shared::Shared;
use crate::tui::model::submit;
use crate::tui::pictures::cache::Ask;
use crate::tui::pictures::waves::Heard;
use crate::tui::takes::Candidate;
use crate::tui::widgets::gauge::Gauge;
use crate::tui::widgets::scene_table::SceneTable;
use crate::tui::widgets::{Cursor, frame, portrait_pane};
use crate::tui::{layout, takes, text};

mod acts;

pub struct CampaignPage {
    path: PathBuf,
    cursor: Cursor,
    pub(super) focus: Product,
    filter: String,
    /// Positions in the script that pass the filter; renewed when the filter or the file changes.
    visible: Vec<usize>,
    /// Scenes of the file that `visible` was taken from.
    scenes: usize,
    /// The take that is looked at, by the base key of its request; without one it is the take in use.
    viewing: HashMap<JobKey, JobKey>,
    /// New takes asked for here, by base key, with the number of takes there were: the next one is looked at at once.
    awaited: HashMap<JobKey, usize>,
}

/// What the keys work on now.
pub(super) struct Focus<'a> {
    pub mode: Mode,
    pub subject: Subject,
    pub job: &'a Job,
    pub candidates: Vec<Candidate>,
    /// Position in `candidates` of the one that is looked at.
    pub viewed: usize,
}

impl Focus<'_> {
    pub fn candidate(&self) -> &Candidate {
        &self.candidates[self.viewed]
    }

    pub fn is_in_use(&self) -> bool {
        self.candidate().key == self.job.key
    }
}

impl CampaignPage {
    /// Opens a campaign; `at` selects the scene of this job.
    pub fn of(campaign: &Campaign, at: Option<JobKey>, shared: &Shared) -> Self {
        let mut page = Self {
            path: campaign.entry.path.clone(),
            cursor: Cursor::default(),
            focus: Product::Portrait,
            filter: String::new(),
            visible: Vec::new(),
            scenes: 0,
            viewing: HashMap::new(),
            awaited: HashMap::new(),
        };
        page.settle(shared);
        if let (Some(key), Some(loaded)) = (at, campaign.loaded()) {
            let job = loaded.draft.job(key).or_else(|| loaded.finals.as_ref()?.job(key));
            if let Some((job, scene)) = job.and_then(|job| Some((job, *job.scenes.first()?))) {
                page.cursor.selected = scene + 1;
                page.focus = job.product();
            }
        }
        page
    }

    /// Whether the page shows the draft or the final.
    pub(super) fn mode(&self, shared: &Shared) -> Mode {
        self.campaign(shared).map_or(Mode::Draft, |campaign| shared.mode_of(campaign))
    }

    /// The selected scene's position in the script; `None` on the line of the whole campaign.
    pub(super) fn scene(&self) -> Option<usize> {
        self.visible.get(self.cursor.selected.checked_sub(1)?).copied()
    }

    /// The baby to look at: the selected one, else the first that speaks.
    pub(super) fn speaker(&self, loaded: &Loaded) -> Option<SpeakerIndex> {
        let of = |scene: &Scene| match scene {
            Scene::Dialogue(line) => Some(line.speaker),
            Scene::Media(_) => None,
        };
        match self.scene() {
            Some(scene) => loaded.campaign.scenes.get(scene).and_then(of),
            None => loaded.campaign.scenes.iter().find_map(of),
        }
    }

    /// Takes of a subject, with the one that is looked at.
    pub(super) fn look_at<'a>(&self, loaded: &'a Loaded, subject: Subject, shared: &Shared) -> Option<Focus<'a>> {
        let mode = self.mode(shared);
        let graph = loaded.graph(mode)?;
        let job = takes::job_of(graph, subject)?;
        let candidates = takes::candidates(loaded, graph, subject, &shared.facts);
        let wanted = self.viewing.get(&job.base).copied().unwrap_or(job.key);
        let position = |key| candidates.iter().position(|candidate| candidate.key == key);
        let viewed = position(wanted).or_else(|| position(job.key))?;
        Some(Focus { mode, subject, job, candidates, viewed })
    }

    /// What the focused cell is; nothing on the line of the whole campaign and on media scenes.
    fn focus<'a>(&self, loaded: &'a Loaded, shared: &Shared) -> Option<Focus<'a>> {
        let scene = self.scene()?;
        let subject = match self.focus {
            Product::Portrait => Subject::Portrait(self.speaker(loaded)?),
            Product::Voice => Subject::Voice(scene),
            Product::Clip | Product::Fade | Product::Episode => return None,
        };
        self.look_at(loaded, subject, shared)
    }

    /// The face that the pane shows.
    pub(super) fn face<'a>(&self, loaded: &'a Loaded, shared: &Shared) -> Option<Focus<'a>> {
        self.look_at(loaded, Subject::Portrait(self.speaker(loaded)?), shared)
    }

    /// The clip of the selected scene, where the keys work on it: a media scene has nothing else.
    pub(super) fn clip<'a>(&self, loaded: &'a Loaded, shared: &Shared) -> Option<&'a Job> {
        let scene = self.scene()?;
        let is_meant = self.focus == Product::Clip || loaded.campaign.line(scene).is_none();
        let job = shared.facts.scene_job(loaded, self.mode(shared), scene, Product::Clip);
        job.filter(|_| is_meant)
    }

    fn list_height(shared: &Shared) -> usize {
        let body = layout::parts(shared.size).body;
        // Two borders and the headings.
        usize::from(layout::panes(body).list.height.saturating_sub(3))
    }

    fn table<'a>(&'a self, campaign: &Campaign, loaded: &'a Loaded, shared: &'a Shared) -> SceneTable<'a> {
        SceneTable {
            loaded,
            facts: &shared.facts,
            mode: shared.mode_of(campaign),
            visible: &self.visible,
            selected: self.cursor.selected,
            offset: self.cursor.offset,
            focus: self.focus,
            spinner: shared.spinner(),
            milliseconds: campaign.counts(shared.mode_of(campaign)).milliseconds,
        }
    }

    /// An upper bound of what this action spends at once.
    fn price(&self, action: Action, shared: &Shared) -> Option<MicroDollars> {
        let loaded = self.campaign(shared)?.loaded()?;
        match action {
            Action::NewTake => Some(self.focus(loaded, shared)?.job.price_of_take()),
            Action::SameBaby if self.scene().is_some() => Some(self.face(loaded, shared)?.job.price_of_same_baby()),
            _ => None,
        }
    }

    fn find_visible(&mut self, loaded: &Loaded) {
        let wanted = self.filter.to_lowercase();
        let matches = |scene: &Scene| match scene {
            Scene::Dialogue(line) => {
                line.text.to_lowercase().contains(&wanted)
                    || loaded.campaign.profile(line.speaker).speaker.to_lowercase().contains(&wanted)
            }
            Scene::Media(media) => {
                media.source.as_str().to_lowercase().contains(&wanted)
                    || media.caption.as_ref().is_some_and(|caption| caption.to_lowercase().contains(&wanted))
            }
        };
        let scenes = loaded.campaign.scenes.iter().enumerate();
        self.visible =
            scenes.filter(|(_, scene)| wanted.is_empty() || matches(scene)).map(|(position, _)| position).collect();
        self.scenes = loaded.campaign.scenes.len();
    }
}

impl Page for CampaignPage {
    fn section(&self) -> Section {
        Section::Campaign
    }

    fn title(&self, shared: &Shared) -> String {
        self.campaign(shared).map_or_else(String::new, |campaign| campaign.title().to_owned())
    }

    fn campaign<'a>(&self, shared: &'a Shared) -> Option<&'a Campaign> {
        shared.facts.at_path(&self.path)
    }

    /// What a new take costs stands beside its key, first of all where it costs anything.
    fn label(&self, action: Action, shared: &Shared) -> Option<String> {
        let price = self.price(action, shared).filter(|price| !price.is_zero())?;
        match action {
            Action::NewTake => Some(format!("{price} take")),
            Action::SameBaby => Some(format!("{price} same")),
            _ => None,
        }
    }

    fn footer(&self, shared: &Shared) -> Vec<Action> {
        let is_paid = |action: &Action| self.label(*action, shared).is_some();
        let paid: Vec<Action> = [Action::NewTake, Action::SameBaby].into_iter().filter(is_paid).collect();
        let make = [Action::Draft, Action::Final];
        let takes = [Action::NewTake, Action::PreviousTake, Action::NextTake, Action::Keep];
        let rest = [
            Action::PlayVoice,
            Action::OpenVideo,
            Action::Cancel,
            Action::SameBaby,
            Action::ShowDraft,
            Action::ShowFinal,
            Action::Back,
            Action::Edit,
            Action::Filter,
            Action::Help,
        ];
        let takes = if self.scene().is_some() { &takes[..] } else { &[] };
        let has_final = self.campaign(shared).is_some_and(Campaign::has_final);
        let is_shown = |action: &&Action| has_final || !matches!(action, Action::ShowDraft | Action::ShowFinal);
        let others = make.iter().chain(takes).chain(&rest).filter(|action| !paid.contains(action)).filter(is_shown);
        paid.iter().chain(others).copied().collect()
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        if self.cursor.act(action, self.visible.len() + 1, Self::list_height(shared)) {
            return Some(Vec::new());
        }
        match action {
            Action::Filter => return Some(vec![Request::Input(Purpose::Filter)]),
            Action::Back if !self.filter.is_empty() => {
                self.filter("", shared);
                return Some(Vec::new());
            }
            Action::Edit => return Some(Effect::Edit { path: self.path.clone(), line: None }.into()),
            _ => {}
        }
        let campaign = self.campaign(shared)?;
        match campaign.loaded() {
            Some(loaded) => self.act_on_campaign(action, campaign, loaded, shared),
            None if action == Action::Keep => Some(vec![Request::Open(Box::new(Faults::of(&self.path)))]),
            None => None,
        }
    }

    fn click(&mut self, at: Position, body: Rect, _shared: &Shared) -> Vec<Request> {
        let list = layout::panes(body).list;
        let inside = list.contains(at) && at.y > list.y + 1 && at.y + 1 < list.bottom();
        let row = usize::from(at.y.saturating_sub(list.y + 2)) + self.cursor.offset;
        if inside && row <= self.visible.len() {
            self.cursor.selected = row;
        }
        Vec::new()
    }

    fn filter(&mut self, text: &str, shared: &Shared) {
        text.clone_into(&mut self.filter);
        self.cursor = Cursor { selected: usize::from(!text.is_empty()), offset: 0 };
        if let Some(loaded) = self.campaign(shared).and_then(Campaign::loaded) {
            self.find_visible(loaded);
        }
        self.settle(shared);
    }

    fn filter_text(&self) -> Option<&str> {
        Some(&self.filter)
    }

    fn settle(&mut self, shared: &Shared) {
        let loaded = self.campaign(shared).and_then(Campaign::loaded);
        match loaded {
            Some(loaded) if self.scenes != loaded.campaign.scenes.len() || !self.filter.is_empty() => {
                self.find_visible(loaded);
            }
            _ => {}
        }
        if let Some(loaded) = loaded {
            let viewing = &mut self.viewing;
            self.awaited.retain(|base, count| match loaded.takes.get(base) {
                Some(takes) if takes.len() > *count => {
                    viewing.extend(takes.last().map(|take| (*base, take.key)));
                    false
                }
                _ => true,
            });
        }
        let rows = self.visible.len() + 1;
        self.cursor.settle(rows, rows, Self::list_height(shared), |item| item);
    }

    fn picture(&self, body: Rect, shared: &Shared) -> Option<Ask> {
        let pane = layout::panes(body).pane?;
        let loaded = self.campaign(shared)?.loaded()?;
        if let Some(clip) = self.clip(loaded, shared) {
            let made = shared.facts.job(clip.key).made(Role::Still)?;
            let room = portrait_pane::places(pane).picture.as_size();
            return Some(Ask::made(made, room));
        }
        let face = self.face(loaded, shared)?;
        let room = portrait_pane::places(pane).picture.as_size();
        let job = shared.facts.job(face.candidate().key);
        let made = job.made(Role::Picture).map(|made| Ask::made(made, room));
        made.or_else(|| job.unfinished.clone().map(|picture| Ask::unfinished(picture, room)))
    }

    fn sound(&self, shared: &Shared) -> Option<Heard> {
        let loaded = self.campaign(shared)?.loaded()?;
        let voice = self.look_at(loaded, Subject::Voice(self.scene()?), shared)?;
        let made = shared.facts.job(voice.candidate().key).made(Role::Sound)?;
        Some(Heard { hash: made.output.hash, path: made.path.clone() })
    }

    fn gauge(&self, shared: &Shared) -> Option<Gauge> {
        let campaign = self.campaign(shared)?;
        let id = campaign.id()?;
        let mut gauge = Gauge { elapsed: submit::elapsed(shared, |run| run.campaign == *id), ..Gauge::default() };
        let mode = shared.mode_of(campaign);
        gauge.add(campaign.progress(mode));
        if gauge.running > 0 {
            gauge.left = campaign.loaded().and_then(|loaded| shared.facts.time_left(loaded, mode));
        }
        Some(gauge)
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let shared = sight.shared;
        let theme = &shared.theme;
        let Some(campaign) = self.campaign(shared) else {
            let line = Line::from(Span::styled("This campaign's file is gone.", theme.dim));
            return frame::put_centred(buffer, body, &[line]);
        };
        let Some(loaded) = campaign.loaded() else {
            let keys = shared.keymap.keys(Section::Campaign, Action::Keep);
            let key = keys.first().map_or_else(String::new, ToString::to_string);
            let lines = [
                Line::from(Span::styled("! This file has faults now", theme.bad)),
                Line::from(Span::styled(format!("{key} shows them, each with its line"), theme.dim)),
            ];
            return frame::put_centred(buffer, body, &lines);
        };
        let panes = layout::panes(body);
        let mode = shared.mode_of(campaign);
        let progress = campaign.progress(mode);
        let milliseconds = campaign.counts(mode).milliseconds;
        let mut note = vec![format!("{} of {} made", progress.scenes_made, progress.scenes_total)];
        note.extend(campaign.entry.video(mode).map(|video| match video.changed_since(loaded) {
            0 => "video".to_owned(),
            changed => format!("video, {} changed since", text::count(changed, "line")),
        }));
        note.extend((milliseconds > 0).then(|| text::milliseconds(milliseconds)));
        let title = if self.filter.is_empty() {
            "Scenes".to_owned()
        } else {
            format!("Scenes with “{}”", self.filter.display())
        };
        let inner = frame::boxed(panes.list, buffer, theme, &title, &note.join(" · "));
        self.table(campaign, loaded, shared).render(inner, theme, buffer);
        if let Some(pane) = panes.pane {
            let picture = self.picture(body, shared);
            let content = campaign_pane::content(self, campaign, loaded, shared, pane, picture);
            content.render(pane, sight.pictures, theme, shared.spinner(), buffer);
        }
    }
}
