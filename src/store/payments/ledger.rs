//! What was spent, as the attempts say: for budgets, and for the user.

use crate::store::ground::clock;
use std::collections::HashMap;

use rusqlite::{Connection, params, params_from_iter};

use crate::domain::{CampaignId, MicroDollars};
use crate::plan::{JobKey, ProviderId, RunId};
use crate::store::ground::error::Result;
use crate::store::journal::attempts::PRICE;
use crate::store::journal::columns::Sql;
use crate::store::journal::handle::Journal;

/// What a budget is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One run, wherever it is made.
    Run(RunId),
    /// One campaign, all its runs and programs together.
    Campaign(CampaignId),
    /// This calendar month (UTC), all campaigns together.
    Month,
}

impl Scope {
    pub(in crate::store) fn columns(&self) -> (&'static str, String) {
        match self {
            Self::Run(run) => ("run", run.to_string()),
            Self::Campaign(campaign) => ("campaign", campaign.to_string()),
            Self::Month => ("month", String::new()),
        }
    }
}

/// What was spent on one campaign with one provider on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendLine {
    /// Who paid.
    pub campaign: CampaignId,
    /// Who was paid.
    pub provider: ProviderId,
    /// `2026-11-22` (UTC).
    pub day: String,
    /// Of that day.
    pub amounts: Amounts,
}

/// Money in its four states. The first three count against budgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    /// Surely billed.
    pub paid: MicroDollars,
    /// For calls in flight.
    pub reserved: MicroDollars,
    /// May have been billed, dropped ones and those tried again included.
    pub unknown: MicroDollars,
    /// What runs would have paid for results that were there already.
    pub saved_by_cache: MicroDollars,
}

impl std::ops::AddAssign for Amounts {
    fn add_assign(&mut self, other: Self) {
        self.paid += other.paid;
        self.reserved += other.reserved;
        self.unknown += other.unknown;
        self.saved_by_cache += other.saved_by_cache;
    }
}

/// Everything ever spent; a line for each campaign, provider and day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spend {
    /// In order of days, then campaigns, then providers.
    pub lines: Vec<SpendLine>,
}

impl Spend {
    /// Of all lines together.
    pub fn total(&self) -> Amounts {
        self.lines.iter().fold(Amounts::default(), |mut total, line| {
            total += line.amounts;
            total
        })
    }
}

impl Journal {
    /// Everything ever spent on this home, by all programs.
    pub async fn spend(&self) -> Result<Spend> {
        self.read(|connection| spend(connection, None)).await
    }

    /// What one run spent, and what it was spared: its `saved_by_cache` counts jobs that were made before it began.
    pub(crate) async fn spend_of(&self, run: RunId) -> Result<Amounts> {
        self.read(move |connection| Ok(spend(connection, Some(run))?.total())).await
    }

    /// What was paid for each job, all programs together.
    pub(crate) async fn paid_for_jobs(&self) -> Result<HashMap<JobKey, MicroDollars>> {
        self.read(|connection| {
            let question = format!("SELECT key, sum({PRICE}) FROM attempt WHERE state = 'paid' GROUP BY key");
            let mut query = connection.prepare_cached(&question)?;
            let paid = query.query_map([], |row| Ok((row.get(0)?, row.get(1).map(Sql::value)?)))?;
            Ok(paid.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Reserved, paid and unknown together: what counts against a limit.
    pub async fn used(&self, scope: Scope) -> Result<MicroDollars> {
        self.read(move |connection| used(connection, &scope, clock::now())).await
    }
}

pub(in crate::store) fn used(connection: &Connection, scope: &Scope, now: i64) -> Result<MicroDollars> {
    let sum = |condition: &str, value: &dyn rusqlite::ToSql| {
        let question = format!("SELECT coalesce(sum({PRICE}), 0) FROM attempt WHERE {condition}");
        Ok(connection.prepare_cached(&question)?.query_row([value], |row| row.get(0).map(Sql::value))?)
    };
    match scope {
        Scope::Run(run) => sum("run = ?1", run),
        Scope::Campaign(campaign) => sum("campaign = ?1", &Sql(campaign)),
        Scope::Month => sum("sent_at >= 1000 * unixepoch(?1 / 1000, 'unixepoch', 'start of month')", &now),
    }
}

pub(in crate::store) fn remember_cap(connection: &Connection, scope: &Scope, cap: MicroDollars) -> Result<()> {
    let (scope, id) = scope.columns();
    connection
        .prepare_cached(
            "INSERT INTO budget (scope, id, cap_micro) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET cap_micro = excluded.cap_micro WHERE cap_micro <> excluded.cap_micro",
        )?
        .execute(params![scope, id, Sql(cap)])?;
    Ok(())
}

fn spend(connection: &Connection, run: Option<RunId>) -> Result<Spend> {
    // Asked for in the parts, where an index answers it, and not of the whole.
    let (of_run, and_of_run) = if run.is_some() { ("WHERE run.id = ?1", "AND run = ?1") } else { ("", "") };
    // A run was spared what the newest payment for a job cost that was made before the run began.
    let question = format!(
        "WITH spared AS (
             SELECT DISTINCT run.id AS run, run.campaign, run.started_at AS at, run_job.key
             FROM run JOIN run_job ON run_job.run = run.id {of_run}
         ), amount AS (
             SELECT run, campaign, provider, sent_at AS at,
                    CASE state WHEN 'paid' THEN {PRICE} ELSE 0 END AS paid,
                    CASE state WHEN 'sent' THEN {PRICE} ELSE 0 END AS reserved,
                    CASE WHEN state IN ('unknown', 'resolved') THEN {PRICE} ELSE 0 END AS unknown,
                    0 AS saved
             FROM attempt WHERE state <> 'free_fail' {and_of_run}
             UNION ALL
             SELECT spared.run, spared.campaign, attempt.provider, spared.at, 0, 0, 0, {PRICE}
             FROM spared JOIN attempt ON attempt.id = (
                 SELECT max(id) FROM attempt
                 WHERE key = spared.key AND state = 'paid' AND ended_at < spared.at)
             WHERE NOT EXISTS (SELECT 1 FROM attempt AS own WHERE own.run = spared.run AND own.key = spared.key)
         )
         SELECT campaign, provider, date(at / 1000, 'unixepoch') AS day,
                sum(paid), sum(reserved), sum(unknown), sum(saved)
         FROM amount GROUP BY campaign, provider, day ORDER BY day, campaign, provider"
    );
    let mut query = connection.prepare_cached(&question)?;
    let lines = query.query_map(params_from_iter(run), |row| {
        Ok(SpendLine {
            campaign: row.get(0).map(Sql::value)?,
            provider: row.get(1)?,
            day: row.get(2)?,
            amounts: Amounts {
                paid: row.get(3).map(Sql::value)?,
                reserved: row.get(4).map(Sql::value)?,
                unknown: row.get(5).map(Sql::value)?,
                saved_by_cache: row.get(6).map(Sql::value)?,
            },
        })
    })?;
    Ok(Spend { lines: lines.collect::<rusqlite::Result<_>>()? })
}
