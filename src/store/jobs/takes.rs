//! Take numbers: given inside the claiming transaction, so that two processes never give the same one, and written to an
//! append-only log first, so that a rebuilt database knows them.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::runs::remember_campaign;
use super::states::json_list;
use crate::domain::CampaignId;
use crate::plan::{Face, JobKey};
use crate::store::ground::error::Result;
use crate::store::ground::files;
use crate::store::journal::columns::Sql;
use crate::store::journal::events::EventKind;
use crate::store::journal::handle::Journal;
use crate::store::journal::writer::Writing;

/// A take beyond the first; take 1 of every request is implied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTake {
    /// From 2.
    pub number: u32,
    pub key: JobKey,
    /// The face that it alone keeps.
    pub face: Option<Face>,
    /// What was asked of it alone.
    pub note: Option<String>,
}

/// A take number just given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewTake {
    /// From 2.
    pub number: u32,
    pub key: JobKey,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct LoggedTake {
    pub(in crate::store) campaign: CampaignId,
    pub(in crate::store) base: JobKey,
    pub(in crate::store) n: u32,
    pub(in crate::store) key: JobKey,
    pub(in crate::store) at: i64,
}

/// A line has about 300 bytes.
const LARGEST_LOG: u64 = 256 * 1024 * 1024;

impl Journal {
    /// The takes beyond the first of each base that has any, in order of their number.
    pub(crate) async fn takes(
        &self,
        campaign: &CampaignId,
        bases: &[JobKey],
    ) -> Result<HashMap<JobKey, Vec<StoredTake>>> {
        let campaign = campaign.clone();
        let wanted = json_list(bases);
        self.read(move |connection| {
            let mut query = connection.prepare_cached(
                "SELECT take.base, take.n, take.key, job.request_json ->> '$.same_baby',
                 job.request_json ->> '$.note' FROM json_each(?2) AS wanted
                 CROSS JOIN take ON take.campaign = ?1 AND take.base = wanted.value
                 LEFT JOIN job ON job.key = take.key ORDER BY take.base, take.n",
            )?;
            let mut rows = query.query(params![Sql(&campaign), wanted])?;
            let mut takes: HashMap<JobKey, Vec<StoredTake>> = HashMap::new();
            while let Some(row) = rows.next()? {
                let face: Option<String> = row.get(3)?;
                let face = face.and_then(|face| serde_json::from_str(&face).ok());
                let (number, key, note) = (row.get(1)?, row.get(2)?, row.get(4)?);
                takes.entry(row.get(0)?).or_default().push(StoredTake { number, key, face, note });
            }
            Ok(takes)
        })
        .await
    }

    /// Gives the next take number of a base to this caller alone: above every recorded one and above `newest`, the highest
    /// that the caller knows of (a colleague's choice may name takes that were never recorded here). `make_key` says the
    /// key of the request with that take.
    pub(crate) async fn new_take(
        &self,
        campaign: &CampaignId,
        base: JobKey,
        newest: u32,
        make_key: impl FnOnce(u32) -> JobKey + Send + 'static,
    ) -> Result<NewTake> {
        let campaign = campaign.clone();
        self.write(move |writing| {
            writing.check_place()?;
            let number: u32 = writing
                .connection
                .prepare_cached("SELECT max(coalesce(max(n), 1), ?3) + 1 FROM take WHERE campaign = ?1 AND base = ?2")?
                .query_one(params![Sql(&campaign), base, newest], |row| row.get(0))?;
            let take = LoggedTake { campaign, base, n: number, key: make_key(number), at: writing.now };
            add_take(writing, &take)?;
            Ok(NewTake { number, key: take.key })
        })
        .await
    }
}

/// Log first, then table and event: a number in the table is always in the log.
pub(in crate::store) fn add_take(writing: &Writing<'_>, take: &LoggedTake) -> Result<()> {
    files::append_line(&writing.home.take_log(), take)?;
    store_take(writing.connection, take)?;
    let details = json!({"base": take.base, "n": take.n});
    writing.record(EventKind::TakeMade, Some(&take.campaign), Some(take.key), &details)
}

/// Adds a take unless its number is taken.
pub(in crate::store) fn store_take(connection: &Connection, take: &LoggedTake) -> Result<()> {
    remember_campaign(connection, &take.campaign, take.at)?;
    connection
        .prepare_cached(
            "INSERT INTO take (campaign, base, n, key, created_at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute(params![Sql(&take.campaign), take.base, take.n, take.key, take.at])?;
    Ok(())
}

/// Every take of a campaign.
pub(in crate::store) fn takes_of(connection: &Connection, campaign: &CampaignId) -> Result<Vec<LoggedTake>> {
    let mut query =
        connection.prepare("SELECT base, n, key, created_at FROM take WHERE campaign = ?1 ORDER BY base, n")?;
    let takes = query.query_map([Sql(campaign)], |row| {
        Ok(LoggedTake {
            campaign: campaign.clone(),
            base: row.get(0)?,
            n: row.get(1)?,
            key: row.get(2)?,
            at: row.get(3)?,
        })
    })?;
    Ok(takes.collect::<rusqlite::Result<_>>()?)
}

/// Every readable line, and how many are not.
pub(in crate::store) fn read_log(path: &Path) -> Result<(Vec<LoggedTake>, usize)> {
    let (mut takes, unreadable) = files::read_log::<LoggedTake>(path, LARGEST_LOG)?;
    let lines = takes.len();
    takes.retain(|take| take.n >= 2);
    let impossible = lines - takes.len();
    Ok((takes, unreadable + impossible))
}
