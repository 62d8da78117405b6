//! Who makes what: a job is leased to one living process at a time, and ends done, failed or cancelled.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::adopt::adopt_sidecar;
use super::states::{self, StoredState};
use crate::plan::{Failure, JobKey, Output};
use crate::store::content::assets::Assets;
use crate::store::content::sidecar::Sidecar;
use crate::store::ground::error::{Result, StoreError};
use crate::store::home::in_hand::{Lease, Observer};
use crate::store::home::instance::Owner;
use crate::store::journal::events::EventKind;
use crate::store::journal::handle::Journal;
use crate::store::journal::writer::Writing;

/// The answer to a claim.
#[derive(Debug)]
pub enum Claim {
    /// Make it now, then call `Journal::finish` or [`crate::store::Store::complete`]; keep the lease until then.
    Yours(Lease),
    /// Somebody made it earlier.
    AlreadyDone(Vec<Output>),
    /// A living process, perhaps this one, is making it.
    HeldBy(Owner),
}

/// How a lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finished {
    /// Only after assets and sidecar are on disk: see [`crate::store::Store::complete`].
    Done {
        outputs: Vec<Output>,
        milliseconds: u64,
    },
    Failed(Failure),
    Cancelled,
}

impl Journal {
    /// Leases a planned job. What a dead process held, and what failed or was cancelled earlier, can be claimed; so can a
    /// done job whose files are gone.
    pub async fn claim(&self, key: JobKey) -> Result<Claim> {
        let observer = self.observer();
        self.write(move |writing| claim(writing, &observer, key)).await
    }

    /// Ends a lease of this process.
    pub(crate) async fn finish(&self, key: JobKey, finished: Finished) -> Result<()> {
        self.write(move |writing| finish(writing, key, &finished)).await
    }
}

fn claim(writing: &Writing<'_>, observer: &Observer, key: JobKey) -> Result<Claim> {
    writing.check_place()?;
    match availability(writing.connection, observer, key)? {
        Availability::Done(outputs) => return Ok(Claim::AlreadyDone(outputs)),
        Availability::HeldBy(owner) => return Ok(Claim::HeldBy(owner)),
        Availability::Hold(failure) => return Err(StoreError::OnHold(failure)),
        Availability::Finished => {
            if let Some(outputs) = adopt_sidecar(writing, key)? {
                return Ok(Claim::AlreadyDone(outputs));
            }
        }
        Availability::Free => {}
    }
    Ok(Claim::Yours(lease(writing, observer, key)?))
}

/// Whether a job can be leased.
pub(in crate::store) enum Availability {
    Free,
    Done(Vec<Output>),
    /// A process died between its sidecar and the database: it is made nevertheless. See [`adopt_sidecar`].
    Finished,
    /// A living process, perhaps this one, is making it.
    HeldBy(Owner),
    Hold(Failure),
}

pub(in crate::store) fn availability(
    connection: &Connection,
    observer: &Observer,
    key: JobKey,
) -> Result<Availability> {
    let assets = Assets::new(observer.home.clone());
    let are_there =
        |outputs: &[Output]| !outputs.is_empty() && outputs.iter().all(|output| assets.has(output.hash, output.bytes));
    let job = states::state_of(connection, key)?.ok_or(StoreError::UnknownJob(key))?;
    let otherwise = match job.state {
        StoredState::Done if are_there(&job.outputs) => return Ok(Availability::Done(job.outputs)),
        StoredState::Leased(owner) if observer.is_made(owner, key) => return Ok(Availability::HeldBy(owner)),
        StoredState::Hold(failure) => Availability::Hold(failure),
        StoredState::Done
        | StoredState::Leased(_)
        | StoredState::Pending
        | StoredState::Failed(_)
        | StoredState::Cancelled => Availability::Free,
    };
    let sidecar = Sidecar::find(&observer.home, key)?;
    let is_finished = sidecar.is_some_and(|sidecar| are_there(&sidecar.outputs));
    Ok(if is_finished { Availability::Finished } else { otherwise })
}

/// Gives a job to this process, whatever became of it before.
pub(in crate::store) fn lease(writing: &Writing<'_>, observer: &Observer, key: JobKey) -> Result<Lease> {
    let lease = Lease(observer.leases.take(key));
    forget_outputs(writing.connection, key)?;
    writing
        .connection
        .prepare_cached(
            "UPDATE job SET state = 'leased', owner = ?2, tries = tries + 1, reason = NULL, next_step = NULL,
             retryable = NULL, milliseconds = NULL, made_at = NULL WHERE key = ?1",
        )?
        .execute(params![key, writing.owner])?;
    writing.record_job(EventKind::JobLeased, key)?;
    Ok(lease)
}

pub(in crate::store) fn finish(writing: &Writing<'_>, key: JobKey, finished: &Finished) -> Result<()> {
    let holder: Option<(String, Option<Owner>)> = writing
        .connection
        .prepare_cached("SELECT state, owner FROM job WHERE key = ?1")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (state, owner) = holder.ok_or(StoreError::UnknownJob(key))?;
    if state == "done" && matches!(finished, Finished::Done { .. }) {
        // Unpacked by another process while it was made here: either result is right, and the stored one stays.
        return Ok(());
    }
    if owner != Some(writing.owner) {
        return Err(StoreError::NotHeld(key));
    }
    match finished {
        Finished::Done { outputs, milliseconds } => {
            let assets = Assets::new(writing.home.clone());
            if let Some(lost) = outputs.iter().find(|output| !assets.has(output.hash, output.bytes)) {
                return Err(StoreError::Missing { path: assets.path(lost.hash) });
            }
            store_done(writing.connection, key, outputs, Some(*milliseconds), writing.now)?;
            writing.record_job(EventKind::JobDone, key)
        }
        Finished::Failed(failure) => {
            end_in(writing.connection, key, "leased", "failed", Some(failure))?;
            writing.record_job(EventKind::JobFailed, key)
        }
        Finished::Cancelled => {
            end_in(writing.connection, key, "leased", "cancelled", None)?;
            writing.record_job(EventKind::JobCancelled, key)
        }
    }
}

/// Brings a job from one state to another; false, and nothing, when it is not in the first.
pub(in crate::store) fn end_in(
    connection: &Connection,
    key: JobKey,
    from: &str,
    to: &str,
    failure: Option<&Failure>,
) -> Result<bool> {
    let changed = connection
        .prepare_cached(
            "UPDATE job SET state = ?3, owner = NULL, reason = ?4, next_step = ?5, retryable = ?6
             WHERE key = ?1 AND state = ?2",
        )?
        .execute(params![
            key,
            from,
            to,
            failure.map(|failure| &failure.reason),
            failure.map(|failure| &failure.next_step),
            failure.map(|failure| failure.retryable),
        ])?;
    Ok(changed > 0)
}

/// Marks a known job done with these outputs; the files must be on disk.
pub(in crate::store) fn store_done(
    connection: &Connection,
    key: JobKey,
    outputs: &[Output],
    milliseconds: Option<u64>,
    made_at: i64,
) -> Result<()> {
    forget_outputs(connection, key)?;
    let mut add_asset = connection.prepare_cached(
        "INSERT INTO asset (hash, bytes, media_type, width, height, milliseconds) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO NOTHING",
    )?;
    let mut add_output = connection.prepare_cached("INSERT INTO job_output (key, role, hash) VALUES (?1, ?2, ?3)")?;
    for output in outputs {
        add_asset.execute(params![
            output.hash,
            output.bytes,
            output.media_type,
            output.width,
            output.height,
            output.milliseconds,
        ])?;
        add_output.execute(params![key, output.role, output.hash])?;
    }
    connection
        .prepare_cached(
            "UPDATE job SET state = 'done', owner = NULL, reason = NULL, next_step = NULL, retryable = NULL,
             milliseconds = ?2, made_at = ?3 WHERE key = ?1",
        )?
        .execute(params![key, milliseconds, made_at])?;
    Ok(())
}

pub(in crate::store) fn forget_outputs(connection: &Connection, key: JobKey) -> Result<()> {
    connection.prepare_cached("DELETE FROM job_output WHERE key = ?1")?.execute([key])?;
    Ok(())
}

/// Done jobs whose files are gone are made again.
pub(in crate::store) fn make_pending(writing: &Writing<'_>, jobs: &BTreeSet<JobKey>) -> Result<()> {
    for key in jobs {
        let changed = writing
            .connection
            .prepare_cached(
                "UPDATE job SET state = 'pending', milliseconds = NULL, made_at = NULL WHERE key = ?1 AND state = 'done'",
            )?
            .execute([key])?;
        if changed > 0 {
            forget_outputs(writing.connection, *key)?;
            writing.record_job(EventKind::JobChanged, *key)?;
        }
    }
    Ok(())
}
