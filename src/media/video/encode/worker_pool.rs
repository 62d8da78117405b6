//! Who makes clips: a thread for each, and helpers that draw and encode with it as long as a processor has nothing to
//! do. Whoever makes a clip takes a place for all of that time; `stretches` takes those of helpers. Counts over all clips
//! of this program.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The places at the processors of one machine.
pub struct Crew {
    places: OnceLock<usize>,
    taken: AtomicUsize,
}

/// The crew of this machine.
pub static CREW: Crew = Crew { places: OnceLock::new(), taken: AtomicUsize::new(0) };

/// One thread's place; free again when dropped.
pub struct Place<'a>(&'a Crew);

impl Crew {
    #[cfg(test)]
    pub fn of(places: usize) -> Crew {
        Crew { places: OnceLock::from(places), taken: AtomicUsize::new(0) }
    }

    /// A place for a clip's own thread, which works whether or not a processor is free.
    pub fn take(&self) -> Place<'_> {
        self.taken.fetch_add(1, Ordering::Relaxed);
        Place(self)
    }

    /// A place for a helper, if a processor has nothing to do.
    pub fn take_free(&self) -> Option<Place<'_>> {
        let places = self.places();
        let next = |taken| (taken < places).then_some(taken + 1);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok().map(|_| Place(self))
    }

    pub fn has_free(&self) -> bool {
        self.taken.load(Ordering::Relaxed) < self.places()
    }

    /// Whether there are more threads than processors: then helpers leave.
    pub fn is_crowded(&self) -> bool {
        self.taken.load(Ordering::Relaxed) > self.places()
    }

    fn places(&self) -> usize {
        *self.places.get_or_init(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helpers_come_while_a_processor_is_free_and_are_told_when_none_is() {
        let crew = Crew::of(2);
        let own = crew.take();
        let helper = crew.take_free().expect("one of two is free");
        assert!(crew.take_free().is_none() && !crew.is_crowded());
        let other_clip = crew.take();
        assert!(crew.is_crowded());
        drop(helper);
        assert!(!crew.is_crowded() && crew.take_free().is_none());
        drop((own, other_clip));
        assert_eq!(crew.taken.load(Ordering::Relaxed), 0);
    }
}
