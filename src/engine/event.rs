//! What the engine tells any front end. Events carry everything a view needs, so that no view ever opens a file or a
//! database.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::entry::{Entry, Library};
use super::imports::Import;
use super::paid::unfinished::Unfinished;
use super::queued::{Queued, Waits, Width};
use super::voices::list::VoiceList;
use super::words::cost::Cost;
use super::writing::{NotWritten, Written};
use crate::domain::edit::Step;
use crate::domain::{CampaignId, MicroDollars};
use crate::farm::FarmSight;
use crate::plan::{AssetHash, JobKey, JobState, Mode, Output, Product, Role, RunId};
use crate::store::{Calls, Spend, UnknownCall};

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
    /// The farm changed: its server, its workers, or what they make. At most once a second.
    Farm(Arc<FarmSight>),
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
    /// How far an `Import` is, and its end.
    Import {
        /// The one of the command.
        ticket: u64,
        /// What it came to.
        import: Import,
    },
    /// The answer to `Edit`. The campaign as it is then follows as [`Event::Campaign`].
    Edited(Box<Edited>),
    /// The answer to `AddToCast`, after the campaigns were read again. The error is a sentence without its end.
    AddedToCast {
        /// The one of the command.
        ticket: u64,
        /// The new member.
        outcome: Result<AddedToCast, String>,
    },
    /// The answer to `WhatIf`.
    WhatIf {
        /// The one of the question.
        ticket: u64,
        /// The error is a sentence for the user: why the changes cannot be made.
        answer: Result<Remakes, String>,
    },
    /// The answer to `Write`, after what was written is in the library.
    Written {
        /// The one of the order.
        ticket: u64,
        /// What was written, or why nothing was.
        outcome: Result<Written, NotWritten>,
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

/// A new member of the cast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedToCast {
    /// What profiles call it.
    pub name: String,
    /// The cast file.
    pub file: PathBuf,
    /// What became of it, without an end.
    pub text: String,
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
