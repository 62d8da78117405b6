//! The plan: a campaign, the providers, the choices and the hashes of own files become a graph of jobs. Pure: what is
//! already made affects only status and price, never the graph.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::choices::{Choices, Pick};
use super::clips;
use super::clips::Shot;
use super::dialogue::{CutVoiceRequest, Exchange, exchanges};
use super::face::Face;
use super::key::{AssetHash, JobKey, JobMap};
use super::made_by::MadeBy;
use super::request::{Neighbours, PortraitRequest, Product, Request, VoiceRequest};
use super::settings::{Billing, Maker, Settings};
use super::shaped::ShapedVoiceRequest;
use super::video::{ClipRequest, EpisodePart, EpisodeRequest, FontUsed, MarksRequest, Talks};
use crate::domain::babies;
use crate::domain::look::Looks;
use crate::domain::{
    Campaign, CaptionLook, CaptionStyle, Dialogue, MaterialPath, MicroDollars, Motion, PortraitPrompt, Profile,
    Reference, Scene, SpeakerIndex, Transition,
};

/// What is read beforehand, so that planning reads nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sources {
    /// The hashes of the user's own files.
    files: BTreeMap<MaterialPath, AssetHash>,
    /// The fonts of the machine that a text needs, for those that need any.
    fonts: BTreeMap<String, Vec<FontUsed>>,
}

impl Sources {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn insert(&mut self, file: MaterialPath, hash: AssetHash) {
        self.files.insert(file, hash);
    }

    pub fn insert_fonts(&mut self, text: String, fonts: Vec<FontUsed>) {
        if !fonts.is_empty() {
            self.fonts.insert(text, fonts);
        }
    }

    /// Whether a file of the user's own was read.
    pub fn has(&self, file: &MaterialPath) -> bool {
        self.files.contains_key(file)
    }

    fn get(&self, file: &MaterialPath) -> Option<AssetHash> {
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
    pub key: JobKey,
    /// The key without the take: see [`Request::base`].
    pub base: JobKey,
    /// Shared with whoever makes something of it.
    #[serde(serialize_with = "as_itself")]
    pub request: Arc<Request>,
    pub billing: Billing,
    /// The speakers who wear this face, or who speak this line.
    pub speakers: Vec<SpeakerIndex>,
    /// Positions in [`Campaign::scenes`], from 0.
    pub scenes: Vec<usize>,
}

fn as_itself<S: serde::Serializer>(request: &Arc<Request>, serializer: S) -> Result<S::Ok, S::Error> {
    request.as_ref().serialize(serializer)
}

impl Job {
    pub fn product(&self) -> Product {
        self.request.product()
    }

    /// An upper bound of what making it costs.
    pub fn price(&self) -> MicroDollars {
        self.billing.price(&self.request)
    }

    /// An upper bound of what another take costs.
    pub fn price_of_take(&self) -> MicroDollars {
        self.billing.price(&self.request.with_take(1))
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
    pub portrait: Option<JobIndex>,
    /// The lines that this one is spoken together with: what is bought and has takes, where there is one.
    pub dialogue: Option<JobIndex>,
    /// The line as it is bought, spoken, recorded or cut out of its dialogue: what has takes where there is no dialogue.
    pub voice: Option<JobIndex>,
    /// The same in the shape that the profile asks for.
    pub shaped: Option<JobIndex>,
    pub clip: Option<JobIndex>,
    /// The cross-fade into it. It belongs to the episode: the scene itself does not wait for it.
    pub fade: Option<JobIndex>,
}

impl SceneJobs {
    pub fn of(self, product: Product) -> Option<JobIndex> {
        match product {
            Product::Portrait => self.portrait,
            Product::Dialogue => self.dialogue,
            Product::Voice => self.voice,
            Product::ShapedVoice => self.shaped,
            Product::Clip => self.clip,
            Product::Fade => self.fade,
            // They belong to a speaker and to the whole.
            Product::Marks | Product::Episode => None,
        }
    }

    /// What the scene itself is made of.
    pub fn iter(self) -> impl Iterator<Item = JobIndex> {
        self.portrait.into_iter().chain(self.dialogue).chain(self.voice).chain(self.shaped).chain(self.clip)
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
    pub jobs: Vec<Job>,
    /// One entry a scene.
    pub scenes: Vec<SceneJobs>,
    /// One entry a profile.
    pub portraits: Vec<JobIndex>,
    /// One entry a profile: where the face of its photo is. `None` for a drawn baby and for a photo that is to stay still.
    pub marks: Vec<Option<JobIndex>>,
    /// The clip that the episode opens with.
    pub title: Option<JobIndex>,
    /// Every plan has one; only an empty graph has none.
    pub episode: Option<JobIndex>,
    #[serde(skip)]
    by_key: JobMap<JobIndex>,
}

/// An own file that the campaign names and that has no hash: it could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} cannot be read", .0.as_str())]
pub struct MissingSource(pub MaterialPath);

impl Graph {
    pub fn job(&self, key: JobKey) -> Option<&Job> {
        self.by_key.get(&key).map(|&index| &self.jobs[index])
    }

    pub fn index_of(&self, key: JobKey) -> Option<JobIndex> {
        self.by_key.get(&key).copied()
    }

    pub fn portrait_of(&self, speaker: SpeakerIndex) -> &Job {
        &self.jobs[self.portraits[speaker.position()]]
    }

    /// Whether this portrait is made for its face alone: another one keeps it.
    pub fn only_lends_its_face(&self, job: &Job) -> bool {
        job.product() == Product::Portrait && self.portraits.iter().all(|&index| self.jobs[index].key != job.key)
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

    fn add(&mut self, chosen: Chosen, billing: Billing, speaker: Option<SpeakerIndex>) -> JobIndex {
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

    /// Looks for the face of a speaker's photo, unless it is to stay still. What a kept picture shows is known only when it
    /// is there: a drawn baby among them is found to have no marks.
    fn add_marks(&mut self, campaign: &Campaign, speaker: SpeakerIndex, made_by: &MadeBy) -> Option<JobIndex> {
        let portrait = self.portrait_of(speaker);
        let is_drawn = matches!(&*portrait.request, Request::Portrait(portrait) if portrait.is_drawn());
        let motion = campaign.profile(campaign.face_of(speaker)).motion;
        if is_drawn || motion == Motion::Still {
            return None;
        }
        let (made_by, forced) = (made_by.clone(), motion == Motion::Talk);
        let marks = Request::Marks(MarksRequest { made_by, portrait: portrait.key, forced });
        Some(self.add(Chosen::only(marks), Billing::Free, Some(speaker)))
    }

    /// How the clips show a speaker.
    fn shot(&self, speaker: SpeakerIndex, profile: &Profile) -> Shot {
        let marks = self.marks[speaker.position()].map(|index| self.jobs[index].key);
        let talks = marks.map(|marks| Talks { marks, tone: profile.tone() });
        Shot { portrait: self.portrait_of(speaker).key, talks }
    }

    /// The dialogue that a line belongs to, and the line cut out of it.
    fn add_line_of(
        &mut self,
        exchange: &Exchange,
        position: usize,
        speaker: SpeakerIndex,
        choices: &Choices,
        maker: &Maker,
    ) -> (JobIndex, JobIndex) {
        let dialogue = match position.checked_sub(1).filter(|before| exchange.scenes.contains(before)) {
            Some(before) => self.scenes[before].dialogue,
            None => None,
        };
        let dialogue = dialogue.unwrap_or_else(|| {
            let chosen = chosen(Request::Dialogue(exchange.request.clone()), choices);
            self.add(chosen, maker.billing, None)
        });
        let job = &mut self.jobs[dialogue];
        if !job.speakers.contains(&speaker) {
            job.speakers.push(speaker);
        }
        let cut = CutVoiceRequest::new(job.key, position - exchange.scenes.start);
        (dialogue, self.add(Chosen::only(Request::CutVoice(cut)), Billing::Free, Some(speaker)))
    }

    fn add_clip(&mut self, clip: ClipRequest, speaker: Option<SpeakerIndex>) -> JobIndex {
        self.add(Chosen::only(Request::Clip(clip)), Billing::Free, speaker)
    }

    /// The cross-fade between two clips, where both are long enough for one.
    fn add_fade(&mut self, made_by: &MadeBy, from: JobIndex, to: JobIndex) -> Option<JobIndex> {
        let fade = clips::fade(made_by, &self.jobs[from], &self.jobs[to])?;
        Some(self.add(Chosen::only(Request::Fade(fade)), Billing::Free, None))
    }
}

/// Plans a campaign. `sources` must hold every file that [`Campaign::materials`] names.
pub fn plan(
    campaign: &Campaign,
    settings: &Settings,
    choices: &Choices,
    sources: &Sources,
) -> Result<Graph, MissingSource> {
    let mut graph = Graph::default();
    let looks = Looks::of(campaign);
    for (speaker, _) in campaign.speakers() {
        let look = looks.face(campaign, speaker);
        let chosen = chosen(portrait_request(campaign, speaker, look, &settings.image, sources)?, choices);
        if let Some(lender) = lender(&chosen.request, campaign.profile(campaign.face_of(speaker))) {
            graph.add(lender, settings.image.billing, Some(speaker));
        }
        let billing = billing_of(&chosen.request, &settings.image);
        let index = graph.add(chosen, billing, Some(speaker));
        graph.portraits.push(index);
        let marks = graph.add_marks(campaign, speaker, &settings.marks);
        graph.marks.push(marks);
    }
    let shots: Vec<Shot> = campaign.speakers().map(|(speaker, profile)| graph.shot(speaker, profile)).collect();
    graph.title = clips::title_card(campaign, &settings.clip, sources).map(|card| graph.add_clip(card, None));
    let voice_maker = with_own_voices(&settings.voice, choices);
    let speech = &voice_maker.speech;
    let said: Vec<Option<String>> = (0..campaign.scenes.len())
        .map(|scene| {
            let line = campaign.line(scene)?;
            let reads_sounds = voice_maker.reads_sounds_of(campaign.profile(line.speaker));
            Some(campaign.spoken(line, speech.performs, reads_sounds))
        })
        .collect();
    let exchanges = speech.dialogues.as_ref().map_or_else(Vec::new, |dialogues| {
        exchanges(campaign, &said, &voice_maker.made_by, dialogues, |alias| speech.voice(alias))
    });
    let exchanges: BTreeMap<usize, &Exchange> =
        exchanges.iter().flat_map(|exchange| exchange.scenes.clone().map(move |scene| (scene, exchange))).collect();
    let partners = clips::partners(campaign);
    let mut before = graph.title;
    for (position, scene) in campaign.scenes.iter().enumerate() {
        let mut jobs = match scene {
            Scene::Media(media) => {
                let clip = clips::media_clip(settings, campaign, media, source_of(&media.source, sources)?, sources);
                SceneJobs { clip: Some(graph.add_clip(clip, None)), ..SceneJobs::default() }
            }
            Scene::Dialogue(line) => {
                let exchange = exchanges.get(&position).copied();
                let (dialogue, voice) = if let Some(exchange) = exchange {
                    let (dialogue, voice) = graph.add_line_of(exchange, position, line.speaker, choices, &voice_maker);
                    (Some(dialogue), voice)
                } else {
                    let look = looks.voice(line.speaker);
                    let voice = voice_request(campaign, &said, position, line, &voice_maker, look, sources)?;
                    let chosen = chosen(voice, choices);
                    let billing = billing_of(&chosen.request, &voice_maker);
                    (None, graph.add(chosen, billing, Some(line.speaker)))
                };
                let profile = campaign.profile(line.speaker);
                // A recording of the user's own is bent only where the profile asks for it.
                let raises = speech.raised && matches!(*graph.jobs[voice].request, Request::Voice(_));
                let raised = || raises.then(|| babies::raised(&profile.voice_id)).filter(|shape| !shape.is_neutral());
                let shaped = profile.voice_shape.or_else(raised).map(|shape| {
                    let request = ShapedVoiceRequest::new(graph.jobs[voice].key, shape);
                    graph.add(Chosen::only(Request::ShapedVoice(request)), Billing::Free, Some(line.speaker))
                });
                let partner = partners.get(&position).copied();
                let heard = graph.jobs[shaped.unwrap_or(voice)].key;
                let goes_on = exchange.is_some_and(|exchange| position + 1 < exchange.scenes.end);
                let heard = clips::Heard { voice: heard, goes_on };
                let clip = clips::line_clip(settings, campaign, line, &heard, partner, &shots, sources);
                let clip = graph.add_clip(clip, Some(line.speaker));
                let portrait = graph.portraits[line.speaker.position()];
                SceneJobs {
                    portrait: Some(portrait),
                    dialogue,
                    voice: Some(voice),
                    shaped,
                    clip: Some(clip),
                    fade: None,
                }
            }
        };
        if let (Transition::Fade, Some(from), Some(to)) = (campaign.transition_into(position), before, jobs.clip) {
            jobs.fade = graph.add_fade(&settings.fade, from, to);
        }
        before = jobs.clip;
        for index in jobs.iter().chain(jobs.fade) {
            graph.jobs[index].scenes.push(position);
        }
        graph.scenes.push(jobs);
    }
    let episode = episode_request(campaign, &graph, settings, sources)?;
    graph.episode = Some(graph.add(Chosen::only(Request::Episode(episode)), Billing::Free, None));
    Ok(graph)
}

/// The maker of voices, with the voices that the campaign keeps for itself.
fn with_own_voices<'a>(maker: &'a Maker, choices: &Choices) -> Cow<'a, Maker> {
    let Some(own) = choices.voices.get(&maker.made_by.provider) else { return Cow::Borrowed(maker) };
    let mut maker = maker.clone();
    maker.speech.voices.extend(own.iter().map(|(alias, pin)| (alias.clone(), pin.voice_id.clone())));
    Cow::Owned(maker)
}

/// The title and every clip in the order of the script.
fn episode_request(
    campaign: &Campaign,
    graph: &Graph,
    settings: &Settings,
    sources: &Sources,
) -> Result<EpisodeRequest, MissingSource> {
    let key_of = |index: JobIndex| graph.jobs[index].key;
    let title = graph.title.map(|title| EpisodePart { clip: key_of(title), voice: None, speaker: None, fade: None });
    let parts = graph.scenes.iter().enumerate().filter_map(|(position, jobs)| {
        let speaker = campaign.line(position).map(|line| campaign.profile(line.speaker).speaker.clone());
        Some(EpisodePart {
            clip: key_of(jobs.clip?),
            voice: jobs.heard().map(key_of),
            speaker,
            fade: jobs.fade.map(key_of),
        })
    });
    Ok(EpisodeRequest {
        made_by: settings.episode.clone(),
        parts: title.into_iter().chain(parts).collect(),
        music: campaign.music.as_ref().map(|path| source_of(path, sources)).transpose()?,
        title: campaign.topic.clone(),
    })
}

/// A request with the take that was chosen.
struct Chosen {
    request: Request,
    /// `None` for what has no takes.
    base: Option<JobKey>,
}

impl Chosen {
    fn only(request: Request) -> Self {
        Self { request, base: None }
    }
}

/// Puts the chosen take into a request.
fn chosen(request: Request, choices: &Choices) -> Chosen {
    if !request.has_takes() {
        return Chosen::only(request);
    }
    let base = request.base();
    let request = match choices.pick(base) {
        Pick::Take(take) if take.max(1) == request.take() => request,
        Pick::Take(take) => request.with_take(take.max(1)),
        Pick::SameBaby { take, face } => request.with_take(take.max(1)).keeping(face),
        Pick::Kept(key) if request.product() == Product::Portrait => {
            Request::Kept { key, instead_of: Box::new(request) }
        }
        Pick::Kept(_) => request.with_take(1),
    };
    Chosen { request, base: Some(base) }
}

/// Own material and kept pictures cost nothing: nobody is called for them. Videos are made here.
fn billing_of(request: &Request, maker: &Maker) -> Billing {
    match request {
        Request::Portrait(_) | Request::Voice(_) | Request::Dialogue(_) => maker.billing,
        Request::OwnPortrait { .. }
        | Request::OwnVoice { .. }
        | Request::Kept { .. }
        | Request::Marks(_)
        | Request::CutVoice(_)
        | Request::ShapedVoice(_)
        | Request::Clip(_)
        | Request::Fade(_)
        | Request::Episode(_) => Billing::Free,
    }
}

fn source_of(path: &MaterialPath, sources: &Sources) -> Result<AssetHash, MissingSource> {
    sources.get(path).ok_or_else(|| MissingSource(path.clone()))
}

fn portrait_request(
    campaign: &Campaign,
    speaker: SpeakerIndex,
    look: u32,
    maker: &Maker,
    sources: &Sources,
) -> Result<Request, MissingSource> {
    let profile = campaign.profile(campaign.face_of(speaker));
    if let Some(path) = &profile.portrait {
        return Ok(Request::OwnPortrait { source: source_of(path, sources)? });
    }
    let mut made_by = maker.made_by.clone();
    if made_by.version.is_none()
        && let Some(model) = &profile.model
    {
        made_by.model.clone_from(model);
    }
    let mut portrait = PortraitRequest {
        made_by,
        prompt: PortraitPrompt::new(profile).text(),
        tone: profile.tone(),
        tone_text: profile.tone_text.clone(),
        appearance: profile.appearance.clone(),
        reference: None,
        same_baby: None,
        look,
        take: 1,
    };
    portrait.reference = match &profile.reference {
        Some(Reference::File(path)) => Some(Face::Source(source_of(path, sources)?)),
        Some(Reference::Take(take)) => Some(Face::of(&without_reference(&portrait, *take), &portrait)),
        None => None,
    };
    Ok(Request::Portrait(portrait))
}

/// That take of the profile as it is without its reference.
fn without_reference(portrait: &PortraitRequest, take: u32) -> PortraitRequest {
    PortraitRequest { take, reference: None, same_baby: None, ..portrait.clone() }
}

/// The take whose face a portrait keeps because its profile says so: it is made first where it is not there.
fn lender(request: &Request, profile: &Profile) -> Option<Chosen> {
    let (Request::Portrait(portrait), Some(Reference::Take(take))) = (request, &profile.reference) else { return None };
    let lender = Request::Portrait(without_reference(portrait, *take));
    let base = Some(lender.base());
    (portrait.face() == Some(Face::Made(lender.key()))).then_some(Chosen { request: lender, base })
}

fn voice_request(
    campaign: &Campaign,
    said: &[Option<String>],
    position: usize,
    line: &Dialogue,
    maker: &Maker,
    look: u32,
    sources: &Sources,
) -> Result<Request, MissingSource> {
    if let Some(path) = &line.audio {
        return Ok(Request::OwnVoice { source: source_of(path, sources)? });
    }
    let profile: &Profile = campaign.profile(line.speaker);
    Ok(Request::Voice(VoiceRequest {
        made_by: maker.speaks_for(profile).clone(),
        voice_id: maker.speech.voice(&profile.voice_id),
        text: said[position].clone().unwrap_or_default(),
        tone: profile.tone(),
        neighbours: maker.speech.neighbours.then(|| neighbours(said, position)),
        look,
        take: 1,
    }))
}

/// The lines next to a scene as they are spoken, media in between left out.
fn neighbours(said: &[Option<String>], position: usize) -> Neighbours {
    Neighbours {
        before: said[..position].iter().rev().flatten().next().cloned(),
        after: said[position + 1..].iter().flatten().next().cloned(),
    }
}
