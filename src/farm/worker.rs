//! `babblecast worker`: takes orders of its kind, makes them, hands the streams back. Has no home, no keys and no campaigns; what
//! it is given may be hostile, and what it keeps lies in its cache alone.
//!
//! An order is acknowledged when its record is kept; until then the server is told every few seconds that somebody works on
//! it, and gives it to another worker when nobody says so any more. Made twice, it is the same stream under the same name.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_nats::jetstream::AckKind;
use async_nats::jetstream::Message;
use futures::StreamExt;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::cache::Cache;
use super::kind::{Kind, context};
use super::link::{self, Link, NoFile};
use super::settings::FarmSettings;
use super::turns::Customer;
use super::words::{self, Card, MOST_INPUT, MOST_ORDER, Order, Outcome, PROTOCOL, Record, Stored};
use crate::plan::{AssetHash, ClipRequest, Request};
use crate::providers::video::VideoStudio;
use crate::providers::{Input, JobContext, NotMade, Source};

use self::puller::Puller;

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

/// Makes the stream of an order.
pub(super) type Draw =
    Arc<dyn Fn(ClipRequest, JobContext) -> BoxFuture<'static, Result<Vec<u8>, NotMade>> + Send + Sync>;

/// Why an order is not made here; the reason is a clause.
type Refuses = Box<dyn Fn(&ClipRequest) -> Option<String> + Send + Sync>;

/// After so many tries an order is nobody's any more: it is made at home, with the reason.
pub(super) const MOST_TRIES: u64 = 3;

const SHOW_CARD_EVERY: Duration = Duration::from_secs(3);
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(5);
const PUTS: u32 = 4;

/// Works until it is stopped. `told` hears sentences for the person who started it.
pub async fn work(
    settings: WorkerSettings,
    video: &VideoStudio,
    stops: Stops,
    told: impl Fn(String) + Send + Sync + 'static,
) -> Result<Totals, String> {
    let kind = Kind::find(video).await?;
    let clips = kind.clips.clone();
    let draw: Draw = Arc::new(move |request, context| {
        let clips = clips.clone();
        Box::pin(async move { clips.stream(&request, context).await })
    });
    let name = kind.name.clone();
    Worker::work(settings, name, move |request| kind.refuses(request), draw, stops, Arc::new(told)).await
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

/// How a try ended.
enum Tried {
    Made(Stored),
    /// Another try may go better; the reason is a clause.
    Failed(String),
    /// None would.
    Refused(String),
}

impl Worker {
    pub(super) async fn work(
        settings: WorkerSettings,
        kind: String,
        refuses: impl Fn(&ClipRequest) -> Option<String> + Send + Sync + 'static,
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
        let Some(link) = call(&farm, &name, &stops, &*told).await else { return Ok(Totals { made: 0, failed: 0 }) };
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
        let _ = worker.link.client.flush().await;
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Ok(Totals { made: count(&worker.counts.made), failed: count(&worker.counts.failed) })
    }

    fn is_stopping(&self) -> bool {
        self.stops.drain.is_cancelled() || self.stops.leave.is_cancelled()
    }

    /// One slot: order after order.
    async fn serve(self: Arc<Self>, puller: Arc<tokio::sync::Mutex<Puller>>) {
        while !self.is_stopping() {
            let next = async { puller.lock().await.next(&self.link).await };
            let (customer, message) = tokio::select! {
                next = next => next,
                () = self.stops.drain.cancelled() => return,
                () = self.stops.leave.cancelled() => return,
            };
            let number = self.counts.taken.fetch_add(1, Ordering::Relaxed);
            self.making().insert(number, customer.campaign.clone());
            self.perform(&customer, &message).await;
            self.making().remove(&number);
        }
    }

    fn making(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, String>> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings one order to an end, or back.
    async fn perform(&self, customer: &Customer, message: &Message) {
        let tries = message.info().map_or(1, |info| info.delivered.max(1).unsigned_abs());
        let order: Order = match words::read(&message.payload, MOST_ORDER) {
            Ok(order) => order,
            Err(why) => {
                (self.told)(format!("An order of {} is not taken: {why}", customer.home));
                return self.acknowledge(message, AckKind::Term).await;
            }
        };
        if tries > MOST_TRIES {
            let reason = format!("its workers died {MOST_TRIES} times");
            return self.give_up(customer, message, &order, reason, tries - 1).await;
        }
        let started = Instant::now();
        let alive = async {
            loop {
                tokio::time::sleep(self.gone_after / 3).await;
                self.acknowledge(message, AckKind::Progress).await;
            }
        };
        let stopped = CancellationToken::new();
        let tried = tokio::select! {
            tried = self.make(&order, &stopped) => tried,
            () = alive => return,
            () = self.stops.leave.cancelled() => {
                stopped.cancel();
                return self.acknowledge(message, AckKind::Nak(None)).await;
            }
        };
        let campaign = &customer.campaign;
        match tried {
            Tried::Made(stored) => {
                self.counts.made.fetch_add(1, Ordering::Relaxed);
                self.lately().push_back(Instant::now());
                (self.told)(format!(
                    "made {} of {campaign} in {:.1} s ({} kB)",
                    order.key.short(),
                    started.elapsed().as_secs_f32(),
                    stored.bytes / 1000
                ));
                if self.record(&order, Outcome::Made(stored)).await {
                    self.acknowledge(message, AckKind::Ack).await;
                }
            }
            Tried::Failed(reason) if tries < MOST_TRIES => {
                (self.told)(format!("{} of {campaign} is handed back: {reason}", order.key.short()));
                self.acknowledge(message, AckKind::Nak(Some(Duration::from_secs(1)))).await;
            }
            Tried::Failed(reason) | Tried::Refused(reason) => {
                self.give_up(customer, message, &order, reason, tries).await;
            }
        }
    }

    /// Nobody tries this order again.
    async fn give_up(&self, customer: &Customer, message: &Message, order: &Order, reason: String, tries: u64) {
        self.counts.failed.fetch_add(1, Ordering::Relaxed);
        (self.told)(format!("{} of {} is given up: {reason}", order.key.short(), customer.campaign));
        self.link.bury(&customer.home, &reason, message.payload.to_vec()).await;
        let outcome = Outcome::Failed { reason: words::cut(&reason), tries };
        if self.record(order, outcome).await {
            self.acknowledge(message, AckKind::Ack).await;
        }
    }

    /// Makes an order, unless somebody has made it.
    async fn make(&self, order: &Order, stopped: &CancellationToken) -> Tried {
        if Request::Clip(order.request.clone()).key() != order.key {
            return Tried::Refused("its key is not that of its request".to_owned());
        }
        if let Some(reason) = (self.refuses)(&order.request) {
            return Tried::Refused(reason);
        }
        if let Some(stored) = self.made_before(order).await {
            return Tried::Made(stored);
        }
        let mut inputs = Vec::new();
        for input in &order.inputs {
            let mut files = Vec::new();
            for (role, stored) in &input.files {
                match self.fetch(*stored).await {
                    Ok(path) => files.push((*role, path)),
                    Err(error) => return Tried::Failed(error.to_string()),
                }
            }
            inputs.push(Input { key: input.key, request: Arc::new(input.request.clone()), files });
        }
        let source = match order.source {
            Some(stored) => match self.fetch(stored).await {
                Ok(path) => Some(Source { path, open: open_cached }),
                Err(error) => return Tried::Failed(error.to_string()),
            },
            None => None,
        };
        let context = JobContext { cancel: stopped.clone(), source, ..context(inputs) };
        let stream = match (self.draw)(order.request.clone(), context).await {
            Ok(stream) => stream,
            Err(NotMade::Cancelled) => return Tried::Failed("it was stopped".to_owned()),
            Err(NotMade::Failed(failure)) => return Tried::Failed(failure.reason),
        };
        let stored = Stored { hash: AssetHash::of(&stream), bytes: stream.len() as u64 };
        for put in 1.. {
            match self.link.put_file(stored.hash, &stream).await {
                Ok(()) => break,
                Err(why) if put == PUTS => return Tried::Failed(why),
                // A server that is started again takes a moment.
                Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
            }
        }
        self.counts.bytes.fetch_add(stored.bytes, Ordering::Relaxed);
        Tried::Made(stored)
    }

    /// What another worker has made of the same order, as far as it is still there.
    async fn made_before(&self, order: &Order) -> Option<Stored> {
        let kept = self.link.made.get(link::record_key(&self.kind, order.key)).await.ok()??;
        let record: Record = words::read(&kept, words::MOST_RECORD).ok()?;
        let Outcome::Made(stored) = record.outcome else { return None };
        self.link.has_file(stored.hash).await.then_some(stored)
    }

    async fn fetch(&self, stored: Stored) -> Result<PathBuf, NoFile> {
        if let Some(path) = self.cache.get(stored.hash) {
            return Ok(path);
        }
        let bytes = self.link.get_file(stored, MOST_INPUT).await?;
        self.counts.bytes.fetch_add(stored.bytes, Ordering::Relaxed);
        let kept = self.cache.put(stored.hash, &bytes);
        kept.map_err(|error| NoFile::Failed(format!("the worker's cache cannot be written ({error})")))
    }

    /// Keeps what became of an order, which also tells the home. Whether it is kept.
    async fn record(&self, order: &Order, outcome: Outcome) -> bool {
        let record = Record { protocol: PROTOCOL, worker: self.name.clone(), outcome };
        let key = link::record_key(&self.kind, order.key);
        for put in 1..=PUTS {
            match self.link.made.put(&key, words::write(&record).into()).await {
                Ok(_) => return true,
                Err(error) => tracing::warn!(%error, put, "what became of an order is not kept"),
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        false
    }

    async fn acknowledge(&self, message: &Message, kind: AckKind) {
        // A word that is lost is one that the server asks for again.
        if let Err(error) = message.ack_with(kind).await {
            tracing::debug!(%error, "the farm's server did not hear of an order");
        }
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

/// A file of the cache, which is a plain file.
fn open_cached(path: &std::path::Path) -> Result<std::fs::File, String> {
    std::fs::File::open(path).map_err(|error: io::Error| error.to_string())
}
