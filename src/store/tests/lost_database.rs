//! The database can be lost without losing anything made.

use super::support::*;
use crate::store::ground::error::StoreError;
use crate::store::jobs::states::StoredState;
use crate::store::studio::Store;
use crate::store::upkeep::rebuild::Rebuilt;

/// Makes two lines and two takes, closes the store, and says what was stored.
async fn filled(root: &std::path::Path) -> Vec<(crate::plan::JobKey, Vec<crate::plan::Output>)> {
    let store = open(root);
    let made = make(&store, "one", &["hello", "there"]).await;
    for _ in 0..2 {
        let request = line("hello");
        store.journal.new_take(&campaign("one"), request.base(), 1, move |n| request.with_take(n).key()).await.unwrap();
    }
    made
}

async fn assert_same(store: &Store, made: &[(crate::plan::JobKey, Vec<crate::plan::Output>)]) {
    for (key, outputs) in made {
        let job = &store.journal.states(&[*key]).await.unwrap()[key];
        assert_eq!((&job.state, &job.outputs, job.milliseconds), (&StoredState::Done, outputs, Some(7)));
    }
    let base = line("hello").base();
    let takes = store.journal.takes(&campaign("one"), &[base]).await.unwrap();
    assert_eq!(takes[&base].iter().map(|take| take.number).collect::<Vec<_>>(), [2, 3]);
}

#[tokio::test]
async fn a_deleted_database_is_rebuilt_with_its_states_outputs_and_takes() {
    let folder = tempfile::tempdir().unwrap();
    let made = filled(folder.path()).await;
    std::fs::remove_file(folder.path().join("studio.db")).unwrap();
    let (store, rebuilt) = Store::open(folder.path()).unwrap();
    assert_eq!(rebuilt, Some(Rebuilt { jobs: 2, takes: 2, ..Rebuilt::default() }));
    assert_same(&store, &made).await;
    drop(store);
    assert_eq!(Store::open(folder.path()).unwrap().1, None, "rebuilt a second time");
}

#[tokio::test]
async fn a_spoiled_database_is_kept_aside_and_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let made = filled(folder.path()).await;
    for round in ["studio.db.damaged", "studio.db.damaged-2"] {
        std::fs::write(folder.path().join("studio.db"), "this is no database, and it is long enough to be looked at")
            .unwrap();
        let (store, rebuilt) = Store::open(folder.path()).unwrap();
        assert_eq!(rebuilt.unwrap().damaged.map(|(path, _)| path), Some(folder.path().join(round)));
        assert_same(&store, &made).await;
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_counted_and_left_and_what_is_incomplete_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let made = filled(folder.path()).await;
    let store = open(folder.path());
    let (broken, lost) = (made[0].0, made[1].0);
    std::fs::write(store.home.sidecar(broken), "{").unwrap();
    std::fs::remove_file(store.assets.path(made[1].1[0].hash)).unwrap();
    let log = store.home.take_log();
    let cut_off = std::fs::read_to_string(&log).unwrap() + "\n{\"campaign\":\"on";
    std::fs::write(&log, cut_off).unwrap();
    drop(store);
    std::fs::remove_file(folder.path().join("studio.db")).unwrap();
    let (store, rebuilt) = Store::open(folder.path()).unwrap();
    assert_eq!(rebuilt, Some(Rebuilt { incomplete: 1, takes: 2, unreadable: 2, ..Rebuilt::default() }));
    let states = store.journal.states(&[broken, lost]).await.unwrap();
    assert_eq!(states.len(), 1);
    assert_eq!(states[&lost].state, StoredState::Pending);
    assert!(store.home.sidecar(broken).exists());
    // A take after a cut-off line is not lost with it.
    let request = line("hello");
    store.journal.new_take(&campaign("one"), request.base(), 1, move |n| request.with_take(n).key()).await.unwrap();
    drop(store);
    std::fs::remove_file(folder.path().join("studio.db")).unwrap();
    assert_eq!(Store::open(folder.path()).unwrap().1.unwrap().takes, 3);
}

#[test]
fn a_newer_database_is_neither_changed_nor_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let database = folder.path().join("studio.db");
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    connection.close().unwrap();
    let before = std::fs::read(&database).unwrap();
    assert!(matches!(Store::open(folder.path()), Err(StoreError::NewerVersion { found: 99, .. })));
    assert_eq!(std::fs::read(&database).unwrap(), before);
}
