//! Runs: what was asked for is recorded, queued, made, and ends with one event.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::time::Instant;

use super::choosing::subject_job;
use super::edits::Asked;
use super::jobs::{Order, Terms};
use super::{Core, change};
use crate::domain::{CampaignId, MicroDollars, Reference};
use crate::engine::buy::SecondChance;
use crate::engine::document::Cost;
use crate::engine::run::Run;
use crate::engine::{
    Cancel, Consent, Event, FinalsState, JobFacts, Likeness, Loaded, Outcome, RunEnded, RunId, Scope, Subject,
    shown_path,
};
use crate::plan::{AssetHash, Job, JobKey, JobState, Mode, Product, Request};
use crate::store::{Amounts, Caps, NewRun, RunJob};

/// A job as a run asks for it.
pub(super) struct NewJob {
    pub(super) request: Request,
    source: Option<PathBuf>,
    speaker: Option<String>,
    scene: Option<usize>,
    /// An upper bound; zero for what is made without money.
    pub(super) price: MicroDollars,
}

impl NewJob {
    pub(super) fn record(&self) -> RunJob<Request> {
        RunJob {
            key: self.request.key(),
            request: self.request.clone(),
            product: self.request.product(),
            speaker: self.speaker.clone(),
            scene: self.scene,
        }
    }
}

impl Core {
    pub(super) async fn generate(
        &mut self,
        id: RunId,
        campaign: CampaignId,
        mode: Mode,
        scope: &Scope,
        consent: Consent,
    ) {
        let planned = self.loaded(&campaign).and_then(|(_, loaded)| {
            let graph = loaded.graph(mode).ok_or_else(|| self.why_no_finals())?;
            Ok(graph.jobs.iter().filter(|job| scope.covers(job)).map(|job| self.order(loaded, job)).collect())
        });
        match planned {
            Ok(jobs) => self.start_run(id, campaign, mode, jobs, consent, Some(scope)).await,
            Err(why) => self.refuse(id, campaign, mode, Outcome::Stopped, why),
        }
    }

    pub(super) async fn regenerate(
        &mut self,
        id: RunId,
        campaign: CampaignId,
        mode: Mode,
        subject: Subject,
        likeness: Likeness,
        consent: Consent,
    ) {
        let current = self.loaded(&campaign).and_then(|(_, loaded)| {
            let job = subject_job(loaded, mode, subject).ok_or_else(|| self.why_no_job(loaded, mode, subject))?;
            if !job.request.has_takes() {
                return Err("This is your own file: change the file, or take it out of the profile".to_owned());
            }
            let newest = loaded.takes.get(&job.base).and_then(|takes| takes.last()).map_or(1, |take| take.number);
            Ok((job.clone(), self.order(loaded, job), newest))
        });
        let (job, order, newest) = match current {
            Ok(current) => current,
            Err(why) => return self.refuse(id, campaign, mode, Outcome::Stopped, why),
        };
        let face = match self.face_to_keep(&campaign, &job, likeness).await {
            Ok(face) => face,
            Err(why) => return self.refuse(id, campaign, mode, Outcome::Stopped, why),
        };
        let template = job.request;
        let request_of = move |take: u32| match face {
            Some(face) => template.with_take(take).keeping(face),
            None => template.with_take(take),
        };
        let price = job.billing.price(&request_of(1));
        if let Some(why) = needs_consent(consent, price) {
            return self.refuse(id, campaign, mode, Outcome::Stopped, why);
        }
        let key_of = {
            let request_of = request_of.clone();
            move |take: u32| request_of(take).key()
        };
        match self.store.journal.new_take(&campaign, job.base, newest, key_of).await {
            Ok(take) => {
                let job = NewJob { request: request_of(take.number), price, ..order };
                self.start_run(id, campaign.clone(), mode, vec![job], consent, None).await;
                self.reload_one(&campaign).await;
            }
            Err(error) => self.refuse(id, campaign, mode, Outcome::Failed, error.to_string()),
        }
    }

    /// What the journal, the queue and the provider need to know of a job.
    pub(super) fn order(&self, loaded: &Loaded, job: &Job) -> NewJob {
        let source = match &job.request {
            Request::OwnPortrait { .. } => job
                .speakers
                .first()
                .and_then(|&speaker| loaded.campaign.profile(loaded.campaign.face_of(speaker)).portrait.as_ref()),
            Request::OwnVoice { .. } => {
                job.scenes.first().and_then(|&scene| loaded.campaign.line(scene)?.audio.as_ref())
            }
            Request::Portrait(_) => job.speakers.first().and_then(|&speaker| {
                match &loaded.campaign.profile(loaded.campaign.face_of(speaker)).reference {
                    Some(Reference::File(path)) => Some(path),
                    Some(Reference::Take(_)) | None => None,
                }
            }),
            Request::Voice(_) | Request::Kept { .. } => None,
        };
        let folder = self
            .library
            .entries
            .iter()
            .find(|entry| entry.name == loaded.campaign.id.as_str())
            .map(|entry| self.shelf.settings.materials_of(&entry.path));
        NewJob {
            request: job.request.clone(),
            source: source.zip(folder).map(|(material, folder)| folder.join(material.as_path())),
            speaker: job.speakers.first().map(|&speaker| loaded.campaign.profile(speaker).speaker.clone()),
            scene: if job.product() == Product::Voice { job.scenes.first().copied() } else { None },
            price: job.price(),
        }
    }

    /// Records a run, queues what is missing and starts what may start. With a scope, the run follows edits of its
    /// campaign.
    async fn start_run(
        &mut self,
        id: RunId,
        campaign: CampaignId,
        mode: Mode,
        jobs: Vec<NewJob>,
        consent: Consent,
        scope: Option<&Scope>,
    ) {
        let keys: Vec<JobKey> = jobs.iter().map(|job| job.request.key()).collect();
        self.learn(keys.iter().copied().filter(|key| !self.known.contains_key(key)).collect()).await;
        let will_be_bought =
            |key| !self.known.get(key).is_some_and(|known| known.state.is_made() || is_held(&known.state));
        let price = jobs.iter().zip(&keys).filter(|(_, key)| will_be_bought(key)).map(|(job, _)| job.price).sum();
        if let Some(why) = needs_consent(consent, price) {
            return self.refuse(id, campaign, mode, Outcome::Stopped, why);
        }
        let agreed = match consent {
            Consent::FreeOnly => MicroDollars::ZERO,
            Consent::UpTo(agreed) => agreed,
        };
        let limits = self.shelf.settings.caps;
        let caps = Caps { run: Some(limits.run.map_or(agreed, |cap| cap.min(agreed))), ..limits };
        let source_hash = self.loaded(&campaign).map_or_else(|_| AssetHash::of(b""), |(_, loaded)| loaded.source_hash);
        let records = jobs.iter().map(NewJob::record).collect();
        let record = NewRun { run: id.0, campaign: campaign.clone(), mode, source_hash, jobs: records };
        if let Err(error) = self.store.journal.start_run(record).await {
            return self.refuse(id, campaign, mode, Outcome::Failed, error.to_string());
        }
        let mut run = Run::new(id, campaign.clone(), mode, price, keys);
        self.tell(Event::RunStarted { run: id, campaign, mode, jobs: jobs.len() });
        let asked = self.ask_for(&mut run, jobs, caps);
        self.runs.push((run, Instant::now()));
        if let Some(scope) = scope {
            self.asked.insert(id, Asked { scope: scope.clone(), caps });
        }
        for request in &asked {
            self.follow_limits(request).await;
        }
        if !price.is_zero() {
            self.spending.run = Some((id, caps.run));
            self.tell_budgets().await;
            self.look_for_news(asked.iter().map(|request| request.provider().to_owned()).collect()).await;
        }
        self.start_waiting();
        self.end_finished_runs().await;
    }

    /// Queues what is missing of a run's jobs, and notes at once what has its end already. Returns one request of each
    /// provider that is asked.
    pub(super) fn ask_for(&mut self, run: &mut Run, jobs: Vec<NewJob>, caps: Caps) -> Vec<Request> {
        let mut asked: HashMap<String, (SecondChance, Request)> = HashMap::new();
        let mut changes = Vec::new();
        for job in jobs {
            let key = job.request.key();
            let known = self.known.entry(key).or_default();
            if known.state.is_made() {
                run.job_ended(key, &JobState::Cached);
            } else if !self.orders.contains_key(&key) {
                // What may have been billed is never tried again by itself.
                if is_held(&known.state) {
                    run.job_ended(key, &known.state);
                    continue;
                }
                let Some(lane) = self.catalogue.lane_of(&job.request) else {
                    known.state = JobState::Failed(self.catalogue.missing(&job.request));
                    changes.push(change(key, known));
                    run.job_ended(key, &known.state);
                    continue;
                };
                *known = JobFacts { state: JobState::Waiting, ..JobFacts::default() };
                changes.push(change(key, known));
                self.queue.push(key, &lane);
                let (second_chance, _) = asked
                    .entry(job.request.provider().to_owned())
                    .or_insert_with(|| (SecondChance::default(), job.request.clone()))
                    .clone();
                let (id, campaign) = (run.id.0, run.campaign.clone());
                let terms = Terms { run: id, campaign, price: job.price, caps, second_chance };
                self.orders.insert(key, Order::new(job.request, job.source, terms));
            }
        }
        if !changes.is_empty() {
            self.tell(Event::Jobs(changes));
        }
        asked.into_values().map(|(_, request)| request).collect()
    }

    pub(super) async fn end_finished_runs(&mut self) {
        let over: Vec<(Run, Instant)> = self.runs.extract_if(.., |(run, _)| run.is_over()).collect();
        // Drafts are free: there is nothing to read in the ledger, which grows with every run.
        let cost_money = |run: &Run| run.mode == Mode::Final;
        if over.iter().any(|(run, _)| cost_money(run)) {
            self.tell_ledger().await;
        }
        for (run, started) in over {
            self.asked.remove(&run.id);
            let output = self.loaded(&run.campaign).map(|(entry, _)| shown_path(&entry.output)).unwrap_or_default();
            let spent = if cost_money(&run) { self.spent_by(&run).await } else { Amounts::default() };
            let ended = run.ended(started.elapsed().as_millis() as u64, &output, spent);
            self.publish(&run.campaign, Some(ended));
        }
    }

    /// Answers a run that cannot start: it ends at once, with the reason as its message.
    fn refuse(&self, run: RunId, campaign: CampaignId, mode: Mode, outcome: Outcome, message: String) {
        self.tell(Event::RunEnded(RunEnded {
            run,
            campaign,
            mode,
            outcome,
            message,
            made: 0,
            cached: 0,
            failed: 0,
            held: 0,
            cancelled: 0,
            elapsed_ms: 0,
            cost: Cost::default(),
        }));
    }

    fn why_no_finals(&self) -> String {
        match self.shelf.makers.finals.state() {
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
        let hit: HashSet<JobKey> = self
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
        waiting.extend(self.parked.extract_if(|key| hit.contains(key)));
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

fn is_held(state: &JobState) -> bool {
    matches!(state, JobState::Held(_))
}

/// Why a run may not start, if it would cost more than was agreed to.
fn needs_consent(consent: Consent, price: MicroDollars) -> Option<String> {
    (consent == Consent::FreeOnly && !price.is_zero())
        .then(|| format!("needs about {price}, and no price was agreed to"))
}
