//! Which job runs next: one queue a lane, first come first served, never more at once than the lane allows. Pure.

use std::collections::{HashMap, VecDeque};

use crate::plan::{JobKey, JobMap};
use crate::providers::Lane;

/// Jobs that wait and how many run, by lane.
#[derive(Debug, Default)]
pub struct Queue {
    lanes: Vec<LaneQueue>,
    tickets: JobMap<Ticket>,
    last_ticket: u64,
    /// Widths that differ from what the lanes themselves say.
    resized: HashMap<&'static str, usize>,
}

#[derive(Debug)]
struct LaneQueue {
    lane: Lane,
    /// With the number of its ticket: a job that was withdrawn stays here until its turn, and is then passed over.
    waiting: VecDeque<(JobKey, u64)>,
    running: usize,
}

#[derive(Debug, Clone, Copy)]
struct Ticket {
    lane: usize,
    number: u64,
}

impl Queue {
    /// Adds a job at the end of its lane. A job that waits or runs already is not added again.
    pub fn push(&mut self, key: JobKey, lane: &Lane) {
        if self.tickets.contains_key(&key) {
            return;
        }
        let position = self.lanes.iter().position(|known| known.lane.name == lane.name).unwrap_or_else(|| {
            let most_at_once = self.resized.get(lane.name).copied().unwrap_or(lane.most_at_once);
            let lane = Lane { most_at_once, ..lane.clone() };
            self.lanes.push(LaneQueue { lane, waiting: VecDeque::new(), running: 0 });
            self.lanes.len() - 1
        });
        self.last_ticket += 1;
        self.lanes[position].waiting.push_back((key, self.last_ticket));
        self.tickets.insert(key, Ticket { lane: position, number: self.last_ticket });
    }

    /// The next job that may start now; it counts as running until [`Queue::ended`].
    pub fn start_next(&mut self) -> Option<JobKey> {
        for lane in &mut self.lanes {
            while lane.running < lane.lane.most_at_once.max(1)
                && let Some((key, number)) = lane.waiting.pop_front()
            {
                if self.tickets.get(&key).is_some_and(|ticket| ticket.number == number) {
                    lane.running += 1;
                    return Some(key);
                }
            }
        }
        None
    }

    /// Changes how many jobs of a lane run at once; those that run go on.
    pub fn resize(&mut self, lane: &'static str, most_at_once: usize) {
        self.resized.insert(lane, most_at_once);
        for known in self.lanes.iter_mut().filter(|known| known.lane.name == lane) {
            known.lane.most_at_once = most_at_once;
        }
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
        self.tickets.remove(&key);
    }
}

#[cfg(test)]
mod tests {
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
        queue.resize("network", 1);
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
}
