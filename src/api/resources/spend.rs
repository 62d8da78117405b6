//! What was spent, and the calls that may have been billed.

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::common::extract::PathParts;
use crate::api::common::problem::Problem;
use crate::api::common::shared::{PATIENCE, Shared, SharedRef};
use crate::domain::MicroDollars;
use crate::engine::Command;
use crate::plan::ProviderId;
use crate::store::{Amounts, AttemptId, Resolution, Scope, UnknownCall};

/// Everything ever spent.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SpendAnswer {
    total: AmountsBody,
    /// This calendar month (UTC): paid, in flight and maybe billed together.
    month_usd: f64,
    /// The most that one job asked for here may spend.
    job_cap_usd: f64,
    lines: Vec<SpendLineBody>,
}

/// In US dollars.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "each amount names its unit, as the document does")]
struct AmountsBody {
    paid_usd: f64,
    /// For calls in flight.
    reserved_usd: f64,
    /// May have been billed.
    unknown_usd: f64,
    saved_by_cache_usd: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SpendLineBody {
    campaign_id: String,
    provider: ProviderId,
    /// `2026-11-22` (UTC).
    day: String,
    #[serde(flatten)]
    amounts: AmountsBody,
}

/// The calls that may have been billed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnknownAnswer {
    total_usd: f64,
    calls: Vec<UnknownBody>,
}

/// One call that may have been billed: a person must decide.
#[derive(Debug, Serialize, JsonSchema)]
struct UnknownBody {
    id: i64,
    job_id: String,
    campaign_id: String,
    speaker: Option<String>,
    /// From 0.
    scene_index: Option<usize>,
    provider: ProviderId,
    price_usd: f64,
    /// Milliseconds since 1970.
    sent_at_ms: i64,
    why: String,
}

impl From<Amounts> for AmountsBody {
    fn from(amounts: Amounts) -> Self {
        Self {
            paid_usd: amounts.paid.dollars(),
            reserved_usd: amounts.reserved.dollars(),
            unknown_usd: amounts.unknown.dollars(),
            saved_by_cache_usd: amounts.saved_by_cache.dollars(),
        }
    }
}

impl From<UnknownCall> for UnknownBody {
    fn from(call: UnknownCall) -> Self {
        Self {
            id: call.attempt.0,
            job_id: call.run.to_string(),
            campaign_id: call.campaign.to_string(),
            speaker: call.speaker,
            scene_index: call.scene,
            provider: call.provider,
            price_usd: call.price.dollars(),
            sent_at_ms: call.sent_at,
            why: call.why,
        }
    }
}

pub async fn spend(State(shared): State<SharedRef>) -> Result<Json<SpendAnswer>, Problem> {
    let spend = shared.store.journal.spend().await?;
    let line = |line: &crate::store::SpendLine| SpendLineBody {
        campaign_id: line.campaign.to_string(),
        provider: line.provider,
        day: line.day.clone(),
        amounts: line.amounts.into(),
    };
    Ok(Json(SpendAnswer {
        total: spend.total().into(),
        month_usd: shared.store.journal.used(Scope::Month).await?.dollars(),
        job_cap_usd: shared.settings.cap.dollars(),
        lines: spend.lines.iter().map(line).collect(),
    }))
}

pub async fn unknown(State(shared): State<SharedRef>) -> Result<Json<UnknownAnswer>, Problem> {
    let calls = shared.store.unknowns().await?;
    let total: MicroDollars = calls.iter().map(|call| call.price).sum();
    Ok(Json(UnknownAnswer { total_usd: total.dollars(), calls: calls.into_iter().map(UnknownBody::from).collect() }))
}

/// The call may be made again, though that may be billed twice.
pub async fn retry(shared: State<SharedRef>, id: PathParts<String>) -> Result<Json<UnknownAnswer>, Problem> {
    resolve(shared, &id.0, Resolution::Retry).await
}

/// What the call was for is given up; its price stays counted.
pub async fn drop_call(shared: State<SharedRef>, id: PathParts<String>) -> Result<Json<UnknownAnswer>, Problem> {
    resolve(shared, &id.0, Resolution::Drop).await
}

async fn resolve(shared: State<SharedRef>, id: &str, resolution: Resolution) -> Result<Json<UnknownAnswer>, Problem> {
    let calls = shared.store.unknowns().await?;
    let call = id.parse().ok().and_then(|id| calls.iter().find(|call| call.attempt == AttemptId(id)));
    let call = call.ok_or_else(|| Problem::not_found("No call of this id waits for a decision."))?;
    let attempt = call.attempt;
    // The engine's word and not only the store's: it frees the job that waits for the decision.
    shared.send(Command::Resolve { attempt, resolution }).await?;
    let mut versions = shared.versions();
    let decided = tokio::time::timeout(PATIENCE, async {
        loop {
            versions.borrow_and_update();
            let calls = shared.store.unknowns().await?;
            if !calls.iter().any(|call| call.attempt == attempt) {
                return Ok::<_, Problem>(());
            }
            versions.changed().await.map_err(|_| Shared::leaving())?;
        }
    });
    decided.await.map_err(|_| Shared::busy())??;
    unknown(shared).await
}
