//! What is under way in this program, by lane and in its order, and what could not be made, by its cause. Followed change by
//! change and kept sorted: a page looks only at the rows that it draws, however many jobs wait.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use crate::engine::{JobFacts, Waits};
use crate::plan::{Failure, JobKey, JobMap, JobSet, JobState};

/// Jobs under way, by lane.
#[derive(Debug, Default)]
pub struct Queue {
    /// In the order in which they were first used.
    lanes: Vec<Lane>,
    places: JobMap<Place>,
    /// When it was heard that a job stands where it does, since the studio opened.
    since: JobMap<Duration>,
    pub causes: Causes,
}

/// The jobs of one lane.
#[derive(Debug)]
pub struct Lane {
    pub name: &'static str,
    /// The one that began first is the first.
    pub running: Vec<JobKey>,
    waiting: VecDeque<(Rank, JobKey)>,
    /// How many wait for each thing.
    counts: [usize; Group::ALL.len()],
}

/// What a job waits for, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Turn,
    Place,
    Pause,
    Room,
    Elsewhere,
    Inputs,
}

impl Group {
    pub const ALL: [Group; 6] = [Group::Turn, Group::Place, Group::Pause, Group::Room, Group::Elsewhere, Group::Inputs];

    fn of(waits: &Waits) -> Self {
        match waits {
            Waits::Turn => Group::Turn,
            Waits::Place => Group::Place,
            Waits::Pause { .. } => Group::Pause,
            Waits::Room => Group::Room,
            Waits::Elsewhere => Group::Elsewhere,
            Waits::Inputs => Group::Inputs,
        }
    }
}

/// Which of two that wait in one lane stands above the other.
type Rank = (Group, i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    lane: usize,
    /// `None` while it runs.
    rank: Option<Rank>,
}

/// Where the row of a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// Among all that run, lane by lane.
    Running(usize),
    Waiting {
        lane: usize,
        position: usize,
    },
}

/// Changes of one lane from which on it is sorted anew instead of being changed place by place.
const MANY: usize = 64;

impl Queue {
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// Jobs that run, lane by lane.
    pub fn running(&self) -> impl Iterator<Item = JobKey> {
        self.lanes.iter().flat_map(|lane| lane.running.iter().copied())
    }

    pub fn running_count(&self) -> usize {
        self.lanes.iter().map(|lane| lane.running.len()).sum()
    }

    pub fn waiting_count(&self) -> usize {
        self.lanes.iter().map(|lane| lane.waiting.len()).sum()
    }

    /// Since when a job stands where it does, since the studio opened.
    pub fn since(&self, key: JobKey) -> Option<Duration> {
        self.since.get(&key).copied()
    }

    /// Where the row of a job is; `None` where it is not under way.
    pub fn find(&self, key: JobKey) -> Option<Spot> {
        let place = self.places.get(&key)?;
        match place.rank {
            None => self.running().position(|running| running == key).map(Spot::Running),
            Some(rank) => {
                let position = self.lanes[place.lane].waiting.binary_search(&(rank, key)).ok()?;
                Some(Spot::Waiting { lane: place.lane, position })
            }
        }
    }

    /// Takes changes in that were told together.
    pub(super) fn follow<'a>(&mut self, changes: impl Iterator<Item = (JobKey, &'a JobFacts)>, now: Duration) {
        let mut before: JobMap<Option<Place>> = JobMap::default();
        for (key, facts) in changes {
            let place = self.place_of(facts);
            let known = match place {
                Some(place) => self.places.insert(key, place),
                None => self.places.remove(&key),
            };
            before.entry(key).or_insert(known);
            match place {
                None => drop(self.since.remove(&key)),
                Some(place) if known != Some(place) => drop(self.since.insert(key, now)),
                Some(_) => {}
            }
        }
        let mut changed: Vec<Changes> = (0..self.lanes.len()).map(|_| Changes::default()).collect();
        for (key, before) in before {
            let after = self.places.get(&key).copied();
            if before != after {
                if let Some(place) = before {
                    changed[place.lane].gone.push((place.rank, key));
                }
                if let Some(place) = after {
                    changed[place.lane].new.push((place.rank, key));
                }
            }
        }
        for (lane, changes) in self.lanes.iter_mut().zip(changed) {
            lane.change(changes, &self.since);
        }
    }

    fn place_of(&mut self, facts: &JobFacts) -> Option<Place> {
        let queued = facts.queued.as_ref().filter(|_| facts.state.is_active())?;
        let lane = self.lanes.iter().position(|lane| lane.name == queued.lane).unwrap_or_else(|| {
            let (running, waiting, counts) = (Vec::new(), VecDeque::new(), [0; Group::ALL.len()]);
            self.lanes.push(Lane { name: queued.lane, running, waiting, counts });
            self.lanes.len() - 1
        });
        Some(Place { lane, rank: queued.waits.as_ref().map(|waits| (Group::of(waits), queued.turn)) })
    }

    /// Nothing is under way any more.
    pub(super) fn clear(&mut self) {
        *self = Self { causes: std::mem::take(&mut self.causes), ..Self::default() };
    }
}

/// What has left a lane, and what has come: running where they have no rank.
#[derive(Default)]
struct Changes {
    gone: Vec<(Option<Rank>, JobKey)>,
    new: Vec<(Option<Rank>, JobKey)>,
}

impl Lane {
    /// Waits for these, in the order of the page.
    pub fn waiting(&self) -> impl ExactSizeIterator<Item = JobKey> {
        self.waiting.iter().map(|(_, key)| *key)
    }

    pub fn waiting_at(&self, position: usize) -> Option<JobKey> {
        self.waiting.get(position).map(|(_, key)| *key)
    }

    pub fn count(&self, group: Group) -> usize {
        self.counts[group as usize]
    }

    /// The first job that waits for this.
    pub fn first_of(&self, group: Group) -> Option<JobKey> {
        let (_, key) = self.waiting.get(self.waiting.partition_point(|((other, _), _)| *other < group))?;
        (self.count(group) > 0).then_some(*key)
    }

    fn change(&mut self, changes: Changes, since: &JobMap<Duration>) {
        let Changes { gone, new } = changes;
        let runs = |changes: &[(Option<Rank>, JobKey)]| changes.iter().any(|(rank, _)| rank.is_none());
        if runs(&gone) {
            let gone: JobSet = gone.iter().filter(|(rank, _)| rank.is_none()).map(|(_, key)| *key).collect();
            self.running.retain(|key| !gone.contains(key));
        }
        if runs(&new) {
            self.running.extend(new.iter().filter(|(rank, _)| rank.is_none()).map(|(_, key)| *key));
            self.running.sort_by_key(|key| (since.get(key).copied(), *key));
        }
        let waiting = |changes: Vec<(Option<Rank>, JobKey)>| {
            changes.into_iter().filter_map(|(rank, key)| Some((rank?, key))).collect::<Vec<_>>()
        };
        let (gone, new) = (waiting(gone), waiting(new));
        for ((group, _), _) in &gone {
            self.counts[*group as usize] -= 1;
        }
        for ((group, _), _) in &new {
            self.counts[*group as usize] += 1;
        }
        if gone.len() + new.len() > MANY {
            let gone: JobSet = gone.into_iter().map(|(_, key)| key).collect();
            self.waiting.retain(|(_, key)| !gone.contains(key));
            self.waiting.extend(new);
            self.waiting.make_contiguous().sort_unstable();
            return;
        }
        for row in gone {
            if let Ok(position) = self.waiting.binary_search(&row) {
                self.waiting.remove(position);
            }
        }
        for row in new {
            let position = self.waiting.binary_search(&row).unwrap_or_else(|position| position);
            self.waiting.insert(position, row);
        }
    }
}

/// What could not be made of the campaigns as they are now, and why.
#[derive(Debug, Default)]
pub struct Causes {
    /// By a number: the newest cause has the highest.
    by_number: BTreeMap<u64, Cause>,
    by_reason: HashMap<String, u64>,
    /// Which cause a job is of, and its number there.
    of: JobMap<(u64, u64)>,
    last: u64,
}

/// One reason why jobs were not made.
#[derive(Debug)]
pub struct Cause {
    pub failure: Failure,
    jobs: BTreeMap<u64, JobKey>,
}

impl Cause {
    /// In the order in which they failed.
    pub fn jobs(&self) -> impl ExactSizeIterator<Item = JobKey> {
        self.jobs.values().copied()
    }
}

impl Causes {
    /// The newest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Cause> {
        self.by_number.values().rev()
    }

    pub fn len(&self) -> usize {
        self.by_number.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_number.is_empty()
    }

    /// Jobs that were not made, all causes together.
    pub fn jobs(&self) -> usize {
        self.of.len()
    }

    /// The position of a cause by its reason.
    pub fn position(&self, reason: &str) -> Option<usize> {
        let number = self.by_reason.get(reason)?;
        Some(self.by_number.range(number + 1..).count())
    }

    pub fn with_reason(&self, reason: &str) -> Option<&Cause> {
        self.by_number.get(self.by_reason.get(reason)?)
    }

    /// A job of a campaign stands so now.
    pub(super) fn follow(&mut self, key: JobKey, state: &JobState) {
        let cause = match state {
            JobState::Failed(failure) => Some(failure),
            JobState::Blocked(failure) if failure.is_cap() => Some(failure),
            _ => None,
        };
        if let Some((number, place)) = self.of.get(&key).copied() {
            let known = self.by_number.get_mut(&number);
            if cause.zip(known.as_deref()).is_some_and(|(cause, known)| known.failure.reason == cause.reason) {
                return;
            }
            self.of.remove(&key);
            if let Some(known) = known {
                known.jobs.remove(&place);
                if known.jobs.is_empty() {
                    self.by_reason.remove(&known.failure.reason);
                    self.by_number.remove(&number);
                }
            }
        }
        let Some(failure) = cause else { return };
        self.last += 1;
        let number = *self.by_reason.entry(failure.reason.clone()).or_insert(self.last);
        let cause =
            self.by_number.entry(number).or_insert_with(|| Cause { failure: failure.clone(), jobs: BTreeMap::new() });
        cause.jobs.insert(self.last, key);
        self.of.insert(key, (number, self.last));
    }

    pub(super) fn contains(&self, key: JobKey) -> bool {
        self.of.contains_key(&key)
    }

    /// Keeps only what the campaigns still name.
    pub(super) fn retain(&mut self, is_planned: impl Fn(JobKey) -> bool) {
        let gone: Vec<JobKey> = self.of.keys().copied().filter(|key| !is_planned(*key)).collect();
        for key in gone {
            self.follow(key, &JobState::Pending);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::CampaignId;
    use crate::engine::{About, Queued};
    use crate::plan::RunId;

    const LANES: [&str; 2] = ["processor", "openai"];

    fn key(number: usize) -> JobKey {
        JobKey::from_digest(std::array::from_fn(|at| if at < 2 { number.to_le_bytes()[at] } else { 0 }))
    }

    fn facts(lane: usize, turn: i64, waits: Option<Waits>) -> JobFacts {
        let campaign = CampaignId::new("c").unwrap();
        let about = Arc::new(About { name: String::new(), campaign, run: RunId(uuid::Uuid::nil()) });
        let state = if waits.is_some() { JobState::Waiting } else { JobState::Running };
        JobFacts { queued: Some(Queued { about, lane: LANES[lane], turn, waits }), ..JobFacts::of(state) }
    }

    fn failed(reason: &str) -> JobState {
        JobState::Failed(Failure { reason: reason.to_owned(), next_step: "y.".to_owned(), retryable: true })
    }

    /// One job that changes: what it waits for, that it runs, or its end.
    fn change() -> impl Strategy<Value = (usize, JobFacts)> {
        let waits = prop_oneof![Just(Waits::Turn), Just(Waits::Inputs), Just(Waits::Room)];
        let stands = (0..2_usize, 0..50_i64, prop::option::weighted(0.8, waits))
            .prop_map(|(lane, turn, waits)| facts(lane, turn, waits));
        let ended = prop_oneof![Just(JobState::Made), Just(JobState::Cancelled)].prop_map(JobFacts::of);
        (0..150_usize, prop_oneof![4 => stands, 1 => ended])
    }

    proptest! {
        #[test]
        fn what_is_followed_is_what_is_counted_anew(
            batches in prop::collection::vec(prop::collection::vec(change(), 1..120), 1..8),
        ) {
            let mut queue = Queue::default();
            let mut known: BTreeMap<usize, JobFacts> = BTreeMap::new();
            for (batch, changes) in batches.into_iter().enumerate() {
                let told = changes.iter().map(|(number, facts)| (key(*number), facts));
                queue.follow(told, Duration::from_secs(batch as u64));
                known.extend(changes.clone());
                for (position, lane) in queue.lanes().iter().enumerate() {
                    let of_lane = known.iter().filter_map(|(number, facts)| {
                        let queued = facts.queued.as_ref().filter(|queued| queued.lane == lane.name)?;
                        Some((queued.waits.as_ref().map(|waits| (Group::of(waits), queued.turn)), key(*number)))
                    });
                    let (waiting, running): (Vec<_>, Vec<_>) = of_lane.partition(|(rank, _)| rank.is_some());
                    let mut waiting: Vec<(Rank, JobKey)> =
                        waiting.into_iter().filter_map(|(rank, key)| Some((rank?, key))).collect();
                    waiting.sort_unstable();
                    let keys: Vec<JobKey> = waiting.iter().map(|(_, key)| *key).collect();
                    prop_assert_eq!(lane.waiting().collect::<Vec<_>>(), keys.clone());
                    for group in Group::ALL {
                        let of_group = || waiting.iter().filter(|((other, _), _)| *other == group);
                        prop_assert_eq!(lane.count(group), of_group().count());
                        prop_assert_eq!(lane.first_of(group), of_group().next().map(|(_, key)| *key));
                    }
                    let mut now: Vec<JobKey> = lane.running.clone();
                    now.sort_unstable();
                    let mut running: Vec<JobKey> = running.into_iter().map(|(_, key)| key).collect();
                    running.sort_unstable();
                    prop_assert_eq!(now, running);
                    for (at, key) in keys.into_iter().enumerate() {
                        prop_assert_eq!(queue.find(key), Some(Spot::Waiting { lane: position, position: at }));
                    }
                }
            }
        }
    }

    #[test]
    fn failures_of_one_reason_are_one_cause_and_the_newest_comes_first() {
        let mut causes = Causes::default();
        for (number, reason) in [(1, "no credit"), (2, "refused"), (3, "no credit"), (2, "refused")] {
            causes.follow(key(number), &failed(reason));
        }
        let told = |causes: &Causes| -> Vec<(String, Vec<JobKey>)> {
            causes.iter().map(|cause| (cause.failure.reason.clone(), cause.jobs().collect())).collect()
        };
        let of = |reason: &str, numbers: &[usize]| {
            (reason.to_owned(), numbers.iter().map(|number| key(*number)).collect::<Vec<_>>())
        };
        assert_eq!(told(&causes), [of("refused", &[2]), of("no credit", &[1, 3])]);
        assert_eq!((causes.position("refused"), causes.position("no credit")), (Some(0), Some(1)));
        causes.follow(key(1), &JobState::Running);
        causes.follow(key(2), &failed("no credit"));
        assert_eq!(told(&causes), [of("no credit", &[3, 2])]);
        causes.retain(|key| key == self::key(2));
        assert_eq!((told(&causes), causes.jobs()), (vec![of("no credit", &[2])], 1));
        causes.follow(key(2), &JobState::Made);
        assert!(causes.is_empty());
    }
}
