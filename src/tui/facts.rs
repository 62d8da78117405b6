//! What the engine has told so far, kept as the views need it: campaigns with their counts, jobs with their states,
//! runs under way. Changed by engine events only. Counts are taken once per change, never per frame.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::{CampaignId, Scene};
use crate::engine::voices::VoiceList;
use crate::engine::{
    Content, Entry, FinalsState, JobChange, Ledger, Library, Loaded, Made, RunId, Unfinished, Video, place_of,
};
use crate::plan::{
    BREATH_MILLISECONDS, Graph, JobKey, JobMap, JobState, Mode, Product, Progress, Request, Role, progress,
};

/// Everything known of the work.
#[derive(Debug, Default)]
pub struct Facts {
    /// `None` until the campaigns folder has been read.
    pub library: Option<Arc<Library>>,
    /// In the order of the library.
    pub campaigns: Vec<Campaign>,
    jobs: JobMap<Job>,
    pub runs: Vec<Run>,
    pub ledger: Arc<Ledger>,
    /// `None` until they were asked for.
    pub voices: Option<Arc<VoiceList>>,
    stale: bool,
}

/// One campaign file and what its jobs add up to.
#[derive(Debug)]
pub struct Campaign {
    pub entry: Arc<Entry>,
    pub draft: Progress,
    pub finals: Option<Progress>,
    /// Length of the video; 0 until that of every scene is known.
    pub milliseconds: u64,
    /// The first job that failed.
    pub failed: Option<JobKey>,
}

/// What is known of one job.
#[derive(Debug, Clone, Default)]
pub struct Job {
    pub state: JobState,
    pub outputs: Vec<Made>,
    /// How long making it took.
    pub milliseconds: Option<u64>,
    /// How far it is, while it runs.
    pub fraction: Option<f32>,
    /// How its picture looks so far, while it runs.
    pub unfinished: Option<Arc<Unfinished>>,
}

/// A run under way.
#[derive(Debug, Clone)]
pub struct Run {
    pub id: RunId,
    pub campaign: CampaignId,
    pub mode: Mode,
    pub jobs: usize,
    /// Since the studio opened.
    pub started: Duration,
}

/// Milliseconds of a scene that has no voice yet.
const USUAL_SCENE: u64 = 4_000;

static UNKNOWN: Job =
    Job { state: JobState::Pending, outputs: Vec::new(), milliseconds: None, fraction: None, unfinished: None };

impl Job {
    pub fn made(&self, role: Role) -> Option<&Made> {
        self.outputs.iter().find(|made| made.output.role == role)
    }
}

impl Campaign {
    fn new(entry: Arc<Entry>) -> Self {
        Self { entry, draft: Progress::default(), finals: None, milliseconds: 0, failed: None }
    }

    pub fn loaded(&self) -> Option<&Loaded> {
        match &self.entry.content {
            Content::Good(loaded) => Some(loaded),
            Content::Broken(_) => None,
        }
    }

    pub fn id(&self) -> Option<&CampaignId> {
        self.loaded().map(|loaded| &loaded.campaign.id)
    }

    /// The topic, or the file's name where there is none.
    pub fn title(&self) -> &str {
        match self.loaded() {
            Some(loaded) if !loaded.campaign.topic.trim().is_empty() => &loaded.campaign.topic,
            _ => &self.entry.name,
        }
    }

    /// The finished video to watch: of the mode that is looked at, else of the other.
    pub fn video(&self) -> Option<&Video> {
        self.entry.video(self.mode()).or_else(|| self.entry.videos.first())
    }

    /// The mode to look at: the final once any of it was begun, else the draft.
    pub fn mode(&self) -> Mode {
        match &self.finals {
            Some(finals) if finals.done() + finals.active() + finals.failed > 0 => Mode::Final,
            _ => Mode::Draft,
        }
    }

    pub fn progress(&self) -> &Progress {
        match (self.mode(), &self.finals) {
            (Mode::Final, Some(finals)) => finals,
            _ => &self.draft,
        }
    }
}

impl Facts {
    pub fn finals(&self) -> Option<&FinalsState> {
        self.library.as_ref().map(|library| &library.finals)
    }

    pub fn folder(&self) -> Option<&PathBuf> {
        self.library.as_ref().and_then(|library| library.folder.as_ref())
    }

    pub fn campaign(&self, id: &CampaignId) -> Option<&Campaign> {
        self.campaigns.iter().find(|campaign| campaign.id() == Some(id))
    }

    pub fn at_path(&self, path: &std::path::Path) -> Option<&Campaign> {
        self.campaigns.iter().find(|campaign| campaign.entry.path == path)
    }

    pub fn job(&self, key: JobKey) -> &Job {
        self.jobs.get(&key).unwrap_or(&UNKNOWN)
    }

    pub fn state(&self, key: JobKey) -> &JobState {
        &self.job(key).state
    }

    /// Whether anything is being made: the only time the screen moves by itself.
    pub fn is_busy(&self) -> bool {
        !self.runs.is_empty()
    }

    /// The job shown for a face or line: of the final once it was begun, else of the draft.
    pub fn shown<'a>(
        &self,
        loaded: &'a Loaded,
        find: impl Fn(&'a Graph) -> Option<&'a crate::plan::Job>,
    ) -> Option<(Mode, &'a crate::plan::Job)> {
        let begun = loaded.finals.as_ref().and_then(&find).filter(|job| *self.state(job.key) != JobState::Pending);
        begun.map(|job| (Mode::Final, job)).or_else(|| find(&loaded.draft).map(|job| (Mode::Draft, job)))
    }

    /// The shown job of one scene.
    pub fn scene_job<'a>(
        &self,
        loaded: &'a Loaded,
        scene: usize,
        product: Product,
    ) -> Option<(Mode, &'a crate::plan::Job)> {
        self.shown(loaded, |graph| graph.scenes.get(scene)?.of(product).map(|index| &graph.jobs[index]))
    }

    pub fn set_library(&mut self, library: Arc<Library>) {
        self.campaigns = library.entries.iter().cloned().map(Campaign::new).collect();
        self.library = Some(library);
        self.stale = true;
    }

    /// Replaces one campaign, or adds it where its file's name belongs.
    pub fn set_entry(&mut self, entry: Arc<Entry>) {
        let known = self.campaigns.iter().position(|known| known.entry.path == entry.path);
        if let Some(position) = known {
            self.campaigns[position] = Campaign::new(entry);
        } else {
            let position = self.campaigns.partition_point(|known| known.entry.path < entry.path);
            self.campaigns.insert(position, Campaign::new(entry));
        }
        self.stale = true;
    }

    pub fn set_job(&mut self, change: JobChange) {
        let JobChange { key, state, outputs, milliseconds } = change;
        self.jobs.insert(key, Job { state, outputs, milliseconds, fraction: None, unfinished: None });
        self.stale = true;
    }

    pub fn set_fraction(&mut self, key: JobKey, fraction: f32) {
        if let Some(job) = self.jobs.get_mut(&key).filter(|job| job.state == JobState::Running) {
            job.fraction = Some(fraction.clamp(0.0, 1.0));
        }
    }

    pub fn set_unfinished(&mut self, key: JobKey, picture: Arc<Unfinished>) {
        if let Some(job) = self.jobs.get_mut(&key).filter(|job| job.state == JobState::Running) {
            job.unfinished = Some(picture);
        }
    }

    /// Where a job is used, for messages about it.
    pub fn place_of(&self, key: JobKey) -> Option<(&Campaign, String)> {
        self.campaigns.iter().find_map(|campaign| {
            let loaded = campaign.loaded()?;
            let job = loaded.draft.job(key).or_else(|| loaded.finals.as_ref()?.job(key))?;
            Some((campaign, place_of(&loaded.campaign, job)))
        })
    }

    /// Counts again what has changed since the last time. Called once per batch of events.
    pub fn settle(&mut self) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        let mut campaigns = std::mem::take(&mut self.campaigns);
        for campaign in &mut campaigns {
            self.count(campaign);
        }
        self.campaigns = campaigns;
    }

    fn count(&self, campaign: &mut Campaign) {
        let Content::Good(loaded) = &campaign.entry.content else { return };
        let state = |key| self.state(key);
        campaign.draft = progress(&loaded.draft, &state);
        campaign.finals = loaded.finals.as_ref().map(|graph| progress(graph, &state));
        let has_failed = |counts: &Progress| counts.failed + counts.held > 0;
        let draft = Some(&loaded.draft).filter(|_| has_failed(&campaign.draft));
        let finals = loaded.finals.as_ref().filter(|_| campaign.finals.as_ref().is_some_and(has_failed));
        campaign.failed = finals
            .into_iter()
            .chain(draft)
            .flat_map(|graph| &graph.jobs)
            .find(|job| matches!(self.state(job.key), JobState::Failed(_) | JobState::Held(_)))
            .map(|job| job.key);
        let scenes: Option<u64> =
            (0..loaded.campaign.scenes.len()).map(|scene| self.scene_milliseconds(loaded, scene)).sum();
        campaign.milliseconds =
            scenes.filter(|&scenes| scenes > 0).map_or(0, |scenes| scenes + self.title_milliseconds(loaded));
    }

    /// How long the clips that are asked for may take, measured by those that are made.
    pub fn time_left(&self, loaded: &Loaded, mode: Mode) -> Option<Duration> {
        let graph = loaded.graph(mode)?;
        let (mut took, mut length, mut left, mut running) = (0.0, 0.0, 0.0, 0u32);
        for (scene, jobs) in graph.scenes.iter().enumerate() {
            let Some(job) = jobs.clip.map(|clip| self.job(graph.jobs[clip].key)) else { continue };
            let scene_length = self.scene_milliseconds(loaded, scene).unwrap_or(USUAL_SCENE) as f64;
            if let (true, Some(milliseconds)) = (job.state.is_made(), job.milliseconds) {
                took += milliseconds as f64;
                length += scene_length;
            } else if job.state.is_active() {
                left += scene_length * (1.0 - f64::from(job.fraction.unwrap_or_default()));
                running += u32::from(job.state == JobState::Running);
            }
        }
        let is_known = length > 0.0 && left > 0.0;
        is_known.then(|| Duration::from_secs_f64(left * took / length / 1000.0 / f64::from(running.max(1))))
    }

    /// How long a scene takes in the video: its clip, else what its voice or its file lets expect.
    pub fn scene_milliseconds(&self, loaded: &Loaded, scene: usize) -> Option<u64> {
        let length = |product, role| {
            let (_, job) = self.scene_job(loaded, scene, product)?;
            self.job(job.key).made(role)?.output.milliseconds.map(u64::from)
        };
        length(Product::Clip, Role::Movie).or_else(|| match loaded.campaign.scenes.get(scene)? {
            Scene::Media(media) => media.duration_s.map(|seconds| (seconds * 1000.0) as u64),
            Scene::Dialogue(_) => {
                let heard = length(Product::ShapedVoice, Role::Sound).or_else(|| length(Product::Voice, Role::Sound));
                Some(heard? + u64::from(BREATH_MILLISECONDS))
            }
        })
    }

    /// How long the title stands that the video opens with.
    fn title_milliseconds(&self, loaded: &Loaded) -> u64 {
        let title = self.shown(loaded, |graph| graph.title.map(|title| &graph.jobs[title]));
        match title.map(|(_, job)| &job.request) {
            Some(Request::Clip(card)) => card.milliseconds.map_or(0, u64::from),
            _ => 0,
        }
    }
}
