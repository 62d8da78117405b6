//! A studio home's side of the farm: clips and cross-fades go out while this machine is busy, and what comes back is looked at
//! and finished here. Nothing that goes wrong out there costs more than time: what does not come is made at home.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, oneshot, watch};

use super::kind::Kind;
use super::link::{self, Link, NoFile};
use super::settings::FarmSettings;
use super::sight::{FarmSight, Figures, Server};
use super::turns::Customer;
use super::words::{self, MOST_BESIDE, MOST_RECORD, MOST_STREAM, Made, Outcome, Record};
use crate::domain::{CampaignId, Display};
use crate::plan::{AssetHash, JobKey, ProviderId, Request, Role};
use crate::providers::provider::{Making, wrong_request};
use crate::providers::video::{NotTaken, Parts, Scrutiny, VideoStudio};
use crate::providers::{File, JobContext, Lane, NotMade, Provider};

use self::doubts::Doubts;
use self::keeper::keep;
pub use self::keeper::sight_of;
use self::parcel::Parcel;
use self::post::{Awaited, deliver};
pub use self::trial::Trial;

mod doubts;
mod keeper;
mod parcel;
mod post;
#[cfg(test)]
mod tests;
mod trial;

/// The farm as a home uses it. Clones are the same farm.
#[derive(Clone)]
pub struct Farm(Arc<Inner>);

struct Inner {
    settings: FarmSettings,
    video: VideoStudio,
    /// This home, as one part of a subject.
    home: String,
    ready: watch::Sender<Option<Ready>>,
    sight: watch::Sender<FarmSight>,
    awaited: mpsc::UnboundedSender<Awaited>,
    counts: Counts,
    /// How many clips are being made here although the farm could.
    own: Own,
    /// Clips that came back and are looked at, or did not and are made here.
    places: Arc<Semaphore>,
    /// What this server has, as far as this home put it there.
    sent: Mutex<HashSet<AssetHash>>,
    doubts: Mutex<Doubts>,
}

/// A server that was reached, and what this machine would make.
#[derive(Clone)]
struct Ready {
    link: Link,
    kind: Kind,
}

#[derive(Default)]
struct Counts {
    asked: AtomicU64,
    made: AtomicU64,
    found: AtomicU64,
    refused: AtomicU64,
    at_home: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

/// What came back, and from whom.
#[derive(Debug)]
struct Came {
    worker: String,
    parts: Parts,
}

/// Why nothing came from the farm.
#[derive(Debug, PartialEq, Eq)]
enum NotFarmed {
    /// It does not travel, or nobody is there: nothing to tell.
    Stays,
    /// It went wrong out there; the reason is a clause.
    Failed(String),
}

/// Places of which there are more or fewer as workers come to this machine and leave it.
#[derive(Default)]
struct Own(AtomicUsize);

impl Own {
    /// A place, if fewer than `most` are taken; free again when it is dropped.
    fn try_acquire(&self, most: usize) -> Option<OwnPlace<'_>> {
        let next = |taken| (taken < most).then_some(taken + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok()?;
        Some(OwnPlace(self))
    }
}

struct OwnPlace<'a>(&'a Own);

impl Drop for OwnPlace<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The name of the lane in which clips wait that may be made elsewhere.
pub const LANE: &str = "farm";

/// A word that is lost is looked up.
const LOOK_UP_EVERY: Duration = Duration::from_secs(3);

impl Farm {
    /// Begins to call the server, beside everything else. `home` names this home among those that share the server. Fails only
    /// in a program that was built without the farm.
    #[expect(clippy::unnecessary_wraps, reason = "without the feature there is no farm")]
    pub fn start(settings: FarmSettings, video: VideoStudio, home: &str) -> Result<Self, String> {
        let (farm, waiting) = Self::new(settings, video, home);
        tokio::spawn(keep(Arc::downgrade(&farm.0), farm.0.settings.clone(), farm.0.video.clone(), waiting));
        Ok(farm)
    }

    /// A farm that nobody has called yet.
    fn new(settings: FarmSettings, video: VideoStudio, home: &str) -> (Self, mpsc::UnboundedReceiver<Awaited>) {
        let (awaited, waiting) = mpsc::unbounded_channel();
        let sight = FarmSight { nats: settings.shown(), ..FarmSight::default() };
        let inner = Inner {
            home: words::token(home),
            settings,
            video,
            ready: watch::Sender::new(None),
            sight: watch::Sender::new(sight),
            awaited,
            counts: Counts::default(),
            own: Own::default(),
            places: Arc::new(Semaphore::new(cores())),
            sent: Mutex::default(),
            doubts: Mutex::default(),
        };
        (Self(Arc::new(inner)), waiting)
    }

    /// The farm as it was seen last, and every change.
    pub fn sight(&self) -> watch::Receiver<FarmSight> {
        self.0.sight.subscribe()
    }

    /// Clips and cross-fades of one campaign by the farm or this machine, whoever has room.
    pub fn of(&self, campaign: CampaignId) -> Farmed {
        Farmed { farm: self.clone(), campaign }
    }

    /// How many clips this machine makes itself: as it is set, else one for each processor that no worker on this machine has.
    fn local(&self, sight: &FarmSight) -> usize {
        self.0.settings.local.unwrap_or_else(|| cores().saturating_sub(sight.slots_here()))
    }

    /// The lane of clips before anybody was heard of.
    pub fn lane(&self) -> Lane {
        Lane { name: LANE, most_at_once: self.0.settings.local.unwrap_or_else(cores).max(1) }
    }

    /// How many clips may be on their way at once: what is made here, and enough for every worker to find the next one waiting.
    pub fn width(&self, sight: &FarmSight) -> usize {
        const WAITING_FOR_EACH: usize = 2;
        const MOST: usize = 1000;
        let away = if matches!(sight.server, Server::Connected { .. }) { sight.slots() * WAITING_FOR_EACH } else { 0 };
        (self.local(sight).max(1) + away).min(MOST)
    }

    /// Who makes such a thing on this machine.
    fn here(&self, request: &Request) -> Option<Arc<dyn Provider>> {
        match request {
            Request::Clip(_) => self.0.video.clips().map(|clips| clips as Arc<dyn Provider>),
            Request::Fade(_) => self.0.video.fades().map(|fades| fades as Arc<dyn Provider>),
            _ => None,
        }
    }

    async fn make(&self, request: &Request, campaign: &CampaignId, context: JobContext) -> Result<Vec<File>, NotMade> {
        let Some(here) = self.here(request) else { return Err(wrong_request(ProviderId::Clip, request)) };
        let local = self.local(&self.0.sight.borrow());
        if let Some(_place) = self.0.own.try_acquire(local) {
            return here.make(request, context).await;
        }
        let later = async {
            tokio::time::sleep(self.0.settings.patience).await;
            self.0.places.acquire().await
        };
        self.0.counts.asked.fetch_add(1, Ordering::Relaxed);
        let asked = tokio::select! {
            asked = self.ask(request, campaign, &context) => asked,
            Ok(_place) = later => {
                self.0.counts.asked.fetch_sub(1, Ordering::Relaxed);
                self.0.counts.at_home.fetch_add(1, Ordering::Relaxed);
                return here.make(request, context).await;
            }
            () = context.cancel.cancelled() => {
                self.0.counts.asked.fetch_sub(1, Ordering::Relaxed);
                return Err(NotMade::Cancelled);
            }
        };
        self.0.counts.asked.fetch_sub(1, Ordering::Relaxed);
        let _place = self.0.places.acquire().await;
        let why = match asked {
            Ok(came) => match self.take(request, came, context.clone()).await {
                Ok(files) => return Ok(files),
                Err(NotTaken::NotMade(not_made)) => return Err(not_made),
                Err(NotTaken::Unfit(why)) => Some(format!("what came back is not this clip ({why})")),
            },
            Err(NotFarmed::Stays) => None,
            Err(NotFarmed::Failed(why)) => Some(why),
        };
        self.0.counts.at_home.fetch_add(1, Ordering::Relaxed);
        if let Some(why) = why {
            (context.note)(format!("The farm did not make it: {}. It is made here", why.display()));
        }
        here.make(request, context).await
    }

    /// Looks at what came back as closely as its maker deserves, and finishes it.
    async fn take(&self, request: &Request, came: Came, context: JobContext) -> Result<Vec<File>, NotTaken> {
        let Some(away) = self.0.video.away() else { return Err(NotTaken::Unfit("nothing is encoded here".to_owned())) };
        let Came { worker, parts } = came;
        let scrutiny = self.doubts().scrutiny(&worker, fastrand::u32(..));
        let taken = away.take(request, parts, scrutiny, context).await;
        match &taken {
            Ok(_) => {
                self.0.counts.made.fetch_add(1, Ordering::Relaxed);
                if scrutiny == Scrutiny::Whole {
                    self.doubts().right(&worker);
                }
            }
            Err(NotTaken::Unfit(why)) => {
                tracing::warn!(worker = words::cut(&worker), %why, "a worker's clip is refused");
                self.0.counts.refused.fetch_add(1, Ordering::Relaxed);
                self.doubts().wrong(&worker);
                self.forget_record(request.key()).await;
            }
            Err(NotTaken::NotMade(_)) => {}
        }
        taken
    }

    /// The parts of a clip or a cross-fade from the farm.
    async fn ask(&self, request: &Request, campaign: &CampaignId, context: &JobContext) -> Result<Came, NotFarmed> {
        let ready = self.0.ready.borrow().clone();
        let Some(Ready { link, kind }) = ready.filter(|ready| ready.link.is_up()) else { return Err(NotFarmed::Stays) };
        if kind.refuses(request).is_some() {
            return Err(NotFarmed::Stays);
        }
        if let Some(came) = self.found(&link, &kind, request.key()).await {
            self.0.counts.found.fetch_add(1, Ordering::Relaxed);
            return Ok(came);
        }
        if self.0.sight.borrow().slots() == 0 {
            return Err(NotFarmed::Stays);
        }
        let parcel = parcel::pack(request.clone(), context).await.ok_or(NotFarmed::Stays)?;
        self.send(&link, &parcel).await.map_err(NotFarmed::Failed)?;
        let Record { worker, outcome, .. } = self.order(&link, &kind, campaign, &parcel).await?;
        match outcome {
            Outcome::Made(made) => match self.receive(&link, &made).await {
                Ok(parts) => Ok(Came { worker, parts }),
                Err(why) => {
                    if matches!(why, NoFile::Wrong(_)) {
                        self.doubts().wrong(&worker);
                    }
                    Err(NotFarmed::Failed(format!("{}: {why}", words::cut(&worker))))
                }
            },
            Outcome::Failed { reason, tries } => {
                let tries = if tries > 1 { format!(" after {tries} tries") } else { String::new() };
                Err(NotFarmed::Failed(format!("{}{tries}", words::cut(&reason))))
            }
        }
    }

    /// What was made of this job before, by whomever. A failure of another day is forgotten.
    async fn found(&self, link: &Link, kind: &Kind, key: JobKey) -> Option<Came> {
        let Record { worker, outcome, .. } = look_up(link, kind, key).await?;
        match outcome {
            Outcome::Made(made) => Some(Came { parts: self.receive(link, &made).await.ok()?, worker }),
            Outcome::Failed { .. } => {
                self.forget_record(key).await;
                None
            }
        }
    }

    /// Puts what it is made of on the server, as far as it is not there. The error is a clause.
    async fn send(&self, link: &Link, parcel: &Parcel) -> Result<(), String> {
        for (stored, path) in &parcel.files {
            if self.sent().contains(&stored.hash) {
                continue;
            }
            let bytes =
                tokio::fs::read(path).await.map_err(|error| format!("a file of it cannot be read ({error})"))?;
            if AssetHash::of(&bytes) != stored.hash {
                return Err("a file of it changed while it was sent".to_owned());
            }
            link.put_file(stored.hash, &bytes).await?;
            self.0.counts.sent.fetch_add(stored.bytes, Ordering::Relaxed);
            self.sent().insert(stored.hash);
        }
        Ok(())
    }

    /// Puts an order into the queue and waits for what becomes of it. An order that nobody waits for any more is taken back.
    async fn order(
        &self,
        link: &Link,
        kind: &Kind,
        campaign: &CampaignId,
        parcel: &Parcel,
    ) -> Result<Record, NotFarmed> {
        let key = parcel.order.key;
        let (told, mut record) = oneshot::channel();
        // Who delivers is gone only when the farm is.
        let _ = self.0.awaited.send(Awaited { key, told });
        let subject = link::order_subject(&kind.name, &self.0.home, &words::token(campaign.as_str()));
        let mut headers = async_nats::HeaderMap::new();
        headers.insert("Nats-Msg-Id", link::record_key(&kind.name, key).as_str());
        let not_taken = |why: String| NotFarmed::Failed(format!("the farm's server does not take it ({why})"));
        let sent = link.context.publish_with_headers(subject, headers, parcel.payload.clone().into()).await;
        let taken = sent.map_err(|error| not_taken(error.to_string()))?.await;
        let taken = taken.map_err(|error| not_taken(error.to_string()))?;
        let mut waits = TakenBack { link: link.clone(), sequence: (!taken.duplicate).then_some(taken.sequence) };
        let who = Customer { home: self.0.home.clone(), campaign: words::token(campaign.as_str()) };
        link.say(link::wake_subject(&kind.name), who.to_string().into_bytes()).await;
        let record = loop {
            tokio::select! {
                Ok(record) = &mut record => break record,
                () = tokio::time::sleep(LOOK_UP_EVERY) => {
                    if let Some(record) = look_up(link, kind, key).await {
                        break record;
                    }
                }
            }
        };
        // Who answered takes the order out of the queue.
        waits.sequence = None;
        Ok(record)
    }

    /// The parts that a record names. Everything is the file that its hash names before it is looked into.
    async fn receive(&self, link: &Link, made: &Made) -> Result<Parts, NoFile> {
        let beside = async {
            let Some(bundle) = &made.beside else { return Ok(Vec::new()) };
            bundle.split(&link.get_file(bundle.stored, MOST_BESIDE).await?).map_err(NoFile::Wrong)
        };
        let (stream, beside) = tokio::try_join!(link.get_file(made.stream, MOST_STREAM), beside)?;
        let besides = made.beside.as_ref().map_or(0, |bundle| bundle.stored.bytes);
        self.0.counts.received.fetch_add(made.stream.bytes + besides, Ordering::Relaxed);
        // It is there under the name that it has here: a cross-fade need not send it.
        self.sent().insert(made.stream.hash);
        Ok(std::iter::once((Role::Video, stream)).chain(beside).collect())
    }

    /// What is kept of this job on the server is not to be found again.
    async fn forget_record(&self, key: JobKey) {
        let Some(Ready { link, kind }) = self.0.ready.borrow().clone() else { return };
        if let Err(error) = link.made.purge(link::record_key(&kind.name, key)).await {
            tracing::debug!(%error, "a record on the farm could not be removed");
        }
    }

    fn sent(&self) -> std::sync::MutexGuard<'_, HashSet<AssetHash>> {
        self.0.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn doubts(&self) -> std::sync::MutexGuard<'_, Doubts> {
        self.0.doubts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn figures(&self) -> Figures {
        let Counts { asked, made, found, refused, at_home, sent, received } = &self.counts;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Figures {
            asked: read(asked),
            made: read(made),
            found: read(found),
            refused: read(refused),
            at_home: read(at_home),
            sent: read(sent),
            received: read(received),
        }
    }
}

/// An order that is taken out of the queue when nobody waits for it any more; one that was answered is gone already.
struct TakenBack {
    link: Link,
    sequence: Option<u64>,
}

impl Drop for TakenBack {
    fn drop(&mut self) {
        let Some(sequence) = self.sequence else { return };
        let link = self.link.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { drop(link.jobs.delete_message(sequence).await) });
        }
    }
}

async fn look_up(link: &Link, kind: &Kind, key: JobKey) -> Option<Record> {
    let kept = link.made.get(link::record_key(&kind.name, key)).await.ok()??;
    words::read(&kept, MOST_RECORD).ok()
}

/// Clips and cross-fades of one campaign, as the engine has things made.
pub struct Farmed {
    farm: Farm,
    campaign: CampaignId,
}

impl Provider for Farmed {
    fn lane(&self) -> Lane {
        self.farm.lane()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(self.farm.make(request, &self.campaign, context))
    }
}

fn cores() -> usize {
    Lane::processor().most_at_once
}
