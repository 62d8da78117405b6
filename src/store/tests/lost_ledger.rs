//! The ledger survives the loss of its database.

use std::path::Path;

use super::support::*;
use crate::domain::MicroDollars;
use crate::store::content::sidecar::Sidecar;
use crate::store::jobs::runs::NewRun;
use crate::store::journal::attempts::{Attempt, AttemptId, AttemptState, Resolution};
use crate::store::payments::ledger::{Amounts, Scope};
use crate::store::payments::settle::Settled;
use crate::store::payments::unknowns::UnknownCall;
use crate::store::studio::Store;
use crate::store::upkeep::rebuild::Rebuilt;

/// Everything that must be the same after a rebuild, but for the numbers that people type.
#[derive(Debug, PartialEq)]
pub(super) struct Known {
    attempts: Vec<Attempt>,
    unknowns: Vec<UnknownCall>,
    amounts: Amounts,
    used: MicroDollars,
}

pub(super) async fn known(store: &Store, run: &NewRun) -> Known {
    let mut attempts = store.journal.attempts_of(run.run).await.unwrap();
    attempts.retain(|attempt| attempt.state != AttemptState::FreeFail);
    attempts.sort_by_key(|attempt| attempt.token);
    for attempt in &mut attempts {
        attempt.id = AttemptId(0);
    }
    let mut unknowns = store.unknowns().await.unwrap();
    unknowns.sort_by_key(|call| call.key);
    for call in &mut unknowns {
        // For whom it was made is told by the history of runs, which does not come back.
        *call = UnknownCall { attempt: AttemptId(0), speaker: None, scene: None, ..call.clone() };
    }
    Known {
        attempts,
        unknowns,
        amounts: store.journal.spend().await.unwrap().total(),
        used: store.journal.used(Scope::Campaign(run.campaign.clone())).await.unwrap(),
    }
}

/// One call of each end, and one that is decided on each way.
pub(super) async fn filled(root: &Path) -> (NewRun, Known) {
    let store = open(root);
    let (run, requests) = plan(&store, &["paid", "free", "unknown", "kept", "dropped", "retried"]).await;
    let unknown = |quarantine| Settled::Unknown { failure: failure("it broke"), http_status: Some(200), quarantine };
    let free = Settled::Free { failure: failure("no"), retry: false, http_status: Some(400) };
    let ends = [made(b"paid"), free, unknown(false), unknown(true), unknown(true), unknown(false)];
    for (request, settled) in requests.iter().zip(ends) {
        let mut paid = go(store.begin(call(&run, request)).await.unwrap());
        receive(&mut paid, b"raw reply");
        store.settle(paid, settled).await.unwrap();
    }
    for (call, resolution) in store.unknowns().await.unwrap()[2..].iter().zip([Resolution::Drop, Resolution::Retry]) {
        store.resolve(call.attempt, resolution).await.unwrap();
    }
    let paid = go(store.begin(call(&run, &requests[5])).await.unwrap());
    store.settle(paid, made(b"retried")).await.unwrap();
    let known = known(&store, &run).await;
    (run, known)
}

#[tokio::test]
async fn a_deleted_database_is_rebuilt_with_its_ledger_and_its_doubts() {
    let folder = tempfile::tempdir().unwrap();
    let (run, before) = filled(folder.path()).await;
    assert_eq!((before.attempts.len(), before.unknowns.len()), (6, 2));
    for _ in 0..2 {
        std::fs::remove_file(folder.path().join("studio.db")).unwrap();
        let (store, rebuilt) = Store::open(folder.path()).unwrap();
        assert_eq!(rebuilt, Some(Rebuilt { jobs: 2, calls: 6, ..Rebuilt::default() }));
        assert_eq!(known(&store, &run).await, before);
    }
}

#[tokio::test]
async fn what_was_in_flight_when_the_database_was_lost_is_adopted_or_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["whole", "cut off"]).await;
    let mut whole = go(store.begin(call(&run, &requests[0])).await.unwrap());
    receive(&mut whole, b"raw reply");
    let cut_off = go(store.begin(call(&run, &requests[1])).await.unwrap());
    drop((whole, cut_off, store));
    std::fs::remove_file(folder.path().join("studio.db")).unwrap();
    let store = open(folder.path());
    let mut adoptable = store.adoptable().await.unwrap();
    assert_eq!(adoptable.len(), 1);
    store.settle(adoptable.remove(0), made(b"whole")).await.unwrap();
    let calls = store.unknowns().await.unwrap();
    assert_eq!((calls.len(), calls[0].key, calls[0].price), (1, requests[1].key(), PRICE));
    let spent = store.journal.used(Scope::Run(run.run)).await.unwrap();
    assert_eq!(spent, MicroDollars(40_000) + PRICE);
}

#[tokio::test]
async fn a_job_that_was_paid_twice_is_counted_twice_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    for _ in 0..2 {
        let paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
        let outputs = store.settle(paid, made(b"hello")).await.unwrap().outputs;
        std::fs::remove_file(store.assets.path(outputs[0].hash)).unwrap();
    }
    let before = known(&store, &run).await;
    assert_eq!(before.used, MicroDollars(80_000));
    // Once with the sidecar as it was written, once with the one that verify writes again from the database.
    store.assets.put(b"hello").unwrap();
    drop(store);
    for lose_sidecar in [false, true] {
        if lose_sidecar {
            let store = open(folder.path());
            std::fs::remove_file(store.home.sidecar(requests[0].key())).unwrap();
            let verify = move || store.verify(|_, _| {}).unwrap().sidecars_written;
            assert_eq!(tokio::task::spawn_blocking(verify).await.unwrap(), 1);
        }
        std::fs::remove_file(folder.path().join("studio.db")).unwrap();
        assert_eq!(known(&open(folder.path()), &run).await, before);
    }
}

#[tokio::test]
async fn a_sidecar_of_the_first_version_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let made = make(&store, "one", &["hello"]).await;
    let path = store.home.sidecar(made[0].0);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("\"version\": 2") && !text.contains("payments"), "{text}");
    std::fs::write(&path, text.replace("\"version\": 2", "\"version\": 1")).unwrap();
    drop(store);
    std::fs::remove_file(folder.path().join("studio.db")).unwrap();
    assert_eq!(Store::open(folder.path()).unwrap().1, Some(Rebuilt { jobs: 1, ..Rebuilt::default() }));
    assert_eq!(Sidecar::read(&path).unwrap().outputs, made[0].1);
}

#[tokio::test]
async fn absurd_money_and_times_in_a_note_beside_a_file_are_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let (run, known_before) = filled(folder.path()).await;
    let home = crate::store::home::layout::Home::open(folder.path()).unwrap();
    for text in ["paid", "retried"] {
        let path = home.sidecar(line(text).key());
        let mut sidecar: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        sidecar["payments"][0]["actual"] = i64::MAX.into();
        sidecar["payments"][0]["sent_at"] = i64::MAX.into();
        std::fs::write(&path, sidecar.to_string()).unwrap();
    }
    std::fs::remove_file(folder.path().join("studio.db")).unwrap();
    let store = open(folder.path());
    // Their estimates count instead.
    let known = known(&store, &run).await;
    assert_eq!(known.amounts.paid, MicroDollars(2 * PRICE.0));
    assert_eq!(known.amounts.unknown, known_before.amounts.unknown);
    assert_eq!(known.used, MicroDollars(known_before.used.0 + 2 * (PRICE.0 - 40_000)));
}
