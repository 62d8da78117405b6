//! Whatever happens to jobs, in whatever order: each run ends once, no lane is overfull, no job is in two places.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::domain::{CampaignId, MicroDollars};
use crate::engine::queued::Turn;
use crate::plan::{Failure, Mode};

const LANES: [Lane; 3] = [
    Lane { name: "one", most_at_once: 1 },
    Lane { name: "two", most_at_once: 2 },
    Lane { name: "three", most_at_once: 3 },
];

fn key(number: usize) -> JobKey {
    JobKey::from_digest([number as u8; 32])
}

fn failure() -> Failure {
    Failure { reason: "x".to_owned(), next_step: "y.".to_owned(), retryable: true }
}

fn run_id(number: usize) -> RunId {
    RunId(uuid::Uuid::from_u128(number as u128 + 1))
}

/// A job of the test: its lane, and the earlier jobs that it is made of.
#[derive(Debug, Clone)]
struct Made {
    lane: usize,
    inputs: Vec<usize>,
    is_episode: bool,
}

/// One thing that the test lets happen; numbers choose among what there is.
#[derive(Debug, Clone)]
enum Step {
    Begin {
        jobs: BTreeSet<usize>,
        campaign: bool,
    },
    Join {
        run: usize,
        job: usize,
    },
    /// Joins as soon as it is recorded.
    JoinSoon {
        run: usize,
        job: usize,
    },
    Record,
    Leave {
        run: usize,
        job: usize,
    },
    End {
        job: usize,
        how: u8,
    },
    Park(usize),
    Due(usize),
    Elsewhere(usize),
    HeardOf(usize),
    DiskFull(usize),
    TryRoom,
    Resize {
        lane: usize,
        width: usize,
    },
    Reorder {
        job: usize,
        to: Turn,
    },
    CancelAll,
    CancelRun(usize),
    CancelJob(usize),
    CancelCampaign(bool),
    StopAll {
        job: usize,
        others: BTreeSet<usize>,
    },
    GiveUp(BTreeSet<usize>),
    Resolve,
    Close,
}

const JOBS: usize = 14;

fn jobs() -> impl Strategy<Value = Vec<Made>> {
    let made = (0..3_usize, prop::collection::vec(any::<prop::sample::Index>(), 0..3), prop::bool::weighted(0.2));
    prop::collection::vec(made, JOBS).prop_map(|made| {
        let made = made.into_iter().enumerate().map(|(number, (lane, inputs, is_episode))| {
            let inputs: BTreeSet<usize> =
                if number == 0 { BTreeSet::new() } else { inputs.iter().map(|input| input.index(number)).collect() };
            Made { lane, inputs: inputs.into_iter().collect(), is_episode }
        });
        made.collect()
    })
}

fn step() -> impl Strategy<Value = Step> {
    let some = || prop::collection::btree_set(0..JOBS, 0..5);
    let job = || 0..JOBS;
    prop_oneof![
        3 => (some(), any::<bool>()).prop_map(|(jobs, campaign)| Step::Begin { jobs, campaign }),
        1 => (0..6_usize, job()).prop_map(|(run, job)| Step::Join { run, job }),
        1 => (0..6_usize, job()).prop_map(|(run, job)| Step::JoinSoon { run, job }),
        1 => Just(Step::Record),
        1 => (0..6_usize, job()).prop_map(|(run, job)| Step::Leave { run, job }),
        8 => (job(), 0..6_u8).prop_map(|(job, how)| Step::End { job, how }),
        2 => job().prop_map(Step::Park),
        2 => job().prop_map(Step::Due),
        2 => job().prop_map(Step::Elsewhere),
        2 => job().prop_map(Step::HeardOf),
        1 => job().prop_map(Step::DiskFull),
        1 => Just(Step::TryRoom),
        1 => (0..3_usize, 0..4_usize).prop_map(|(lane, width)| Step::Resize { lane, width }),
        3 => (job(), turn()).prop_map(|(job, to)| Step::Reorder { job, to }),
        1 => Just(Step::CancelAll),
        1 => (0..6_usize).prop_map(Step::CancelRun),
        1 => job().prop_map(Step::CancelJob),
        1 => any::<bool>().prop_map(Step::CancelCampaign),
        1 => (job(), some()).prop_map(|(job, others)| Step::StopAll { job, others }),
        1 => some().prop_map(Step::GiveUp),
        2 => Just(Step::Resolve),
        1 => prop::bool::weighted(0.1).prop_map(|close| if close { Step::Close } else { Step::CancelAll }),
    ]
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![Just(Turn::First), Just(Turn::Earlier), Just(Turn::Later), Just(Turn::Last)]
}

/// Whereabouts, lane and turn.
type Place = (Whereabouts, &'static str, i64);

/// What an onlooker knows who only hears effects.
struct Onlooker {
    made: Vec<Made>,
    schedule: Schedule<usize>,
    states: BTreeMap<usize, JobState>,
    running: BTreeSet<usize>,
    incomplete: Vec<(JobKey, JobState)>,
    joining: Vec<(RunId, usize)>,
    /// Where each job was told to wait.
    places: BTreeMap<usize, Place>,
    begun: usize,
    over: HashMap<RunId, usize>,
}

impl Onlooker {
    fn new(made: Vec<Made>) -> Self {
        Self {
            made,
            schedule: Schedule::default(),
            states: BTreeMap::new(),
            running: BTreeSet::new(),
            incomplete: Vec::new(),
            joining: Vec::new(),
            places: BTreeMap::new(),
            begun: 0,
            over: HashMap::new(),
        }
    }

    fn state(&self, job: usize) -> JobState {
        self.states.get(&job).cloned().unwrap_or_default()
    }

    /// The job and everything that it is made of, inputs first.
    fn with_inputs(&self, wanted: &BTreeSet<usize>) -> Vec<usize> {
        let mut all = wanted.clone();
        for job in (0..JOBS).rev() {
            if all.contains(&job) {
                all.extend(&self.made[job].inputs);
            }
        }
        all.into_iter().collect()
    }

    fn wanted(&self, jobs: &BTreeSet<usize>) -> Vec<Wanted<usize>> {
        let wanted = |job: usize| {
            let Made { lane, inputs, is_episode } = &self.made[job];
            let state = self.state(job);
            let standing = match state {
                JobState::Made | JobState::Cached => Standing::Ended(JobState::Cached),
                JobState::Held(_) => Standing::Ended(state),
                _ if job == 5 => Standing::Unmakeable(failure()),
                _ => Standing::Missing {
                    lane: LANES[*lane].clone(),
                    inputs: inputs.iter().map(|&input| (key(input), InputState::of(&self.state(input)))).collect(),
                },
            };
            let product = Some(if *is_episode { Product::Episode } else { Product::Voice });
            Wanted {
                key: key(job),
                purpose: Purpose { name: job.to_string(), product, scene: None },
                standing,
                work: job,
            }
        };
        self.with_inputs(jobs).into_iter().map(wanted).collect()
    }

    fn on(&mut self, fact: Fact<usize>) {
        let number = |key: JobKey| usize::from(key.as_bytes()[0]);
        for effect in self.schedule.on(fact) {
            match effect {
                Effect::Now { key, state } => {
                    self.running.remove(&number(key));
                    self.states.insert(number(key), state);
                    self.see_place(key);
                }
                Effect::Moved(key) => {
                    let is_there = self.state(number(key)) == JobState::Waiting;
                    assert!(is_there, "only what waits is moved");
                    self.see_place(key);
                }
                Effect::Lane(width) => {
                    let known = LANES.iter().find(|known| known.name == width.lane).unwrap();
                    assert!(width.most == known.most_at_once && width.at_once <= width.most, "{width:?}");
                }
                Effect::Start(key) => {
                    assert_eq!(self.state(number(key)), JobState::Waiting, "only what waits is started");
                    let inputs = &self.made[number(key)].inputs;
                    assert!(inputs.iter().all(|input| self.state(*input).is_made()), "its inputs are there");
                    assert!(self.running.insert(number(key)), "it runs already");
                    self.states.insert(number(key), JobState::Running);
                }
                Effect::Stop(key) => assert!(self.running.contains(&number(key)), "only what runs can be stopped"),
                Effect::Incomplete { key, state } => self.incomplete.push((key, state)),
                Effect::AwaitRoom { .. } => {}
                Effect::RunOver(run) => *self.over.entry(run.id).or_default() += 1,
            }
        }
        self.check();
    }

    /// Looks where a job waits that is told.
    fn see_place(&mut self, key: JobKey) {
        let number = usize::from(key.as_bytes()[0]);
        match self.schedule.place(key) {
            Some(place) => self.places.insert(number, place),
            None => self.places.remove(&number),
        };
    }

    fn check(&self) {
        let waiting = self.schedule.jobs().filter(|(_, at, _)| *at != Whereabouts::Running);
        let mut turns = BTreeSet::new();
        for (key, at, job) in waiting.filter(|(_, _, job)| self.state(**job) == JobState::Waiting) {
            let place = self.schedule.place(key);
            assert_eq!(self.places.get(job).copied(), place, "job {job} waits elsewhere than was told");
            let turn = place.map(|(_, lane, turn)| (lane, turn));
            assert!(at != Whereabouts::Waiting || turns.insert(turn), "job {job} has the turn of another one");
        }
        let runs: BTreeSet<usize> =
            self.schedule.jobs().filter(|(_, at, _)| *at == Whereabouts::Running).map(|(_, _, job)| *job).collect();
        assert_eq!(runs, self.running, "what runs is what was started");
        for (lane, width) in LANES.iter().enumerate() {
            let count = runs.iter().filter(|job| self.made[**job].lane == lane).count();
            assert!(count <= width.most_at_once, "{count} run in lane {}", width.name);
        }
        for (_, at, job) in self.schedule.jobs() {
            let is_told = match at {
                Whereabouts::Running => self.state(*job) == JobState::Running,
                _ => {
                    self.state(*job) == JobState::Waiting || self.incomplete.iter().any(|(open, _)| *open == key(*job))
                }
            };
            assert!(is_told, "job {job} is {at:?} and told as {:?}", self.state(*job));
        }
        let ids: HashSet<RunId> = self.schedule.runs().iter().map(|run| run.id).collect();
        assert!(ids.iter().all(|run| !self.over.contains_key(run)), "a run that is over goes on");
    }

    fn take(&mut self, step: Step) {
        let is_running = |job: usize, running: &BTreeSet<usize>| running.contains(&job);
        match step {
            Step::Begin { jobs, campaign } => {
                let jobs = self.wanted(&jobs);
                let campaign = CampaignId::new(if campaign { "one" } else { "other" }).unwrap();
                let keys = jobs.iter().map(|job| job.key).collect();
                let run = Run::new(run_id(self.begun), campaign, Mode::Draft, MicroDollars::ZERO, keys);
                self.begun += 1;
                self.on(Fact::RunBegan { run, jobs });
            }
            Step::Join { run, job } => {
                let jobs = self.wanted(&BTreeSet::from([job]));
                self.on(Fact::Joined { run: run_id(run), jobs });
            }
            Step::JoinSoon { run, job } => {
                let run = run_id(run);
                self.joining.push((run, job));
                self.on(Fact::Joining {
                    run,
                    jobs: self.with_inputs(&BTreeSet::from([job])).into_iter().map(key).collect(),
                });
            }
            Step::Record => self.record(),
            Step::Leave { run, job } => self.on(Fact::Left { run: run_id(run), jobs: vec![key(job)] }),
            Step::End { job, how } if is_running(job, &self.running) => {
                let state = match how {
                    0 => JobState::Failed(failure()),
                    1 => JobState::Held(failure()),
                    2 => JobState::Cancelled,
                    3 => JobState::Cached,
                    _ => JobState::Made,
                };
                self.on(Fact::Ended { key: key(job), state });
            }
            Step::Park(job) if is_running(job, &self.running) => self.on(Fact::Parked(key(job))),
            Step::Elsewhere(job) if is_running(job, &self.running) => {
                self.on(Fact::MadeElsewhere { key: key(job), owner: Owner::numbered(7) });
            }
            Step::DiskFull(job) if is_running(job, &self.running) => {
                self.on(Fact::DiskFull { key: key(job), why: String::new() });
            }
            Step::StopAll { job, others } if is_running(job, &self.running) => {
                let others = others.into_iter().map(key).collect();
                self.on(Fact::StoppedAll { key: key(job), others, failure: failure() });
            }
            Step::End { .. } | Step::Park(_) | Step::Elsewhere(_) | Step::DiskFull(_) | Step::StopAll { .. } => {}
            Step::Due(job) => self.on(Fact::Due(key(job))),
            Step::HeardOf(job) => self.on(Fact::HeardOf(vec![key(job)])),
            Step::TryRoom => self.on(Fact::TryRoom),
            Step::Resize { lane, width } => {
                let Lane { name, most_at_once } = LANES[lane];
                self.on(Fact::LaneResized { lane: name, most_at_once: width.min(most_at_once), why: "" });
            }
            Step::Reorder { job, to } => self.on(Fact::Reordered { key: key(job), to }),
            Step::Close => self.on(Fact::Closed),
            Step::CancelAll => self.on(Fact::Cancelled(Cancel::All)),
            Step::CancelRun(run) => self.on(Fact::Cancelled(Cancel::Run(run_id(run)))),
            Step::CancelJob(job) => self.on(Fact::Cancelled(Cancel::Job(key(job)))),
            Step::CancelCampaign(campaign) => {
                let campaign = CampaignId::new(if campaign { "one" } else { "other" }).unwrap();
                self.on(Fact::Cancelled(Cancel::Campaign(campaign)));
            }
            Step::GiveUp(jobs) => {
                let state = JobState::Blocked(failure());
                self.on(Fact::GivenUp { jobs: jobs.into_iter().map(key).collect(), state });
            }
            Step::Resolve => {
                if let Some((key, state)) = self.incomplete.pop() {
                    self.on(Fact::Ended { key, state });
                }
            }
        }
    }

    /// What joined the longest time ago is recorded; what its run does not want any more is left out.
    fn record(&mut self) {
        if self.joining.is_empty() {
            return;
        }
        let (run, job) = self.joining.remove(0);
        let jobs = self.wanted(&BTreeSet::from([job]));
        let is_wanted = |job: &Wanted<usize>| self.schedule.run(run).is_some_and(|run| run.wants(job.key));
        let jobs = jobs.into_iter().filter(is_wanted).collect();
        self.on(Fact::Joined { run, jobs });
    }

    /// Lets everything come to its end.
    fn finish(&mut self) {
        for _ in 0..200 {
            if self.schedule.is_idle() {
                return;
            }
            while !self.joining.is_empty() {
                self.record();
            }
            self.on(Fact::TryRoom);
            self.on(Fact::OwnerGone(Owner::numbered(7)));
            (0..JOBS).for_each(|job| self.on(Fact::Due(key(job))));
            while let Some((key, state)) = self.incomplete.pop() {
                self.on(Fact::Ended { key, state });
            }
            for job in self.running.clone() {
                self.on(Fact::Ended { key: key(job), state: JobState::Made });
            }
        }
        panic!("jobs are left: {:?}", self.schedule.jobs().collect::<Vec<_>>());
    }
}

proptest! {
    #[test]
    fn each_run_ends_once_and_no_job_is_in_two_places(made in jobs(), steps in prop::collection::vec(step(), 0..80)) {
        let mut onlooker = Onlooker::new(made);
        for step in steps {
            onlooker.take(step);
        }
        onlooker.finish();
        prop_assert_eq!(onlooker.over.len(), onlooker.begun);
        prop_assert!(onlooker.over.values().all(|times| *times == 1), "{:?}", onlooker.over);
    }
}

/// Jobs in a row, each made of the one before, all in the lane that takes one at a time.
fn row(count: usize) -> Onlooker {
    let made = |job: usize| Made { lane: 0, inputs: job.checked_sub(1).into_iter().collect(), is_episode: false };
    let mut onlooker = Onlooker::new((0..JOBS).map(made).collect());
    onlooker.take(Step::Begin { jobs: BTreeSet::from([count - 1]), campaign: true });
    onlooker
}

#[test]
fn what_was_about_to_join_a_cancelled_run_never_does() {
    let mut onlooker = row(1);
    onlooker.take(Step::JoinSoon { run: 0, job: 3 });
    onlooker.take(Step::CancelAll);
    onlooker.take(Step::End { job: 0, how: 2 });
    assert_eq!(onlooker.over.len(), 1, "nothing is waited for that was not begun");
    onlooker.take(Step::Record);
    assert!(onlooker.schedule.is_idle());
}

#[test]
fn what_waits_for_a_failed_job_is_blocked_by_name() {
    let mut onlooker = row(3);
    onlooker.take(Step::End { job: 0, how: 0 });
    let JobState::Blocked(first) = onlooker.state(1) else { panic!("{:?}", onlooker.state(1)) };
    assert_eq!((first.reason.as_str(), first.next_step.as_str()), ("It waits for the 0", "y."));
    assert!(matches!(onlooker.state(2), JobState::Blocked(why) if why.reason == "It waits for the 1"));
    assert_eq!(onlooker.over.len(), 1);
}

#[test]
fn a_running_job_that_is_cancelled_ends_as_soon_as_it_stops() {
    for after in [Step::Park(0), Step::Elsewhere(0), Step::DiskFull(0)] {
        let mut onlooker = row(2);
        onlooker.take(Step::CancelAll);
        assert_eq!((onlooker.state(0), onlooker.state(1)), (JobState::Running, JobState::Cancelled));
        onlooker.take(after);
        assert_eq!(onlooker.state(0), JobState::Cancelled);
        assert_eq!(onlooker.over.len(), 1);
    }
}

#[test]
fn a_full_disk_starts_nothing_until_it_is_tried_again() {
    let made = vec![Made { lane: 1, inputs: Vec::new(), is_episode: false }; JOBS];
    let mut onlooker = Onlooker::new(made);
    onlooker.take(Step::Begin { jobs: (0..4).collect(), campaign: true });
    assert_eq!(onlooker.running.len(), 2);
    onlooker.take(Step::DiskFull(0));
    assert_eq!(onlooker.running, BTreeSet::from([1]));
    onlooker.take(Step::TryRoom);
    assert_eq!(onlooker.running.len(), 2);
}

#[test]
fn what_a_person_puts_first_runs_next() {
    let made = vec![Made { lane: 0, inputs: Vec::new(), is_episode: false }; JOBS];
    let mut onlooker = Onlooker::new(made);
    onlooker.take(Step::Begin { jobs: (0..5).collect(), campaign: true });
    onlooker.take(Step::Reorder { job: 4, to: Turn::First });
    onlooker.take(Step::Reorder { job: 1, to: Turn::Later });
    onlooker.take(Step::Reorder { job: 0, to: Turn::Last });
    for next in [0, 4, 2, 1, 3] {
        assert_eq!(onlooker.running, BTreeSet::from([next]));
        onlooker.take(Step::End { job: next, how: 5 });
    }
}

#[test]
fn an_edit_takes_out_only_what_does_not_run() {
    let mut onlooker = row(2);
    onlooker.take(Step::Leave { run: 0, job: 0 });
    onlooker.take(Step::Leave { run: 0, job: 1 });
    assert_eq!((onlooker.state(0), onlooker.state(1)), (JobState::Running, JobState::Pending));
    onlooker.take(Step::End { job: 0, how: 5 });
    assert_eq!(onlooker.over.len(), 1);
}
