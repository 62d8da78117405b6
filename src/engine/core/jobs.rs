//! Jobs on their way: started as their lanes allow, waited for, tried again where that is free, and brought to an end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::pruning::Pruning;
use super::{Core, Internal};
use crate::domain::{CampaignId, MicroDollars};
use crate::engine::event::{Event, JobFacts, Level};
use crate::engine::paid::buy::{Purchase, SecondChance, buy};
use crate::engine::paid::recover;
use crate::engine::paid::unfinished::{Onlooker, Unfinished};
use crate::engine::queued::{About, Waits};
use crate::engine::schedule::{Fact, Whereabouts};
use crate::engine::words::elapsed::milliseconds;
use crate::engine::work::{Ended, perform};
use crate::plan::{Failure, JobKey, JobState, Output, Product, Request, RunId};
use crate::providers::{JobContext, Source};
use crate::store::{Caps, StoreError, open_material};

/// Shortest time between two progress events of a job.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// What a job under way is made with.
pub(super) struct Order {
    pub(super) request: Arc<Request>,
    /// The user's own file that it needs.
    source: Option<PathBuf>,
    /// What it is made of.
    inputs: Vec<(JobKey, Arc<Request>)>,
    terms: Terms,
    pub(super) cancel: CancellationToken,
    /// How often it was tried in this run, this try included.
    tries: u32,
    pub(super) about: Arc<About>,
    /// What it waits for once it is tried again later.
    pub(super) pause: Option<Waits>,
}

/// On whose account a job is made.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    pub(super) run: RunId,
    pub(super) campaign: CampaignId,
    pub(super) price: MicroDollars,
    pub(super) caps: Caps,
    pub(super) second_chance: SecondChance,
}

impl Order {
    pub(super) fn new(
        request: Arc<Request>,
        source: Option<PathBuf>,
        inputs: Vec<(JobKey, Arc<Request>)>,
        terms: Terms,
        name: String,
    ) -> Self {
        let about = Arc::new(About { name, campaign: terms.campaign.clone(), run: terms.run });
        Self { request, source, inputs, terms, cancel: CancellationToken::new(), tries: 1, about, pause: None }
    }
}

impl Core {
    /// Replies that were paid for and came in whole before an earlier program ended are stored.
    pub(super) async fn adopt_replies(&mut self) {
        let ends = match recover::adopt_replies(&self.studio.store, &self.studio.catalogue).await {
            Ok(ends) => ends,
            Err(error) => {
                return self.notice(Level::Error, format!("Paid replies cannot be looked for: {error}"), None);
            }
        };
        for end in ends {
            match end {
                Ok(Ended::Held(failure)) => {
                    self.notice(Level::Warning, format!("A reply of an earlier run is kept: {failure}"), None);
                }
                Ok(_) => {}
                Err(error) => {
                    let text = format!("A reply that was paid for is kept but not stored: {error}");
                    self.notice(Level::Error, text, None);
                }
            }
        }
    }

    /// Gives a job to a task of its own, which is never aborted: a paid call in flight always comes to its end.
    pub(super) fn start(&mut self, key: JobKey) {
        let Some(order) = self.schedule.work(key) else { return };
        let inputs = self.inputs_of(&order.inputs);
        let notes = self.tasks.internal.clone();
        let context = JobContext {
            cancel: order.cancel.clone(),
            progress: progress_teller(key, self.tasks.internal.clone()),
            note: Arc::new(move |text| drop(notes.send(Internal::Note { key, text }))),
            source: order.source.clone().map(|path| Source { path, open: open_own }),
            inputs,
            movie: None,
        };
        let (store, request, internal) =
            (self.studio.store.clone(), order.request.clone(), self.tasks.internal.clone());
        let ending = internal.clone();
        // A closed channel means that the engine is gone, and with it everybody who would want to know.
        let tell = move |ended| drop(ending.send(Internal::Ended { key, ended }));
        if let Some(provider) = self.maker_of(order) {
            let making =
                async move { tell(perform(store, provider, key, Arc::unwrap_or_clone(request), context).await) };
            self.tasks.spawn(Internal::Panicked(key), making);
        } else if let (Some(provider), Some(client)) =
            (self.studio.catalogue.metered_of(&request), self.studio.catalogue.client())
        {
            let Terms { run, campaign, price, caps, second_chance } = order.terms.clone();
            let tries = order.tries;
            let client = client.clone();
            let onlooker = self.studio.shelf.settings.unfinished.then(|| onlooker(key, internal.clone()));
            let decoding = self.studio.decoding.clone();
            let sent = internal.clone();
            let on_sent = Arc::new(move || drop(sent.send(Internal::CallSent)));
            let purchase = Purchase {
                client,
                provider,
                run,
                campaign,
                estimate: price,
                caps,
                tries,
                second_chance,
                decoding,
                onlooker,
                on_sent,
            };
            let buying = async move { tell(buy(store, purchase, key, Arc::unwrap_or_clone(request), context).await) };
            self.tasks.spawn(Internal::Panicked(key), buying);
        } else {
            tell(Ended::Failed(self.studio.catalogue.missing(&request)));
        }
    }

    /// The task of a job is gone without a word. What it left behind is brought to its end by another, and then the job.
    pub(super) fn job_panicked(&mut self, key: JobKey) {
        let Some(order) = self.schedule.work(key) else { return };
        let (store, catalogue, internal) =
            (self.studio.store.clone(), self.studio.catalogue.clone(), self.tasks.internal.clone());
        let tell = move |ended| drop(internal.send(Internal::Ended { key, ended }));
        let otherwise = Internal::Ended { key, ended: Ended::Held(recover::in_doubt()) };
        if self.studio.catalogue.metered_of(&order.request).is_some() {
            let ending = async move { tell(recover::after_panic_of_a_call(&store, &catalogue, key).await) };
            self.tasks.spawn(otherwise, ending);
        } else {
            self.tasks.spawn(otherwise, async move { tell(recover::after_panic(&store, key).await) });
        }
    }

    pub(super) async fn job_ended(&mut self, key: JobKey, ended: Ended) {
        let request = self.schedule.work(key).map(|order| order.request.clone());
        let call = request.clone().filter(|request| self.studio.catalogue.metered_of(request).is_some());
        if !ended.is_final() {
            self.follow_call(call.as_deref()).await;
        }
        let state = match ended {
            Ended::Made { outputs, milliseconds } => self.made_now(key, JobState::Made, &outputs, Some(milliseconds)),
            Ended::AlreadyMade(outputs) => self.made_now(key, JobState::Cached, &outputs, None),
            Ended::Failed(failure) => JobState::Failed(failure),
            Ended::Cancelled => JobState::Cancelled,
            Ended::Held(failure) => JobState::Held(failure),
            Ended::VoiceGone { voice_id, failure } => {
                self.voice_gone(key, &voice_id, failure).await;
                return self.follow_call(call.as_deref()).await;
            }
            Ended::Stopped(failure) => return self.stop_provider(key, failure).await,
            Ended::HeldElsewhere(owner) => return self.wait_for(key, owner).await,
            Ended::DiskFull(why) => return self.happened(Fact::DiskFull { key, why }).await,
            Ended::Later { wait, why, counts } => return self.try_later(key, wait, &why, counts).await,
        };
        if state == JobState::Made {
            if request.is_some_and(|request| request.product() == Product::Episode) {
                self.output.pruning = Pruning::Due;
            }
            if let Some(request) = &call {
                self.voice_heard(request);
            }
        }
        let is_held = matches!(state, JobState::Held(_));
        // A job's end is told before what it cost: that is read back from the journal.
        self.happened(Fact::Ended { key, state }).await;
        self.follow_call(call.as_deref()).await;
        if is_held {
            self.tell_ledger().await;
        }
    }

    /// Notes what a job has made before its end is told.
    fn made_now(&mut self, key: JobKey, state: JobState, outputs: &[Output], milliseconds: Option<u64>) -> JobState {
        let outputs = self.made(outputs);
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let made_at = since.ok().map(|since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        self.known.jobs.insert(key, JobFacts { outputs, milliseconds, made_at, ..JobFacts::of(state.clone()) });
        state
    }

    /// Tells how far a job is that is still being made.
    pub(super) fn tell_progress(&self, key: JobKey, fraction: f32) {
        if self.schedule.is_running(key) {
            self.tell(Event::Progress { key, fraction });
        }
    }

    /// Shows an unfinished picture of a job that is still being made.
    pub(super) fn show_unfinished(&self, key: JobKey, picture: Arc<Unfinished>) {
        if self.schedule.is_running(key) {
            self.tell(Event::Unfinished { key, picture });
        }
    }

    /// Nothing was billed: the job waits and is tried again.
    async fn try_later(&mut self, key: JobKey, wait: Duration, why: &str, counts: bool) {
        // One word for all jobs that wait for the same reason.
        let waits_too = |other: JobKey, at| at == Whereabouts::Parked && self.has_same_provider(other, key);
        let is_cancelled = self.schedule.work(key).is_some_and(|order| order.cancel.is_cancelled());
        if !why.is_empty() && !is_cancelled && !self.schedule.jobs().any(|(other, at, _)| waits_too(other, at)) {
            let text = format!("{why}: trying again in {:.0} s", wait.as_secs_f64().max(1.0));
            self.notice(Level::Warning, text, None);
        }
        if let Some(order) = self.schedule.work_mut(key) {
            order.tries += u32::from(counts);
            let pause = Waits::Pause { wait, why: why.to_owned() };
            order.pause = Some(if why.is_empty() { Waits::Place } else { pause });
        }
        self.tasks.tell_after(wait, move || Internal::TryAgain(key));
        self.happened(Fact::Parked(key)).await;
    }

    /// A provider takes no more calls, or a cap is reached, until the user acts: every job that waits for the same
    /// provider ends with the same reason, calls in flight finish, and other providers go on.
    async fn stop_provider(&mut self, key: JobKey, failure: Failure) {
        use Whereabouts::{NoRoom, Parked, Waiting};
        let waits = |at| matches!(at, Waiting | Parked | NoRoom);
        let others = self.schedule.jobs().filter(|(_, at, _)| waits(*at)).map(|(other, ..)| other);
        let others = others.filter(|&other| self.has_same_provider(other, key)).collect();
        self.happened(Fact::StoppedAll { key, others, failure }).await;
    }

    /// What a paid call changed: how many its provider takes at once, and what is spent.
    async fn follow_call(&mut self, request: Option<&Request>) {
        if let Some(request) = request {
            self.follow_limits(request).await;
            self.tell_money_soon();
        }
    }

    fn has_same_provider(&self, one: JobKey, other: JobKey) -> bool {
        let provider = |key| self.schedule.work(key).map(|order| order.request.provider());
        provider(one) == provider(other)
    }

    /// A paid provider's lane is as wide as the provider allows, all programs together.
    pub(super) async fn follow_limits(&mut self, request: &Request) {
        let Some(provider) = self.studio.catalogue.metered_of(request) else { return };
        match self.studio.store.journal.allowance(request.provider()).await {
            Ok(allowance) => {
                let lane = provider.lane();
                let most_at_once = lane.most_at_once.min(allowance.at_once as usize);
                let why = if most_at_once < lane.most_at_once { allowance.why } else { "" };
                self.happened(Fact::LaneResized { lane: lane.name, most_at_once, why }).await;
            }
            Err(error) => tracing::warn!(%error, "a provider's limits cannot be read"),
        }
    }
}

/// Opens a file of the user's own for a job.
pub(in crate::engine) fn open_own(path: &Path) -> Result<std::fs::File, String> {
    open_material(path).map_err(|error| match error {
        StoreError::Missing { .. } => "it is not there any more".to_owned(),
        StoreError::NotAFile { .. } => "it is no plain file but a folder, a pipe or a device".to_owned(),
        StoreError::TooLarge { bytes, limit, .. } => format!("it has {bytes} bytes, and at most {limit} are allowed"),
        error => error.to_string().trim_end_matches('.').to_owned(),
    })
}

/// Passes unfinished pictures of a job on.
fn onlooker(key: JobKey, internal: mpsc::UnboundedSender<Internal>) -> Onlooker {
    Arc::new(move |picture| drop(internal.send(Internal::Unfinished { key, picture })))
}

/// Passes a job's progress on, at most ten times a second.
fn progress_teller(key: JobKey, internal: mpsc::UnboundedSender<Internal>) -> Arc<dyn Fn(f32) + Send + Sync> {
    let (started, told_at) = (Instant::now(), AtomicU64::new(0));
    Arc::new(move |fraction| {
        let now = milliseconds(started.elapsed() + PROGRESS_INTERVAL);
        let last = told_at.load(Relaxed);
        // Of two threads that report at once, one may come late with the earlier time.
        if now.saturating_sub(last) >= milliseconds(PROGRESS_INTERVAL)
            && told_at.compare_exchange(last, now, Relaxed, Relaxed).is_ok()
        {
            let _ = internal.send(Internal::Progress { key, fraction: fraction.clamp(0.0, 1.0) });
        }
    })
}
