//! How far things are: the state of a job, of a scene and of a campaign. Pure functions of a graph and the states of
//! its jobs; the same words are used on screen, in JSON and in the journal.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::graph::{Graph, Job, SceneJobs};
use super::key::JobKey;
use crate::domain::MicroDollars;

/// Why a job could not be made, in words for the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What failed and why, as a sentence without a final full stop.
    pub reason: String,
    /// What to do next, as a sentence.
    pub next_step: String,
    /// Whether trying again without any change can help.
    pub retryable: bool,
}

/// How the reason begins where a cap leaves no room for a call.
pub const CAP: &str = "The cap of ";

/// `ENFILE` and `EMFILE`, which are numbered alike on every Unix.
const TOO_MANY_FILES: [i32; 2] = [23, 24];

impl Failure {
    /// Whether only a cap keeps the job from being made: nothing is wrong with it.
    pub fn is_cap(&self) -> bool {
        self.reason.starts_with(CAP)
    }

    /// The system lets this program open no more files or connections now: nobody's fault, and over when some are closed.
    /// `None` for any other error.
    pub fn for_want_of_files(error: &std::io::Error) -> Option<Self> {
        let is_that = cfg!(unix) && error.raw_os_error().is_some_and(|code| TOO_MANY_FILES.contains(&code));
        is_that.then(|| Self {
            reason: "babblecast has as many files and connections open as the system allows it".to_owned(),
            next_step: "It goes on as some are closed; `ulimit -n 1024` before the start allows more.".to_owned(),
            retryable: true,
        })
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}. {}", self.reason, self.next_step)
    }
}

/// The state of one job.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum JobState {
    /// Not made and not asked for.
    #[default]
    Pending,
    /// Asked for; waits for its turn.
    Waiting,
    /// Being made now, here or by another program on this home.
    Running,
    /// Made by the current run, or while this program looked on.
    Made,
    /// Made earlier: nothing to do.
    Cached,
    /// It was tried and nothing came of it. What may have been billed is [`JobState::Held`].
    Failed(Failure),
    /// A call for it may have been billed although its result never came: a person must decide.
    Held(Failure),
    /// Something that it is made of cannot be made; nothing is wrong with the job itself.
    Blocked(Failure),
    /// Stopped before it was made; asked for again, it is made.
    Cancelled,
}

impl JobState {
    /// Whether its products are there.
    pub fn is_made(&self) -> bool {
        matches!(self, JobState::Made | JobState::Cached)
    }

    /// Asked for and not yet ended.
    pub fn is_active(&self) -> bool {
        matches!(self, JobState::Waiting | JobState::Running)
    }

    /// Why there is no product, where something went wrong.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            JobState::Failed(failure) | JobState::Held(failure) | JobState::Blocked(failure) => Some(failure),
            _ => None,
        }
    }

    /// One mark for each meaning, so that it is told without colour. Made is made, whichever run made it.
    pub fn symbol(&self) -> char {
        match self {
            JobState::Pending | JobState::Waiting | JobState::Cancelled => '·',
            JobState::Running => '◐',
            JobState::Made | JobState::Cached => '●',
            JobState::Failed(_) => '!',
            JobState::Held(_) => '?',
            JobState::Blocked(_) => '‖',
        }
    }

    /// The state's name in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            JobState::Pending => "pending",
            JobState::Waiting => "waiting",
            JobState::Running => "running",
            JobState::Made => "made",
            JobState::Cached => "cached",
            JobState::Failed(_) => "failed",
            JobState::Held(_) => "maybe billed",
            JobState::Blocked(_) => "blocked",
            JobState::Cancelled => "cancelled",
        }
    }

    /// What a person reads of it.
    pub fn word(&self) -> &'static str {
        match self {
            JobState::Pending => "to make",
            JobState::Waiting => "waiting",
            JobState::Running => "working",
            JobState::Made | JobState::Cached => "made",
            JobState::Failed(_) => "failed",
            JobState::Held(_) => "maybe billed",
            JobState::Blocked(_) => "held",
            JobState::Cancelled => "cancelled",
        }
    }
}

/// The state of a scene: the least advanced of its jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SceneStatus {
    Pending,
    Processing,
    Success,
    Failed,
}

/// How many jobs are where, and what the missing ones cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Progress {
    /// All jobs of the plan.
    pub total: usize,
    /// Made by the current run, or while this program looked on.
    pub made: usize,
    /// Made earlier.
    pub cached: usize,
    /// Asked for, not begun.
    pub waiting: usize,
    /// Being made now.
    pub running: usize,
    /// Tried in vain.
    pub failed: usize,
    /// Maybe billed.
    pub held: usize,
    /// Held up by what failed.
    pub blocked: usize,
    /// Stopped before they were made.
    pub cancelled: usize,
    /// All scenes of the script.
    pub scenes_total: usize,
    /// Scenes of which every job is made.
    pub scenes_made: usize,
    /// Upper bound of the price of everything that is not made; what may have been billed waits for a decision first.
    pub price_of_missing: MicroDollars,
}

impl Progress {
    /// Jobs whose products are there.
    pub fn done(&self) -> usize {
        self.made + self.cached
    }

    /// Jobs that are asked for and not ended.
    pub fn active(&self) -> usize {
        self.waiting + self.running
    }

    /// Whether every job is made; true for an empty plan.
    pub fn is_complete(&self) -> bool {
        self.done() == self.total
    }

    /// Brings the counts of a graph up to date after one job was `before` and is now what `state` says of it: cheaper
    /// than [`progress`], which looks at every job.
    pub fn follow<'a>(
        &mut self,
        graph: &Graph,
        key: JobKey,
        before: &'a JobState,
        state: &impl Fn(JobKey) -> &'a JobState,
    ) {
        let Some(job) = graph.job(key) else { return };
        let after = state(key);
        if let Some(count) = self.count_of(before) {
            *count -= 1;
        }
        if let Some(count) = self.count_of(after) {
            *count += 1;
        }
        match (is_missing(before), is_missing(after)) {
            (true, false) => {
                self.price_of_missing = MicroDollars(self.price_of_missing.0.saturating_sub(job.price().0));
            }
            (false, true) => self.price_of_missing += job.price(),
            (true, true) | (false, false) => {}
        }
        let as_before = |other| if other == key { before } else { state(other) };
        for scene in job.scenes.iter().filter_map(|&scene| graph.scenes.get(scene)) {
            let was_made = scene_status(graph, *scene, &as_before) == SceneStatus::Success;
            let is_made = scene_status(graph, *scene, state) == SceneStatus::Success;
            self.scenes_made = self.scenes_made + usize::from(is_made) - usize::from(was_made);
        }
    }

    /// Where jobs of this state are counted; pending ones are what is left.
    fn count_of(&mut self, state: &JobState) -> Option<&mut usize> {
        match state {
            JobState::Pending => None,
            JobState::Waiting => Some(&mut self.waiting),
            JobState::Running => Some(&mut self.running),
            JobState::Made => Some(&mut self.made),
            JobState::Cached => Some(&mut self.cached),
            JobState::Failed(_) => Some(&mut self.failed),
            JobState::Held(_) => Some(&mut self.held),
            JobState::Blocked(_) => Some(&mut self.blocked),
            JobState::Cancelled => Some(&mut self.cancelled),
        }
    }

    /// 0 to 1; an empty campaign is complete.
    pub fn fraction(&self) -> f64 {
        if self.total == 0 { 1.0 } else { self.done() as f64 / self.total as f64 }
    }
}

/// The status of one scene. A media scene without jobs is complete: its file was found when the campaign was read.
pub fn scene_status<'a>(graph: &Graph, scene: SceneJobs, state: &impl Fn(JobKey) -> &'a JobState) -> SceneStatus {
    let mut status = SceneStatus::Success;
    for index in scene.iter() {
        match state(graph.jobs[index].key) {
            JobState::Failed(_) | JobState::Held(_) | JobState::Blocked(_) => return SceneStatus::Failed,
            JobState::Waiting | JobState::Running => status = SceneStatus::Processing,
            JobState::Pending | JobState::Cancelled if status == SceneStatus::Success => status = SceneStatus::Pending,
            JobState::Pending | JobState::Cancelled | JobState::Made | JobState::Cached => {}
        }
    }
    status
}

/// Counts a whole graph.
pub fn progress<'a>(graph: &Graph, state: &impl Fn(JobKey) -> &'a JobState) -> Progress {
    let mut progress = Progress { total: graph.jobs.len(), scenes_total: graph.scenes.len(), ..Progress::default() };
    for job in &graph.jobs {
        let state = state(job.key);
        if let Some(count) = progress.count_of(state) {
            *count += 1;
        }
        if is_missing(state) {
            progress.price_of_missing += job.price();
        }
    }
    progress.scenes_made =
        graph.scenes.iter().filter(|scene| scene_status(graph, **scene, state) == SceneStatus::Success).count();
    progress
}

/// Whether generating would make it; what may have been billed waits for a decision.
fn is_missing(state: &JobState) -> bool {
    !state.is_made() && !matches!(state, JobState::Held(_))
}

/// The jobs that are not made.
pub fn missing<'a>(graph: &'a Graph, state: impl Fn(JobKey) -> &'a JobState) -> impl Iterator<Item = &'a Job> {
    graph.jobs.iter().filter(move |job| !state(job.key).is_made())
}
