//! Looks at every stored byte: `babblecast verify`. What is damaged is put aside and made again; what the database and
//! the sidecars can tell each other is fixed.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

use rusqlite::Connection;
use serde_json::Value;

use crate::plan::{AssetHash, JobKey};
use crate::store::content::assets::Condition;
use crate::store::content::sidecar::{Payment, Sidecar};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files::files_below;
use crate::store::ground::token::Token;
use crate::store::jobs::asset_facts::users_of_assets;
use crate::store::jobs::leases::make_pending;
use crate::store::jobs::{adopt, posted, runs, states};
use crate::store::journal::attempts;
use crate::store::studio::Store;

/// What was found, and done about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    pub intact: usize,
    pub missing: Vec<AssetHash>,
    /// Where the damaged files lie now.
    pub damaged: Vec<PathBuf>,
    /// Jobs that are pending again, because an output of theirs is missing or damaged.
    pub pending_again: Vec<JobKey>,
    /// Finished jobs that only a sidecar knew, and that the database knows again.
    pub adopted: usize,
    /// Sidecars that were missing or unreadable and were written again from the database.
    pub sidecars_written: usize,
    /// Files that no job refers to, see [`Store::prune`].
    pub orphans: usize,
    pub orphan_bytes: u64,
    /// What is wrong with the database itself; nothing else was looked at then, and [`crate::store::rebuild_database`] helps.
    pub database_fault: Option<String>,
}

impl Store {
    /// Reads every file of every finished job. `progress` is told how many of how many are read. Blocks, and panics on
    /// a thread of the async runtime.
    pub(crate) fn verify(&self, mut progress: impl FnMut(usize, usize)) -> Result<Verified> {
        let fault = |why| Ok(Verified { database_fault: Some(why), ..Verified::default() });
        if let Some(why) = self.journal.blocking_read(fault_of)? {
            // What such a database says of jobs is not worth acting on.
            return fault(why);
        }
        match self.verify_files(&mut progress) {
            // Whole pages can hold what nobody wrote.
            Err(StoreError::NotADatabase { why }) => fault(why),
            verified => verified,
        }
    }

    fn verify_files(&self, progress: &mut impl FnMut(usize, usize)) -> Result<Verified> {
        let mut verified = Verified { adopted: self.adopt_sidecars()?, ..Verified::default() };
        let users = self.journal.blocking_read(users_of_assets)?;
        let mut lost = BTreeSet::new();
        for (position, (hash, jobs)) in users.iter().enumerate() {
            progress(position, users.len());
            match self.assets.verify(*hash)? {
                Condition::Intact => verified.intact += 1,
                Condition::Missing => {
                    verified.missing.push(*hash);
                    lost.extend(jobs.iter().copied());
                }
                Condition::Damaged { quarantined } => {
                    verified.damaged.push(quarantined);
                    lost.extend(jobs.iter().copied());
                }
            }
        }
        progress(users.len(), users.len());
        verified.pending_again = lost.iter().copied().collect();
        self.journal.blocking_write(move |writing| make_pending(writing, &lost))?;
        verified.sidecars_written = self.write_missing_sidecars()?;
        for path in files_below(&self.home.assets())? {
            if !asset_name(&path).is_some_and(|hash| users.contains_key(&hash)) {
                verified.orphans += 1;
                verified.orphan_bytes += path.metadata().map_or(0, |facts| facts.len());
            }
        }
        Ok(verified)
    }

    /// Takes over finished jobs and payments that a crash or an older database kept out of the ledger.
    fn adopt_sidecars(&self) -> Result<usize> {
        let done: HashSet<JobKey> = self.journal.blocking_read(done_jobs)?.into_iter().collect();
        let paid = self.journal.blocking_read(paid_calls)?;
        let is_known = |sidecar: &Sidecar| {
            done.contains(&sidecar.key) && sidecar.payments.iter().all(|payment| paid.contains(&payment.token))
        };
        let mut unknown = Vec::new();
        for path in files_below(&self.home.sidecars())? {
            if let Ok(sidecar) = Sidecar::read(&path)
                && sidecar.is_at_its_place(&self.home, &path)
                && !is_known(&sidecar)
            {
                unknown.push(sidecar);
            }
        }
        self.journal.blocking_write(move |writing| {
            let mut adopted = 0;
            for sidecar in &unknown {
                if done.contains(&sidecar.key) {
                    adopt::restore_payments(writing.connection, sidecar)?;
                } else if adopt::adopt(writing, sidecar)? {
                    adopted += 1;
                }
            }
            Ok(adopted)
        })
    }

    fn write_missing_sidecars(&self) -> Result<usize> {
        let mut written = 0;
        for key in self.journal.blocking_read(done_jobs)? {
            if Sidecar::find(&self.home, key)?.is_some() {
                continue;
            }
            if let Some(sidecar) = self.journal.blocking_read(move |connection| sidecar_of(connection, key))? {
                sidecar.write(&self.home)?;
                written += 1;
            }
        }
        Ok(written)
    }
}

/// The hash that a file in the assets' folder is named by.
pub(in crate::store) fn asset_name(path: &std::path::Path) -> Option<AssetHash> {
    path.file_name()?.to_str()?.parse().ok()
}

fn fault_of(connection: &Connection) -> Result<Option<String>> {
    let verdict = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match verdict.map_err(StoreError::from) {
        Ok(verdict) if verdict == "ok" => match read_everything(connection) {
            Err(StoreError::NotADatabase { why }) => Ok(Some(why)),
            read => read.map(|()| None),
        },
        // Where the check itself fails, it found what it was for.
        Ok(fault) | Err(StoreError::NotADatabase { why: fault }) => Ok(Some(fault)),
        Err(error) => Err(error),
    }
}

/// Reads what has a form of its own, which SQLite does not know: ids, states, amounts.
fn read_everything(connection: &Connection) -> Result<()> {
    attempts::select(connection, "true", [])?;
    runs::read_all(connection)?;
    posted::read_all(connection)?;
    users_of_assets(connection)?;
    let keys = connection
        .prepare("SELECT key FROM job ORDER BY key")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<JobKey>>>()?;
    states::read_states(connection, &keys)?;
    Ok(())
}

/// Every call that the ledger knows the end of: a decision stands, whatever a file says.
fn paid_calls(connection: &Connection) -> Result<HashSet<Token>> {
    let mut query = connection.prepare("SELECT token FROM attempt WHERE state IN ('paid', 'resolved')")?;
    let tokens = query.query_map([], |row| row.get(0))?;
    Ok(tokens.collect::<rusqlite::Result<_>>()?)
}

fn done_jobs(connection: &Connection) -> Result<Vec<JobKey>> {
    let mut query = connection.prepare("SELECT key FROM job WHERE state = 'done'")?;
    let keys = query.query_map([], |row| row.get(0))?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

/// The sidecar of a done job as the database knows it; `None` for a kept picture, whose request has another key.
pub(in crate::store) fn sidecar_of(connection: &Connection, key: JobKey) -> Result<Option<Sidecar>> {
    let Some(job) = states::state_of(connection, key)? else { return Ok(None) };
    let (request, made_at): (String, Option<i64>) =
        connection.query_row("SELECT request_json, made_at FROM job WHERE key = ?1", [key], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let request: Value = serde_json::from_str(&request).unwrap_or_default();
    let attempts = attempts::select(connection, "key = ?1", [key])?;
    let sidecar = Sidecar {
        version: Sidecar::VERSION,
        key,
        request,
        outputs: job.outputs,
        made_at: made_at.unwrap_or_default(),
        milliseconds: job.milliseconds,
        payments: attempts.into_iter().filter_map(Payment::of).collect(),
    };
    Ok(Sidecar::parse(&sidecar.to_bytes()).ok())
}
