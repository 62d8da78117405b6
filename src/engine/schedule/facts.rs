//! What the schedule is told, and what it answers. Pure.

use super::inputs::{InputState, Purpose};
use crate::engine::command::Cancel;
use crate::engine::queued::{Turn, Width};
use crate::engine::run::Run;
use crate::plan::{Failure, JobKey, JobState, RunId};
use crate::providers::Lane;
use crate::store::Owner;

/// A job as a run asks for it.
pub struct Wanted<W> {
    pub key: JobKey,
    pub purpose: Purpose,
    /// How it stands before it is asked for, unless it is under way already.
    pub standing: Standing,
    pub work: W,
}

/// How a job stands that is not under way.
pub enum Standing {
    /// It has this end already: it is made, or a call for it may have been billed.
    Ended(JobState),
    /// Nobody who is set up makes it.
    Unmakeable(Failure),
    /// It is to be made here. An input that is under way is waited for, whatever its state here says.
    Missing { lane: Lane, inputs: Vec<(JobKey, InputState)> },
}

/// One thing that happened.
pub enum Fact<W> {
    /// A run is recorded. Inputs come before what is made of them.
    RunBegan {
        run: Run,
        jobs: Vec<Wanted<W>>,
    },
    /// A run will want these too, as soon as it is recorded; it is not over before.
    Joining {
        run: RunId,
        jobs: Vec<JobKey>,
    },
    /// A run wants these too, and that is recorded.
    Joined {
        run: RunId,
        jobs: Vec<Wanted<W>>,
    },
    /// A run does not want these any more. What is being made comes to its end: it may be paid for already.
    Left {
        run: RunId,
        jobs: Vec<JobKey>,
    },
    /// A run cannot be made whole without its user, who is told why; its jobs go on.
    Stopped {
        run: RunId,
        why: String,
    },
    /// A job ran, and this is its end.
    Ended {
        key: JobKey,
        state: JobState,
    },
    /// A job ran and found out that neither it nor these others, which do not run, can be made until the user acts.
    StoppedAll {
        key: JobKey,
        others: Vec<JobKey>,
        failure: Failure,
    },
    /// Jobs that do not run cannot be made.
    GivenUp {
        jobs: Vec<JobKey>,
        state: JobState,
    },
    /// A job ran and is tried again later; nothing was billed.
    Parked(JobKey),
    /// The time of a parked job has come.
    Due(JobKey),
    /// A job that was to run is being made by another program.
    MadeElsewhere {
        key: JobKey,
        owner: Owner,
    },
    /// Something was heard of jobs that other programs may have been making.
    HeardOf(Vec<JobKey>),
    /// Another program has ended.
    OwnerGone(Owner),
    /// A job ran, and the disk had no room for its product.
    DiskFull {
        key: JobKey,
        why: String,
    },
    /// It is time to try what had no room.
    TryRoom,
    /// So many jobs of a lane may run at once from now on.
    LaneResized {
        lane: &'static str,
        most_at_once: usize,
        /// Why it is not as wide as it could be, as a clause; empty where it is.
        why: &'static str,
    },
    /// A person wants a job that waits for its turn to have another one.
    Reordered {
        key: JobKey,
        to: Turn,
    },
    Cancelled(Cancel),
    /// Everything is cancelled, and no run begins any more.
    Closed,
}

/// What is to be done about it.
pub enum Effect {
    /// The job stands so now: it is told.
    Now { key: JobKey, state: JobState },
    /// The job waits still, at another place than before: it is told.
    Moved(JobKey),
    /// A lane is new, or has another width.
    Lane(Width),
    /// The job runs from now on, until a fact says otherwise.
    Start(JobKey),
    /// The job runs, and is asked to stop.
    Stop(JobKey),
    /// The episode lacks clips. It ends in this state, or other jobs take its place in the runs that allow it.
    Incomplete { key: JobKey, state: JobState },
    /// The disk is full: `TryRoom` is a fact after a while. The user is told why, unless that was told before.
    AwaitRoom { why: Option<String> },
    /// Every job of the run has ended.
    RunOver(Run),
}
