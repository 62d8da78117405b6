//! Requests: everything that decides the bytes of a product, and nothing else. No speaker name, campaign id or scene
//! number is in here, so the same baby is free in the next campaign.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::canonical::canonical_json;
use super::dialogue::{CutVoiceRequest, DialogueRequest};
use super::face::Face;
use super::key::{AssetHash, JobKey};
use super::made_by::MadeBy;
use super::provider_id::ProviderId;
use super::recording::{ChangedVoiceRequest, TranscriptRequest};
use super::script::ScriptRequest;
use super::shaped::ShapedVoiceRequest;
use super::sound::SoundRequest;
use super::video::{ClipRequest, EpisodeRequest, FadeRequest, MarksRequest};
use crate::domain::Tone;

/// What a job is asked to make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Request {
    /// A face, painted or drawn.
    Portrait(PortraitRequest),
    /// One line, spoken by itself.
    Voice(VoiceRequest),
    /// Lines that are spoken together.
    Dialogue(DialogueRequest),
    /// One line of a dialogue.
    CutVoice(CutVoiceRequest),
    /// The user's own picture, cropped to fill the portrait.
    OwnPortrait {
        /// The hash of the file's bytes.
        source: AssetHash,
    },
    /// The user's own recording, decoded and levelled.
    OwnVoice {
        /// The hash of the file's bytes.
        source: AssetHash,
    },
    /// A picture made by an earlier request, kept on purpose after the profile changed. Its job has that request's
    /// key, so it is never made again.
    Kept {
        /// That of the earlier request, and so of this one.
        key: JobKey,
        /// What the profile asks for now: its takes are those of this face.
        instead_of: Box<Request>,
    },
    /// Where the face of a photo is, and whether it can talk.
    Marks(MarksRequest),
    /// A voice, bent on this machine.
    ShapedVoice(ShapedVoiceRequest),
    /// A sound effect.
    Effect(SoundRequest),
    /// Music for an episode.
    Music(SoundRequest),
    /// What is said in a recording.
    Transcript(TranscriptRequest),
    /// A line of a recording in another voice.
    ChangedVoice(ChangedVoiceRequest),
    /// The silent pictures of a scene.
    Clip(ClipRequest),
    /// The cross-fade between two clips.
    Fade(FadeRequest),
    /// The finished video.
    Episode(EpisodeRequest),
    /// Words by a language model.
    Script(ScriptRequest),
}

/// A portrait, 1024 × 1536.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortraitRequest {
    /// Who paints or draws it; a built-in part has a version.
    pub made_by: MadeBy,
    /// What the profile makes of it; what is sent may end with a sentence more: see [`PortraitRequest::sent_prompt`].
    pub prompt: String,
    /// The tone that the words of the profile come closest to; the drawn baby's face shows it.
    pub tone: Tone,
    /// The tone in the profile's own words.
    pub tone_text: String,
    /// What the baby looks like and wears, in the profile's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appearance: Option<String>,
    /// The face that the profile asks to keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Face>,
    /// The face that this take alone keeps: "the same baby again". It goes before `reference`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_baby: Option<Face>,
    /// What was asked for beside the prompt, of this take alone: "smile less".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How many earlier profiles of the campaign ask for the same; 0 for the first. See [`crate::domain::look`].
    pub look: u32,
    /// From 1; 0 in the base of a request.
    pub take: u32,
}

/// One spoken line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VoiceRequest {
    /// Who speaks it.
    pub made_by: MadeBy,
    /// As the provider calls it: aliases are resolved.
    pub voice_id: String,
    /// What is spoken: `say` or `text`, with the campaign's pronunciations put in.
    pub text: String,
    /// How it is said, by voices that can say it in several ways.
    pub tone: Tone,
    /// What is said before and after, where the voice is asked to go on from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbours: Option<Neighbours>,
    /// How many earlier profiles of the campaign have this tone and voice; 0 for the first. See
    /// [`crate::domain::look`].
    pub look: u32,
    /// From 1; 0 in the base of a request.
    pub take: u32,
}

/// The lines around a spoken line; not spoken themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Neighbours {
    /// The line before; `None` for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The line after; `None` for the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What a request makes.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Product {
    /// The face of a baby.
    Portrait,
    /// Where the face of a photo is, and whether it talks.
    Marks,
    /// Several lines that were spoken together.
    Dialogue,
    /// One line, spoken, recorded or cut out of a dialogue.
    Voice,
    /// One line in the shape that its profile asks for.
    ShapedVoice,
    /// A sound effect of a scene.
    Effect,
    /// Music from words, of an episode.
    Music,
    /// What is said in a recording; of no campaign.
    Transcript,
    /// The silent pictures of one scene.
    Clip,
    /// The cross-fade between two clips.
    Fade,
    /// The finished video of a campaign.
    Episode,
    /// Words by a language model; no scene is made of it.
    Script,
}

impl Product {
    /// As it is written in JSON and in the home: `portrait`, `shaped_voice`, …
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether it can always be made again from other products, for nothing but time.
    pub fn is_derived(self) -> bool {
        matches!(self, Product::ShapedVoice | Product::Clip | Product::Fade | Product::Episode)
    }
}

impl Request {
    /// The request as canonical JSON: what the key is the hash of, and what `explain` compares.
    #[expect(clippy::expect_used, reason = "a request holds only strings, numbers and maps with string keys")]
    pub fn canonical(&self) -> Value {
        serde_json::to_value(self).expect("a request holds only strings, numbers and maps with string keys")
    }

    /// The hash of the canonical request; a kept picture has the key of the request that made it.
    pub fn key(&self) -> JobKey {
        match self {
            Request::Kept { key, .. } => *key,
            request => JobKey::of(canonical_json(request).as_bytes()),
        }
    }

    /// The key of the request without its take: what all takes of one face or line have in common.
    pub fn base(&self) -> JobKey {
        self.with_take(0).key()
    }

    /// The same request for another take, without what only this take keeps; own material and videos have only one. Of a
    /// kept picture, the take that it stands in for.
    pub fn with_take(&self, take: u32) -> Request {
        if let Request::Kept { instead_of, .. } = self {
            return instead_of.with_take(take);
        }
        let mut request = self.clone();
        match &mut request {
            Request::Portrait(portrait) => {
                (portrait.take, portrait.same_baby, portrait.note) = (take, None, None);
            }
            Request::Voice(voice) => voice.take = take,
            Request::Dialogue(dialogue) => dialogue.take = take,
            Request::Script(script) => script.take = take,
            Request::OwnPortrait { .. }
            | Request::OwnVoice { .. }
            | Request::Kept { .. }
            | Request::Marks(_)
            | Request::CutVoice(_)
            | Request::ShapedVoice(_)
            | Request::Effect(_)
            | Request::Music(_)
            | Request::Transcript(_)
            | Request::ChangedVoice(_)
            | Request::Clip(_)
            | Request::Fade(_)
            | Request::Episode(_) => {}
        }
        request
    }

    /// From 1; own material and videos are always take 1.
    pub fn take(&self) -> u32 {
        match self {
            Request::Portrait(portrait) => portrait.take,
            Request::Voice(voice) => voice.take,
            Request::Dialogue(dialogue) => dialogue.take,
            Request::Script(script) => script.take,
            Request::OwnPortrait { .. }
            | Request::OwnVoice { .. }
            | Request::Kept { .. }
            | Request::Marks(_)
            | Request::CutVoice(_)
            | Request::ShapedVoice(_)
            | Request::Effect(_)
            | Request::Music(_)
            | Request::Transcript(_)
            | Request::ChangedVoice(_)
            | Request::Clip(_)
            | Request::Fade(_)
            | Request::Episode(_) => 1,
        }
    }

    /// Whether another take can be asked for: not of the user's own material, and not of what is made of other
    /// products.
    pub fn has_takes(&self) -> bool {
        matches!(self, Request::Portrait(_) | Request::Voice(_) | Request::Dialogue(_) | Request::Kept { .. })
    }

    /// The jobs whose products this one is made of: they must be there first.
    pub fn inputs(&self) -> Vec<JobKey> {
        match self {
            Request::Marks(marks) => vec![marks.portrait],
            Request::CutVoice(cut) => vec![cut.dialogue],
            Request::ShapedVoice(shaped) => vec![shaped.voice],
            Request::Clip(clip) => clip.inputs().collect(),
            Request::Fade(fade) => fade.inputs().to_vec(),
            Request::Episode(episode) => episode.inputs().collect(),
            Request::Portrait(portrait) => match portrait.face() {
                Some(Face::Made(key)) => vec![key],
                Some(Face::Source(_) | Face::Drawn(_)) | None => Vec::new(),
            },
            Request::Voice(_)
            | Request::Dialogue(_)
            | Request::Script(_)
            | Request::Effect(_)
            | Request::Music(_)
            | Request::Transcript(_)
            | Request::ChangedVoice(_)
            | Request::OwnPortrait { .. }
            | Request::OwnVoice { .. }
            | Request::Kept { .. } => Vec::new(),
        }
    }

    /// What kind of thing it makes.
    pub fn product(&self) -> Product {
        match self {
            Request::Portrait(_) | Request::OwnPortrait { .. } | Request::Kept { .. } => Product::Portrait,
            Request::Dialogue(_) => Product::Dialogue,
            Request::Voice(_) | Request::CutVoice(_) | Request::OwnVoice { .. } | Request::ChangedVoice(_) => {
                Product::Voice
            }
            Request::Transcript(_) => Product::Transcript,
            Request::Marks(_) => Product::Marks,
            Request::ShapedVoice(_) => Product::ShapedVoice,
            Request::Effect(_) => Product::Effect,
            Request::Music(_) => Product::Music,
            Request::Clip(_) => Product::Clip,
            Request::Fade(_) => Product::Fade,
            Request::Episode(_) => Product::Episode,
            Request::Script(_) => Product::Script,
        }
    }

    /// The voices that speak in it, each once, as their provider calls them; nothing for what is made of other products.
    pub fn voices(&self) -> BTreeSet<&str> {
        match self {
            Request::Voice(line) => BTreeSet::from([line.voice_id.as_str()]),
            Request::Dialogue(dialogue) => dialogue.voices(),
            Request::ChangedVoice(line) => BTreeSet::from([line.voice_id.as_str()]),
            _ => BTreeSet::new(),
        }
    }

    /// Who makes it; `None` for own material and kept pictures.
    pub fn made_by(&self) -> Option<&MadeBy> {
        match self {
            Request::Portrait(portrait) => Some(&portrait.made_by),
            Request::Voice(voice) => Some(&voice.made_by),
            Request::Dialogue(dialogue) => Some(&dialogue.made_by),
            Request::CutVoice(cut) => Some(&cut.made_by),
            Request::Marks(marks) => Some(&marks.made_by),
            Request::ShapedVoice(shaped) => Some(&shaped.made_by),
            Request::Effect(sound) | Request::Music(sound) => Some(&sound.made_by),
            Request::Transcript(transcript) => Some(&transcript.made_by),
            Request::ChangedVoice(line) => Some(&line.made_by),
            Request::Clip(clip) => Some(&clip.made_by),
            Request::Fade(fade) => Some(&fade.made_by),
            Request::Episode(episode) => Some(&episode.made_by),
            Request::Script(script) => Some(&script.made_by),
            Request::OwnPortrait { .. } | Request::OwnVoice { .. } | Request::Kept { .. } => None,
        }
    }

    /// Who makes it; [`ProviderId::Own`] for own material and kept pictures.
    pub fn provider(&self) -> ProviderId {
        self.made_by().map_or(ProviderId::Own, |made_by| made_by.provider)
    }
}

/// What one output of a job is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// A portrait as it is used: 1024 × 1536.
    Picture,
    /// A line or a dialogue as it is used: a WAV file.
    Sound,
    /// The picture as the provider sent it, where it had to be cropped or converted.
    Original,
    /// Which character of the text is heard when.
    Alignment,
    /// Which line of a dialogue is heard when.
    Turns,
    /// Each word of a recording, with its times and who says it.
    Transcript,
    /// Where the face of a photo is, and whether it talks.
    Marks,
    /// The silent stream of a clip or a cross-fade, H.264 Annex B: what an episode is joined from.
    Video,
    /// Frames and spoken words of a clip; of a cross-fade its frames, none where its clips are too short for one.
    Words,
    /// The middle frame of a clip.
    Still,
    /// A finished MP4 with sound.
    Movie,
    /// Subtitles in SubRip's format.
    Srt,
    /// Subtitles in WebVTT's format, with the names of who speaks.
    Vtt,
    /// The picture that stands for the video in a list.
    Thumbnail,
    /// What was read back from a finished MP4, rule by rule.
    Lint,
    /// What a language model answered: see [`super::ScriptAnswer`].
    Script,
}

impl Role {
    /// Whether people look at it or listen to it, so that it says how it was made wherever it leaves the program.
    pub fn is_for_people(self) -> bool {
        match self {
            Role::Picture | Role::Original | Role::Still | Role::Thumbnail | Role::Sound | Role::Movie => true,
            Role::Alignment
            | Role::Turns
            | Role::Transcript
            | Role::Marks
            | Role::Video
            | Role::Words
            | Role::Srt
            | Role::Vtt
            | Role::Lint
            | Role::Script => false,
        }
    }

    /// As it is written in JSON and in the home: `picture`, `sound`, …
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// One stored output of a job: which file it is, and what a view wants to know without opening it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Which of the job's outputs it is; a job has at most one of each.
    pub role: Role,
    /// Of the file's bytes: its name among the assets.
    pub hash: AssetHash,
    /// Size of the file.
    pub bytes: u64,
    /// `image/png`, `audio/wav`, …
    pub media_type: String,
    /// Pixels of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Length of a sound or a video in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u32>,
}
