//! Who makes clips: a thread for each, and helpers that draw and encode with it as long as a processor has nothing to
//! do. The maker of a clip holds a permit for all of that time; `chunks` acquires those of helpers. Counts over all clips
//! of this program. No pool of rayon: pictures leave in order and few are held at once, so the maker of a clip has to wait
//! for a certain chunk, and a thread of such a pool that waits is one that draws nothing.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The permits at the processors of one machine.
pub struct WorkerPool {
    permits: OnceLock<usize>,
    taken: AtomicUsize,
    minds_others: AtomicBool,
}

/// The pool of this machine.
pub static WORKERS: WorkerPool =
    WorkerPool { permits: OnceLock::new(), taken: AtomicUsize::new(0), minds_others: AtomicBool::new(false) };

/// One thread's permit; free again when dropped.
pub struct Permit<'a>(&'a WorkerPool);

impl WorkerPool {
    #[cfg(test)]
    pub fn of(permits: usize) -> WorkerPool {
        WorkerPool {
            permits: OnceLock::from(permits),
            taken: AtomicUsize::new(0),
            minds_others: AtomicBool::new(false),
        }
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

    /// From now on what other programs run counts too, where the system tells it: several that each make one clip on one machine
    /// would only take the processors from each other.
    pub fn mind_others(&self) {
        self.minds_others.store(true, Ordering::Relaxed);
    }

    pub fn has_free(&self) -> bool {
        self.taken.load(Ordering::Relaxed) < self.permits() && !self.is_crowded_by_others()
    }

    /// Whether there are more threads than processors: then helpers leave.
    pub fn is_crowded(&self) -> bool {
        self.taken.load(Ordering::Relaxed) > self.permits() || self.is_crowded_by_others()
    }

    /// Who asks runs at this moment too: a thread that draws, or one that waits for it nearly all of the time.
    fn is_crowded_by_others(&self) -> bool {
        self.minds_others.load(Ordering::Relaxed) && running().is_some_and(|running| running > self.permits())
    }

    fn permits(&self) -> usize {
        *self.permits.get_or_init(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
    }
}

/// The threads of all programs that run or could run at this moment (`/proc/loadavg`: `0.20 0.18 0.12 3/80 11206`).
fn running() -> Option<usize> {
    running_of(&std::fs::read_to_string("/proc/loadavg").ok()?)
}

fn running_of(text: &str) -> Option<usize> {
    text.split(' ').nth(3)?.split_once('/')?.0.parse().ok()
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

    #[test]
    fn threads_of_other_programs_count_where_they_are_minded() {
        assert_eq!(running_of("0.20 0.18 0.12 3/80 11206\n"), Some(3));
        for text in ["", "0.2 0.1 0.1", "0.2 0.1 0.1 x/80 1", "0.2 0.1 0.1 3"] {
            assert_eq!(running_of(text), None, "{text}");
        }
        // This thread runs, so there is no processor left of none.
        let none = WorkerPool::of(0);
        assert!(!none.is_crowded());
        none.mind_others();
        assert_eq!(none.is_crowded(), running().is_some());
    }
}
