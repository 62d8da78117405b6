//! What is known of jobs, for views and for claims: one question for any number of keys.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, Row};

use crate::plan::{Failure, JobKey, Output};
use crate::store::ground::error::Result;
use crate::store::home::in_hand::Observer;
use crate::store::home::instance::Owner;
use crate::store::journal::columns::unexpected;
use crate::store::journal::handle::Journal;

/// One job as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredJob {
    /// How far it is.
    pub state: StoredState,
    /// Empty unless done.
    pub outputs: Vec<Output>,
    /// How long making it took.
    pub milliseconds: Option<u64>,
    /// When it was made, in milliseconds since 1970.
    pub made_at: Option<i64>,
}

/// How far a job is, as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredState {
    /// Recorded, and nobody makes it.
    Pending,
    /// Being made by the process that is named.
    Leased(Owner),
    /// Made: its outputs and its sidecar are on disk.
    Done,
    /// It was tried, and nothing was billed for it. A claim tries it again.
    Failed(Failure),
    /// A person must decide before it is tried again.
    Hold(Failure),
    /// Stopped before it was made. A claim takes it up again.
    Cancelled,
}

impl Journal {
    /// The stored state of each key that is known. A job that nobody makes any more is pending.
    pub async fn states(&self, keys: &[JobKey]) -> Result<HashMap<JobKey, StoredJob>> {
        let wanted = sorted(keys);
        let observer = self.observer();
        self.read(move |connection| {
            let mut jobs = read_states(connection, &wanted)?;
            forget_the_dead(&observer, &mut jobs);
            Ok(jobs)
        })
        .await
    }
}

/// In the order of the tables, so that neighbours are found together.
fn sorted(keys: &[JobKey]) -> Vec<JobKey> {
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

/// One JSON text for any number of keys, so that they need only one query.
#[expect(clippy::expect_used, reason = "keys are texts")]
pub(in crate::store) fn json_list(keys: &[JobKey]) -> String {
    serde_json::to_string(&sorted(keys)).expect("keys are texts")
}

/// The state of one job, with its lease as it stands in the table.
pub(in crate::store) fn state_of(connection: &Connection, key: JobKey) -> Result<Option<StoredJob>> {
    Ok(read_states(connection, &[key])?.remove(&key))
}

/// `wanted` is sorted and holds no key twice. The rows carry positions in it: reading a key costs more than finding it.
#[expect(clippy::expect_used, reason = "keys are texts")]
pub(in crate::store) fn read_states(connection: &Connection, wanted: &[JobKey]) -> Result<HashMap<JobKey, StoredJob>> {
    // CROSS JOIN keeps this order: one look-up a key, however many there are in the table.
    let mut query = connection.prepare_cached(
        "SELECT wanted.key, job.state, job.owner, job.reason, job.next_step, job.retryable, job.milliseconds,
                job_output.role, asset.hash, asset.bytes, asset.media_type, asset.width, asset.height,
                asset.milliseconds, job.made_at
         FROM json_each(?1) AS wanted
         CROSS JOIN job ON job.key = wanted.value
         LEFT JOIN job_output ON job_output.key = job.key AND job.state = 'done'
         LEFT JOIN asset ON asset.hash = job_output.hash",
    )?;
    let mut rows = query.query([serde_json::to_string(wanted).expect("keys are texts")])?;
    let mut jobs: HashMap<JobKey, StoredJob> = HashMap::with_capacity(wanted.len());
    while let Some(row) = rows.next()? {
        let output = output_of(row)?;
        let Some(key) = wanted.get(row.get::<_, usize>(0)?) else { continue };
        let job = match jobs.entry(*key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(job_of(row)?),
        };
        job.outputs.extend(output);
    }
    Ok(jobs)
}

fn job_of(row: &Row<'_>) -> rusqlite::Result<StoredJob> {
    let failure = || {
        Ok::<_, rusqlite::Error>(Failure {
            reason: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
            next_step: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
            retryable: row.get::<_, Option<bool>>(5)?.unwrap_or_default(),
        })
    };
    let state: String = row.get(1)?;
    let state = match state.as_str() {
        "pending" => StoredState::Pending,
        "leased" => StoredState::Leased(row.get(2)?),
        "done" => StoredState::Done,
        "failed" => StoredState::Failed(failure()?),
        "hold" => StoredState::Hold(failure()?),
        "cancelled" => StoredState::Cancelled,
        _ => return Err(unexpected(1, &state)),
    };
    let milliseconds = row.get(6)?;
    Ok(StoredJob { state, outputs: Vec::new(), milliseconds, made_at: row.get(14)? })
}

fn output_of(row: &Row<'_>) -> rusqlite::Result<Option<Output>> {
    let Some(role) = row.get(7)? else { return Ok(None) };
    Ok(Some(Output {
        role,
        hash: row.get(8)?,
        bytes: row.get(9)?,
        media_type: row.get(10)?,
        width: row.get(11)?,
        height: row.get(12)?,
        milliseconds: row.get(13)?,
    }))
}

fn forget_the_dead(observer: &Observer, jobs: &mut HashMap<JobKey, StoredJob>) {
    let mut alive: HashMap<Owner, bool> = HashMap::new();
    for (key, job) in jobs {
        let StoredState::Leased(owner) = job.state else { continue };
        // A look at another program's lock costs a system call, and it holds many jobs.
        let is_made = if owner == observer.owner {
            observer.is_made(owner, *key)
        } else {
            *alive.entry(owner).or_insert_with(|| observer.is_made(owner, *key))
        };
        if !is_made {
            job.state = StoredState::Pending;
        }
    }
}
