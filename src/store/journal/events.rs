//! Every change of state as a row that any process can follow. A row is written in the transaction of its change.

use rusqlite::{Connection, Row, params};
use serde_json::Value;

use super::handle::Journal;
use super::writer::Writing;
use crate::domain::CampaignId;
use crate::plan::JobKey;
use crate::store::ground::error::Result;
use crate::store::home::instance::Owner;
use crate::store::journal::columns::Sql;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum EventKind {
    RunStarted,
    RunEnded,
    JobLeased,
    JobDone,
    JobFailed,
    JobCancelled,
    /// Its output was lost or damaged, or it was imported again: read its state again.
    JobChanged,
    TakeMade,
    /// A paid call was recorded and is about to leave.
    CallSent,
    CallPaid,
    /// It surely was not billed.
    CallFree,
    /// It may have been billed, and a person must decide.
    CallUnknown,
    /// A person has decided.
    CallResolved,
    /// One program asks another to stop something.
    CancelAsked,
}

impl EventKind {
    /// Whether the ledger is another one after it.
    pub fn is_about_money(self) -> bool {
        matches!(self, Self::CallSent | Self::CallPaid | Self::CallFree | Self::CallUnknown | Self::CallResolved)
    }

    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// One row of the log of events.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Ever growing.
    pub seq: i64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Who did it; a follower skips its own.
    pub owner: Owner,
    /// `None` for events of jobs (several campaigns can share one); a call is told with the campaign that pays.
    pub campaign: Option<CampaignId>,
    pub key: Option<JobKey>,
    pub kind: EventKind,
    /// Details: `{"run", "mode"}` of a run, `{"base", "n"}` of a take,
    /// `{"attempt", "provider", "micro"}` of a call; else empty.
    pub json: Value,
}

impl Writing<'_> {
    pub(in crate::store) fn record_job(&self, kind: EventKind, key: JobKey) -> Result<()> {
        self.record(kind, None, Some(key), &Value::Object(serde_json::Map::new()))
    }

    pub(in crate::store) fn record(
        &self,
        kind: EventKind,
        campaign: Option<&CampaignId>,
        key: Option<JobKey>,
        details: &Value,
    ) -> Result<()> {
        self.connection
            .prepare_cached("INSERT INTO event (at, owner, campaign, key, kind, json) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![self.now, self.owner, campaign.map(Sql), key, kind, details.to_string()])?;
        self.last_event.set(Some(self.connection.last_insert_rowid()));
        Ok(())
    }
}

impl Journal {
    /// All events after `seq`, in order.
    pub(crate) async fn events_since(&self, seq: i64) -> Result<Vec<StoredEvent>> {
        self.read(move |connection| {
            let mut query = connection.prepare_cached(
                "SELECT seq, at, owner, campaign, key, kind, json FROM event WHERE seq > ?1 ORDER BY seq",
            )?;
            let events = query.query_map([seq], event_of)?;
            Ok(events.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// The number of the newest event; 0 when there is none.
    pub(crate) async fn last_seq(&self) -> Result<i64> {
        self.read(last_seq).await
    }
}

pub(in crate::store) fn last_seq(connection: &Connection) -> Result<i64> {
    Ok(connection.prepare_cached("SELECT coalesce(max(seq), 0) FROM event")?.query_one([], |row| row.get(0))?)
}

fn event_of(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    let json: String = row.get(6)?;
    Ok(StoredEvent {
        seq: row.get(0)?,
        at: row.get(1)?,
        owner: row.get(2)?,
        campaign: row.get::<_, Option<_>>(3)?.map(Sql::value),
        key: row.get(4)?,
        kind: row.get(5)?,
        json: serde_json::from_str(&json).unwrap_or_default(),
    })
}
