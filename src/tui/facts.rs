//! What the engine has told so far, with what the pages need beside: counts of each campaign, since when a run is under way.
//! Changed by engine events only. Counts are taken once per change, never per frame.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::CampaignId;
use crate::engine::{
    Amounts, Changed, Content, Entry, Event, FinalsState, JobChange, Library, Loaded, RunId, RunView, Spend, View,
    place_of,
};
use crate::plan::{Failure, Graph, Job, JobKey, JobState, Mode, Product, Progress, progress};
use crate::tui::text::Clock;

mod imports;
mod lengths;
mod queue;
#[cfg(test)]
mod tests;

pub use self::imports::{Imports, UnderWay};
pub use self::queue::{Cause, Group, Lane, Queue, Spot};

/// Everything known of the work.
#[derive(Debug, Default)]
pub struct Facts {
    view: View,
    /// In the order of the library.
    pub campaigns: Vec<Campaign>,
    pub runs: Vec<Run>,
    /// Of this program.
    pub imports: Imports,
    queue: Queue,
    /// What each campaign has spent.
    spent: HashMap<CampaignId, Amounts>,
    version: u64,
    /// Counts how often a job under way told how far it is.
    progressed: u64,
    /// Changes whenever a file does.
    pub files: u64,
    /// Files have changed since the causes of failures were looked for.
    has_new_files: bool,
}

/// Asked like the view itself.
impl std::ops::Deref for Facts {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

/// One campaign file and what its jobs add up to.
#[derive(Debug)]
pub struct Campaign {
    pub entry: Arc<Entry>,
    pub draft: Counts,
    pub finals: Option<Counts>,
    /// The mode to look at where nobody has chosen one.
    pub usual_mode: Mode,
    /// When its file was first seen with faults; `None` while it has none.
    pub broken_since: Option<Clock>,
    stale: Stale,
}

/// What the jobs of one mode add up to.
#[derive(Debug, Default)]
pub struct Counts {
    pub progress: Progress,
    /// Length of the video; 0 until that of every scene is known.
    pub milliseconds: u64,
    /// The first job that needs the user: it failed, may have been billed, or a cap holds it.
    pub failed: Option<JobKey>,
    /// How many clips of today are not in the finished video; 0 where there is none.
    pub changed: usize,
    /// When something of it was last made, in milliseconds since 1970.
    pub made_at: Option<i64>,
    /// When its video was made, where that is up to date.
    pub video_at: Option<i64>,
    /// The length of each scene in milliseconds, where it is known.
    lengths: Vec<Option<u64>>,
    /// How long the title stands.
    title: u64,
    /// How long the clips that are asked for may still take, and the version of the facts that says so.
    left: Option<Duration>,
    left_in: Option<(u64, u64)>,
}

impl Counts {
    /// How long the clips that are asked for may still take.
    pub fn left(&self) -> Option<Duration> {
        self.left
    }

    /// Where a scene begins in the video, as far as the lengths of those before it are known; of `None`, where it ends.
    pub fn begins(&self, scene: Option<usize>) -> u64 {
        let before = self.lengths.iter().take(scene.unwrap_or(self.lengths.len()));
        self.title + before.flatten().sum::<u64>()
    }
}

/// What of a campaign is to be counted again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stale {
    Nothing,
    /// A job of it failed, or is no longer failed.
    Failures,
    All,
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
    /// Whether another program on this home makes it.
    pub elsewhere: bool,
    /// Whether it was said that a cap holds the rest of it.
    pub told_cap: bool,
}

impl Campaign {
    fn new(entry: Arc<Entry>, broken_since: Option<Clock>, now: Clock) -> Self {
        let broken_since = (!entry.faults().is_empty()).then(|| broken_since.unwrap_or(now));
        let (draft, finals, stale) = (Counts::default(), None, Stale::All);
        Self { entry, draft, finals, usual_mode: Mode::Draft, broken_since, stale }
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

    /// When its file was last written or something of it made, in milliseconds since 1970.
    pub fn touched_at(&self) -> Option<i64> {
        let finals = self.finals.as_ref().and_then(|counts| counts.made_at);
        self.entry.written_at.max(self.draft.made_at).max(finals)
    }

    /// The topic, or the file's name where there is none.
    pub fn title(&self) -> &str {
        match self.loaded() {
            Some(loaded) if !loaded.campaign.topic.trim().is_empty() => &loaded.campaign.topic,
            _ => &self.entry.name,
        }
    }

    /// Whether there is a final to look at beside the draft.
    pub fn has_final(&self) -> bool {
        self.loaded().is_some_and(|loaded| loaded.finals.is_some())
    }

    /// What the jobs of a mode add up to; of the draft where there is no final.
    pub fn counts(&self, mode: Mode) -> &Counts {
        match (mode, &self.finals) {
            (Mode::Final, Some(finals)) => finals,
            _ => &self.draft,
        }
    }

    pub fn progress(&self, mode: Mode) -> &Progress {
        &self.counts(mode).progress
    }

    /// The first job that failed or is held, of this mode or else of the other.
    pub fn failed(&self, mode: Mode) -> Option<(Mode, JobKey)> {
        let modes = [mode, if mode == Mode::Draft { Mode::Final } else { Mode::Draft }];
        modes.into_iter().find_map(|mode| Some((mode, self.of(mode)?.failed?)))
    }

    fn of(&self, mode: Mode) -> Option<&Counts> {
        match mode {
            Mode::Draft => Some(&self.draft),
            Mode::Final => self.finals.as_ref(),
        }
    }
}

impl Facts {
    /// `None` until the campaigns folder has been read.
    pub fn library(&self) -> Option<&Arc<Library>> {
        self.view.is_read().then(|| self.view.library())
    }

    pub fn finals(&self) -> Option<&FinalsState> {
        self.library().map(|library| &library.finals)
    }

    pub fn folder(&self) -> Option<&PathBuf> {
        self.library().and_then(|library| library.folder.as_ref())
    }

    pub fn campaign(&self, id: &CampaignId) -> Option<&Campaign> {
        self.campaigns.iter().find(|campaign| campaign.id() == Some(id))
    }

    pub fn at_path(&self, path: &std::path::Path) -> Option<&Campaign> {
        self.campaigns.iter().find(|campaign| campaign.entry.path == path)
    }

    /// What a campaign has spent so far.
    pub fn spent_on(&self, campaign: &CampaignId) -> Amounts {
        self.spent.get(campaign).copied().unwrap_or_default()
    }

    /// How many runs this program makes.
    pub fn own_runs(&self) -> usize {
        self.runs.iter().filter(|run| !run.elsewhere).count()
    }

    /// Whether anything is being made: the only time the screen moves by itself.
    pub fn is_busy(&self) -> bool {
        !self.runs.is_empty() || !self.imports.is_empty()
    }

    /// Whether a scene has changed since the finished video of this mode.
    pub fn is_changed(&self, campaign: &Campaign, mode: Mode, scene: usize) -> bool {
        let (Some(loaded), Some(video)) = (campaign.loaded(), campaign.entry.video(mode)) else { return false };
        self.scene_job(loaded, mode, scene, Product::Clip).is_some_and(|clip| !video.has(clip.key))
    }

    /// How many jobs of this mode only a cap holds up, and what it says of the first.
    pub fn held_by_cap(&self, campaign: &Campaign, mode: Mode) -> Option<(usize, &Failure)> {
        let graph = campaign.loaded()?.graph(mode)?;
        if campaign.progress(mode).blocked == 0 {
            return None;
        }
        let mut failures = graph.jobs.iter().filter_map(|job| match self.state(job.key) {
            JobState::Blocked(failure) if failure.is_cap() => Some(failure),
            _ => None,
        });
        let first = failures.next()?;
        Some((1 + failures.count(), first))
    }

    /// A job of one scene.
    #[expect(clippy::unused_self, reason = "asked like everything else that is known")]
    pub fn scene_job<'a>(&self, loaded: &'a Loaded, mode: Mode, scene: usize, product: Product) -> Option<&'a Job> {
        let graph = loaded.graph(mode)?;
        graph.scenes.get(scene)?.of(product).map(|index| &graph.jobs[index])
    }

    /// The state of a cell of the table: of a take being made if there is one, else of the take in use. Until a line is cut
    /// out of its dialogue, that of the dialogue.
    pub fn cell(&self, loaded: &Loaded, mode: Mode, scene: usize, product: Product) -> Option<&JobState> {
        let job_of = |product| self.scene_job(loaded, mode, scene, product);
        let job = job_of(product)?;
        let dialogue = job_of(Product::Dialogue).filter(|_| product == Product::Voice);
        let is_missing = |job: &&Job| !self.state(job.key).is_made();
        let job = dialogue.filter(|dialogue| is_missing(&job) && is_missing(dialogue)).unwrap_or(job);
        let takes = loaded.takes.get(&job.base).into_iter().flatten();
        let being_made = takes.map(|take| self.state(take.key)).find(|state| state.is_active());
        being_made.or(Some(self.state(job.key)))
    }

    /// Changes whenever a file or the state of a job does.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Takes one event in.
    pub fn apply(&mut self, event: &Event, now: Clock, uptime: Duration) {
        if let Event::Jobs(changes) = event {
            self.version += 1;
            for change in changes {
                self.apply_job(change);
            }
            return self.queue.follow(changes.iter().map(|change| (change.key, &change.facts)), uptime);
        }
        self.imports.follow(event, uptime);
        let changed = self.view.apply(event);
        if matches!(changed, Changed::Library | Changed::Campaign { .. } | Changed::Jobs(_)) {
            self.version += 1;
        }
        self.progressed += u64::from(matches!(changed, Changed::Progress(_)));
        if matches!(changed, Changed::Library | Changed::Campaign { .. }) {
            self.files += 1;
            self.has_new_files = true;
        }
        match changed {
            Changed::Library => self.take_in_all(now),
            Changed::Campaign { position, is_new } => {
                let entry = self.view.library().entries[position].clone();
                if is_new {
                    self.campaigns.insert(position, Campaign::new(entry, None, now));
                } else if let Some(known) = self.campaigns.get_mut(position) {
                    *known = Campaign::new(entry, known.broken_since, now);
                }
            }
            Changed::RunBegan(run) => {
                let RunView { id, campaign, mode, jobs, is_elsewhere } = run;
                self.runs.push(Run {
                    id,
                    campaign,
                    mode,
                    jobs,
                    started: uptime,
                    elsewhere: is_elsewhere,
                    told_cap: false,
                });
            }
            Changed::RunEnded(ended) => self.runs.retain(|run| run.id != ended.run),
            Changed::Money => self.spent = spent_by_campaign(&self.view.ledger().spend),
            Changed::Jobs(_) | Changed::Nothing | Changed::Progress(_) | Changed::Lanes | Changed::Voices => {}
        }
    }

    /// Takes one change in and counts it: one at a time, because a count is told by what was before. What only a cap keeps
    /// from being made has not failed: it is held.
    fn apply_job(&mut self, change: &JobChange) {
        let before = self.view.set_job(held_by_a_cap(change));
        let (failed, was_failed) = (needs_person(self.state(change.key)), self.queue.causes.contains(change.key));
        if was_failed || failed && self.planned(change.key).is_some() {
            let (queue, view) = (&mut self.queue, &self.view);
            queue.causes.follow(change.key, view.state(change.key));
        }
        let mut campaigns = std::mem::take(&mut self.campaigns);
        for campaign in campaigns.iter_mut().filter(|campaign| campaign.stale < Stale::All) {
            self.follow(campaign, change.key, &before);
        }
        self.campaigns = campaigns;
    }

    fn take_in_all(&mut self, now: Clock) {
        let former = std::mem::take(&mut self.campaigns);
        let broken_since = |entry: &Entry| {
            former.iter().find(|known| known.entry.path == entry.path).and_then(|known| known.broken_since)
        };
        let entries = self.view.library().entries.iter();
        self.campaigns = entries.map(|entry| Campaign::new(entry.clone(), broken_since(entry), now)).collect();
    }

    /// Brings the counts of a campaign up to date after one job changed.
    fn follow(&self, campaign: &mut Campaign, key: JobKey, before: &JobState) {
        let Content::Good(loaded) = &campaign.entry.content else { return };
        for (mode, graph, counts) in counted(loaded, &mut campaign.draft, campaign.finals.as_mut()) {
            let Some(job) = graph.job(key) else { continue };
            counts.progress.follow(graph, key, before, &|key| self.state(key));
            counts.made_at = counts.made_at.max(self.job(key).made_at);
            // A face says nothing of how long a scene takes.
            for &scene in job.scenes.iter().filter(|_| job.product() != Product::Portrait) {
                if let Some(length) = counts.lengths.get_mut(scene) {
                    *length = self.scene_milliseconds(loaded, mode, scene);
                }
            }
            if needs_person(before) || needs_person(self.state(key)) {
                campaign.stale = Stale::Failures;
            }
        }
    }

    /// A job that a campaign wants as it is now.
    pub fn planned(&self, key: JobKey) -> Option<(&Campaign, Mode, &Job)> {
        self.campaigns.iter().find_map(|campaign| {
            let loaded = campaign.loaded()?;
            let draft = loaded.draft.job(key).map(|job| (Mode::Draft, job));
            let (mode, job) = draft.or_else(|| Some((Mode::Final, loaded.finals.as_ref()?.job(key)?)))?;
            Some((campaign, mode, job))
        })
    }

    /// Where a job is used, for messages about it.
    pub fn place_of(&self, key: JobKey) -> Option<(&Campaign, String)> {
        let (campaign, _, job) = self.planned(key)?;
        Some((campaign, place_of(&campaign.loaded()?.campaign, job)))
    }

    /// What is under way here, and what could not be made.
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Nothing is made any more.
    pub fn stop(&mut self) {
        self.runs.clear();
        self.queue.clear();
    }

    /// Looks anew for what could not be made of the campaigns as they are.
    fn find_causes(&mut self) {
        let mut causes = std::mem::take(&mut self.queue.causes);
        causes.retain(|key| self.planned(key).is_some());
        for loaded in self.campaigns.iter().filter_map(Campaign::loaded) {
            let graphs = std::iter::once(&loaded.draft).chain(&loaded.finals);
            for job in graphs.flat_map(|graph| &graph.jobs).filter(|job| needs_person(self.state(job.key))) {
                causes.follow(job.key, self.state(job.key));
            }
        }
        self.queue.causes = causes;
    }

    /// Counts again what has changed since the last time. Called once per batch of events.
    pub fn settle(&mut self) {
        if std::mem::take(&mut self.has_new_files) {
            self.find_causes();
        }
        let mut campaigns = std::mem::take(&mut self.campaigns);
        for campaign in &mut campaigns {
            match std::mem::replace(&mut campaign.stale, Stale::Nothing) {
                Stale::Nothing => {}
                Stale::Failures => self.look_for_failures(campaign),
                Stale::All => self.count(campaign),
            }
            self.add_up(campaign);
            self.look_ahead(campaign);
        }
        self.campaigns = campaigns;
    }

    fn count(&self, campaign: &mut Campaign) {
        let Content::Good(loaded) = &campaign.entry.content else { return };
        campaign.draft = self.count_graph(loaded, Mode::Draft, &loaded.draft);
        campaign.finals = loaded.finals.as_ref().map(|graph| self.count_graph(loaded, Mode::Final, graph));
        for (mode, _, counts) in counted(loaded, &mut campaign.draft, campaign.finals.as_mut()) {
            counts.changed = campaign.entry.video(mode).map_or(0, |video| video.changed_since(loaded));
        }
        self.look_for_failures(campaign);
    }

    fn count_graph(&self, loaded: &Loaded, mode: Mode, graph: &Graph) -> Counts {
        let scenes = 0..loaded.campaign.scenes.len();
        Counts {
            progress: progress(graph, &|key| self.state(key)),
            lengths: scenes.map(|scene| self.scene_milliseconds(loaded, mode, scene)).collect(),
            title: lengths::of_title(graph),
            made_at: graph.jobs.iter().filter_map(|job| self.job(job.key).made_at).max(),
            ..Counts::default()
        }
    }

    fn look_for_failures(&self, campaign: &mut Campaign) {
        let Content::Good(loaded) = &campaign.entry.content else { return };
        for (_, graph, counts) in counted(loaded, &mut campaign.draft, campaign.finals.as_mut()) {
            let has_failed = counts.progress.failed + counts.progress.held + counts.progress.blocked > 0;
            let failed = graph.jobs.iter().filter(|_| has_failed).find(|job| needs_person(self.state(job.key)));
            counts.failed = failed.map(|job| job.key);
        }
    }

    fn add_up(&self, campaign: &mut Campaign) {
        let Content::Good(loaded) = &campaign.entry.content else { return };
        for (_, graph, counts) in counted(loaded, &mut campaign.draft, campaign.finals.as_mut()) {
            let video = graph.episode_job().map(|episode| self.job(episode.key));
            counts.video_at = video.filter(|video| video.state.is_made()).and_then(|video| video.made_at);
            let scenes: Option<u64> = counts.lengths.iter().copied().sum();
            counts.milliseconds = scenes.filter(|&scenes| scenes > 0).map_or(0, |scenes| scenes + counts.title);
        }
        let finals = self.finals();
        campaign.usual_mode = finals.map_or(Mode::Draft, |finals| loaded.usual_mode(finals, &|key| self.state(key)));
    }
}

fn spent_by_campaign(spend: &Spend) -> HashMap<CampaignId, Amounts> {
    let mut spent: HashMap<CampaignId, Amounts> = HashMap::new();
    for line in &spend.lines {
        *spent.entry(line.campaign.clone()).or_default() += line.amounts;
    }
    spent
}

fn held_by_a_cap(change: &JobChange) -> JobChange {
    let mut change = change.clone();
    change.facts.state = match change.facts.state {
        JobState::Failed(failure) if failure.is_cap() => JobState::Blocked(failure),
        state => state,
    };
    change
}

/// Whether a person has to do something before the job can be made.
fn needs_person(state: &JobState) -> bool {
    match state {
        JobState::Failed(_) | JobState::Held(_) => true,
        JobState::Blocked(failure) => failure.is_cap(),
        _ => false,
    }
}

/// Each mode that is planned, with what its jobs add up to.
fn counted<'a>(
    loaded: &'a Loaded,
    draft: &'a mut Counts,
    finals: Option<&'a mut Counts>,
) -> impl Iterator<Item = (Mode, &'a Graph, &'a mut Counts)> {
    let finals = loaded.finals.as_ref().zip(finals).map(|(graph, counts)| (Mode::Final, graph, counts));
    [(Mode::Draft, &loaded.draft, draft)].into_iter().chain(finals)
}
