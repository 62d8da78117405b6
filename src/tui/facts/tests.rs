//! Counts that follow each change agree with a whole count.

use proptest::prelude::*;

use super::*;
use crate::engine::JobFacts;
use crate::plan::Failure;
use crate::tui::tests::rehearsal::{document, entry};

fn state(number: usize) -> JobState {
    let failure = || Failure { reason: "x".to_owned(), next_step: "y.".to_owned(), retryable: true };
    [
        JobState::Pending,
        JobState::Waiting,
        JobState::Running,
        JobState::Made,
        JobState::Cached,
        JobState::Failed(failure()),
        JobState::Held(failure()),
        JobState::Blocked(failure()),
        JobState::Cancelled,
    ][number]
        .clone()
}

fn counts(facts: &Facts) -> Vec<(Progress, u64, Option<JobKey>)> {
    let known = facts.campaigns.iter().flat_map(|known| [Some(&known.draft), known.finals.as_ref()]);
    known.flatten().map(|counts| (counts.progress, counts.milliseconds, counts.failed)).collect()
}

proptest! {
    #[test]
    fn counts_that_follow_each_change_are_those_of_a_whole_count(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0..9usize), 1..60),
        settles in proptest::collection::vec(any::<bool>(), 60),
    ) {
        let entries = ["one", "two"].map(|id| Arc::new(entry(&document(id, id))));
        let library = Arc::new(Library { entries: entries.to_vec(), ..Library::default() });
        let Content::Good(loaded) = &entries[0].content else { unreachable!() };
        let keys: Vec<JobKey> = loaded.draft.jobs.iter().map(|job| job.key).collect();
        let mut followed = Facts::default();
        let read = Event::Library(library);
        let take_in = |facts: &mut Facts, event: &Event| facts.apply(event, Clock::default(), Duration::ZERO);
        take_in(&mut followed, &read);
        followed.settle();
        let change = |(job, number): &(prop::sample::Index, usize)| JobChange {
            key: *job.get(&keys),
            facts: JobFacts::of(state(*number)),
        };
        // Several that change together, the same job twice among them.
        for (together, settles) in changes.chunks(3).zip(settles) {
            take_in(&mut followed, &Event::Jobs(together.iter().map(change).collect()));
            if settles {
                followed.settle();
            }
        }
        followed.settle();
        let found = counts(&followed);
        take_in(&mut followed, &read);
        followed.settle();
        prop_assert_eq!(found, counts(&followed));
    }
}
