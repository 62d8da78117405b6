//! A campaign as the engine knows it: its file, what it plans, its takes and its finished videos. Front ends are
//! handed it whole.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::drop_aside::DropAside;
use crate::domain::{Campaign, Fault};
use crate::plan::{
    AssetHash, Charged, Choices, Face, Graph, JobKey, JobSet, JobState, Mode, Pick, ProviderId, Request, Sources,
};
use crate::providers::Who;
use crate::store::PortraitMade;
use crate::store::workspace::cast_file::CastFile;

/// Everything found in the campaigns folder.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// The campaigns folder; `None` when none was found.
    pub folder: Option<PathBuf>,
    /// Sorted by file name. Broken files are entries too.
    pub entries: Vec<Arc<Entry>>,
    /// What can make finals, or the sentence that says what to set.
    pub finals: FinalsState,
    /// Outside providers that are not set up, each with what to set.
    pub absent: BTreeMap<ProviderId, String>,
    /// Who makes things, and why.
    pub who: Who,
    /// The babies that the campaigns of the folder can name, or what is wrong with their file.
    pub cast: Arc<CastFile>,
    /// What will soon need the user: a model that is switched off, a provider that is stopped.
    pub warnings: Vec<String>,
    /// What calls were charged until the folder was read.
    pub charged: Charged,
}

/// Whether finals can be made at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FinalsState {
    /// Somebody makes them: a key or an address is set.
    Available,
    /// Says what to set, for the user.
    Unavailable(String),
}

/// One campaign file.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The campaign's id, or the file's stem where the file is broken.
    pub name: String,
    /// The campaign file.
    pub path: PathBuf,
    /// Where the products for people go: `output/<campaign_id>`.
    pub output: PathBuf,
    /// The finished videos that lie there.
    pub videos: Vec<Video>,
    /// What was read from it.
    pub content: Content,
    /// What is wrong with the file since its last edit; `content` is then its last version without a fault.
    pub edit_faults: Vec<Fault>,
    /// When the file was last written, in milliseconds since 1970.
    pub written_at: Option<i64>,
}

impl Entry {
    /// Every fault of the file as it is now.
    pub fn faults(&self) -> &[Fault] {
        match &self.content {
            Content::Broken(faults) => faults,
            Content::Good(_) => &self.edit_faults,
        }
    }

    /// The finished video of a mode.
    pub fn video(&self, mode: Mode) -> Option<&Video> {
        self.videos.iter().find(|video| video.mode == mode)
    }
}

/// What a campaign file was read as.
#[derive(Debug, Clone)]
pub enum Content {
    /// Without a fault, and planned.
    Good(DropAside<Loaded>),
    /// Every fault of the file; nothing can be made until they are fixed.
    Broken(Vec<Fault>),
}

/// A campaign that passed every check, planned for each mode.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// As it was read.
    pub campaign: Campaign,
    /// Of the campaign file as it was read.
    pub source_hash: AssetHash,
    /// The plan by the built-in parts: always there, always free.
    pub draft: Graph,
    /// Planned whether or not a key is set: what was made for money is there all the same. `None` where only the built-in
    /// parts are chosen.
    pub finals: Option<Graph>,
    /// What `ID.takes.json` says: which takes are used, starred or in the trash.
    pub choices: Choices,
    /// What was read beside the file to plan it.
    pub sources: Sources,
    /// All takes that exist of a face or line, by the base key of its request, in order of their number. A face or line
    /// that was never re-rolled has no entry: it has take 1 only.
    pub takes: HashMap<JobKey, Vec<Take>>,
    /// Portraits that runs of this campaign made for its speakers, newest first, at most
    /// [`Loaded::MOST_FORMER_FACES`] a speaker: what can be kept after an edit of its profile.
    pub portraits_made: Vec<PortraitMade>,
    /// The names of the speakers as parts of file names, one a profile.
    pub speaker_slugs: Vec<String>,
    /// Whether the voice of earlier versions goes on speaking it, because it spoke lines of it before.
    pub keeps_earlier_voice: bool,
    /// Appearance words that the drawn baby cannot show, one list a profile.
    pub undrawn_words: Vec<Vec<String>>,
}

impl Loaded {
    /// More are not flipped through by hand.
    pub const MOST_FORMER_FACES: usize = 12;

    /// The plan of a mode; `None` where no finals are planned.
    pub fn graph(&self, mode: Mode) -> Option<&Graph> {
        match mode {
            Mode::Draft => Some(&self.draft),
            Mode::Final => self.finals.as_ref(),
        }
    }

    /// Whether anything of the final was begun; what it shares with the draft, such as the title, does not count.
    pub fn has_begun_final<'a>(&self, state: &impl Fn(JobKey) -> &'a JobState) -> bool {
        self.finals.iter().flat_map(|finals| &finals.jobs).any(|job| {
            !matches!(state(job.key), JobState::Pending | JobState::Cancelled) && self.draft.job(job.key).is_none()
        })
    }

    /// The mode to look at: the final where any of it was begun or can be made, else the draft.
    pub fn usual_mode<'a>(&self, finals: &FinalsState, state: &impl Fn(JobKey) -> &'a JobState) -> Mode {
        let can_be_made = self.finals.is_some() && *finals == FinalsState::Available;
        if can_be_made || self.has_begun_final(state) { Mode::Final } else { Mode::Draft }
    }
}

/// One take of a face or line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Take {
    /// From 1.
    pub number: u32,
    /// The job that makes it.
    pub key: JobKey,
    /// The face that it alone keeps.
    pub face: Option<Face>,
    /// What was asked of it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Take {
    /// A take that keeps and was asked nothing of its own.
    pub fn plain(number: u32, key: JobKey) -> Self {
        Self { number, key, face: None, note: None }
    }

    /// How it is chosen.
    pub fn pick(&self) -> Pick {
        Pick::of_take(self.number, self.face, self.note.clone())
    }

    /// Its request; `other` is any take of the same face or line.
    pub fn request_of(&self, other: &Request) -> Request {
        let mut request = other.with_take(self.number);
        if let Some(face) = self.face {
            request = request.keeping(face);
        }
        self.note.clone().map_or(request.clone(), |note| request.noted(note))
    }
}

impl Default for FinalsState {
    fn default() -> Self {
        FinalsState::Unavailable(String::new())
    }
}

/// One finished video as people find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Video {
    /// Draft or final.
    pub mode: Mode,
    /// In `output/`, under the name that people find it by.
    pub path: PathBuf,
    /// What it was joined from.
    pub(crate) clips: Vec<JobKey>,
}

impl Video {
    /// How many clips of today's plan are not in it: 0 means that it is up to date.
    pub fn changed_since(&self, loaded: &Loaded) -> usize {
        let Some(job) = loaded.graph(self.mode).and_then(|graph| graph.episode_job()) else { return 0 };
        let Request::Episode(episode) = &*job.request else { return 0 };
        let known: JobSet = self.clips.iter().copied().collect();
        episode.parts.iter().filter(|part| !known.contains(&part.clip)).count()
    }

    /// Whether this clip is one of those that it was joined from.
    pub fn has(&self, clip: JobKey) -> bool {
        self.clips.contains(&clip)
    }
}
