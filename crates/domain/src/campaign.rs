//! What a campaign file says, after every check has passed. Made only by [`read`](crate::read()); what is here can be
//! trusted: speakers have profiles, paths stay inside, texts carry no control characters.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::captions::CaptionLook;
use super::cast::Member;
use super::ids::CampaignId;
use super::language::Language;
use super::markup;
use super::pronounce::Pronunciation;
use super::sfx::Sfx;
use super::tags::{self, Performs};
use super::text::composed;
use super::tone::Tone;
use super::voice_shape::VoiceShape;

/// A whole campaign.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Campaign {
    /// Names the campaign's files and folders, and is how commands name the campaign.
    pub id: CampaignId,
    /// The title of the episode, at most [`LONGEST_TOPIC`](crate::read::limits::LONGEST_TOPIC) characters.
    pub topic: String,
    /// At least one, at most [`Campaign::MOST_SCENES`].
    pub scenes: Vec<Scene>,
    /// In the order of the file, at most [`Campaign::MOST_BABIES`]. [`SpeakerIndex`] points into it.
    pub profiles: Vec<Profile>,
    /// How to spell words for the voice, at most [`Campaign::MOST_WORDS`].
    pub pronounce: Pronunciation,
    /// For every line; media scenes fill the frame in both layouts.
    pub layout: Layout,
    /// How every scene is entered that does not say so itself.
    pub transition: Transition,
    /// How every line is spoken that does not say so itself.
    pub voice_mode: VoiceMode,
    /// For every scene that shows words.
    pub captions: CaptionLook,
    /// Stands in every picture of the video, such as "AI".
    pub label: Option<String>,
    /// Plays softly under the whole episode; `None` is no music.
    pub music: Option<Music>,
}

/// What plays softly under a whole episode.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Music {
    /// A file of the user's own, again and again.
    File(MaterialPath),
    /// Made by a provider from words, and repeated.
    Prompt {
        /// What is to be heard.
        prompt: String,
        /// How long it is before it begins again, in seconds.
        seconds: f64,
    },
}

impl Music {
    /// Seconds that music from words may be long, as providers make it.
    pub const SECONDS: (f64, f64) = (3.0, 300.0);
    /// How long it is where nothing is said, in seconds.
    pub const USUAL_SECONDS: f64 = 30.0;

    /// The file of the user's own.
    pub fn file(&self) -> Option<&MaterialPath> {
        match self {
            Music::File(path) => Some(path),
            Music::Prompt { .. } => None,
        }
    }
}

/// Position of a profile in [`Campaign::profiles`]; only the reader makes one, so it always points at a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct SpeakerIndex(pub(super) usize);

/// One entry of the script.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Scene {
    /// It makes a voice and a clip.
    Dialogue(Dialogue),
    /// It makes a clip and no voice.
    Media(Media),
}

/// A line that a baby speaks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dialogue {
    /// Whose voice is heard and whose portrait talks.
    pub speaker: SpeakerIndex,
    /// Shown as the caption, and spoken unless `say` is given.
    pub text: String,
    /// Spoken as written, in place of `text`; `None` where the two are the same.
    pub say: Option<String>,
    /// The user's own recording instead of a made voice.
    pub audio: Option<MaterialPath>,
    /// `None` is as the campaign says.
    pub transition: Option<Transition>,
    /// `None` is as the campaign says.
    pub voice_mode: Option<VoiceMode>,
    /// Heard behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sfx: Option<Sfx>,
}

/// A picture, sound or video of the user's own between the lines.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Media {
    /// The name does not say which of the three it is; its bytes do.
    pub source: MaterialPath,
    /// Stands over the whole scene; `None` shows no words.
    pub caption: Option<String>,
    /// In seconds; `None` is the sound's or video's own length, or a default for a picture.
    pub duration_s: Option<f64>,
    /// `None` is as the campaign says.
    pub transition: Option<Transition>,
    /// Heard with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sfx: Option<Sfx>,
}

impl Scene {
    /// The effect that is heard in it or behind it.
    pub fn sfx(&self) -> Option<&Sfx> {
        match self {
            Scene::Dialogue(line) => line.sfx.as_ref(),
            Scene::Media(media) => media.sfx.as_ref(),
        }
    }
}

/// One baby.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// The name in the file: any text without control characters.
    pub speaker: String,
    /// The tone as written; [`Profile::tone`] is what it means.
    pub tone_text: String,
    /// A provider's voice id or an alias such as `baby_voice_1`.
    pub voice_id: String,
    /// What it speaks: its own language, or that of the campaign.
    pub language: Language,
    /// How the spoken voice is bent afterwards; `None` is not at all.
    pub voice_shape: Option<VoiceShape>,
    /// Free words for a portrait that is made or drawn; `None` leaves all but the tone to its maker.
    pub appearance: Option<String>,
    /// The user's own picture instead of a made portrait.
    pub portrait: Option<MaterialPath>,
    /// The face that a new portrait should keep.
    pub reference: Option<Reference>,
    /// The member of the cast that it is: what the profile left unsaid was taken from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cast: Option<Box<Member>>,
    /// Twins: this baby is drawn as that one.
    pub same_as: Option<SpeakerIndex>,
    /// The baby whose portrait it wears: itself, or the one at the end of a chain of twins. The reader follows the chains
    /// and refuses rings.
    pub face: SpeakerIndex,
    /// Image model instead of the configured one.
    pub model: Option<String>,
    /// Whether its photo talks.
    pub motion: Motion,
}

/// Whether a photo talks in a clip. The drawn baby always does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// It talks where its face can be moved well, and else moves as a whole.
    #[default]
    Auto,
    /// It talks wherever a face is found.
    Talk,
    /// It moves as a whole.
    Still,
}

impl Profile {
    /// The expression that `tone_text` is matched to: [`Tone::Neutral`] where no word is known.
    pub fn tone(&self) -> Tone {
        Tone::from_words(&self.tone_text)
    }

    /// The member of the cast that it is.
    pub fn member(&self) -> Option<&Member> {
        self.cast.as_deref()
    }

    /// The member whose face it has: a picture or a reference of its own goes before it.
    pub fn face_of_cast(&self) -> Option<&Member> {
        self.member().filter(|_| self.portrait.is_none() && self.reference.is_none())
    }

    /// Whether it asks for the very portrait of this member, and not for one in another tone.
    pub fn looks_like(&self, member: &Member) -> bool {
        self.tone_text == member.tone_text && self.appearance == member.appearance && self.model == member.model
    }

    /// The user's own picture that is its face, or that of the member it is.
    pub fn own_picture(&self) -> Option<&MaterialPath> {
        self.portrait.as_ref().or(self.face_of_cast().and_then(|member| member.portrait.as_ref()))
    }

    /// The picture file whose face a portrait of it keeps.
    pub fn reference_file(&self) -> Option<&MaterialPath> {
        match self.reference.as_ref().or(self.face_of_cast().and_then(|member| member.reference.as_ref())) {
            Some(Reference::File(path)) => Some(path),
            Some(Reference::Take(_)) | None => None,
        }
    }
}

/// Where the face of a new portrait comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// A picture beside the campaign file.
    File(MaterialPath),
    /// An earlier portrait of this baby, by the number of its take, from 1.
    Take(u32),
}

/// How the babies stand in the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// The baby that speaks fills the frame.
    #[default]
    Solo,
    /// Two babies side by side.
    Duo,
}

/// How one scene gives way to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transition {
    /// From one picture to the next.
    #[default]
    Cut,
    /// A cross-fade of a third of a second; nothing after it moves.
    Fade,
}

/// How lines are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoiceMode {
    /// Each by itself.
    #[default]
    Lines,
    /// Those that follow each other together, so that one answers the other.
    Dialogue,
}

/// A file of the user's own, relative to the campaign file and, as far as its text can tell, never outside that
/// folder (links are checked when the file is opened).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct MaterialPath(String);

/// Why a text is no [`MaterialPath`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MaterialPathError {
    /// No text, or one that names the campaign's own folder, such as `a/..`.
    #[error("the path is empty")]
    Empty,
    /// It has `://` in it.
    #[error("network addresses are not fetched; download the file into the campaign's folder")]
    Network,
    /// It starts with `/`, `\` or a drive letter.
    #[error("the path must be relative to the campaign file")]
    Absolute,
    /// Its `..` climb above the campaign's folder at some step.
    #[error("the path leads out of the campaign's folder")]
    Outside,
}

impl MaterialPath {
    /// Whether the name is that of a video file. What a file is, only its bytes say.
    pub fn is_video(&self) -> bool {
        let extension = self.as_path().extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        ["mp4", "m4v", "mov", "webm", "mkv"].iter().any(|video| extension.eq_ignore_ascii_case(video))
    }

    /// Both `/` and `\` separate folders, so that a file written on one system cannot escape on another.
    pub fn new(text: &str) -> Result<Self, MaterialPathError> {
        if text.trim().is_empty() {
            return Err(MaterialPathError::Empty);
        }
        if text.contains("://") {
            return Err(MaterialPathError::Network);
        }
        let drive = text.as_bytes().get(1) == Some(&b':');
        if drive || text.starts_with(['/', '\\']) {
            return Err(MaterialPathError::Absolute);
        }
        let mut depth = 0usize;
        for part in text.split(['/', '\\']) {
            match part {
                "" | "." => {}
                ".." => depth = depth.checked_sub(1).ok_or(MaterialPathError::Outside)?,
                _ => depth += 1,
            }
        }
        if depth == 0 {
            return Err(MaterialPathError::Empty);
        }
        Ok(Self(text.to_owned()))
    }

    /// As the file writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Relative: it has to be joined to the folder of the campaign file.
    pub fn as_path(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl Campaign {
    /// What is spoken of a line: `say` as written, else its text without markup and with its words as they are pronounced;
    /// of its audio tags those that the voice performs. Only a voice that reads sounds is given any.
    pub fn spoken(&self, line: &Dialogue, performs: Performs, reads_sounds: bool) -> String {
        let text = match &line.say {
            Some(_) => Cow::Borrowed(""),
            None => markup::spoken(&line.text, &self.profile(line.speaker).speaker, reads_sounds),
        };
        match text {
            Cow::Borrowed(_) => self.pronounce.spoken(line, performs, reads_sounds),
            Cow::Owned(text) => self.pronounce.spoken(&Dialogue { text, ..line.clone() }, performs, reads_sounds),
        }
    }

    /// What is read of a line: neither markup nor audio tags.
    pub fn caption<'c>(&self, line: &'c Dialogue) -> Cow<'c, str> {
        match markup::spoken(&line.text, &self.profile(line.speaker).speaker, false) {
            Cow::Borrowed(text) => tags::without_tags(text),
            Cow::Owned(text) => Cow::Owned(tags::without_tags(&text).into_owned()),
        }
    }

    /// Scenes of one script.
    pub const MOST_SCENES: usize = 10_000;
    /// Entries of `baby_profiles`.
    pub const MOST_BABIES: usize = 1_000;
    /// Words of `pronounce`.
    pub const MOST_WORDS: usize = 5_000;
    /// Bytes of a campaign file.
    pub const LARGEST_FILE: u64 = 8 * 1024 * 1024;

    /// The index must be of this campaign: one of another campaign may point at a stranger or at nothing.
    pub fn profile(&self, speaker: SpeakerIndex) -> &Profile {
        &self.profiles[speaker.0]
    }

    /// Every speaker with its profile, in file order.
    pub fn speakers(&self) -> impl ExactSizeIterator<Item = (SpeakerIndex, &Profile)> {
        self.profiles.iter().enumerate().map(|(position, profile)| (SpeakerIndex(position), profile))
    }

    /// The profile of this exact name. Composed and decomposed accents are the same, upper and lower case are not.
    pub fn speaker_named(&self, name: &str) -> Option<SpeakerIndex> {
        let name = composed(name);
        self.profiles.iter().position(|profile| profile.speaker == *name).map(SpeakerIndex)
    }

    /// The baby whose portrait `speaker` wears.
    pub fn face_of(&self, speaker: SpeakerIndex) -> SpeakerIndex {
        self.profile(speaker).face
    }

    /// The line at this position of the script; `None` for a media scene and past the end.
    pub fn line(&self, scene: usize) -> Option<&Dialogue> {
        match self.scenes.get(scene) {
            Some(Scene::Dialogue(line)) => Some(line),
            Some(Scene::Media(_)) | None => None,
        }
    }

    /// How the scene at this position is entered from what stands before it.
    pub fn transition_into(&self, scene: usize) -> Transition {
        let own = match self.scenes.get(scene) {
            Some(Scene::Dialogue(line)) => line.transition,
            Some(Scene::Media(media)) => media.transition,
            None => None,
        };
        own.unwrap_or(self.transition)
    }

    /// How a line is spoken, where its voice can choose.
    pub fn voice_mode_of(&self, line: &Dialogue) -> VoiceMode {
        line.voice_mode.unwrap_or(self.voice_mode)
    }

    /// Every file of the user's own that the campaign names, once each.
    pub fn materials(&self) -> BTreeSet<&MaterialPath> {
        let mut materials = BTreeSet::new();
        for scene in &self.scenes {
            match scene {
                Scene::Dialogue(line) => materials.extend(line.audio.as_ref()),
                Scene::Media(media) => {
                    materials.insert(&media.source);
                }
            }
        }
        for profile in &self.profiles {
            materials.extend(profile.own_picture().into_iter().chain(profile.reference_file()));
        }
        materials.extend(self.music.as_ref().and_then(Music::file));
        materials
    }
}

impl SpeakerIndex {
    /// From 0, in the order of `baby_profiles`.
    pub fn position(self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn material_never_leaves_the_folder() {
        for good in ["cover.png", "media/cover.png", "./a", "a/../b", "weird name.wav", "a//b"] {
            assert!(MaterialPath::new(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", MaterialPathError::Empty),
            ("a/..", MaterialPathError::Empty),
            ("/etc/passwd", MaterialPathError::Absolute),
            ("\\\\host\\share", MaterialPathError::Absolute),
            ("C:\\x", MaterialPathError::Absolute),
            ("../x", MaterialPathError::Outside),
            ("a/../../x", MaterialPathError::Outside),
            ("a\\..\\..\\x", MaterialPathError::Outside),
            ("https://example.com/a.png", MaterialPathError::Network),
        ] {
            assert_eq!(MaterialPath::new(bad), Err(why), "{bad:?}");
        }
    }
}
