//! Runs: which jobs were asked for together, by which campaign, and how that ended.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Value, json};

use crate::domain::CampaignId;
use crate::plan::{AssetHash, JobKey, MadeBy, Mode, Product, Request, RunId, canonical_json};
use crate::store::ground::error::Result;
use crate::store::home::instance::Owner;
use crate::store::journal::columns::Sql;
use crate::store::journal::events::EventKind;
use crate::store::journal::handle::Journal;
use crate::store::journal::writer::Writing;

/// A run about to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRun {
    /// Chosen by the front end.
    pub run: RunId,
    /// For whom the jobs are asked.
    pub campaign: CampaignId,
    /// Which of the campaign's plans they are of.
    pub mode: Mode,
    /// Of the campaign file as it was planned.
    pub source_hash: AssetHash,
    /// In the order of the plan.
    pub jobs: Vec<RunJob<Arc<Request>>>,
}

/// One job of a run; a job that several speakers or scenes share may come once for each.
#[derive(Debug, Clone, PartialEq)]
pub struct RunJob<R> {
    /// The hash of the request.
    pub key: JobKey,
    /// Typed where it is asked for; as canonical JSON where it was recorded, perhaps by another version.
    pub request: R,
    /// What it makes.
    pub product: Product,
    /// For whom, by name; `None` for what belongs to no speaker.
    pub speaker: Option<String>,
    /// Position in the script, from 0.
    pub scene: Option<usize>,
}

/// A portrait that a run asked for and that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortraitMade {
    /// The job that made it.
    pub key: JobKey,
    /// Whose it was then.
    pub speaker: String,
    /// Whether a built-in part drew it.
    pub is_drawn: bool,
}

/// A run whose process died before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterruptedRun {
    pub run: RunId,
    pub campaign: CampaignId,
    pub mode: Mode,
    /// Milliseconds since 1970.
    pub started_at: i64,
}

impl Journal {
    /// Records a run and every job of it that is not known yet, as pending. Jobs that failed or were cancelled earlier
    /// stay so until they are claimed. A run that a restart cut off goes on under its own id.
    pub async fn start_run(&self, new: NewRun) -> Result<()> {
        self.write(move |writing| start_run(writing, &new)).await
    }

    /// Adds jobs to a run under way, because its campaign was edited.
    pub(crate) async fn add_to_run(&self, run: RunId, jobs: Vec<RunJob<Arc<Request>>>) -> Result<()> {
        self.write(move |writing| add_jobs(writing.connection, run, &jobs)).await
    }

    /// The jobs that a run was recorded with, in order.
    pub(crate) async fn jobs_of_run(&self, run: RunId) -> Result<Vec<JobKey>> {
        self.read(move |connection| {
            let mut query = connection.prepare_cached("SELECT key FROM run_job WHERE run = ?1 ORDER BY ord")?;
            let keys = query.query_map([run], |row| row.get(0))?;
            Ok(keys.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Records how a run ended: `outcome` is the engine's word for it.
    pub(crate) async fn end_run(&self, run: RunId, outcome: &str) -> Result<()> {
        let outcome = outcome.to_owned();
        self.write(move |writing| {
            let campaign: Option<CampaignId> = writing
                .connection
                .prepare_cached(
                    "UPDATE run SET state = 'ended', outcome = ?2, ended_at = ?3 WHERE id = ?1 AND state = 'running'
                     RETURNING campaign",
                )?
                .query_map(params![run, outcome, writing.now], |row| row.get(0).map(Sql::value))?
                .next()
                .transpose()?;
            match campaign {
                Some(campaign) => {
                    let details = json!({"run": run, "outcome": outcome});
                    writing.record(EventKind::RunEnded, Some(&campaign), None, &details)
                }
                None => Ok(()),
            }
        })
        .await
    }

    /// What all runs of a campaign asked for, each job, speaker and scene once, newest run first: what an edited line
    /// is compared with.
    pub(crate) async fn former_jobs(&self, campaign: &CampaignId) -> Result<Vec<RunJob<Value>>> {
        let campaign = campaign.clone();
        self.read(move |connection| former_jobs(connection, &campaign)).await
    }

    /// Who made the portraits and the voices of a campaign's newest finals that are there, or that may have been billed.
    pub(crate) async fn makers_of_finals(&self, campaign: &CampaignId) -> Result<[Option<MadeBy>; 2]> {
        let campaign = campaign.clone();
        self.read(move |connection| {
            let maker = |kinds| maker_of_finals(connection, &campaign, kinds);
            Ok([maker(["portrait", "portrait"])?, maker(["voice", "dialogue"])?])
        })
        .await
    }

    /// The portraits that were made for runs of a campaign, each with every speaker who asked for it, newest run first.
    pub(crate) async fn portraits_made(&self, campaign: &CampaignId) -> Result<Vec<PortraitMade>> {
        let campaign = campaign.clone();
        self.read(move |connection| portraits_made(connection, &campaign)).await
    }
}

/// Every run, to see whether each can be read.
pub(in crate::store) fn read_all(connection: &Connection) -> Result<Vec<(InterruptedRun, Owner)>> {
    let mut query = connection.prepare("SELECT id, campaign, mode, started_at, owner FROM run")?;
    let runs = query.query_map([], run_in)?;
    Ok(runs.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::store) fn run_in(row: &Row<'_>) -> rusqlite::Result<(InterruptedRun, Owner)> {
    let run = InterruptedRun {
        run: row.get(0)?,
        campaign: row.get(1).map(Sql::value)?,
        mode: row.get(2)?,
        started_at: row.get(3)?,
    };
    Ok((run, row.get(4)?))
}

fn start_run(writing: &Writing<'_>, new: &NewRun) -> Result<()> {
    writing.check_place()?;
    remember_campaign(writing.connection, &new.campaign, writing.now)?;
    writing.connection.execute(
        "INSERT INTO run (id, campaign, source_hash, mode, state, owner, started_at)
         VALUES (?1, ?2, ?3, ?4, 'running', ?5, ?6)
         ON CONFLICT DO UPDATE SET source_hash = excluded.source_hash, state = 'running', owner = excluded.owner,
                                   outcome = NULL, ended_at = NULL",
        params![new.run, Sql(&new.campaign), new.source_hash, new.mode, writing.owner, writing.now],
    )?;
    writing.connection.prepare_cached("DELETE FROM run_job WHERE run = ?1")?.execute([new.run])?;
    add_jobs(writing.connection, new.run, &new.jobs)?;
    let details = json!({"run": new.run, "mode": new.mode, "jobs": new.jobs.len()});
    writing.record(EventKind::RunStarted, Some(&new.campaign), None, &details)
}

/// Adds jobs behind those that a run has.
fn add_jobs(connection: &Connection, run: RunId, jobs: &[RunJob<Arc<Request>>]) -> Result<()> {
    let first: i64 = connection
        .prepare_cached("SELECT coalesce(max(ord) + 1, 0) FROM run_job WHERE run = ?1")?
        .query_row([run], |row| row.get(0))?;
    let mut add_job = connection.prepare_cached(
        "INSERT INTO job (key, kind, request_json, state) VALUES (?1, ?2, ?3, 'pending') ON CONFLICT DO NOTHING",
    )?;
    let mut add_to_run = connection.prepare_cached(
        "INSERT INTO run_job (run, ord, key, product, speaker, scene) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (position, job) in (first..).zip(jobs) {
        let request = job.request.canonical();
        add_job.execute(params![job.key, kind_of(&request), canonical_json(&request)])?;
        add_to_run.execute(params![run, position, job.key, job.product, job.speaker, job.scene])?;
    }
    Ok(())
}

/// `portrait`, `voice`, `own_voice` …
pub(in crate::store) fn kind_of(request: &Value) -> &str {
    request.get("kind").and_then(Value::as_str).unwrap_or_default()
}

pub(in crate::store) fn remember_campaign(connection: &Connection, campaign: &CampaignId, now: i64) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO campaign (id, first_seen) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![Sql(campaign), now])?;
    Ok(())
}

fn portraits_made(connection: &Connection, campaign: &CampaignId) -> Result<Vec<PortraitMade>> {
    let mut query = connection.prepare_cached(
        "SELECT run_job.key, run_job.speaker, job.request_json ->> '$.made_by.version' IS NOT NULL,
                max(run.rowid) AS newest
         FROM run JOIN run_job ON run_job.run = run.id AND run_job.product = 'portrait' JOIN job ON job.key = run_job.key
         WHERE run.campaign = ?1 AND run_job.speaker IS NOT NULL AND job.kind = 'portrait' AND job.state = 'done'
         GROUP BY run_job.key, run_job.speaker
         ORDER BY newest DESC, run_job.key",
    )?;
    let made = query.query_map([Sql(campaign)], |row| {
        Ok(PortraitMade { key: row.get(0)?, speaker: row.get(1)?, is_drawn: row.get(2)? })
    })?;
    Ok(made.collect::<rusqlite::Result<_>>()?)
}

fn maker_of_finals(connection: &Connection, campaign: &CampaignId, kinds: [&str; 2]) -> Result<Option<MadeBy>> {
    let mut query = connection.prepare_cached(
        "SELECT job.request_json -> '$.made_by'
         FROM run JOIN run_job ON run_job.run = run.id JOIN job ON job.key = run_job.key
         WHERE run.campaign = ?1 AND run.mode = ?2 AND job.kind IN (?3, ?4)
           AND job.state IN ('done', 'hold')
         ORDER BY run.started_at DESC, run_job.ord LIMIT 1",
    )?;
    let made_by: Option<String> =
        query.query_row(params![Sql(campaign), Mode::Final, kinds[0], kinds[1]], |row| row.get(0)).optional()?;
    Ok(made_by.and_then(|made_by| serde_json::from_str(&made_by).ok()))
}

fn former_jobs(connection: &Connection, campaign: &CampaignId) -> Result<Vec<RunJob<Value>>> {
    let mut query = connection.prepare_cached(
        "SELECT run_job.key, job.request_json, run_job.product, run_job.speaker, run_job.scene, max(run.rowid) AS newest
         FROM run JOIN run_job ON run_job.run = run.id JOIN job ON job.key = run_job.key
         WHERE run.campaign = ?1
         GROUP BY run_job.key, run_job.product, run_job.speaker, run_job.scene
         ORDER BY newest DESC, min(run_job.ord)",
    )?;
    let jobs = query.query_map([Sql(campaign)], |row| {
        Ok(RunJob {
            key: row.get(0)?,
            request: serde_json::from_str(&row.get::<_, String>(1)?).unwrap_or_default(),
            product: row.get(2)?,
            speaker: row.get(3)?,
            scene: row.get(4)?,
        })
    })?;
    Ok(jobs.collect::<rusqlite::Result<_>>()?)
}
