//! What an edit of a campaign changes: the jobs that were not known before, and what joins and leaves each run under way.
//! It walks through every job of both versions, so it is computed where the file is read, beside the engine's task.

use std::path::Path;
use std::sync::Arc;

use super::runs::NewJob;
use crate::domain::{Campaign, Display};
use crate::engine::command::Scope;
use crate::engine::entry::{Content, Entry, Library, Loaded};
use crate::engine::settings::EngineSettings;
use crate::plan::{JobKey, JobSet, Mode, RunId};
use crate::store::Caps;

/// What a run under way was asked for.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) scope: Scope,
    pub(super) mode: Mode,
    pub(super) caps: Caps,
    /// The campaign that the run is in line with; the places of the scope are places in it.
    pub(super) campaign: Arc<Entry>,
}

/// What was known when a campaign began to be read.
pub(super) struct Before {
    pub(super) library: Arc<Library>,
    pub(super) runs: Vec<(RunId, Asked)>,
}

/// What differs from that.
#[derive(Default)]
pub struct Difference {
    /// The jobs to learn about: those that no earlier version names.
    pub(super) jobs: Vec<JobKey>,
    pub(super) runs: Vec<Followed>,
}

/// What a run has to do to be in line with an edited campaign.
pub struct Followed {
    pub(super) run: RunId,
    /// The version that it was in line with.
    pub(super) since: Arc<Entry>,
    /// The version that it is in line with afterwards.
    pub(super) campaign: Arc<Entry>,
    /// The error names what it was asked for and what is not in the campaign any more.
    pub(super) change: Result<Change, String>,
}

/// How the part of a campaign that a run was asked for has changed.
pub(super) struct Change {
    /// The same part, in places of the newer version.
    pub(super) scope: Scope,
    pub(super) new: Vec<NewJob>,
    pub(super) gone: Vec<JobKey>,
}

impl Before {
    /// What each of these entries changes.
    pub(super) fn difference<'a>(
        &self,
        entries: impl IntoIterator<Item = &'a Arc<Entry>>,
        settings: &EngineSettings,
    ) -> Difference {
        let mut difference = Difference::default();
        for entry in entries {
            let known = self.library.entries.iter().find(|known| known.path == entry.path);
            let known: JobSet = known.map(|known| jobs_of(known).collect()).unwrap_or_default();
            difference.jobs.extend(jobs_of(entry).filter(|key| !known.contains(key)));
            let concerned = self.runs.iter().filter(|(_, asked)| asked.campaign.path == entry.path);
            let followed =
                concerned.filter_map(|(run, asked)| asked.follow(*run, entry, settings.materials_of(&entry.path)));
            difference.runs.extend(followed);
        }
        difference
    }
}

impl Asked {
    /// What brings the run in line with a newer version, whose own files lie in `folder`. `None` where that version has no
    /// plan to follow.
    pub(super) fn follow(&self, run: RunId, newer: &Arc<Entry>, folder: &Path) -> Option<Followed> {
        let (Content::Good(before), Content::Good(after)) = (&self.campaign.content, &newer.content) else {
            return None;
        };
        let graph = after.graph(self.mode)?;
        let change = scope_after(&self.scope, &before.campaign, &after.campaign).map(|scope| {
            let covered = |loaded: &Loaded, scope: &Scope| -> Vec<JobKey> {
                let jobs = loaded.graph(self.mode).map(|graph| scope.jobs(graph)).unwrap_or_default();
                jobs.into_iter().map(|job| job.key).collect()
            };
            let (former, current) = (covered(before, &self.scope), covered(after, &scope));
            let (wanted, known): (JobSet, JobSet) =
                (current.iter().copied().collect(), former.iter().copied().collect());
            let new = current.iter().filter(|key| !known.contains(key)).filter_map(|key| graph.job(*key));
            let new = new.map(|job| NewJob::of(after, graph, job, folder)).collect();
            let gone = former.into_iter().filter(|key| !wanted.contains(key)).collect();
            Change { scope, new, gone }
        });
        Some(Followed { run, since: self.campaign.clone(), campaign: newer.clone(), change })
    }
}

/// The same part of an edited campaign; the error names what is not in it any more. A speaker is found again by name. A scene
/// is found by its content, which may have moved; one that was reworded in its place, by that place.
fn scope_after(scope: &Scope, before: &Campaign, after: &Campaign) -> Result<Scope, String> {
    let mut found = scope.clone();
    if let Some(speaker) = scope.speaker {
        let name = &before.profile(speaker).speaker;
        found.speaker = Some(after.speaker_named(name).ok_or_else(|| name.as_str().display().to_string())?);
    }
    if let Some(position) = scope.scene
        && let Some(scene) = before.scenes.get(position)
    {
        let is_it = |other: usize| after.scenes.get(other) == Some(scene);
        let was_reworded = before.scenes.len() == after.scenes.len();
        let moved = || (0..after.scenes.len()).find(|other| is_it(*other));
        let place = if is_it(position) { Some(position) } else { moved().or(was_reworded.then_some(position)) };
        found.scene = Some(place.ok_or_else(|| format!("scene {}", position + 1))?);
    }
    Ok(found)
}

/// Every job that a campaign names: of its plans, its takes and its former faces.
pub(super) fn jobs_of(entry: &Entry) -> impl Iterator<Item = JobKey> {
    let loaded = match &entry.content {
        Content::Good(loaded) => Some(loaded),
        Content::Broken(_) => None,
    };
    loaded.into_iter().flat_map(|loaded| {
        let graphs = std::iter::once(&loaded.draft).chain(&loaded.finals);
        let jobs = graphs.flat_map(|graph| graph.jobs.iter().map(|job| job.key));
        let takes = loaded.takes.values().flatten().map(|take| take.key);
        jobs.chain(takes).chain(loaded.portraits_made.iter().map(|made| made.key))
    })
}
