//! Runs that the end of their program cut off go on with the jobs that they were recorded with. A new take is so made
//! under the number that it was given, and not asked for once more.

use super::Core;
use super::runs::{NewJob, PlannedRun};
use crate::domain::CampaignId;
use crate::engine::{Consent, Loaded, Outcome, RunId};
use crate::plan::{Graph, JobKey, Mode};

impl Core {
    /// What a `Resume` asks for; one that cannot go on ends here.
    pub(super) async fn plan_rest(
        &mut self,
        id: RunId,
        campaign: CampaignId,
        mode: Mode,
        consent: Consent,
    ) -> Option<PlannedRun> {
        let recorded = self.store.journal.jobs_of_run(id).await.map_err(|error| (Outcome::Failed, error.to_string()));
        let planned = recorded.and_then(|keys| {
            let stopped = |why| (Outcome::Stopped, why);
            let (_, loaded) = self.loaded(&campaign).map_err(stopped)?;
            let graph = loaded.graph(mode).ok_or_else(|| stopped(self.why_no_finals()))?;
            let jobs: Vec<NewJob> = keys.iter().filter_map(|key| self.recorded(loaded, graph, *key)).collect();
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

    /// A job of the plan, or a take beside it; nothing where the campaign was edited since and has neither.
    fn recorded(&self, loaded: &Loaded, graph: &Graph, key: JobKey) -> Option<NewJob> {
        if let Some(job) = graph.job(key) {
            return Some(self.order(loaded, graph, job));
        }
        let mut takes = loaded.takes.iter();
        let (base, take) = takes.find_map(|(base, takes)| Some((base, takes.iter().find(|take| take.key == key)?)))?;
        let job = graph.jobs.iter().find(|job| job.base == *base)?;
        let request = take.request_of(&job.request);
        Some(NewJob { price: job.billing.price(&request), request, ..self.order(loaded, graph, job) })
    }
}
