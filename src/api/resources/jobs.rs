//! Jobs that were asked for: how they are, their portraits, and stopping them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::answers::{ImagesAnswer, JobAnswer, Named, job_answer};
use crate::api::common::extract::{PathParts, QueryOf};
use crate::api::common::problem::Problem;
use crate::api::common::seen::Seen;
use crate::api::common::shared::{Shared, SharedRef};
use crate::domain::{CampaignId, Display};
use crate::engine::{Cancel, Command, Cost, Outcome, RunEnded, RunId};
use crate::plan::Mode;
use crate::store::{Posted, StoredRun};

pub async fn status(
    State(shared): State<SharedRef>,
    PathParts(id): PathParts<String>,
    query: QueryOf,
) -> Result<Json<JobAnswer>, Problem> {
    query.only(&[])?;
    let named = find(&shared, &id).await?;
    Ok(Json(shared.look(|seen| job_answer(seen, &named))))
}

pub async fn images(
    State(shared): State<SharedRef>,
    PathParts(id): PathParts<String>,
    query: QueryOf,
) -> Result<Json<ImagesAnswer>, Problem> {
    query.only(&[])?;
    let named = find(&shared, &id).await?;
    let JobAnswer { document, links } = shared.look(|seen| job_answer(seen, &named));
    Ok(Json(ImagesAnswer {
        job_id: document.job_id,
        baby_images: document.baby_images,
        images_generated: document.images_generated,
        links: links.images,
    }))
}

/// What waits is stopped; what runs is stopped where that costs nothing. A job is stopped alone; a campaign, with every
/// job of it.
pub async fn cancel(
    State(shared): State<SharedRef>,
    PathParts(id): PathParts<String>,
) -> Result<(StatusCode, Json<JobAnswer>), Problem> {
    let named = find(&shared, &id).await?;
    let is_job = |run: &RunId| id.parse() == Ok(run.0);
    let what = named.run.filter(is_job).map_or(Cancel::Campaign(named.campaign), Cancel::Run);
    shared.send(Command::Cancel(what)).await?;
    let named = find(&shared, &id).await?;
    Ok((StatusCode::ACCEPTED, Json(shared.look(|seen| job_answer(seen, &named)))))
}

/// A job by its id, or a campaign by its own: then its newest job.
pub async fn find(shared: &Shared, id: &str) -> Result<Named, Problem> {
    if let Ok(uuid) = id.parse::<uuid::Uuid>()
        && let Some(job) = find_job(shared, RunId(uuid)).await?
    {
        return Ok(job);
    }
    let campaign = CampaignId::new(id).ok();
    campaign.and_then(|campaign| shared.look(|seen| find_campaign(seen, campaign))).ok_or_else(|| {
        let shown: String = id.chars().take(80).collect();
        Problem::not_found(format!(
            "There is no job or campaign \"{}\"; GET /api/v1/campaigns lists them.",
            shown.display()
        ))
    })
}

async fn find_job(shared: &Shared, run: RunId) -> Result<Option<Named>, Problem> {
    if let Some(named) = shared.look(|seen| seen_job(seen, run)) {
        return Ok(Some(named));
    }
    let journal = &shared.store.journal;
    let mut named = match journal.posted(run).await? {
        Some(posted) => Some(named_of_posted(posted)),
        None => journal.run(run).await?.map(|stored| named_of_run(run, stored)),
    };
    if let Some(ended) = named.as_mut().and_then(|named| named.ended.as_mut()) {
        let spent = journal.spend_of(run).await?;
        ended.cost = Cost {
            paid_usd: spent.paid.dollars(),
            unknown_usd: spent.unknown.dollars(),
            saved_by_cache_usd: spent.saved_by_cache.dollars(),
            estimated_usd: 0.0,
        };
    }
    Ok(named)
}

fn seen_job(seen: &Seen, run: RunId) -> Option<Named> {
    let known = seen.run(run)?;
    Some(Named { campaign: known.campaign.clone(), mode: known.mode, run: Some(run), ended: known.ended.clone() })
}

/// A campaign by its id, with its newest job.
pub fn find_campaign(seen: &Seen, campaign: CampaignId) -> Option<Named> {
    seen.entry(campaign.as_str())?;
    let newest = seen.newest_run(&campaign).and_then(|run| seen_job(seen, run));
    Some(newest.unwrap_or_else(|| Named { mode: mode_to_show(seen, &campaign), campaign, run: None, ended: None }))
}

/// The final once any of it was begun, else the draft.
pub fn mode_to_show(seen: &Seen, campaign: &CampaignId) -> Mode {
    let has_begun =
        seen.loaded(campaign.as_str()).is_some_and(|(_, loaded)| loaded.has_begun_final(&|key| &seen.job(key).state));
    if has_begun { Mode::Final } else { Mode::Draft }
}

fn named_of_posted(posted: Posted) -> Named {
    let run = posted.run;
    let ended =
        posted.ended.map(|end| ended(run, &posted.campaign, posted.mode, outcome_of(&end.outcome), end.message));
    Named { campaign: posted.campaign, mode: posted.mode, run: Some(run), ended }
}

/// A run of the studio or of a command: only its outcome is recorded.
fn named_of_run(run: RunId, stored: StoredRun) -> Named {
    let outcome = stored.outcome.as_deref().map_or(Outcome::Interrupted, outcome_of);
    let message = match outcome {
        Outcome::Complete => "Everything was made".to_owned(),
        outcome => format!("The run ended: {}", outcome.name()),
    };
    let over = (!stored.is_running).then(|| ended(run, &stored.campaign, stored.mode, outcome, message));
    Named { campaign: stored.campaign, mode: stored.mode, run: Some(run), ended: over }
}

fn outcome_of(word: &str) -> Outcome {
    serde_json::from_value(serde_json::Value::from(word)).unwrap_or(Outcome::Interrupted)
}

/// The end of a run of which no more is known than this.
pub fn ended(run: RunId, campaign: &CampaignId, mode: Mode, outcome: Outcome, message: String) -> RunEnded {
    let campaign = campaign.clone();
    let (made, cached, failed, held, blocked, cancelled, elapsed_ms) = (0, 0, 0, 0, 0, 0, 0);
    let cost = Cost::default();
    RunEnded { run, campaign, mode, outcome, message, made, cached, failed, held, blocked, cancelled, elapsed_ms, cost }
}
