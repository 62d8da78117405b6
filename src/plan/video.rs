//! Requests for what moves: the clip of one scene and the episode of a whole campaign. They name what they are made of by
//! key, so a changed word changes its voice, its clip and the episode, and nothing else.

use serde::{Deserialize, Serialize};

use super::key::{AssetHash, JobKey};
use super::made_by::MadeBy;
use super::sound::ClipEffect;
use crate::domain::{CaptionLook, Tone};

/// Where the face of a portrait is, and whether it can talk: looked for once, free, and kept beside the portrait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarksRequest {
    /// The built-in finder of faces, with its version.
    pub made_by: MadeBy,
    /// The job that makes the photo.
    pub portrait: JobKey,
    /// Whether a face that fails a gate talks all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forced: bool,
}

/// How a photo talks in a clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talks {
    /// The job that finds its face.
    pub marks: JobKey,
    /// How lively it is.
    pub tone: Tone,
}

/// The silent picture of one scene, 1080 × 1920, as long as its sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClipRequest {
    /// Who draws and encodes it.
    pub made_by: MadeBy,
    /// What fills the frame.
    pub shown: Shown,
    /// The sound that lips and captions follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<JobKey>,
    /// What is written in the picture, as people read it; `None` is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The fonts of the machine that its words need beside the embedded ones. Another machine may have others: then the clip
    /// is another one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fonts: Vec<FontUsed>,
    /// How its caption looks.
    #[serde(default, skip_serializing_if = "CaptionLook::is_default")]
    pub look: CaptionLook,
    /// A few letters that stand in every picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// `None` is as long as the sound or the video file, or a usual length for a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u32>,
    /// Whether the next line of its dialogue follows at once, without a breath.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub goes_on: bool,
    /// What is heard behind the voice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<ClipEffect>,
}

/// A font file of the machine that planned a clip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FontUsed {
    /// Its family, for people.
    pub name: String,
    /// The hash of the font file.
    pub file: AssetHash,
    /// Its place in a file of several fonts.
    #[serde(default, skip_serializing_if = "is_first")]
    pub index: u32,
}

/// What fills the frame of a clip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The baby that speaks.
    Solo {
        /// The job that makes its face.
        portrait: JobKey,
        /// `None` where the portrait is drawn, which always talks, or a photo that stays still.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        talks: Option<Talks>,
    },
    /// Two babies, one of them speaking.
    Duo {
        /// The job that makes the face on the left.
        left: JobKey,
        /// The job that makes the face on the right.
        right: JobKey,
        /// Which of the two says the line.
        speaking: Side,
        /// As for one baby alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left_talks: Option<Talks>,
        /// As for one baby alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        right_talks: Option<Talks>,
    },
    /// The user's own picture, sound or video; which of them, its bytes say when the clip is made.
    Media {
        /// The hash of the file's bytes.
        source: AssetHash,
    },
    /// The title.
    Card {
        /// What it says.
        title: String,
    },
    /// What stands for a scene that is missing, and says so.
    Missing {
        /// Which scene is missing.
        title: String,
        /// Who would say what there, or what would be seen.
        lines: Vec<String>,
    },
}

/// Where a baby sits in the two-up layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The one that stands earlier in the campaign file.
    Left,
    /// The one that stands later in the campaign file.
    Right,
}

/// The cross-fade from one clip into the next: the only pictures of an episode that are encoded twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FadeRequest {
    /// Who encodes it.
    pub made_by: MadeBy,
    /// The clip that goes: its last five pictures.
    pub from: JobKey,
    /// The clip that comes: its first five pictures.
    pub to: JobKey,
}

/// One finished video with sound and captions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpisodeRequest {
    /// Who joins it.
    pub made_by: MadeBy,
    /// In order; the title comes first, where there is one.
    pub parts: Vec<EpisodePart>,
    /// The hash of the music file that plays under everything; `None` is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub music: Option<AssetHash>,
    /// The job of music from words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_music: Option<JobKey>,
    /// For the file's metadata.
    pub title: String,
}

/// One clip of an episode and what is heard with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpisodePart {
    /// The job of its pictures.
    pub clip: JobKey,
    /// `None` where the clip brings its own sound, or has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<JobKey>,
    /// Named in the subtitles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The cross-fade that it is entered by; `None` is a cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fade: Option<JobKey>,
    /// The job of the effect that its clip was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<JobKey>,
}

impl Shown {
    /// The portraits in the frame, from left to right, and the marks of those that are photos.
    pub fn inputs(&self) -> impl Iterator<Item = JobKey> {
        let (first, second) = match self {
            Shown::Solo { portrait, talks } => (Some((*portrait, *talks)), None),
            Shown::Duo { left, right, left_talks, right_talks, .. } => {
                (Some((*left, *left_talks)), Some((*right, *right_talks)))
            }
            Shown::Media { .. } | Shown::Card { .. } | Shown::Missing { .. } => (None, None),
        };
        let shots = first.into_iter().chain(second);
        shots.flat_map(|(portrait, talks)| std::iter::once(portrait).chain(talks.map(|talks| talks.marks)))
    }
}

impl ClipRequest {
    /// A title.
    pub fn card(made_by: MadeBy, title: String, fonts: Vec<FontUsed>, milliseconds: u32) -> Self {
        Self::text(made_by, Shown::Card { title }, fonts, milliseconds)
    }

    /// What stands for a missing scene.
    pub fn missing(
        made_by: MadeBy,
        title: String,
        lines: Vec<String>,
        fonts: Vec<FontUsed>,
        milliseconds: u32,
    ) -> Self {
        Self::text(made_by, Shown::Missing { title, lines }, fonts, milliseconds)
    }

    fn text(made_by: MadeBy, shown: Shown, fonts: Vec<FontUsed>, milliseconds: u32) -> Self {
        let look = CaptionLook::default();
        let (voice, caption, goes_on) = (None, None, false);
        let label = None;
        let effect = None;
        Self { made_by, shown, voice, caption, fonts, look, label, milliseconds: Some(milliseconds), goes_on, effect }
    }

    /// The jobs that it is made of: each face with its marks, then the voice and the effect.
    pub fn inputs(&self) -> impl Iterator<Item = JobKey> {
        self.shown.inputs().chain(self.voice).chain(self.effect.as_ref().map(|effect| effect.sound))
    }

    /// The same with a label in every picture, and the fonts that it needs.
    #[must_use]
    pub fn labelled(mut self, label: Option<&str>, fonts: Vec<FontUsed>) -> Self {
        let new = fonts.into_iter().filter(|font| !self.fonts.contains(font)).collect::<Vec<_>>();
        self.fonts.extend(new);
        self.label = label.map(str::to_owned);
        self
    }

    /// The silence behind its sound.
    pub fn breath_milliseconds(&self) -> u32 {
        if self.goes_on { 0 } else { BREATH_MILLISECONDS }
    }

    /// Whether it is long enough to give pictures to a cross-fade at either end, as far as its request tells: how long a
    /// sound is, only its maker knows.
    pub(super) fn can_fade(&self) -> bool {
        self.milliseconds.is_none_or(|milliseconds| milliseconds >= SHORTEST_FADED_MILLISECONDS)
    }
}

impl FadeRequest {
    /// The jobs that it is made of: the two clips.
    pub fn inputs(&self) -> [JobKey; 2] {
        [self.from, self.to]
    }
}

impl EpisodeRequest {
    /// The jobs that it is made of: of each part the clip, its voice, its cross-fade and its effect; then the music.
    pub fn inputs(&self) -> impl Iterator<Item = JobKey> {
        let of = |part: &EpisodePart| std::iter::once(part.clip).chain(part.voice).chain(part.fade).chain(part.effect);
        self.parts.iter().flat_map(of).chain(self.made_music)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn is_first(index: &u32) -> bool {
    *index == 0
}

/// The breath after a line before the next scene.
const BREATH_MILLISECONDS: u32 = 250;

/// A clip shorter than this is joined by a cut.
pub const SHORTEST_FADED_MILLISECONDS: u32 = 500;
