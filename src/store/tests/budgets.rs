//! No limit is ever crossed, however many processes try at once.

use super::support::*;
use crate::domain::MicroDollars;
use crate::plan::{JobKey, ProviderId, Request};
use crate::store::journal::attempts::Resolution;
use crate::store::payments::begin::{Begin, Begun, Caps};
use crate::store::payments::ledger::Scope;
use crate::store::payments::settle::Settled;
use crate::store::studio::Store;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// Four processes that want the same jobs; what each was allowed to call.
fn race(stores: &[Store; 4], begin: impl Fn(&Request) -> Begin + Sync, requests: &[Request]) -> Vec<JobKey> {
    std::thread::scope(|scope| {
        let begin = &begin;
        let threads = stores.each_ref().map(|store| {
            scope.spawn(move || {
                let runtime = runtime();
                let mut allowed = Vec::new();
                for request in requests {
                    if let Begun::Go(paid) = runtime.block_on(store.begin(begin(request))).unwrap() {
                        allowed.push(paid.key());
                        // Stays in flight for as long as the store is open.
                        std::mem::forget(paid);
                    }
                }
                allowed
            })
        });
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn four_processes_begin_each_call_once() {
    let folder = tempfile::tempdir().unwrap();
    let stores = [(); 4].map(|()| open(folder.path()));
    let texts: Vec<String> = (0..12).map(|n| format!("line {n}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (run, requests) = runtime().block_on(plan(&stores[0], &texts));
    runtime().block_on(stores[0].journal.note_limits(ProviderId::ElevenLabs, Some(100), None)).unwrap();
    let mut allowed = race(&stores, |request| Begin { at_once: 100, ..call(&run, request) }, &requests);
    allowed.sort_unstable();
    let mut keys: Vec<JobKey> = requests.iter().map(Request::key).collect();
    keys.sort_unstable();
    assert_eq!(allowed, keys);
}

#[test]
fn four_processes_together_never_cross_a_limit() {
    for caps in [
        Caps { run: Some(MicroDollars(249_999)), ..Caps::default() },
        Caps { campaign: Some(MicroDollars(200_000)), ..Caps::default() },
        Caps { month: Some(MicroDollars(200_000)), run: Some(MicroDollars(1_000_000)), ..Caps::default() },
    ] {
        let folder = tempfile::tempdir().unwrap();
        let stores = [(); 4].map(|()| open(folder.path()));
        let (run, requests) = runtime().block_on(plan(&stores[0], &["a", "b", "c", "d", "e", "f", "g"]));
        let allowed = race(&stores, |request| Begin { caps, ..call(&run, request) }, &requests);
        assert_eq!(allowed.len(), 4, "{caps:?}");
        for scope in [Scope::Run(run.run), Scope::Campaign(run.campaign.clone()), Scope::Month] {
            assert_eq!(runtime().block_on(stores[1].journal.used(scope)).unwrap(), MicroDollars(200_000));
        }
    }
}

#[test]
fn four_processes_together_never_make_more_calls_at_once_than_a_provider_takes() {
    let folder = tempfile::tempdir().unwrap();
    let stores = [(); 4].map(|()| open(folder.path()));
    let (run, requests) = runtime().block_on(plan(&stores[0], &["a", "b", "c", "d", "e", "f", "g"]));
    let allowed = race(&stores, |request| Begin { at_once: 3, ..call(&run, request) }, &requests);
    assert_eq!(allowed.len(), 3);
}

#[tokio::test]
async fn every_limit_counts_what_is_paid_reserved_unknown_and_decided_on_but_nothing_free() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["paid", "free", "unknown", "dropped", "in flight", "next"]).await;
    let unknown = || Settled::Unknown { failure: failure("it broke"), http_status: None, quarantine: false };
    let free = Settled::Free { failure: failure("no"), retry: false, http_status: Some(400) };
    for (request, settled) in requests.iter().zip([made(b"paid"), free, unknown(), unknown()]) {
        let paid = go(store.begin(call(&run, request)).await.unwrap());
        store.settle(paid, settled).await.unwrap();
    }
    let dropped = store.unknowns().await.unwrap()[1].attempt;
    store.resolve(dropped, Resolution::Drop).await.unwrap();
    let flying = go(store.begin(call(&run, &requests[4])).await.unwrap());

    let used = MicroDollars(40_000 + 3 * 50_000);
    let begin =
        |cap| Begin { caps: Caps { campaign: Some(cap), ..Caps::default() }, ..call(&run, requests.last().unwrap()) };
    let over = store.begin(begin(used + MicroDollars(49_999))).await.unwrap();
    let Begun::OverCap { scope, limit, used: counted, needs } = over else { panic!("{over:?}") };
    assert_eq!((scope, limit), (Scope::Campaign(run.campaign.clone()), used + MicroDollars(49_999)));
    assert_eq!((counted, needs), (used, PRICE));
    let next = go(store.begin(begin(used + PRICE)).await.unwrap());
    let last_cap = store.journal.last_cap(Scope::Campaign(run.campaign.clone())).await.unwrap();
    assert_eq!(last_cap, Some(used + PRICE));

    let amounts = store.journal.spend().await.unwrap().total();
    assert_eq!((amounts.paid, amounts.unknown), (MicroDollars(40_000), PRICE + PRICE));
    assert_eq!((amounts.reserved, amounts.saved_by_cache), (PRICE + PRICE, MicroDollars::ZERO));
    drop((flying, next));
}

#[tokio::test]
async fn a_limit_of_the_month_begins_anew_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["last month", "now"]).await;
    let paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
    store.settle(paid, made(b"x")).await.unwrap();
    let back_dated = store.journal.write(|writing| {
        let before = "1000 * unixepoch(sent_at / 1000, 'unixepoch', 'start of month') - 1";
        Ok(writing.connection.execute(&format!("UPDATE attempt SET sent_at = {before}"), [])?)
    });
    assert_eq!(back_dated.await.unwrap(), 1);
    assert_eq!(store.journal.used(Scope::Month).await.unwrap(), MicroDollars::ZERO);
    assert_eq!(store.journal.used(Scope::Run(run.run)).await.unwrap(), MicroDollars(40_000));
    let caps = Caps { month: Some(PRICE), ..Caps::default() };
    go(store.begin(Begin { caps, ..call(&run, &requests[1]) }).await.unwrap());
}

#[tokio::test]
async fn a_run_that_finds_paid_results_says_what_it_was_spared() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (run, requests) = plan(&store, &["hello"]).await;
    let paid = go(store.begin(call(&run, &requests[0])).await.unwrap());
    store.settle(paid, made(b"hello")).await.unwrap();
    let earlier = store
        .journal
        .write(|writing| Ok(writing.connection.execute("UPDATE attempt SET ended_at = ended_at - 1000", [])?));
    earlier.await.unwrap();
    let again = run_of("two", &requests);
    store.journal.start_run(again.clone()).await.unwrap();
    let spared = store.journal.spend_of(again.run).await.unwrap();
    assert_eq!((spared.paid, spared.saved_by_cache), (MicroDollars::ZERO, MicroDollars(40_000)));
    let first = store.journal.spend_of(run.run).await.unwrap();
    assert_eq!((first.paid, first.saved_by_cache), (MicroDollars(40_000), MicroDollars::ZERO));
    let spend = store.journal.spend().await.unwrap();
    let lines: Vec<_> = spend.lines.iter().map(|line| (line.campaign.as_str(), line.provider.name())).collect();
    assert_eq!(lines, [("one", "elevenlabs"), ("two", "elevenlabs")]);
}
