//! A campaign file that is edited while its run goes on: what waits and is no longer wanted is dropped before it is
//! paid, what is new joins the run as far as its consent reaches. What is made stays made.

use std::collections::HashSet;

use super::runs::NewJob;
use super::{Core, change};
use crate::domain::{Campaign, Display, Scene};
use crate::engine::command::Scope;
use crate::engine::event::{Content, Entry, Event, JobFacts, Level};
use crate::plan::{Job, JobKey, RunId};
use crate::store::Caps;

/// What a run under way was asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) scope: Scope,
    pub(super) caps: Caps,
    part: Part,
}

/// What a scope means in words of the campaign: places change with each edit.
#[derive(Debug, Clone, Default)]
struct Part {
    speaker: Option<String>,
    /// With the number of scenes that the campaign had.
    scene: Option<(Scene, usize)>,
}

impl Asked {
    pub(super) fn new(scope: &Scope, caps: Caps, campaign: Option<&Campaign>) -> Self {
        let part = campaign.map(|campaign| Part::of(scope, campaign)).unwrap_or_default();
        Self { scope: scope.clone(), caps, part }
    }

    /// The same for the campaign as it is now; the error names what is not in it any more.
    fn after_edit(&self, campaign: &Campaign) -> Result<Self, String> {
        let scope = self.part.scope_in(campaign, &self.scope)?;
        Ok(Self::new(&scope, self.caps, Some(campaign)))
    }
}

impl Part {
    fn of(scope: &Scope, campaign: &Campaign) -> Self {
        let scene = scope.scene.and_then(|position| campaign.scenes.get(position));
        Self {
            speaker: scope.speaker.map(|speaker| campaign.profile(speaker).speaker.clone()),
            scene: scene.map(|scene| (scene.clone(), campaign.scenes.len())),
        }
    }

    /// A speaker is found again by name. A scene is found by its content, which may have moved; one that was reworded in
    /// its place, by that place.
    fn scope_in(&self, campaign: &Campaign, before: &Scope) -> Result<Scope, String> {
        let mut scope = before.clone();
        if let Some(name) = &self.speaker {
            let speaker = campaign.speaker_named(name);
            scope.speaker = Some(speaker.ok_or_else(|| name.as_str().display().to_string())?);
        }
        if let (Some((scene, count)), Some(position)) = (&self.scene, before.scene) {
            let is_it = |other: usize| campaign.scenes.get(other) == Some(scene);
            let was_reworded = campaign.scenes.len() == *count;
            let moved = || (0..campaign.scenes.len()).find(|other| is_it(*other));
            let found = if is_it(position) { Some(position) } else { moved().or(was_reworded.then_some(position)) };
            scope.scene = Some(found.ok_or_else(|| format!("scene {}", position + 1))?);
        }
        Ok(scope)
    }
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
        let Some(asked) = self.asked.get(&id) else { return };
        let Some((run, _)) = self.runs.iter().find(|(run, _)| run.id == id) else { return };
        let Ok((entry, loaded)) = self.loaded(&run.campaign) else { return };
        let Some(graph) = loaded.graph(run.mode) else { return };
        let asked = match asked.after_edit(&loaded.campaign) {
            Ok(asked) => asked,
            Err(gone) => return self.stop_for_want_of(id, &gone),
        };
        let Asked { scope, caps, .. } = &asked;
        let caps = *caps;
        let covered = scope.jobs(graph);
        let wanted: HashSet<JobKey> = covered.iter().map(|job| job.key).collect();
        let gone: Vec<JobKey> = run.open().filter(|key| !wanted.contains(key)).collect();
        let agreed_to_pay = caps.run.is_none_or(|cap| !cap.is_zero());
        let joins = |job: &&Job| !run.asked_for(job.key) && (agreed_to_pay || job.price().is_zero());
        let folder = self.shelf.settings.materials_of(&entry.path);
        let jobs: Vec<NewJob> =
            covered.into_iter().filter(joins).map(|job| NewJob::of(loaded, graph, job, folder)).collect();
        self.asked.insert(id, asked);
        self.drop_unwanted(id, &gone);
        if jobs.is_empty() {
            return;
        }
        let records = jobs.iter().map(NewJob::record).collect();
        if let Err(error) = self.store.journal.add_to_run(id, records).await {
            return self.notice(Level::Warning, format!("What was added waits for the next run: {error}"), None);
        }
        let Some((run, _)) = self.runs.iter_mut().find(|(run, _)| run.id == id) else { return };
        for job in &jobs {
            run.add(job.key);
        }
        let campaign = run.campaign.clone();
        self.ask_for(id, &campaign, jobs, caps);
    }

    /// What a run was asked for is not in the campaign any more: nothing more is begun for it.
    fn stop_for_want_of(&mut self, id: RunId, gone: &str) {
        let Some((run, _)) = self.runs.iter_mut().find(|(run, _)| run.id == id) else { return };
        run.stopped(&format!(
            "The campaign file was edited and has no {gone} any more: what waited for it is not made"
        ));
        let waiting: Vec<JobKey> = run.open().collect();
        self.asked.remove(&id);
        self.drop_unwanted(id, &waiting);
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
        let nobodys: HashSet<JobKey> =
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
