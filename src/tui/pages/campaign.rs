//! The studio page: the scenes of one campaign, the portrait of the selected baby, takes to flip through and keep.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::text::{Line, Span};

use super::faults::Faults;
use super::{banner, campaign_pane};
use crate::domain::{Scene, SpeakerIndex};
use crate::engine::{Level, Likeness, Loaded, Made, ScenePreview, Subject};
use crate::plan::{Job, JobKey, JobState, Mode, Product, Role};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::layout::Panes;
use crate::tui::model::message::{Effect, Request, Spot};
use crate::tui::model::overlay::Purpose;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::query::Query;
use crate::tui::model::selection::{Place, Selection};
use crate::tui::model::shared::Shared;
use crate::tui::model::submit::{self, Wish};
use crate::tui::pictures::cache::Ask;
use crate::tui::pictures::waves::Heard;
use crate::tui::takes::Candidate;
use crate::tui::widgets::frame::Scroll;
use crate::tui::widgets::gauge::Gauge;
use crate::tui::widgets::scene_table::SceneTable;
use crate::tui::widgets::{Cursor, frame};
use crate::tui::{layout, takes, text};

mod acts;
mod edits;
mod finding;
mod heard;
mod listening;
mod listening_view;
mod offers;
mod strip;

use acts::offer;
use heard::Listening;

pub struct CampaignPage {
    path: PathBuf,
    cursor: Cursor,
    pub(super) focus: Product,
    /// The scene the user chose: it stays selected over edits, filters and other pages.
    selection: Selection,
    query: Query,
    /// The facts and the mode that the visible scenes were looked for in, where states are asked for.
    looked_in: Option<(u64, Mode)>,
    /// Whether the filter is to select the first scene that it finds.
    is_searching: bool,
    /// Positions in the script that pass the filter; renewed when the filter or the file changes.
    visible: Vec<usize>,
    /// Lines of the pane that are scrolled away.
    scroll: usize,
    /// The take that is looked at, by the base key of its request; without one it is the take in use.
    viewing: HashMap<JobKey, JobKey>,
    /// The row from which on several scenes are selected, up to that of the cursor.
    marked: Option<usize>,
    /// New takes asked for here, by base key, with the number of takes there will be before the last of them: that one is
    /// looked at at once.
    awaited: HashMap<JobKey, usize>,
    listening: Option<Listening>,
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
            selection: Selection::default(),
            query: Query::default(),
            looked_in: None,
            is_searching: false,
            visible: Vec::new(),
            scroll: 0,
            viewing: HashMap::new(),
            marked: None,
            awaited: HashMap::new(),
            listening: None,
        };
        if let Some(place) = shared.places.get(&page.path) {
            page.selection = place.selection.clone();
            page.focus = place.focus;
            page.cursor.offset = place.offset;
        }
        if let Some(loaded) = campaign.loaded() {
            page.find_visible(campaign, loaded, shared);
        }
        page.settle(shared);
        if let (Some(key), Some(loaded)) = (at, campaign.loaded()) {
            let job = loaded.draft.job(key).or_else(|| loaded.finals.as_ref()?.job(key));
            if let Some((job, scene)) = job.and_then(|job| Some((job, *job.scenes.first()?))) {
                page.selection.scene = Some(scene);
                page.focus = job.product();
            }
        }
        page.settle(shared);
        page
    }

    /// Lines of the pane's text that are scrolled away.
    pub(super) fn scroll(&self) -> usize {
        self.scroll
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
            Product::Marks
            | Product::Dialogue
            | Product::ShapedVoice
            | Product::Effect
            | Product::Music
            | Product::Transcript
            | Product::Clip
            | Product::Fade
            | Product::Episode
            | Product::Script => return None,
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

    /// The sound of a voice: in use, as it is heard in the end; a take that is only looked at, as it was spoken.
    pub(super) fn heard<'a>(loaded: &Loaded, scene: usize, voice: &Focus, shared: &'a Shared) -> Option<&'a Made> {
        let spoken = shared.facts.job(voice.candidate().key).made(Role::Sound)?;
        let graph = loaded.graph(voice.mode)?;
        let heard = graph.scenes.get(scene)?.heard().map(|index| graph.jobs[index].key);
        let heard = heard.filter(|_| voice.is_in_use()).and_then(|key| shared.facts.job(key).made(Role::Sound));
        Some(heard.unwrap_or(spoken))
    }

    fn list_height(&self, shared: &Shared) -> usize {
        let body = layout::parts(shared.size).body;
        // Two borders and the headings.
        usize::from(self.panes(body, shared).list.height.saturating_sub(3))
    }

    /// The panes, below the banner where there is one, and above the filmstrip.
    pub(super) fn panes(&self, body: Rect, shared: &Shared) -> Panes {
        self.parted(body, shared).0
    }

    /// The same without a filmstrip.
    fn panes_of(&self, body: Rect, shared: &Shared) -> Panes {
        let banner = self.campaign(shared).map_or(0, |campaign| banner::lines(campaign, shared).len() as u16);
        let banner = if body.height > banner + 6 { banner } else { 0 };
        layout::panes(Rect { y: body.y + banner, height: body.height - banner, ..body })
    }

    /// What was chosen by a key or a click is what stays selected.
    fn choose(&mut self) {
        self.leave_heard();
        self.selection.scene = self.scene();
        self.is_searching = false;
        self.scroll = 0;
    }

    fn table<'a>(&'a self, campaign: &'a Campaign, loaded: &'a Loaded, shared: &'a Shared) -> SceneTable<'a> {
        SceneTable {
            campaign,
            loaded,
            facts: &shared.facts,
            mode: shared.mode_of(campaign),
            visible: &self.visible,
            selected: self.cursor.selected,
            wanted: &self.query.wanted,
            marked: self.selected_rows(),
            offset: self.cursor.offset,
            heard: self.listening().and_then(Listening::scene),
            focus: self.focus,
            spinner: shared.spinner(),
            milliseconds: campaign.counts(shared.mode_of(campaign)).milliseconds,
        }
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

    fn label(&self, action: Action, shared: &Shared) -> Option<String> {
        self.told_of(action, shared)
    }

    fn footer(&self, shared: &Shared) -> Vec<Action> {
        self.offered(shared)
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        if let Some(requests) = self.act_on_listening(action, shared) {
            return Some(requests);
        }
        if self.cursor.act(action, self.visible.len() + 1, self.list_height(shared)) {
            self.choose();
            return Some(Vec::new());
        }
        match action {
            Action::Filter => return Some(vec![Request::Input(Purpose::Filter)]),
            Action::Back if self.marked.is_some() => {
                self.marked = None;
                return Some(Vec::new());
            }
            Action::Back if !self.query.is_empty() => {
                self.keep_found(shared);
                self.filter("", shared);
                return Some(Vec::new());
            }
            Action::Edit => {
                let fault = self.campaign(shared).and_then(|campaign| campaign.entry.faults().first()?.line);
                let at = fault.map(Spot::Line).or_else(|| self.scene().map(Spot::Scene)).unwrap_or(Spot::Top);
                return Some(Effect::Edit { path: self.path.clone(), at }.into());
            }
            Action::NextTrouble | Action::PreviousTrouble => {
                return Some(self.seek(action == Action::PreviousTrouble, shared));
            }
            Action::ScrollDown | Action::ScrollUp => {
                self.scroll =
                    if action == Action::ScrollDown { self.scroll + 1 } else { self.scroll.saturating_sub(1) };
                return Some(Vec::new());
            }
            _ => {}
        }
        let campaign = self.campaign(shared)?;
        match campaign.loaded() {
            Some(loaded) => match self.act_on_file(action, campaign, loaded, shared) {
                Some(requests) => Some(requests),
                None => self.act_on_campaign(action, campaign, loaded, shared),
            },
            None if action == Action::Keep => Some(vec![Request::Open(Box::new(Faults::of(&self.path)))]),
            None => None,
        }
    }

    fn act_times(&mut self, action: Action, count: usize, shared: &Shared) -> Option<Vec<Request>> {
        const MOST: usize = 9;
        let loaded = self.campaign(shared)?.loaded().filter(|_| action == Action::NewTake && self.marked.is_none())?;
        let focus = self.focus(loaded, shared)?;
        let wish = Wish { count: count.clamp(1, MOST), ..Wish::one(Likeness::Another) };
        Some(self.new_takes(&focus, loaded, &wish, shared))
    }

    /// To a scene by its number, as it stands in the table; 0 is the whole campaign.
    fn go_to(&mut self, number: usize, shared: &Shared) -> Vec<Request> {
        let Some(wanted) = number.checked_sub(1) else {
            self.cursor.selected = 0;
            self.choose();
            return Vec::new();
        };
        let row = self.visible.partition_point(|scene| *scene < wanted).min(self.visible.len().saturating_sub(1));
        self.cursor.go_to(row + 2, self.visible.len() + 1);
        self.choose();
        let scenes = self.campaign(shared).and_then(Campaign::loaded).map_or(0, |loaded| loaded.campaign.scenes.len());
        if wanted < scenes && self.scene() != Some(wanted) {
            return Request::tell(Level::Info, format!("The filter hides scene {number}; this is the nearest to it."));
        }
        Vec::new()
    }

    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        if let Some(position) = self.strip(body, shared).and_then(|strip| strip.at(at)) {
            self.cursor.selected = position + 1;
            self.choose();
            return Vec::new();
        }
        let list = self.panes(body, shared).list;
        if at.y < list.y {
            // The banner over a file that is broken names the key of the editor.
            let is_broken = self.campaign(shared).is_some_and(|campaign| !campaign.entry.faults().is_empty());
            return if is_broken && at.y == body.y { vec![Request::Act(Action::Edit)] } else { Vec::new() };
        }
        let inside = list.contains(at) && at.y > list.y + 1 && at.y + 1 < list.bottom();
        let row = usize::from(at.y.saturating_sub(list.y + 2)) + self.cursor.offset;
        if inside && row <= self.visible.len() {
            self.cursor.selected = row;
            self.choose();
            let inner = Rect { x: list.x + 1, width: list.width.saturating_sub(2), ..list };
            let product = self.campaign(shared).and_then(|campaign| {
                self.table(campaign, campaign.loaded()?, shared).product_at(inner, at.x, row.checked_sub(1)?)
            });
            self.focus = product.unwrap_or(self.focus);
        }
        Vec::new()
    }

    fn filter(&mut self, text: &str, shared: &Shared) {
        self.query = Query::of(text);
        self.is_searching = !text.is_empty();
        self.scroll = 0;
        if let Some((campaign, loaded)) = self.campaign(shared).and_then(|known| Some((known, known.loaded()?))) {
            self.find_visible(campaign, loaded, shared);
        }
        self.settle(shared);
    }

    fn keep_found(&mut self, _shared: &Shared) {
        if !self.visible.is_empty() {
            self.choose();
        }
    }

    fn filter_text(&self) -> Option<&str> {
        Some(self.query.typed())
    }

    fn settle(&mut self, shared: &Shared) {
        if let Some((campaign, loaded)) = self.campaign(shared).and_then(|known| Some((known, known.loaded()?))) {
            let is_edited = self.selection.follow(loaded);
            if is_edited {
                self.marked = None;
            }
            self.follow_heard(loaded);
            let now = self.query.asks_for_states().then(|| (shared.facts.version(), shared.mode_of(campaign)));
            if is_edited || self.looked_in != now {
                self.find_visible(campaign, loaded, shared);
            }
            let jump = shared.edits.jump.as_ref();
            let jump =
                jump.filter(|jump| jump.campaign == loaded.campaign.id && jump.source_hash == loaded.source_hash);
            if let Some(jump) = jump {
                self.selection.scene = Some(jump.scene.min(loaded.campaign.scenes.len().saturating_sub(1)));
                self.is_searching = false;
            }
            self.find_row();
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
        self.cursor.settle(rows, rows, self.list_height(shared), |item| item);
        if self.scroll > 0 {
            self.scroll = self.scroll.min(campaign_pane::hidden_rows(self, shared));
        }
    }

    fn picture(&self, body: Rect, shared: &Shared) -> Option<Ask> {
        let room = self.picture_room(body, shared)?;
        let loaded = self.campaign(shared)?.loaded()?;
        if let Some(ask) = self.heard_picture(room, shared) {
            return Some(ask);
        }
        if let Some(clip) = self.clip(loaded, shared) {
            let job = shared.facts.job(clip.key);
            if let Some(made) = job.made(Role::Still) {
                return Some(Ask::made(made, room));
            }
            let is_idle = matches!(job.state, JobState::Pending | JobState::Cancelled);
            let folder = self.path.parent().filter(|_| is_idle)?;
            let made = |key: JobKey| shared.facts.job(key).outputs.as_slice();
            let scene = ScenePreview::of(loaded, self.mode(shared), self.scene()?, folder, &made)?;
            return Some(Ask::preview(scene, room));
        }
        let face = self.face(loaded, shared)?;
        let job = shared.facts.job(face.candidate().key);
        let made = job.made(Role::Picture).map(|made| Ask::made(made, room));
        made.or_else(|| job.unfinished.clone().map(|picture| Ask::unfinished(picture, room)))
    }

    /// That of the pane, then those of the filmstrip.
    fn pictures(&self, body: Rect, shared: &Shared) -> Vec<Ask> {
        let is_full = self.listening.as_ref().is_some_and(|listening| listening.is_full);
        let strip = if is_full { Vec::new() } else { self.pictures_of_strip(body, shared) };
        self.picture(body, shared).into_iter().chain(strip).collect()
    }

    /// The other takes of the face, for their contact sheet.
    fn soon(&self, shared: &Shared) -> Vec<Ask> {
        const MOST: usize = 60;
        let loaded = self.campaign(shared).and_then(Campaign::loaded).filter(|_| self.scene().is_some());
        let Some(face) = loaded.and_then(|loaded| self.face(loaded, shared)) else { return Vec::new() };
        if face.candidates.len() < 2 {
            return Vec::new();
        }
        let made = face.candidates.iter().filter_map(|take| shared.facts.job(take.key).made(Role::Picture));
        made.take(MOST).map(|made| Ask::made(made, Size::ZERO)).collect()
    }

    fn sound(&self, shared: &Shared) -> Option<Heard> {
        let loaded = self.campaign(shared)?.loaded()?;
        let scene = self.scene()?;
        let voice = self.look_at(loaded, Subject::Voice(scene), shared)?;
        let made = Self::heard(loaded, scene, &voice, shared)?;
        Some(Heard { hash: made.output.hash, path: made.path.clone() })
    }

    fn alarm(&self, shared: &Shared) -> Option<Duration> {
        self.alarm_of_listening(shared)
    }

    fn tick(&mut self, shared: &Shared) -> Vec<Request> {
        self.tick_listening(shared)
    }

    fn pause(&mut self, shared: &Shared) {
        self.pause_listening(shared);
    }

    fn plays(&self) -> bool {
        self.listening.is_some()
    }

    fn remark(&self, shared: &Shared) -> Option<(Level, String)> {
        let loaded = self.campaign(shared)?.loaded()?;
        let candidate = self.focus(loaded, shared).filter(|focus| !focus.is_in_use());
        if let Some(focus) = candidate.filter(|focus| shared.facts.state(focus.candidate().key).is_made()) {
            return Some((Level::Info, offer(&focus, shared)));
        }
        let body = layout::parts(shared.size).body;
        let is_unseen = self.panes(body, shared).pane.is_none();
        if let Some(said) = self.said_now(loaded).filter(|_| is_unseen) {
            return Some((Level::Info, said));
        }
        let failure = self.scene().filter(|_| is_unseen).and_then(|scene| {
            let products =
                [self.focus, Product::Portrait, Product::Dialogue, Product::Voice, Product::Clip].into_iter();
            let jobs = products.filter_map(|product| shared.facts.scene_job(loaded, self.mode(shared), scene, product));
            jobs.into_iter().find_map(|job| shared.facts.state(job.key).failure())
        })?;
        Some((Level::Error, submit::with_keys(&failure.to_string(), shared)))
    }

    fn place(&self) -> Option<(PathBuf, Place)> {
        Some((
            self.path.clone(),
            Place { selection: self.selection.clone(), focus: self.focus, offset: self.cursor.offset },
        ))
    }

    fn gauge(&self, shared: &Shared) -> Option<Gauge> {
        let campaign = self.campaign(shared)?;
        let id = campaign.id()?;
        let mut gauge = Gauge { elapsed: submit::elapsed(shared, |run| run.campaign == *id), ..Gauge::default() };
        let mode = shared.mode_of(campaign);
        gauge.add(campaign.progress(mode));
        if gauge.running > 0 {
            gauge.left = campaign.counts(mode).left();
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
        if self.listening.as_ref().is_some_and(|listening| listening.is_full) {
            return self.render_full(body, campaign, loaded, sight, buffer);
        }
        let panes = self.panes(body, shared);
        let above = Rect { height: panes.list.y - body.y, ..body };
        frame::put_lines(buffer, above, &banner::lines(campaign, shared));
        let mode = shared.mode_of(campaign);
        let progress = campaign.progress(mode);
        let milliseconds = campaign.counts(mode).milliseconds;
        let state = || {
            let mut note = vec![format!("{} of {} made", progress.scenes_made, progress.scenes_total)];
            note.extend(campaign.entry.video(mode).map(|video| match video.changed_since(loaded) {
                0 => "video".to_owned(),
                changed => format!("video, {} changed since", text::count(changed, "line")),
            }));
            note.extend((milliseconds > 0).then(|| text::milliseconds(milliseconds)));
            note.join(" · ")
        };
        let note = self.clock(campaign, shared).unwrap_or_else(state);
        let title =
            if self.query.is_empty() { "Scenes".to_owned() } else { format!("Scenes {}", self.query.told("with")) };
        let inner = frame::boxed(panes.list, buffer, theme, &title, &note);
        self.table(campaign, loaded, shared).render(inner, theme, buffer);
        let strip = self.strip(body, shared);
        if let Some(strip) = &strip {
            self.render_strip(strip, campaign, loaded, sight, buffer);
        }
        if let Some(pane) = panes.pane {
            let picture = self.picture(body, shared);
            let content = campaign_pane::content(self, campaign, loaded, shared, pane, picture);
            content.render(pane, sight.pictures, theme, shared.spinner(), buffer);
        }
        if strip.is_some() {
            let (x, y) = (panes.list.right() - 1, panes.list.bottom() - 1);
            frame::join(x, y, "┤", theme, buffer);
        }
        let position = match self.scene() {
            Some(scene) => format!("{}/{}", scene + 1, loaded.campaign.scenes.len()),
            None => format!("–/{}", loaded.campaign.scenes.len()),
        };
        let rows = usize::from(inner.height.saturating_sub(1));
        let scroll = Scroll { offset: self.cursor.offset, rows, lines: self.visible.len() + 1 };
        frame::scrolled(panes.list, buffer, theme, &position, scroll);
    }
}
