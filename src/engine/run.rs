//! One run: which jobs it asked for, how they ended, and the sentence that says so. Pure.

use super::event::{Outcome, RunEnded};
use super::words::cost::Cost;
use crate::domain::{CampaignId, MicroDollars};
use crate::plan::{JobKey, JobSet, JobState, Mode, RunId};
use crate::store::Amounts;

/// A run under way.
#[derive(Debug, Clone)]
pub struct Run {
    pub id: RunId,
    pub campaign: CampaignId,
    pub mode: Mode,
    /// An upper bound of what was missing at its start.
    pub estimate: MicroDollars,
    /// All jobs of the run.
    jobs: JobSet,
    /// The jobs that have not ended.
    open: JobSet,
    made: usize,
    cached: usize,
    failed: usize,
    held: usize,
    blocked: usize,
    cancelled: usize,
    /// Why nothing more could be made without the user.
    stopped: Option<String>,
}

impl Run {
    pub fn new(id: RunId, campaign: CampaignId, mode: Mode, estimate: MicroDollars, jobs: Vec<JobKey>) -> Self {
        let jobs: JobSet = jobs.into_iter().collect();
        let open = jobs.clone();
        Self {
            id,
            campaign,
            mode,
            estimate,
            jobs,
            open,
            made: 0,
            cached: 0,
            failed: 0,
            held: 0,
            blocked: 0,
            cancelled: 0,
            stopped: None,
        }
    }

    /// Notes how a job ended; of a job that is not open in this run, nothing.
    pub fn job_ended(&mut self, key: JobKey, state: &JobState) {
        if !self.open.remove(&key) {
            return;
        }
        match state {
            JobState::Made => self.made += 1,
            JobState::Cached => self.cached += 1,
            JobState::Failed(_) => self.failed += 1,
            JobState::Held(_) => self.held += 1,
            JobState::Blocked(_) => self.blocked += 1,
            JobState::Pending | JobState::Waiting | JobState::Running | JobState::Cancelled => self.cancelled += 1,
        }
    }

    /// Notes that nothing more can be made without the user, and why; the first reason stays.
    pub fn stopped(&mut self, why: &str) {
        self.stopped.get_or_insert_with(|| why.to_owned());
    }

    pub fn wants(&self, key: JobKey) -> bool {
        self.open.contains(&key)
    }

    /// The jobs that have not ended.
    pub fn open(&self) -> impl Iterator<Item = JobKey> {
        self.open.iter().copied()
    }

    pub fn jobs(&self) -> impl Iterator<Item = JobKey> {
        self.jobs.iter().copied()
    }

    pub fn asked_for(&self, key: JobKey) -> bool {
        self.jobs.contains(&key)
    }

    /// The campaign was edited: this is wanted too.
    pub fn add(&mut self, key: JobKey) {
        self.jobs.insert(key);
        self.open.insert(key);
    }

    /// The campaign was edited: this is not wanted any more.
    pub fn forget(&mut self, key: JobKey) {
        if self.open.remove(&key) {
            self.jobs.remove(&key);
        }
    }

    pub fn is_over(&self) -> bool {
        self.open.is_empty()
    }

    /// The end of the run; `output` is where the products lie, in words for the user, and `spent` what the ledger says.
    pub fn ended(&self, elapsed_ms: u64, output: &str, spent: Amounts) -> RunEnded {
        let done = self.made + self.cached;
        let outcome = match self {
            Run { cancelled: 1.., .. } => Outcome::Interrupted,
            Run { held: 1.., .. } => Outcome::Unknown,
            Run { stopped: Some(_), .. } => Outcome::Stopped,
            Run { failed: 1.., .. } | Run { blocked: 1.., .. } => Outcome::Partial,
            _ => Outcome::Complete,
        };
        let mut parts = Vec::new();
        match outcome {
            Outcome::Complete if self.made == 0 => parts.push("Everything was made already".to_owned()),
            _ => parts.push(format!("{} of {} made", done, self.jobs.len())),
        }
        if self.cached > 0 && self.made > 0 {
            parts.push(format!("{} from cache", self.cached));
        }
        if self.failed > 0 {
            parts.push(format!("{} failed", self.failed));
        }
        if self.held > 0 {
            parts.push(format!("{} maybe billed", self.held));
        }
        if !spent.paid.is_zero() {
            parts.push(format!("paid {}", spent.paid));
        }
        if self.blocked > 0 {
            let verb = if self.blocked == 1 { "waits" } else { "wait" };
            let for_what = if self.failed + self.held == 1 { "it" } else { "them" };
            parts.push(format!("{} {verb} for {for_what}", self.blocked));
        }
        if self.cancelled > 0 {
            parts.push(format!("{} cancelled", self.cancelled));
        }
        let mut message = if done > 0 { format!("{}: {output}", parts.join(", ")) } else { parts.join(", ") };
        if let Some(why) = &self.stopped {
            message = format!("{message}. {why}");
        }
        RunEnded {
            run: self.id,
            campaign: self.campaign.clone(),
            mode: self.mode,
            outcome,
            message,
            made: self.made,
            cached: self.cached,
            failed: self.failed,
            held: self.held,
            blocked: self.blocked,
            cancelled: self.cancelled,
            elapsed_ms,
            cost: Cost {
                paid_usd: spent.paid.dollars(),
                estimated_usd: self.estimate.dollars(),
                unknown_usd: spent.unknown.dollars(),
                saved_by_cache_usd: spent.saved_by_cache.dollars(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Failure;

    fn failed() -> JobState {
        JobState::Failed(Failure { reason: "x".to_owned(), next_step: "y.".to_owned(), retryable: true })
    }

    fn blocked() -> JobState {
        JobState::Blocked(Failure { reason: "x".to_owned(), next_step: "y.".to_owned(), retryable: true })
    }

    #[test]
    fn the_outcome_follows_how_the_jobs_ended() {
        for (ends, outcome, message) in [
            (vec![JobState::Made, JobState::Made], Outcome::Complete, "2 of 2 made: output/c"),
            (vec![JobState::Cached, JobState::Cached], Outcome::Complete, "Everything was made already: output/c"),
            (vec![JobState::Made, JobState::Cached], Outcome::Complete, "2 of 2 made, 1 from cache: output/c"),
            (vec![JobState::Made, failed()], Outcome::Partial, "1 of 2 made, 1 failed: output/c"),
            (vec![failed(), failed()], Outcome::Partial, "0 of 2 made, 2 failed"),
            (vec![failed(), blocked(), blocked()], Outcome::Partial, "0 of 3 made, 1 failed, 2 wait for it"),
            (vec![JobState::Made, JobState::Cancelled], Outcome::Interrupted, "1 of 2 made, 1 cancelled: output/c"),
            (vec![], Outcome::Complete, "Everything was made already"),
        ] {
            let keys: Vec<JobKey> = (0..ends.len()).map(|n| JobKey::from_digest([n as u8; 32])).collect();
            let id = RunId(uuid::Uuid::nil());
            let mut run = Run::new(id, CampaignId::new("c").unwrap(), Mode::Draft, MicroDollars::ZERO, keys.clone());
            for (key, state) in keys.iter().zip(&ends) {
                run.job_ended(*key, state);
                run.job_ended(*key, &failed());
            }
            assert!(run.is_over());
            let ended = run.ended(5, "output/c", Amounts::default());
            assert_eq!((ended.outcome, ended.message.as_str()), (outcome, message), "{ends:?}");
        }
    }
}
