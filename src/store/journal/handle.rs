//! The handle to `studio.db`: the way questions and changes reach their threads, and closing. It is opened in
//! `store::opening`; what can be asked lies where it belongs, one idea a file: runs, leases, states, takes, events.

use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::reader::{READERS, Reader};
use super::writer::{Writer, Writing};
use crate::store::ground::error::{Result, StoreError};
use crate::store::home::in_hand::Observer;
use crate::store::home::instance;
use crate::store::home::instance::{Instance, Owner};
use crate::store::home::layout::Home;

/// The studio's memory of jobs, runs and takes. Cheap to clone; dropping the last one finishes what is queued, closes the
/// database and frees this process's name.
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

/// Dropped in this order: the log can be merged only after the readers have closed, and the name is free only after
/// everything is written.
struct Inner {
    reader: Reader,
    writer: Writer,
    instance: Instance,
    observer: Observer,
}

impl Journal {
    /// The handle to an open database.
    pub(in crate::store) fn over(
        connection: Connection,
        readers: [Connection; READERS],
        instance: Instance,
        observer: Observer,
    ) -> Result<Self> {
        let writer = Writer::start(connection, observer.home.clone(), instance.owner)?;
        let reader = Reader::start(readers)?;
        Ok(Self { inner: Arc::new(Inner { reader, writer, instance, observer }) })
    }

    /// The name of this process in leases and events.
    pub(crate) fn owner(&self) -> Owner {
        self.inner.instance.owner
    }

    /// Resolves when another process has ended, however it ended; no polling. A lease that it held can then be claimed.
    pub(crate) async fn wait_until_gone(&self, owner: Owner) {
        let home = self.home().clone();
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

    pub(in crate::store) fn observer(&self) -> Observer {
        self.inner.observer.clone()
    }

    pub(in crate::store) fn home(&self) -> &Home {
        &self.inner.observer.home
    }

    pub(in crate::store) async fn write<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Writing<'_>) -> Result<T> + Send + 'static,
    {
        self.inner.writer.send(change).await.unwrap_or(Err(StoreError::Closed))
    }

    /// The same for a thread that may wait; panics on a thread of the async runtime.
    pub(in crate::store) fn blocking_write<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Writing<'_>) -> Result<T> + Send + 'static,
    {
        self.inner.writer.send(change).blocking_recv().unwrap_or(Err(StoreError::Closed))
    }

    pub(in crate::store) async fn read<T, F>(&self, question: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.inner.reader.send(question).await.unwrap_or(Err(StoreError::Closed))
    }

    /// The same for a thread that may wait; panics on a thread of the async runtime.
    pub(in crate::store) fn blocking_read<T, F>(&self, question: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.inner.reader.send(question).blocking_recv().unwrap_or(Err(StoreError::Closed))
    }
}
