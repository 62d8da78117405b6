//! Who makes clips: a thread for each, and helpers that draw and encode with it as long as a processor has nothing to
//! do. The maker of a clip holds a permit for all of that time; `chunks` acquires those of helpers. Counts over all clips
//! of this program. No pool of rayon: pictures leave in order and few are held at once, so the maker of a clip has to wait
//! for a certain chunk, and a thread of such a pool that waits is one that draws nothing.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The permits at the processors of one machine.
pub struct WorkerPool {
    permits: OnceLock<usize>,
    taken: AtomicUsize,
}

/// The pool of this machine.
pub static WORKERS: WorkerPool = WorkerPool { permits: OnceLock::new(), taken: AtomicUsize::new(0) };

/// One thread's permit; free again when dropped.
pub struct Permit<'a>(&'a WorkerPool);

impl WorkerPool {
    #[cfg(test)]
    pub fn of(permits: usize) -> WorkerPool {
        WorkerPool { permits: OnceLock::from(permits), taken: AtomicUsize::new(0) }
    }

    /// A permit for a clip's own thread, which works whether or not a processor is free.
    pub fn acquire(&self) -> Permit<'_> {
        self.taken.fetch_add(1, Ordering::Relaxed);
        Permit(self)
    }

    /// A permit for a helper, if a processor has nothing to do.
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let permits = self.permits();
        let next = |taken| (taken < permits).then_some(taken + 1);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok().map(|_| Permit(self))
    }

    pub fn has_free(&self) -> bool {
        self.taken.load(Ordering::Relaxed) < self.permits()
    }

    /// Whether there are more threads than processors: then helpers leave.
    pub fn is_crowded(&self) -> bool {
        self.taken.load(Ordering::Relaxed) > self.permits()
    }

    fn permits(&self) -> usize {
        *self.permits.get_or_init(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helpers_come_while_a_processor_is_free_and_are_told_when_none_is() {
        let pool = WorkerPool::of(2);
        let own = pool.acquire();
        let helper = pool.try_acquire().expect("one of two is free");
        assert!(pool.try_acquire().is_none() && !pool.is_crowded());
        let other_clip = pool.acquire();
        assert!(pool.is_crowded());
        drop(helper);
        assert!(!pool.is_crowded() && pool.try_acquire().is_none());
        drop((own, other_clip));
        assert_eq!(pool.taken.load(Ordering::Relaxed), 0);
    }
}
