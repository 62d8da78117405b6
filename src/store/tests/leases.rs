//! Jobs are made by one at a time, and a result is whole or absent.

use std::collections::HashSet;

use super::support::*;
use crate::plan::{Failure, JobKey, Request};
use crate::store::ground::error::StoreError;
use crate::store::jobs::leases::{Claim, Finished};
use crate::store::jobs::states::StoredState;

#[tokio::test]
async fn a_completed_job_is_done_with_its_files_and_its_facts() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let made = make(&store, "one", &["hello"]).await;
    let (key, outputs) = &made[0];
    let stored = &store.journal.states(&[*key]).await.unwrap()[key];
    assert_eq!((&stored.state, &stored.outputs, stored.milliseconds), (&StoredState::Done, outputs, Some(7)));
    assert_eq!(store.assets.read(outputs[0].hash, 100).unwrap(), b"hello");
    assert!(store.home.sidecar(*key).is_file());
    let again = store.journal.claim(*key).await.unwrap();
    assert!(matches!(&again, Claim::AlreadyDone(done) if done == outputs), "{again:?}");
}

#[test]
fn two_processes_claim_each_key_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let requests: Vec<_> = (0..60).map(|n| line(&format!("line {n}"))).collect();
    let keys: Vec<JobKey> = requests.iter().map(Request::key).collect();
    let stores = [open(folder.path()), open(folder.path())];
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for store in &stores {
        runtime.block_on(store.journal.start_run(run_of("one", &requests))).unwrap();
    }
    let claimed: Vec<Vec<JobKey>> = std::thread::scope(|scope| {
        let threads = stores.each_ref().map(|store| {
            let keys = &keys;
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                let claim = |key: &JobKey| match runtime.block_on(store.journal.claim(*key)).unwrap() {
                    Claim::Yours(lease) => Some((*key, lease)),
                    _ => None,
                };
                keys.iter().filter_map(claim).unzip::<_, _, Vec<_>, Vec<_>>()
            })
        });
        let (keys, _leases): (Vec<_>, Vec<_>) = threads.map(|thread| thread.join().unwrap()).into_iter().unzip();
        keys
    });
    let all: Vec<JobKey> = claimed.concat();
    assert_eq!(all.len(), keys.len());
    assert_eq!(all.into_iter().collect::<HashSet<_>>(), keys.into_iter().collect());
}

#[tokio::test]
async fn a_held_job_is_refused_until_its_owner_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (open(folder.path()), open(folder.path()));
    let request = line("hello");
    let key = request.key();
    let run = run_of("one", std::slice::from_ref(&request));
    let id = run.run;
    first.journal.start_run(run).await.unwrap();
    let _lease = yours(first.journal.claim(key).await.unwrap());
    let owner = first.journal.owner();
    assert_eq!(holder(first.journal.claim(key).await.unwrap()), owner);
    assert_eq!(holder(second.journal.claim(key).await.unwrap()), owner);
    assert_eq!(second.journal.states(&[key]).await.unwrap()[&key].state, StoredState::Leased(owner));
    assert_eq!(second.journal.interrupted_runs().await.unwrap(), []);

    let gone = tokio::spawn({
        let journal = second.journal.clone();
        async move { journal.wait_until_gone(owner).await }
    });
    tokio::task::spawn_blocking(move || drop(first)).await.unwrap();
    gone.await.unwrap();

    assert_eq!(second.journal.states(&[key]).await.unwrap()[&key].state, StoredState::Pending);
    let interrupted = second.journal.interrupted_runs().await.unwrap();
    assert_eq!(interrupted.iter().map(|run| run.run).collect::<Vec<_>>(), [id]);
    second.journal.end_run(id, "interrupted").await.unwrap();
    assert_eq!(second.journal.interrupted_runs().await.unwrap(), []);
    yours(second.journal.claim(key).await.unwrap());
}

/// As when its end could not be recorded, or its task panicked.
#[tokio::test]
async fn a_lease_that_nobody_has_in_hand_is_free_for_its_own_program_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (open(folder.path()), open(folder.path()));
    let request = line("hello");
    let (key, owner) = (request.key(), first.journal.owner());
    first.journal.start_run(run_of("one", &[request])).await.unwrap();
    drop(yours(first.journal.claim(key).await.unwrap()));
    assert_eq!(first.journal.states(&[key]).await.unwrap()[&key].state, StoredState::Pending);
    assert_eq!(second.journal.states(&[key]).await.unwrap()[&key].state, StoredState::Leased(owner));
    assert_eq!(holder(second.journal.claim(key).await.unwrap()), owner);
    let _lease = yours(first.journal.claim(key).await.unwrap());
    assert_eq!(holder(first.journal.claim(key).await.unwrap()), owner);
}

#[tokio::test]
async fn failed_and_cancelled_jobs_can_be_claimed_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let request = line("hello");
    let key = request.key();
    store.journal.start_run(run_of("one", &[request])).await.unwrap();
    let failure = Failure { reason: "no".to_owned(), next_step: "Say it differently.".to_owned(), retryable: false };
    for (finished, state) in [
        (Finished::Failed(failure.clone()), StoredState::Failed(failure)),
        (Finished::Cancelled, StoredState::Cancelled),
    ] {
        let _lease = yours(store.journal.claim(key).await.unwrap());
        store.journal.finish(key, finished).await.unwrap();
        assert_eq!(store.journal.states(&[key]).await.unwrap()[&key].state, state);
    }
}

#[tokio::test]
async fn only_the_holder_ends_a_lease_and_only_planned_jobs_are_claimed() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (open(folder.path()), open(folder.path()));
    let request = line("hello");
    let key = request.key();
    assert!(matches!(first.journal.claim(key).await, Err(StoreError::UnknownJob(_))));
    first.journal.start_run(run_of("one", &[request])).await.unwrap();
    let _lease = yours(first.journal.claim(key).await.unwrap());
    assert!(matches!(second.journal.finish(key, Finished::Cancelled).await, Err(StoreError::NotHeld(_))));
    assert!(matches!(first.journal.states(&[key]).await.unwrap()[&key].state, StoredState::Leased(_)));
}

#[tokio::test]
async fn a_done_job_whose_file_is_gone_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (key, outputs) = make(&store, "one", &["hello"]).await.remove(0);
    std::fs::remove_file(store.assets.path(outputs[0].hash)).unwrap();
    yours(store.journal.claim(key).await.unwrap());
}

#[tokio::test]
async fn a_result_that_cannot_be_stored_leaves_the_job_unfinished() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let request = line("hello");
    let key = request.key();
    store.journal.start_run(run_of("one", std::slice::from_ref(&request))).await.unwrap();
    let _lease = yours(store.journal.claim(key).await.unwrap());
    // A plain file stands where the sidecar's folder should be.
    std::fs::write(store.home.sidecar(key).parent().unwrap(), "").unwrap();
    store.complete(key, &request, vec![sound(b"hello")], 7).await.unwrap_err();
    assert!(matches!(store.journal.states(&[key]).await.unwrap()[&key].state, StoredState::Leased(_)));
}

#[tokio::test]
async fn a_result_is_stored_only_for_its_own_request() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (key, _) = make(&store, "one", &["hello"]).await.remove(0);
    let before = std::fs::read(store.home.sidecar(key)).unwrap();
    for wrong in [Request::Kept { key, instead_of: Box::new(line("other")) }, line("other words")] {
        let refused = store.complete(key, &wrong, vec![sound(b"other")], 7).await;
        assert!(matches!(refused, Err(StoreError::Refused { .. })), "{refused:?}");
    }
    assert_eq!(std::fs::read(store.home.sidecar(key)).unwrap(), before);
}

#[tokio::test]
async fn ten_thousand_states_come_in_one_question() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let requests: Vec<_> = (0..10_000).map(|n| line(&format!("line {n}"))).collect();
    let run = run_of("one", &requests);
    let keys: Vec<JobKey> = run.jobs.iter().map(|job| job.key).collect();
    store.journal.start_run(run).await.unwrap();
    let states = store.journal.states(&keys).await.unwrap();
    assert_eq!(states.len(), 10_000);
    assert!(states.values().all(|job| job.state == StoredState::Pending));
    assert_eq!(store.journal.states(&[JobKey::of(b"unknown")]).await.unwrap().len(), 0);
}

#[tokio::test]
async fn former_jobs_come_newest_first_and_once_each() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (old, new, kept) = (line("old"), line("new"), line("kept"));
    for requests in [[old.clone(), kept.clone()], [new.clone(), kept.clone()]] {
        store.journal.start_run(run_of("one", &requests)).await.unwrap();
    }
    store.journal.start_run(run_of("two", &[line("other")])).await.unwrap();
    let former = store.journal.former_jobs(&campaign("one")).await.unwrap();
    assert_eq!(former.iter().map(|job| job.key).collect::<Vec<_>>(), [new.key(), kept.key(), old.key()]);
    assert_eq!((&former[0].request, former[1].scene), (&new.canonical(), Some(1)));
}
