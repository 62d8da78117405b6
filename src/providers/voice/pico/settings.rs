//! Which baby speaks: every parameter that changes what the embedded voice says, chosen from the voice id, the tone, the
//! look and the take. Pure tables and arithmetic; called by the planner, which puts the result into the request of a job,
//! and by `speak`. Knows no text and no synthesiser.

use pico_engine::Language;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::{self, Tone, baby_number};
use crate::providers::voice::deliveries::{fold, spread, within};

/// How one line is spoken. All but the language are percentages of the grown-up voice, as heard in the finished sound.
/// Whole numbers, so that the canonical request has one spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoiceSettings {
    /// The language and accent.
    pub language: Language,
    /// The height of the voice: 165 is about 280 Hz.
    pub pitch: u16,
    /// The smallness of the head: at 110 all resonances lie a tenth higher.
    pub formant: u16,
    /// The pace: 110 is a tenth faster.
    pub speed: u16,
    /// Loudness, 100 being the level at which all voices are mixed.
    pub volume: u16,
}

/// What pitches and formants still sound like a baby, before the tone is applied.
const PITCH: (i32, i32) = (165, 220);
const FORMANT: (i32, i32) = (105, 125);
const SPEED: (i32, i32) = (86, 108);

/// One baby: accent, pitch, formant, speed.
type Baby = (Language, i32, i32, i32);

/// The voices `baby_voice_1` to `baby_voice_8`, made by ear to be told apart at once: neighbours differ in accent, pitch
/// and pace.
const BABIES: [Baby; 8] = [
    (Language::AmericanEnglish, 184, 112, 98),
    (Language::BritishEnglish, 206, 119, 100),
    (Language::AmericanEnglish, 212, 122, 106),
    (Language::BritishEnglish, 178, 107, 92),
    (Language::AmericanEnglish, 168, 106, 90),
    (Language::BritishEnglish, 220, 124, 104),
    (Language::AmericanEnglish, 198, 116, 94),
    (Language::BritishEnglish, 192, 111, 107),
];

/// The voice of a language; English has two, and the baby says which.
fn voice_of(language: domain::Language) -> Option<Language> {
    match language {
        domain::Language::English => None,
        domain::Language::German => Some(Language::German),
        domain::Language::Spanish => Some(Language::Spanish),
        domain::Language::French => Some(Language::French),
        domain::Language::Italian => Some(Language::Italian),
    }
}

/// The settings for one line in a language.
pub fn settings_in(spoken: domain::Language, voice_id: &str, tone: Tone, look: u32, take: u32) -> VoiceSettings {
    let settings = settings_for(voice_id, tone, look, take);
    VoiceSettings { language: voice_of(spoken).unwrap_or(settings.language), ..settings }
}

/// The settings for one line in English.
///
/// `baby_voice_1` to `baby_voice_8` are made by hand; any other id is given a baby of its own by its hash. `look` counts
/// the profiles of one campaign that would otherwise be the same (0 for the first) and changes the baby; `take` counts
/// from 1 and changes the delivery a little.
pub fn settings_for(voice_id: &str, tone: Tone, look: u32, take: u32) -> VoiceSettings {
    let (language, pitch, formant, speed) = baby(voice_id);
    let language = if look.is_multiple_of(2) { language } else { language.other() };
    let turn = take.saturating_sub(1);
    let pitch = fold(pitch + spread(look, PITCH_STEP, 40), PITCH) + spread(turn, PITCH_STEP, 16);
    let formant = fold(formant + spread(look, FORMANT_STEP, 14), FORMANT) + spread(turn, FORMANT_STEP, 4);
    let speed = fold(speed, SPEED) + spread(turn, SPEED_STEP, 14);
    let (tone_pitch, tone_speed, tone_volume) = delivery(tone);
    let percent = |value: i32| value.clamp(1, 400) as u16;
    VoiceSettings {
        language,
        pitch: percent(pitch * tone_pitch / 100),
        formant: percent(formant),
        speed: percent(speed * tone_speed / 100),
        volume: percent(tone_volume),
    }
}

fn baby(voice_id: &str) -> Baby {
    if let Some(baby) = baby_number(voice_id).and_then(|number| BABIES.get(number)) {
        return *baby;
    }
    let hash = Sha256::digest(voice_id.as_bytes());
    let language = if hash[0] & 1 == 0 { Language::AmericanEnglish } else { Language::BritishEnglish };
    (language, within(hash[1], PITCH), within(hash[2], FORMANT), within(hash[3], SPEED))
}

/// What a tone does to pitch, speed and volume, in percent.
fn delivery(tone: Tone) -> (i32, i32, i32) {
    match tone {
        Tone::Warm => (98, 95, 96),
        Tone::Curious => (105, 98, 100),
        Tone::Energetic => (110, 114, 108),
        Tone::Serious => (90, 94, 100),
        Tone::Sceptical => (95, 91, 97),
        Tone::Sleepy => (91, 80, 84),
        Tone::Mischievous => (106, 106, 98),
        Tone::Proud => (97, 93, 108),
        Tone::Neutral => (100, 100, 100),
    }
}

/// Steps of the sequence `turn * step mod 1`, powers of the inverse of the root of x⁴ = x + 1 (Roberts' R3): turns follow
/// each other far apart in all three settings, however many there are.
const PITCH_STEP: f64 = 0.819_172_513_396_164_4;
const FORMANT_STEP: f64 = 0.671_043_606_703_789_2;
const SPEED_STEP: f64 = 0.549_700_477_901_970_7;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn neutral(voice_id: &str) -> VoiceSettings {
        settings_for(voice_id, Tone::Neutral, 0, 1)
    }

    #[test]
    fn the_eight_voices_are_eight_babies() {
        let pitches: HashSet<u16> = (1..=8).map(|number| neutral(&format!("baby_voice_{number}")).pitch).collect();
        assert_eq!(pitches.len(), 8);
        assert_eq!(neutral("baby_voice_1").language.tag(), "en-US");
        assert_eq!(neutral("baby_voice_2").language.tag(), "en-GB");
    }

    #[test]
    fn an_unknown_voice_keeps_its_baby() {
        assert_eq!(neutral("21m00Tcm4TlvDq8ikWAM"), neutral("21m00Tcm4TlvDq8ikWAM"));
        assert_ne!(neutral("Rachel"), neutral("Bella"));
        for odd in ["baby_voice_0", "baby_voice_9", "baby_voice_", "baby_voice_99999999999999999999", ""] {
            assert!((165..=220).contains(&neutral(odd).pitch), "{odd:?}");
        }
    }

    #[test]
    fn a_tone_changes_the_delivery_and_not_the_baby() {
        let tone = |tone| settings_for("baby_voice_1", tone, 0, 1);
        let (energetic, sleepy, serious, plain) =
            (tone(Tone::Energetic), tone(Tone::Sleepy), tone(Tone::Serious), tone(Tone::Neutral));
        assert!(energetic.speed > plain.speed && energetic.pitch > plain.pitch && energetic.volume > plain.volume);
        assert!(sleepy.speed < plain.speed && sleepy.pitch < plain.pitch && sleepy.volume < plain.volume);
        assert!(serious.pitch < plain.pitch);
        for tone in Tone::ALL {
            let settings = settings_for("baby_voice_1", tone, 0, 1);
            assert_eq!((settings.language, settings.formant), (plain.language, plain.formant));
        }
        let distinct: HashSet<_> = Tone::ALL.map(tone).into_iter().collect();
        assert_eq!(distinct.len(), Tone::ALL.len());
    }

    #[test]
    fn equal_profiles_are_different_babies() {
        let looks: Vec<VoiceSettings> = (0..6).map(|look| settings_for("baby_voice_6", Tone::Warm, look, 1)).collect();
        for (first, second) in looks.iter().zip(&looks[1..]) {
            assert_ne!(first.language, second.language);
        }
        assert_eq!(looks.iter().collect::<HashSet<_>>().len(), looks.len());
    }

    #[test]
    fn a_new_take_is_spoken_a_little_differently() {
        let takes: Vec<VoiceSettings> =
            (1..=24).map(|take| settings_for("baby_voice_3", Tone::Warm, 0, take)).collect();
        for (first, second) in takes.iter().zip(&takes[1..]) {
            let moved = |a: u16, b: u16| a.abs_diff(b);
            assert!(moved(first.pitch, second.pitch) + moved(first.speed, second.speed) >= 4, "{first:?} {second:?}");
            assert!(moved(first.pitch, takes[0].pitch) <= 10 && moved(first.speed, takes[0].speed) <= 9);
            assert_eq!(first.language, second.language);
        }
        assert_eq!(takes.iter().collect::<HashSet<_>>().len(), takes.len());
    }

    #[test]
    fn the_request_spells_them_one_way() {
        assert_eq!(
            serde_json::to_string(&neutral("baby_voice_1")).unwrap(),
            r#"{"language":"en-US","pitch":184,"formant":112,"speed":98,"volume":100}"#
        );
    }

    proptest! {
        #[test]
        fn any_choice_is_a_baby(id in ".{0,20}", tone in 0..9_usize, look in any::<u32>(), take in any::<u32>()) {
            let settings = settings_for(&id, Tone::ALL[tone], look, take);
            prop_assert!((140..=260).contains(&settings.pitch), "{:?}", settings);
            prop_assert!((103..=127).contains(&settings.formant), "{:?}", settings);
            prop_assert!((60..=135).contains(&settings.speed), "{:?}", settings);
        }
    }
}
