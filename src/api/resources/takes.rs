//! Takes: which there are, and which one a campaign uses.

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::bodies::{ChooseBody, subject};
use super::jobs::find;
use super::posting::{loaded, mode_for};
use crate::api::common::extract::{JsonBody, PathParts, QueryOf};
use crate::api::common::problem::Problem;
use crate::api::common::seen::Seen;
use crate::api::common::shared::SharedRef;
use crate::domain::CampaignId;
use crate::engine::{Command, Subject, TakesOf, known_takes, re_rolled, subject_job, takes_of};
use crate::plan::Mode;

/// The takes of everything that has more than one.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TakesAnswer {
    campaign_id: String,
    mode: Mode,
    subjects: Vec<TakesOf>,
}

pub async fn takes(
    State(shared): State<SharedRef>,
    PathParts(id): PathParts<String>,
    query: QueryOf,
) -> Result<Json<TakesAnswer>, Problem> {
    let query = query.only(&["mode"])?;
    let named = find(&shared, &id).await?;
    let mode = mode_for(&shared, query.mode()?);
    shared.look(|seen| answer(seen, &named.campaign, mode)).map(Json)
}

fn answer(seen: &Seen, campaign: &CampaignId, mode: Mode) -> Result<TakesAnswer, Problem> {
    let loaded = loaded(seen, campaign)?;
    let describe = |subject: Subject| {
        let job = subject_job(loaded, mode, subject)?;
        Some(takes_of(loaded, job, subject, &|key| seen.job(key)))
    };
    let subjects = re_rolled(loaded, mode).filter_map(describe).collect();
    Ok(TakesAnswer { campaign_id: campaign.to_string(), mode, subjects })
}

/// Uses a take from now on.
pub async fn choose(
    State(shared): State<SharedRef>,
    PathParts(id): PathParts<String>,
    JsonBody(body): JsonBody<ChooseBody>,
) -> Result<Json<TakesAnswer>, Problem> {
    let campaign = find(&shared, &id).await?.campaign;
    let mode = mode_for(&shared, body.mode);
    let (subject, base, pick, before) = shared.look(|seen| {
        let loaded = loaded(seen, &campaign)?;
        let subject = subject(body.speaker.as_deref(), body.scene_index, loaded)?;
        let job = subject_job(loaded, mode, subject).filter(|job| job.request.has_takes());
        let job = job.ok_or_else(|| Problem::conflict("own_file", "This is a file of your own: it has no takes."))?;
        let known = known_takes(loaded, job);
        let take = known
            .iter()
            .find(|take| take.number == body.take)
            .ok_or_else(|| Problem::not_found(format!("There is no take {}: there are {}.", body.take, known.len())))?;
        Ok::<_, Problem>((subject, job.base, take.pick(), seen.version()))
    })?;
    shared.send(Command::Choose { campaign: campaign.clone(), mode, subject, pick: pick.clone() }).await?;
    let chosen = |seen: &Seen| match seen.trouble_since(before, &campaign) {
        Some(trouble) => Some(Err(Problem::internal(format!("{}.", trouble.text)))),
        None => (loaded(seen, &campaign).ok()?.choices.pick(base) == pick).then_some(Ok(())),
    };
    shared.until(chosen).await??;
    shared.look(|seen| answer(seen, &campaign, mode)).map(Json)
}
