//! Campaigns come and change: reading the folder, asking the journal what is made, writing new files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::difference::{Before, Difference, jobs_of};
use super::{Core, Internal, change};
use crate::domain::{CampaignId, Display};
use crate::engine::entry::{Content, Entry, Library, Loaded};
use crate::engine::event::{Event, JobFacts, Level, Made};
use crate::engine::files::library;
use crate::engine::files::library::{in_background, off_thread};
use crate::engine::files::starter::{self, Written};
use crate::engine::publish::episode;
use crate::engine::settings::{Campaigns, Shelf};
use crate::plan::{AssetHash, JobKey, JobState, Mode, Output};
use crate::store::{Store, StoredJob, StoredState};

/// What is being read beside everything else.
#[derive(Default)]
pub(super) struct Reading {
    /// The whole folder; true where it has changed since.
    all: Option<bool>,
    /// Whether campaigns were taken in after the folder began to be read.
    stale: bool,
    /// Single files; true for one that is to be read once more.
    files: HashMap<PathBuf, bool>,
    /// The journal could not be asked about jobs: the next version of a campaign has all of its jobs asked about.
    is_incomplete: bool,
}

impl Core {
    /// Reads the campaigns folder again and tells first the jobs, then the campaigns: who hears of a campaign knows
    /// its jobs.
    pub(super) async fn reload(&mut self) {
        let before = self.before_reading();
        let (library, difference) = read_library(&self.studio.shelf, &self.studio.store, before).await;
        let jobs = library.entries.iter().flat_map(|entry| jobs_of(entry)).collect();
        self.take_in_all(library, Difference { jobs, ..difference }).await;
    }

    /// The same after the makers changed. What is being read now was planned with the former ones and is read once more.
    pub(super) async fn plan_again(&mut self) {
        self.known.reading.files.values_mut().for_each(|again| *again = true);
        self.reload().await;
    }

    /// Reads the folder beside everything else, for one that has changed: a large campaign is not read in a moment.
    pub(super) fn reload_later(&mut self) {
        match &mut self.known.reading.all {
            Some(again) => *again = true,
            all @ None => {
                *all = Some(false);
                self.known.reading.stale = false;
                let (shelf, store, internal) =
                    (self.studio.shelf.clone(), self.studio.store.clone(), self.tasks.internal.clone());
                let before = self.before_reading();
                self.tasks.spawn(Internal::NotReadAll, async move {
                    let read = read_library(&shelf, &store, before).await;
                    let _ = internal.send(Internal::ReadAll(Box::new(read)));
                });
            }
        }
    }

    /// The folder as it was read beside everything else: unless it has changed again, or was read meanwhile.
    pub(super) async fn read_all(&mut self, library: Library, difference: Difference) {
        let again = self.known.reading.all.take().unwrap_or_default();
        if again {
            return self.reload_later();
        }
        if self.known.reading.stale {
            return self.reload().await;
        }
        // An engine that watches the folder follows the journal too: what is known of jobs is as it is.
        let jobs = if std::mem::take(&mut self.known.reading.is_incomplete) {
            library.entries.iter().flat_map(|entry| jobs_of(entry)).collect()
        } else {
            difference.jobs
        };
        self.take_in_all(library, Difference { jobs, runs: difference.runs }).await;
    }

    pub(super) fn not_read_all(&mut self) {
        self.known.reading.all = None;
        let text = "The campaigns folder could not be read because of an internal error; the log has it";
        self.notice(Level::Error, text.to_owned(), None);
    }

    async fn take_in_all(&mut self, mut library: Library, difference: Difference) {
        self.known.reading.stale = true;
        for entry in &mut library.entries {
            if let Some(kept) = self.last_good(entry) {
                *entry = Arc::new(kept);
            }
        }
        library.warnings = self.warnings(&library.entries).await;
        let library = Arc::new(library);
        self.learn(difference.jobs).await;
        self.learn_stand_ins(&library.entries).await;
        self.known.library = library.clone();
        self.tell(Event::Library(library));
        self.follow_edits_soon(difference.runs);
    }

    /// Reads one campaign again, after its choices or takes changed.
    pub(super) async fn reload_one(&mut self, campaign: &CampaignId) {
        let known = self.known.library.entries.iter().find(|entry| entry.name == campaign.as_str());
        if let Some(path) = known.map(|entry| entry.path.clone()) {
            self.load(&path).await;
        }
    }

    /// Plans a campaign with the newer built-in voice from now on. What it spoke is kept; when the program ends before
    /// the newer voice has spoken a line, nothing has changed.
    pub(super) async fn renew_voice(&mut self, campaign: CampaignId) {
        self.studio.shelf.renewed.insert(campaign.clone());
        self.reload_one(&campaign).await;
    }

    /// Reads one campaign file: a known one again, or a new one beside the others. A file that is gone is forgotten.
    pub(super) async fn load(&mut self, path: &Path) {
        match read_one(&self.studio.shelf, &self.studio.store, path, self.before_reading()).await {
            Some((entry, difference)) => self.take_in(entry, difference).await,
            None => self.forget(path),
        }
    }

    /// The same without keeping anybody waiting: many campaigns may come at once.
    pub(super) fn load_later(&mut self, path: PathBuf) {
        if let Some(again) = self.known.reading.files.get_mut(&path) {
            *again = true;
            return;
        }
        self.known.reading.files.insert(path.clone(), false);
        let (shelf, store, internal) =
            (self.studio.shelf.clone(), self.studio.store.clone(), self.tasks.internal.clone());
        let before = self.before_reading();
        self.tasks.spawn(Internal::NotRead(path.clone()), async move {
            let read = read_one(&shelf, &store, &path, before).await.map(Box::new);
            let _ = internal.send(Internal::Read { path, read });
        });
    }

    /// A file as it was read beside everything else, or gone.
    pub(super) async fn read(&mut self, path: PathBuf, read: Option<(Arc<Entry>, Difference)>) {
        let has_changed = self.known.reading.files.remove(&path).unwrap_or_default();
        match read {
            Some((entry, difference)) => self.take_in(entry, difference).await,
            None => self.forget(&path),
        }
        if has_changed {
            self.load_later(path);
        }
    }

    pub(super) fn not_read(&mut self, path: &Path) {
        self.known.reading.files.remove(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy().display().to_string();
        let text = format!("{name} cannot be read because of an internal error; the log has it");
        self.notice(Level::Error, text, None);
    }

    /// A campaign file as it was just read.
    async fn take_in(&mut self, entry: Arc<Entry>, difference: Difference) {
        self.known.reading.stale = true;
        let position = self.known.library.entries.iter().position(|known| known.path == entry.path);
        let entry = self.last_good(&entry).map_or(entry, Arc::new);
        // Who follows the journal knows of every job that is known how it stands.
        let follows = self.others.watches.journal.is_some();
        let is_known = follows && !std::mem::take(&mut self.known.reading.is_incomplete);
        let jobs = if is_known { difference.jobs } else { jobs_of(&entry).collect() };
        self.learn(jobs).await;
        self.learn_stand_ins(std::slice::from_ref(&entry)).await;
        let mut library = Library::clone(&self.known.library);
        if let Some(position) = position {
            library.entries[position] = entry.clone();
            self.known.library = Arc::new(library);
            self.tell(Event::Campaign(entry.clone()));
            self.follow_edits_soon(difference.runs);
        } else if library.entries.iter().any(|other| other.name == entry.name) {
            // Two files with one id: only the whole shelf says which of them counts.
            self.reload().await;
        } else {
            library.entries.push(entry);
            self.known.library = Arc::new(library);
            self.tell(Event::Library(self.known.library.clone()));
        }
    }

    /// A campaign file is gone.
    fn forget(&mut self, path: &Path) {
        let Some(position) = self.known.library.entries.iter().position(|known| known.path == path) else { return };
        self.known.reading.stale = true;
        let mut library = Library::clone(&self.known.library);
        library.entries.remove(position);
        self.known.library = Arc::new(library);
        self.tell(Event::Library(self.known.library.clone()));
    }

    /// What is known of a campaign file.
    pub(super) fn entry_at(&self, path: &Path) -> Option<&Arc<Entry>> {
        self.known.library.entries.iter().find(|known| known.path == path)
    }

    /// The content that a file is known with; nothing of one that is new or broken.
    pub(super) fn known_hash(&self, path: &Path) -> Option<AssetHash> {
        match &self.entry_at(path)?.content {
            Content::Good(loaded) => Some(loaded.source_hash),
            Content::Broken(_) => None,
        }
    }

    /// Asks the journal about jobs and tells what is new. Jobs under way here are known better than the journal says.
    pub(super) async fn learn(&mut self, keys: Vec<JobKey>) {
        let asked: Vec<JobKey> = keys.into_iter().filter(|key| !self.schedule.is_under_way(*key)).collect();
        let stored = match self.studio.store.journal.states(&asked).await {
            Ok(stored) => stored,
            Err(error) => {
                self.known.reading.is_incomplete = true;
                self.notice(Level::Error, format!("What was made before is not known: {error}"), None);
                return;
            }
        };
        let mut changes = Vec::new();
        for key in asked {
            let mut known = stored.get(&key).map(|job| self.known_of(job)).unwrap_or_default();
            if self.others.elsewhere.makes(key, &known.state) {
                known = JobFacts::of(JobState::Waiting);
            }
            let before = self.known.jobs.get(&key);
            // What was made while this program looked on stays "made" rather than "from cache".
            let same = before.is_some_and(|before| {
                before.state == known.state || before.state == JobState::Made && known.state == JobState::Cached
            });
            if !same && (before.is_some() || known.state != JobState::Pending) {
                changes.push(change(key, &known));
            }
            if !same {
                self.known.jobs.insert(key, known);
            }
        }
        if !changes.is_empty() {
            self.tell(Event::Jobs(changes));
        }
    }

    /// Asks the journal also about videos in which cards stand for what failed: no graph names them.
    async fn learn_stand_ins(&mut self, entries: &[Arc<Entry>]) {
        let mut keys = Vec::new();
        for entry in entries {
            let Content::Good(loaded) = &entry.content else { continue };
            for mode in [Mode::Draft, Mode::Final] {
                let with_cards = episode::with_cards(loaded, mode, &|key| self.facts(key));
                keys.extend(with_cards.map(|stand_in| stand_in.episode.key()));
            }
        }
        keys.retain(|key| !self.known.jobs.contains_key(key));
        if !keys.is_empty() {
            self.learn(keys).await;
        }
    }

    fn known_of(&self, job: &StoredJob) -> JobFacts {
        let state = match &job.state {
            StoredState::Pending => JobState::Pending,
            StoredState::Leased(_) => JobState::Running,
            StoredState::Done => JobState::Cached,
            StoredState::Failed(failure) => JobState::Failed(failure.clone()),
            StoredState::Hold(failure) => JobState::Held(failure.clone()),
            StoredState::Cancelled => JobState::Cancelled,
        };
        let (milliseconds, made_at) = (job.milliseconds, job.made_at);
        JobFacts { outputs: self.made(&job.outputs), milliseconds, made_at, ..JobFacts::of(state) }
    }

    pub(super) fn made(&self, outputs: &[Output]) -> Vec<Made> {
        outputs
            .iter()
            .map(|output| Made { output: output.clone(), path: self.studio.store.assets.path(output.hash) })
            .collect()
    }

    pub(super) fn loaded(&self, campaign: &CampaignId) -> Result<(Arc<Entry>, &Loaded), String> {
        let entry = self.known.library.entries.iter().find(|entry| entry.name == campaign.as_str());
        match entry.map(|entry| (entry, &entry.content)) {
            Some((entry, Content::Good(loaded))) => Ok((entry.clone(), loaded)),
            Some((_, Content::Broken(faults))) => Err(format!(
                "{campaign} has {} to fix first; `babblecast check {campaign}` lists them",
                if faults.len() == 1 { "a fault".to_owned() } else { format!("{} faults", faults.len()) }
            )),
            None => Err(format!("There is no campaign {campaign}; `babblecast list` shows all")),
        }
    }

    pub(super) async fn new_campaign(&mut self, name: &str) {
        let (settings, name) = (self.studio.shelf.settings.clone(), name.to_owned());
        let written = off_thread(move || starter::write_starter(&settings, &name)).await;
        self.after_writing(written).await;
    }

    pub(super) async fn add_samples(&mut self) {
        let campaigns = self.studio.shelf.settings.campaigns.clone();
        let written = off_thread(move || starter::write_samples(&campaigns)).await;
        self.after_writing(written).await;
    }

    pub(super) async fn after_writing(&mut self, written: Result<Written, String>) {
        match written {
            Ok(written) => {
                if let Campaigns::None { .. } = self.studio.shelf.settings.campaigns {
                    self.studio.shelf.settings.campaigns = Campaigns::Folder(written.folder);
                    self.watch();
                }
                self.reload().await;
                self.notice(Level::Info, written.message, None);
            }
            Err(text) => self.notice(Level::Error, text, None),
        }
    }
}

/// The folder, and what differs from before.
async fn read_library(shelf: &Shelf, store: &Store, before: Before) -> (Library, Difference) {
    let (library, settings) = (library::read_library(shelf, store).await, shelf.settings.clone());
    let compared = in_background(move || {
        let difference = before.difference(&library.entries, &settings);
        (library, difference)
    });
    compared.await
}

/// One campaign file, and what differs from before; `None` where it is gone.
async fn read_one(shelf: &Shelf, store: &Store, path: &Path, before: Before) -> Option<(Arc<Entry>, Difference)> {
    let (entry, settings) = (Arc::new(library::read_one(shelf, store, path).await?), shelf.settings.clone());
    let compared = in_background(move || {
        let difference = before.difference([&entry], &settings);
        (entry, difference)
    });
    Some(compared.await)
}
