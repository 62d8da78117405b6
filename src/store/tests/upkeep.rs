//! Verify and prune: damage is found and fixed, and nothing that is needed is removed.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::support::*;
use crate::plan::{AssetHash, JobKey};
use crate::store::content::sidecar::Sidecar;
use crate::store::jobs::derived::Forgotten;
use crate::store::jobs::leases::Claim;
use crate::store::jobs::states::StoredState;
use crate::store::journal::events::EventKind;
use crate::store::opening::rebuild_database;
use crate::store::studio::Store;
use crate::store::upkeep::prune::Pruned;
use crate::store::upkeep::verify::Verified;

/// The blocking functions must not run on the runtime's own threads.
fn with_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap().block_on(work)
}

fn spoil(path: &Path) {
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, "spoiled").unwrap();
}

fn state(store: &Store, key: JobKey) -> StoredState {
    with_runtime(store.journal.states(&[key])).unwrap()[&key].state.clone()
}

#[test]
fn verify_makes_jobs_with_damaged_or_missing_files_pending_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let made = with_runtime(make(&store, "one", &["good", "damaged", "missing"]));
    let [good, damaged, missing] = [0, 1, 2].map(|n: usize| (made[n].0, made[n].1[0].hash));
    spoil(&store.assets.path(damaged.1));
    std::fs::remove_file(store.assets.path(missing.1)).unwrap();
    store.assets.put(b"orphan").unwrap();
    let seq = with_runtime(store.journal.last_seq()).unwrap();

    let verified = store.verify(|_, _| {}).unwrap();
    assert_eq!((verified.intact, &verified.missing), (1, &vec![missing.1]));
    assert_eq!(std::fs::read(&verified.damaged[0]).unwrap(), b"spoiled");
    assert_eq!(verified.pending_again.len(), 2);
    assert_eq!((verified.orphans, verified.orphan_bytes), (1, 6));
    assert_eq!(state(&store, good.0), StoredState::Done);
    assert_eq!(state(&store, damaged.0), StoredState::Pending);
    assert_eq!(state(&store, missing.0), StoredState::Pending);
    let events = with_runtime(store.journal.events_since(seq)).unwrap();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::JobChanged; 2]);
    yours(with_runtime(store.journal.claim(damaged.0)).unwrap());

    let again = store.verify(|_, _| {}).unwrap();
    assert_eq!(again, Verified { intact: 1, orphans: 1, orphan_bytes: 6, ..Verified::default() });
}

#[test]
fn sidecars_and_database_mend_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let made = with_runtime(make(&store, "one", &["hello"]));
    let key = made[0].0;
    let path = store.home.sidecar(key);
    let before = Sidecar::read(&path).unwrap();
    std::fs::write(&path, "{").unwrap();
    assert_eq!(store.verify(|_, _| {}).unwrap().sidecars_written, 1);
    assert_eq!(Sidecar::read(&path).unwrap().outputs, before.outputs);

    let crashed = line("crashed before the database");
    let hash = store.assets.put(b"sound").unwrap();
    let outputs = vec![crate::plan::Output { hash, bytes: 5, ..before.outputs[0].clone() }];
    Sidecar { key: crashed.key(), request: crashed.canonical(), outputs, ..before }.write(&store.home).unwrap();
    assert_eq!(store.verify(|_, _| {}).unwrap().adopted, 1);
    assert_eq!(state(&store, crashed.key()), StoredState::Done);
}

#[test]
fn a_result_that_a_crash_kept_out_of_the_database_is_not_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let made = with_runtime(make(&store, "one", &["template"]));
    let template = Sidecar::read(&store.home.sidecar(made[0].0)).unwrap();
    let request = line("hello");
    let sidecar = Sidecar { key: request.key(), request: request.canonical(), ..template };
    with_runtime(store.journal.start_run(run_of("one", std::slice::from_ref(&request)))).unwrap();
    let sidecar = sidecar.write(&store.home).unwrap();
    let claim = with_runtime(store.journal.claim(request.key())).unwrap();
    assert!(matches!(&claim, Claim::AlreadyDone(outputs) if *outputs == sidecar.outputs), "{claim:?}");
}

#[test]
fn prune_removes_only_what_is_old_and_needed_by_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let made = with_runtime(make(&store, "one", &["hello"]));
    let orphan = store.assets.put(b"orphan").unwrap();
    let unfinished = store.assets.path(orphan).with_file_name(".babblecast-unfinished-x");
    std::fs::write(&unfinished, "half").unwrap();
    std::fs::write(store.home.assets().join("foreign"), "foreign").unwrap();
    let now = SystemTime::now();
    assert_eq!(store.prune(now).unwrap(), Pruned::default());
    let later = now + Duration::from_hours(2);
    assert_eq!(store.prune(later).unwrap(), Pruned { assets: 1, unfinished: 1, bytes: 10, events: 0 });
    assert!(!store.assets.path(orphan).exists() && !unfinished.exists());
    assert!(store.assets.path(made[0].1[0].hash).exists() && store.home.assets().join("foreign").exists());
}

#[test]
fn a_file_stored_again_is_young_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let hash = store.assets.put(b"orphan").unwrap();
    let long_ago = SystemTime::now() - Duration::from_hours(24);
    std::fs::File::open(store.assets.path(hash)).unwrap().set_modified(long_ago).unwrap();
    store.assets.put(b"orphan").unwrap();
    assert_eq!(store.prune(SystemTime::now()).unwrap(), Pruned::default());
}

#[test]
fn what_only_a_sidecar_needs_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let made = with_runtime(make(&store, "one", &["hello"]));
    drop(store);
    std::fs::remove_file(folder.path().join("studio.db")).unwrap();
    let store = open(folder.path());
    let later = SystemTime::now() + Duration::from_hours(2);
    assert_eq!(store.prune(later).unwrap().assets, 0);
    assert_eq!(state(&store, made[0].0), StoredState::Done);
}

#[test]
fn a_rebuild_on_purpose_needs_the_home_for_itself() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let made = with_runtime(make(&store, "one", &["hello"]));
    assert!(rebuild_database(folder.path()).is_err());
    drop(store);
    let (store, rebuilt) = rebuild_database(folder.path()).unwrap();
    assert_eq!((rebuilt.jobs, rebuilt.damaged.is_some()), (1, true));
    assert_eq!(state(&store, made[0].0), StoredState::Done);
    assert_eq!(store.assets.read(AssetHash::of(b"hello"), 10).unwrap(), b"hello");
}

/// Makes an asset look as if it had been used so many hours before `now`.
fn age(store: &Store, hash: AssetHash, now: SystemTime, hours: u64) {
    let used = now - Duration::from_hours(hours);
    std::fs::File::open(store.assets.path(hash)).unwrap().set_modified(used).unwrap();
}

#[test]
fn clips_used_longest_ago_go_above_the_limit_and_what_was_paid_never_does() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let voice = with_runtime(make(&store, "one", &["paid"]))[0].clone();
    let clips = with_runtime(film(&store, "one", &[(&card("old"), "old clip"), (&card("new"), "new clip")]));
    let now = SystemTime::now() + Duration::from_hours(5);
    age(&store, clips[0].1, now, 4);
    age(&store, clips[1].1, now, 3);
    let prune = |most: u64| store.prune_derived(most, now).unwrap();
    assert_eq!(prune(100), Forgotten::default(), "there is room");
    assert_eq!(prune(8), Forgotten { jobs: vec![clips[0].0], files: 1, bytes: 8 });
    assert_eq!(state(&store, clips[0].0), StoredState::Pending);
    assert_eq!(state(&store, clips[1].0), StoredState::Done);
    age(&store, clips[1].1, now, 0);
    assert_eq!(prune(0), Forgotten::default(), "it may be in use");
    assert_eq!(state(&store, voice.0), StoredState::Done);
}

#[test]
fn what_a_run_asks_for_and_what_the_newest_video_is_made_of_never_goes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let [kept, dropped, asked] = ["kept", "dropped", "asked for"].map(card);
    let first = episode(&[&kept, &dropped]);
    let newest = episode(&[&kept]);
    let made = with_runtime(async {
        let mut made =
            film(&store, "one", &[(&kept, "kept"), (&dropped, "dropped"), (&first, "first"), (&asked, "asked")]).await;
        made.extend(film(&store, "one", &[(&newest, "newest")]).await);
        store.journal.start_run(run_of("two", std::slice::from_ref(&asked))).await.unwrap();
        made
    });
    let now = SystemTime::now() + Duration::from_hours(5);
    for (_, hash) in &made {
        age(&store, *hash, now, 4);
    }
    let mut gone = store.prune_derived(0, now).unwrap().jobs;
    gone.sort();
    let mut expected = vec![dropped.key(), first.key()];
    expected.sort();
    assert_eq!(gone, expected);
}
