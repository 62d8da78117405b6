//! Fills an empty database from the sidecars, the files of unsettled calls and the logs of takes and decisions. What cannot come back: the history of runs, and
//! failures; both are told again by the next run.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::assets::Assets;
use super::attempts;
use super::error::{Result, StoreError};
use super::events::EventKind;
use super::home::Home;
use super::leases::store_done;
use super::recovery;
use super::runs::kind_of;
use super::sidecar::Sidecar;
use super::studio::Store;
use super::takes;
use super::unknowns;
use super::writer::Writing;
use crate::plan::canonical_json;

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
    /// Where the damaged database lies now; `None` where there was none at all.
    pub damaged: Option<PathBuf>,
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
        if let Some(damaged) = damaged {
            write!(f, ". The damaged database is kept as {}", damaged.display())?;
        }
        Ok(())
    }
}

/// Imports everything; `None` when there is nothing, as in a new home.
pub(super) fn import(connection: &Connection, home: &Home) -> Result<Option<Rebuilt>> {
    let mut rebuilt = Rebuilt::default();
    for path in files_below(&home.sidecars())? {
        match Sidecar::read(&path) {
            Ok(sidecar) if sidecar.is_at_its_place(home, &path) => {
                for payment in sidecar.payments.clone() {
                    rebuilt.calls +=
                        usize::from(attempts::insert(connection, &payment.into_attempt(sidecar.key))?.is_some());
                }
                if restore(connection, home, &sidecar)? {
                    rebuilt.jobs += 1;
                } else {
                    rebuilt.incomplete += 1;
                }
            }
            Ok(_) | Err(_) => rebuilt.unreadable += 1,
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
        let (calls, unreadable) = import(connection, home)?;
        rebuilt.calls += calls;
        rebuilt.unreadable += unreadable;
    }
    Ok(if rebuilt == Rebuilt::default() { None } else { Some(rebuilt) })
}

/// Adds the job of a sidecar, or makes a known one done; false, and pending, when its files are not all there.
pub(super) fn restore(connection: &Connection, home: &Home, sidecar: &Sidecar) -> Result<bool> {
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

/// Makes the job of a sidecar done, in a database that is in use; false when its files are not all there.
pub(super) fn adopt(writing: &Writing<'_>, sidecar: &Sidecar) -> Result<bool> {
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
    let damaged = super::journal::put_database_aside(&home)?;
    let (store, rebuilt) = Store::open(root)?;
    Ok((store, Rebuilt { damaged, ..rebuilt.unwrap_or_default() }))
}

/// The plain files of `folder/ab/…`, unfinished ones left out, in order of their names.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
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
