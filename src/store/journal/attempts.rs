//! Attempts: every paid call that was ever recorded, one row each. Together they are the ledger of what was spent. How one
//! begins, is settled and is recovered lies beside this file.

use std::fmt;

use rusqlite::{Connection, Params, Row, params};

use crate::domain::{CampaignId, MicroDollars};
use crate::plan::{JobKey, ProviderId, RunId};
use crate::store::ground::error::Result;
use crate::store::ground::token::Token;
use crate::store::home::instance::Owner;
use crate::store::journal::columns::Sql;

/// The number of an attempt, as people type it. A rebuilt database starts again at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttemptId(pub i64);

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far an attempt got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum AttemptState {
    /// In flight: its estimate is reserved.
    Sent,
    /// Its reply is stored and its price known.
    Paid,
    /// It failed and was surely not billed.
    FreeFail,
    /// It may have been billed; a person must decide.
    Unknown,
    /// It may have been billed, and a person has decided. Its price stays counted.
    Resolved,
}

impl AttemptState {
    /// As the journal and documents write it: `free_fail`.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What a person decided on an unknown outcome.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Resolution {
    /// The job may be called again, though that may be billed a second time.
    Retry,
    /// The job is given up until it is asked for again.
    Drop,
}

impl Resolution {
    /// As it is written in the log of decisions: `retry` or `drop`.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// One row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub id: AttemptId,
    pub(in crate::store) token: Token,
    pub key: JobKey,
    pub run: RunId,
    /// Who pays.
    pub campaign: CampaignId,
    pub provider: ProviderId,
    /// Who sent it, while it is in flight.
    pub owner: Option<Owner>,
    pub state: AttemptState,
    /// An upper bound.
    pub estimate: MicroDollars,
    /// What the provider said it cost, if it did.
    pub actual: Option<MicroDollars>,
    pub provider_request_id: Option<String>,
    pub http_status: Option<u16>,
    /// Milliseconds since 1970.
    pub sent_at: i64,
    pub ended_at: Option<i64>,
    /// Why nothing came of it, as a clause.
    pub why: Option<String>,
    pub resolution: Option<Resolution>,
}

impl Attempt {
    /// What it counts in every budget.
    pub fn price(&self) -> MicroDollars {
        match self.state {
            AttemptState::FreeFail => MicroDollars::ZERO,
            _ => self.actual.unwrap_or(self.estimate),
        }
    }
}

/// No call is believed to cost more; what says so is a mistake somewhere. Sums of millions of such prices fit.
pub(in crate::store) const LARGEST_PRICE: MicroDollars = MicroDollars(1_000_000_000_000);

/// The last millisecond of the year 9999, the latest that SQLite can write as a date.
const LATEST: i64 = 253_402_300_799_999;

/// [`Attempt::price`] in SQL, and never so much that a sum of them cannot be told.
pub(in crate::store) const PRICE: &str =
    "(CASE state WHEN 'free_fail' THEN 0 ELSE min(coalesce(actual_micro, est_micro), 1000000000000) END)";

const COLUMNS: &str = "id, token, key, run, campaign, provider, owner, state, est_micro, actual_micro,
     provider_request_id, http_status, sent_at, ended_at, why, resolution";

/// The attempts that a condition holds for, in order of their numbers.
pub(in crate::store) fn select(connection: &Connection, condition: &str, values: impl Params) -> Result<Vec<Attempt>> {
    let mut query =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM attempt WHERE {condition} ORDER BY id"))?;
    let attempts = query.query_map(values, attempt_in)?;
    Ok(attempts.collect::<rusqlite::Result<_>>()?)
}

fn attempt_in(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    Ok(Attempt {
        id: AttemptId(row.get(0)?),
        token: row.get(1)?,
        key: row.get(2)?,
        run: row.get(3)?,
        campaign: row.get(4).map(Sql::value)?,
        provider: row.get(5)?,
        owner: row.get(6)?,
        state: row.get(7)?,
        estimate: row.get(8).map(Sql::value)?,
        actual: row.get::<_, Option<_>>(9)?.map(Sql::value),
        provider_request_id: row.get(10)?,
        http_status: row.get(11)?,
        sent_at: row.get(12)?,
        ended_at: row.get(13)?,
        why: row.get(14)?,
        resolution: row.get(15)?,
    })
}

/// Adds a row, whatever its `id` says, unless its token is known; returns its number. What a file says of money and time
/// that cannot be is not believed.
pub(in crate::store) fn insert(connection: &Connection, attempt: &Attempt) -> Result<Option<AttemptId>> {
    let estimate = attempt.estimate.min(LARGEST_PRICE);
    let actual = attempt.actual.filter(|actual| *actual <= LARGEST_PRICE);
    let [sent_at, ended_at] =
        [Some(attempt.sent_at), attempt.ended_at].map(|time| time.map(|time| time.clamp(0, LATEST)));
    let added = connection
        .prepare_cached(
            "INSERT INTO attempt (token, key, run, campaign, provider, owner, state, est_micro, actual_micro,
                 provider_request_id, http_status, sent_at, ended_at, why, resolution)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT (token) DO NOTHING",
        )?
        .execute(params![
            attempt.token,
            attempt.key,
            attempt.run,
            Sql(&attempt.campaign),
            attempt.provider,
            attempt.owner,
            attempt.state,
            Sql(estimate),
            actual.map(Sql),
            attempt.provider_request_id,
            attempt.http_status,
            sent_at,
            ended_at,
            attempt.why,
            attempt.resolution,
        ])?;
    Ok((added > 0).then(|| AttemptId(connection.last_insert_rowid())))
}
