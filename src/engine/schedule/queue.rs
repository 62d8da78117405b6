//! Which job runs next: one queue a lane, first come first served unless a person put it elsewhere, never more at once than
//! the lane allows. Pure.

use std::collections::{BTreeMap, HashMap};

use crate::engine::queued::{Turn, Width};
use crate::plan::{JobKey, JobMap};
use crate::providers::Lane;

/// Jobs that wait and how many run, by lane.
#[derive(Debug, Default)]
pub struct Queue {
    lanes: Vec<LaneQueue>,
    tickets: JobMap<Ticket>,
    /// Widths that differ from what the lanes themselves say, and why.
    resized: HashMap<&'static str, (usize, &'static str)>,
    /// Positions of lanes that are new or have another width, since they were told.
    untold: Vec<usize>,
}

#[derive(Debug)]
struct LaneQueue {
    width: Width,
    /// By the turns of their tickets.
    waiting: BTreeMap<i64, JobKey>,
    last_turn: i64,
    running: usize,
}

#[derive(Debug, Clone, Copy)]
struct Ticket {
    lane: usize,
    /// `None` while the job runs.
    turn: Option<i64>,
}

impl Queue {
    /// Adds a job at the end of its lane. A job that waits or runs already is not added again.
    pub fn push(&mut self, key: JobKey, lane: &Lane) {
        if self.tickets.contains_key(&key) {
            return;
        }
        let known = self.lanes.iter().position(|known| known.width.lane == lane.name);
        let position = known.unwrap_or_else(|| self.add_lane(lane));
        let queue = &mut self.lanes[position];
        queue.last_turn += 1;
        queue.waiting.insert(queue.last_turn, key);
        self.tickets.insert(key, Ticket { lane: position, turn: Some(queue.last_turn) });
    }

    fn add_lane(&mut self, lane: &Lane) -> usize {
        let (at_once, why) = self.resized.get(lane.name).copied().unwrap_or((lane.most_at_once, ""));
        let width = Width { lane: lane.name, at_once, most: lane.most_at_once, why };
        self.lanes.push(LaneQueue { width, waiting: BTreeMap::new(), last_turn: 0, running: 0 });
        self.untold.push(self.lanes.len() - 1);
        self.lanes.len() - 1
    }

    /// The next job that may start now; it counts as running until [`Queue::ended`].
    pub fn start_next(&mut self) -> Option<JobKey> {
        let lane =
            self.lanes.iter_mut().find(|lane| lane.running < lane.width.at_once.max(1) && !lane.waiting.is_empty())?;
        let (_, key) = lane.waiting.pop_first()?;
        lane.running += 1;
        if let Some(ticket) = self.tickets.get_mut(&key) {
            ticket.turn = None;
        }
        Some(key)
    }

    /// Changes how many jobs of a lane run at once, and why; those that run go on.
    pub fn resize(&mut self, lane: &'static str, at_once: usize, why: &'static str) {
        self.resized.insert(lane, (at_once, why));
        for (position, known) in self.lanes.iter_mut().enumerate().filter(|(_, known)| known.width.lane == lane) {
            let width = Width { at_once, why, ..known.width };
            if std::mem::replace(&mut known.width, width) != width {
                self.untold.push(position);
            }
        }
    }

    /// The widths of lanes that are new or changed since the last time.
    pub fn take_untold(&mut self) -> Vec<Width> {
        let mut untold = std::mem::take(&mut self.untold);
        untold.dedup();
        untold.into_iter().map(|position| self.lanes[position].width).collect()
    }

    /// The turn of a job that waits for it.
    pub fn turn(&self, key: JobKey) -> Option<i64> {
        self.tickets.get(&key)?.turn
    }

    /// Puts a job elsewhere among those that wait in its lane. The jobs that have another turn than before; none where it
    /// does not wait, or stands there already.
    pub fn reorder(&mut self, key: JobKey, to: Turn) -> Vec<JobKey> {
        let Some(Ticket { lane, turn: Some(turn) }) = self.tickets.get(&key).copied() else { return Vec::new() };
        let LaneQueue { waiting, last_turn, .. } = &mut self.lanes[lane];
        let neighbour = match to {
            Turn::First | Turn::Earlier => waiting.range(..turn).next_back(),
            Turn::Later | Turn::Last => waiting.range(turn + 1..).next(),
        };
        let Some((&other_turn, &other)) = neighbour else { return Vec::new() };
        let (now, moved) = match to {
            Turn::First => (waiting.first_key_value().map_or(turn, |(first, _)| *first) - 1, None),
            Turn::Last => {
                *last_turn += 1;
                (*last_turn, None)
            }
            Turn::Earlier | Turn::Later => (other_turn, Some(other)),
        };
        waiting.remove(&turn);
        waiting.insert(now, key);
        if let Some(other) = moved {
            waiting.insert(turn, other);
            self.tickets.insert(other, Ticket { lane, turn: Some(turn) });
        }
        self.tickets.insert(key, Ticket { lane, turn: Some(now) });
        std::iter::once(key).chain(moved).collect()
    }

    /// A running job does not run any more.
    pub fn ended(&mut self, key: JobKey) {
        if let Some(ticket) = self.tickets.remove(&key) {
            let running = &mut self.lanes[ticket.lane].running;
            *running = running.saturating_sub(1);
        }
    }

    /// Takes a waiting job out.
    pub fn withdraw(&mut self, key: JobKey) {
        if let Some(Ticket { lane, turn: Some(turn) }) = self.tickets.remove(&key) {
            self.lanes[lane].waiting.remove(&turn);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(number: u8) -> JobKey {
        JobKey::from_digest([number; 32])
    }

    fn lane(name: &'static str, most_at_once: usize) -> Lane {
        Lane { name, most_at_once }
    }

    #[test]
    fn a_lane_never_runs_more_than_it_allows() {
        let mut queue = Queue::default();
        for number in 0..5 {
            queue.push(key(number), &lane("processor", 2));
        }
        queue.push(key(9), &lane("network", 1));
        let started: Vec<JobKey> = std::iter::from_fn(|| queue.start_next()).collect();
        assert_eq!(started, [key(0), key(1), key(9)]);
        queue.ended(key(0));
        assert_eq!(queue.start_next(), Some(key(2)));
        assert_eq!(queue.start_next(), None);
    }

    #[test]
    fn a_width_that_was_told_before_the_first_job_holds() {
        let mut queue = Queue::default();
        queue.resize("network", 1, "learnt");
        (0..3).for_each(|number| queue.push(key(number), &lane("network", 16)));
        assert_eq!(queue.start_next(), Some(key(0)));
        assert_eq!(queue.start_next(), None);
    }

    #[test]
    fn a_job_is_queued_once() {
        let mut queue = Queue::default();
        let processor = lane("processor", 4);
        queue.push(key(1), &processor);
        queue.push(key(1), &processor);
        assert_eq!(queue.start_next(), Some(key(1)));
        queue.push(key(1), &processor);
        assert_eq!(queue.start_next(), None, "it runs");
        queue.ended(key(1));
        queue.push(key(1), &processor);
        assert_eq!(queue.start_next(), Some(key(1)), "it may run again once ended");
    }

    #[test]
    fn withdrawn_jobs_never_start_unless_they_are_queued_again() {
        let mut queue = Queue::default();
        let processor = lane("processor", 1);
        (0..4).for_each(|number| queue.push(key(number), &processor));
        assert_eq!(queue.start_next(), Some(key(0)));
        for key in [key(1), key(3)] {
            queue.withdraw(key);
        }
        queue.push(key(1), &processor);
        queue.ended(key(0));
        assert_eq!(queue.start_next(), Some(key(2)));
        queue.ended(key(2));
        assert_eq!(queue.start_next(), Some(key(1)), "at the end of the lane");
        queue.ended(key(1));
        assert_eq!(queue.start_next(), None);
    }

    #[test]
    fn lanes_are_told_when_they_are_new_or_have_another_width() {
        let mut queue = Queue::default();
        let width = |at_once, why| Width { lane: "network", at_once, most: 16, why };
        queue.resize("network", 2, "learnt");
        assert_eq!(queue.take_untold(), []);
        queue.push(key(1), &lane("network", 16));
        assert_eq!(queue.take_untold(), [width(2, "learnt")]);
        queue.resize("network", 2, "learnt");
        assert_eq!(queue.take_untold(), []);
        queue.resize("network", 4, "learnt");
        assert_eq!(queue.take_untold(), [width(4, "learnt")]);
    }

    /// The same queue as a list.
    #[derive(Debug, Default)]
    struct Listed {
        waiting: Vec<JobKey>,
        running: Vec<JobKey>,
    }

    #[derive(Debug, Clone)]
    enum Step {
        Push(u8),
        Start,
        End(u8),
        Withdraw(u8),
        Reorder(u8, Turn),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let turn = prop_oneof![Just(Turn::First), Just(Turn::Earlier), Just(Turn::Later), Just(Turn::Last)];
        let step = prop_oneof![
            3 => (0..8_u8).prop_map(Step::Push),
            1 => Just(Step::Start),
            1 => (0..8_u8).prop_map(Step::End),
            1 => (0..8_u8).prop_map(Step::Withdraw),
            3 => (0..8_u8, turn).prop_map(|(job, to)| Step::Reorder(job, to)),
        ];
        prop::collection::vec(step, 0..60)
    }

    proptest! {
        #[test]
        fn jobs_start_in_the_order_that_people_gave_them(steps in steps()) {
            let (mut queue, mut listed) = (Queue::default(), Listed::default());
            for step in steps {
                match step {
                    Step::Push(job) => {
                        queue.push(key(job), &lane("one", 2));
                        if !listed.waiting.contains(&key(job)) && !listed.running.contains(&key(job)) {
                            listed.waiting.push(key(job));
                        }
                    }
                    Step::Start => {
                        let free = listed.running.len() < 2 && !listed.waiting.is_empty();
                        let next = free.then(|| listed.waiting.remove(0));
                        listed.running.extend(next);
                        prop_assert_eq!(queue.start_next(), next);
                    }
                    Step::End(job) => {
                        if listed.running.contains(&key(job)) {
                            queue.ended(key(job));
                        }
                        listed.running.retain(|running| *running != key(job));
                    }
                    Step::Withdraw(job) => {
                        if listed.waiting.contains(&key(job)) {
                            queue.withdraw(key(job));
                        }
                        listed.waiting.retain(|waiting| *waiting != key(job));
                    }
                    Step::Reorder(job, to) => {
                        let before = listed.waiting.clone();
                        if let Some(at) = before.iter().position(|waiting| *waiting == key(job)) {
                            let last = before.len() - 1;
                            let place = match to {
                                Turn::First => 0,
                                Turn::Earlier => at.saturating_sub(1),
                                Turn::Later => (at + 1).min(last),
                                Turn::Last => last,
                            };
                            listed.waiting.remove(at);
                            listed.waiting.insert(place, key(job));
                        }
                        let moved = queue.reorder(key(job), to);
                        prop_assert_eq!(moved.is_empty(), before == listed.waiting);
                    }
                }
                let mut turns: Vec<(i64, JobKey)> =
                    (0..8).filter_map(|job| Some((queue.turn(key(job))?, key(job)))).collect();
                turns.sort_unstable();
                let order: Vec<JobKey> = turns.into_iter().map(|(_, key)| key).collect();
                prop_assert_eq!(&order, &listed.waiting);
            }
        }
    }
}
