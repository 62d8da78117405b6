//! Fills a database from the sidecars, the files of unsettled calls and the logs of takes and decisions: an empty one, or
//! one that is older than they are. What cannot come back: the history of runs, and failures; both are told again by the
//! next run.

use std::path::PathBuf;

use crate::store::content::sidecar::Sidecar;
use crate::store::ground::error::Result;
use crate::store::ground::files::files_below;
use crate::store::home::layout::Home;
use crate::store::jobs::adopt::{restore, restore_payments};
use crate::store::jobs::takes;
use crate::store::journal::events;
use crate::store::journal::writer::Writing;
use crate::store::payments::{recovery, unknowns};

/// What a rebuild found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rebuilt {
    /// Jobs that are done again.
    pub jobs: usize,
    /// Jobs whose files are not all there; they are made again.
    pub incomplete: usize,
    /// Takes of all campaigns that are known again.
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
