//! Large values whose memory is given back on a thread of its own. A campaign of ten thousand scenes is a hundred thousand
//! allocations: the holder of the last reference, the studio at a key press or the engine between two messages,
//! would stand still for tens of milliseconds.

use std::any::Any;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};

/// A boxed value that is dropped on another thread.
#[derive(Debug)]
pub struct DropAside<T: Send + 'static>(
    /// Taken out only while it is dropped.
    Option<Box<T>>,
);

impl<T: Send + 'static> DropAside<T> {
    /// Boxes the value.
    pub fn new(value: T) -> Self {
        Self(Some(Box::new(value)))
    }
}

impl<T: Send + 'static> Deref for DropAside<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or_else(|| unreachable!("a value is taken out only while it is dropped"))
    }
}

impl<T: Send + 'static> DerefMut for DropAside<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_deref_mut().unwrap_or_else(|| unreachable!("a value is taken out only while it is dropped"))
    }
}

impl<T: Clone + Send + 'static> Clone for DropAside<T> {
    fn clone(&self) -> Self {
        Self::new(T::clone(self))
    }
}

impl<T: Send + 'static> Drop for DropAside<T> {
    fn drop(&mut self) {
        if let (Some(value), Some(dropper)) = (self.0.take(), dropper()) {
            // A thread that is gone gives the value back, and it is dropped here.
            drop(dropper.send(value));
        }
    }
}

/// The thread that drops, started at the first need; it sleeps while there is nothing to drop. `None` where no thread can be
/// started: values are dropped where they are.
fn dropper() -> Option<&'static Sender<Box<dyn Any + Send>>> {
    static DROPPER: OnceLock<Option<Sender<Box<dyn Any + Send>>>> = OnceLock::new();
    let start = || {
        let (sender, values) = channel();
        let work = move || values.into_iter().for_each(drop);
        std::thread::Builder::new().name("dropping".to_owned()).spawn(work).ok().map(|_| sender)
    };
    DROPPER.get_or_init(start).as_ref()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Sender;
    use std::thread::{Thread, current};

    use super::*;

    struct Telling(Sender<Thread>);

    impl Drop for Telling {
        fn drop(&mut self) {
            let _ = self.0.send(current());
        }
    }

    #[test]
    fn a_value_is_dropped_once_and_by_another_thread() {
        let (told, threads) = channel();
        drop(DropAside::new(Telling(told)));
        let by: Vec<Thread> = threads.into_iter().collect();
        assert_eq!(by.len(), 1);
        assert_ne!(by[0].id(), current().id());
    }
}
