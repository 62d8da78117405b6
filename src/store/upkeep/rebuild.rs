//! Fills a database from the sidecars, the files of unsettled calls and the logs of takes and decisions: an empty one, or
//! one that is older than they are. What cannot come back: the history of runs, and failures; both are told again by the
//! next run.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use crate::plan::canonical_json;
use crate::store::content::assets::Assets;
use crate::store::content::sidecar::Sidecar;
use crate::store::ground::error::{Result, StoreError};
use crate::store::home::layout::Home;
use crate::store::jobs::leases::store_done;
use crate::store::jobs::runs::kind_of;
use crate::store::jobs::{leases, takes};
use crate::store::journal::events;
use crate::store::journal::events::EventKind;
use crate::store::journal::writer::Writing;
use crate::store::payments::{attempts, recovery, unknowns};
use crate::store::studio::Store;

/// What a rebuild found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rebuilt {
    /// Jobs that are done again.
    pub jobs: usize,
    /// Jobs whose files are not all there; they are made again.
    pub incomplete: usize,
    pub takes: usize,
    /// Paid calls and calls that may have been billed.
    pub calls: usize,
    /// Sidecars, files of calls and lines of logs that could not be understood; they were left where they are.
    pub unreadable: usize,
    /// Where the database lies now that could not be used, and why not, as a clause; `None` where there was none at all.
    pub damaged: Option<(PathBuf, String)>,
}

impl std::fmt::Display for Rebuilt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { jobs, incomplete, takes, calls, unreadable, damaged } = self;
        write!(
            f,
            "The studio's database was rebuilt from the stored files: {jobs} results and {takes} takes are back"
        )?;
        if *calls > 0 {
            write!(f, ", {calls} calls to providers are in the ledger again")?;
        }
        if *incomplete > 0 {
            write!(f, ", {incomplete} lost files and will be made again")?;
        }
        if *unreadable > 0 {
            write!(f, ", {unreadable} records could not be read")?;
        }
        if let Some((damaged, why)) = damaged {
            write!(f, ". The one that was there is kept as {}: {why}", damaged.display())?;
        }
        Ok(())
    }
}

/// Imports everything; `None` when there is nothing, as in a new home.
pub(in crate::store) fn import(writing: &Writing<'_>) -> Result<Option<Rebuilt>> {
    let (connection, home) = (writing.connection, writing.home);
    let mut rebuilt = Rebuilt::default();
    for path in files_below(&home.sidecars())? {
        match Sidecar::read(&path) {
            Ok(sidecar) if sidecar.is_at_its_place(home, &path) => {
                rebuilt.calls += restore_payments(connection, &sidecar)?;
                if restore(connection, home, &sidecar)? {
                    rebuilt.jobs += 1;
                } else {
                    rebuilt.incomplete += 1;
                }
            }
            Ok(_) => rebuilt.unreadable += 1,
            Err(error) if error.is_verdict() => rebuilt.unreadable += 1,
            Err(error) => return Err(error),
        }
    }
    let (takes, unreadable) = takes::read_log(&home.take_log())?;
    for take in &takes {
        takes::store_take(connection, take)?;
    }
    rebuilt.takes = takes.len();
    rebuilt.unreadable += unreadable;
    // Decisions before the files that they settled.
    for import in [unknowns::import, recovery::import] {
        let (calls, unreadable) = import(writing)?;
        rebuilt.calls += calls;
        rebuilt.unreadable += unreadable;
    }
    Ok(if rebuilt == Rebuilt::default() { None } else { Some(rebuilt) })
}

/// Takes in what the stored files know and the database does not: an older one was put in the place of a newer one. The
/// file that others watch tells, for it holds the number of the newest event.
pub(in crate::store) fn catch_up(writing: &Writing<'_>) -> Result<()> {
    let (told, known) = (told(writing.home), events::last_seq(writing.connection)?);
    if told.is_some_and(|told| told > known) {
        tracing::warn!(told, known, "the database is older than the files of the studio, which are read again");
        import(writing)?;
    }
    Ok(())
}

/// The number of the newest event, as others were told of it.
pub(in crate::store) fn told(home: &Home) -> Option<i64> {
    std::fs::read_to_string(home.bump()).ok()?.trim().parse().ok()
}

/// Adds the job of a sidecar, or makes a known one done; false, and pending, when its files are not all there.
pub(in crate::store) fn restore(connection: &Connection, home: &Home, sidecar: &Sidecar) -> Result<bool> {
    connection
        .prepare_cached(
            "INSERT INTO job (key, kind, request_json, state) VALUES (?1, ?2, ?3, 'pending')
             ON CONFLICT DO UPDATE SET kind = excluded.kind, request_json = excluded.request_json",
        )?
        .execute(params![sidecar.key, kind_of(&sidecar.request), canonical_json(&sidecar.request)])?;
    let assets = Assets::new(home.clone());
    let complete =
        !sidecar.outputs.is_empty() && sidecar.outputs.iter().all(|output| assets.has(output.hash, output.bytes));
    if complete {
        store_done(connection, sidecar.key, &sidecar.outputs, sidecar.milliseconds, sidecar.made_at)?;
    }
    Ok(complete)
}

/// Adds what a sidecar says was paid, unless the ledger knows it. A call that the ledger doubts and the sidecar knows as
/// paid is paid. Returns how many were not known.
pub(in crate::store) fn restore_payments(connection: &Connection, sidecar: &Sidecar) -> Result<usize> {
    let mut added = 0;
    for payment in &sidecar.payments {
        let attempt = payment.clone().into_attempt(sidecar.key);
        if attempts::insert(connection, &attempt)?.is_some() {
            added += 1;
        } else {
            let is_news = connection
                .prepare_cached(
                    "UPDATE attempt SET state = 'paid', actual_micro = ?2, provider_request_id = ?3, http_status = ?4,
                         ended_at = ?5, why = NULL WHERE token = ?1 AND state = 'unknown'",
                )?
                .execute(params![
                    attempt.token,
                    attempt.actual.filter(|actual| *actual <= attempts::LARGEST_PRICE),
                    attempt.provider_request_id,
                    attempt.http_status,
                    attempt.ended_at
                ])?;
            if is_news > 0 {
                // No decision is waited for any more; another call in doubt still stops the job.
                leases::end_in(connection, attempt.key, "hold", "pending", None)?;
            }
        }
    }
    Ok(added)
}

/// Makes the job of a sidecar done, in a database that is in use; false when its files are not all there. What was paid
/// for it is in the ledger either way.
pub(in crate::store) fn adopt(writing: &Writing<'_>, sidecar: &Sidecar) -> Result<bool> {
    restore_payments(writing.connection, sidecar)?;
    let complete = restore(writing.connection, writing.home, sidecar)?;
    if complete {
        writing.record_job(EventKind::JobDone, sidecar.key)?;
    }
    Ok(complete)
}

/// Puts the database of a home aside, whatever state it is in, and opens one made anew from the stored files. No other
/// babblecast may have the home open.
pub fn rebuild_database(root: &Path) -> Result<(Store, Rebuilt)> {
    let home = Home::open(root)?;
    let damaged = crate::store::journal::handle::put_database_aside(&home)?;
    let (store, rebuilt) = Store::open(root)?;
    let damaged = damaged.map(|path| (path, "it was put aside on purpose".to_owned()));
    Ok((store, Rebuilt { damaged, ..rebuilt.unwrap_or_default() }))
}

/// The plain files of `folder/ab/…`, unfinished ones left out, in order of their names.
pub(in crate::store) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = |folder: &Path| -> Result<Vec<std::fs::DirEntry>> {
        let failed = |source| StoreError::file("listed", folder, source);
        let mut entries =
            std::fs::read_dir(folder).map_err(failed)?.collect::<std::io::Result<Vec<_>>>().map_err(failed)?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        Ok(entries)
    };
    let mut files = Vec::new();
    for shelf in entries(folder)? {
        if !shelf.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        for entry in entries(&shelf.path())? {
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !is_hidden && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}
