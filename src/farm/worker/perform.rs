//! One order from the queue to its record: read, fetched, drawn, handed back. Until it is acknowledged the server is told every
//! few seconds that somebody works on it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use async_nats::jetstream::AckKind;
use async_nats::jetstream::Message;
use tokio_util::sync::CancellationToken;

use super::{MOST_TRIES, Worker};
use crate::farm::kind::context;
use crate::farm::link::{self, NoFile};
use crate::farm::turns::Customer;
use crate::farm::words::{
    self, Bundle, MOST_FONT, MOST_INPUT, MOST_ORDER, Made, Order, Outcome, PROTOCOL, Record, Stored,
};
use crate::media::video::fonts::Font;
use crate::plan::{AssetHash, Request, Role};
use crate::providers::video::Parts;
use crate::providers::{Input, JobContext, NotMade, Source};

/// How often something is put on a server that may be starting again.
const PUTS: u32 = 4;

/// An order out of the queue.
pub(super) struct Taken {
    pub customer: Customer,
    pub message: Message,
    /// Of the orders that this worker took.
    pub number: u64,
}

/// An order whose parts are made.
pub(super) struct Drawn {
    taken: Taken,
    order: Order,
    parts: Ready,
    started: Instant,
}

/// Where the parts of an order are.
enum Ready {
    Here(Parts),
    /// Another worker has made the same.
    There(Made),
}

/// How a try failed; the reason is a clause.
enum Failed {
    /// Another try may go better.
    ForNow(String),
    /// None would.
    ForGood(String),
}

impl Worker {
    /// Makes the parts of an order; `None` when it was brought to an end or given back.
    pub(super) async fn draw(&self, taken: Taken) -> Option<Drawn> {
        let Taken { customer, message, .. } = &taken;
        let order: Order = match words::read(&message.payload, MOST_ORDER) {
            Ok(order) => order,
            Err(why) => {
                (self.told)(format!("An order of {} is not taken: {why}", customer.home));
                self.acknowledge(message, AckKind::Term).await;
                return None;
            }
        };
        let tries = tries(message);
        if tries > MOST_TRIES {
            let reason = format!("its workers died {MOST_TRIES} times");
            self.give_up(&taken, &order, reason, tries - 1).await;
            return None;
        }
        let started = Instant::now();
        let stopped = CancellationToken::new();
        match self.alive(message, &stopped, Box::pin(self.parts(&order, &stopped))).await? {
            Ok(parts) => Some(Drawn { taken, order, parts, started }),
            Err(failed) => {
                self.failed(&taken, &order, failed).await;
                None
            }
        }
    }

    /// Puts what was made where the home finds it, and takes the order out of the queue.
    pub(super) async fn hand_back(self: Arc<Self>, drawn: Drawn) {
        let Drawn { taken, order, parts, started } = drawn;
        let put = async {
            match parts {
                Ready::There(made) => Ok(made),
                Ready::Here(parts) => Box::pin(self.put(parts)).await,
            }
        };
        match self.alive(&taken.message, &CancellationToken::new(), put).await {
            None => {}
            Some(Err(why)) => self.failed(&taken, &order, Failed::ForNow(why)).await,
            Some(Ok(made)) => {
                self.counts.made.fetch_add(1, Ordering::Relaxed);
                self.lately().push_back(Instant::now());
                (self.told)(format!(
                    "made {} of {} in {:.1} s ({} kB)",
                    order.key.short(),
                    taken.customer.campaign,
                    started.elapsed().as_secs_f32(),
                    bytes_of(&made) / 1000
                ));
                if self.record(&order, Outcome::Made(made)).await {
                    self.acknowledge(&taken.message, AckKind::Ack).await;
                }
            }
        }
        self.making().remove(&taken.number);
    }

    /// Does something for an order and tells the server meanwhile that somebody does. `None` when the worker leaves first: then
    /// the order goes back.
    async fn alive<T>(
        &self,
        message: &Message,
        stopped: &CancellationToken,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let says_so = async {
            loop {
                tokio::time::sleep(self.gone_after / 3).await;
                self.acknowledge(message, AckKind::Progress).await;
            }
        };
        tokio::select! {
            done = work => Some(done),
            () = says_so => None,
            () = self.stops.leave.cancelled() => {
                stopped.cancel();
                self.acknowledge(message, AckKind::Nak(None)).await;
                None
            }
        }
    }

    /// A try failed: another one follows, or nobody's.
    async fn failed(&self, taken: &Taken, order: &Order, failed: Failed) {
        let tries = tries(&taken.message);
        match failed {
            Failed::ForNow(reason) if tries < MOST_TRIES => {
                (self.told)(format!("{} of {} is handed back: {reason}", order.key.short(), taken.customer.campaign));
                self.acknowledge(&taken.message, AckKind::Nak(Some(Duration::from_secs(1)))).await;
            }
            Failed::ForNow(reason) | Failed::ForGood(reason) => self.give_up(taken, order, reason, tries).await,
        }
    }

    /// Nobody tries this order again.
    async fn give_up(&self, taken: &Taken, order: &Order, reason: String, tries: u64) {
        let Taken { customer, message, .. } = taken;
        self.counts.failed.fetch_add(1, Ordering::Relaxed);
        (self.told)(format!("{} of {} is given up: {reason}", order.key.short(), customer.campaign));
        self.link.bury(&customer.home, &reason, message.payload.to_vec()).await;
        let outcome = Outcome::Failed { reason: words::cut(&reason), tries };
        if self.record(order, outcome).await {
            self.acknowledge(message, AckKind::Ack).await;
        }
    }

    /// The parts of an order, unless somebody has made them.
    async fn parts(&self, order: &Order, stopped: &CancellationToken) -> Result<Ready, Failed> {
        if order.request.key() != order.key {
            return Err(Failed::ForGood("its key is not that of its request".to_owned()));
        }
        if let Some(reason) = (self.refuses)(&order.request) {
            return Err(Failed::ForGood(reason));
        }
        if let Some(made) = self.made_before(order).await {
            return Ok(Ready::There(made));
        }
        let mut inputs = Vec::new();
        for input in &order.inputs {
            let mut files = Vec::new();
            for (role, stored) in &input.files {
                files.push((*role, self.fetch(*stored, MOST_INPUT).await?));
            }
            inputs.push(Input { key: input.key, request: Arc::new(input.request.clone()), files });
        }
        let source = match order.source {
            Some(stored) => Some(Source { path: self.fetch(stored, MOST_INPUT).await?, open: open_cached }),
            None => None,
        };
        let lent = self.lent(order).await?;
        let context = JobContext { cancel: stopped.clone(), source, ..context(inputs) };
        match (self.draw)(order.request.clone(), lent, context).await {
            Ok(parts) => Ok(Ready::Here(parts)),
            Err(NotMade::Cancelled) => Err(Failed::ForNow("it was stopped".to_owned())),
            Err(NotMade::Failed(failure)) => Err(Failed::ForNow(failure.reason)),
        }
    }

    /// The fonts that came with an order.
    async fn lent(&self, order: &Order) -> Result<Vec<Font>, Failed> {
        let Request::Clip(clip) = &order.request else { return Ok(Vec::new()) };
        let mut lent = Vec::new();
        for used in &clip.fonts {
            let Some(stored) = order.fonts.iter().find(|stored| stored.hash == used.file) else { continue };
            let path = self.fetch(*stored, MOST_FONT).await?;
            let bytes = std::fs::read(path).map_err(|error| Failed::ForNow(unreadable(&error)))?;
            let font = Font::of_file(&used.name, bytes, used.index);
            lent.push(font.ok_or_else(|| Failed::ForGood(format!("the font {} is none", used.name)))?);
        }
        Ok(lent)
    }

    /// Puts parts on the server: the stream by itself, all others as one file. The error is a clause.
    async fn put(&self, parts: Parts) -> Result<Made, String> {
        let (mut stream, mut bundled, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
        for (role, bytes) in parts {
            if role == Role::Video {
                stream = bytes;
            } else {
                lengths.push((role, bytes.len() as u64));
                bundled.extend(bytes);
            }
        }
        let beside = async {
            if lengths.is_empty() {
                return Ok(None);
            }
            let stored = self.put_one(&bundled).await?;
            Ok(Some(Bundle { stored, parts: lengths }))
        };
        let (stored, beside) = tokio::try_join!(self.put_one(&stream), beside)?;
        // Cross-fades are made of it; one that is not kept is fetched.
        let _ = self.cache.put(stored.hash, &stream);
        Ok(Made { stream: stored, beside })
    }

    async fn put_one(&self, bytes: &[u8]) -> Result<Stored, String> {
        let stored = Stored { hash: AssetHash::of(bytes), bytes: bytes.len() as u64 };
        for put in 1.. {
            match self.link.put_file(stored.hash, bytes).await {
                Ok(()) => break,
                Err(why) if put == PUTS => return Err(why),
                // A server that is started again takes a moment.
                Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
            }
        }
        self.counts.bytes.fetch_add(stored.bytes, Ordering::Relaxed);
        Ok(stored)
    }

    /// What another worker has made of the same order, as far as it is still there.
    async fn made_before(&self, order: &Order) -> Option<Made> {
        let kept = self.link.made.get(link::record_key(&self.kind, order.key)).await.ok()??;
        let record: Record = words::read(&kept, words::MOST_RECORD).ok()?;
        let Outcome::Made(made) = record.outcome else { return None };
        let besides = made.beside.as_ref().map(|bundle| bundle.stored.hash);
        for hash in std::iter::once(made.stream.hash).chain(besides) {
            if !self.link.has_file(hash).await {
                return None;
            }
        }
        Some(made)
    }

    async fn fetch(&self, stored: Stored, most: u64) -> Result<PathBuf, Failed> {
        if let Some(path) = self.cache.get(stored.hash) {
            return Ok(path);
        }
        let fetched = self.link.get_file(stored, most).await;
        let bytes = fetched.map_err(|error: NoFile| Failed::ForNow(error.to_string()))?;
        self.counts.bytes.fetch_add(stored.bytes, Ordering::Relaxed);
        self.cache.put(stored.hash, &bytes).map_err(|error| Failed::ForNow(unreadable(&error)))
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
}

/// How often an order was delivered, this time included.
fn tries(message: &Message) -> u64 {
    message.info().map_or(1, |info| info.delivered.max(1).unsigned_abs())
}

fn bytes_of(made: &Made) -> u64 {
    made.stream.bytes + made.beside.as_ref().map_or(0, |bundle| bundle.stored.bytes)
}

fn unreadable(error: &io::Error) -> String {
    format!("the worker's cache cannot be used ({error})")
}

/// A file of the cache, which is a plain file.
fn open_cached(path: &Path) -> Result<std::fs::File, String> {
    std::fs::File::open(path).map_err(|error| error.to_string())
}
