//! Runs that other programs on this home make: shown like our own, and stopped by asking the program that makes them. What others
//! ask of this program is obeyed here.

use std::collections::HashMap;
use std::time::Instant;

use super::Core;
use crate::domain::MicroDollars;
use crate::engine::command::Cancel;
use crate::engine::event::{Event, Level, Outcome};
use crate::engine::run::Run;
use crate::engine::schedule::Fact;
use crate::engine::words::elapsed::milliseconds;
use crate::plan::{JobKey, JobState, RunId};
use crate::store::{CancelRequest, Owner, RunElsewhere};

/// The runs of others, as far as they were told.
#[derive(Default)]
pub(super) struct Elsewhere {
    runs: HashMap<RunId, Theirs>,
}

struct Theirs {
    run: Run,
    owner: Owner,
    seen_since: Instant,
}

impl Elsewhere {
    /// Whether a job that is not made yet waits for its turn in another program. One that failed before waits only until
    /// something is heard of it.
    pub(super) fn makes(&self, key: JobKey, state: &JobState) -> bool {
        let waits = |run: &Run| match state {
            JobState::Pending => run.asked_for(key),
            JobState::Failed(_) | JobState::Cancelled => run.wants(key),
            _ => false,
        };
        self.runs.values().any(|theirs| waits(&theirs.run))
    }

    /// Something was heard of a job.
    pub(super) fn hear_of(&mut self, key: JobKey) {
        for theirs in self.runs.values_mut() {
            theirs.run.job_ended(key, &JobState::Pending);
        }
    }
}

impl Core {
    /// Looks for runs of others that were not told yet.
    pub(super) async fn look_elsewhere(&mut self) {
        if !self.studio.shelf.settings.follow {
            return;
        }
        let found = match self.studio.store.journal.runs_elsewhere().await {
            Ok(found) => found,
            Err(error) => return tracing::warn!(%error, "runs of other programs cannot be read"),
        };
        for RunElsewhere { run: id, owner, campaign, mode, jobs } in found {
            if self.others.elsewhere.runs.contains_key(&id) {
                continue;
            }
            self.tell(Event::RunElsewhere { run: id, campaign: campaign.clone(), mode, jobs: jobs.len() });
            let run = Run::new(id, campaign, mode, MicroDollars::ZERO, jobs.clone());
            self.others.elsewhere.runs.insert(id, Theirs { run, owner, seen_since: Instant::now() });
            self.learn(jobs).await;
            self.wait_until_gone(owner);
        }
    }

    /// A run of another program is over, as it says or as is plain.
    pub(super) async fn run_elsewhere_ended(&mut self, id: RunId, outcome: Outcome) {
        let Some(theirs) = self.others.elsewhere.runs.remove(&id) else { return };
        let Theirs { run, seen_since, .. } = theirs;
        let keys: Vec<JobKey> = run.jobs().collect();
        self.learn(keys.clone()).await;
        let mut ended = Run::new(run.id, run.campaign, run.mode, run.estimate, keys.clone());
        for key in keys {
            let state = match &self.facts(key).state {
                // Who made what is not recorded: it is there.
                JobState::Cached => JobState::Made,
                state if state.is_made() || state.failure().is_some() => state.clone(),
                _ if outcome == Outcome::Interrupted => JobState::Cancelled,
                _ => JobState::Blocked(waiting()),
            };
            ended.job_ended(key, &state);
        }
        let output = self.place_of_products(&ended);
        let spent = self.spent_by(&ended).await;
        let mut ended = ended.ended(milliseconds(seen_since.elapsed()), &output, spent);
        ended.outcome = outcome;
        ended.message = format!("In another babblecast: {}", ended.message);
        self.tell(Event::RunElsewhereEnded(ended));
    }

    /// A program is gone, and with it every run of it.
    pub(super) async fn runs_are_gone_with(&mut self, owner: Owner) {
        let gone = self.others.elsewhere.runs.iter().filter(|(_, theirs)| theirs.owner == owner);
        let gone: Vec<RunId> = gone.map(|(id, _)| *id).collect();
        for run in gone {
            self.run_elsewhere_ended(run, Outcome::Interrupted).await;
        }
    }

    /// Whether only this program is meant: others may make the same for themselves.
    pub(super) fn is_ours_alone(&self, what: &Cancel) -> bool {
        match what {
            Cancel::All => true,
            Cancel::Campaign(_) => false,
            Cancel::Run(id) => self.schedule.run(*id).is_some(),
            Cancel::Job(key) => self.schedule.is_under_way(*key),
        }
    }

    /// Asks other programs to stop what they make of this.
    pub(super) async fn cancel_elsewhere(&mut self, what: Cancel) {
        let request = match what {
            Cancel::All => return,
            Cancel::Campaign(campaign) => CancelRequest::Campaign(campaign),
            Cancel::Run(run) => CancelRequest::Run(run),
            Cancel::Job(key) => CancelRequest::Job(key),
        };
        match self.studio.store.journal.ask_to_cancel(request).await {
            Ok(0) => {}
            Ok(_) => self.notice(Level::Info, "The other babblecast is asked to stop this".to_owned(), None),
            Err(error) => {
                let text = format!("The other babblecast could not be asked to stop this: {error}");
                self.notice(Level::Error, text, None);
            }
        }
    }

    /// A program that makes something hears what others ask, be it a command that follows nobody else. What was asked before it
    /// looked is not told again.
    pub(super) async fn hear_requests(&mut self) {
        if self.others.watches.journal.is_none() {
            self.watch_journal();
            self.follow_others().await;
        }
    }

    /// Does what other programs ask of this one.
    pub(super) async fn obey_others(&mut self) {
        let requests = match self.studio.store.journal.take_cancel_requests().await {
            Ok(requests) => requests,
            Err(error) => {
                let text = format!("What another babblecast asks to be stopped cannot be read: {error}");
                return self.notice(Level::Warning, text, None);
            }
        };
        for request in requests {
            let (what, named, campaign) = match request {
                CancelRequest::Campaign(campaign) => {
                    (Cancel::Campaign(campaign.clone()), campaign.to_string(), Some(campaign))
                }
                CancelRequest::Run(run) => {
                    let campaign = self.schedule.run(run).map(|known| known.campaign.clone());
                    let named =
                        campaign.as_ref().map_or_else(|| run.to_string(), |campaign| format!("a run of {campaign}"));
                    (Cancel::Run(run), named, campaign)
                }
                CancelRequest::Job(key) => {
                    let wanting = self.schedule.run_that_wants(key);
                    (Cancel::Job(key), self.schedule.name(key).to_owned(), wanting.map(|run| run.campaign.clone()))
                }
            };
            self.notice(Level::Warning, format!("Another babblecast asked to stop {named}"), campaign);
            self.happened(Fact::Cancelled(what)).await;
        }
    }
}

/// Of a job that another program left for want of what it is made of.
fn waiting() -> crate::plan::Failure {
    crate::plan::Failure {
        reason: "It waits for what could not be made".to_owned(),
        next_step: "Fix that and make it again.".to_owned(),
        retryable: true,
    }
}
