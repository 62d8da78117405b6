//! Runs: what was asked for is recorded, queued, made, and ends with one event.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use futures::future::join_all;

use super::Core;
use super::asking::is_held;
use super::difference::Asked;
use super::news::Model;
use crate::domain::{CampaignId, MicroDollars, Music, Scene};
use crate::engine::command::{Consent, Likeness, Scope, Subject};
use crate::engine::entry::{FinalsState, Loaded};
use crate::engine::event::{Event, Level, Outcome, RunEnded};
use crate::engine::publish::{episode, files};
use crate::engine::run::Run;
use crate::engine::schedule::Fact;
use crate::engine::words::elapsed::milliseconds;
use crate::engine::words::paths::shown_path;
use crate::engine::words::place;
use crate::engine::words::takes::{subject_job, takes_a_note};
use crate::media::video::{KeepsReady, keep_ready};
use crate::plan::{AssetHash, ClipRequest, Graph, Job, JobKey, JobSet, Mode, Product, Request, RunId, Shown};
use crate::store::{Amounts, Caps, NewRun, RunJob};

/// A job as a run asks for it.
pub(super) struct NewJob {
    /// Of the request.
    pub(super) key: JobKey,
    pub(super) request: Arc<Request>,
    pub(super) source: Option<PathBuf>,
    /// What it is made of.
    pub(super) inputs: Vec<(JobKey, Arc<Request>)>,
    pub(super) speaker: Option<String>,
    pub(super) scene: Option<usize>,
    /// An upper bound; zero for what is made without money.
    pub(super) price: MicroDollars,
}

/// A run under way.
pub(super) struct UnderWay {
    started: Instant,
    /// Its clips show the same babies.
    _keeps_ready: KeepsReady,
    /// Where an edit of the campaign can change it.
    pub(super) asked: Option<Asked>,
}

/// A run that may begin once it is recorded.
pub(super) struct PlannedRun {
    run: Run,
    jobs: Vec<NewJob>,
    caps: Caps,
    /// With it the run follows edits of its campaign.
    scope: Option<Scope>,
}

impl NewJob {
    /// What the journal, the queue and the provider need to know of a job of a campaign whose own files lie in `folder`.
    pub(super) fn of(loaded: &Loaded, graph: &Graph, job: &Job, folder: &Path) -> Self {
        let source = match &*job.request {
            Request::OwnPortrait { .. } => job
                .speakers
                .first()
                .and_then(|&speaker| loaded.campaign.profile(loaded.campaign.face_of(speaker)).own_picture()),
            Request::OwnVoice { .. } => {
                job.scenes.first().and_then(|&scene| loaded.campaign.line(scene)?.audio.as_ref())
            }
            // A new take of a kept picture is one of the request that it stands in for.
            Request::Portrait(_) | Request::Kept { .. } => job.speakers.first().and_then(|&speaker| {
                let profile = loaded.campaign.profile(loaded.campaign.face_of(speaker));
                // A member's own picture lends its face to the portraits in other tones.
                profile.reference_file().or_else(|| profile.own_picture())
            }),
            Request::Clip(ClipRequest { shown: Shown::Media { .. }, .. }) => {
                job.scenes.first().and_then(|&scene| match &loaded.campaign.scenes[scene] {
                    Scene::Media(media) => Some(&media.source),
                    Scene::Dialogue(_) => None,
                })
            }
            Request::Episode(_) => loaded.campaign.music.as_ref().and_then(Music::file),
            Request::Voice(_)
            | Request::Dialogue(_)
            | Request::Script(_)
            | Request::CutVoice(_)
            | Request::Transcript(_)
            | Request::ChangedVoice(_)
            | Request::ShapedVoice(_)
            | Request::Effect(_)
            | Request::Music(_)
            | Request::Marks(_)
            | Request::Clip(_)
            | Request::Fade(_) => None,
        };
        let inputs = job.request.inputs().into_iter();
        let inputs = inputs.filter_map(|key| Some((key, graph.job(key)?.request.clone())));
        Self {
            key: job.key,
            request: job.request.clone(),
            source: source.map(|material| folder.join(material.as_path())),
            inputs: inputs.collect(),
            speaker: job.speakers.first().map(|&speaker| loaded.campaign.profile(speaker).speaker.clone()),
            scene: if job.product() == Product::Portrait { None } else { job.scenes.first().copied() },
            price: job.price(),
        }
    }

    /// `voice of scene 3, Baby 2`, `portrait of Baby 1`, `episode`.
    pub(super) fn name(&self) -> String {
        place::place(self.request.product(), self.speaker.as_deref(), self.scene)
    }

    /// As the journal keeps it.
    pub(super) fn record(&self) -> RunJob<Arc<Request>> {
        RunJob {
            key: self.key,
            request: self.request.clone(),
            product: self.request.product(),
            speaker: self.speaker.clone(),
            scene: self.scene,
        }
    }
}

impl Core {
    /// What a `Generate` asks for; one that cannot begin ends here.
    pub(super) async fn plan_run(
        &mut self,
        id: RunId,
        campaign: CampaignId,
        mode: Mode,
        scope: Scope,
        consent: Consent,
    ) -> Option<PlannedRun> {
        let planned = self.loaded(&campaign).and_then(|(entry, loaded)| {
            let graph = loaded.graph(mode).ok_or_else(|| self.why_no_finals())?;
            let jobs = scope.jobs(graph);
            if self.studio.shelf.makers.finals.settings().is_none()
                && let Some(job) = jobs.iter().find(|job| self.nobody_makes(job))
            {
                let missing = || self.studio.catalogue.missing(&job.request).to_string();
                return Err(if mode == Mode::Draft { missing() } else { self.why_no_finals() });
            }
            let folder = self.studio.shelf.settings.materials_of(&entry.path);
            Ok(jobs.into_iter().map(|job| NewJob::of(loaded, graph, job, folder)).collect())
        });
        match planned {
            Ok(jobs) => self.check_run(id, campaign, mode, jobs, consent, Some(scope)).await,
            Err(why) => {
                self.refuse(id, campaign, mode, Outcome::Stopped, why);
                None
            }
        }
    }

    pub(super) async fn regenerate(
        &mut self,
        id: RunId,
        campaign: CampaignId,
        mode: Mode,
        subject: Subject,
        (likeness, note): (Likeness, Option<String>),
        consent: Consent,
    ) {
        let note = note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
        let current = self.loaded(&campaign).and_then(|(entry, loaded)| {
            let job = subject_job(loaded, mode, subject).ok_or_else(|| self.why_no_job(loaded, mode, subject))?;
            if !job.request.has_takes() {
                return Err("This is your own file: change the file, or take it out of the profile".to_owned());
            }
            if note.is_some() {
                takes_a_note(&job.request)?;
            }
            if self.studio.catalogue.lane_of(&job.request).is_none() {
                return Err(self.studio.catalogue.missing(&job.request).to_string());
            }
            let newest = loaded.takes.get(&job.base).and_then(|takes| takes.last()).map_or(1, |take| take.number);
            let graph = loaded.graph(mode).ok_or_else(|| self.why_no_finals())?;
            let folder = self.studio.shelf.settings.materials_of(&entry.path);
            Ok((job.clone(), NewJob::of(loaded, graph, job, folder), newest))
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
        let request_of = move |take: u32| {
            let mut request = template.with_take(take);
            if let Some(face) = face {
                request = request.keeping(face);
            }
            note.clone().map_or(request.clone(), |note| request.noted(note))
        };
        let price = job.billing.price(&request_of(1));
        if let Some(why) = needs_consent(consent, price) {
            return self.refuse(id, campaign, mode, Outcome::Stopped, why);
        }
        let key_of = {
            let request_of = request_of.clone();
            move |take: u32| request_of(take).key()
        };
        match self.studio.store.journal.new_take(&campaign, job.base, newest, key_of).await {
            Ok(take) => {
                let job = NewJob { key: take.key, request: Arc::new(request_of(take.number)), price, ..order };
                let run = self.check_run(id, campaign.clone(), mode, vec![job], consent, None).await;
                self.start_runs(run.into_iter().collect()).await;
                self.reload_one(&campaign).await;
            }
            Err(error) => self.refuse(id, campaign, mode, Outcome::Failed, error.to_string()),
        }
    }

    /// A run that may begin, as far as its price goes; else it ends here.
    pub(super) async fn check_run(
        &mut self,
        id: RunId,
        campaign: CampaignId,
        mode: Mode,
        jobs: Vec<NewJob>,
        consent: Consent,
        scope: Option<Scope>,
    ) -> Option<PlannedRun> {
        let keys: Vec<JobKey> = jobs.iter().map(|job| job.key).collect();
        self.learn(keys.iter().copied().filter(|key| !self.known.jobs.contains_key(key)).collect()).await;
        let price = self.price_of(&jobs);
        if let Some(why) = needs_consent(consent, price) {
            self.refuse(id, campaign, mode, Outcome::Stopped, why);
            return None;
        }
        let agreed = match consent {
            Consent::FreeOnly => MicroDollars::ZERO,
            Consent::UpTo(agreed) => agreed,
        };
        let limits = self.studio.shelf.settings.caps;
        let caps = Caps { run: Some(limits.run.map_or(agreed, |cap| cap.min(agreed))), ..limits };
        Some(PlannedRun { run: Run::new(id, campaign, mode, price, keys), jobs, caps, scope })
    }

    /// An upper bound of what can be bought of these jobs: what is held, and what waits for that, is not.
    fn price_of(&self, jobs: &[NewJob]) -> MicroDollars {
        let mut lost: JobSet = JobSet::default();
        let mut price = MicroDollars::ZERO;
        for job in jobs {
            let key = job.key;
            let state = &self.facts(key).state;
            let waits = job.inputs.iter().any(|(input, _)| lost.contains(input));
            if state.is_made() {
                continue;
            }
            if is_held(state) || waits || self.studio.catalogue.lane_of(&job.request).is_none() {
                lost.insert(key);
            } else {
                price += job.price;
            }
        }
        price
    }

    /// Whether a job is missing that nobody who is set up makes.
    fn nobody_makes(&self, job: &Job) -> bool {
        !self.facts(job.key).state.is_made() && self.studio.catalogue.lane_of(&job.request).is_none()
    }

    /// Records runs, all in one commit, and begins each that is recorded.
    pub(super) async fn start_runs(&mut self, runs: Vec<PlannedRun>) {
        let records: Vec<_> =
            runs.iter().map(|planned| self.studio.store.journal.start_run(self.record(planned))).collect();
        for (planned, recorded) in runs.into_iter().zip(join_all(records).await) {
            match recorded {
                Ok(()) => self.begin_run(planned).await,
                Err(error) => {
                    let Run { id, campaign, mode, .. } = planned.run;
                    self.refuse(id, campaign, mode, Outcome::Failed, error.to_string());
                }
            }
        }
    }

    /// As the journal keeps it.
    fn record(&self, PlannedRun { run, jobs, .. }: &PlannedRun) -> NewRun {
        let source_hash =
            self.loaded(&run.campaign).map_or_else(|_| AssetHash::of(b""), |(_, loaded)| loaded.source_hash);
        NewRun {
            run: run.id,
            campaign: run.campaign.clone(),
            mode: run.mode,
            source_hash,
            jobs: jobs.iter().map(NewJob::record).collect(),
        }
    }

    /// Queues what is missing of a recorded run and starts what may start.
    async fn begin_run(&mut self, PlannedRun { run, jobs, caps, scope }: PlannedRun) {
        let (id, campaign, price) = (run.id, run.campaign.clone(), run.estimate);
        self.forget_missed_voices();
        let bought = jobs.iter().filter(|job| !job.price.is_zero()).filter_map(|job| job.request.made_by());
        let models = bought.map(Model::of).collect();
        self.tell(Event::RunStarted { run: id, campaign: campaign.clone(), mode: run.mode, jobs: jobs.len() });
        let asked = scope.and_then(|scope| {
            let (campaign, _) = self.loaded(&campaign).ok()?;
            Some(Asked { scope, mode: run.mode, caps, campaign })
        });
        self.under_way.insert(id, UnderWay { started: Instant::now(), _keeps_ready: keep_ready(), asked });
        if !price.is_zero() {
            self.money.spending.run = Some((id, caps.run));
        }
        let mut providers = HashMap::new();
        for job in &jobs {
            providers.entry(job.request.provider()).or_insert_with(|| job.request.clone());
        }
        let providers: Vec<Arc<Request>> = providers.into_values().collect();
        for request in &providers {
            self.follow_limits(request).await;
        }
        self.open_farm();
        let jobs = self.wanted(id, &campaign, jobs, caps);
        self.happened(Fact::RunBegan { run, jobs }).await;
        self.hear_requests().await;
        if !price.is_zero() {
            self.tell_budgets().await;
            self.look_for_news(models).await;
            self.ask_for_voices_if_due(true);
        }
    }

    /// Runs whose jobs have all ended: what they cost is told, then their files are published, then their end is told.
    pub(super) async fn end_runs(&mut self, over: Vec<Run>) {
        // Drafts are free: there is nothing to read in the ledger, which grows with every run.
        let cost_money = |run: &Run| run.mode == Mode::Final;
        if over.iter().any(cost_money) {
            self.tell_budgets().await;
            self.tell_ledger().await;
        }
        for run in over {
            let elapsed =
                self.under_way.remove(&run.id).map(|under_way| under_way.started.elapsed()).unwrap_or_default();
            let output = self.place_of_products(&run);
            let spent = if cost_money(&run) { self.spent_by(&run).await } else { Amounts::default() };
            let ended = run.ended(milliseconds(elapsed), &output, spent);
            self.publish(&run.campaign, Some(ended));
        }
    }

    /// What a run under way was asked for, where an edit of the campaign can change it.
    pub(super) fn asked(&self, run: RunId) -> Option<&Asked> {
        self.under_way.get(&run)?.asked.as_ref()
    }

    /// Where the products of a run lie, in words: the finished video with its length, else the folder.
    pub(super) fn place_of_products(&self, run: &Run) -> String {
        if self.asks_for_words(run.id) {
            return "the words of a language model".to_owned();
        }
        let Ok((entry, loaded)) = self.loaded(&run.campaign) else { return String::new() };
        let finished = episode::finished(loaded, run.mode, &|key| self.facts(key));
        let video = finished.filter(|finished| run.asked_for(finished.key)).and_then(|finished| {
            let file = entry.output.join(files::episode_file(loaded, run.mode, "mp4"));
            let cards = if finished.is_whole { "" } else { ", with cards for missing scenes" };
            Some(format!("{}, {}{cards}", shown_path(&file), episode::length(finished.milliseconds()?)))
        });
        video.unwrap_or_else(|| shown_path(&entry.output))
    }

    /// Something the user should read although the job goes well.
    pub(super) fn note(&self, key: JobKey, text: &str) {
        let campaign = self.schedule.run_that_wants(key).map(|run| run.campaign.clone());
        self.notice(Level::Warning, format!("{}: {text}", self.schedule.name(key)), campaign);
    }

    /// Answers a run that cannot start: it ends at once, with the reason as its message.
    pub(super) fn refuse(&self, run: RunId, campaign: CampaignId, mode: Mode, outcome: Outcome, message: String) {
        let ended = RunEnded::at_once(run, campaign, mode, outcome, message);
        self.after_run(&ended);
        self.tell(Event::RunEnded(ended));
    }

    pub(super) fn why_no_finals(&self) -> String {
        match self.studio.shelf.makers.finals.state() {
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

    pub(super) async fn shut_down(&mut self) {
        self.imports.stop();
        self.happened(Fact::Closed).await;
    }
}

/// Why a run may not start, if it would cost more than was agreed to.
fn needs_consent(consent: Consent, price: MicroDollars) -> Option<String> {
    (consent == Consent::FreeOnly && !price.is_zero())
        .then(|| format!("needs about {price}, and no price was agreed to"))
}
