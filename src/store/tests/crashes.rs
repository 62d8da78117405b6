//! A process that is killed at any step loses nothing that was received, and pays nothing twice without a word.

use std::path::Path;

use super::support::*;
use crate::domain::MicroDollars;
use crate::plan::Request;
use crate::store::home::failpoints;
use crate::store::home::failpoints::Step;
use crate::store::jobs::runs::NewRun;
use crate::store::jobs::states::StoredState;
use crate::store::journal::attempts::{AttemptState, Resolution};
use crate::store::payments::begin::Begun;
use crate::store::payments::ledger::Scope;
use crate::store::payments::settle::Settled;

/// Makes one call until the process ends right after a step; what it leaves is as after `kill -9`.
async fn killed_after(root: &Path, last: Step, settled: Settled) -> (NewRun, Request) {
    let store = open(root);
    let (run, requests) = plan(&store, &["hello"]).await;
    failpoints::end_after(root, Some(last));
    let call = async {
        let mut paid = match store.begin(call(&run, &requests[0])).await? {
            Begun::Go(paid) => paid,
            other => panic!("not allowed to call: {other:?}"),
        };
        std::io::Write::write_all(&mut paid.spool, b"raw reply").unwrap();
        paid.spool.complete(&serde_json::json!({"status": 200}))?;
        store.settle(paid, settled).await
    };
    call.await.unwrap_err();
    failpoints::end_after(root, None);
    (run, requests[0].clone())
}

#[tokio::test]
async fn a_process_killed_before_its_attempt_is_recorded_has_paid_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (run, request) = killed_after(folder.path(), Step::Reserved, made(b"hello")).await;
    let store = open(folder.path());
    assert_eq!(store.unknowns().await.unwrap(), []);
    assert_eq!(names(&store.home.spool()), [""; 0]);
    assert_eq!(store.journal.used(Scope::Month).await.unwrap(), MicroDollars::ZERO);
    go(store.begin(call(&run, &request)).await.unwrap());
}

#[tokio::test]
async fn a_process_killed_during_its_call_leaves_an_unknown_outcome_with_its_price() {
    let folder = tempfile::tempdir().unwrap();
    let (run, request) = killed_after(folder.path(), Step::Recorded, made(b"hello")).await;
    let store = open(folder.path());
    let calls = store.unknowns().await.unwrap();
    assert_eq!((calls.len(), calls[0].price), (1, PRICE));
    assert_eq!(calls[0].why, "babblecast was ended while elevenlabs was called");
    assert!(store.adoptable().await.unwrap().is_empty());
    let state = store.journal.states(&[request.key()]).await.unwrap()[&request.key()].state.clone();
    assert!(matches!(state, StoredState::Hold(_)), "{state:?}");
    assert!(matches!(store.begin(call(&run, &request)).await.unwrap(), Begun::Hold(_)));
    assert_eq!(store.journal.used(Scope::Month).await.unwrap(), PRICE);
    // The room is free again; what was asked for is still on record.
    let left = names(&store.home.spool());
    assert!(left.len() == 1 && left[0].ends_with(".unknown"), "{left:?}");
    assert!(store.home.spool().join(&left[0]).metadata().unwrap().len() < 20 * 1024);
    store.resolve(calls[0].attempt, Resolution::Retry).await.unwrap();
    go(store.begin(call(&run, &request)).await.unwrap());
}

#[tokio::test]
async fn a_whole_reply_of_a_killed_process_is_adopted_without_another_call() {
    for last in [Step::Received, Step::AssetsStored] {
        let folder = tempfile::tempdir().unwrap();
        let (run, request) = killed_after(folder.path(), last, made(b"hello")).await;
        let store = open(folder.path());
        assert_eq!(store.unknowns().await.unwrap(), [], "{last:?}");
        let mut adoptable = store.adoptable().await.unwrap();
        assert_eq!(adoptable.len(), 1, "{last:?}");
        assert!(store.adoptable().await.unwrap().is_empty(), "adopted twice");
        let paid = adoptable.remove(0);
        let received = paid.spool.read().unwrap();
        assert_eq!((received.body.as_slice(), &received.head["status"]), (&b"raw reply"[..], &200.into()));
        assert_eq!((paid.key(), paid.request()), (request.key(), &request.canonical()));
        assert_eq!((paid.run(), paid.campaign(), paid.estimate()), (run.run, &run.campaign, PRICE));
        store.settle(paid, made(b"hello")).await.unwrap();
        let attempts = store.journal.attempts_of(run.run).await.unwrap();
        assert_eq!((attempts.len(), attempts[0].state), (1, AttemptState::Paid), "{last:?}");
        assert!(matches!(store.begin(call(&run, &request)).await.unwrap(), Begun::AlreadyDone(_)));
        assert_eq!(names(&store.home.spool()), [""; 0]);
    }
}

#[tokio::test]
async fn a_process_killed_between_sidecar_and_database_has_made_and_paid_its_job() {
    for last in [Step::SidecarStored, Step::Settled] {
        let folder = tempfile::tempdir().unwrap();
        let (run, request) = killed_after(folder.path(), last, made(b"hello")).await;
        let store = open(folder.path());
        let attempts = store.journal.attempts_of(run.run).await.unwrap();
        assert_eq!((attempts.len(), attempts[0].state), (1, AttemptState::Paid), "{last:?}");
        assert_eq!(attempts[0].actual, Some(MicroDollars(40_000)));
        assert!(matches!(store.begin(call(&run, &request)).await.unwrap(), Begun::AlreadyDone(_)), "{last:?}");
        assert!(store.adoptable().await.unwrap().is_empty());
        assert_eq!(names(&store.home.spool()), [""; 0]);
    }
}

#[tokio::test]
async fn a_process_killed_while_it_gave_up_leaves_the_reason() {
    for quarantine in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let unknown = Settled::Unknown { failure: failure("it is no sound"), http_status: Some(200), quarantine };
        killed_after(folder.path(), Step::Parked, unknown).await;
        let store = open(folder.path());
        let calls = store.unknowns().await.unwrap();
        assert_eq!((calls.len(), calls[0].why.as_str()), (1, "it is no sound"));
        assert_eq!(calls[0].quarantined.is_some(), quarantine);
    }
}

#[tokio::test]
async fn a_decision_that_is_logged_but_not_stored_is_made_again_by_the_person() {
    let folder = tempfile::tempdir().unwrap();
    let (run, request) = killed_after(folder.path(), Step::Recorded, made(b"hello")).await;
    let store = open(folder.path());
    let attempt = store.unknowns().await.unwrap()[0].attempt;
    failpoints::end_after(folder.path(), Some(Step::Logged));
    store.resolve(attempt, Resolution::Drop).await.unwrap_err();
    failpoints::end_after(folder.path(), None);
    assert!(matches!(store.begin(call(&run, &request)).await.unwrap(), Begun::Hold(_)));
    store.resolve(attempt, Resolution::Retry).await.unwrap();
    let paid = go(store.begin(call(&run, &request)).await.unwrap());
    store.settle(paid, made(b"hello")).await.unwrap();
    drop(store);
    std::fs::remove_file(folder.path().join("studio.db")).unwrap();
    let attempts = open(folder.path()).journal.attempts_of(run.run).await.unwrap();
    let decisions: Vec<_> = attempts.iter().filter_map(|attempt| attempt.resolution).collect();
    assert_eq!(decisions, [Resolution::Retry]);
}

#[tokio::test]
async fn a_call_whose_task_died_is_recovered_by_its_own_process() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["whole", "cut off"]).await;
    let mut whole = go(store.begin(call(&run, &requests[0])).await.unwrap());
    receive(&mut whole, b"raw reply");
    drop(whole);
    drop(go(store.begin(call(&run, &requests[1])).await.unwrap()));
    let mut adoptable = store.adoptable().await.unwrap();
    assert_eq!(adoptable.len(), 1);
    store.settle(adoptable.remove(0), made(b"whole")).await.unwrap();
    let calls = store.unknowns().await.unwrap();
    assert_eq!((calls.len(), calls[0].key), (1, requests[1].key()));
}

#[tokio::test]
async fn a_result_that_could_not_be_stored_is_offered_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    let mut paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
    receive(&mut paid, b"raw reply");
    // A plain file stands where the sidecar's folder should be, as a full disk would.
    let shelf = store.home.sidecar(requests[0].key()).parent().unwrap().to_owned();
    std::fs::write(&shelf, "").unwrap();
    store.settle(paid, made(b"hello")).await.unwrap_err();
    std::fs::remove_file(&shelf).unwrap();
    let mut adoptable = store.adoptable().await.unwrap();
    store.settle(adoptable.remove(0), made(b"hello")).await.unwrap();
    assert_eq!(store.journal.attempts_of(run.run).await.unwrap()[0].state, AttemptState::Paid);
}

#[tokio::test]
async fn who_waits_for_a_killed_process_gets_its_reply_or_its_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (open(folder.path()), open(folder.path()));
    let (run, requests) = plan(&first, &["whole", "cut off"]).await;
    let mut whole = go(first.begin(call(&run, &requests[0])).await.unwrap());
    receive(&mut whole, b"raw reply");
    let cut_off = go(first.begin(call(&run, &requests[1])).await.unwrap());
    drop((whole, cut_off));
    tokio::task::spawn_blocking(move || drop(first)).await.unwrap();
    let adopted = second.begin(call(&run, &requests[0])).await.unwrap();
    let Begun::Adopt(paid) = adopted else { panic!("{adopted:?}") };
    assert_eq!(paid.spool.read().unwrap().body, b"raw reply");
    assert!(matches!(second.begin(call(&run, &requests[0])).await.unwrap(), Begun::HeldBy(_)));
    assert!(matches!(second.begin(call(&run, &requests[1])).await.unwrap(), Begun::Hold(_)));
    assert_eq!(second.unknowns().await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_processes_never_adopt_the_same_reply() {
    let folder = tempfile::tempdir().unwrap();
    killed_after(folder.path(), Step::Received, made(b"hello")).await;
    let (first, second) = (open(folder.path()), open(folder.path()));
    let (one, two) = tokio::join!(first.adoptable(), second.adoptable());
    assert_eq!(one.unwrap().len() + two.unwrap().len(), 1);
}

#[tokio::test]
async fn hostile_files_in_the_spool_are_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let (_, request) = killed_after(folder.path(), Step::Received, made(b"hello")).await;
    let spool = folder.path().join("spool");
    let reply = spool.join(&names(&spool)[0]);
    let whole = std::fs::read(&reply).unwrap();
    let other = |ending: &str| spool.join(format!("{}.{ending}", uuid::Uuid::new_v4()));
    std::fs::write(other("resp"), "").unwrap();
    std::fs::write(other("part"), "{").unwrap();
    std::fs::write(other("unknown"), "[".repeat(100_000)).unwrap();
    std::fs::write(other("resp"), &whole).unwrap();
    std::fs::create_dir(other("part")).unwrap();
    std::fs::write(spool.join("not-a-token.resp"), "foreign").unwrap();
    let store = open(folder.path());
    assert_eq!(names(&store.home.quarantine()).len(), 5);
    assert_eq!(names(&spool).len(), 2);
    drop(store);

    // The reply itself, cut off in its head: it cannot be decoded, so its outcome is unknown.
    std::fs::write(&reply, &whole[..whole.len() / 2]).unwrap();
    let store = open(folder.path());
    assert!(store.adoptable().await.unwrap().is_empty());
    let calls = store.unknowns().await.unwrap();
    assert_eq!((calls.len(), calls[0].key), (1, request.key()));
    assert!(calls[0].why.contains("cannot be read"), "{}", calls[0].why);
}
