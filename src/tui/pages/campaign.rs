//! The studio page: the scenes of one campaign, the portrait of the selected baby, takes to flip through and keep.

use std::collections::HashMap;
use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::super::facts::Campaign;
use super::super::keymap::Section;
use super::super::message::{Effect, Request};
use super::super::overlay::Purpose;
use super::super::picture::Ask;
use super::super::state::Shared;
use super::super::takes::{self, Candidate};
use super::super::talk::Speech;
use super::super::waves::Heard;
use super::super::widgets::gauge::Gauge;
use super::super::widgets::portrait_pane;
use super::super::widgets::scene_table::SceneTable;
use super::super::widgets::{Cursor, frame};
use super::super::{Action, making, screen, words};
use super::{Faults, Page, Sight, campaign_pane};
use crate::domain::{Display, Scene, SpeakerIndex};
use crate::engine::{Cancel, Command, Level, Likeness, Loaded, Scope, Subject, publish};
use crate::plan::{Job, JobKey, Mode, Product, Role};

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
    /// Opens a campaign; `at_need` selects the first scene that failed.
    pub fn of(campaign: &Campaign, at_need: bool, shared: &Shared) -> Self {
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
        if let (true, Some(key), Some(loaded)) = (at_need, campaign.failed, campaign.loaded()) {
            let job = loaded.draft.job(key).or_else(|| loaded.finals.as_ref()?.job(key));
            if let Some((job, scene)) = job.and_then(|job| Some((job, *job.scenes.first()?))) {
                page.cursor.selected = scene + 1;
                page.focus = job.product();
            }
        }
        page
    }

    fn campaign<'a>(&self, shared: &'a Shared) -> Option<&'a Campaign> {
        shared.facts.at_path(&self.path)
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
        let (mode, job) = shared.facts.shown(loaded, |graph| takes::job_of(graph, subject))?;
        let candidates = takes::candidates(loaded, loaded.graph(mode)?, subject, &shared.facts);
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

    fn act_on_campaign(
        &mut self,
        action: Action,
        campaign: &Campaign,
        loaded: &Loaded,
        shared: &Shared,
    ) -> Option<Vec<Request>> {
        let scope = Scope { scene: self.scene(), ..Scope::default() };
        Some(match action {
            Action::Draft => making::generate(campaign, Mode::Draft, scope, shared),
            Action::Final => making::generate(campaign, Mode::Final, scope, shared),
            Action::Cancel => self.cancel(loaded, shared),
            Action::FocusFace => self.set_focus(Product::Portrait),
            Action::FocusVoice => self.set_focus(Product::Voice),
            Action::FocusNext => self.set_focus(match self.focus {
                Product::Portrait => Product::Voice,
                Product::Voice => Product::Clip,
                Product::Clip | Product::Fade | Product::Episode => Product::Portrait,
            }),
            Action::FocusClip => self.set_focus(Product::Clip),
            Action::OpenVideo => self.open_video(campaign, loaded, shared),
            Action::PlayVoice => self.play_voice(loaded, shared),
            Action::FullSize => match self.face(loaded, shared).and_then(|face| {
                shared.facts.job(face.candidate().key).made(Role::Picture).map(|made| made.path.clone())
            }) {
                Some(path) => Effect::FullSize(path).into(),
                None => Request::tell(Level::Info, "This picture is not made yet."),
            },
            Action::SameBaby => match self.face(loaded, shared) {
                Some(face) => self.new_take(&face, loaded, likeness_of(&face, shared), shared),
                None => Request::tell(Level::Info, "Select the line of a baby first: this is for one face."),
            },
            Action::NewTake
            | Action::PreviousTake
            | Action::NextTake
            | Action::Keep
            | Action::CopyPrompt
            | Action::CopyPath => match self.focus(loaded, shared) {
                Some(focus) => self.act_on_focus(action, &focus, loaded, shared),
                None if action == Action::CopyPath && self.scene().is_some() => {
                    match self.clip_movie(campaign, loaded, shared) {
                        Some(path) => copied(path.to_string_lossy().into_owned(), "the path"),
                        None => Request::tell(Level::Info, "Nothing is made here yet."),
                    }
                }
                None if action == Action::CopyPath => {
                    Effect::Copy(campaign.entry.path.to_string_lossy().into_owned()).into()
                }
                None => Request::tell(Level::Info, "Select the line of a baby first: this is for one face or voice."),
            },
            _ => return None,
        })
    }

    fn act_on_focus(&mut self, action: Action, focus: &Focus, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let campaign = &loaded.campaign.id;
        match action {
            Action::NewTake => self.new_take(focus, loaded, Likeness::Another, shared),
            Action::PreviousTake | Action::NextTake if focus.candidates.len() == 1 => {
                let keys = shared.keymap.keys(Section::Campaign, Action::NewTake);
                let how = keys.first().map_or_else(String::new, |key| format!(" {key} makes a new one."));
                Request::tell(Level::Info, format!("There is only one take.{how}"))
            }
            Action::PreviousTake | Action::NextTake => {
                let count = focus.candidates.len();
                let step = if action == Action::NextTake { 1 } else { count - 1 };
                let next = &focus.candidates[(focus.viewed + step) % count];
                self.viewing.insert(focus.job.base, next.key);
                Vec::new()
            }
            Action::Keep if focus.is_in_use() => {
                Request::tell(Level::Info, format!("{} is in use already.", capitalised(&focus.candidate().name)))
            }
            Action::Keep if !shared.facts.state(focus.candidate().key).is_made() => {
                Request::tell(Level::Warning, "This take is not made; only a made one can be kept.")
            }
            Action::Keep => vec![
                Request::Effect(Effect::Send(Command::Choose {
                    campaign: campaign.clone(),
                    mode: focus.mode,
                    subject: focus.subject,
                    pick: focus.candidate().pick,
                })),
                Request::Tell(Level::Info, format!("{} is kept.", capitalised(&focus.candidate().name))),
            ],
            Action::CopyPrompt => match &focus.job.request {
                crate::plan::Request::Portrait(portrait) => copied(portrait.prompt.clone(), "the prompt"),
                crate::plan::Request::Voice(voice) => copied(voice.text.clone(), "the spoken text"),
                _ => Request::tell(Level::Info, "This is your own material: it has no prompt."),
            },
            Action::CopyPath => match shared.facts.job(focus.candidate().key).outputs.first() {
                Some(made) => copied(made.path.to_string_lossy().into_owned(), "the path"),
                None => Request::tell(Level::Info, "Nothing is made here yet."),
            },
            _ => Vec::new(),
        }
    }

    /// Asks for a new take, which is looked at as soon as it is there.
    fn new_take(&mut self, focus: &Focus, loaded: &Loaded, likeness: Likeness, shared: &Shared) -> Vec<Request> {
        let requests = making::new_take(&loaded.campaign.id, focus.mode, focus.subject, likeness, focus.job, shared);
        if focus.job.request.has_takes() {
            let takes = loaded.takes.get(&focus.job.base).map_or(1, Vec::len);
            self.awaited.insert(focus.job.base, takes);
        }
        requests
    }

    /// The focused job, or everything of the campaign on its own line.
    fn cancel(&self, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let id = &loaded.campaign.id;
        if self.scene().is_none() {
            return if shared.facts.runs.iter().any(|run| run.campaign == *id) {
                Effect::Send(Command::Cancel(Cancel::Campaign(id.clone()))).into()
            } else {
                Request::tell(Level::Info, "Nothing of this campaign is being made.")
            };
        }
        if let Some(clip) = self.clip(loaded, shared).filter(|clip| shared.facts.state(clip.key).is_active()) {
            return Effect::Send(Command::Cancel(Cancel::Job(clip.key))).into();
        }
        let focus = self.focus(loaded, shared);
        let active = focus.as_ref().and_then(|focus| {
            let keys = [focus.candidate().key, focus.job.key].into_iter();
            let others = focus.candidates.iter().map(|candidate| candidate.key);
            keys.chain(others).find(|key| shared.facts.state(*key).is_active())
        });
        match active {
            Some(key) => Effect::Send(Command::Cancel(Cancel::Job(key))).into(),
            None => Request::tell(Level::Info, "This is not being made."),
        }
    }

    /// The clip of the selected scene, where the keys work on it: a media scene has nothing else.
    pub(super) fn clip<'a>(&self, loaded: &'a Loaded, shared: &Shared) -> Option<&'a Job> {
        let scene = self.scene()?;
        let is_meant = self.focus == Product::Clip || loaded.campaign.line(scene).is_none();
        let job = shared.facts.scene_job(loaded, scene, Product::Clip).map(|(_, job)| job);
        job.filter(|_| is_meant)
    }

    /// Where the focused clip is put for people.
    fn clip_movie(&self, campaign: &Campaign, loaded: &Loaded, shared: &Shared) -> Option<PathBuf> {
        let scene = self.scene()?;
        self.clip(loaded, shared)?;
        let (mode, job) = shared.facts.scene_job(loaded, scene, Product::Clip)?;
        shared.facts.job(job.key).made(Role::Movie)?;
        Some(campaign.entry.output.join(publish::clip_file(loaded, scene, mode)))
    }

    /// The focused clip, else the episode, in the person's own player.
    fn open_video(&self, campaign: &Campaign, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        if self.clip(loaded, shared).is_some() {
            return match self.clip_movie(campaign, loaded, shared) {
                Some(path) => Effect::OpenVideo(path).into(),
                None => Request::tell(Level::Info, "This clip is not made yet."),
            };
        }
        match campaign.video() {
            Some(video) => Effect::OpenVideo(video.path.clone()).into(),
            None => Request::tell(Level::Info, "There is no video of this campaign yet."),
        }
    }

    /// The voice of the selected line, the take that is looked at.
    fn play_voice(&self, loaded: &Loaded, shared: &Shared) -> Vec<Request> {
        let voice = self.scene().and_then(|scene| self.look_at(loaded, Subject::Voice(scene), shared));
        let Some(voice) = voice else {
            return Request::tell(Level::Info, "Select the line of a baby first: this plays its voice.");
        };
        match shared.facts.job(voice.candidate().key).made(Role::Sound) {
            Some(made) => {
                let face = self.face(loaded, shared);
                let body = screen::parts(shared.size).body;
                let caption = self.scene().and_then(|scene| loaded.campaign.line(scene)).map(|line| line.text.clone());
                let speech = Speech {
                    sound: made.path.clone(),
                    portrait: face.filter(Focus::is_in_use).map(|face| face.job.request.clone()),
                    caption: caption.unwrap_or_default(),
                    ask: self.picture(body, shared),
                };
                Effect::Play(Box::new(speech)).into()
            }
            None => Request::tell(Level::Info, "This voice is not made yet."),
        }
    }

    fn set_focus(&mut self, focus: Product) -> Vec<Request> {
        self.focus = focus;
        Vec::new()
    }

    fn list_height(shared: &Shared) -> usize {
        let body = screen::parts(shared.size).body;
        // Two borders and the headings.
        usize::from(screen::panes(body).list.height.saturating_sub(3))
    }

    fn table<'a>(&'a self, campaign: &Campaign, loaded: &'a Loaded, shared: &'a Shared) -> SceneTable<'a> {
        SceneTable {
            loaded,
            facts: &shared.facts,
            visible: &self.visible,
            selected: self.cursor.selected,
            offset: self.cursor.offset,
            focus: self.focus,
            spinner: shared.spinner(),
            milliseconds: campaign.milliseconds,
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

    fn footer(&self, _shared: &Shared) -> Vec<Action> {
        let make = [Action::Draft, Action::Final];
        let takes = [Action::NewTake, Action::PreviousTake, Action::NextTake, Action::Keep];
        let rest = [
            Action::PlayVoice,
            Action::OpenVideo,
            Action::Cancel,
            Action::SameBaby,
            Action::Back,
            Action::Edit,
            Action::Filter,
            Action::Help,
        ];
        let takes = if self.scene().is_some() { &takes[..] } else { &[] };
        make.iter().chain(takes).chain(&rest).copied().collect()
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
        let list = screen::panes(body).list;
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
        let pane = screen::panes(body).pane?;
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
        let mut gauge = Gauge { elapsed: making::elapsed(shared, |run| run.campaign == *id), ..Gauge::default() };
        gauge.add(campaign.progress());
        if gauge.running > 0 {
            gauge.left = campaign.loaded().and_then(|loaded| shared.facts.time_left(loaded, campaign.mode()));
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
        let panes = screen::panes(body);
        let progress = campaign.progress();
        let mut note = vec![format!("{} of {} made", progress.scenes_made, progress.scenes_total)];
        note.extend(campaign.video().map(|video| match video.changed_since(loaded) {
            0 => "video".to_owned(),
            changed => format!("video, {} changed since", words::count(changed, "line")),
        }));
        note.extend((campaign.milliseconds > 0).then(|| words::milliseconds(campaign.milliseconds)));
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

/// The baby that is looked at; while there is no picture of it, the one that was made before.
fn likeness_of(face: &Focus, shared: &Shared) -> Likeness {
    let looked_at = face.candidate().key;
    if shared.facts.state(looked_at).is_made() { Likeness::SameAs(looked_at) } else { Likeness::Same }
}

fn copied(text: String, what: &str) -> Vec<Request> {
    vec![Request::Effect(Effect::Copy(text)), Request::Tell(Level::Info, format!("Copied {what}."))]
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
