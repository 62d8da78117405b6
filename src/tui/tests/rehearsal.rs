//! A studio on a stage: the real state, update and view, with an engine that answers as told. No clock, no terminal.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use serde_json::Value;

pub use super::libraries::{
    document, entry, entry_with, keyless_library, library, paid_library, painted_library, settings, with_finals,
};
use super::print;
use crate::engine::{
    Cancel, Command, Content, Cost, DropAside, Entry, Event, JobChange, JobFacts, Library, Loaded, Made, Outcome,
    RunEnded, RunId, Subject, Take,
};
use crate::plan::{AssetHash, Choice, Failure, JobKey, JobState, Mode, Output, Pick, Product, Role, plan};
use crate::tui::app::state::State;
use crate::tui::app::update::{settle, update};
use crate::tui::app::view::{view, wanted_pictures};
use crate::tui::input::keymap::{Key, Keymap};
use crate::tui::model::message::{Effect, Msg};
use crate::tui::model::overlay::Overlay;
use crate::tui::pictures::cache::{Ask, Pictures};
use crate::tui::pictures::preview;
use crate::tui::takes;
use crate::tui::terminal::protocol::{Protocol, Way};
use crate::tui::theme::{Colours, ThemeChoice};

pub const HALF_BLOCKS: Way =
    Way { protocol: Protocol::HalfBlocks, cell: (10, 20), through_tmux: false, indexed: false };

/// The studio with its engine.
pub struct Rehearsal {
    pub state: State,
    pub pictures: Pictures,
    /// Everything the studio has asked of the outside, in order.
    pub effects: Vec<Effect>,
    library: Library,
    /// Asked for and not ended, in order.
    active: Vec<JobKey>,
    run: Option<(RunId, crate::domain::CampaignId)>,
    /// Makes the pictures of drawn babies; none for tests that look at no picture.
    with_pictures: bool,
}

impl Rehearsal {
    pub fn new(width: u16, height: u16, library: Library) -> Self {
        Self::with(width, height, ThemeChoice::Dark, Keymap::built_in(), library)
    }

    pub fn with(width: u16, height: u16, theme: ThemeChoice, keymap: Keymap, library: Library) -> Self {
        let theme = theme.resolve(Colours::default());
        let state = State::new(keymap, theme, Size::new(width, height), false, None);
        let mut rehearsal = Self { library: library.clone(), with_pictures: true, ..Self::around(state) };
        rehearsal.tell(Event::Library(Arc::new(library)));
        rehearsal
    }

    /// An open studio that has read no folder yet.
    pub fn opening(width: u16, height: u16) -> Self {
        let theme = ThemeChoice::Dark.resolve(Colours::default());
        Self::around(State::new(Keymap::built_in(), theme, Size::new(width, height), false, None))
    }

    fn around(state: State) -> Self {
        Self {
            state,
            pictures: Pictures::default(),
            effects: Vec::new(),
            library: Library::default(),
            active: Vec::new(),
            run: None,
            with_pictures: false,
        }
    }

    /// Plays a script: characters and `<named>` keys; `<work>` lets the engine finish one job, `<made>` all, `<fail>`
    /// fails one, `<second>` lets a second pass and wakes the pages, as the loop does.
    pub fn play(mut self, script: &str) -> Self {
        self.play_in_place(script);
        self
    }

    /// The same in a studio that somebody else holds.
    pub fn play_in_place(&mut self, script: &str) {
        let mut rest = script;
        while let Some(first) = rest.chars().next() {
            let (word, after) = match rest.strip_prefix('<').and_then(|inside| inside.split_once('>')) {
                Some((word, after)) if word.len() > 1 => (word, after),
                _ => (&rest[..first.len_utf8()], &rest[first.len_utf8()..]),
            };
            match word {
                "work" => self.end_job(JobState::Made),
                "fail" => self.end_job(JobState::Failed(Failure {
                    reason: "the drawing pen broke".to_owned(),
                    next_step: "Press g to try again.".to_owned(),
                    retryable: true,
                })),
                "made" => {
                    while !self.active.is_empty() {
                        self.end_job(JobState::Made);
                    }
                }
                "second" => {
                    self.state.shared.now += Duration::from_secs(1);
                    self.send(Msg::Tick);
                }
                name => {
                    let key = Key::named(if name == " " { "space" } else { name });
                    self.send(Msg::Key(key.unwrap_or_else(|| panic!("{name} is no key"))));
                }
            }
            rest = after;
        }
    }

    /// A campaign file that says something else now.
    pub fn edited(&mut self, document: &Value) {
        let entry = paid_library(std::slice::from_ref(document)).entries.remove(0);
        if let Some(known) = self.library.entries.iter_mut().find(|known| known.name == entry.name) {
            *known = entry.clone();
        }
        self.tell(Event::Campaign(entry));
    }

    pub fn send(&mut self, message: Msg) {
        let effects = update(&mut self.state, message);
        settle(&mut self.state);
        for effect in effects {
            self.effects.push(effect.clone());
            self.answer(effect);
        }
    }

    pub fn tell(&mut self, event: Event) {
        self.send(Msg::Engine(event));
    }

    fn loaded(&mut self, campaign: &crate::domain::CampaignId) -> (usize, Loaded) {
        let position = self.library.entries.iter().position(|entry| entry.name == campaign.as_str()).unwrap();
        match &self.library.entries[position].content {
            Content::Good(loaded) => (position, (**loaded).clone()),
            Content::Broken(_) => panic!("a broken campaign makes nothing"),
        }
    }

    /// Somebody edits a campaign's file; its takes and choices stay.
    pub fn rewrite(&mut self, document: &Value) {
        let Content::Good(fresh) = entry(document).content else { panic!("the new text is good") };
        let (position, former) = self.loaded(&fresh.campaign.id);
        let (choices, takes) = (former.choices, former.takes);
        let draft = plan(&fresh.campaign, &settings(), &choices, &fresh.sources).unwrap();
        self.replace(position, Loaded { draft, choices, takes, ..(*fresh).clone() });
    }

    fn replace(&mut self, position: usize, loaded: Loaded) {
        let entry =
            Entry { content: Content::Good(DropAside::new(loaded)), ..(*self.library.entries[position]).clone() };
        self.library.entries[position] = Arc::new(entry);
        self.tell(Event::Campaign(self.library.entries[position].clone()));
    }

    /// The engine's part.
    fn answer(&mut self, effect: Effect) {
        match effect {
            Effect::Generate { campaign, mode, scope, .. } => {
                let (_, loaded) = self.loaded(&campaign);
                let graph = loaded.graph(mode).unwrap();
                let keys: Vec<JobKey> = graph
                    .jobs
                    .iter()
                    .filter(|job| scope.scene.is_none_or(|scene| job.scenes.contains(&scene)))
                    .map(|job| job.key)
                    .filter(|key| !self.state.shared.facts.state(*key).is_made())
                    .collect();
                self.start(campaign, mode, keys);
            }
            Effect::Regenerate { campaign, mode, subject, note, .. } => {
                let (position, mut loaded) = self.loaded(&campaign);
                let job = takes::job_of(loaded.graph(mode).unwrap(), subject).unwrap().clone();
                let takes = loaded
                    .takes
                    .entry(job.base)
                    .or_insert_with(|| vec![Take::plain(1, job.request.with_take(1).key())]);
                let number = takes.last().unwrap().number + 1;
                let mut take = Take { note, ..Take::plain(number, job.key) };
                take.key = take.request_of(&job.request).key();
                let key = take.key;
                takes.push(take);
                self.replace(position, loaded);
                self.start(campaign, mode, vec![key]);
            }
            Effect::Send(Command::Choose { campaign, subject, pick, .. }) => {
                let (position, mut loaded) = self.loaded(&campaign);
                let job = takes::job_of(&loaded.draft, subject).unwrap();
                let product = match subject {
                    Subject::Portrait(_) => Product::Portrait,
                    Subject::Voice(_) => Product::Voice,
                };
                loaded.choices.choices.insert(job.base, Choice { product, of: String::new(), pick });
                let sources = loaded
                    .campaign
                    .materials()
                    .into_iter()
                    .map(|path| (path.clone(), AssetHash::of(b"material")))
                    .collect();
                loaded.draft = plan(&loaded.campaign, &settings(), &loaded.choices, &sources).unwrap();
                self.replace(position, loaded);
            }
            Effect::Send(Command::MarkTake { campaign, take, mark, is_on }) => {
                let (position, mut loaded) = self.loaded(&campaign);
                loaded.choices.mark(take, mark, is_on);
                self.replace(position, loaded);
            }
            Effect::Send(Command::Cancel(cancel)) => {
                let keys = match cancel {
                    Cancel::Job(key) => vec![key],
                    Cancel::All | Cancel::Campaign(_) | Cancel::Run(_) => self.active.clone(),
                };
                self.active.retain(|key| !keys.contains(key));
                let changes = keys.into_iter().map(|key| change(key, JobState::Cancelled)).collect();
                self.tell(Event::Jobs(changes));
                self.end_run_if_done();
            }
            Effect::Send(Command::AddSamples) => {
                self.library = library(&[document("nap_or_snack", "The great debate")]);
                self.tell(Event::Library(Arc::new(self.library.clone())));
            }
            _ => {}
        }
    }

    fn start(&mut self, campaign: crate::domain::CampaignId, mode: Mode, keys: Vec<JobKey>) {
        let run = RunId(uuid::Uuid::from_u128(self.effects.len() as u128));
        self.run = Some((run, campaign.clone()));
        self.tell(Event::RunStarted { run, campaign, mode, jobs: keys.len() });
        let states = [JobState::Running, JobState::Running].into_iter().chain(std::iter::repeat(JobState::Waiting));
        let changes = keys.iter().zip(states).map(|(key, state)| change(*key, state)).collect();
        self.tell(Event::Jobs(changes));
        self.active.extend(keys);
        self.end_run_if_done();
    }

    fn end_job(&mut self, state: JobState) {
        if self.active.is_empty() {
            return;
        }
        let key = self.active.remove(0);
        let mut changes = vec![match state {
            JobState::Made => made(key, self.product(key)),
            state => change(key, state),
        }];
        let next = self.active.iter().find(|key| *self.state.shared.facts.state(**key) == JobState::Waiting);
        changes.extend(next.map(|key| change(*key, JobState::Running)));
        self.tell(Event::Jobs(changes));
        self.end_run_if_done();
    }

    fn product(&self, key: JobKey) -> Product {
        let mut graphs = self.library.entries.iter().flat_map(|entry| match &entry.content {
            Content::Good(loaded) => std::iter::once(&loaded.draft).chain(&loaded.finals).collect(),
            Content::Broken(_) => Vec::new(),
        });
        let of_take = |graph: &crate::plan::Graph| {
            graph
                .jobs
                .iter()
                .find(|job| (1..9).any(|take| job.request.with_take(take).key() == key))
                .map(crate::plan::Job::product)
        };
        // Only portraits have takes that were asked something of their own.
        graphs.find_map(of_take).unwrap_or(Product::Portrait)
    }

    fn end_run_if_done(&mut self) {
        if !self.active.is_empty() {
            return;
        }
        if let Some((run, campaign)) = self.run.take() {
            let message = format!("Made: output/{campaign}");
            self.tell(Event::RunEnded(RunEnded {
                run,
                campaign,
                mode: Mode::Draft,
                outcome: Outcome::Complete,
                message,
                made: 0,
                cached: 0,
                failed: 0,
                held: 0,
                blocked: 0,
                cancelled: 0,
                elapsed_ms: 0,
                cost: Cost::default(),
            }));
        }
    }

    pub fn paint(&mut self) -> Buffer {
        let wanted = wanted_pictures(&self.state).into_iter().filter(|_| self.with_pictures);
        for ask in wanted.filter(|ask| !self.pictures.touch(ask)).collect::<Vec<_>>() {
            let picture = image::RgbImage::from_pixel(64, 96, image::Rgb([200, 120, 40]));
            let picture = preview::encode(&picture, &ask, HALF_BLOCKS).map_err(|error| error.to_string());
            self.pictures.add(&ask, picture);
        }
        let area = Rect::from((ratatui::layout::Position::ORIGIN, self.state.shared.size));
        let mut buffer = Buffer::empty(area);
        view(&self.state, &self.pictures, area, &mut buffer);
        buffer
    }

    pub fn text(&mut self) -> String {
        print::text(&self.paint())
    }

    pub fn screen(&mut self) -> String {
        print::styled(&self.paint())
    }

    pub fn overlay(&self) -> Option<&Overlay> {
        self.state.overlay.as_ref()
    }
}

/// The first picture that the page wants.
pub fn wanted_picture(state: &State) -> Option<Ask> {
    wanted_pictures(state).into_iter().next()
}

fn change(key: JobKey, state: JobState) -> JobChange {
    JobChange { key, facts: JobFacts::of(state) }
}

pub fn made(key: JobKey, product: Product) -> JobChange {
    let (role, media_type, size, milliseconds) = match product {
        Product::Portrait => (Role::Picture, "image/png", Some((1024, 1536)), None),
        Product::Transcript => (Role::Transcript, "application/json", None, None),
        Product::Marks => (Role::Marks, "application/json", None, None),
        Product::Script => (Role::Script, "application/json", None, None),
        Product::Dialogue | Product::Voice | Product::ShapedVoice | Product::Effect | Product::Music => {
            (Role::Sound, "audio/wav", None, Some(4_100))
        }
        Product::Clip | Product::Fade | Product::Episode => (Role::Movie, "video/mp4", None, Some(4_350)),
    };
    let output = Output {
        role,
        hash: AssetHash::of(key.as_bytes()),
        bytes: 1,
        media_type: media_type.to_owned(),
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
        milliseconds,
    };
    let path = PathBuf::from(format!("assets/{}", output.hash.short()));
    let stream = Output { role: Role::Video, media_type: "video/h264".to_owned(), ..output.clone() };
    let stream = Made { output: stream, path: path.with_extension("h264") };
    let outputs = std::iter::once(Made { output, path }).chain((product == Product::Clip).then_some(stream)).collect();
    JobChange { key, facts: JobFacts { outputs, milliseconds: Some(900), ..JobFacts::of(JobState::Made) } }
}

/// Picks are compared by tests of the keys.
pub fn chosen(effects: &[Effect]) -> Vec<(Subject, Pick)> {
    let choices = effects.iter().filter_map(|effect| match effect {
        Effect::Send(Command::Choose { subject, pick, .. }) => Some((*subject, pick.clone())),
        _ => None,
    });
    choices.collect()
}
