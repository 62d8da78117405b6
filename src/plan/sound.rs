//! Requests for sounds that are no voices: effects and music. Built-in ones are synthesised here, for nothing; what a campaign
//! describes in words is bought where somebody makes it, and a built-in sound stands in where nobody does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::key::JobKey;
use super::made_by::MadeBy;
use super::provider_id::ProviderId;
use crate::domain::{Effect, MicroDollars, Music, Sfx, SfxSound};

/// Changes whenever a built-in effect sounds otherwise, so that a new version makes them again.
const VERSION: u32 = 1;

/// The built-in music: its name as a model.
pub const MUSIC_BOX: &str = "music_box";

/// The next line waits for an effect so long at most.
const LONGEST_HOLD: u32 = 1_500;

/// An effect or music.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SoundRequest {
    /// Who makes it; of a built-in sound, the model is its name.
    pub made_by: MadeBy,
    /// What is to be heard; `None` for a built-in sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// How long it is to be; `None` for a built-in sound, which has its own length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u32>,
}

/// Who makes sounds from words, and at which price.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SoundMakers {
    /// Who makes effects.
    pub effects: MadeBy,
    /// An upper bound for one effect.
    pub effect: MicroDollars,
    /// Who makes music.
    pub music: MadeBy,
    /// An upper bound for each second of music that is begun.
    pub music_second: MicroDollars,
}

/// How a clip uses an effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipEffect {
    /// The job that makes it.
    pub sound: JobKey,
    /// When it begins, from the end of the voice; in a media scene from the first picture.
    pub at_milliseconds: i32,
    /// How long the clip waits for it at least, from there on.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub hold_milliseconds: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn is_nothing(milliseconds: &u32) -> bool {
    *milliseconds == 0
}

impl SoundRequest {
    /// A built-in sound, by this version.
    fn built_in(name: &str) -> Self {
        let provider = ProviderId::Effects;
        let (endpoint, parameters) = (None, BTreeMap::new());
        let made_by = MadeBy { provider, model: name.to_owned(), version: Some(VERSION), endpoint, parameters };
        Self { made_by, prompt: None, milliseconds: None }
    }

    /// Whether it is synthesised here.
    pub fn is_built_in(&self) -> bool {
        self.made_by.provider == ProviderId::Effects
    }

    /// The effect that a scene asks for, and an upper bound of what making it costs.
    pub(super) fn of_effect(sfx: &Sfx, makers: Option<&SoundMakers>) -> (Self, MicroDollars) {
        match (&sfx.sound, makers) {
            (SfxSound::Named(effect), _) => (Self::built_in(effect.name()), MicroDollars::ZERO),
            (SfxSound::Prompt { prompt, .. }, None) => {
                (Self::built_in(Effect::closest_to(prompt).name()), MicroDollars::ZERO)
            }
            (SfxSound::Prompt { prompt, .. }, Some(makers)) => {
                Self::bought(&makers.effects, prompt, sfx.milliseconds(), makers.effect)
            }
        }
    }

    /// The music from words that a campaign asks for; `None` for a file of the user's own.
    pub(super) fn of_music(music: &Music, makers: Option<&SoundMakers>) -> Option<(Self, MicroDollars)> {
        let Music::Prompt { prompt, seconds } = music else { return None };
        let Some(makers) = makers else { return Some((Self::built_in(MUSIC_BOX), MicroDollars::ZERO)) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`check` holds it within minutes")]
        let milliseconds = (seconds * 1000.0).round() as u32;
        let price = MicroDollars(makers.music_second.0.saturating_mul(u64::from(milliseconds.div_ceil(1000))));
        Some(Self::bought(&makers.music, prompt, milliseconds, price))
    }

    fn bought(made_by: &MadeBy, prompt: &str, milliseconds: u32, price: MicroDollars) -> (Self, MicroDollars) {
        let (prompt, milliseconds) = (Some(prompt.to_owned()), Some(milliseconds));
        (Self { made_by: made_by.clone(), prompt, milliseconds }, price)
    }
}

impl ClipEffect {
    /// As a scene asks for it. A line waits for its effect; a media scene is as long as it is.
    pub(super) fn new(sfx: &Sfx, sound: JobKey, waits: bool) -> Self {
        let hold_milliseconds = if waits { sfx.milliseconds().min(LONGEST_HOLD) } else { 0 };
        #[expect(clippy::cast_possible_truncation, reason = "`check` holds it within half a minute")]
        let at_milliseconds = (sfx.at_s * 1000.0).round() as i32;
        Self { sound, at_milliseconds, hold_milliseconds }
    }

    /// When it begins, in seconds after the first picture of a clip whose voice has this length.
    pub fn begins(&self, voice_seconds: f64) -> f64 {
        voice_seconds + f64::from(self.at_milliseconds) / 1000.0
    }

    /// How long such a clip is at least, in seconds.
    pub fn least_seconds(&self, voice_seconds: f64) -> f64 {
        self.begins(voice_seconds) + f64::from(self.hold_milliseconds) / 1000.0
    }
}
