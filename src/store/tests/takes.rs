//! Take numbers are given once.

use super::support::*;
use crate::plan::JobKey;
use crate::store::jobs::takes::NewTake;

#[tokio::test]
async fn takes_are_numbered_from_two_for_each_campaign_and_base() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (open(folder.path()), open(folder.path()));
    let request = line("hello");
    let base = request.base();
    let key_of = |request: &crate::plan::Request| {
        let request = request.clone();
        move |number| request.with_take(number).key()
    };
    let one = campaign("one");
    for (store, number) in [(&first, 2), (&second, 3), (&first, 4)] {
        let take = store.journal.new_take(&one, base, 1, key_of(&request)).await.unwrap();
        assert_eq!(take, NewTake { number, key: request.with_take(number).key() });
    }
    assert_eq!(second.journal.new_take(&campaign("two"), base, 1, key_of(&request)).await.unwrap().number, 2);
    let other = line("other").base();
    let takes = second.journal.takes(&one, &[base, other]).await.unwrap();
    assert_eq!(takes.keys().collect::<Vec<_>>(), [&base]);
    assert_eq!(takes[&base].iter().map(|take| take.number).collect::<Vec<_>>(), [2, 3, 4]);
}

#[test]
fn two_processes_never_give_the_same_take() {
    let folder = tempfile::tempdir().unwrap();
    let stores = [open(folder.path()), open(folder.path())];
    let base = JobKey::of(b"base");
    let mut numbers: Vec<u32> = std::thread::scope(|scope| {
        let threads = stores.each_ref().map(|store| {
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                let next = |_| {
                    let key_of = |number: u32| JobKey::of(&number.to_le_bytes());
                    runtime.block_on(store.journal.new_take(&campaign("one"), base, 1, key_of)).unwrap().number
                };
                (0..10).map(next).collect::<Vec<_>>()
            })
        });
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    numbers.sort_unstable();
    assert_eq!(numbers, (2..22).collect::<Vec<_>>());
}
