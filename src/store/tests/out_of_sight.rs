//! What nobody can look at now is neither dead nor damaged: nothing is changed, and later it is as it was. A symbolic link
//! to itself cannot be opened by anybody, as a file without rights, on a failing disk, or when no more may be open.

use std::path::{Path, PathBuf};

use super::support::*;
use crate::domain::MicroDollars;
use crate::store::ground::error::StoreError;
use crate::store::jobs::states::StoredState;
use crate::store::payments::begin::Begun;
use crate::store::payments::ledger::Scope;
use crate::store::payments::settle::Settled;
use crate::store::studio::Store;

/// Hides a file until it is shown again.
struct Hidden {
    path: PathBuf,
    aside: PathBuf,
}

impl Hidden {
    fn new(path: &Path) -> Self {
        let aside = path.with_extension("aside");
        std::fs::rename(path, &aside).unwrap();
        std::os::unix::fs::symlink(path, path).unwrap();
        Self { path: path.to_owned(), aside }
    }

    fn show(self) {
        std::fs::remove_file(&self.path).unwrap();
        std::fs::rename(&self.aside, &self.path).unwrap();
    }
}

fn only_file_of(store: &Store, ending: &str) -> PathBuf {
    let names = names(&store.home.spool());
    let name = names.iter().find(|name| name.ends_with(ending)).expect(ending);
    store.home.spool().join(name)
}

#[tokio::test]
async fn a_program_whose_lock_cannot_be_looked_at_keeps_its_calls_and_its_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (open(folder.path()), open(folder.path()));
    let (run, requests) = plan(&first, &["in flight", "received", "free"]).await;
    let in_flight = go(first.begin(call(&run, &requests[0])).await.unwrap());
    let mut received = go(first.begin(call(&run, &requests[1])).await.unwrap());
    receive(&mut received, b"raw reply");
    let _lease = yours(first.journal.claim(requests[2].key()).await.unwrap());
    let owner = first.journal.owner();
    let hidden = Hidden::new(&first.home.instances().join(format!("{owner}.lock")));
    let third = open(folder.path());
    for store in [&second, &third] {
        assert!(store.adoptable().await.unwrap().is_empty(), "a living program's reply was taken");
        assert_eq!(store.unknowns().await.unwrap(), []);
        for request in &requests[..2] {
            let begun = store.begin(call(&run, request)).await.unwrap();
            assert!(matches!(begun, Begun::HeldBy(holder) if holder == owner), "{begun:?}");
        }
        assert_eq!(holder(store.journal.claim(requests[2].key()).await.unwrap()), owner);
    }
    assert_eq!(names(&first.home.quarantine()), [""; 0]);
    hidden.show();
    first.settle(in_flight, made(b"in flight")).await.unwrap();
    first.settle(received, made(b"received")).await.unwrap();
    assert_eq!(third.journal.used(Scope::Month).await.unwrap(), MicroDollars(80_000));
}

#[tokio::test]
async fn a_reply_that_cannot_be_opened_now_is_adopted_later() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    let mut paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
    receive(&mut paid, b"raw reply");
    drop(paid);
    let hidden = Hidden::new(&only_file_of(&store, ".resp"));
    assert!(matches!(store.adoptable().await, Err(StoreError::File { .. })));
    assert!(matches!(store.begin(call(&run, &requests[0])).await, Err(StoreError::File { .. })));
    assert_eq!(store.unknowns().await.unwrap(), [], "a reply that is there was given up");
    drop(store);
    // Another start sees as little, and changes as little.
    assert!(matches!(Store::open(folder.path()), Err(StoreError::File { .. })));
    hidden.show();
    let store = open(folder.path());
    assert_eq!(names(&store.home.quarantine()), [""; 0]);
    let mut adoptable = store.adoptable().await.unwrap();
    store.settle(adoptable.remove(0), made(b"hello")).await.unwrap();
}

#[tokio::test]
async fn a_result_whose_note_cannot_be_opened_now_is_not_bought_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    let key = requests[0].key();
    let paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
    store.settle(paid, made(b"hello")).await.unwrap();
    drop(store);
    std::fs::remove_file(folder.path().join("studio.db")).unwrap();
    let home = crate::store::home::layout::Home::open(folder.path()).unwrap();
    let hidden = Hidden::new(&home.sidecar(key));
    // The folder lists a link, which is no plain file: the job is not known.
    let store = open(folder.path());
    store.journal.start_run(run.clone()).await.unwrap();
    assert!(matches!(store.begin(call(&run, &requests[0])).await, Err(StoreError::File { .. })));
    assert!(matches!(store.journal.claim(key).await, Err(StoreError::File { .. })));
    hidden.show();
    let begun = store.begin(call(&run, &requests[0])).await.unwrap();
    assert!(matches!(begun, Begun::AlreadyDone(_)), "{begun:?}");
    assert_eq!(store.journal.used(Scope::Month).await.unwrap(), MicroDollars(40_000), "its payment is forgotten");
    assert_eq!(store.journal.states(&[key]).await.unwrap()[&key].state, StoredState::Done);
}

/// A folder stands where the reply would get its final name, as a disk that fails would.
#[tokio::test]
async fn a_reply_that_the_disk_would_not_have_is_kept_for_the_person() {
    for is_told in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        let (run, requests) = plan(&store, &["hello"]).await;
        let mut paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
        std::io::Write::write_all(&mut paid.spool, b"raw reply").unwrap();
        let place = only_file_of(&store, ".part").with_extension("resp");
        std::fs::create_dir_all(place.join("in the way")).unwrap();
        let failed = paid.spool.complete(&serde_json::json!({"status": 200}));
        assert!(matches!(failed, Err(StoreError::File { .. })), "{failed:?}");
        if is_told {
            let settled = Settled::Unknown { failure: failure("the disk failed"), http_status: None, quarantine: true };
            store.settle(paid, settled).await.unwrap();
        } else {
            // Its program ends here; the next one finds what is there.
            drop(paid);
            assert!(store.adoptable().await.unwrap().is_empty());
        }
        let calls = store.unknowns().await.unwrap();
        let kept = calls[0].quarantined.as_ref().expect("the reply was thrown away");
        let bytes = std::fs::read(kept).unwrap();
        assert!(bytes.ends_with(b"\nraw reply"), "{} bytes", bytes.len());
    }
}
