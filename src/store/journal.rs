//! The handle to `studio.db`: opening, closing, and the way questions and changes reach their threads. What can be asked
//! lies beside this file, one idea each: runs, leases, states, takes, events.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use tokio::sync::oneshot;

use super::attempts::{CallsInHand, Observer};
use super::error::{Result, StoreError};
use super::home::{Home, free_name};
use super::instance::{self, Instance, Owner};
use super::reader::Reader;
use super::rebuild::{self, Rebuilt};
use super::recovery;
use super::schema::{self, Before};
use super::writer::{self, Writer, Writing};

/// The studio's memory of jobs, runs and takes. Cheap to clone; dropping the last one finishes what is queued, closes the
/// database and frees this process's name.
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

/// Dropped in this order: the log can be merged only after the reader has closed, and the name is free only after
/// everything is written.
struct Inner {
    reader: Reader,
    writer: Writer,
    instance: Instance,
    calls: CallsInHand,
    home: Home,
}

impl Journal {
    /// Opens or makes the database. One that was deleted, or that is no database any more (it is moved aside), is rebuilt
    /// from the sidecars; the second value tells of that. Blocks: call it outside of the async runtime's threads.
    pub fn open(home: &Home) -> Result<(Self, Option<Rebuilt>)> {
        let opening = lock_opening(home)?;
        instance::sweep(home)?;
        keep_bump(home)?;
        let instance = Instance::start(home)?;
        let (connection, rebuilt) = match open_database(home, instance.owner) {
            Err(StoreError::NotADatabase { .. }) => {
                let damaged = move_database_aside(home)?;
                let (connection, rebuilt) = open_database(home, instance.owner)?;
                let rebuilt = Rebuilt { damaged: Some(damaged), ..rebuilt.unwrap_or_default() };
                (connection, Some(rebuilt))
            }
            opened => opened?,
        };
        let writer = Writer::start(connection, home.clone(), instance.owner)?;
        let reader = Reader::start(schema::open_for_reading(&home.database())?)?;
        drop(opening);
        let inner = Inner { reader, writer, instance, calls: CallsInHand::default(), home: home.clone() };
        Ok((Self { inner: Arc::new(inner) }, rebuilt))
    }

    /// The name of this process in leases and events.
    pub fn owner(&self) -> Owner {
        self.inner.instance.owner
    }

    /// Resolves when another process has ended, however it ended; no polling. A lease that it held can then be claimed.
    pub async fn wait_until_gone(&self, owner: Owner) {
        let home = self.inner.home.clone();
        let (reply, gone) = oneshot::channel();
        // A thread of its own: it may wait for hours, and must not keep the runtime from stopping.
        let thread = std::thread::Builder::new().name("journal-wait".to_owned()).spawn(move || {
            instance::wait_until_gone(&home, owner);
            let _ = reply.send(());
        });
        if thread.is_ok() {
            let _ = gone.await;
        }
    }

    pub(super) fn observer(&self) -> Observer {
        Observer { home: self.inner.home.clone(), owner: self.owner(), calls: self.inner.calls.clone() }
    }

    pub(super) fn home(&self) -> &Home {
        &self.inner.home
    }

    pub(super) async fn write<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Writing<'_>) -> Result<T> + Send + 'static,
    {
        self.inner.writer.send(change).await.unwrap_or(Err(StoreError::Closed))
    }

    /// The same for a thread that may wait; panics on a thread of the async runtime.
    pub(super) fn blocking_write<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Writing<'_>) -> Result<T> + Send + 'static,
    {
        self.inner.writer.send(change).blocking_recv().unwrap_or(Err(StoreError::Closed))
    }

    pub(super) async fn read<T, F>(&self, question: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.inner.reader.send(question).await.unwrap_or(Err(StoreError::Closed))
    }

    /// The same for a thread that may wait; panics on a thread of the async runtime.
    pub(super) fn blocking_read<T, F>(&self, question: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.inner.reader.send(question).blocking_recv().unwrap_or(Err(StoreError::Closed))
    }
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

/// Tables, the rebuild of an empty database, what dead processes left and this process's name come in one transaction: a kill in between leaves
/// an empty database, which is rebuilt the next time.
fn open_database(home: &Home, owner: Owner) -> Result<(Connection, Option<Rebuilt>)> {
    let path = home.database();
    let mut connection = schema::open_for_writing(&path)?;
    let open = Transaction::new(&mut connection, TransactionBehavior::Immediate)?;
    let rebuilt = match schema::migrate(&open, &path)? {
        Before::Empty => rebuild::import(&open, home)?,
        Before::Used => None,
    };
    forget_dead_instances(&open, home)?;
    let writing = Writing::opening(&open, home, owner);
    recovery::at_opening(&writing, &Observer { home: home.clone(), owner, calls: CallsInHand::default() })?;
    let last_event = writing.last_event.get();
    open.execute(
        "INSERT INTO instance (owner, pid, host, started_at) VALUES (?1, ?2, ?3, ?4)",
        params![owner, std::process::id(), host_name(), super::now()],
    )?;
    open.commit()?;
    if let Some(seq) = last_event {
        writer::touch(&home.bump(), seq);
    }
    Ok((connection, rebuilt))
}

fn forget_dead_instances(connection: &Connection, home: &Home) -> Result<()> {
    let mut query = connection.prepare("SELECT owner FROM instance")?;
    let owners: Vec<Owner> = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for owner in owners.into_iter().filter(|owner| !instance::is_alive(home, *owner)) {
        connection.execute("DELETE FROM instance WHERE owner = ?1", [owner])?;
    }
    Ok(())
}

fn host_name() -> String {
    #[cfg(unix)]
    return rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

/// Puts the database aside on purpose; `None` when there is none. Refused while any babblecast has the home open.
pub(super) fn put_database_aside(home: &Home) -> Result<Option<PathBuf>> {
    let _opening = lock_opening(home)?;
    if instance::any_alive(home)? {
        let why = "another babblecast is using it; end that one first".to_owned();
        return Err(StoreError::Refused { what: home.database().display().to_string(), why });
    }
    if home.database().exists() { move_database_aside(home).map(Some) } else { Ok(None) }
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
        if from.exists() {
            let moved = std::fs::rename(&from, with_ending(&aside, ending));
            moved.map_err(|source| StoreError::file("moved aside", &from, source))?;
        }
    }
    Ok(aside)
}
