//! Workers that leave: when they are told to end, when they are told from elsewhere, and at once.

use tokio::task::JoinHandle;

use super::*;
use crate::farm::worker::Totals;

/// Holds up whoever draws until it is opened, and tells how many have begun.
#[derive(Clone)]
struct Gate {
    began: watch::Sender<usize>,
    is_open: watch::Sender<bool>,
}

impl Gate {
    fn closed() -> Self {
        Self { began: watch::Sender::new(0), is_open: watch::Sender::new(false) }
    }

    /// Draws as a worker does, behind the gate.
    fn draw(&self) -> Draw {
        let (gate, honest) = (self.clone(), honest());
        Arc::new(move |request, lent, context| {
            let (gate, drawn) = (gate.clone(), honest(request, lent, context));
            Box::pin(async move {
                gate.began.send_modify(|began| *began += 1);
                gate.is_open.subscribe().wait_for(|is_open| *is_open).await.unwrap();
                drawn.await
            })
        })
    }

    async fn until_begun(&self, count: usize) {
        soon(self.began.subscribe().wait_for(|began| *began >= count)).await.unwrap();
    }
}

/// A worker that can be told apart from others, and is dead only after an hour of silence.
async fn worker(
    ground: &Ground,
    name: &str,
    draw: Draw,
) -> (Stops, JoinHandle<Result<Totals, String>>, tempfile::TempDir) {
    let stops = Stops::default();
    let (working, cache) = ground.worker_with(name, 1, draw, stops.clone(), Duration::from_hours(1)).await;
    (stops, working, cache)
}

async fn until_gone(ground: &Ground, name: &str) {
    let mut sight = ground.farm.sight();
    let gone = sight.wait_for(|sight| sight.workers.iter().all(|worker| worker.name != name));
    soon(gone).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_drains_finishes_what_it_makes_and_takes_nothing_more() {
    let Some(ground) = Ground::new("a_worker_that_drains", LONG).await else { return };
    let gate = Gate::closed();
    let (stops, working, _cache) = worker(&ground, "one", gate.draw()).await;
    let drains = async {
        gate.until_begun(1).await;
        until("both are ordered", async || ground.link.queued().await == Some(2)).await;
        stops.drain.cancel();
        gate.is_open.send_replace(true);
        assert_eq!(soon(working).await.unwrap(), Ok(Totals { made: 1, failed: 0 }));
        assert_eq!(*gate.began.borrow(), 1, "it took nothing more");
        until_gone(&ground, "one").await;
        until("what it made came home", async || ground.figures().made == 1).await;
        worker(&ground, "two", honest()).await
    };
    let (naps, snacks, _two) = tokio::join!(ground.make("Naps"), ground.make("Snacks"), drains);
    assert_eq!((naps, snacks), (ground.made_here("Naps").await, ground.made_here("Snacks").await));
    assert_eq!((ground.figures().made, ground.figures().at_home), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_leaves_at_once_hands_back_what_it_makes() {
    let Some(ground) = Ground::new("a_worker_that_leaves", LONG).await else { return };
    let gate = Gate::closed();
    let (stops, working, _cache) = worker(&ground, "one", gate.draw()).await;
    let leaves = async {
        gate.until_begun(1).await;
        stops.leave.cancel();
        assert_eq!(soon(working).await.unwrap(), Ok(Totals { made: 0, failed: 0 }));
        until_gone(&ground, "one").await;
        // It is dead only after an hour: nobody else gets the order unless it was handed back.
        worker(&ground, "two", honest()).await
    };
    let (made, _two) = tokio::join!(ground.make("Naps"), leaves);
    assert_eq!(made, ground.made_here("Naps").await);
    assert_eq!((ground.figures().made, ground.figures().at_home), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_drains_when_it_is_named_and_all_do_when_all_are() {
    let Some(ground) = Ground::new("a_worker_drains_when_named", LONG).await else { return };
    let (_, one, _first) = worker(&ground, "one", honest()).await;
    let (_, two, _second) = worker(&ground, "two", honest()).await;
    ground.link.say(link::drain_subject("one"), Vec::new()).await;
    assert_eq!(soon(one).await.unwrap(), Ok(Totals { made: 0, failed: 0 }));
    until_gone(&ground, "one").await;
    assert!(!two.is_finished() && ground.farm.sight().borrow().slots() == 1);
    assert_eq!(ground.make("Naps").await, ground.made_here("Naps").await);
    ground.link.say(link::drain_subject("all"), Vec::new()).await;
    assert_eq!(soon(two).await.unwrap(), Ok(Totals { made: 1, failed: 0 }));
}
