//! The one thread that reads the database, for views: its connection can change nothing, and no caller of an async
//! function ever waits for the disk.

use std::panic::AssertUnwindSafe;
use std::sync::mpsc;
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::ground::error::{Result, StoreError};

type Question = Box<dyn FnOnce(&Connection) + Send>;

/// The channel to the thread. Dropping it answers what was asked, closes the connection and waits for that.
pub(in crate::store) struct Reader {
    queue: Option<mpsc::Sender<Question>>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    pub(in crate::store) fn start(connection: Connection) -> Result<Self> {
        let (queue, questions) = mpsc::channel::<Question>();
        let thread = std::thread::Builder::new()
            .name("journal-view".to_owned())
            .spawn(move || questions.iter().for_each(|question| question(&connection)))
            .map_err(|error| StoreError::Database { why: error.to_string() })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(in crate::store) fn send<T, F>(&self, read: F) -> oneshot::Receiver<Result<T>>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        if let Some(queue) = &self.queue {
            // When the thread is gone, so is `reply`, and the answer is an error.
            let _ = queue.send(Box::new(move |connection: &Connection| {
                let read = std::panic::catch_unwind(AssertUnwindSafe(|| read(connection)));
                let _ = reply.send(read.unwrap_or(Err(StoreError::Panicked)));
            }));
        }
        answer
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_a_question_is_told_as_one_and_the_next_is_answered() {
        let reader = Reader::start(Connection::open_in_memory().unwrap()).unwrap();
        let bad = reader.send(|_| -> Result<u64> { panic!("a mistake") });
        assert!(matches!(bad.blocking_recv().unwrap(), Err(StoreError::Panicked)));
        assert_eq!(reader.send(|_| Ok(7)).blocking_recv().unwrap().unwrap(), 7);
    }
}
