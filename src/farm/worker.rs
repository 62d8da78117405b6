//! `babblecast worker`: takes orders of its kind, makes them, hands the streams back. Has no home, no keys and no campaigns; what
//! it is given may be hostile, and what it keeps lies in its cache alone.
//!
//! An order is acknowledged when its record is kept; until then the server is told every few seconds that somebody works on
//! it, and gives it to another worker when nobody says so any more. Made twice, it is the same stream under the same name.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::BoxFuture;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::cache::Cache;
use super::kind::Kind;
use super::link::{self, Link};
use super::machine;
use super::settings::FarmSettings;
use super::words::{self, Card};
use crate::media::video::fonts::Font;
use crate::media::video::{WORKERS, keep_ready};
use crate::plan::Request;
use crate::providers::video::{Parts, VideoStudio};
use crate::providers::{JobContext, NotMade};

use self::perform::Taken;
use self::puller::Puller;

mod perform;
mod puller;

/// What a worker is started with.
pub struct WorkerSettings {
    pub farm: FarmSettings,
    /// Clips at once.
    pub slots: usize,
    /// Where it keeps what it fetched, and the most bytes there.
    pub cache: PathBuf,
    pub most_cached: u64,
    /// A worker that said nothing for so long has died.
    pub gone_after: Duration,
    /// By which people tell it from others.
    pub name: String,
}

/// What stops a worker.
#[derive(Clone, Default)]
pub struct Stops {
    /// It finishes what it makes, takes nothing more, and leaves.
    pub drain: CancellationToken,
    /// It hands back what it makes, and leaves.
    pub leave: CancellationToken,
}

/// What a worker has done when it leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub made: u64,
    pub failed: u64,
}

/// Makes the parts of an order.
pub(super) type Draw =
    Arc<dyn Fn(Request, Vec<Font>, JobContext) -> BoxFuture<'static, Result<Parts, NotMade>> + Send + Sync>;

/// Why an order is not made here; the reason is a clause.
type Refuses = Box<dyn Fn(&Request) -> Option<String> + Send + Sync>;

/// After so many tries an order is nobody's any more: it is made at home, with the reason.
pub(super) const MOST_TRIES: u64 = 3;

const SHOW_CARD_EVERY: Duration = Duration::from_secs(3);
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Works until it is stopped. `told` hears sentences for the person who started it.
pub async fn work(
    settings: WorkerSettings,
    video: &VideoStudio,
    stops: Stops,
    told: impl Fn(String) + Send + Sync + 'static,
) -> Result<Totals, String> {
    let kind = Kind::find(video, settings.farm.found.as_deref()).await?;
    // The next order may show the same baby.
    let _keeps_ready = keep_ready();
    // Often there are several on one machine, and a home.
    WORKERS.mind_others();
    let away = kind.away.clone();
    let draw: Draw = Arc::new(move |request, lent, context| {
        let away = away.clone();
        Box::pin(async move { away.make(&request, lent, context).await })
    });
    let name = kind.name.clone();
    Box::pin(Worker::work(settings, name, move |request| kind.refuses(request), draw, stops, Arc::new(told))).await
}

/// Everything that the slots of a worker share.
pub(super) struct Worker {
    link: Link,
    name: String,
    kind: String,
    slots: usize,
    cache: Cache,
    gone_after: Duration,
    refuses: Refuses,
    draw: Draw,
    stops: Stops,
    told: Arc<dyn Fn(String) + Send + Sync>,
    counts: Counts,
    making: Mutex<BTreeMap<u64, String>>,
}

#[derive(Default)]
struct Counts {
    taken: AtomicU64,
    made: AtomicU64,
    failed: AtomicU64,
    bytes: AtomicU64,
    lately: Mutex<VecDeque<Instant>>,
}

impl Worker {
    pub(super) async fn work(
        settings: WorkerSettings,
        kind: String,
        refuses: impl Fn(&Request) -> Option<String> + Send + Sync + 'static,
        draw: Draw,
        stops: Stops,
        told: Arc<dyn Fn(String) + Send + Sync>,
    ) -> Result<Totals, String> {
        let WorkerSettings { farm, slots, cache, most_cached, gone_after, name } = settings;
        let folder = cache.display().to_string();
        let cache = Cache::open(cache, most_cached).map_err(|error| {
            format!("The cache folder {folder} cannot be made: {error}. Name another one with --cache.")
        })?;
        let name = words::token(&name);
        let Some(link) = Box::pin(call(&farm, &name, &stops, &*told)).await else {
            return Ok(Totals { made: 0, failed: 0 });
        };
        told(format!("{name} takes orders at {} ({slots} at once, kind {kind})", farm.shown()));
        let worker = Arc::new(Self {
            link,
            name,
            kind,
            slots,
            cache,
            gone_after,
            refuses: Box::new(refuses),
            draw,
            stops,
            told,
            counts: Counts::default(),
            making: Mutex::default(),
        });
        let cards = tokio::spawn(worker.clone().show_cards());
        let puller = Arc::new(tokio::sync::Mutex::new(Puller::new(&worker.link, &worker.kind, gone_after).await));
        let slots = (0..slots.max(1)).map(|_| tokio::spawn(worker.clone().serve(puller.clone())));
        futures::future::join_all(slots.collect::<Vec<_>>()).await;
        cards.abort();
        worker.link.say(link::card_subject(&worker.name), words::write(&worker.card(true))).await;
        // A server that is gone hears nothing, however long it is waited for.
        let _ = tokio::time::timeout(Duration::from_secs(5), worker.link.client.flush()).await;
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Ok(Totals { made: count(&worker.counts.made), failed: count(&worker.counts.failed) })
    }

    fn is_stopping(&self) -> bool {
        self.stops.drain.is_cancelled() || self.stops.leave.is_cancelled()
    }

    /// One slot: order after order. What was made is handed back while the next one is drawn.
    async fn serve(self: Arc<Self>, puller: Arc<tokio::sync::Mutex<Puller>>) {
        let mut handing_back: Option<JoinHandle<()>> = None;
        while !self.is_stopping() {
            let next = Box::pin(async { puller.lock().await.next(&self.link).await });
            let (customer, message) = tokio::select! {
                next = next => next,
                () = self.stops.drain.cancelled() => break,
                () = self.stops.leave.cancelled() => break,
            };
            let number = self.counts.taken.fetch_add(1, Ordering::Relaxed);
            self.making().insert(number, customer.campaign.clone());
            let made = Box::pin(self.draw(Taken { customer, message, number })).await;
            if let Some(before) = handing_back.take() {
                let _ = before.await;
            }
            match made {
                Some(made) => handing_back = Some(tokio::spawn(self.clone().hand_back(made))),
                None => drop(self.making().remove(&number)),
            }
        }
        if let Some(before) = handing_back {
            let _ = before.await;
        }
    }

    fn making(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, String>> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows its card every few seconds, to who asks, and before it leaves.
    async fn show_cards(self: Arc<Self>) {
        let subjects = [link::HELLO.to_owned(), link::drain_subject(&self.name), link::drain_subject("all")];
        let mut heard = futures::stream::SelectAll::new();
        for subject in subjects {
            match self.link.client.subscribe(subject).await {
                Ok(subscription) => heard.push(subscription),
                Err(error) => tracing::warn!(%error, "nobody can ask this worker for its card"),
            }
        }
        loop {
            self.link.say(link::card_subject(&self.name), words::write(&self.card(false))).await;
            tokio::select! {
                () = tokio::time::sleep(SHOW_CARD_EVERY) => {
                    if self.link.is_up() && !self.link.is_prepared().await {
                        let repaired = self.link.repair().await;
                        tracing::info!(?repaired, "the farm's server has forgotten everything and is prepared again");
                    }
                }
                Some(message) = heard.next() => {
                    if message.subject.as_str() != link::HELLO && !self.stops.drain.is_cancelled() {
                        (self.told)("told to drain: what is being made is finished, nothing more is taken".to_owned());
                        self.stops.drain.cancel();
                    }
                }
            }
        }
    }

    fn lately(&self) -> std::sync::MutexGuard<'_, VecDeque<Instant>> {
        self.counts.lately.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn card(&self, left: bool) -> Card {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let mut lately = self.lately();
        while lately.front().is_some_and(|made| made.elapsed() > Duration::from_mins(1)) {
            lately.pop_front();
        }
        Card {
            name: self.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            kind: self.kind.clone(),
            machine: machine::here(),
            slots: self.slots,
            making: self.making().values().cloned().collect(),
            made: count(&self.counts.made),
            failed: count(&self.counts.failed),
            made_last_minute: lately.len() as u64,
            bytes: count(&self.counts.bytes),
            draining: self.is_stopping(),
            left,
        }
    }
}

/// Calls the server until it answers; `None` when the worker is stopped before.
async fn call(farm: &FarmSettings, name: &str, stops: &Stops, told: &(dyn Fn(String) + Send + Sync)) -> Option<Link> {
    let mut said = String::new();
    loop {
        let opened = tokio::select! {
            opened = Link::open(farm, name) => opened,
            () = stops.drain.cancelled() => return None,
            () = stops.leave.cancelled() => return None,
        };
        match opened {
            Ok(link) => return Some(link),
            Err(why) if why == said => {}
            Err(why) => {
                told(format!("{why} It is tried again every {} s.", TRY_AGAIN_AFTER.as_secs()));
                said = why;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(TRY_AGAIN_AFTER) => {}
            () = stops.drain.cancelled() => return None,
            () = stops.leave.cancelled() => return None,
        }
    }
}
