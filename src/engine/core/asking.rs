//! Jobs as runs ask for them: how each stands now, and on whose account it is made.

use std::collections::HashMap;
use std::sync::Arc;

use super::Core;
use super::jobs::{Order, Terms};
use super::runs::NewJob;
use crate::domain::CampaignId;
use crate::engine::event::JobFacts;
use crate::engine::paid::buy::SecondChance;
use crate::engine::schedule::{InputState, Purpose, Standing, Wanted};
use crate::plan::{JobKey, JobState, ProviderId, Request, RunId};
use crate::providers::Input;
use crate::store::Caps;

impl Core {
    /// Jobs of a run for the schedule. Calls to one provider share their second chance.
    pub(super) fn wanted(
        &self,
        run: RunId,
        campaign: &CampaignId,
        jobs: Vec<NewJob>,
        caps: Caps,
    ) -> Vec<Wanted<Order>> {
        let mut chances: HashMap<ProviderId, SecondChance> = HashMap::new();
        let mut wanted = |job: NewJob| {
            let second_chance = chances.entry(job.request.provider()).or_default().clone();
            let terms = Terms { run, campaign: campaign.clone(), price: job.price, caps, second_chance };
            let name = job.name();
            let purpose = Purpose { name: name.clone(), product: Some(job.request.product()), scene: job.scene };
            let standing = self.standing(&job);
            let work = Order::new(job.request, job.source, job.inputs, terms, name);
            Wanted { key: job.key, purpose, standing, work }
        };
        jobs.into_iter().map(&mut wanted).collect()
    }

    fn standing(&self, job: &NewJob) -> Standing {
        let known = &self.facts(job.key).state;
        if known.is_made() {
            return Standing::Ended(JobState::Cached);
        }
        // What may have been billed is never tried again by itself.
        if is_held(known) {
            return Standing::Ended(known.clone());
        }
        let Some(lane) = self.lane_of(&job.request) else {
            return Standing::Unmakeable(self.studio.catalogue.missing(&job.request));
        };
        let state = |key: &JobKey| InputState::of(&self.facts(*key).state);
        Standing::Missing { lane, inputs: job.inputs.iter().map(|(key, _)| (*key, state(key))).collect() }
    }

    /// What is known of a job.
    pub(super) fn facts(&self, key: JobKey) -> &JobFacts {
        self.known.jobs.get(&key).unwrap_or(JobFacts::UNKNOWN)
    }

    /// The products that a job is made of, as its maker is given them.
    pub(super) fn inputs_of(&self, inputs: &[(JobKey, Arc<Request>)]) -> Vec<Input> {
        let input = |(key, request): &(JobKey, Arc<Request>)| {
            let files = self.facts(*key).outputs.iter().map(|made| (made.output.role, made.path.clone())).collect();
            Input { key: *key, request: request.clone(), files }
        };
        inputs.iter().map(input).collect()
    }
}

pub(super) fn is_held(state: &JobState) -> bool {
    matches!(state, JobState::Held(_))
}
