//! Campaigns come and change: reading the folder, asking the journal what is made, writing new files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Core, Internal, change};
use crate::domain::CampaignId;
use crate::engine::settings::Campaigns;
use crate::engine::starter::{self, Written};
use crate::engine::{Content, Entry, Event, JobFacts, Level, Library, Loaded, Made, episode, library};
use crate::plan::{JobKey, JobState, Mode, Output};
use crate::store::{StoredJob, StoredState};

impl Core {
    /// Reads the campaigns folder again and tells first the jobs, then the campaigns: who hears of a campaign knows
    /// its jobs.
    pub(super) async fn reload(&mut self) {
        let mut library = library::read_library(&self.shelf, &self.store).await;
        for entry in &mut library.entries {
            if let Some(kept) = self.last_good(entry) {
                *entry = Arc::new(kept);
            }
        }
        library.warnings = self.warnings(&library.entries).await;
        let library = Arc::new(library);
        let keys = library.entries.iter().flat_map(|entry| keys_of(entry)).collect();
        self.learn(keys).await;
        self.learn_stand_ins(&library.entries).await;
        self.library = library.clone();
        self.tell(Event::Library(library));
        self.follow_edits().await;
    }

    /// Reads one campaign again, after its choices or takes changed.
    pub(super) async fn reload_one(&mut self, campaign: &CampaignId) {
        let known = self.library.entries.iter().find(|entry| entry.name == campaign.as_str());
        if let Some(path) = known.map(|entry| entry.path.clone()) {
            self.load(&path).await;
        }
    }

    /// Plans a campaign with the newer built-in voice from now on. What it spoke is kept; when the program ends before
    /// the newer voice has spoken a line, nothing has changed.
    pub(super) async fn renew_voice(&mut self, campaign: CampaignId) {
        self.shelf.renewed.insert(campaign.clone());
        self.reload_one(&campaign).await;
    }

    /// Reads one campaign file: a known one again, or a new one beside the others. A file that is gone is forgotten.
    pub(super) async fn load(&mut self, path: &Path) {
        let entry = library::read_one(&self.shelf, &self.store, path).await;
        self.take_in(entry).await;
    }

    /// The same without keeping anybody waiting: many campaigns may come at once.
    pub(super) fn load_later(&self, path: PathBuf) {
        let (shelf, store, internal) = (self.shelf.clone(), self.store.clone(), self.internal.clone());
        tokio::spawn(async move {
            let entry = library::read_one(&shelf, &store, &path).await;
            let _ = internal.send(Internal::Read(Box::new(entry)));
        });
    }

    /// A campaign file as it was just read.
    pub(super) async fn take_in(&mut self, entry: Entry) {
        let position = self.library.entries.iter().position(|known| known.path == entry.path);
        if !entry.path.exists() {
            if let Some(position) = position {
                let mut library = Library::clone(&self.library);
                library.entries.remove(position);
                self.library = Arc::new(library);
                self.tell(Event::Library(self.library.clone()));
            }
            return;
        }
        let entry = Arc::new(self.last_good(&entry).unwrap_or(entry));
        self.learn(keys_of(&entry)).await;
        self.learn_stand_ins(std::slice::from_ref(&entry)).await;
        let mut library = Library::clone(&self.library);
        if let Some(position) = position {
            library.entries[position] = entry.clone();
            self.library = Arc::new(library);
            self.tell(Event::Campaign(entry.clone()));
            self.follow_edits_of(&entry.name).await;
        } else if library.entries.iter().any(|other| other.name == entry.name) {
            // Two files with one id: only the whole shelf says which of them counts.
            self.reload().await;
        } else {
            library.entries.push(entry);
            self.library = Arc::new(library);
            self.tell(Event::Library(self.library.clone()));
        }
    }

    /// Whether the file is known with the content that it has now.
    pub(super) fn has_read(&self, path: &Path) -> bool {
        let known = self.library.entries.iter().find(|entry| entry.path == path).map(|entry| &entry.content);
        match known {
            Some(Content::Good(loaded)) => library::source_hash(path) == Some(loaded.source_hash),
            Some(Content::Broken(_)) | None => false,
        }
    }

    /// Asks the journal about jobs and tells what is new. Jobs under way here are known better than the journal says.
    pub(super) async fn learn(&mut self, keys: Vec<JobKey>) {
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
        keys.retain(|key| !self.known.contains_key(key));
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
        JobFacts { state, outputs: self.made(&job.outputs), milliseconds: job.milliseconds }
    }

    pub(super) fn made(&self, outputs: &[Output]) -> Vec<Made> {
        outputs
            .iter()
            .map(|output| Made { output: output.clone(), path: self.store.assets.path(output.hash) })
            .collect()
    }

    pub(super) fn loaded(&self, campaign: &CampaignId) -> Result<(Arc<Entry>, &Loaded), String> {
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

    pub(super) async fn new_campaign(&mut self, name: &str) {
        let written = starter::write_starter(&self.shelf.settings.campaigns, name);
        self.after_writing(written).await;
    }

    pub(super) async fn add_samples(&mut self) {
        let written = starter::write_samples(&self.shelf.settings.campaigns);
        self.after_writing(written).await;
    }

    async fn after_writing(&mut self, written: Result<Written, String>) {
        match written {
            Ok(written) => {
                if let Campaigns::None { .. } = self.shelf.settings.campaigns {
                    self.shelf.settings.campaigns = Campaigns::Folder(written.folder);
                    self.watch();
                }
                self.reload().await;
                self.notice(Level::Info, written.message, None);
            }
            Err(text) => self.notice(Level::Error, text, None),
        }
    }
}

fn keys_of(entry: &Entry) -> Vec<JobKey> {
    let Content::Good(loaded) = &entry.content else { return Vec::new() };
    let graphs = std::iter::once(&loaded.draft).chain(&loaded.finals);
    let jobs = graphs.flat_map(|graph| graph.jobs.iter().map(|job| job.key));
    let takes = loaded.takes.values().flatten().map(|take| take.key);
    jobs.chain(takes).chain(loaded.portraits_made.iter().map(|made| made.key)).collect()
}
