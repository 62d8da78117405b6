//! Runs: what was asked for is recorded, queued, made, and ends with one event.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::choosing::subject_job;
use super::{Core, Internal, Order, change};
use crate::domain::CampaignId;
use crate::engine::run::Run;
use crate::engine::work::{Ended, perform};
use crate::engine::{
    Cancel, Event, FinalsState, JobFacts, Level, Loaded, Outcome, RunEnded, RunId, Scope, Subject, shown_path,
};
use crate::plan::{AssetHash, Failure, Job, JobKey, JobState, Mode, Product, Request};
use crate::providers::JobContext;
use crate::store::{NewRun, RunJob};

/// Shortest time between two progress events of a job.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// A job as a run asks for it.
struct NewJob {
    request: Request,
    source: Option<PathBuf>,
    speaker: Option<String>,
    scene: Option<usize>,
}

impl Core {
    pub(super) async fn generate(&mut self, id: RunId, campaign: CampaignId, mode: Mode, scope: &Scope) {
        let planned = self.loaded(&campaign).and_then(|(_, loaded)| {
            let graph = loaded.graph(mode).ok_or_else(|| self.why_no_finals())?;
            Ok(graph.jobs.iter().filter(|job| scope.covers(job)).map(|job| self.order(loaded, job)).collect())
        });
        match planned {
            Ok(jobs) => self.start_run(id, campaign, mode, jobs).await,
            Err(why) => self.refuse(id, campaign, mode, why),
        }
    }

    pub(super) async fn regenerate(&mut self, id: RunId, campaign: CampaignId, mode: Mode, subject: Subject) {
        let current = self.loaded(&campaign).and_then(|(_, loaded)| {
            let job = subject_job(loaded, mode, subject).ok_or_else(|| self.why_no_job(loaded, mode, subject))?;
            if !job.request.has_takes() {
                return Err("This is your own file: change the file, or take it out of the profile".to_owned());
            }
            let newest = loaded.takes.get(&job.base).and_then(|takes| takes.last()).map_or(1, |take| take.number);
            Ok((self.order(loaded, job), newest))
        });
        let (current, newest) = match current {
            Ok(current) => current,
            Err(why) => return self.refuse(id, campaign, mode, why),
        };
        let template = current.request.clone();
        let key_of = move |take: u32| template.with_take(take).key();
        match self.store.journal.new_take(&campaign, current.request.base(), newest, key_of).await {
            Ok(take) => {
                let job = NewJob { request: current.request.with_take(take.number), ..current };
                self.start_run(id, campaign.clone(), mode, vec![job]).await;
                self.reload_one(&campaign).await;
            }
            Err(error) => self.refuse(id, campaign, mode, error.to_string()),
        }
    }

    /// What the journal, the queue and the provider need to know of a job.
    fn order(&self, loaded: &Loaded, job: &Job) -> NewJob {
        let source = match &job.request {
            Request::OwnPortrait { .. } => job
                .speakers
                .first()
                .and_then(|&speaker| loaded.campaign.profile(loaded.campaign.face_of(speaker)).portrait.as_ref()),
            Request::OwnVoice { .. } => {
                job.scenes.first().and_then(|&scene| loaded.campaign.line(scene)?.audio.as_ref())
            }
            Request::Portrait(_) | Request::Voice(_) | Request::Kept { .. } => None,
        };
        let folder = self
            .library
            .entries
            .iter()
            .find(|entry| entry.name == loaded.campaign.id.as_str())
            .and_then(|entry| entry.path.parent());
        NewJob {
            request: job.request.clone(),
            source: source.zip(folder).map(|(material, folder)| folder.join(material.as_path())),
            speaker: job.speakers.first().map(|&speaker| loaded.campaign.profile(speaker).speaker.clone()),
            scene: if job.product() == Product::Voice { job.scenes.first().copied() } else { None },
        }
    }

    /// Records a run, queues what is missing and starts what may start.
    async fn start_run(&mut self, id: RunId, campaign: CampaignId, mode: Mode, jobs: Vec<NewJob>) {
        let keys: Vec<JobKey> = jobs.iter().map(|job| job.request.key()).collect();
        self.learn(keys.iter().copied().filter(|key| !self.known.contains_key(key)).collect()).await;
        let source_hash = self.loaded(&campaign).map_or_else(|_| AssetHash::of(b""), |(_, loaded)| loaded.source_hash);
        let record = NewRun {
            run: id.0,
            campaign: campaign.clone(),
            mode,
            source_hash,
            jobs: jobs
                .iter()
                .zip(&keys)
                .map(|(job, &key)| RunJob {
                    key,
                    request: job.request.canonical(),
                    product: job.request.product(),
                    speaker: job.speaker.clone(),
                    scene: job.scene,
                })
                .collect(),
        };
        if let Err(error) = self.store.journal.start_run(record).await {
            return self.refuse(id, campaign, mode, error.to_string());
        }
        let mut run = Run::new(id, campaign.clone(), mode, keys.clone());
        self.tell(Event::RunStarted { run: id, campaign, mode, jobs: keys.len() });
        let mut changes = Vec::new();
        for (job, &key) in jobs.into_iter().zip(&keys) {
            let known = self.known.entry(key).or_default();
            if known.state.is_made() {
                run.job_ended(key, &JobState::Cached);
            } else if !self.orders.contains_key(&key) {
                let Some(provider) = self.catalogue.provider_of(&job.request) else {
                    known.state = JobState::Failed(no_such_provider(job.request.provider()));
                    changes.push(change(key, known));
                    run.job_ended(key, &known.state);
                    continue;
                };
                *known = JobFacts { state: JobState::Waiting, ..JobFacts::default() };
                changes.push(change(key, known));
                self.queue.push(key, &provider.lane());
                let cancel = CancellationToken::new();
                self.orders.insert(key, Order { request: job.request, source: job.source, cancel, runs_now: false });
            }
        }
        if !changes.is_empty() {
            self.tell(Event::Jobs(changes));
        }
        self.runs.push((run, Instant::now()));
        self.start_waiting();
        self.end_finished_runs().await;
    }

    /// Starts every waiting job that its lane allows.
    pub(super) fn start_waiting(&mut self) {
        let mut changes = Vec::new();
        while let Some(key) = self.queue.start_next() {
            let Some(order) = self.orders.get_mut(&key) else { continue };
            let Some(provider) = self.catalogue.provider_of(&order.request) else { continue };
            order.runs_now = true;
            let context = JobContext {
                cancel: order.cancel.clone(),
                progress: progress_teller(key, self.internal.clone()),
                source: order.source.clone(),
            };
            let (store, request, internal) = (self.store.clone(), order.request.clone(), self.internal.clone());
            tokio::spawn(async move {
                let ended = perform(store, provider, key, request, context).await;
                // A closed channel means that the engine is gone, and with it everybody who would want to know.
                let _ = internal.send(Internal::Ended { key, ended });
            });
            let known = self.known.entry(key).or_default();
            known.state = JobState::Running;
            changes.push(change(key, known));
        }
        if !changes.is_empty() {
            self.tell(Event::Jobs(changes));
        }
    }

    pub(super) async fn job_ended(&mut self, key: JobKey, ended: Ended) {
        self.queue.ended(key);
        let known = match ended {
            Ended::Made { outputs, milliseconds } => {
                JobFacts { state: JobState::Made, outputs: self.made(&outputs), milliseconds: Some(milliseconds) }
            }
            Ended::AlreadyMade(outputs) => {
                JobFacts { state: JobState::Cached, outputs: self.made(&outputs), milliseconds: None }
            }
            Ended::Failed(failure) => JobFacts { state: JobState::Failed(failure), ..JobFacts::default() },
            Ended::Cancelled => JobFacts { state: JobState::Cancelled, ..JobFacts::default() },
            Ended::HeldElsewhere(owner) => {
                if let Some(order) = self.orders.get_mut(&key) {
                    order.runs_now = false;
                }
                self.wait_for(key, owner);
                self.start_waiting();
                return;
            }
        };
        self.orders.remove(&key);
        self.settle(key, known);
        self.start_waiting();
        self.end_finished_runs().await;
    }

    /// A job has reached its end: tell it and note it in every run that asked for it.
    fn settle(&mut self, key: JobKey, facts: JobFacts) {
        for (run, _) in &mut self.runs {
            run.job_ended(key, &facts.state);
        }
        self.tell(Event::Jobs(vec![change(key, &facts)]));
        self.known.insert(key, facts);
    }

    async fn end_finished_runs(&mut self) {
        let over: Vec<(Run, Instant)> = self.runs.extract_if(.., |(run, _)| run.is_over()).collect();
        for (run, started) in over {
            let output = self.loaded(&run.campaign).map(|(entry, _)| shown_path(&entry.output)).unwrap_or_default();
            let ended = run.ended(started.elapsed().as_millis() as u64, &output);
            if let Err(error) = self.store.journal.end_run(run.id.0, ended.outcome.name()).await {
                self.notice(Level::Warning, format!("The end of the run is not recorded: {error}"), None);
            }
            self.publish(&run.campaign, Some(ended));
        }
    }

    /// Answers a run that cannot start: it ends at once, with the reason as its message.
    fn refuse(&self, run: RunId, campaign: CampaignId, mode: Mode, message: String) {
        self.tell(Event::RunEnded(RunEnded {
            run,
            campaign,
            mode,
            outcome: Outcome::Stopped,
            message,
            made: 0,
            cached: 0,
            failed: 0,
            cancelled: 0,
            elapsed_ms: 0,
        }));
    }

    fn why_no_finals(&self) -> String {
        match self.settings.finals.state() {
            FinalsState::Unavailable(what_to_set) => what_to_set,
            FinalsState::Available => String::new(),
        }
    }

    pub(super) fn why_no_job(&self, loaded: &Loaded, mode: Mode, subject: Subject) -> String {
        if loaded.graph(mode).is_none() {
            return self.why_no_finals();
        }
        match subject {
            Subject::Voice(scene) => format!("Scene {} has no voice: it is not a line of dialogue", scene + 1),
            Subject::Portrait(_) => "This speaker is not in the campaign".to_owned(),
        }
    }

    pub(super) async fn cancel(&mut self, what: &Cancel) {
        let hit: Vec<JobKey> = self
            .orders
            .keys()
            .copied()
            .filter(|key| match what {
                Cancel::All => true,
                Cancel::Job(one) => one == key,
                Cancel::Campaign(campaign) => {
                    let wanted_by = |run: &Run| run.wants(*key);
                    self.runs.iter().any(|(run, _)| &run.campaign == campaign && wanted_by(run))
                        && !self.runs.iter().any(|(run, _)| &run.campaign != campaign && wanted_by(run))
                }
            })
            .collect();
        let mut waiting = self.queue.withdraw(|key| hit.contains(&key));
        waiting.extend(self.held_elsewhere.extract_if(|key, _| hit.contains(key)).map(|(key, _)| key));
        for key in &hit {
            if let Some(order) = self.orders.get(key)
                && order.runs_now
            {
                order.cancel.cancel();
            }
        }
        for key in waiting {
            self.orders.remove(&key);
            self.settle(key, JobFacts { state: JobState::Cancelled, ..JobFacts::default() });
        }
        self.end_finished_runs().await;
    }

    pub(super) async fn shut_down(&mut self) {
        self.stopping = true;
        self.cancel(&Cancel::All).await;
    }
}

fn no_such_provider(name: &str) -> Failure {
    Failure {
        reason: format!("This version has no provider called {name}"),
        next_step: "Choose another with --image or --voice.".to_owned(),
        retryable: false,
    }
}

/// Passes a job's progress on, at most ten times a second.
fn progress_teller(key: JobKey, internal: mpsc::UnboundedSender<Internal>) -> Arc<dyn Fn(f32) + Send + Sync> {
    let (started, told_at) = (Instant::now(), AtomicU64::new(0));
    Arc::new(move |fraction| {
        let now = started.elapsed().as_millis() as u64 + PROGRESS_INTERVAL.as_millis() as u64;
        let last = told_at.load(Relaxed);
        if now - last >= PROGRESS_INTERVAL.as_millis() as u64
            && told_at.compare_exchange(last, now, Relaxed, Relaxed).is_ok()
        {
            let _ = internal.send(Internal::Progress { key, fraction: fraction.clamp(0.0, 1.0) });
        }
    })
}
