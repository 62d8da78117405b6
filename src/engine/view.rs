//! What an onlooker knows of the engine: everything that it has told, folded into the newest state. Used by the studio, the
//! command line, the HTTP API and the tests, each of which adds only what it alone shows. Pure.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::entry::{Content, Entry, FinalsState, Library, Loaded};
use super::event::{Budgets, Event, JobChange, JobFacts, Ledger, RunEnded};
use super::queued::Width;
use super::voices::VoiceList;
use crate::domain::CampaignId;
use crate::farm::FarmSight;
use crate::plan::{JobKey, JobMap, JobState, Mode, RunId};
use crate::store::Calls;

/// The newest state of everything.
#[derive(Debug, Default)]
pub struct View {
    library: Arc<Library>,
    /// Whether the campaigns folder has been read.
    is_read: bool,
    /// Where the entry of a file is in the library.
    positions: HashMap<PathBuf, usize>,
    jobs: JobMap<JobFacts>,
    runs: Vec<RunView>,
    lanes: Vec<Width>,
    farm: Option<Arc<FarmSight>>,
    ledger: Arc<Ledger>,
    budgets: Budgets,
    calls: Option<Arc<Calls>>,
    voices: Option<Arc<VoiceList>>,
}

/// A run under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunView {
    /// The id that it began with.
    pub id: RunId,
    /// Whose script it makes.
    pub campaign: CampaignId,
    /// Which of the two plans.
    pub mode: Mode,
    /// How many jobs it began with.
    pub jobs: usize,
    /// Whether another program on this home makes it.
    pub is_elsewhere: bool,
}

/// What an event has changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Changed {
    /// Nothing that is kept here.
    Nothing,
    /// Every campaign may be another one now.
    Library,
    /// The campaign at this place in the library is another one now, or new.
    Campaign {
        /// From 0, in the order of [`Library::entries`].
        position: usize,
        /// Whether it was not in the library before. Those behind it have moved on by one.
        is_new: bool,
    },
    /// These jobs; each with the state that it had before.
    Jobs(Vec<(JobKey, JobState)>),
    /// How far a running job is, or how its picture looks so far.
    Progress(JobKey),
    /// It is in [`View::runs`] now.
    RunBegan(RunView),
    /// It is not in [`View::runs`] any more.
    RunEnded(RunEnded),
    /// How many jobs run at once, here or on the farm.
    Lanes,
    /// The ledger or the budgets.
    Money,
    /// The list of voices, here for the first time or asked for again.
    Voices,
}

impl View {
    /// Takes one event in.
    pub fn apply(&mut self, event: &Event) -> Changed {
        match event {
            Event::Library(library) => {
                (self.library, self.is_read) = (library.clone(), true);
                self.index();
                Changed::Library
            }
            Event::Campaign(entry) => self.replace(entry),
            Event::Jobs(changes) => {
                Changed::Jobs(changes.iter().map(|change| (change.key, self.set_job(change.clone()))).collect())
            }
            Event::Lane(width) => {
                match self.lanes.iter_mut().find(|known| known.lane == width.lane) {
                    Some(known) => *known = *width,
                    None => self.lanes.push(*width),
                }
                Changed::Lanes
            }
            Event::Farm(sight) => {
                self.farm = Some(sight.clone());
                Changed::Lanes
            }
            Event::Progress { key, fraction } => {
                self.progress(*key, |job| job.fraction = Some(fraction.clamp(0.0, 1.0)))
            }
            Event::Unfinished { key, picture } => self.progress(*key, |job| job.unfinished = Some(picture.clone())),
            Event::RunStarted { run, campaign, mode, jobs } => self.begin(RunView {
                id: *run,
                campaign: campaign.clone(),
                mode: *mode,
                jobs: *jobs,
                is_elsewhere: false,
            }),
            Event::RunElsewhere { run, campaign, mode, jobs } => self.begin(RunView {
                id: *run,
                campaign: campaign.clone(),
                mode: *mode,
                jobs: *jobs,
                is_elsewhere: true,
            }),
            Event::RunEnded(ended) | Event::RunElsewhereEnded(ended) => {
                self.runs.retain(|run| run.id != ended.run);
                Changed::RunEnded(ended.clone())
            }
            Event::Ledger(ledger) => {
                self.ledger = ledger.clone();
                Changed::Money
            }
            Event::Budgets(budgets) => {
                self.budgets = *budgets;
                Changed::Money
            }
            Event::Voices(voices) => {
                self.voices = Some(voices.clone());
                Changed::Voices
            }
            Event::Unusable(_) => {
                self.runs.clear();
                Changed::Nothing
            }
            Event::Calls(calls) => {
                self.calls = Some(calls.clone());
                Changed::Nothing
            }
            Event::Reconciled
            | Event::Preview { .. }
            | Event::Import { .. }
            | Event::Edited(_)
            | Event::AddedToCast { .. }
            | Event::WhatIf { .. }
            | Event::Written { .. }
            | Event::Notice(_)
            | Event::Stopped => Changed::Nothing,
        }
    }

    fn index(&mut self) {
        let entries = self.library.entries.iter().enumerate();
        self.positions = entries.map(|(position, entry)| (entry.path.clone(), position)).collect();
    }

    /// One campaign is another one now; a new one comes where its file's name belongs.
    fn replace(&mut self, entry: &Arc<Entry>) -> Changed {
        let library = Arc::make_mut(&mut self.library);
        if let Some(position) = self.positions.get(&entry.path).copied() {
            library.entries[position] = entry.clone();
            return Changed::Campaign { position, is_new: false };
        }
        let position = library.entries.partition_point(|known| known.path < entry.path);
        library.entries.insert(position, entry.clone());
        self.index();
        Changed::Campaign { position, is_new: true }
    }

    /// A job stands so now; how it stood before.
    pub fn set_job(&mut self, change: JobChange) -> JobState {
        self.jobs.insert(change.key, change.facts).unwrap_or_default().state
    }

    /// What comes late of a job that does not run any more is not kept.
    fn progress(&mut self, key: JobKey, change: impl FnOnce(&mut JobFacts)) -> Changed {
        match self.jobs.get_mut(&key).filter(|job| job.state == JobState::Running) {
            Some(job) => {
                change(job);
                Changed::Progress(key)
            }
            None => Changed::Nothing,
        }
    }

    fn begin(&mut self, run: RunView) -> Changed {
        self.runs.push(run.clone());
        Changed::RunBegan(run)
    }

    /// Empty until the campaigns folder has been read.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// Whether the campaigns folder has been read.
    pub fn is_read(&self) -> bool {
        self.is_read
    }

    /// The entry of this file.
    pub fn at_path(&self, path: &Path) -> Option<&Arc<Entry>> {
        self.library.entries.get(*self.positions.get(path)?)
    }

    /// The first campaign of this name: the one that counts.
    pub fn entry(&self, name: &str) -> Option<&Arc<Entry>> {
        self.library.entries.iter().find(|entry| entry.name == name)
    }

    /// The entry of this name with its campaign; `None` where the file is broken.
    pub fn loaded(&self, name: &str) -> Option<(&Arc<Entry>, &Loaded)> {
        let entry = self.entry(name)?;
        match &entry.content {
            Content::Good(loaded) => Some((entry, loaded)),
            Content::Broken(_) => None,
        }
    }

    /// What is known of a job, [`JobFacts::UNKNOWN`] where nothing was told of it.
    pub fn job(&self, key: JobKey) -> &JobFacts {
        self.jobs.get(&key).unwrap_or(JobFacts::UNKNOWN)
    }

    /// Every job of which anything was told.
    pub fn jobs(&self) -> impl Iterator<Item = (JobKey, &JobFacts)> {
        self.jobs.iter().map(|(key, facts)| (*key, facts))
    }

    /// How far a job is; pending where nothing was told of it.
    pub fn state(&self, key: JobKey) -> &JobState {
        &self.job(key).state
    }

    /// Under way, in the order in which they began.
    pub fn runs(&self) -> &[RunView] {
        &self.runs
    }

    /// How many jobs run at once in each lane that was used so far.
    pub fn lanes(&self) -> &[Width] {
        &self.lanes
    }

    /// The farm as it was seen last, where one is configured and was called.
    pub fn farm(&self) -> Option<&FarmSight> {
        self.farm.as_deref()
    }

    /// Empty until the engine has told it.
    pub fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// Without spending and caps until the engine has told them.
    pub fn budgets(&self) -> &Budgets {
        &self.budgets
    }

    /// Every paid call; `None` until they were asked for.
    pub fn calls(&self) -> Option<&Arc<Calls>> {
        self.calls.as_ref()
    }

    /// `None` until they were asked for.
    pub fn voices(&self) -> Option<&Arc<VoiceList>> {
        self.voices.as_ref()
    }

    /// Finals where something can make them, else drafts.
    pub fn usual_mode(&self) -> Mode {
        match &self.library.finals {
            FinalsState::Available => Mode::Final,
            FinalsState::Unavailable(_) => Mode::Draft,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::event::Outcome;

    fn entry(name: &str) -> Arc<Entry> {
        Arc::new(Entry {
            name: name.to_owned(),
            path: PathBuf::from(format!("campaigns/{name}.json")),
            output: PathBuf::new(),
            videos: Vec::new(),
            content: Content::Broken(Vec::new()),
            edit_faults: Vec::new(),
            written_at: None,
        })
    }

    fn names(view: &View) -> Vec<&str> {
        view.library().entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    #[test]
    fn a_campaign_is_replaced_where_it_is_and_a_new_one_comes_where_its_name_belongs() {
        let mut view = View::default();
        assert!(!view.is_read());
        let library = Library { entries: vec![entry("a"), entry("d")], ..Library::default() };
        assert_eq!(view.apply(&Event::Library(Arc::new(library))), Changed::Library);
        let other = entry("d");
        assert_eq!(view.apply(&Event::Campaign(other.clone())), Changed::Campaign { position: 1, is_new: false });
        assert!(Arc::ptr_eq(view.entry("d").unwrap(), &other));
        assert_eq!(view.apply(&Event::Campaign(entry("b"))), Changed::Campaign { position: 1, is_new: true });
        assert_eq!(names(&view), ["a", "b", "d"]);
        assert_eq!(view.at_path(Path::new("campaigns/d.json")).unwrap().name, "d");
    }

    #[test]
    fn a_job_keeps_its_progress_only_while_it_runs() {
        let mut view = View::default();
        let key = JobKey::from_digest([1; 32]);
        let stands =
            |state: JobState| Event::Jobs(vec![JobChange { key, facts: JobFacts { state, ..JobFacts::default() } }]);
        let progress = Event::Progress { key, fraction: 1.5 };
        assert_eq!(view.apply(&progress), Changed::Nothing);
        assert_eq!(view.apply(&stands(JobState::Running)), Changed::Jobs(vec![(key, JobState::Pending)]));
        assert_eq!(view.apply(&progress), Changed::Progress(key));
        assert_eq!(view.job(key).fraction, Some(1.0));
        assert_eq!(view.apply(&stands(JobState::Cancelled)), Changed::Jobs(vec![(key, JobState::Running)]));
        assert_eq!((view.state(key), view.job(key).fraction), (&JobState::Cancelled, None));
        assert_eq!(view.apply(&progress), Changed::Nothing);
    }

    #[test]
    fn runs_are_under_way_until_they_end_wherever_they_are_made() {
        let mut view = View::default();
        let (here, there) = (RunId::random(), RunId::random());
        let campaign = CampaignId::new("c").unwrap();
        let (mode, jobs) = (Mode::Draft, 3);
        view.apply(&Event::RunStarted { run: here, campaign: campaign.clone(), mode, jobs });
        view.apply(&Event::RunElsewhere { run: there, campaign: campaign.clone(), mode, jobs });
        assert_eq!(view.runs().iter().map(|run| run.is_elsewhere).collect::<Vec<_>>(), [false, true]);
        let ended = RunEnded::at_once(here, campaign, mode, Outcome::Complete, String::new());
        assert_eq!(view.apply(&Event::RunEnded(ended.clone())), Changed::RunEnded(ended));
        assert_eq!(view.runs().iter().map(|run| run.id).collect::<Vec<_>>(), [there]);
    }
}
