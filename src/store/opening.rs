//! How a home is opened, and its database made, judged, rebuilt or put aside, before anything else is asked of it.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::content::assets::Assets;
use super::ground::clock;
use super::ground::error::{Result, StoreError};
use super::home::in_hand::Observer;
use super::home::instance::{self, Instance, Owner};
use super::home::layout::{Home, free_name};
use super::home::privacy;
use super::journal::events;
use super::journal::handle::Journal;
use super::journal::schema::{self, Before};
use super::journal::writer::{self, Writing};
use super::payments::recovery;
use super::studio::Store;
use super::upkeep::rebuild::{self, Rebuilt};

impl Store {
    /// Opens the studio below `root`, making it where it is missing. The second value tells of a database that had to
    /// be rebuilt. Blocks: call it outside of the async runtime's threads.
    pub fn open(root: &Path) -> Result<(Self, Option<Rebuilt>)> {
        let home = Home::open(root)?;
        let (journal, rebuilt) = Journal::open(&home)?;
        privacy::close(&home);
        Ok((Self { assets: Assets::new(home.clone()), home, journal }, rebuilt))
    }
}

impl Journal {
    /// Opens or makes the database. One that was deleted, or that is no database any more (it is moved aside), is rebuilt
    /// from the stored files; the second value tells of that. Refused while another program has the home open whose
    /// database this is not. Blocks: call it outside of the async runtime's threads.
    pub(crate) fn open(home: &Home) -> Result<(Self, Option<Rebuilt>)> {
        Self::open_patiently(home, schema::PATIENCE)
    }

    /// Waits only so long for programs that keep the database busy.
    pub(in crate::store) fn open_patiently(home: &Home, patience: Duration) -> Result<(Self, Option<Rebuilt>)> {
        let opening = lock_opening(home)?;
        instance::sweep(home)?;
        keep_bump(home)?;
        let others = instance::living(home)?;
        let instance = Instance::start(home)?;
        let observer = Observer::new(home.clone(), instance.owner);
        let (connection, rebuilt) =
            match open_database(&observer, &others, patience).map_err(|error| judge_access(&home.database(), error)) {
                Err(StoreError::NotADatabase { why }) => {
                    refuse_while_used(home, &others, &format!("is damaged ({why})"))?;
                    let damaged = move_database_aside(home)?;
                    let (connection, rebuilt) = open_database(&observer, &others, patience)?;
                    let rebuilt = Rebuilt { damaged: Some((damaged, why)), ..rebuilt.unwrap_or_default() };
                    (connection, Some(rebuilt))
                }
                opened => opened?,
            };
        let reader = || schema::open_for_reading(&home.database(), patience);
        let journal = Self::over(connection, [reader()?, reader()?], instance, observer)?;
        drop(opening);
        Ok((journal, rebuilt))
    }
}

/// Puts the database of a home aside, whatever state it is in, and opens one made again from the stored files. No other
/// babblecast may have the home open.
pub fn rebuild_database(root: &Path) -> Result<(Store, Rebuilt)> {
    let home = Home::open(root)?;
    let damaged = put_database_aside(&home)?;
    let (store, rebuilt) = Store::open(root)?;
    let damaged = damaged.map(|path| (path, "it was put aside on purpose".to_owned()));
    Ok((store, Rebuilt { damaged, ..rebuilt.unwrap_or_default() }))
}

/// Only one process at a time opens, migrates or rebuilds.
fn lock_opening(home: &Home) -> Result<File> {
    let path = home.opening_lock();
    let failed = |source| StoreError::file("locked", &path, source);
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}

fn keep_bump(home: &Home) -> Result<()> {
    let path = home.bump();
    let opened = OpenOptions::new().append(true).create(true).open(&path);
    opened.map(drop).map_err(|source| StoreError::file("written", &path, source))
}

/// Refuses to make or to judge a database while another program may have the home open: what that one does would be
/// unknown here, and paid for twice.
fn refuse_while_used(home: &Home, others: &[(Owner, Option<StoreError>)], what: &str) -> Result<()> {
    let path = home.database();
    match others.first() {
        None => Ok(()),
        Some((_, None)) => Err(StoreError::InUse { path, what: what.to_owned() }),
        Some((_, Some(error))) => {
            let why = format!("it {what}, and whether another babblecast is using it cannot be seen: {error}");
            Err(StoreError::Refused { what: path.display().to_string(), why })
        }
    }
}

/// Tables, the rebuild of an empty database, what dead processes left and this process's name come in one transaction: a
/// kill in between leaves an empty database, which is rebuilt the next time.
fn open_database(
    observer: &Observer,
    others: &[(Owner, Option<StoreError>)],
    patience: Duration,
) -> Result<(Connection, Option<Rebuilt>)> {
    let (home, owner) = (&observer.home, observer.owner);
    let path = home.database();
    match std::fs::metadata(&path) {
        Ok(facts) if facts.is_file() => {}
        Ok(_) => return Err(StoreError::NotADatabase { why: "it is no file".to_owned() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => refuse_while_used(home, others, "is missing")?,
        Err(error) => return Err(StoreError::file("opened", &path, error)),
    }
    let mut connection = schema::open_for_writing(&path, patience)?;
    let open = Transaction::new(&mut connection, TransactionBehavior::Immediate)?;
    let before = schema::prepare_tables(&open, &path)?;
    refuse_strangers(&open, home, others)?;
    let writing = Writing::opening(&open, home, owner);
    let rebuilt = match before {
        Before::Empty => rebuild::import(&writing)?,
        Before::Used => {
            rebuild::catch_up(&writing)?;
            None
        }
    };
    forget_dead_instances(&open, home)?;
    recovery::at_opening(&writing, observer)?;
    let last_event = events::last_seq(&open)?;
    open.execute(
        "INSERT INTO instance (owner, pid, host, started_at) VALUES (?1, ?2, ?3, ?4)",
        params![owner, std::process::id(), host_name(), clock::now()],
    )?;
    open.commit()?;
    if rebuild::told(home) != Some(last_event) {
        writer::touch(&home.bump(), last_event);
    }
    Ok((connection, rebuilt))
}

/// A file that can be written, but not by SQLite, says so in its damaged header.
fn judge_access(path: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::NoAccess { why, code: rusqlite::ffi::SQLITE_READONLY }
            if OpenOptions::new().read(true).write(true).open(path).is_ok() =>
        {
            StoreError::NotADatabase { why }
        }
        error => error,
    }
}

/// A living program that this database does not know has another one open, which was deleted, moved or replaced.
fn refuse_strangers(connection: &Connection, home: &Home, others: &[(Owner, Option<StoreError>)]) -> Result<()> {
    let known = instances(connection)?;
    for other in others.iter().filter(|(owner, _)| !known.contains(owner)) {
        let what = "is not the database that the other one has open (that was deleted, moved or replaced)";
        refuse_while_used(home, std::slice::from_ref(other), what)?;
    }
    Ok(())
}

fn instances(connection: &Connection) -> Result<Vec<Owner>> {
    let mut query = connection.prepare("SELECT owner FROM instance")?;
    let owners = query.query_map([], |row| row.get(0))?;
    Ok(owners.collect::<rusqlite::Result<_>>()?)
}

fn forget_dead_instances(connection: &Connection, home: &Home) -> Result<()> {
    for owner in instances(connection)?.into_iter().filter(|owner| !instance::is_alive(home, *owner)) {
        connection.execute("DELETE FROM instance WHERE owner = ?1", [owner])?;
    }
    Ok(())
}

/// What this machine calls itself.
pub(crate) fn host_name() -> String {
    #[cfg(unix)]
    return rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

/// Puts the database aside on purpose; `None` when there is none. Refused while any babblecast has the home open.
fn put_database_aside(home: &Home) -> Result<Option<PathBuf>> {
    let _opening = lock_opening(home)?;
    refuse_while_used(home, &instance::living(home)?, "would be put aside")?;
    if home.database().symlink_metadata().is_ok() { move_database_aside(home).map(Some) } else { Ok(None) }
}

/// Renames the database and its log to `studio.db.damaged`, so that nothing of it is lost.
fn move_database_aside(home: &Home) -> Result<PathBuf> {
    let database = home.database();
    let aside = free_name(&database.with_file_name("studio.db.damaged"));
    let with_ending = |path: &Path, ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    for ending in ["-wal", "-shm", ""] {
        let from = with_ending(&database, ending);
        if from.symlink_metadata().is_ok() {
            let moved = std::fs::rename(&from, with_ending(&aside, ending));
            moved.map_err(|source| StoreError::file("moved aside", &from, source))?;
        }
    }
    Ok(aside)
}
