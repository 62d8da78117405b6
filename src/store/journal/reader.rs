//! The threads that read the database, for views: their connections can change nothing, and no caller of an async function
//! ever waits for the disk. There are two, so that a short question is answered while a long one is.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::ground::error::{Result, StoreError};

/// How many connections read at once.
pub(in crate::store) const READERS: usize = 2;

type Question = Box<dyn FnOnce(&Connection) + Send>;

/// The channel to the threads. Dropping it answers what was asked, closes the connections and waits for that.
pub(in crate::store) struct Reader {
    queue: Option<mpsc::Sender<Question>>,
    threads: Vec<JoinHandle<()>>,
}

impl Reader {
    /// A thread for each of these connections to one database.
    pub(in crate::store) fn start(connections: [Connection; READERS]) -> Result<Self> {
        let (queue, questions) = mpsc::channel::<Question>();
        let questions = Arc::new(Mutex::new(questions));
        let mut reader = Self { queue: Some(queue), threads: Vec::new() };
        for connection in connections {
            let questions = questions.clone();
            let thread = std::thread::Builder::new()
                .name("journal-view".to_owned())
                .spawn(move || answer(&connection, &questions))
                .map_err(|error| StoreError::Database { why: error.to_string() })?;
            reader.threads.push(thread);
        }
        Ok(reader)
    }

    pub(in crate::store) fn send<T, F>(&self, read: F) -> oneshot::Receiver<Result<T>>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        if let Some(queue) = &self.queue {
            // When the threads are gone, so is `reply`, and the answer is an error.
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
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Answers one question after the other until nobody can ask any more.
fn answer(connection: &Connection, questions: &Mutex<mpsc::Receiver<Question>>) {
    loop {
        // Held only until the next question comes: the other thread waits for the one behind it.
        let next = questions.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(question) = next else { return };
        question(connection);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader() -> Reader {
        Reader::start([(); READERS].map(|()| Connection::open_in_memory().unwrap())).unwrap()
    }

    #[test]
    fn a_short_question_does_not_wait_for_a_long_one() {
        let reader = reader();
        let (go_on, waits) = mpsc::channel::<()>();
        let long = reader.send(move |_| Ok(waits.recv().is_ok()));
        assert_eq!(reader.send(|_| Ok(7)).blocking_recv().unwrap().unwrap(), 7);
        go_on.send(()).unwrap();
        assert!(long.blocking_recv().unwrap().unwrap());
    }

    #[test]
    fn a_mistake_in_a_question_is_told_as_one_and_the_next_is_answered() {
        let reader = reader();
        let bad = reader.send(|_| -> Result<u64> { panic!("a mistake") });
        assert!(matches!(bad.blocking_recv().unwrap(), Err(StoreError::Panicked)));
        assert_eq!(reader.send(|_| Ok(7)).blocking_recv().unwrap().unwrap(), 7);
    }
}
