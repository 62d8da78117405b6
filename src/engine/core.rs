//! The engine itself: one task owns everything that is known of campaigns, jobs and runs; commands, ended jobs and
//! changes from outside reach it as messages, and it tells what happened as events. No lock is held anywhere.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::queue::Queue;
use super::run::Run;
use super::settings::{Campaigns, EngineSettings};
use super::work::{Ended, perform};
use super::{
    Cancel, Command, Content, Entry, Event, JobChange, Level, Library, Loaded, Made, Notice, Outcome, RunEnded, RunId,
    Scope, Subject, library, publish,
};
use crate::domain::{Campaign, CampaignId};
use crate::plan::{Choice, Failure, Job, JobKey, JobState, Mode, Output, Pick, Product, Request};
use crate::providers::{Catalogue, JobContext};
use crate::store::{NewRun, NewRunJob, Store, StoredJob, StoredState, campaigns};

/// What reaches the engine from its own tasks and from outside the program.
pub enum Internal {
    Ended { key: JobKey, ended: Ended },
    Progress { key: JobKey, fraction: f32 },
    Published { campaign: CampaignId, failure: Option<String> },
    /// Another program changed something in the home.
    HomeChanged,
    /// A file in the campaigns folder changed.
    CampaignsChanged,
}

/// What is known of a job.
#[derive(Debug, Clone, Default)]
struct Known {
    state: JobState,
    outputs: Vec<Made>,
    milliseconds: Option<u64>,
}

/// A job that was asked for, from queue to end.
struct Order {
    request: Request,
    source: Option<PathBuf>,
    cancel: CancellationToken,
    runs_now: bool,
}

/// How often a job that another program holds is tried again: its end is seen at once, but a program that was killed
/// says nothing.
const HELD_ELSEWHERE_RETRY: Duration = Duration::from_secs(1);
/// Shortest time between two progress events of a job.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

pub struct Core {
    settings: EngineSettings,
    store: Store,
    catalogue: Catalogue,
    library: Arc<Library>,
    known: HashMap<JobKey, Known>,
    orders: HashMap<JobKey, Order>,
    queue: Queue,
    runs: Vec<(Run, Instant)>,
    held_elsewhere: Vec<JobKey>,
    publishing: HashMap<CampaignId, Publishing>,
    last_seq: i64,
    stopping: bool,
    events: mpsc::UnboundedSender<Event>,
    internal: mpsc::UnboundedSender<Internal>,
}

impl Core {
    pub fn new(
        settings: EngineSettings,
        store: Store,
        events: mpsc::UnboundedSender<Event>,
        internal: mpsc::UnboundedSender<Internal>,
    ) -> Self {
        let catalogue = Catalogue::new(store.home.voices());
        Self {
            settings,
            store,
            catalogue,
            library: Arc::default(),
            known: HashMap::new(),
            orders: HashMap::new(),
            queue: Queue::default(),
            runs: Vec::new(),
            held_elsewhere: Vec::new(),
            publishing: HashMap::new(),
            last_seq: 0,
            stopping: false,
            events,
            internal,
        }
    }

    /// Runs until a `Shutdown`, or until nobody can send commands any more, and everything in flight has ended.
    pub async fn run(mut self, mut commands: mpsc::Receiver<Command>, mut internal: mpsc::UnboundedReceiver<Internal>) {
        self.last_seq = self.store.journal.last_seq().await.unwrap_or_default();
        self.reload().await;
        while !(self.stopping && self.orders.is_empty() && self.runs.is_empty() && self.publishing.is_empty()) {
            let waits_for_others = !self.held_elsewhere.is_empty();
            tokio::select! {
                command = commands.recv(), if !self.stopping => match command {
                    Some(command) => self.obey(command).await,
                    None => self.shut_down().await,
                },
                Some(message) = internal.recv() => self.notice_internal(message).await,
                () = tokio::time::sleep(HELD_ELSEWHERE_RETRY), if waits_for_others => self.retry_held_elsewhere(),
            }
        }
        self.tell(Event::Stopped);
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Generate { run, campaign, mode, scope } => self.generate(run, campaign, mode, &scope).await,
            Command::Regenerate { run, campaign, mode, subject } => self.regenerate(run, campaign, mode, subject).await,
            Command::Choose { campaign, mode, subject, pick } => self.choose(&campaign, mode, subject, pick).await,
            Command::Cancel(what) => self.cancel(&what).await,
            Command::Reload => self.reload().await,
            Command::New { name } => self.new_campaign(&name).await,
            Command::AddSamples => self.add_samples().await,
            Command::Shutdown => self.shut_down().await,
        }
    }

    async fn notice_internal(&mut self, message: Internal) {
        match message {
            Internal::Ended { key, ended } => self.job_ended(key, ended).await,
            Internal::Progress { key, fraction } => self.tell(Event::Progress { key, fraction }),
            Internal::Published { campaign, failure } => self.published(&campaign, failure),
            Internal::HomeChanged => self.follow_others().await,
            Internal::CampaignsChanged => self.reload().await,
        }
    }

    // Campaigns

    /// Reads the campaigns folder again and tells first the jobs, then the campaigns: who hears of a campaign knows
    /// its jobs.
    async fn reload(&mut self) {
        let library = Arc::new(library::read_library(&self.settings, &self.store).await);
        let keys = library.entries.iter().flat_map(|entry| keys_of(entry)).collect();
        self.learn(keys).await;
        self.library = library.clone();
        self.tell(Event::Library(library));
    }

    /// Reads one campaign again, after its choices or takes changed.
    async fn reload_one(&mut self, campaign: &CampaignId) {
        let Some(position) = self.library.entries.iter().position(|entry| entry.name == campaign.as_str()) else {
            return;
        };
        let path = self.library.entries[position].path.clone();
        let entry = Arc::new(library::read_one(&self.settings, &self.store, &path).await);
        self.learn(keys_of(&entry)).await;
        let mut library = Library::clone(&self.library);
        library.entries[position] = entry.clone();
        self.library = Arc::new(library);
        self.tell(Event::Campaign(entry));
    }

    /// Asks the journal about jobs and tells what is new. Jobs under way here are known better than the journal says.
    async fn learn(&mut self, keys: Vec<JobKey>) {
        let asked: Vec<JobKey> = keys.into_iter().filter(|key| !self.orders.contains_key(key)).collect();
        let stored = match self.store.journal.states(&asked).await {
            Ok(stored) => stored,
            Err(error) => {
                self.notice(Level::Error, format!("What was made before is not known: {error}"), None);
                return;
            }
        };
        let mut changes = Vec::new();
        for key in asked {
            let known = stored.get(&key).map(|job| self.known_of(job)).unwrap_or_default();
            let before = self.known.get(&key);
            // What was made while this program looked on stays "made" rather than "from cache".
            let same = before.is_some_and(|before| {
                before.state == known.state || before.state == JobState::Made && known.state == JobState::Cached
            });
            if !same && (before.is_some() || known.state != JobState::Pending) {
                changes.push(change(key, &known));
            }
            if !same {
                self.known.insert(key, known);
            }
        }
        if !changes.is_empty() {
            self.tell(Event::Jobs(changes));
        }
    }

    fn known_of(&self, job: &StoredJob) -> Known {
        let state = match &job.state {
            StoredState::Pending => JobState::Pending,
            StoredState::Leased => JobState::Running,
            StoredState::Done => JobState::Cached,
            StoredState::Failed(failure) => JobState::Failed(failure.clone()),
            StoredState::Cancelled => JobState::Cancelled,
        };
        Known { state, outputs: self.made(&job.outputs), milliseconds: job.milliseconds }
    }

    fn made(&self, outputs: &[Output]) -> Vec<Made> {
        outputs
            .iter()
            .map(|output| Made { output: output.clone(), path: self.store.assets.path(output.hash) })
            .collect()
    }

    fn loaded(&self, campaign: &CampaignId) -> Result<(Arc<Entry>, &Loaded), String> {
        let entry = self.library.entries.iter().find(|entry| entry.name == campaign.as_str());
        match entry.map(|entry| (entry, &entry.content)) {
            Some((entry, Content::Good(loaded))) => Ok((entry.clone(), loaded)),
            Some((_, Content::Broken(faults))) => Err(format!(
                "{campaign} has {} to mend first; `babblecast check {campaign}` lists them",
                if faults.len() == 1 { "a fault".to_owned() } else { format!("{} faults", faults.len()) }
            )),
            None => Err(format!("There is no campaign {campaign}; `babblecast list` shows all")),
        }
    }

    async fn new_campaign(&mut self, name: &str) {
        let written = super::starter::write_starter(&self.settings.campaigns, name);
        self.after_writing(written).await;
    }

    async fn add_samples(&mut self) {
        let written = super::starter::write_samples(&self.settings.campaigns);
        self.after_writing(written).await;
    }

    async fn after_writing(&mut self, written: Result<super::starter::Written, String>) {
        match written {
            Ok(written) => {
                if let Campaigns::None { .. } = self.settings.campaigns {
                    self.settings.campaigns = Campaigns::Folder(written.folder);
                }
                self.reload().await;
                self.notice(Level::Info, written.message, None);
            }
            Err(text) => self.notice(Level::Error, text, None),
        }
    }

    // Runs

    async fn generate(&mut self, id: RunId, campaign: CampaignId, mode: Mode, scope: &Scope) {
        let planned = self.loaded(&campaign).and_then(|(_, loaded)| {
            let graph = loaded.graph(mode).ok_or_else(|| self.why_no_finals())?;
            Ok(graph.jobs.iter().filter(|job| in_scope(job, scope)).map(|job| self.order(loaded, job)).collect())
        });
        match planned {
            Ok(jobs) => self.start_run(id, campaign, mode, jobs).await,
            Err(why) => self.refuse(id, campaign, mode, why),
        }
    }

    async fn regenerate(&mut self, id: RunId, campaign: CampaignId, mode: Mode, subject: Subject) {
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
            Ok((take, _)) => {
                let job = NewJob { request: current.request.with_take(take), ..current };
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
        let record = NewRun {
            run: id.0,
            campaign: campaign.clone(),
            mode,
            jobs: jobs
                .iter()
                .zip(&keys)
                .map(|(job, &key)| NewRunJob {
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
                *known = Known { state: JobState::Waiting, ..Known::default() };
                changes.push(change(key, known));
                self.queue.push(key, &provider.lane());
                let cancel = CancellationToken::new();
                self.orders
                    .insert(key, Order { request: job.request, source: job.source, cancel, runs_now: false });
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
    fn start_waiting(&mut self) {
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

    async fn job_ended(&mut self, key: JobKey, ended: Ended) {
        self.queue.ended(key);
        let known = match ended {
            Ended::Made { outputs, milliseconds } => {
                Known { state: JobState::Made, outputs: self.made(&outputs), milliseconds: Some(milliseconds) }
            }
            Ended::AlreadyMade(outputs) => {
                Known { state: JobState::Cached, outputs: self.made(&outputs), milliseconds: None }
            }
            Ended::Failed(failure) => Known { state: JobState::Failed(failure), ..Known::default() },
            Ended::Cancelled => Known { state: JobState::Cancelled, ..Known::default() },
            Ended::HeldElsewhere => {
                if let Some(order) = self.orders.get_mut(&key) {
                    order.runs_now = false;
                }
                self.held_elsewhere.push(key);
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
    fn settle(&mut self, key: JobKey, known: Known) {
        for (run, _) in &mut self.runs {
            run.job_ended(key, &known.state);
        }
        self.tell(Event::Jobs(vec![change(key, &known)]));
        self.known.insert(key, known);
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

    /// Brings `output/` up to date off this task, one at a time for a campaign. The files of a run are there before
    /// the run is said to have ended.
    fn publish(&mut self, campaign: &CampaignId, ended: Option<RunEnded>) {
        if let Some(under_way) = self.publishing.get_mut(campaign) {
            under_way.again = true;
            under_way.next.extend(ended);
            return;
        }
        self.start_publishing(campaign, ended.into_iter().collect());
    }

    fn start_publishing(&mut self, campaign: &CampaignId, ended: Vec<RunEnded>) {
        let Ok((entry, loaded)) = self.loaded(campaign) else {
            // The file broke while its run went on: what was made is in the store, and is published once it is mended.
            return ended.into_iter().for_each(|ended| self.tell(Event::RunEnded(ended)));
        };
        let outputs = |key| self.known.get(&key).map_or(&[] as &[Made], |known| known.outputs.as_slice());
        let (files, folder) = (publish::wanted(loaded, &outputs), entry.output.clone());
        self.publishing.insert(campaign.clone(), Publishing { ended, ..Publishing::default() });
        let (campaign, internal) = (campaign.clone(), self.internal.clone());
        tokio::task::spawn_blocking(move || {
            let failure = publish::publish(&folder, files).err().map(|error| error.to_string());
            let _ = internal.send(Internal::Published { campaign, failure });
        });
    }

    fn published(&mut self, campaign: &CampaignId, failure: Option<String>) {
        if let Some(text) = failure {
            self.notice(Level::Error, text, Some(campaign.clone()));
        }
        let Some(finished) = self.publishing.remove(campaign) else { return };
        finished.ended.into_iter().for_each(|ended| self.tell(Event::RunEnded(ended)));
        if finished.again {
            self.start_publishing(campaign, finished.next);
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
            super::FinalsState::Unavailable(what_to_set) => what_to_set,
            super::FinalsState::Available => String::new(),
        }
    }

    fn why_no_job(&self, loaded: &Loaded, mode: Mode, subject: Subject) -> String {
        if loaded.graph(mode).is_none() {
            return self.why_no_finals();
        }
        match subject {
            Subject::Voice(scene) => format!("Scene {} has no voice: it is not a line of dialogue", scene + 1),
            Subject::Portrait(_) => "This speaker is not in the campaign".to_owned(),
        }
    }

    // Choices

    async fn choose(&mut self, campaign: &CampaignId, mode: Mode, subject: Subject, pick: Pick) {
        let written = self.loaded(campaign).and_then(|(entry, loaded)| {
            let job = subject_job(loaded, mode, subject).ok_or_else(|| self.why_no_job(loaded, mode, subject))?;
            if !job.request.has_takes() {
                return Err("This is your own file: there is nothing to choose from".to_owned());
            }
            let mut choices = loaded.choices.clone();
            let of = subject_name(&loaded.campaign, subject);
            choices.choices.insert(job.base, Choice { product: job.product(), of, pick });
            campaigns::write_choices(&campaigns::choices_path(&entry.path), &choices).map_err(|error| error.to_string())
        });
        match written {
            Ok(()) => {
                self.reload_one(campaign).await;
                self.publish(campaign, None);
            }
            Err(text) => self.notice(Level::Error, text, Some(campaign.clone())),
        }
    }

    // Cancelling

    async fn cancel(&mut self, what: &Cancel) {
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
        self.held_elsewhere.retain(|key| {
            let goes = hit.contains(key);
            if goes {
                waiting.push(*key);
            }
            !goes
        });
        for key in &hit {
            if let Some(order) = self.orders.get(key)
                && order.runs_now
            {
                order.cancel.cancel();
            }
        }
        for key in waiting {
            self.orders.remove(&key);
            self.settle(key, Known { state: JobState::Cancelled, ..Known::default() });
        }
        self.end_finished_runs().await;
    }

    async fn shut_down(&mut self) {
        self.stopping = true;
        self.cancel(&Cancel::All).await;
    }

    // Other programs on the same home

    fn retry_held_elsewhere(&mut self) {
        for key in std::mem::take(&mut self.held_elsewhere) {
            if let Some(order) = self.orders.get(&key)
                && let Some(provider) = self.catalogue.provider_of(&order.request)
            {
                self.queue.push(key, &provider.lane());
            }
        }
        self.start_waiting();
    }

    /// Takes over what other programs did since the last look.
    async fn follow_others(&mut self) {
        let events = match self.store.journal.events_since(self.last_seq).await {
            Ok(events) => events,
            Err(error) => {
                tracing::warn!(%error, "events of other programs cannot be read");
                return;
            }
        };
        let mut keys = Vec::new();
        let mut changed = Vec::new();
        for event in events {
            self.last_seq = event.seq;
            if event.owner == self.store.journal.owner() {
                continue;
            }
            keys.extend(event.key);
            if event.kind == "take" {
                changed.extend(event.campaign);
            }
        }
        keys.sort_unstable();
        keys.dedup();
        if keys.iter().any(|key| self.held_elsewhere.contains(key)) {
            self.retry_held_elsewhere();
        }
        self.learn(keys).await;
        changed.sort_unstable();
        changed.dedup();
        for campaign in changed {
            self.reload_one(&campaign).await;
        }
    }

    // Telling

    fn tell(&self, event: Event) {
        // Nobody listens any more only while the front end is leaving; work goes on to its end all the same.
        let _ = self.events.send(event);
    }

    fn notice(&self, level: Level, text: String, campaign: Option<CampaignId>) {
        self.tell(Event::Notice(Notice { level, text, campaign }));
    }
}

/// Output files on their way, and what waits for them.
#[derive(Default)]
struct Publishing {
    /// Runs that are told as ended when the files are there.
    ended: Vec<RunEnded>,
    /// Something changed meanwhile: publish once more, and tell these then.
    again: bool,
    next: Vec<RunEnded>,
}

/// A job as a run asks for it.
struct NewJob {
    request: Request,
    source: Option<PathBuf>,
    speaker: Option<String>,
    scene: Option<usize>,
}

fn in_scope(job: &Job, scope: &Scope) -> bool {
    scope.product.is_none_or(|product| job.product() == product)
        && scope.speaker.is_none_or(|speaker| job.speakers.contains(&speaker))
        && scope.scene.is_none_or(|scene| job.scenes.contains(&scene))
}

/// The job that makes a face or line now.
pub fn subject_job(loaded: &Loaded, mode: Mode, subject: Subject) -> Option<&Job> {
    let graph = loaded.graph(mode)?;
    match subject {
        Subject::Portrait(speaker) => graph.portraits.get(speaker.position()).map(|&index| &graph.jobs[index]),
        Subject::Voice(scene) => graph.scenes.get(scene)?.voice.map(|index| &graph.jobs[index]),
    }
}

/// For people who read the choices file: the speaker's name, or the start of the line.
fn subject_name(campaign: &Campaign, subject: Subject) -> String {
    const LONGEST: usize = 60;
    match subject {
        Subject::Portrait(speaker) => campaign.profile(speaker).speaker.clone(),
        Subject::Voice(scene) => campaign.line(scene).map_or_else(String::new, |line| {
            let start: String = line.text.chars().take(LONGEST).collect();
            if start.len() < line.text.len() { format!("{start}…") } else { start }
        }),
    }
}

fn keys_of(entry: &Entry) -> Vec<JobKey> {
    let Content::Good(loaded) = &entry.content else { return Vec::new() };
    let graphs = std::iter::once(&loaded.draft).chain(&loaded.finals);
    let jobs = graphs.flat_map(|graph| graph.jobs.iter().map(|job| job.key));
    jobs.chain(loaded.takes.values().flatten().map(|take| take.key)).collect()
}

fn change(key: JobKey, known: &Known) -> JobChange {
    JobChange {
        key,
        state: known.state.clone(),
        outputs: known.outputs.clone(),
        milliseconds: known.milliseconds,
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

/// A path as people want to read it: relative to the working directory where it lies below.
pub fn shown_path(path: &std::path::Path) -> String {
    let below = std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(std::path::Path::to_owned));
    below.as_deref().unwrap_or(path).display().to_string()
}
