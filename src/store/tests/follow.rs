//! One process sees what another does.

use super::support::*;
use crate::store::journal::events::EventKind;

#[tokio::test]
async fn every_change_of_state_is_an_event_that_another_process_reads() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (open(folder.path()), open(folder.path()));
    make(&second, "other", &["before"]).await;
    let start = first.journal.last_seq().await.unwrap();
    let made = make(&second, "one", &["hello"]).await;
    let events = first.journal.events_since(start).await.unwrap();
    let kinds: Vec<EventKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::RunStarted, EventKind::JobLeased, EventKind::JobDone, EventKind::RunEnded]);
    assert!(events.iter().all(|event| event.owner == second.journal.owner()));
    assert_eq!(events[0].campaign, Some(campaign("one")));
    assert_eq!(events[2].key, Some(made[0].0));
    let last = first.journal.last_seq().await.unwrap();
    assert_eq!(std::fs::read_to_string(first.home.bump()).unwrap(), last.to_string());
}
