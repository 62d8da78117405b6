//! Which provider makes what, and at which price: plain facts, so that planning stays pure.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dialogue::Dialogues;
use super::face::Face;
use super::made_by::MadeBy;
use super::request::Request;
use super::sound::SoundMakers;
use crate::domain::tags::Performs;
use crate::domain::{Language, MicroDollars, Profile, VoiceMix};

/// Drafts come from the built-in parts, free; finals from the configured providers.
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
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Mode {
    /// By the built-in parts, free.
    Draft,
    /// By the providers that the config names, mostly for money.
    Final,
}

impl Mode {
    /// As it is written in JSON and in the home: `draft` or `final`.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What a call costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Billing {
    /// Made on this machine: no money, no attempt to keep record of.
    Free,
    /// An upper bound of what one call is billed.
    Metered {
        /// Of any call, however long its text.
        per_call: MicroDollars,
        /// A character of the prompt or of the spoken text.
        per_character: MicroDollars,
        /// A reference picture that is sent along.
        per_reference: MicroDollars,
    },
    /// An upper bound of what one call to a language model is billed.
    Words {
        /// The longest answer.
        per_call: MicroDollars,
        /// What the model reads, for each thousand begun: a single character costs less than the smallest amount.
        per_thousand_characters: MicroDollars,
    },
}

/// One provider as configured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Maker {
    /// Who makes it: part of every request.
    pub made_by: MadeBy,
    /// What each call costs.
    pub billing: Billing,
    /// Of a voice provider.
    pub speech: Speech,
}

/// What planning must know of a voice provider.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Speech {
    /// Aliases of campaign files → the provider's own voices. Other ids are sent as they are.
    pub voices: BTreeMap<String, String>,
    /// Whether the lines before and after are sent along, so that the voice goes on from them. Then a changed line remakes
    /// its neighbours too.
    pub neighbours: bool,
    /// What becomes of audio tags in a line.
    pub performs: Performs,
    /// Whether the voice reads sounds that the writer gives: `[gnocchi](/njˈɑki/)`.
    pub sounds: bool,
    /// What it can speak together; `None` where each line is a call of its own.
    pub dialogues: Option<Dialogues>,
    /// Who speaks the languages that the voice itself does not.
    pub languages: BTreeMap<Language, MadeBy>,
    /// Whether what it speaks is bent into a baby's voice afterwards, where the profile does not say how.
    pub raised: bool,
    /// Who speaks for a profile that names a voice of the larger pack or a mix of them, where that is installed.
    pub mixes: Option<MadeBy>,
}

impl Speech {
    /// The provider's name of a voice.
    pub fn voice(&self, id: &str) -> String {
        self.voices.get(id).map_or(id, String::as_str).to_owned()
    }
}

impl Maker {
    /// Who speaks for a baby: the voice itself, or who stands in for it in the baby's language, or for the voice that the
    /// baby names.
    pub fn speaks_for(&self, profile: &Profile) -> &MadeBy {
        let in_its_language = self.speech.languages.get(&profile.language);
        in_its_language.or_else(|| self.mix_of(profile)).unwrap_or(&self.made_by)
    }

    /// Whether sounds that the writer gives are read for a baby.
    pub fn reads_sounds_of(&self, profile: &Profile) -> bool {
        !self.speech.languages.contains_key(&profile.language) && (self.speech.sounds || self.mix_of(profile).is_some())
    }

    fn mix_of(&self, profile: &Profile) -> Option<&MadeBy> {
        self.speech.mixes.as_ref().filter(|_| VoiceMix::parse(&profile.voice_id).is_some())
    }
}

/// The providers of one mode.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// Who makes portraits.
    pub image: Maker,
    /// Who speaks lines.
    pub voice: Maker,
    /// Who makes effects and music from words; `None` where built-in ones stand in.
    pub sounds: Option<SoundMakers>,
    /// Clips, cross-fades and episodes are always made here, by one encoder.
    pub clip: MadeBy,
    /// Clips in which a photo may talk: another version, so that a change of it leaves all others made.
    pub talking: MadeBy,
    /// Who looks for the face of a photo.
    pub marks: MadeBy,
    /// Clips of video files: what becomes of them depends on whether ffmpeg is there.
    pub video_file: MadeBy,
    /// Who encodes cross-fades.
    pub fade: MadeBy,
    /// Who joins the finished video.
    pub episode: MadeBy,
}

/// Whether keeping this face takes a picture that is sent along.
pub(super) fn sends_a_picture(face: Option<Face>) -> bool {
    matches!(face, Some(Face::Source(_) | Face::Made(_)))
}

impl Billing {
    /// Of a call that costs this at most, whatever is asked; free where it costs nothing.
    pub(super) fn of_a_call(price: MicroDollars) -> Self {
        let none = MicroDollars::ZERO;
        if price.is_zero() {
            return Billing::Free;
        }
        Billing::Metered { per_call: price, per_character: none, per_reference: none }
    }

    /// An upper bound of what `request` costs. A metered call is never priced at nothing, whatever the config says: it is
    /// billed by somebody else, so it takes consent and a record.
    pub fn price(self, request: &Request) -> MicroDollars {
        let (per_call, per_character, per_reference) = match self {
            Billing::Free => return MicroDollars::ZERO,
            Billing::Metered { per_call, per_character, per_reference } => (per_call, per_character, per_reference),
            Billing::Words { per_call, per_thousand_characters } => {
                let Request::Script(script) = request else { return MicroDollars::ZERO };
                let thousands = (script.characters() as u64).div_ceil(1_000);
                let read = MicroDollars(per_thousand_characters.0.saturating_mul(thousands));
                return (per_call + read).max(MicroDollars(1));
            }
        };
        let (characters, references) = match request {
            Request::Portrait(portrait) => {
                (portrait.sent_prompt().chars().count(), u64::from(sends_a_picture(portrait.face())))
            }
            Request::Voice(voice) => (voice.text.chars().count(), 0),
            Request::Dialogue(dialogue) => (dialogue.characters(), 0),
            // Its whole price is that of the call.
            Request::Effect(_) | Request::Music(_) => (0, 0),
            Request::OwnPortrait { .. }
            | Request::OwnVoice { .. }
            | Request::Kept { .. }
            | Request::Marks(_)
            | Request::CutVoice(_)
            | Request::ShapedVoice(_)
            | Request::Transcript(_)
            | Request::ChangedVoice(_)
            | Request::Clip(_)
            | Request::Fade(_)
            | Request::Episode(_)
            | Request::Script(_) => {
                return MicroDollars::ZERO;
            }
        };
        let price = per_call
            + MicroDollars(per_character.0.saturating_mul(characters as u64))
            + MicroDollars(per_reference.0.saturating_mul(references));
        price.max(MicroDollars(1))
    }
}
