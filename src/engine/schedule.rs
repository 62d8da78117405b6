//! Where each job is between being asked for and its end, and what follows from what happens to it. Pure: the engine's task
//! tells it facts in the order in which they happen, and performs the effects that come back in their order.

use self::queue::Queue;
use super::command::Cancel;
use super::run::Run;
use crate::plan::{JobKey, JobMap, JobSet, JobState, Product, RunId};
use crate::providers::Lane;
use crate::store::Owner;

pub use self::facts::{Effect, Fact, Standing, Wanted};
pub use self::inputs::{InputState, Purpose};
use self::inputs::{Inputs, Lost};

mod facts;
mod inputs;
mod queue;
#[cfg(test)]
mod tests;

/// All jobs under way and the runs that want them. `W` is what the engine needs to make a job; nothing here looks at it.
pub struct Schedule<W> {
    jobs: JobMap<Job<W>>,
    /// What jobs are for, those that have ended too: a job that waited for one names it.
    purposes: JobMap<Purpose>,
    /// A job → those that are made of it and wait.
    dependants: JobMap<Vec<JobKey>>,
    queue: Queue,
    runs: Vec<Run>,
    room: Room,
    /// How many jobs were asked for so far.
    asked_for: i64,
    is_closed: bool,
}

struct Job<W> {
    at: Whereabouts,
    lane: Lane,
    /// The first one that was asked for has the lowest.
    number: i64,
    inputs: Inputs,
    /// Nobody wants it any more; it ends as soon as it stops running.
    is_cancelled: bool,
    work: W,
}

/// Where a job is. It is in one place at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// Waits for what it is made of.
    Blocked,
    /// Waits for its turn in its lane.
    Waiting,
    Running,
    /// Waits for a time: its provider asked for a pause.
    Parked,
    /// Another program makes it.
    Elsewhere(Owner),
    /// The disk had no room for its product.
    NoRoom,
}

/// Whether there is room on the disk, as far as the jobs have noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    Enough,
    /// The disk was full; what had no room is tried again.
    Tried,
    /// The disk is full: nothing is started.
    Awaited,
}

impl<W> Default for Schedule<W> {
    fn default() -> Self {
        Self {
            jobs: JobMap::default(),
            purposes: JobMap::default(),
            dependants: JobMap::default(),
            queue: Queue::default(),
            runs: Vec::new(),
            room: Room::Enough,
            asked_for: 0,
            is_closed: false,
        }
    }
}

impl<W> Schedule<W> {
    /// Takes a fact in; the effects are in the order in which they are to be performed.
    pub fn on(&mut self, fact: Fact<W>) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.take_in(fact, &mut effects);
        self.start_waiting(&mut effects);
        effects.extend(self.queue.take_untold().into_iter().map(Effect::Lane));
        effects.extend(self.runs.extract_if(.., |run| run.is_over()).map(Effect::RunOver));
        effects
    }

    fn take_in(&mut self, fact: Fact<W>, effects: &mut Vec<Effect>) {
        match fact {
            Fact::RunBegan { run, jobs } => {
                self.runs.push(run);
                self.ask(jobs, effects);
            }
            Fact::Joining { run, jobs } => {
                if let Some(run) = self.run_mut(run) {
                    for key in jobs {
                        run.add(key);
                    }
                }
            }
            Fact::Joined { run, jobs } => {
                if let Some(run) = self.run_mut(run) {
                    for job in &jobs {
                        run.add(job.key);
                    }
                    self.ask(jobs, effects);
                }
            }
            Fact::Left { run, jobs } => self.leave(run, &jobs, effects),
            Fact::Stopped { run, why } => {
                if let Some(run) = self.run_mut(run) {
                    run.stopped(&why);
                }
            }
            Fact::Ended { key, state } => {
                if state == JobState::Made {
                    self.room = Room::Enough;
                }
                self.end(key, state, effects);
            }
            Fact::StoppedAll { key, others, failure } => {
                let others: Vec<JobKey> = others.into_iter().filter(|key| self.is_idle_job(*key)).collect();
                for key in std::iter::once(key).chain(others) {
                    if self.jobs.contains_key(&key) {
                        let wanting = self.runs.iter_mut().filter(|run| run.wants(key));
                        wanting.for_each(|run| run.stopped(&failure.to_string()));
                        self.end(key, JobState::Failed(failure.clone()), effects);
                    }
                }
            }
            Fact::GivenUp { jobs, state } => {
                for key in jobs {
                    if self.is_idle_job(key) {
                        self.end(key, state.clone(), effects);
                    }
                }
            }
            Fact::Parked(key) => self.put_aside(key, Whereabouts::Parked, effects),
            Fact::MadeElsewhere { key, owner } => self.put_aside(key, Whereabouts::Elsewhere(owner), effects),
            Fact::DiskFull { key, why } => self.await_room(key, why, effects),
            Fact::Due(key) => self.requeue(key, |at| at == Whereabouts::Parked, effects),
            Fact::HeardOf(keys) => {
                for key in keys {
                    self.requeue(key, |at| matches!(at, Whereabouts::Elsewhere(_)), effects);
                }
            }
            Fact::OwnerGone(owner) => self.requeue_all(Whereabouts::Elsewhere(owner), effects),
            Fact::TryRoom => {
                if self.room == Room::Awaited {
                    self.room = Room::Tried;
                }
                self.requeue_all(Whereabouts::NoRoom, effects);
            }
            Fact::LaneResized { lane, most_at_once, why } => self.queue.resize(lane, most_at_once, why),
            Fact::Reordered { key, to } => effects.extend(self.queue.reorder(key, to).into_iter().map(Effect::Moved)),
            Fact::Cancelled(what) => self.cancel(&what, effects),
            Fact::Closed => {
                self.is_closed = true;
                self.cancel(&Cancel::All, effects);
            }
        }
    }

    /// Takes jobs in that a run asks for: each has its end already, is under way, or is to be made.
    fn ask(&mut self, jobs: Vec<Wanted<W>>, effects: &mut Vec<Effect>) {
        // How those ended that could not even begin.
        let mut ended: JobMap<JobState> = JobMap::default();
        for Wanted { key, purpose, standing, work } in jobs {
            self.purposes.insert(key, purpose);
            if self.jobs.contains_key(&key) {
                continue;
            }
            if self.is_closed {
                self.note_end(key, &JobState::Cancelled);
                continue;
            }
            let (lane, inputs) = match standing {
                Standing::Ended(state) => {
                    self.note_end(key, &state);
                    continue;
                }
                Standing::Unmakeable(failure) => {
                    let state = JobState::Failed(failure);
                    ended.insert(key, state.clone());
                    self.tell_end(key, state, effects);
                    continue;
                }
                Standing::Missing { lane, inputs } => (lane, inputs),
            };
            let mut waits = Inputs::default();
            for (input, state) in inputs {
                let state = ended.get(&input).map_or(state, InputState::of);
                if self.jobs.contains_key(&input) {
                    waits.open.insert(input);
                    self.dependants.entry(input).or_default().push(key);
                } else if let InputState::Missing(failure) = state {
                    waits.lost.push(Lost { purpose: self.purpose(input), failure });
                }
            }
            let at = Whereabouts::Blocked;
            self.asked_for += 1;
            let number = self.asked_for;
            self.jobs.insert(key, Job { at, lane, number, inputs: waits, is_cancelled: false, work });
            self.go_on(key, effects);
            match effects.last() {
                Some(Effect::Now { key: told, state }) if *told == key => drop(ended.insert(key, state.clone())),
                Some(Effect::Incomplete { key: told, .. }) if *told == key => {}
                _ => effects.push(Effect::Now { key, state: JobState::Waiting }),
            }
        }
    }

    /// Queues a job whose inputs are all made, or ends it when one of them never will be.
    fn go_on(&mut self, key: JobKey, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get_mut(&key) else { return };
        if job.at != Whereabouts::Blocked || !job.inputs.open.is_empty() {
            return;
        }
        if job.inputs.lost.is_empty() {
            job.at = Whereabouts::Waiting;
            let lane = job.lane.clone();
            return self.queue.push(key, &lane);
        }
        let product = self.purposes.get(&key).and_then(|purpose| purpose.product);
        let state = job.inputs.why_not(product);
        if product == Some(Product::Episode) && matches!(state, JobState::Blocked(_)) {
            effects.push(Effect::Incomplete { key, state });
        } else {
            self.end(key, state, effects);
        }
    }

    /// A job has reached its end, and so have those that were to be made of it and cannot be.
    fn end(&mut self, key: JobKey, state: JobState, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.remove(&key) else { return };
        match job.at {
            Whereabouts::Running => self.queue.ended(key),
            Whereabouts::Waiting => self.queue.withdraw(key),
            _ => {}
        }
        let failure = (!state.is_made()).then(|| state.failure().cloned());
        self.tell_end(key, state, effects);
        for dependant in self.dependants.remove(&key).unwrap_or_default() {
            let lost = failure.clone().map(|failure| Lost { purpose: self.purpose(key), failure });
            let Some(job) = self.jobs.get_mut(&dependant) else { continue };
            if job.inputs.open.remove(&key) {
                job.inputs.lost.extend(lost);
                self.go_on(dependant, effects);
                if self.queue.turn(dependant).is_some() {
                    effects.push(Effect::Moved(dependant));
                }
            }
        }
    }

    fn tell_end(&mut self, key: JobKey, state: JobState, effects: &mut Vec<Effect>) {
        self.note_end(key, &state);
        effects.push(Effect::Now { key, state });
    }

    fn note_end(&mut self, key: JobKey, state: &JobState) {
        self.runs.iter_mut().for_each(|run| run.job_ended(key, state));
    }

    fn start_waiting(&mut self, effects: &mut Vec<Effect>) {
        while self.room != Room::Awaited
            && let Some(key) = self.queue.start_next()
        {
            if let Some(job) = self.jobs.get_mut(&key) {
                job.at = Whereabouts::Running;
                effects.push(Effect::Start(key));
            }
        }
    }

    /// A job does not run any more and waits for something else.
    fn put_aside(&mut self, key: JobKey, at: Whereabouts, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get_mut(&key).filter(|job| job.at == Whereabouts::Running) else { return };
        if job.is_cancelled {
            return self.end(key, JobState::Cancelled, effects);
        }
        job.at = at;
        self.queue.ended(key);
        effects.push(Effect::Now { key, state: JobState::Waiting });
    }

    /// Calls in flight end in the room that they have reserved, nothing more is begun, and what could not be stored is
    /// stored as soon as there is room.
    fn await_room(&mut self, key: JobKey, why: String, effects: &mut Vec<Effect>) {
        self.put_aside(key, Whereabouts::NoRoom, effects);
        if self.jobs.get(&key).is_none_or(|job| job.at != Whereabouts::NoRoom) {
            return;
        }
        let before = std::mem::replace(&mut self.room, Room::Awaited);
        if before != Room::Awaited {
            effects.push(Effect::AwaitRoom { why: (before == Room::Enough).then_some(why) });
        }
    }

    /// Puts a job that waits for something else back into its lane.
    fn requeue(&mut self, key: JobKey, is_there: impl Fn(Whereabouts) -> bool, effects: &mut Vec<Effect>) {
        if let Some(job) = self.jobs.get_mut(&key).filter(|job| is_there(job.at)) {
            job.at = Whereabouts::Waiting;
            self.queue.push(key, &job.lane);
            effects.push(Effect::Moved(key));
        }
    }

    fn requeue_all(&mut self, place: Whereabouts, effects: &mut Vec<Effect>) {
        let there: Vec<JobKey> = self.jobs.iter().filter(|(_, job)| job.at == place).map(|(key, _)| *key).collect();
        for key in there {
            self.requeue(key, |at| at == place, effects);
        }
    }

    fn leave(&mut self, run: RunId, jobs: &[JobKey], effects: &mut Vec<Effect>) {
        let idle: Vec<JobKey> = jobs.iter().copied().filter(|key| !self.is_running(*key)).collect();
        if let Some(run) = self.run_mut(run) {
            for key in &idle {
                run.forget(*key);
            }
        }
        for key in idle {
            if self.jobs.contains_key(&key) && !self.runs.iter().any(|run| run.wants(key)) {
                self.end(key, JobState::Pending, effects);
            }
        }
    }

    fn cancel(&mut self, what: &Cancel, effects: &mut Vec<Effect>) {
        let hit: JobSet = match what {
            Cancel::All => self.jobs.keys().copied().chain(self.runs.iter().flat_map(Run::open)).collect(),
            Cancel::Job(key) => JobSet::from_iter([*key]),
            Cancel::Campaign(campaign) => self.take_out(|run| run.campaign == *campaign),
            Cancel::Run(id) => self.take_out(|run| run.id == *id),
        };
        for key in &hit {
            if let Some(job) = self.jobs.get_mut(key).filter(|job| job.at == Whereabouts::Running) {
                job.is_cancelled = true;
                effects.push(Effect::Stop(*key));
            }
        }
        for key in hit {
            // One that waited for another of these has ended with it.
            if self.is_idle_job(key) {
                self.end(key, JobState::Cancelled, effects);
            } else if !self.jobs.contains_key(&key) {
                // It was about to join, and never will.
                self.note_end(key, &JobState::Cancelled);
            }
        }
    }

    /// The jobs that only these runs want. What others want too goes on, and is not waited for in these any more.
    fn take_out(&mut self, is_cancelled: impl Fn(&Run) -> bool) -> JobSet {
        let (cancelled, others): (Vec<&mut Run>, Vec<_>) = self.runs.iter_mut().partition(|run| is_cancelled(run));
        let mut hit = JobSet::default();
        for run in cancelled {
            let open: Vec<JobKey> = run.open().collect();
            for key in open {
                if others.iter().any(|other| other.wants(key)) {
                    run.job_ended(key, &JobState::Cancelled);
                } else {
                    hit.insert(key);
                }
            }
        }
        hit
    }

    fn run_mut(&mut self, id: RunId) -> Option<&mut Run> {
        self.runs.iter_mut().find(|run| run.id == id)
    }

    /// Whether a job is under way and does not run.
    fn is_idle_job(&self, key: JobKey) -> bool {
        self.jobs.get(&key).is_some_and(|job| job.at != Whereabouts::Running)
    }

    /// Whether no run begins any more.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Whether nothing was asked for that has not ended.
    pub fn is_idle(&self) -> bool {
        self.jobs.is_empty() && self.runs.is_empty()
    }

    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    pub fn run(&self, id: RunId) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }

    /// A run that waits for this job.
    pub fn run_that_wants(&self, key: JobKey) -> Option<&Run> {
        self.runs.iter().find(|run| run.wants(key))
    }

    pub fn is_under_way(&self, key: JobKey) -> bool {
        self.jobs.contains_key(&key)
    }

    pub fn is_running(&self, key: JobKey) -> bool {
        self.jobs.get(&key).is_some_and(|job| job.at == Whereabouts::Running)
    }

    /// Where a job under way is, its lane, and its turn there; of one that does not wait for its turn, a number by which those
    /// that were asked for earlier come first.
    pub fn place(&self, key: JobKey) -> Option<(Whereabouts, &'static str, i64)> {
        let job = self.jobs.get(&key)?;
        Some((job.at, job.lane.name, self.queue.turn(key).unwrap_or(job.number)))
    }

    /// What a job under way is made with.
    pub fn work(&self, key: JobKey) -> Option<&W> {
        self.jobs.get(&key).map(|job| &job.work)
    }

    pub fn work_mut(&mut self, key: JobKey) -> Option<&mut W> {
        self.jobs.get_mut(&key).map(|job| &mut job.work)
    }

    /// All jobs under way.
    pub fn jobs(&self) -> impl Iterator<Item = (JobKey, Whereabouts, &W)> {
        self.jobs.iter().map(|(key, job)| (*key, job.at, &job.work))
    }

    /// What a job is for: `clip of scene 3, Baby 2`; empty for one that was never asked for.
    pub fn name(&self, key: JobKey) -> &str {
        self.purposes.get(&key).map_or("", |purpose| purpose.name.as_str())
    }

    fn purpose(&self, key: JobKey) -> Purpose {
        self.purposes.get(&key).cloned().unwrap_or_default()
    }
}
