//! Jobs on their way: started as their lanes allow, waited for, tried again where that is free, and brought to an end.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::pruning::Pruning;
use super::waiting::Waits;
use super::{Core, Internal, change};
use crate::domain::{CampaignId, MicroDollars};
use crate::engine::event::{Event, JobFacts, Level};
use crate::engine::paid::buy::{Purchase, SecondChance, buy};
use crate::engine::paid::recover;
use crate::engine::paid::unfinished::{Onlooker, Unfinished};
use crate::engine::work::{Ended, perform};
use crate::plan::{Failure, JobKey, JobState, Product, Request, RunId};
use crate::providers::{JobContext, Source};
use crate::store::{Caps, StoreError, open_material};

/// Shortest time between two progress events of a job.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// Nothing tells when a full disk has room again.
const LOOK_FOR_ROOM_EVERY: Duration = Duration::from_millis(500);

/// Whether there is room on the disk, as far as the jobs have noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Enough,
    /// The disk was full, and the person was told; it is being tried.
    Tried,
    /// The disk is full: nothing is started.
    Awaited,
}

/// A job that was asked for, from queue to end.
pub(super) struct Order {
    pub(super) request: Request,
    /// The person's own file that it needs.
    source: Option<PathBuf>,
    /// What it is made of, and what of that is not made yet.
    inputs: Vec<(JobKey, Arc<Request>)>,
    pub(super) waits: Waits,
    terms: Terms,
    pub(super) cancel: CancellationToken,
    pub(super) runs_now: bool,
    /// How often it was tried in this run, this try included.
    tries: u32,
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
        request: Request,
        source: Option<PathBuf>,
        inputs: Vec<(JobKey, Arc<Request>)>,
        waits: Waits,
        terms: Terms,
    ) -> Self {
        Self { request, source, inputs, waits, terms, cancel: CancellationToken::new(), runs_now: false, tries: 1 }
    }
}

impl Core {
    /// Replies that were paid for and came in whole before an earlier program ended are stored.
    pub(super) async fn adopt_replies(&mut self) {
        let ends = match recover::adopt_replies(&self.store, &self.catalogue).await {
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

    /// Starts every waiting job that its lane allows; none while the disk is full.
    pub(super) fn start_waiting(&mut self) {
        if self.room == Room::Awaited {
            return;
        }
        let mut changes = Vec::new();
        while let Some(key) = self.queue.start_next() {
            if !self.start(key) {
                continue;
            }
            let known = self.known.entry(key).or_default();
            known.state = JobState::Running;
            changes.push(change(key, known));
        }
        if !changes.is_empty() {
            self.tell(Event::Jobs(changes));
        }
    }

    /// Gives a job to a task of its own, which is never aborted: a paid call in flight always comes to its end.
    fn start(&mut self, key: JobKey) -> bool {
        let Some(inputs) = self.orders.get(&key).map(|order| self.inputs_of(&order.inputs)) else { return false };
        let Some(order) = self.orders.get_mut(&key) else { return false };
        order.runs_now = true;
        let notes = self.internal.clone();
        let context = JobContext {
            cancel: order.cancel.clone(),
            progress: progress_teller(key, self.internal.clone()),
            note: Arc::new(move |text| drop(notes.send(Internal::Note { key, text }))),
            source: order.source.clone().map(|path| Source { path, open: open_own }),
            inputs,
            movie: None,
        };
        let (store, request, internal) = (self.store.clone(), order.request.clone(), self.internal.clone());
        let ending = internal.clone();
        // A closed channel means that the engine is gone, and with it everybody who would want to know.
        let tell = move |ended| drop(ending.send(Internal::Ended { key, ended }));
        if let Some(provider) = self.catalogue.provider_of(&request) {
            let making = async move { tell(perform(store, provider, key, request, context).await) };
            self.tasks.spawn(Internal::Panicked(key), making);
        } else if let (Some(provider), Some(client)) = (self.catalogue.metered_of(&request), self.catalogue.client()) {
            let Terms { run, campaign, price, caps, second_chance } = order.terms.clone();
            let tries = order.tries;
            let client = client.clone();
            let onlooker = self.shelf.settings.unfinished.then(|| onlooker(key, internal.clone()));
            let decoding = self.decoding.clone();
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
            let buying = async move { tell(buy(store, purchase, key, request, context).await) };
            self.tasks.spawn(Internal::Panicked(key), buying);
        } else {
            tell(Ended::Failed(self.catalogue.missing(&request)));
        }
        true
    }

    /// The task of a job is gone without a word. What it left behind is brought to its end by another, and then the job.
    pub(super) fn job_panicked(&mut self, key: JobKey) {
        let Some(order) = self.orders.get(&key) else { return };
        let (store, catalogue, internal) = (self.store.clone(), self.catalogue.clone(), self.internal.clone());
        let tell = move |ended| drop(internal.send(Internal::Ended { key, ended }));
        let otherwise = Internal::Ended { key, ended: Ended::Held(recover::in_doubt()) };
        if self.catalogue.metered_of(&order.request).is_some() {
            let ending = async move { tell(recover::after_panic_of_a_call(&store, &catalogue, key).await) };
            self.tasks.spawn(otherwise, ending);
        } else {
            self.tasks.spawn(otherwise, async move { tell(recover::after_panic(&store, key).await) });
        }
    }

    pub(super) async fn job_ended(&mut self, key: JobKey, ended: Ended) {
        self.queue.ended(key);
        let request = self.orders.get(&key).map(|order| order.request.clone());
        let call = request.filter(|request| self.catalogue.metered_of(request).is_some());
        if !ended.is_final() {
            self.follow_call(call.as_ref()).await;
        }
        let facts = match ended {
            Ended::Made { outputs, milliseconds } => {
                JobFacts { state: JobState::Made, outputs: self.made(&outputs), milliseconds: Some(milliseconds) }
            }
            Ended::AlreadyMade(outputs) => {
                JobFacts { state: JobState::Cached, outputs: self.made(&outputs), milliseconds: None }
            }
            Ended::Failed(failure) => JobFacts { state: JobState::Failed(failure), ..JobFacts::default() },
            Ended::Cancelled => JobFacts { state: JobState::Cancelled, ..JobFacts::default() },
            Ended::Held(failure) => JobFacts { state: JobState::Held(failure), ..JobFacts::default() },
            Ended::VoiceGone(failure) => {
                self.voice_gone(key, failure).await;
                self.follow_call(call.as_ref()).await;
                return;
            }
            Ended::Stopped(failure) => {
                self.stop_provider(key, &failure).await;
                return;
            }
            Ended::HeldElsewhere(owner) => {
                self.not_running(key);
                self.wait_for(key, owner).await;
                self.start_waiting();
                return;
            }
            Ended::DiskFull(why) => {
                self.wait_for_room(key, &why);
                return;
            }
            Ended::Later { wait, why, counts } => {
                self.try_later(key, wait, &why, counts).await;
                return;
            }
        };
        let order = self.orders.remove(&key);
        let is_episode = order.is_some_and(|order| order.request.product() == Product::Episode);
        if matches!(facts.state, JobState::Made) {
            self.room = Room::Enough;
            if is_episode {
                self.pruning = Pruning::Due;
            }
        }
        if let (JobState::Made, Some(request)) = (&facts.state, &call) {
            self.voice_heard(request);
        }
        let held = matches!(facts.state, JobState::Held(_));
        // A job's end is told before what it cost: that is read back from the journal.
        self.settle(key, facts);
        self.follow_call(call.as_ref()).await;
        if held {
            self.tell_ledger().await;
        }
        self.start_waiting();
        self.end_finished_runs().await;
    }

    /// Tells how far a job is that is still being made.
    pub(super) fn tell_progress(&self, key: JobKey, fraction: f32) {
        if self.orders.get(&key).is_some_and(|order| order.runs_now) {
            self.tell(Event::Progress { key, fraction });
        }
    }

    /// Shows an unfinished picture of a job that is still being made.
    pub(super) fn show_unfinished(&self, key: JobKey, picture: Arc<Unfinished>) {
        if self.orders.get(&key).is_some_and(|order| order.runs_now) {
            self.tell(Event::Unfinished { key, picture });
        }
    }

    /// A job has reached its end: tell it, note it in every run that asked for it, and let what waited for it go on.
    pub(super) fn settle(&mut self, key: JobKey, facts: JobFacts) {
        for (run, _) in &mut self.runs {
            run.job_ended(key, &facts.state);
        }
        self.tell(Event::Jobs(vec![change(key, &facts)]));
        let state = facts.state.clone();
        self.known.insert(key, facts);
        self.tell_dependants(key, &state);
    }

    fn not_running(&mut self, key: JobKey) {
        if let Some(order) = self.orders.get_mut(&key) {
            order.runs_now = false;
        }
        let known = self.known.entry(key).or_default();
        known.state = JobState::Waiting;
        let told = change(key, known);
        self.tell(Event::Jobs(vec![told]));
    }

    /// Nothing was billed: the job waits and is tried again.
    async fn try_later(&mut self, key: JobKey, wait: Duration, why: &str, counts: bool) {
        let Some(order) = self.orders.get_mut(&key) else { return };
        order.tries += u32::from(counts);
        if order.cancel.is_cancelled() {
            self.orders.remove(&key);
            self.settle(key, JobFacts { state: JobState::Cancelled, ..JobFacts::default() });
            self.end_finished_runs().await;
            return;
        }
        self.not_running(key);
        // One word for all jobs that wait for the same reason.
        let is_first = !self.parked.iter().any(|&parked| self.has_same_provider(parked, key));
        if !why.is_empty() && is_first {
            let text = format!("{why}: trying again in {:.0} s", wait.as_secs_f64().max(1.0));
            self.notice(Level::Warning, text, None);
        }
        self.parked.insert(key);
        let internal = self.internal.clone();
        self.tasks.spawn(Internal::TryAgain(key), async move {
            tokio::time::sleep(wait).await;
            let _ = internal.send(Internal::TryAgain(key));
        });
        self.start_waiting();
    }

    /// The disk is full: calls in flight end in the room they have reserved, nothing more is begun, and what could not be
    /// stored is stored as soon as there is room. A reply that is paid for waits in its own file.
    fn wait_for_room(&mut self, key: JobKey, why: &str) {
        self.not_running(key);
        self.parked.insert(key);
        self.for_want_of_room.push(key);
        if self.room == Room::Enough {
            let text = format!("{why}. Nothing more is begun until there is room; what was paid for is safe");
            self.notice(Level::Warning, text, None);
        }
        if self.room != Room::Awaited {
            self.room = Room::Awaited;
            let internal = self.internal.clone();
            self.tasks.spawn(Internal::LookForRoom, async move {
                tokio::time::sleep(LOOK_FOR_ROOM_EVERY).await;
                let _ = internal.send(Internal::LookForRoom);
            });
        }
    }

    /// Tries again what the disk had no room for.
    pub(super) fn look_for_room(&mut self) {
        self.room = Room::Tried;
        for key in std::mem::take(&mut self.for_want_of_room) {
            self.try_again(key);
        }
        self.start_waiting();
    }

    /// A parked job's time has come.
    pub(super) fn try_again(&mut self, key: JobKey) {
        if self.parked.remove(&key)
            && let Some(order) = self.orders.get(&key)
            && let Some(lane) = self.catalogue.lane_of(&order.request)
        {
            self.queue.push(key, &lane);
            self.start_waiting();
        }
    }

    /// A provider takes no more calls, or a cap is reached, until the person acts: every job that waits for the same
    /// provider ends with the same reason, calls in flight finish, and other providers go on.
    async fn stop_provider(&mut self, key: JobKey, failure: &Failure) {
        if !self.orders.contains_key(&key) {
            return;
        }
        let waits = |key: &JobKey| self.orders.get(key).is_some_and(|order| !order.runs_now && order.waits.is_over());
        let waiting = self.orders.keys().copied().filter(waits);
        let stopped: HashSet<JobKey> = waiting.filter(|&other| self.has_same_provider(other, key)).collect();
        let waiting = self.queue.withdraw(|key| stopped.contains(&key));
        let parked: Vec<JobKey> = self.parked.extract_if(|key| stopped.contains(key)).collect();
        for key in waiting.into_iter().chain(parked).chain([key]) {
            for (run, _) in &mut self.runs {
                if run.wants(key) {
                    run.stopped(&failure.to_string());
                }
            }
            self.orders.remove(&key);
            self.settle(key, JobFacts { state: JobState::Failed(failure.clone()), ..JobFacts::default() });
        }
        self.start_waiting();
        self.end_finished_runs().await;
    }

    /// What a paid call changed: how many its provider takes at once, and what is spent.
    async fn follow_call(&mut self, request: Option<&Request>) {
        if let Some(request) = request {
            self.follow_limits(request).await;
            self.tell_money_soon();
        }
    }

    fn has_same_provider(&self, one: JobKey, other: JobKey) -> bool {
        let provider = |key| self.orders.get(&key).map(|order| order.request.provider());
        provider(one) == provider(other)
    }

    /// A paid provider's lane is as wide as the provider allows, all programs together.
    pub(super) async fn follow_limits(&mut self, request: &Request) {
        let Some(provider) = self.catalogue.metered_of(request) else { return };
        match self.store.journal.allowance(request.provider()).await {
            Ok(allowance) => {
                let configured = provider.lane().most_at_once;
                self.queue.resize(provider.lane().name, configured.min(allowance.at_once as usize));
            }
            Err(error) => tracing::warn!(%error, "a provider's limits cannot be read"),
        }
    }
}

/// Opens a file of the person's own for a job.
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
        let now = started.elapsed().as_millis() as u64 + PROGRESS_INTERVAL.as_millis() as u64;
        let last = told_at.load(Relaxed);
        // Of two threads that report at once, one may come late with the earlier time.
        if now.saturating_sub(last) >= PROGRESS_INTERVAL.as_millis() as u64
            && told_at.compare_exchange(last, now, Relaxed, Relaxed).is_ok()
        {
            let _ = internal.send(Internal::Progress { key, fraction: fraction.clamp(0.0, 1.0) });
        }
    })
}
