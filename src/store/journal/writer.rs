//! The one thread that changes the database. Changes queue up in a channel; all that wait are committed in one
//! transaction and answered after it is durable. Each is applied on its own: one that fails takes no other with it.

use crate::store::ground::clock;
use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files::FileIdentity;
use crate::store::home::instance::Owner;
use crate::store::home::layout::Home;

/// So that the first of a long queue does not wait for the last.
const MOST_CHANGES_OF_A_COMMIT: usize = 512;

/// What a change may use.
pub(in crate::store) struct Writing<'a> {
    pub(in crate::store) connection: &'a Connection,
    pub(in crate::store) home: &'a Home,
    pub(in crate::store) owner: Owner,
    /// The file that is open; `None` while it is being opened.
    database: Option<FileIdentity>,
    /// Milliseconds since 1970.
    pub(in crate::store) now: i64,
    /// Number of this transaction among those of the writer, from 1.
    pub(in crate::store) transaction: u64,
    /// The last event written in this transaction.
    pub(in crate::store) last_event: Cell<Option<i64>>,
}

impl<'a> Writing<'a> {
    /// For the transaction that opens the database, before there is a writer.
    pub(in crate::store) fn opening(connection: &'a Connection, home: &'a Home, owner: Owner) -> Self {
        let (now, last_event) = (clock::now(), Cell::new(None));
        Self { connection, home, owner, database: None, now, transaction: 0, last_event }
    }

    /// Refuses to begin anything in a database that is not the one at its path any more: another program would not see
    /// it there, and do the same, and pay for it, once more.
    pub(in crate::store) fn check_place(&self) -> Result<()> {
        let path = self.home.database();
        match self.database {
            Some(open) if FileIdentity::of(&path)? != Some(open) => Err(StoreError::Replaced { path }),
            Some(_) | None => Ok(()),
        }
    }
}

/// A queued change, its type erased.
trait Change: Send {
    fn apply(&mut self, writing: &Writing<'_>);
    /// Why it failed, for everybody whom that concerns.
    fn failure(&self) -> Option<StoreError>;
    fn answer(self: Box<Self>, commit: std::result::Result<(), &StoreError>);
}

struct Queued<T, F> {
    change: Option<F>,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Change for Queued<T, F>
where
    T: Send,
    F: FnOnce(&Writing<'_>) -> Result<T> + Send,
{
    fn apply(&mut self, writing: &Writing<'_>) {
        if let Some(change) = self.change.take() {
            self.result = Some(in_savepoint(writing, change));
        }
    }

    fn failure(&self) -> Option<StoreError> {
        self.result.as_ref()?.as_ref().err().map(StoreError::for_all)
    }

    fn answer(self: Box<Self>, commit: std::result::Result<(), &StoreError>) {
        let result = match (commit, self.result) {
            (Ok(()), Some(result)) | (Err(_), Some(result @ Err(_))) => result,
            (Err(error), _) => Err(error.for_all()),
            (Ok(()), None) => Err(StoreError::Closed),
        };
        // The caller may have gone away.
        let _ = self.reply.send(result);
    }
}

fn in_savepoint<T>(writing: &Writing<'_>, change: impl FnOnce(&Writing<'_>) -> Result<T>) -> Result<T> {
    writing.connection.execute_batch("SAVEPOINT change")?;
    // A mistake in one change takes no other with it, nor the thread that all of them need.
    let result = std::panic::catch_unwind(AssertUnwindSafe(|| change(writing))).unwrap_or(Err(StoreError::Panicked));
    // A full or failing disk can end the whole transaction; then there is nothing left to release.
    if !writing.connection.is_autocommit() {
        if result.is_err() {
            writing.connection.execute_batch("ROLLBACK TO change")?;
        }
        writing.connection.execute_batch("RELEASE change")?;
    }
    result
}

/// The channel to the thread. Dropping it lets the queue run empty, closes the database and waits for that.
pub(in crate::store) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Change>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(in crate::store) fn start(connection: Connection, home: Home, owner: Owner) -> Result<Self> {
        let (queue, changes) = mpsc::channel();
        let database = FileIdentity::of(&home.database())?;
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || write_until_closed(connection, &home, owner, database, &changes))
            .map_err(|error| StoreError::Database { why: error.to_string() })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Queues a change; the answer comes when it is durable.
    pub(in crate::store) fn send<T, F>(&self, change: F) -> oneshot::Receiver<Result<T>>
    where
        T: Send + 'static,
        F: FnOnce(&Writing<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        if let Some(queue) = &self.queue {
            // When the thread is gone, so is `reply`, and the answer is an error.
            let _ = queue.send(Box::new(Queued { change: Some(change), result: None, reply }));
        }
        answer
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn write_until_closed(
    mut connection: Connection,
    home: &Home,
    owner: Owner,
    database: Option<FileIdentity>,
    changes: &mpsc::Receiver<Box<dyn Change>>,
) {
    let mut transaction = 0;
    while let Ok(first) = changes.recv() {
        let mut batch = vec![first];
        batch.extend(changes.try_iter().take(MOST_CHANGES_OF_A_COMMIT - 1));
        transaction += 1;
        let committed = commit(&mut connection, home, owner, database, transaction, &mut batch);
        if let Ok(Some(seq)) = committed {
            touch(&home.bump(), seq);
        }
        for change in batch {
            change.answer(committed.as_ref().map(|_| ()));
        }
    }
    // The name stays in the table: it is held until this connection is closed, and a living program that the table does
    // not name is taken for one that has another database open. The next one that opens the home forgets it.
    let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    if let Err((_, error)) = connection.close() {
        tracing::warn!(%error, "the database did not close cleanly");
    }
}

/// Applies all changes in one transaction and returns the last event written.
fn commit(
    connection: &mut Connection,
    home: &Home,
    owner: Owner,
    database: Option<FileIdentity>,
    transaction: u64,
    batch: &mut [Box<dyn Change>],
) -> Result<Option<i64>> {
    let open = Transaction::new(connection, TransactionBehavior::Immediate)?;
    let (now, last_event) = (clock::now(), Cell::new(None));
    let writing = Writing { connection: &open, home, owner, database, now, transaction, last_event };
    tracing::trace!(transaction = writing.transaction, changes = batch.len(), "committing");
    for change in batch {
        change.apply(&writing);
        if open.is_autocommit() {
            let why = "a write ended the transaction".to_owned();
            return Err(change.failure().unwrap_or(StoreError::Database { why }));
        }
    }
    let last_event = writing.last_event.get();
    open.commit()?;
    Ok(last_event)
}

/// Tells other processes that something was committed. Rewritten in place, so that a watch on it stays.
pub(in crate::store) fn touch(bump: &Path, seq: i64) {
    if let Err(error) = std::fs::write(bump, seq.to_string()) {
        tracing::warn!(%error, "other babblecasts may show this change late");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::home::instance::Instance;
    use crate::store::journal::schema;

    fn writer(home: &Home) -> (Writer, Instance) {
        let instance = Instance::start(home).unwrap();
        let connection = schema::open_for_writing(&home.database(), schema::PATIENCE).unwrap();
        schema::prepare_tables(&connection, &home.database()).unwrap();
        (Writer::start(connection, home.clone(), instance.owner).unwrap(), instance)
    }

    fn insert(writing: &Writing<'_>, id: &str) -> Result<u64> {
        writing.connection.execute("INSERT INTO campaign VALUES (?1, 0)", [id])?;
        Ok(writing.transaction)
    }

    /// A change that has begun and waits for a word; what is sent meanwhile queues up.
    fn keep_busy(writer: &Writer) -> (oneshot::Receiver<Result<u64>>, mpsc::Sender<()>) {
        let (begin, begun) = mpsc::channel();
        let (go, wait) = mpsc::channel();
        let busy = writer.send(move |writing| {
            begin.send(()).unwrap();
            wait.recv().unwrap();
            Ok(writing.transaction)
        });
        begun.recv().unwrap();
        (busy, go)
    }

    #[test]
    fn changes_that_wait_are_committed_together() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        let (writer, _instance) = writer(&home);
        let (busy, go) = keep_busy(&writer);
        let queued: Vec<_> = (0..300).map(|n| writer.send(move |writing| insert(writing, &format!("c{n}")))).collect();
        go.send(()).unwrap();
        assert_eq!(busy.blocking_recv().unwrap().unwrap(), 1);
        for answer in queued {
            assert_eq!(answer.blocking_recv().unwrap().unwrap(), 2);
        }
    }

    #[test]
    fn a_change_that_fails_undoes_itself_alone() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        let (writer, _instance) = writer(&home);
        let (busy, go) = keep_busy(&writer);
        let good = writer.send(|writing| insert(writing, "good"));
        let bad = writer.send(|writing| {
            insert(writing, "half")?;
            insert(writing, "good")
        });
        let last = writer.send(|writing| insert(writing, "last"));
        go.send(()).unwrap();
        busy.blocking_recv().unwrap().unwrap();
        good.blocking_recv().unwrap().unwrap();
        bad.blocking_recv().unwrap().unwrap_err();
        last.blocking_recv().unwrap().unwrap();
        drop(writer);
        let connection = schema::open_for_reading(&home.database(), schema::PATIENCE).unwrap();
        let ids: Vec<String> = connection
            .prepare("SELECT id FROM campaign ORDER BY id")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        assert_eq!(ids, ["good", "last"]);
    }

    #[test]
    fn closing_writes_everything_that_waits_and_empties_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        let (writer, _instance) = writer(&home);
        let answers: Vec<_> = (0..50).map(|n| writer.send(move |writing| insert(writing, &format!("c{n}")))).collect();
        drop(writer);
        assert!(answers.into_iter().all(|answer| answer.blocking_recv().unwrap().is_ok()));
        assert!(!home.root().join("studio.db-wal").exists(), "the write-ahead log was not merged");
    }

    #[test]
    fn a_mistake_in_one_change_is_told_as_one_and_takes_no_other_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        let (writer, _instance) = writer(&home);
        let (busy, go) = keep_busy(&writer);
        let bad = writer.send(|writing| -> Result<u64> {
            insert(writing, "half")?;
            panic!("a mistake");
        });
        let last = writer.send(|writing| insert(writing, "half"));
        go.send(()).unwrap();
        busy.blocking_recv().unwrap().unwrap();
        assert!(matches!(bad.blocking_recv().unwrap(), Err(StoreError::Panicked)));
        last.blocking_recv().unwrap().unwrap();
    }

    #[test]
    fn what_ended_a_transaction_is_told_to_all_in_its_own_words() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        let (writer, _instance) = writer(&home);
        let (busy, go) = keep_busy(&writer);
        let good = writer.send(|writing| insert(writing, "good"));
        let bad = writer.send(|writing| -> Result<u64> {
            // As SQLite does by itself when the disk fails in the middle of a write.
            writing.connection.execute_batch("ROLLBACK")?;
            let failure = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_WRITE);
            Err(rusqlite::Error::SqliteFailure(failure, Some("disk I/O error".to_owned())).into())
        });
        go.send(()).unwrap();
        busy.blocking_recv().unwrap().unwrap();
        let said = [good, bad].map(|answer| answer.blocking_recv().unwrap().unwrap_err().to_string());
        assert!(said.iter().all(|said| said.contains("disk I/O error (SQLite code 778)")), "{said:?}");
        writer.send(|writing| insert(writing, "good")).blocking_recv().unwrap().unwrap();
    }
}
