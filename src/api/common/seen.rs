//! What the engine has told so far, kept for every request: the view of it, the runs that ended, and when each campaign last
//! changed. Changed by engine events only; bounded, however many runs there were.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use crate::domain::CampaignId;
use crate::engine::voices::VoiceList;
use crate::engine::{Changed, Content, Entry, Event, Level, Loaded, RunEnded, RunId, View};
use crate::plan::{JobKey, Mode};

/// Ended runs that are answered from memory; older ones are in the journal.
const MOST_ENDED_RUNS: usize = 4096;

/// Troubles that a waiting request may still want to read.
const MOST_TROUBLES: usize = 64;

#[derive(Debug, Default)]
pub struct Seen {
    view: View,
    by_name: HashMap<String, Arc<Entry>>,
    /// Which campaigns show a job; one that does so no more is told once too often.
    shown_by: HashMap<JobKey, Vec<Arc<str>>>,
    runs: HashMap<RunId, SeenRun>,
    ended: VecDeque<RunId>,
    newest: HashMap<CampaignId, RunId>,
    changed: HashMap<Arc<str>, u64>,
    version: u64,
    troubles: VecDeque<Trouble>,
    /// The version that the voices came with.
    voices_at: u64,
}

/// Asked like the view itself.
impl std::ops::Deref for Seen {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

/// A run that began or ended while this program looked on.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenRun {
    pub campaign: CampaignId,
    pub mode: Mode,
    /// `None` while it goes on.
    pub ended: Option<RunEnded>,
}

/// Something that went wrong beside the jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The version that it came with.
    pub version: u64,
    pub campaign: Option<CampaignId>,
    pub text: String,
}

impl Seen {
    /// Takes one event in.
    pub fn apply(&mut self, event: Event) {
        self.version += 1;
        match self.view.apply(&event) {
            Changed::Library => self.index_all(),
            Changed::Campaign { position, is_new } => self.index_one(position, is_new),
            Changed::Jobs(changes) => changes.into_iter().for_each(|(key, _)| self.touch_job(key)),
            Changed::Progress(key) => self.touch_job(key),
            Changed::RunBegan(run) => self.begin(run.id, run.campaign, run.mode),
            Changed::RunEnded(ended) => self.end(ended),
            Changed::Voices => self.voices_at = self.version,
            Changed::Nothing | Changed::Money | Changed::Lanes => {}
        }
        if let Event::Notice(notice) = event
            && notice.level == Level::Error
        {
            let (campaign, text) = (notice.campaign, notice.text);
            self.troubles.push_back(Trouble { version: self.version, campaign, text });
            if self.troubles.len() > MOST_TROUBLES {
                self.troubles.pop_front();
            }
        }
    }

    /// A run is under way.
    pub fn begin(&mut self, run: RunId, campaign: CampaignId, mode: Mode) {
        self.touch(campaign.as_str());
        self.newest.insert(campaign.clone(), run);
        self.runs.insert(run, SeenRun { campaign, mode, ended: None });
    }

    /// A run is over.
    pub fn end(&mut self, ended: RunEnded) {
        self.version += 1;
        self.touch(ended.campaign.as_str());
        self.newest.insert(ended.campaign.clone(), ended.run);
        self.ended.push_back(ended.run);
        let (campaign, mode) = (ended.campaign.clone(), ended.mode);
        self.runs.insert(ended.run, SeenRun { campaign, mode, ended: Some(ended) });
        if self.ended.len() > MOST_ENDED_RUNS
            && let Some(oldest) = self.ended.pop_front()
        {
            self.runs.remove(&oldest);
            self.newest.retain(|_, run| *run != oldest);
        }
    }

    /// One campaign is another one now; the others are not looked at.
    fn index_one(&mut self, position: usize, is_new: bool) {
        let entry = self.view.library().entries[position].clone();
        let is_shown = self.by_name.get(&entry.name).is_some_and(|shown| shown.path == entry.path);
        if is_new || !is_shown {
            // Which file an id belongs to, only all of them tell.
            return self.index_all();
        }
        self.index(&entry);
        self.by_name.insert(entry.name.clone(), entry);
    }

    fn index_all(&mut self) {
        let library = self.view.library().clone();
        let mut names = HashSet::with_capacity(library.entries.len());
        for entry in &library.entries {
            let is_first = names.insert(entry.name.as_str());
            let is_known = self.by_name.get(&entry.name).is_some_and(|known| Arc::ptr_eq(known, entry));
            if is_first && !is_known {
                self.index(entry);
                self.by_name.insert(entry.name.clone(), entry.clone());
            }
        }
        if self.by_name.len() > names.len() {
            let gone: Vec<String> =
                self.by_name.keys().filter(|name| !names.contains(name.as_str())).cloned().collect();
            for name in gone {
                self.by_name.remove(&name);
                self.touch(&name);
            }
        }
    }

    fn index(&mut self, entry: &Entry) {
        let name: Arc<str> = entry.name.as_str().into();
        self.changed.insert(name.clone(), self.version);
        let Content::Good(loaded) = &entry.content else { return };
        let graphs = std::iter::once(&loaded.draft).chain(&loaded.finals);
        let keys = graphs.flat_map(|graph| graph.jobs.iter().map(|job| job.key));
        for key in keys.chain(loaded.takes.values().flatten().map(|take| take.key)) {
            let shown_by = self.shown_by.entry(key).or_default();
            if !shown_by.contains(&name) {
                shown_by.push(name.clone());
            }
        }
    }

    fn touch(&mut self, name: &str) {
        match self.changed.get_mut(name) {
            Some(version) => *version = self.version,
            None => drop(self.changed.insert(name.into(), self.version)),
        }
    }

    fn touch_job(&mut self, key: JobKey) {
        for name in self.shown_by.get(&key).into_iter().flatten() {
            self.changed.insert(name.clone(), self.version);
        }
    }

    /// Grows with everything that happens.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The version at which a campaign last changed.
    pub fn changed_at(&self, name: &str) -> u64 {
        self.changed.get(name).copied().unwrap_or_default()
    }

    /// The campaigns that have changed since a version.
    pub fn changed_since(&self, version: u64) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.changed.iter().filter(|(_, at)| **at > version).map(|(name, _)| name.as_ref()).collect();
        names.sort_unstable();
        names
    }

    pub fn entry(&self, name: &str) -> Option<&Arc<Entry>> {
        self.by_name.get(name)
    }

    pub fn loaded(&self, name: &str) -> Option<(&Arc<Entry>, &Loaded)> {
        match self.entry(name).map(|entry| (entry, &entry.content)) {
            Some((entry, Content::Good(loaded))) => Some((entry, loaded)),
            _ => None,
        }
    }

    /// From 0 to 1, of a job that runs.
    pub fn fraction(&self, key: JobKey) -> Option<f32> {
        self.view.job(key).fraction
    }

    pub fn run(&self, run: RunId) -> Option<&SeenRun> {
        self.runs.get(&run)
    }

    /// The newest run of a campaign that this program knows of.
    pub fn newest_run(&self, campaign: &CampaignId) -> Option<RunId> {
        self.newest.get(campaign).copied()
    }

    /// Runs under way in this program.
    pub fn open_runs(&self) -> usize {
        self.runs.len() - self.ended.len() - self.view.runs().iter().filter(|run| run.is_elsewhere).count()
    }

    /// The first trouble of a campaign after a version.
    pub fn trouble_since(&self, version: u64, campaign: &CampaignId) -> Option<&Trouble> {
        self.troubles.iter().find(|trouble| trouble.version > version && trouble.campaign.as_ref() == Some(campaign))
    }

    /// The first trouble after a version that is of no campaign.
    pub fn general_trouble_since(&self, version: u64) -> Option<&Trouble> {
        self.troubles.iter().find(|trouble| trouble.version > version && trouble.campaign.is_none())
    }

    /// The voices, where they were told after a version.
    pub fn voices_since(&self, version: u64) -> Option<&Arc<VoiceList>> {
        self.view.voices().filter(|_| self.voices_at > version)
    }
}
