//! The graph of a campaign's jobs: each once, after what it is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::face::Face;
use super::key::{AssetHash, JobKey, JobMap};
use super::provenance::provenance;
use super::request::{Product, Request};
use super::requests_of::Chosen;
use super::settings::Billing;
use super::video::FontUsed;
use crate::domain::{CaptionLook, CaptionStyle, MaterialPath, MicroDollars, Provenance, SpeakerIndex};

/// What is read beforehand, so that planning reads nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sources {
    /// The hashes of the user's own files.
    files: BTreeMap<MaterialPath, AssetHash>,
    /// How those came to be that say it themselves.
    said: BTreeMap<AssetHash, Provenance>,
    /// The fonts of the machine that a text needs, for those that need any.
    fonts: BTreeMap<String, Vec<FontUsed>>,
}

impl Sources {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A file of the user's own, by its path in the campaign, and the hash of its bytes.
    pub fn insert(&mut self, file: MaterialPath, hash: AssetHash) {
        self.files.insert(file, hash);
    }

    /// How a file of the user's own came to be, as it says itself.
    pub fn insert_said(&mut self, file: AssetHash, said: Provenance) {
        self.said.insert(file, said);
    }

    pub(super) fn said(&self) -> &BTreeMap<AssetHash, Provenance> {
        &self.said
    }

    /// The fonts that a caption or a title needs beside the embedded ones; an empty list is not kept.
    pub fn insert_fonts(&mut self, text: String, fonts: Vec<FontUsed>) {
        if !fonts.is_empty() {
            self.fonts.insert(text, fonts);
        }
    }

    /// Whether a file of the user's own was read.
    pub fn has(&self, file: &MaterialPath) -> bool {
        self.files.contains_key(file)
    }

    /// The file of the user's own with these bytes.
    pub fn named(&self, hash: AssetHash) -> Option<&MaterialPath> {
        self.files.iter().find(|(_, known)| **known == hash).map(|(file, _)| file)
    }

    pub(super) fn get(&self, file: &MaterialPath) -> Option<AssetHash> {
        self.files.get(file).copied()
    }

    /// What a caption needs; one that is not drawn needs none.
    pub(super) fn fonts_of(&self, caption: &str, look: CaptionLook) -> Vec<FontUsed> {
        if look.style == CaptionStyle::None { Vec::new() } else { self.fonts_of_title(caption) }
    }

    pub(super) fn fonts_of_title(&self, title: &str) -> Vec<FontUsed> {
        self.fonts.get(title).cloned().unwrap_or_default()
    }
}

impl FromIterator<(MaterialPath, AssetHash)> for Sources {
    fn from_iter<T: IntoIterator<Item = (MaterialPath, AssetHash)>>(files: T) -> Self {
        Self { files: files.into_iter().collect(), ..Self::default() }
    }
}

/// One thing to make; several scenes and speakers may share it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Job {
    /// The hash of its request.
    pub key: JobKey,
    /// The key without the take: see [`Request::base`].
    pub base: JobKey,
    /// Shared with the jobs that are made of it.
    #[serde(serialize_with = "as_itself")]
    pub request: Arc<Request>,
    /// What making it costs.
    pub billing: Billing,
    /// The speakers who wear this face, or who speak this line.
    pub speakers: Vec<SpeakerIndex>,
    /// Positions in the scenes of the campaign, from 0.
    pub scenes: Vec<usize>,
}

fn as_itself<S: serde::Serializer>(request: &Arc<Request>, serializer: S) -> Result<S::Ok, S::Error> {
    request.as_ref().serialize(serializer)
}

impl Job {
    /// What it makes.
    pub fn product(&self) -> Product {
        self.request.product()
    }

    /// An upper bound of what making it costs.
    pub fn price(&self) -> MicroDollars {
        self.billing.price(&self.request)
    }

    /// An upper bound of what another take costs.
    pub fn price_of_take(&self) -> MicroDollars {
        match &*self.request {
            // It costs what its words cost, whichever take it is.
            Request::Voice(_) | Request::Dialogue(_) => self.price(),
            request => self.billing.price(&request.with_take(1)),
        }
    }

    /// An upper bound of what this other take of it costs: what it alone keeps or is asked may be paid for.
    pub fn price_of_another(&self, take: &Request) -> MicroDollars {
        self.billing.price(take)
    }

    /// An upper bound of what a take of the same baby costs: its picture may have to be sent along.
    pub fn price_of_same_baby(&self) -> MicroDollars {
        self.billing.price(&self.request.with_take(1).keeping(Face::Made(self.key)))
    }
}

/// Position of a job in [`Graph::jobs`].
pub type JobIndex = usize;

/// The jobs that one scene waits for; a media scene has only a clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SceneJobs {
    /// The face that is shown; of a spoken line only.
    pub portrait: Option<JobIndex>,
    /// The lines that this one is spoken together with: what is bought and has takes, where there is one.
    pub dialogue: Option<JobIndex>,
    /// The line as it is bought, spoken, recorded or cut out of its dialogue: what has takes where there is no dialogue.
    pub voice: Option<JobIndex>,
    /// The same in the shape that the profile asks for.
    pub shaped: Option<JobIndex>,
    /// What is heard behind the line, or with the scene.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<JobIndex>,
    /// The scene's pictures; every scene of a plan has one.
    pub clip: Option<JobIndex>,
    /// The cross-fade into it. It belongs to the episode: the scene itself does not wait for it.
    pub fade: Option<JobIndex>,
}

impl SceneJobs {
    /// The job of the scene that makes this product.
    pub fn of(self, product: Product) -> Option<JobIndex> {
        match product {
            Product::Portrait => self.portrait,
            Product::Dialogue => self.dialogue,
            Product::Voice => self.voice,
            Product::ShapedVoice => self.shaped,
            Product::Effect => self.effect,
            Product::Clip => self.clip,
            Product::Fade => self.fade,
            // They belong to a speaker and to the whole.
            Product::Marks | Product::Music | Product::Episode | Product::Script | Product::Transcript => None,
        }
    }

    /// What the scene itself is made of.
    pub fn iter(self) -> impl Iterator<Item = JobIndex> {
        let heard = self.dialogue.into_iter().chain(self.voice).chain(self.shaped).chain(self.effect);
        self.portrait.into_iter().chain(heard).chain(self.clip)
    }

    /// What has takes of the spoken line.
    pub fn spoken(self) -> Option<JobIndex> {
        self.dialogue.or(self.voice)
    }

    /// The voice that is heard in the end.
    pub fn heard(self) -> Option<JobIndex> {
        self.shaped.or(self.voice)
    }
}

/// All jobs of a campaign, each once and after its inputs: portraits in order of profiles (a take that lends its face
/// before the one that keeps it), each photo's marks behind it, the title, then the dialogue that begins there, voice, clip and the cross-fade into it of each scene, and last the
/// episode.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Graph {
    /// In the order in which they can be made.
    pub jobs: Vec<Job>,
    /// One entry a scene.
    pub scenes: Vec<SceneJobs>,
    /// One entry a profile.
    pub portraits: Vec<JobIndex>,
    /// One entry a profile: where the face of its photo is. `None` for a drawn baby and for a photo that is to stay still.
    pub marks: Vec<Option<JobIndex>>,
    /// The clip that the episode opens with.
    pub title: Option<JobIndex>,
    /// Music from words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub music: Option<JobIndex>,
    /// Every plan has one; only an empty graph has none.
    pub episode: Option<JobIndex>,
    #[serde(skip)]
    by_key: JobMap<JobIndex>,
    /// The bases of portraits that are the own faces of members.
    #[serde(skip)]
    pub(super) faces_of_cast: BTreeSet<JobKey>,
    /// How own files came to be that say it themselves.
    #[serde(skip)]
    pub(super) said: BTreeMap<AssetHash, Provenance>,
}

/// An own file that the campaign names and that has no hash: it could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} cannot be read", .0.as_str())]
pub struct MissingSource(pub MaterialPath);

impl Graph {
    /// The job with this key, if it is of this plan.
    pub fn job(&self, key: JobKey) -> Option<&Job> {
        self.by_key.get(&key).map(|&index| &self.jobs[index])
    }

    /// Where the job with this key stands in [`Graph::jobs`].
    pub fn index_of(&self, key: JobKey) -> Option<JobIndex> {
        self.by_key.get(&key).copied()
    }

    /// The job of the face that a speaker wears; twins share one.
    pub fn portrait_of(&self, speaker: SpeakerIndex) -> &Job {
        &self.jobs[self.portraits[speaker.position()]]
    }

    /// Whether this portrait is made for its face alone: another one keeps it.
    pub fn only_lends_its_face(&self, job: &Job) -> bool {
        job.product() == Product::Portrait && self.portraits.iter().all(|&index| self.jobs[index].key != job.key)
    }

    /// Whether this portrait is the own face of a member: which take of it is used is chosen for all campaigns at once.
    pub fn is_face_of_cast(&self, job: &Job) -> bool {
        self.faces_of_cast.contains(&job.base)
    }

    /// How the product of one of its requests came to be, or of one that is made of its jobs.
    pub fn provenance_of(&self, request: &Request) -> Option<Provenance> {
        provenance(request, &|key| self.job(key).map(|job| &*job.request), &|file| self.said.get(&file))
    }

    /// The episode; its inputs are all clips, cross-fades and voices.
    pub fn episode_job(&self) -> Option<&Job> {
        self.episode.map(|index| &self.jobs[index])
    }

    /// The jobs for which `is_wanted` holds and everything that they are made of, in order.
    pub fn with_inputs(&self, is_wanted: impl Fn(&Job) -> bool) -> Vec<&Job> {
        let mut needed: Vec<bool> = self.jobs.iter().map(is_wanted).collect();
        // Inputs stand before what is made of them, so one pass from the end finds them all.
        for position in (0..self.jobs.len()).rev() {
            if needed[position] {
                for input in self.jobs[position].request.inputs() {
                    if let Some(index) = self.index_of(input) {
                        needed[index] = true;
                    }
                }
            }
        }
        self.jobs.iter().zip(needed).filter_map(|(job, needed)| needed.then_some(job)).collect()
    }

    pub(super) fn add(&mut self, chosen: Chosen, billing: Billing, speaker: Option<SpeakerIndex>) -> JobIndex {
        let Chosen { request, base } = chosen;
        let key = request.key();
        let index = *self.by_key.entry(key).or_insert_with(|| {
            let base = base.unwrap_or(key);
            self.jobs.push(Job {
                key,
                base,
                request: Arc::new(request),
                billing,
                speakers: Vec::new(),
                scenes: Vec::new(),
            });
            self.jobs.len() - 1
        });
        let speakers = &mut self.jobs[index].speakers;
        speakers.extend(speaker.filter(|speaker| !speakers.contains(speaker)));
        index
    }
}
