//! One paid call in order, and everything that can stand against it.

use std::time::{Duration, SystemTime};

use super::support::*;
use crate::domain::MicroDollars;
use crate::plan::ProviderId;
use crate::store::ground::error::StoreError;
use crate::store::home::failpoints;
use crate::store::home::failpoints::Step;
use crate::store::jobs::states::StoredState;
use crate::store::journal::attempts::{AttemptState, Resolution};
use crate::store::journal::events::EventKind;
use crate::store::payments::begin::{Begin, Begun};
use crate::store::payments::settle::Settled;
use crate::store::payments::spool::LARGEST_REPLY;

#[tokio::test]
async fn a_call_is_recorded_before_it_leaves_and_its_result_is_on_disk_before_it_counts_as_paid() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    let mut paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
    receive(&mut paid, b"raw reply");
    assert_eq!(paid.spool.read().unwrap().body, b"raw reply");
    let outputs = store.settle(paid, made(b"hello")).await.unwrap().outputs;
    let order: Vec<(Step, &str)> = [
        (Step::Reserved, "none, spool [part], 0 assets, 0 sidecars"),
        (Step::Recorded, "sent, spool [part], 0 assets, 0 sidecars"),
        (Step::Received, "sent, spool [resp], 0 assets, 0 sidecars"),
        (Step::AssetsStored, "sent, spool [resp], 1 assets, 0 sidecars"),
        (Step::SidecarStored, "sent, spool [resp], 1 assets, 1 sidecars"),
        (Step::Settled, "paid, spool [resp], 1 assets, 1 sidecars"),
    ]
    .into();
    let seen = failpoints::seen(folder.path());
    assert_eq!(seen.iter().map(|(step, visible)| (*step, visible.as_str())).collect::<Vec<_>>(), order);
    assert_eq!(names(&store.home.spool()), [""; 0]);
    assert_eq!(store.assets.read(outputs[0].hash, 100).unwrap(), b"hello");

    let attempts = store.journal.attempts_of(run.run).await.unwrap();
    assert_eq!(attempts.len(), 1);
    let attempt = &attempts[0];
    assert_eq!((attempt.state, attempt.price()), (AttemptState::Paid, MicroDollars(40_000)));
    assert_eq!((attempt.provider_request_id.as_deref(), attempt.http_status), (Some("req_1"), Some(200)));
    let again = store.begin(call(&run, &requests[0])).await.unwrap();
    assert!(matches!(again, Begun::AlreadyDone(stored) if stored == outputs), "a made key was called again");
}

#[tokio::test]
async fn a_reply_is_looked_at_whole_whether_or_not_it_fits_into_memory() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["small", "large"]).await;
    for (request, chunks) in [(&requests[0], 3_u8), (&requests[1], 9)] {
        let mut paid = go(store.begin(call(&run, request)).await.unwrap());
        let body: Vec<u8> = (0..chunks).flat_map(|chunk| vec![chunk; 512 * 1024]).collect();
        for chunk in body.chunks(100_000) {
            std::io::Write::write_all(&mut paid.spool, chunk).unwrap();
        }
        let seen = paid.spool.complete_while(&serde_json::json!({"status": 200}), |body| body).unwrap();
        assert!(seen == body && paid.spool.read().unwrap().body == body, "{chunks} chunks");
    }
}

#[tokio::test]
async fn the_room_for_a_reply_is_on_disk_before_the_call_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello", "there"]).await;
    let reserve = 1024 * 1024;
    let paid = go(store.begin(Begin { reserve, ..call(&run, &requests[0]) }).await.unwrap());
    assert!(paid.spool.path().metadata().unwrap().len() > reserve);
    // More than any disk has room for: nothing is claimed, and nothing is left behind.
    let full = store.begin(Begin { reserve: u64::MAX, ..call(&run, &requests[1]) }).await;
    assert!(matches!(full, Err(StoreError::DiskFull { .. })), "{full:?}");
    assert_eq!(names(&store.home.spool()).len(), 1);
    let states = store.journal.states(&[requests[1].key()]).await.unwrap();
    assert_eq!(states[&requests[1].key()].state, StoredState::Pending);
    assert_eq!(store.journal.attempts_of(run.run).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_reply_may_be_larger_than_its_room_but_not_endless() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    let mut paid = go(store.begin(Begin { reserve: 16, ..call(&run, &requests[0]) }).await.unwrap());
    let chunk = vec![7; 1024 * 1024];
    for _ in 0..LARGEST_REPLY / chunk.len() as u64 {
        std::io::Write::write_all(&mut paid.spool, &chunk).unwrap();
    }
    assert!(std::io::Write::write_all(&mut paid.spool, b"x").is_err());
    paid.spool.complete(&"head").unwrap();
    let received = paid.spool.read().unwrap();
    assert_eq!((received.head, received.body.len() as u64), ("head".into(), LARGEST_REPLY));
}

#[tokio::test]
async fn one_key_has_one_call_in_flight() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (open(folder.path()), open(folder.path()));
    let (run, requests) = plan(&first, &["hello"]).await;
    let paid = go(first.begin(call(&run, &requests[0])).await.unwrap());
    for store in [&first, &second] {
        let held = store.begin(call(&run, &requests[0])).await.unwrap();
        assert!(matches!(held, Begun::HeldBy(owner) if owner == first.journal.owner()), "{held:?}");
        holder(store.journal.claim(requests[0].key()).await.unwrap());
    }
    assert!(second.adoptable().await.unwrap().is_empty(), "a call under way was taken for a lost one");
    assert_eq!(second.unknowns().await.unwrap(), []);
    drop(paid);
}

#[tokio::test]
async fn a_call_that_surely_was_not_billed_costs_nothing_and_can_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    let key = requests[0].key();
    for (retry, state) in [(true, StoredState::Pending), (false, StoredState::Failed(failure("no")))] {
        let paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
        let free = Settled::Free { failure: failure("no"), retry, http_status: Some(503) };
        store.settle(paid, free).await.unwrap();
        assert_eq!(store.journal.states(&[key]).await.unwrap()[&key].state, state);
    }
    assert_eq!(names(&store.home.spool()), [""; 0]);
    let attempts = store.journal.attempts_of(run.run).await.unwrap();
    assert!(attempts.iter().all(|attempt| attempt.state == AttemptState::FreeFail));
    assert_eq!(store.journal.spend().await.unwrap().lines, []);
}

#[tokio::test]
async fn an_unknown_outcome_is_never_tried_again_until_a_person_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    let key = requests[0].key();
    let paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
    let unknown = Settled::Unknown { failure: failure("it fell silent"), http_status: None, quarantine: false };
    store.settle(paid, unknown).await.unwrap();

    let held = store.begin(call(&run, &requests[0])).await.unwrap();
    assert!(
        matches!(&held, Begun::Hold(why) if why.reason == "it fell silent; $0.05 may have been billed"),
        "{held:?}"
    );
    assert!(matches!(store.journal.claim(key).await, Err(StoreError::OnHold(_))));
    let calls = store.unknowns().await.unwrap();
    assert_eq!((calls.len(), calls[0].price, calls[0].scene), (1, PRICE, Some(0)));
    assert_eq!((calls[0].speaker.as_deref(), calls[0].why.as_str()), (Some("Baby 1"), "it fell silent"));

    store.resolve(calls[0].attempt, Resolution::Retry).await.unwrap();
    assert!(store.resolve(calls[0].attempt, Resolution::Drop).await.is_err(), "decided twice");
    assert_eq!(store.unknowns().await.unwrap(), []);
    let paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
    assert_eq!(store.journal.used(crate::store::payments::ledger::Scope::Month).await.unwrap(), PRICE + PRICE);
    store.settle(paid, made(b"hello")).await.unwrap();
    assert_eq!(store.journal.states(&[key]).await.unwrap()[&key].state, StoredState::Done);
}

#[tokio::test]
async fn a_dropped_unknown_stays_counted_and_its_job_says_what_happened() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    let key = requests[0].key();
    let paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
    let unknown = Settled::Unknown { failure: failure("it broke"), http_status: Some(500), quarantine: false };
    store.settle(paid, unknown).await.unwrap();
    let attempt = store.unknowns().await.unwrap()[0].attempt;
    store.resolve(attempt, Resolution::Drop).await.unwrap();
    let StoredState::Failed(why) = store.journal.states(&[key]).await.unwrap()[&key].state.clone() else {
        panic!("not failed")
    };
    assert_eq!(why.reason, "You dropped a call to elevenlabs; $0.05 may have been billed");
    assert_eq!(store.journal.used(crate::store::payments::ledger::Scope::Run(run.run)).await.unwrap(), PRICE);
    assert_eq!(names(&store.home.spool()), [""; 0]);
}

#[tokio::test]
async fn a_reply_that_makes_no_sense_is_kept_in_quarantine() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    let mut paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
    receive(&mut paid, b"no sound at all");
    let unknown = Settled::Unknown { failure: failure("it is no sound"), http_status: Some(200), quarantine: true };
    let place = store.settle(paid, unknown).await.unwrap().quarantined.unwrap();
    assert_eq!(place.parent().unwrap(), store.home.quarantine());
    assert!(std::fs::read(&place).unwrap().ends_with(b"\nno sound at all"));
    let calls = store.unknowns().await.unwrap();
    assert_eq!(calls[0].quarantined, Some(place.clone()));
    store.resolve(calls[0].attempt, Resolution::Drop).await.unwrap();
    assert!(place.exists(), "what was paid for was thrown away");
}

#[tokio::test]
async fn no_more_calls_are_in_flight_than_the_provider_and_the_configuration_allow() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (open(folder.path()), open(folder.path()));
    let (run, requests) = plan(&first, &["a", "b", "c"]).await;
    first.journal.note_limits(ProviderId::ElevenLabs, Some(2), None).await.unwrap();
    let one = go(first.begin(call(&run, &requests[0])).await.unwrap());
    let busy = second.begin(Begin { at_once: 1, ..call(&run, &requests[1]) }).await.unwrap();
    assert!(matches!(busy, Begun::ProviderBusy { in_flight: 1, limit: 1 }), "{busy:?}");
    let two = go(second.begin(call(&run, &requests[1])).await.unwrap());
    let busy = first.begin(call(&run, &requests[2])).await.unwrap();
    assert!(matches!(busy, Begun::ProviderBusy { in_flight: 2, limit: 2 }), "{busy:?}");
    let other = Begin { provider: ProviderId::OpenAi, ..call(&run, &requests[2]) };
    go(first.begin(other).await.unwrap());
    drop((one, two));
}

#[tokio::test]
async fn a_blocked_provider_gets_no_call_from_any_process() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (open(folder.path()), open(folder.path()));
    let (run, requests) = plan(&first, &["hello"]).await;
    let until = SystemTime::now() + Duration::from_hours(1);
    first
        .journal
        .note_limits(ProviderId::ElevenLabs, None, Some((until, "it asked for an hour".to_owned())))
        .await
        .unwrap();
    let blocked = second.begin(call(&run, &requests[0])).await.unwrap();
    assert!(matches!(&blocked, Begun::ProviderBlocked { why, .. } if why == "it asked for an hour"), "{blocked:?}");
    assert!(first.journal.allowance(ProviderId::ElevenLabs).await.unwrap().blocked.is_some());
    second.journal.unblock(ProviderId::ElevenLabs).await.unwrap();
    go(first.begin(call(&run, &requests[0])).await.unwrap());
}

#[tokio::test]
async fn five_free_failures_in_a_row_stop_the_calls_to_a_provider_for_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    for _ in 0..5 {
        let paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
        let free = Settled::Free { failure: failure("it is overloaded"), retry: true, http_status: Some(503) };
        store.settle(paid, free).await.unwrap();
    }
    let blocked = store.begin(call(&run, &requests[0])).await.unwrap();
    assert!(matches!(&blocked, Begun::ProviderBlocked { why, .. } if why == "it is overloaded"), "{blocked:?}");
}

#[tokio::test]
async fn other_processes_hear_of_every_call() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (open(folder.path()), open(folder.path()));
    let (run, requests) = plan(&first, &["hello"]).await;
    let start = second.journal.last_seq().await.unwrap();
    let paid = go(first.begin(call(&run, &requests[0])).await.unwrap());
    let unknown = Settled::Unknown { failure: failure("it broke"), http_status: None, quarantine: false };
    first.settle(paid, unknown).await.unwrap();
    first.resolve(first.unknowns().await.unwrap()[0].attempt, Resolution::Retry).await.unwrap();
    let paid = go(first.begin(call(&run, &requests[0])).await.unwrap());
    first.settle(paid, made(b"hello")).await.unwrap();
    let events = second.journal.events_since(start).await.unwrap();
    let calls: Vec<EventKind> = events.iter().filter(|e| e.campaign.is_some()).map(|e| e.kind).collect();
    let expected = [EventKind::CallSent, EventKind::CallUnknown, EventKind::CallResolved];
    assert_eq!(calls, [&expected[..], &[EventKind::CallSent, EventKind::CallPaid]].concat());
    assert!(events.iter().any(|event| event.kind == EventKind::JobDone));
    let paid = events.iter().find(|event| event.kind == EventKind::CallPaid).unwrap();
    assert_eq!(paid.json, serde_json::json!({"attempt": 2, "provider": "elevenlabs", "micro": 40_000}));
}

#[tokio::test]
async fn a_request_of_another_job_is_refused_before_anything_is_paid() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello", "there"]).await;
    let mixed = Begin { request: requests[1].canonical(), ..call(&run, &requests[0]) };
    assert!(matches!(store.begin(mixed).await, Err(StoreError::Refused { .. })));
    let priceless = Begin { estimate: MicroDollars(u64::MAX), ..call(&run, &requests[0]) };
    assert!(matches!(store.begin(priceless).await, Err(StoreError::Refused { .. })));
    let unplanned = call(&run, &line("unplanned"));
    assert!(matches!(store.begin(unplanned).await, Err(StoreError::UnknownJob(_))));
    assert_eq!(names(&store.home.spool()), [""; 0]);
}
