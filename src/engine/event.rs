//! What the engine tells any front end. Events carry everything a view needs, so that no view ever opens a file or a
//! database.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::drop_aside::DropAside;
use super::paid::unfinished::Unfinished;
use super::queued::{Queued, Waits, Width};
use super::voices::list::VoiceList;
use super::words::cost::Cost;
use crate::domain::edit::Step;
use crate::domain::{Campaign, CampaignId, Fault, MicroDollars};
use crate::plan::{
    AssetHash, Charged, Choices, Face, Graph, JobKey, JobSet, JobState, Mode, Output, Pick, Product, ProviderId,
    Request, Role, RunId, Sources,
};
use crate::providers::Who;
use crate::store::{Calls, PortraitMade, Spend, UnknownCall};

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The campaigns folder was read: this replaces every entry known before.
    Library(Arc<Library>),
    /// One campaign changed: its file, its choices or its takes.
    Campaign(Arc<Entry>),
    /// Jobs changed their state. Several at once when they changed together.
    Jobs(Vec<JobChange>),
    /// A lane is used for the first time, or has another width.
    Lane(Width),
    /// A running job got further; at most ten a second for a job.
    Progress {
        /// Which job.
        key: JobKey,
        /// From 0 to 1, of the whole job.
        fraction: f32,
    },
    /// How far a running portrait has got; never kept, and nothing to wait for.
    Unfinished {
        /// The portrait's job.
        key: JobKey,
        /// The newest one; it takes the place of those before it.
        picture: Arc<Unfinished>,
    },
    /// A run has begun here. Every run that begins ends with [`Event::RunEnded`]; one that is refused only ends.
    RunStarted {
        /// The id that the front end gave it.
        run: RunId,
        /// Whose script it makes.
        campaign: CampaignId,
        /// Which of the two plans.
        mode: Mode,
        /// How many jobs it asks for; those that are made already count.
        jobs: usize,
    },
    /// A run of this program is over, or was refused before it began.
    RunEnded(RunEnded),
    /// Another program on this home makes this. Told where others are followed; [`super::Cancel`] reaches it too.
    RunElsewhere {
        /// The id that the other program gave it.
        run: RunId,
        /// Whose script it makes.
        campaign: CampaignId,
        /// Which of the two plans.
        mode: Mode,
        /// How many jobs it was recorded with.
        jobs: usize,
    },
    /// A run of another program is over, or that program is gone.
    RunElsewhereEnded(RunEnded),
    /// What was spent and what may have been: told before the first library and after every change.
    Ledger(Arc<Ledger>),
    /// The answer to `Calls`, and what it would be after each change of the ledger from then on.
    Calls(Arc<Calls>),
    /// The answer to `Reconcile`, after the ledger and a notice with what was found.
    Reconciled,
    /// What was spent against the caps, told when it changes.
    Budgets(Budgets),
    /// The answer to `Voices`.
    Voices(Arc<VoiceList>),
    /// The answer to `PreviewVoice`: a sound file, or why there is none.
    Preview {
        /// The id that was asked for.
        voice: String,
        /// The file lies in the home, which keeps the newest previews only. The error is a sentence for the user.
        sound: Result<PathBuf, String>,
    },
    /// The answer to `Edit`. The campaign as it is then follows as [`Event::Campaign`].
    Edited(Box<Edited>),
    /// The answer to `WhatIf`.
    WhatIf {
        /// The one of the question.
        ticket: u64,
        /// The error is a sentence for the user: why the changes cannot be made.
        answer: Result<Remakes, String>,
    },
    /// Something a person should read that belongs to no job.
    Notice(Notice),
    /// The engine cannot work at all (home not writable, database of a newer version …); nothing follows.
    Unusable(String),
    /// The answer to `Shutdown`: nothing runs any more.
    Stopped,
}

/// What became of an edit.
#[derive(Debug, Clone, PartialEq)]
pub struct Edited {
    /// The one of the question.
    pub ticket: u64,
    /// Whose file it was about.
    pub campaign: CampaignId,
    /// Or why the file is as it was.
    pub outcome: Result<EditDone, String>,
}

/// An edit that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct EditDone {
    /// What takes it back.
    pub back: Step,
    /// The scene to look at next.
    pub scene: Option<usize>,
    /// Of the file as it is now: a campaign with another one is not read again yet, or edited once more.
    pub source_hash: AssetHash,
}

/// What an edit would have made again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remakes {
    /// Faces, voices and clips that are not those of before, by kind.
    pub items: Vec<(Product, usize)>,
    /// Of those, how many are there already, from an earlier time.
    pub made: usize,
    /// An upper bound of what the others cost.
    pub price: MicroDollars,
}

/// What was spent, and the calls of which nobody knows whether they were billed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Oldest first; a person must decide on each.
    pub unknown: Vec<UnknownCall>,
    /// Everything that was ever spent on this home.
    pub spend: Spend,
    /// What was paid for each job.
    pub paid: HashMap<JobKey, MicroDollars>,
}

impl Ledger {
    /// What all undecided calls would cost together.
    pub fn unknown_price(&self) -> MicroDollars {
        self.unknown.iter().map(|call| call.price).sum()
    }

    /// What a campaign has used of its cap: paid, in flight and maybe billed.
    pub fn used_by(&self, campaign: &CampaignId) -> MicroDollars {
        let lines = self.spend.lines.iter().filter(|line| line.campaign == *campaign);
        lines.map(|line| line.amounts.paid + line.amounts.reserved + line.amounts.unknown).sum()
    }
}

/// Everything found in the campaigns folder.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// The campaigns folder; `None` when none was found.
    pub folder: Option<PathBuf>,
    /// Sorted by file name. Broken files are entries too.
    pub entries: Vec<Arc<Entry>>,
    /// What can make finals, or the sentence that says what to set.
    pub finals: FinalsState,
    /// Outside providers that are not set up, each with what to set.
    pub absent: BTreeMap<ProviderId, String>,
    /// Who makes things, and why.
    pub who: Who,
    /// What will soon need the user: a model that is switched off, a provider that is stopped.
    pub warnings: Vec<String>,
    /// What calls were charged until the folder was read.
    pub charged: Charged,
}

/// What was spent and how much may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budgets {
    /// Of the paid run under way, or of the last one.
    pub run: Option<Budget>,
    /// What any run may spend.
    pub run_cap: Option<MicroDollars>,
    /// What any campaign may spend.
    pub campaign_cap: Option<MicroDollars>,
    /// Of this calendar month (UTC), all programs on this home together.
    pub month: Budget,
}

/// One limit, and what counts against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Paid, in flight and maybe billed.
    pub used: MicroDollars,
    /// `None`: there is no limit.
    pub cap: Option<MicroDollars>,
}

/// Whether finals can be made at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FinalsState {
    /// Somebody makes them: a key or an address is set.
    Available,
    /// Says what to set, for the user.
    Unavailable(String),
}

/// One campaign file.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The campaign's id, or the file's stem where the file is broken.
    pub name: String,
    /// The campaign file.
    pub path: PathBuf,
    /// Where the products for people go: `output/<campaign_id>`.
    pub output: PathBuf,
    /// The finished videos that lie there.
    pub videos: Vec<Video>,
    /// What was read from it.
    pub content: Content,
    /// What is wrong with the file since its last edit; `content` is then its last version without a fault.
    pub edit_faults: Vec<Fault>,
    /// When the file was last written, in milliseconds since 1970.
    pub written_at: Option<i64>,
}

impl Entry {
    /// Every fault of the file as it is now.
    pub fn faults(&self) -> &[Fault] {
        match &self.content {
            Content::Broken(faults) => faults,
            Content::Good(_) => &self.edit_faults,
        }
    }

    /// The finished video of a mode.
    pub fn video(&self, mode: Mode) -> Option<&Video> {
        self.videos.iter().find(|video| video.mode == mode)
    }
}

/// What a campaign file was read as.
#[derive(Debug, Clone)]
pub enum Content {
    /// Without a fault, and planned.
    Good(DropAside<Loaded>),
    /// Every fault of the file; nothing can be made until they are fixed.
    Broken(Vec<Fault>),
}

/// A campaign that passed every check, planned for each mode.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// As it was read.
    pub campaign: Campaign,
    /// Of the campaign file as it was read.
    pub source_hash: AssetHash,
    /// The plan by the built-in parts: always there, always free.
    pub draft: Graph,
    /// Planned whether or not a key is set: what was made for money is there all the same. `None` where only the built-in
    /// parts are chosen.
    pub finals: Option<Graph>,
    /// What `ID.takes.json` says: which takes are used, starred or in the trash.
    pub choices: Choices,
    /// What was read beside the file to plan it.
    pub sources: Sources,
    /// All takes that exist of a face or line, by the base key of its request, in order of their number. A face or line
    /// that was never re-rolled has no entry: it has take 1 only.
    pub takes: HashMap<JobKey, Vec<Take>>,
    /// Portraits that runs of this campaign made for its speakers, newest first, at most
    /// [`Loaded::MOST_FORMER_FACES`] a speaker: what can be kept after an edit of its profile.
    pub portraits_made: Vec<PortraitMade>,
    /// The names of the speakers as parts of file names, one a profile.
    pub speaker_slugs: Vec<String>,
    /// Whether the voice of earlier versions goes on speaking it, because it spoke lines of it before.
    pub keeps_earlier_voice: bool,
    /// Appearance words that the drawn baby cannot show, one list a profile.
    pub undrawn_words: Vec<Vec<String>>,
}

impl Loaded {
    /// More are not flipped through by hand.
    pub const MOST_FORMER_FACES: usize = 12;

    /// The plan of a mode; `None` where no finals are planned.
    pub fn graph(&self, mode: Mode) -> Option<&Graph> {
        match mode {
            Mode::Draft => Some(&self.draft),
            Mode::Final => self.finals.as_ref(),
        }
    }

    /// Whether anything of the final was begun; what it shares with the draft, such as the title, does not count.
    pub fn has_begun_final<'a>(&self, state: &impl Fn(JobKey) -> &'a JobState) -> bool {
        self.finals.iter().flat_map(|finals| &finals.jobs).any(|job| {
            !matches!(state(job.key), JobState::Pending | JobState::Cancelled) && self.draft.job(job.key).is_none()
        })
    }

    /// The mode to look at: the final where any of it was begun or can be made, else the draft.
    pub fn usual_mode<'a>(&self, finals: &FinalsState, state: &impl Fn(JobKey) -> &'a JobState) -> Mode {
        let can_be_made = self.finals.is_some() && *finals == FinalsState::Available;
        if can_be_made || self.has_begun_final(state) { Mode::Final } else { Mode::Draft }
    }
}

/// One take of a face or line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Take {
    /// From 1.
    pub number: u32,
    /// The job that makes it.
    pub key: JobKey,
    /// The face that it alone keeps.
    pub face: Option<Face>,
    /// What was asked of it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Take {
    /// A take that keeps and was asked nothing of its own.
    pub fn plain(number: u32, key: JobKey) -> Self {
        Self { number, key, face: None, note: None }
    }

    /// How it is chosen.
    pub fn pick(&self) -> Pick {
        Pick::of_take(self.number, self.face, self.note.clone())
    }

    /// Its request; `other` is any take of the same face or line.
    pub fn request_of(&self, other: &Request) -> Request {
        let mut request = other.with_take(self.number);
        if let Some(face) = self.face {
            request = request.keeping(face);
        }
        self.note.clone().map_or(request.clone(), |note| request.noted(note))
    }
}

/// A job stands so now.
#[derive(Debug, Clone, PartialEq)]
pub struct JobChange {
    /// Which job.
    pub key: JobKey,
    /// All that is known of it, in the place of what was known before.
    pub facts: JobFacts,
}

/// A made file and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its hash, role, length and measures.
    pub output: Output,
    /// The asset in the home: read-only, and never to be written.
    pub path: PathBuf,
}

/// The end of a run, with its balance. Also told of a run that was refused.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunEnded {
    /// The id that it began with.
    pub run: RunId,
    /// Whose script it made.
    pub campaign: CampaignId,
    /// Which of the two plans.
    pub mode: Mode,
    /// Of several kinds of ends among its jobs the first of these counts: interrupted, unknown, stopped, partial,
    /// complete.
    pub outcome: Outcome,
    /// One sentence: what was made, where it is, what failed.
    pub message: String,
    /// Jobs that were made in it.
    pub made: usize,
    /// Jobs whose results were there already.
    pub cached: usize,
    /// Jobs that failed; a new run tries them again.
    pub failed: usize,
    /// Maybe billed: a person must decide.
    pub held: usize,
    /// Held up by what failed.
    pub blocked: usize,
    /// Jobs that were stopped or never begun.
    pub cancelled: usize,
    /// From its beginning to its end, in milliseconds; 0 for a run that could not begin.
    pub elapsed_ms: u64,
    /// As the ledger says it at the end of the run.
    pub cost: Cost,
}

impl RunEnded {
    /// Of a run that could not begin.
    pub fn at_once(run: RunId, campaign: CampaignId, mode: Mode, outcome: Outcome, message: String) -> Self {
        let (made, cached, failed, held, blocked, cancelled) = (0, 0, 0, 0, 0, 0);
        let (elapsed_ms, cost) = (0, Cost::default());
        Self { run, campaign, mode, outcome, message, made, cached, failed, held, blocked, cancelled, elapsed_ms, cost }
    }
}

/// How a run ended.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    serde::Deserialize,
    JsonSchema,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// All that was asked for is there, made now or before.
    Complete,
    /// Some jobs failed; the others are made.
    Partial,
    /// Consent, cap, key or quota: nothing more can be made without the user.
    Stopped,
    /// A paid call may or may not have been billed.
    Unknown,
    /// It was cancelled, or its program ended; what was made before is kept.
    Interrupted,
    /// It could not even begin: the disk is full, the database is busy.
    Failed,
}

impl Outcome {
    /// As it is written in JSON and in the home: `complete`, …
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A message of the engine that belongs to no job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub level: Level,
    /// A sentence or more, for the user.
    pub text: String,
    /// What it is about, where that is one campaign.
    pub campaign: Option<CampaignId>,
}

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something was done.
    Info,
    /// Something needs a look, now or soon.
    Warning,
    /// Something that was asked for was not done.
    Error,
}

impl Default for FinalsState {
    fn default() -> Self {
        FinalsState::Unavailable(String::new())
    }
}

/// What is known of a job.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JobFacts {
    /// How far it is, and why it is no further.
    pub state: JobState,
    /// What it made, with the file's place; empty until it is made.
    pub outputs: Vec<Made>,
    /// How long making it took.
    pub milliseconds: Option<u64>,
    /// When it was made, in milliseconds since 1970.
    pub made_at: Option<i64>,
    /// How far it is, from 0 to 1, while it runs.
    pub fraction: Option<f32>,
    /// How its picture looks so far, while it runs.
    pub unfinished: Option<Arc<Unfinished>>,
    /// Where it stands, while it is under way in this program.
    pub queued: Option<Queued>,
}

impl JobFacts {
    /// Of a job of which nothing is known.
    pub const UNKNOWN: &'static Self = &Self {
        state: JobState::Pending,
        outputs: Vec::new(),
        milliseconds: None,
        made_at: None,
        fraction: None,
        unfinished: None,
        queued: None,
    };

    /// Nothing but a state.
    pub fn of(state: JobState) -> Self {
        Self { state, ..Self::default() }
    }

    /// Why it does not run, of a job that was asked for: what this program does not queue, another one makes.
    pub fn waits(&self) -> Option<&Waits> {
        let is_waiting = self.state == JobState::Waiting;
        is_waiting.then(|| self.queued.as_ref().and_then(|queued| queued.waits.as_ref()).unwrap_or(&Waits::Elsewhere))
    }

    /// Its output of this role, where it is made.
    pub fn made(&self, role: Role) -> Option<&Made> {
        self.outputs.iter().find(|made| made.output.role == role)
    }
}

/// One finished video as people find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Video {
    /// Draft or final.
    pub mode: Mode,
    /// In `output/`, under the name that people find it by.
    pub path: PathBuf,
    /// What it was joined from.
    pub(crate) clips: Vec<JobKey>,
}

impl Video {
    /// How many clips of today's plan are not in it: 0 means that it is up to date.
    pub fn changed_since(&self, loaded: &Loaded) -> usize {
        let Some(job) = loaded.graph(self.mode).and_then(|graph| graph.episode_job()) else { return 0 };
        let Request::Episode(episode) = &*job.request else { return 0 };
        let known: JobSet = self.clips.iter().copied().collect();
        episode.parts.iter().filter(|part| !known.contains(&part.clip)).count()
    }

    /// Whether this clip is one of those that it was joined from.
    pub fn has(&self, clip: JobKey) -> bool {
        self.clips.contains(&clip)
    }
}
