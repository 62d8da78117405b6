//! Which job runs next: one queue a lane, first come first served, never more at once than the lane allows. Pure.

use std::collections::VecDeque;

use crate::plan::{JobKey, JobMap};
use crate::providers::Lane;

/// Jobs that wait and how many run, by lane.
#[derive(Debug, Default)]
pub struct Queue {
    lanes: Vec<LaneQueue>,
    lane_of: JobMap<usize>,
}

#[derive(Debug)]
struct LaneQueue {
    lane: Lane,
    waiting: VecDeque<JobKey>,
    running: usize,
}

impl Queue {
    /// Adds a job at the end of its lane. A job that waits or runs already is not added again.
    pub fn push(&mut self, key: JobKey, lane: &Lane) {
        if self.lane_of.contains_key(&key) {
            return;
        }
        let position = self.lanes.iter().position(|known| known.lane.name == lane.name).unwrap_or_else(|| {
            self.lanes.push(LaneQueue { lane: lane.clone(), waiting: VecDeque::new(), running: 0 });
            self.lanes.len() - 1
        });
        self.lanes[position].waiting.push_back(key);
        self.lane_of.insert(key, position);
    }

    /// The next job that may start now; it counts as running until [`Queue::ended`].
    pub fn start_next(&mut self) -> Option<JobKey> {
        let lane = self
            .lanes
            .iter_mut()
            .filter(|lane| lane.running < lane.lane.most_at_once.max(1))
            .find(|lane| !lane.waiting.is_empty())?;
        lane.running += 1;
        lane.waiting.pop_front()
    }

    /// Changes how many jobs of a lane run at once; those that run go on.
    pub fn resize(&mut self, lane: &str, most_at_once: usize) {
        for known in self.lanes.iter_mut().filter(|known| known.lane.name == lane) {
            known.lane.most_at_once = most_at_once;
        }
    }

    /// A running job ended.
    pub fn ended(&mut self, key: JobKey) {
        if let Some(position) = self.lane_of.remove(&key) {
            self.lanes[position].running = self.lanes[position].running.saturating_sub(1);
        }
    }

    /// Takes every waiting job out for which `unwanted` holds, in queue order.
    pub fn withdraw(&mut self, unwanted: impl Fn(JobKey) -> bool) -> Vec<JobKey> {
        let mut withdrawn = Vec::new();
        for lane in &mut self.lanes {
            lane.waiting.retain(|key| {
                let goes = unwanted(*key);
                if goes {
                    withdrawn.push(*key);
                }
                !goes
            });
        }
        for key in &withdrawn {
            self.lane_of.remove(key);
        }
        withdrawn
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
    fn withdrawn_jobs_never_start() {
        let mut queue = Queue::default();
        for number in 0..4 {
            queue.push(key(number), &lane("processor", 1));
        }
        assert_eq!(queue.start_next(), Some(key(0)));
        assert_eq!(queue.withdraw(|waiting| waiting != key(2)), [key(1), key(3)]);
        queue.ended(key(0));
        assert_eq!(queue.start_next(), Some(key(2)));
        assert_eq!(queue.start_next(), None);
    }
}
