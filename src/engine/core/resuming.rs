//! Runs that the end of their program cut off go on with the jobs that they were recorded with. A new take is so made
//! under the number that it was given, and not asked for once more.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::Core;
use super::runs::{NewJob, PlannedRun};
use crate::domain::CampaignId;
use crate::engine::command::Consent;
use crate::engine::entry::{Loaded, Take};
use crate::engine::event::Outcome;
use crate::plan::{Graph, Job, JobKey, Mode, RunId};

impl Core {
    /// What a `Resume` asks for; one that cannot go on ends here.
    pub(super) async fn plan_rest(
        &mut self,
        id: RunId,
        campaign: CampaignId,
        mode: Mode,
        consent: Consent,
    ) -> Option<PlannedRun> {
        let recorded =
            self.studio.store.journal.jobs_of_run(id).await.map_err(|error| (Outcome::Failed, error.to_string()));
        let planned = recorded.and_then(|keys| {
            let stopped = |why| (Outcome::Stopped, why);
            let (entry, loaded) = self.loaded(&campaign).map_err(stopped)?;
            let graph = loaded.graph(mode).ok_or_else(|| stopped(self.why_no_finals()))?;
            let folder = self.studio.shelf.settings.materials_of(&entry.path);
            let jobs = jobs_of(loaded, graph, &keys, folder);
            if jobs.is_empty() {
                let why = "The program ended before it began; ask for it again".to_owned();
                return Err((Outcome::Interrupted, why));
            }
            Ok(jobs)
        });
        match planned {
            Ok(jobs) => self.check_run(id, campaign, mode, jobs, consent, None).await,
            Err((outcome, why)) => {
                self.refuse(id, campaign, mode, outcome, why);
                None
            }
        }
    }
}

/// The jobs of the plan, and the takes beside it; nothing for a key that is neither because the campaign was edited since.
fn jobs_of(loaded: &Loaded, graph: &Graph, keys: &[JobKey], folder: &Path) -> Vec<NewJob> {
    let takes = loaded.takes.iter().flat_map(|(base, takes)| takes.iter().map(move |take| (take.key, (*base, take))));
    let takes: HashMap<JobKey, (JobKey, &Take)> = takes.collect();
    let of_base: HashMap<JobKey, &Job> = graph.jobs.iter().map(|job| (job.base, job)).collect();
    let recorded = |key: &JobKey| {
        if let Some(job) = graph.job(*key) {
            return Some(NewJob::of(loaded, graph, job, folder));
        }
        let (base, take) = takes.get(key)?;
        let job = of_base.get(base)?;
        let request = take.request_of(&job.request);
        let price = job.billing.price(&request);
        Some(NewJob { key: *key, price, request: Arc::new(request), ..NewJob::of(loaded, graph, job, folder) })
    };
    keys.iter().filter_map(recorded).collect()
}
