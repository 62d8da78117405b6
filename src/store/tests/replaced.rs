//! A database that is deleted, moved or replaced while a program has it open: nothing is begun in two of them.

use super::support::*;
use crate::store::ground::error::StoreError;
use crate::store::jobs::states::StoredState;
use crate::store::payments::begin::Begun;
use crate::store::studio::Store;

fn remove_database(root: &std::path::Path) {
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(root.join(format!("studio.db{ending}")));
    }
}

#[tokio::test]
async fn no_second_database_is_made_while_a_program_has_a_deleted_one_open() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path());
    let (run, requests) = plan(&first, &["paid", "in flight", "asked for"]).await;
    let mut paid = go(first.begin(call(&run, &requests[0])).await.unwrap());
    let mut in_flight = go(first.begin(call(&run, &requests[1])).await.unwrap());
    receive(&mut paid, b"raw reply");
    remove_database(folder.path());

    let refused = Store::open(folder.path()).err().unwrap();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    assert!(!folder.path().join("studio.db").exists(), "a second database was made");
    for refused in [
        first.begin(call(&run, &requests[2])).await.err().unwrap(),
        first.journal.claim(requests[2].key()).await.err().unwrap(),
    ] {
        assert!(matches!(refused, StoreError::Replaced { .. }), "{refused}");
    }
    assert_eq!(names(&first.home.spool()).len(), 2, "room was kept for a call that is not made");

    // What was called before is settled, and kept.
    first.settle(paid, made(b"paid")).await.unwrap();
    receive(&mut in_flight, b"raw reply");
    drop((in_flight, first));
    let (store, rebuilt) = Store::open(folder.path()).unwrap();
    assert_eq!(rebuilt.unwrap().calls, 2);
    assert_eq!(store.journal.states(&[requests[0].key()]).await.unwrap()[&requests[0].key()].state, StoredState::Done);
    assert_eq!(store.adoptable().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_older_database_is_not_used_while_a_program_has_the_newer_one_open() {
    let folder = tempfile::tempdir().unwrap();
    let (database, older) = (folder.path().join("studio.db"), folder.path().join("older"));
    drop(open(folder.path()));
    std::fs::copy(&database, &older).unwrap();
    let first = open(folder.path());
    let (run, requests) = plan(&first, &["asked for"]).await;
    remove_database(folder.path());
    std::fs::rename(&older, &database).unwrap();
    let refused = Store::open(folder.path()).err().unwrap();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    let refused = first.begin(call(&run, &requests[0])).await.err().unwrap();
    assert!(matches!(refused, StoreError::Replaced { .. }), "{refused}");
    drop(first);
    assert!(Store::open(folder.path()).is_ok());
}

/// What an older database does not know is bought once and counted once.
#[tokio::test]
async fn an_older_database_in_a_newer_home_forgets_no_payment() {
    for has_lost_count in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (database, older) = (folder.path().join("studio.db"), folder.path().join("older"));
        let store = open(folder.path());
        let (run, requests) = plan(&store, &["first", "second", "doubted"]).await;
        let paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
        store.settle(paid, made(b"first")).await.unwrap();
        let doubted = go(store.begin(call(&run, &requests[2])).await.unwrap());
        store
            .settle(
                doubted,
                crate::store::payments::settle::Settled::Unknown {
                    failure: failure("it broke"),
                    http_status: None,
                    quarantine: false,
                },
            )
            .await
            .unwrap();
        drop(store);
        std::fs::copy(&database, &older).unwrap();
        let store = open(folder.path());
        let paid = go(store.begin(call(&run, &requests[1])).await.unwrap());
        store.settle(paid, made(b"second")).await.unwrap();
        let id = store.unknowns().await.unwrap()[0].attempt;
        store.settle(store.reopen(id).await.unwrap(), made(b"doubted")).await.unwrap();
        let spent = store.journal.spend().await.unwrap().total();
        drop(store);

        remove_database(folder.path());
        std::fs::rename(&older, &database).unwrap();
        if has_lost_count {
            std::fs::write(folder.path().join("bump"), "").unwrap();
        }
        let store = open(folder.path());
        if has_lost_count {
            // Then it is found where it is needed: before it would be bought, or by a look at everything.
            let begun = store.begin(call(&run, &requests[1])).await.unwrap();
            assert!(matches!(begun, Begun::AlreadyDone(_)), "{begun:?}");
            let looked = store.clone();
            tokio::task::spawn_blocking(move || looked.verify(|_, _| {})).await.unwrap().unwrap();
        }
        assert_eq!(store.journal.spend().await.unwrap().total(), spent, "{has_lost_count}");
        assert_eq!(store.unknowns().await.unwrap(), []);
        for request in &requests {
            let begun = store.begin(call(&run, request)).await.unwrap();
            assert!(matches!(begun, Begun::AlreadyDone(_)), "{begun:?}");
        }
    }
}

/// A program's name stays in the database until it is free: one that opens the home meanwhile is not refused.
#[tokio::test]
async fn a_program_that_is_just_ending_keeps_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path());
    let name = first.home.instances().join(format!("{}.lock", first.journal.owner()));
    drop(first);
    // As if its last step, to let go of its name, were still to come.
    let lock = std::fs::File::create(&name).unwrap();
    lock.lock().unwrap();
    drop(open(folder.path()));
    // Once it is gone, nothing of it stays.
    drop(lock);
    drop(open(folder.path()));
    let database = rusqlite::Connection::open(folder.path().join("studio.db")).unwrap();
    let names: u32 = database.query_row("SELECT count(*) FROM instance", [], |row| row.get(0)).unwrap();
    assert_eq!(names, 1, "only that of the last one");
}
