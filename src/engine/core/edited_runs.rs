//! A campaign file that is edited while its run goes on: what waits and is no longer wanted is dropped before it is
//! paid, what is new joins the run as far as its consent reaches. What is made stays made.

use super::runs::NewJob;
use super::{Core, Internal};
use crate::domain::{Campaign, CampaignId, Display, Scene};
use crate::engine::command::Scope;
use crate::engine::event::{Content, Entry, Level};
use crate::engine::run::Run;
use crate::engine::schedule::Fact;
use crate::plan::{Job, JobKey, JobSet, RunId};
use crate::store::Caps;

/// What a run under way was asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) scope: Scope,
    pub(super) caps: Caps,
    part: Part,
}

/// What an edit added to a run, on its way into the journal.
pub struct Joining {
    run: RunId,
    campaign: CampaignId,
    jobs: Vec<JobKey>,
    caps: Caps,
    /// The jobs themselves once they are recorded, else why they are not.
    recorded: Result<Vec<NewJob>, String>,
}

const PANICKED: &str = "an internal error; the log has it";

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
        let before = self.known.library.entries.iter().find(|before| before.path == entry.path)?;
        let Content::Good(_) = before.content else { return None };
        if before.edit_faults != *faults {
            let first = faults.first().map(|fault| format!(": {}", fault.to_string().display())).unwrap_or_default();
            let text = format!("{} cannot be read as it is now{first}. Its last good version is kept", before.name);
            self.notice(Level::Warning, text, None);
        }
        Some(Entry { edit_faults: faults.clone(), ..before.as_ref().clone() })
    }

    /// Has the runs of one campaign, or all, brought in line with it. Not at once: a large campaign takes its time, and whoever
    /// waits is answered in between.
    pub(super) fn follow_edits_soon(&self, campaign: Option<&str>) {
        let _ = self.tasks.internal.send(Internal::FollowEdits(campaign.map(str::to_owned)));
    }

    pub(super) async fn follow_edits(&mut self, campaign: Option<&str>) {
        let is_meant = |run: &&Run| campaign.is_none_or(|campaign| run.campaign.as_str() == campaign);
        let runs = self.schedule.runs().iter().filter(is_meant).map(|run| run.id).collect();
        self.bring_in_line(runs).await;
    }

    async fn bring_in_line(&mut self, runs: Vec<RunId>) {
        for run in runs {
            self.follow_edit_of(run).await;
        }
    }

    async fn follow_edit_of(&mut self, id: RunId) {
        let Some(asked) = self.asked(id) else { return };
        let Some(run) = self.schedule.run(id) else { return };
        let Ok((entry, loaded)) = self.loaded(&run.campaign) else { return };
        let Some(graph) = loaded.graph(run.mode) else { return };
        let asked = match asked.after_edit(&loaded.campaign) {
            Ok(asked) => asked,
            Err(gone) => return self.stop_for_want_of(id, &gone).await,
        };
        let Asked { scope, caps, .. } = &asked;
        let caps = *caps;
        let covered = scope.jobs(graph);
        let wanted: JobSet = covered.iter().map(|job| job.key).collect();
        let gone: Vec<JobKey> = run.open().filter(|key| !wanted.contains(key)).collect();
        let agreed_to_pay = caps.run.is_none_or(|cap| !cap.is_zero());
        let joins = |job: &&Job| !run.asked_for(job.key) && (agreed_to_pay || job.price().is_zero());
        let folder = self.studio.shelf.settings.materials_of(&entry.path);
        let jobs: Vec<NewJob> =
            covered.into_iter().filter(joins).map(|job| NewJob::of(loaded, graph, job, folder)).collect();
        let campaign = run.campaign.clone();
        self.set_asked(id, Some(asked));
        if !jobs.is_empty() {
            self.happened(Fact::Joining { run: id, jobs: jobs.iter().map(|job| job.key).collect() }).await;
            self.record_beside(id, campaign, jobs, caps);
        }
        self.happened(Fact::Left { run: id, jobs: gone }).await;
    }

    /// Records what joins a run beside everything else: the episode's request alone may be megabytes.
    fn record_beside(&mut self, run: RunId, campaign: CampaignId, jobs: Vec<NewJob>, caps: Caps) {
        let (journal, internal) = (self.studio.store.journal.clone(), self.tasks.internal.clone());
        let keys: Vec<JobKey> = jobs.iter().map(|job| job.key).collect();
        let lost =
            Joining { run, campaign: campaign.clone(), jobs: keys.clone(), caps, recorded: Err(PANICKED.to_owned()) };
        self.tasks.spawn(Internal::Joining(Box::new(lost)), async move {
            let records = jobs.iter().map(NewJob::record).collect();
            let recorded = journal.add_to_run(run, records).await;
            let recorded = recorded.map(|()| jobs).map_err(|error| error.to_string());
            let _ = internal.send(Internal::Joining(Box::new(Joining { run, campaign, jobs: keys, caps, recorded })));
        });
    }

    /// What was to join a run is recorded, or is not. Meanwhile it may have ended in another run, been cancelled, or left
    /// again with the next edit.
    pub(super) async fn joined(&mut self, joining: Joining) {
        let Joining { run: id, campaign, jobs: keys, caps, recorded } = joining;
        let Some(run) = self.schedule.run(id) else { return };
        match recorded {
            Ok(jobs) => {
                let jobs = jobs.into_iter().filter(|job| run.wants(job.key)).collect();
                let jobs = self.wanted(id, &campaign, jobs, caps);
                self.happened(Fact::Joined { run: id, jobs }).await;
            }
            Err(error) => {
                self.notice(Level::Warning, format!("What was added waits for the next run: {error}"), None);
                self.happened(Fact::Left { run: id, jobs: keys }).await;
            }
        }
    }

    /// What a run was asked for is not in the campaign any more: nothing more is begun for it.
    async fn stop_for_want_of(&mut self, id: RunId, gone: &str) {
        let Some(run) = self.schedule.run(id) else { return };
        let waiting: Vec<JobKey> = run.open().collect();
        self.set_asked(id, None);
        let why = format!("The campaign file was edited and has no {gone} any more: what waited for it is not made");
        self.happened(Fact::Stopped { run: id, why }).await;
        self.happened(Fact::Left { run: id, jobs: waiting }).await;
    }

    fn set_asked(&mut self, run: RunId, asked: Option<Asked>) {
        if let Some(under_way) = self.under_way.get_mut(&run) {
            under_way.asked = asked;
        }
    }
}
