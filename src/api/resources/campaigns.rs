//! Every campaign in a line.

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::answers::{Named, job_answer};
use super::jobs::find_campaign;
use crate::api::common::extract::QueryOf;
use crate::api::common::problem::Problem;
use crate::api::common::seen::Seen;
use crate::api::common::shared::SharedRef;
use crate::domain::{CampaignId, Fault};
use crate::engine::document::Status;
use crate::engine::{Content, Entry, FinalsState};
use crate::plan::Mode;

/// Campaigns of one answer.
const USUAL_LENGTH: usize = 100;
pub const MOST_LENGTH: usize = 1000;
/// More campaigns than any home has.
pub const LARGEST_OFFSET: usize = 1_000_000_000;

/// All campaigns, or a part of them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListAnswer {
    /// How many there are in all.
    total: usize,
    /// Whether finals can be made; `false` makes every job a draft.
    finals: bool,
    /// What to set where they cannot.
    finals_missing: Option<String>,
    campaigns: Vec<CampaignLine>,
}

/// One campaign.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CampaignLine {
    campaign_id: String,
    topic: Option<String>,
    /// Of its newest job.
    job_id: Option<String>,
    status: Status,
    mode: Mode,
    message: String,
    scenes_total: usize,
    scenes_completed: usize,
    images_generated: usize,
    /// What is wrong with its file; nothing can be made until it is fixed.
    faults: Vec<Fault>,
    link: String,
}

pub async fn list(State(shared): State<SharedRef>, query: QueryOf) -> Result<Json<ListAnswer>, Problem> {
    let query = query.only(&["limit", "offset"])?;
    let limit = query.number("limit", USUAL_LENGTH, MOST_LENGTH)?;
    let offset = query.number("offset", 0, LARGEST_OFFSET)?;
    Ok(Json(shared.look(|seen| {
        let entries = &seen.library().entries;
        let finals_missing = match &seen.library().finals {
            FinalsState::Available => None,
            FinalsState::Unavailable(what_to_set) => Some(what_to_set.clone()),
        };
        ListAnswer {
            total: entries.len(),
            finals: finals_missing.is_none(),
            finals_missing,
            campaigns: entries.iter().skip(offset).take(limit).map(|entry| line(seen, entry)).collect(),
        }
    })))
}

fn line(seen: &Seen, entry: &Entry) -> CampaignLine {
    let (topic, faults) = match &entry.content {
        Content::Good(loaded) => (Some(loaded.campaign.topic.clone()), Vec::new()),
        Content::Broken(faults) => (None, faults.clone()),
    };
    let named = CampaignId::new(entry.name.as_str()).ok().and_then(|id| find_campaign(seen, id));
    let document = named.as_ref().filter(|_| topic.is_some()).map(|named: &Named| job_answer(seen, named).document);
    CampaignLine {
        campaign_id: entry.name.clone(),
        topic,
        job_id: named.and_then(|named| named.run).map(|run| run.to_string()),
        status: document.as_ref().map_or(Status::Failed, |document| document.status),
        mode: document.as_ref().map_or(Mode::Draft, |document| document.mode),
        scenes_total: document.as_ref().map_or(0, |document| document.scenes_total),
        scenes_completed: document.as_ref().map_or(0, |document| document.scenes_completed),
        images_generated: document.as_ref().map_or(0, |document| document.images_generated),
        message: document.map(|document| document.message).unwrap_or_default(),
        faults,
        link: format!("/api/v1/campaigns/{}/status", entry.name),
    }
}
