//! Calls that may have been billed: what a person is asked, and what they decided. A decision is in an append-only log
//! before it counts, so that a rebuilt database knows it.

use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::begin::{Paid, record_call};
use super::spool::{self, SpoolFile, Stage};
use crate::domain::{CampaignId, MicroDollars};
use crate::plan::{Failure, JobKey, ProviderId, RunId};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;
use crate::store::ground::token::Token;
use crate::store::home::failpoints;
use crate::store::home::failpoints::Step;
use crate::store::home::in_hand::Observer;
use crate::store::home::layout::Home;
use crate::store::jobs::states::StoredState;
use crate::store::jobs::{leases, states};
use crate::store::journal::attempts;
use crate::store::journal::attempts::{Attempt, AttemptId, AttemptState, Resolution};
use crate::store::journal::events::EventKind;
use crate::store::journal::handle::Journal;
use crate::store::journal::writer::Writing;
use crate::store::studio::Store;

/// One call that may have been billed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCall {
    /// Its number, by which a person decides on it.
    pub attempt: AttemptId,
    /// The job that it was for.
    pub key: JobKey,
    /// The run that asked for it.
    pub run: RunId,
    /// Who pays.
    pub campaign: CampaignId,
    /// For whom it was made, where its run is known.
    pub speaker: Option<String>,
    /// Position in the script, from 0.
    pub scene: Option<usize>,
    /// Whom it was sent to.
    pub provider: ProviderId,
    /// What it counts in budgets: the estimate, unless the provider said what it cost.
    pub price: MicroDollars,
    /// When it was sent, in milliseconds since 1970.
    pub sent_at: i64,
    /// The same as `2026-11-22T21:40:00Z`.
    pub sent_on: String,
    /// As a clause.
    pub why: String,
    /// What came of its reply, where that was kept.
    pub quarantined: Option<PathBuf>,
}

/// A call of the ledger that was paid, by the name that its provider gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidCall {
    pub run: RunId,
    pub provider_request_id: String,
    /// In milliseconds since 1970, as `ended_at`.
    pub sent_at: i64,
    pub ended_at: i64,
}

/// One line of the log: enough to record the attempt again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct LoggedResolution {
    token: Token,
    key: JobKey,
    run: RunId,
    campaign: CampaignId,
    provider: ProviderId,
    estimate: MicroDollars,
    http_status: Option<u16>,
    sent_at: i64,
    ended_at: Option<i64>,
    why: Option<String>,
    resolution: Resolution,
    /// When it was decided.
    at: i64,
}

/// A line has about 600 bytes.
const LARGEST_LOG: u64 = 256 * 1024 * 1024;

impl Store {
    /// Every call that may have been billed and that nobody has decided on, oldest first.
    pub async fn unknowns(&self) -> Result<Vec<UnknownCall>> {
        let home = self.home.clone();
        self.journal
            .read(move |connection| {
                let unknown = attempts::select(connection, "state = 'unknown'", [])?;
                unknown.into_iter().map(|attempt| describe(connection, &home, attempt)).collect()
            })
            .await
    }

    /// Records what the user decided. The price stays counted in every budget either way.
    pub async fn resolve(&self, attempt: AttemptId, resolution: Resolution) -> Result<()> {
        self.journal.write(move |writing| resolve(writing, attempt, resolution)).await
    }

    /// Takes a call in hand again because the provider's own records say what became of it: settle it as they do. Nothing
    /// may be sent for it. Dropped without being settled, it is unknown again.
    pub async fn reopen(&self, attempt: AttemptId) -> Result<Paid> {
        let observer = self.journal.observer();
        self.journal.write(move |writing| reopen(writing, &observer, attempt)).await
    }
}

impl Journal {
    /// What a job asks for, in its canonical form.
    pub(crate) async fn request_of(&self, key: JobKey) -> Result<Option<Value>> {
        self.read(move |connection| {
            let mut query = connection.prepare_cached("SELECT request_json FROM job WHERE key = ?1")?;
            let json: Option<String> = query.query_row([key], |row| row.get(0)).optional()?;
            Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
        })
        .await
    }

    /// Whether a call that the provider gave this name is in the ledger as paid.
    pub(crate) async fn is_settled_by(&self, provider_request_id: &str) -> Result<bool> {
        let id = provider_request_id.to_owned();
        self.read(move |connection| {
            Ok(!attempts::select(connection, "state = 'paid' AND provider_request_id = ?1", [id])?.is_empty())
        })
        .await
    }

    /// Every paid call that went to a provider at this address, `None` being its own, and that it gave a name, in the
    /// order in which they were sent.
    pub(crate) async fn paid_calls(&self, provider: ProviderId, endpoint: Option<&str>) -> Result<Vec<PaidCall>> {
        let endpoint = endpoint.map(str::to_owned);
        self.read(move |connection| paid_calls(connection, provider, endpoint.as_deref())).await
    }
}

fn paid_calls(connection: &Connection, provider: ProviderId, endpoint: Option<&str>) -> Result<Vec<PaidCall>> {
    let mut query = connection.prepare_cached(
        "SELECT attempt.run, attempt.provider_request_id, attempt.sent_at, attempt.ended_at
         FROM attempt JOIN job ON job.key = attempt.key
         WHERE attempt.state = 'paid' AND attempt.provider = ?1 AND attempt.provider_request_id IS NOT NULL
           AND attempt.ended_at IS NOT NULL AND job.request_json ->> '$.made_by.endpoint' IS ?2
         ORDER BY attempt.sent_at",
    )?;
    let calls = query.query_map(params![provider, endpoint], |row| {
        Ok(PaidCall { run: row.get(0)?, provider_request_id: row.get(1)?, sent_at: row.get(2)?, ended_at: row.get(3)? })
    })?;
    Ok(calls.collect::<rusqlite::Result<_>>()?)
}

fn describe(connection: &Connection, home: &Home, attempt: Attempt) -> Result<UnknownCall> {
    let whom = connection
        .prepare_cached("SELECT speaker, scene FROM run_job WHERE run = ?1 AND key = ?2 ORDER BY ord LIMIT 1")?
        .query_row(params![attempt.run, attempt.key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (speaker, scene) = whom.unwrap_or_default();
    let sent_on = connection
        .prepare_cached("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?1 / 1000, 'unixepoch')")?
        .query_row([attempt.sent_at], |row| row.get(0))?;
    let quarantined = spool::Stage::Unknown.path(&home.quarantine(), attempt.token);
    Ok(UnknownCall {
        attempt: attempt.id,
        key: attempt.key,
        run: attempt.run,
        price: attempt.price(),
        campaign: attempt.campaign,
        speaker,
        scene,
        provider: attempt.provider,
        sent_at: attempt.sent_at,
        sent_on,
        why: attempt.why.unwrap_or_default(),
        quarantined: quarantined.exists().then_some(quarantined),
    })
}

fn refused(id: AttemptId, why: &str) -> StoreError {
    StoreError::Refused { what: format!("call {id}"), why: why.to_owned() }
}

/// The call with this number, which nobody has decided on.
fn undecided(connection: &Connection, id: AttemptId) -> Result<Attempt> {
    let attempt = attempts::select(connection, "id = ?1", [id.0])?.pop();
    let attempt =
        attempt.ok_or_else(|| refused(id, "there is none with this number; `babblecast unknown` lists them"))?;
    if attempt.state == AttemptState::Unknown {
        Ok(attempt)
    } else {
        Err(refused(id, "its outcome is not in doubt, or was decided on before"))
    }
}

fn reopen(writing: &Writing<'_>, observer: &Observer, id: AttemptId) -> Result<Paid> {
    writing.check_place()?;
    let attempt = undecided(writing.connection, id)?;
    let folders = [writing.home.spool(), writing.home.quarantine()];
    let mut record = None;
    for folder in folders {
        record = record.or(SpoolFile::find(writing.home, &Stage::Unknown.path(&folder, attempt.token))?);
    }
    let spool = record.ok_or_else(|| refused(id, "the record of what was asked for is gone; retry it or drop it"))?;
    let in_hand = observer.calls.take(attempt.token);
    writing
        .connection
        .prepare_cached(
            "UPDATE attempt SET state = 'sent', owner = ?2, why = NULL, http_status = NULL, ended_at = NULL WHERE id = ?1",
        )?
        .execute(params![id.0, writing.owner])?;
    // A job that was made meanwhile in another way stays made.
    let job = states::state_of(writing.connection, attempt.key)?;
    let is_open = job.is_some_and(|job| job.state != StoredState::Done);
    let lease = if is_open { Some(leases::lease(writing, observer, attempt.key)?) } else { None };
    Ok(Paid { attempt: id, spool, in_hand, lease })
}

fn resolve(writing: &Writing<'_>, id: AttemptId, resolution: Resolution) -> Result<()> {
    let attempt = undecided(writing.connection, id)?;
    let line = LoggedResolution {
        token: attempt.token,
        key: attempt.key,
        run: attempt.run,
        campaign: attempt.campaign.clone(),
        provider: attempt.provider,
        estimate: attempt.estimate,
        http_status: attempt.http_status,
        sent_at: attempt.sent_at,
        ended_at: attempt.ended_at,
        why: attempt.why.clone(),
        resolution,
        at: writing.now,
    };
    files::append_line(&writing.home.resolution_log(), &line)?;
    failpoints::reached(writing.home, Step::Logged)?;
    writing
        .connection
        .prepare_cached("UPDATE attempt SET state = 'resolved', resolution = ?2 WHERE id = ?1")?
        .execute(params![id.0, resolution])?;
    let resolved = Attempt { state: AttemptState::Resolved, resolution: Some(resolution), ..attempt };
    free_job(writing, &resolved)?;
    spool::forget_unknown(writing.home, resolved.token);
    record_call(writing, EventKind::CallResolved, &resolved)
}

/// Frees the job that waited for the decision, unless it waits for another one too.
fn free_job(writing: &Writing<'_>, attempt: &Attempt) -> Result<()> {
    let others = attempts::select(writing.connection, "key = ?1 AND state = 'unknown'", [attempt.key])?;
    if !others.is_empty() {
        return Ok(());
    }
    let (state, failure) = match attempt.resolution {
        Some(Resolution::Drop) => ("failed", Some(dropped(attempt))),
        Some(Resolution::Retry) | None => ("pending", None),
    };
    if leases::end_in(writing.connection, attempt.key, "hold", state, failure.as_ref())? {
        writing.record_job(EventKind::JobChanged, attempt.key)?;
    }
    Ok(())
}

fn dropped(attempt: &Attempt) -> Failure {
    Failure {
        reason: format!("You dropped a call to {}; {} may have been billed", attempt.provider, attempt.price()),
        next_step: "Generate again to have it made again, which is billed again.".to_owned(),
        retryable: true,
    }
}

/// Records every decision of the log that the ledger does not know; the second value counts lines that cannot be read.
pub(in crate::store) fn import(writing: &Writing<'_>) -> Result<(usize, usize)> {
    let (lines, unreadable) = files::read_log::<LoggedResolution>(&writing.home.resolution_log(), LARGEST_LOG)?;
    let mut decisions = 0;
    for line in lines {
        let attempt = Attempt {
            id: AttemptId(0),
            token: line.token,
            key: line.key,
            run: line.run,
            campaign: line.campaign,
            provider: line.provider,
            owner: None,
            state: AttemptState::Resolved,
            estimate: line.estimate,
            actual: None,
            provider_request_id: None,
            http_status: line.http_status,
            sent_at: line.sent_at,
            ended_at: line.ended_at,
            why: line.why,
            resolution: Some(line.resolution),
        };
        if attempts::insert(writing.connection, &attempt)?.is_some() {
            decisions += 1;
        } else {
            // Logged before, and not stored then or forgotten since: the last word counts.
            writing
                .connection
                .prepare_cached(
                    "UPDATE attempt SET state = 'resolved', resolution = ?2
                     WHERE token = ?1 AND state IN ('unknown', 'resolved')",
                )?
                .execute(params![attempt.token, attempt.resolution])?;
            free_job(writing, &attempt)?;
        }
    }
    Ok((decisions, unreadable))
}
