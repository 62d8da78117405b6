//! The plan of a campaign with its prices: what `babblecast plan --json` prints, and what an agent is told. Pure.

use serde::Serialize;

use crate::domain::MicroDollars;
use crate::engine::entry::Loaded;
use crate::engine::view::View;
use crate::engine::voices::line_by_line;
use crate::engine::words::motion::found;
use crate::engine::words::quote::{Obstacle, Quote};
use crate::plan::{Estimate, Job, JobKey, JobState, Mode, Product, ProviderId};

#[derive(Debug, Serialize)]
pub struct PlanDocument {
    pub campaign_id: String,
    pub mode: Mode,
    pub jobs_total: usize,
    pub jobs_made: usize,
    /// An upper bound of what is missing.
    pub estimated_usd: f64,
    /// What it is likely to cost, by what so many calls of its kinds were charged; the upper bound where there was none.
    pub expected_usd: f64,
    pub expected_from_calls: u32,
    pub saved_by_cache_usd: f64,
    /// What will soon need the user.
    pub warnings: Vec<String>,
    pub jobs: Vec<PlannedJob>,
}

#[derive(Debug, Serialize)]
pub struct PlannedJob {
    pub key: JobKey,
    pub product: Product,
    pub provider: ProviderId,
    pub model: Option<String>,
    pub take: u32,
    pub speakers: Vec<String>,
    /// Positions in the script, from 0.
    pub scenes: Vec<usize>,
    /// The first of them as people count, from 1: what `--scene` takes.
    pub scene: Option<usize>,
    pub state: &'static str,
    /// Of a photo's face: whether it talks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motion: Option<&'static str>,
    pub price_usd: f64,
}

/// What is missing of a plan: an upper bound of its price, and what it is likely to cost.
pub fn price_of_missing(view: &View, jobs: &[Job]) -> (MicroDollars, Estimate) {
    let missing = || jobs.iter().filter(|job| !view.state(job.key).is_made());
    (missing().map(Job::price).sum(), view.library().charged.estimate_of(missing()))
}

/// What can be made of these jobs now, and at which price.
pub fn quote(view: &View, jobs: &[&Job]) -> Quote {
    let library = view.library();
    let obstacle = |job: &Job| match view.state(job.key) {
        JobState::Held(_) => Obstacle::Held,
        _ if library.absent.contains_key(&job.request.provider()) => Obstacle::Absent,
        _ => Obstacle::None,
    };
    Quote::of(jobs.iter().copied(), |key| view.state(key), obstacle, &library.charged)
}

/// What is said of a plan beside its jobs: of its lines that are spoken one by one although a dialogue was asked for.
pub fn note(loaded: &Loaded, mode: Mode) -> Option<String> {
    loaded.graph(mode).and_then(|graph| line_by_line(&loaded.campaign, graph))
}

/// Describes the plan of a campaign.
pub fn plan_document(view: &View, loaded: &Loaded, mode: Mode) -> PlanDocument {
    let jobs = loaded.graph(mode).map(|graph| graph.jobs.as_slice()).unwrap_or_default();
    let made = || jobs.iter().filter(|job| view.state(job.key).is_made());
    let (price, expected) = price_of_missing(view, jobs);
    PlanDocument {
        campaign_id: loaded.campaign.id.to_string(),
        mode,
        jobs_total: jobs.len(),
        jobs_made: made().count(),
        estimated_usd: price.dollars(),
        expected_usd: expected.price.dollars(),
        expected_from_calls: expected.calls,
        saved_by_cache_usd: made().map(Job::price).sum::<MicroDollars>().dollars(),
        warnings: view.library().warnings.iter().cloned().chain(note(loaded, mode)).collect(),
        jobs: jobs.iter().map(|job| planned(view, loaded, job)).collect(),
    }
}

fn planned(view: &View, loaded: &Loaded, job: &Job) -> PlannedJob {
    PlannedJob {
        key: job.key,
        product: job.product(),
        provider: job.request.provider(),
        model: job.request.made_by().map(|made_by| made_by.model.clone()),
        take: job.request.take(),
        speakers: job.speakers.iter().map(|&speaker| loaded.campaign.profile(speaker).speaker.clone()).collect(),
        scenes: job.scenes.clone(),
        scene: job.scenes.first().map(|position| position + 1),
        state: view.state(job.key).name(),
        motion: found(&view.job(job.key).outputs),
        price_usd: job.price().dollars(),
    }
}
