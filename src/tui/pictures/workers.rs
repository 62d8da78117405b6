//! The threads that make previews. They are few and stay: each thread that decodes large pictures keeps memory for the next
//! one, and a shared pool hands such work to any of its many threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

type Task = Box<dyn FnOnce() + Send>;

/// A pool of at most so many threads, each begun when it is first needed; without work they sleep.
pub struct Workers {
    most: usize,
    threads: usize,
    sender: Sender<Task>,
    tasks: Arc<Mutex<Receiver<Task>>>,
}

impl Workers {
    pub fn new(most: usize) -> Self {
        let (sender, tasks) = channel();
        Self { most, threads: 0, sender, tasks: Arc::new(Mutex::new(tasks)) }
    }

    /// Has something done on one of the threads; here, where the system gives none.
    pub fn run(&mut self, task: impl FnOnce() + Send + 'static) {
        if self.threads < self.most {
            let tasks = self.tasks.clone();
            let begun = thread::Builder::new().name("preview".to_owned()).spawn(move || work(&tasks));
            self.threads += usize::from(begun.is_ok());
        }
        if self.threads == 0 {
            task();
        } else {
            // It fails only when no thread is left, and none ends before the sender does.
            let _ = self.sender.send(Box::new(task));
        }
    }
}

fn work(tasks: &Mutex<Receiver<Task>>) {
    loop {
        let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = task else { return };
        // A picture that breaks its decoder takes no other picture with it.
        let _ = catch_unwind(AssertUnwindSafe(task));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn few_threads_do_all_the_work_and_outlive_a_panic() {
        // One for each thread.
        const PANICS: [u32; 2] = [3, 4];
        let mut workers = Workers::new(2);
        let (sender, done) = channel();
        for number in 0..20 {
            let sender = sender.clone();
            workers.run(move || {
                assert!(!PANICS.contains(&number), "on purpose");
                let _ = sender.send(thread::current().id());
            });
        }
        let threads: Vec<_> =
            (0..18).map(|_| done.recv_timeout(Duration::from_mins(1)).expect("a thread is left")).collect();
        let mut different = threads.clone();
        different.sort_by_key(|id| format!("{id:?}"));
        different.dedup();
        assert!(different.len() <= 2, "{different:?}");
    }
}
