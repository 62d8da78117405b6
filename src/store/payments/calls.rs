//! Every paid call with what it was for, newest first: what the ledger's sums are made of.

use rusqlite::{Connection, Row};

use crate::domain::{CampaignId, MicroDollars};
use crate::plan::{Product, ProviderId};
use crate::store::ground::error::Result;
use crate::store::journal::attempts::{AttemptId, AttemptState};
use crate::store::journal::columns::Sql;
use crate::store::journal::handle::Journal;

/// One call of the ledger, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its number in the ledger.
    pub attempt: AttemptId,
    /// Who pays.
    pub campaign: CampaignId,
    /// Who was called.
    pub provider: ProviderId,
    /// Of the request; `None` where the job is gone.
    pub model: Option<String>,
    /// What it was for, where its run is known.
    pub product: Option<Product>,
    /// Whose face or line, where its run is known.
    pub speaker: Option<String>,
    /// Position in the script, from 0.
    pub scene: Option<usize>,
    /// An upper bound, as it was reserved.
    pub estimate: MicroDollars,
    /// What it counts in every budget.
    pub price: MicroDollars,
    /// How far it got.
    pub state: AttemptState,
    /// Milliseconds since 1970.
    pub sent_at: i64,
    /// What the provider calls it.
    pub request_id: Option<String>,
    /// Why nothing came of it, as a clause.
    pub why: Option<String>,
}

/// The newest calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calls {
    /// Newest first.
    pub calls: Vec<Call>,
    /// How many older ones are not told.
    pub older: usize,
}

/// More are nothing that a person reads one by one.
const MOST: usize = 5_000;

impl Journal {
    /// The newest calls. Those that failed and cost nothing are among them.
    pub async fn calls(&self) -> Result<Calls> {
        self.read(|connection| calls(connection, MOST)).await
    }
}

fn calls(connection: &Connection, most: usize) -> Result<Calls> {
    let all: usize = connection.prepare_cached("SELECT count(*) FROM attempt")?.query_row([], |row| row.get(0))?;
    // A job may stand in a run for several speakers and scenes: the first of them names it.
    let mut query = connection.prepare_cached(
        "SELECT attempt.id, attempt.campaign, attempt.provider, job.request_json ->> '$.made_by.model',
                run_job.product, run_job.speaker, run_job.scene, attempt.est_micro, attempt.actual_micro, attempt.state,
                attempt.sent_at, attempt.provider_request_id, attempt.why
         FROM attempt LEFT JOIN job ON job.key = attempt.key
         LEFT JOIN run_job ON run_job.run = attempt.run AND run_job.ord = (
             SELECT min(ord) FROM run_job AS same WHERE same.key = attempt.key AND same.run = attempt.run)
         ORDER BY attempt.sent_at DESC, attempt.id DESC LIMIT ?1",
    )?;
    let calls = query.query_map([most], call_in)?.collect::<rusqlite::Result<Vec<Call>>>()?;
    let older = all.saturating_sub(calls.len());
    Ok(Calls { calls, older })
}

fn call_in(row: &Row<'_>) -> rusqlite::Result<Call> {
    let state: AttemptState = row.get(9)?;
    let estimate: MicroDollars = row.get(7).map(Sql::value)?;
    let actual: Option<MicroDollars> = row.get::<_, Option<_>>(8)?.map(Sql::value);
    let price = if state == AttemptState::FreeFail { MicroDollars::ZERO } else { actual.unwrap_or(estimate) };
    Ok(Call {
        attempt: AttemptId(row.get(0)?),
        campaign: row.get(1).map(Sql::value)?,
        provider: row.get(2)?,
        model: row.get(3)?,
        product: row.get(4)?,
        speaker: row.get(5)?,
        scene: row.get(6)?,
        estimate,
        price,
        state,
        sent_at: row.get(10)?,
        request_id: row.get(11)?,
        why: row.get(12)?,
    })
}
