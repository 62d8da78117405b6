//! A campaign file that is edited while its run goes on: what waits and is no longer wanted is dropped before it is
//! paid, what is new joins the run as far as its consent reaches. What is made stays made.

use std::collections::HashSet;

use super::Core;
use super::change;
use crate::domain::Display;
use crate::engine::{Content, Entry, Event, JobFacts, Level, RunId, Scope};
use crate::plan::JobKey;
use crate::store::Caps;

/// What a run under way was asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) scope: Scope,
    pub(super) caps: Caps,
}

impl Core {
    /// The last version of a broken file that had no fault, with the faults it has now.
    pub(super) fn last_good(&self, entry: &Entry) -> Option<Entry> {
        let Content::Broken(faults) = &entry.content else { return None };
        let before = self.library.entries.iter().find(|before| before.path == entry.path)?;
        let Content::Good(_) = before.content else { return None };
        if before.edit_faults != *faults {
            let first = faults.first().map(|fault| format!(": {}", fault.to_string().display())).unwrap_or_default();
            let text = format!("{} cannot be read as it is now{first}. Its last good version is kept", before.name);
            self.notice(Level::Warning, text, None);
        }
        Some(Entry { edit_faults: faults.clone(), ..before.as_ref().clone() })
    }

    /// Brings all runs under way in line with their campaigns as they are now.
    pub(super) async fn follow_edits(&mut self) {
        let runs = self.runs.iter().map(|(run, _)| run.id).collect();
        self.bring_in_line(runs).await;
    }

    /// The same for the runs of one campaign.
    pub(super) async fn follow_edits_of(&mut self, campaign: &str) {
        let runs = self.runs.iter().map(|(run, _)| run).filter(|run| run.campaign.as_str() == campaign);
        let runs = runs.map(|run| run.id).collect();
        self.bring_in_line(runs).await;
    }

    async fn bring_in_line(&mut self, runs: Vec<RunId>) {
        for run in runs {
            self.follow_edit_of(run).await;
        }
        self.start_waiting();
        self.end_finished_runs().await;
    }

    async fn follow_edit_of(&mut self, id: RunId) {
        let Some(Asked { scope, caps }) = self.asked.get(&id).cloned() else { return };
        // Speakers and scenes are known by their places, and those may be others now.
        if scope.speaker.is_some() || scope.scene.is_some() {
            return;
        }
        let Some((run, _)) = self.runs.iter().find(|(run, _)| run.id == id) else { return };
        let Ok((_, loaded)) = self.loaded(&run.campaign) else { return };
        let Some(graph) = loaded.graph(run.mode) else { return };
        let mut jobs: Vec<_> = scope.jobs(graph).into_iter().map(|job| self.order(loaded, graph, job)).collect();
        let wanted: HashSet<JobKey> = jobs.iter().map(|job| job.request.key()).collect();
        let gone: Vec<JobKey> = run.open().filter(|key| !wanted.contains(key)).collect();
        let agreed_to_pay = caps.run.is_none_or(|cap| !cap.is_zero());
        jobs.retain(|job| !run.asked_for(job.request.key()) && (job.price.is_zero() || agreed_to_pay));
        self.drop_unwanted(id, &gone);
        if jobs.is_empty() {
            return;
        }
        let records = jobs.iter().map(super::runs::NewJob::record).collect();
        if let Err(error) = self.store.journal.add_to_run(id.0, records).await {
            return self.notice(Level::Warning, format!("What was added waits for the next run: {error}"), None);
        }
        let Some((run, _)) = self.runs.iter_mut().find(|(run, _)| run.id == id) else { return };
        for job in &jobs {
            run.add(job.request.key());
        }
        let campaign = run.campaign.clone();
        self.ask_for(id, &campaign, jobs, caps);
    }

    /// Takes jobs out of a run. What is being made comes to its end: it may be paid for already.
    fn drop_unwanted(&mut self, id: RunId, gone: &[JobKey]) {
        let runs_now = |key: &JobKey| self.orders.get(key).is_some_and(|order| order.runs_now);
        let gone: Vec<JobKey> = gone.iter().copied().filter(|key| !runs_now(key)).collect();
        for (run, _) in self.runs.iter_mut().filter(|(run, _)| run.id == id) {
            for key in &gone {
                run.forget(*key);
            }
        }
        let nobodys: Vec<JobKey> =
            gone.into_iter().filter(|key| !self.runs.iter().any(|(run, _)| run.wants(*key))).collect();
        self.queue.withdraw(|key| nobodys.contains(&key));
        let mut changes = Vec::new();
        for key in nobodys {
            self.parked.remove(&key);
            self.held_elsewhere.remove(&key);
            if self.orders.remove(&key).is_some() {
                let facts = JobFacts::default();
                changes.push(change(key, &facts));
                self.known.insert(key, facts);
            }
        }
        if !changes.is_empty() {
            self.tell(Event::Jobs(changes));
        }
    }
}
