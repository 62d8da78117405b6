//! Which baby speaks with the neural voice: every parameter that changes what is heard, chosen from the voice id, the tone,
//! the look and the take. Pure tables and arithmetic. Knows no text and no network.

use sha2::{Digest, Sha256};

use crate::domain::{BABIES, Baby, Tone, baby_number};
use crate::providers::voice::deliveries::{fold, spread, within};

/// How one line is spoken, as heard in the finished sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VoiceSettings {
    /// The middle of the melody, in Hz.
    pub pitch: u16,
    /// The smallness of the head, in percent: at 115 all resonances lie 15 % higher than a grown-up's.
    pub formant: u16,
    /// In percent of the voice's own pace.
    pub speed: u16,
    /// How far the melody moves, in percent of what the voice would do by itself.
    pub range: u16,
    /// Loudness, 100 being the level at which all voices are mixed.
    pub volume: u16,
    /// The breath of this take.
    pub seed: u64,
}

/// What still sounds like a baby that is understood, before the tone is applied.
const PITCH: (i32, i32) = (240, 370);
const FORMANT: (i32, i32) = (106, 126);
const SPEED: (i32, i32) = (86, 106);
const RANGE: (i32, i32) = (75, 130);

/// The settings for one line.
///
/// `baby_voice_1` to `baby_voice_8` are made by hand; any other id is given a baby of its own by its hash.
pub fn settings_for(voice_id: &str, tone: Tone, look: u32, take: u32) -> VoiceSettings {
    let hash = Sha256::digest(voice_id.as_bytes());
    let by_hand = baby_number(voice_id).and_then(|number| BABIES.get(number)).copied();
    delivered(by_hand.unwrap_or_else(|| baby_by_hash(&hash)), &hash, tone, look, take)
}

/// The baby of an id that nobody made by hand.
pub fn baby_by_hash(hash: &[u8]) -> Baby {
    [within(hash[1], PITCH), within(hash[2], FORMANT), within(hash[3], SPEED), within(hash[4], RANGE)]
}

/// How a baby speaks one line. `look` counts the profiles of one campaign that would otherwise be the same (0 for the
/// first) and changes the baby; `take` counts from 1 and changes the delivery a little.
pub fn delivered(baby: Baby, hash: &[u8], tone: Tone, look: u32, take: u32) -> VoiceSettings {
    let [pitch, formant, speed, range] = baby;
    let turn = take.saturating_sub(1);
    let pitch = fold(pitch + spread(look, STEPS[0], 70), PITCH) + spread(turn, STEPS[0], 24);
    let formant = fold(formant + spread(look, STEPS[1], 14), FORMANT);
    let speed = fold(speed + spread(look, STEPS[2], 10), SPEED) + spread(turn, STEPS[2], 12);
    let range = fold(range, RANGE) + spread(turn, STEPS[3], 30);
    let [tone_pitch, tone_speed, tone_range, tone_volume] = delivery(tone);
    let percent = |value: i32, of: i32| (value * of / 100).clamp(1, 1000) as u16;
    let id = [hash[0], hash[1], hash[2], hash[3]];
    VoiceSettings {
        pitch: percent(pitch, tone_pitch),
        formant: percent(formant, 100),
        speed: percent(speed, tone_speed),
        range: percent(range, tone_range),
        volume: percent(100, tone_volume),
        seed: u64::from(u32::from_le_bytes(id)) << 32 | u64::from(look.rotate_left(16) ^ take),
    }
}

/// What a tone does to pitch, speed, range and volume, in percent.
fn delivery(tone: Tone) -> [i32; 4] {
    match tone {
        Tone::Warm => [98, 95, 105, 96],
        Tone::Curious => [105, 98, 125, 100],
        Tone::Energetic => [108, 112, 135, 108],
        Tone::Serious => [91, 94, 75, 100],
        Tone::Sceptical => [96, 91, 115, 97],
        Tone::Sleepy => [92, 80, 65, 84],
        Tone::Mischievous => [105, 105, 130, 98],
        Tone::Proud => [97, 93, 110, 108],
        Tone::Neutral => [100, 100, 100, 100],
    }
}

/// Steps of the sequence `turn * step mod 1`, powers of the inverse of the root of x⁵ = x + 1 (Roberts' R4): turns follow
/// each other far apart in all four settings, however many there are.
const STEPS: [f64; 4] =
    [0.856_674_883_854_502_9, 0.733_891_856_627_125_9, 0.628_706_721_037_809, 0.538_597_257_223_612_6];

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
        let mut pitches: Vec<u16> = (1..=8).map(|number| neutral(&format!("baby_voice_{number}")).pitch).collect();
        pitches.sort_unstable();
        assert!(pitches.windows(2).all(|two| f32::from(two[1]) > 1.03 * f32::from(two[0])), "{pitches:?}");
        for number in 1..8 {
            let [one, next] = [number, number + 1].map(|number| neutral(&format!("baby_voice_{number}")));
            assert!(one.pitch.abs_diff(next.pitch) > 12 && one.formant.abs_diff(next.formant) > 2, "{one:?} {next:?}");
            assert!(one.speed.abs_diff(next.speed) > 1 && one.range.abs_diff(next.range) > 7, "{one:?} {next:?}");
        }
    }

    #[test]
    fn an_unknown_voice_keeps_its_baby() {
        assert_eq!(neutral("21m00Tcm4TlvDq8ikWAM"), neutral("21m00Tcm4TlvDq8ikWAM"));
        assert_ne!(neutral("Rachel"), neutral("Bella"));
    }

    #[test]
    fn a_tone_changes_the_delivery_and_not_the_baby() {
        let tone = |tone| settings_for("baby_voice_1", tone, 0, 1);
        let (energetic, sleepy, plain) = (tone(Tone::Energetic), tone(Tone::Sleepy), tone(Tone::Neutral));
        assert!(energetic.speed > plain.speed && energetic.pitch > plain.pitch && energetic.range > plain.range);
        assert!(sleepy.speed < plain.speed && sleepy.pitch < plain.pitch && sleepy.range < plain.range);
        let distinct: HashSet<_> = Tone::ALL.map(tone).into_iter().collect();
        assert_eq!(distinct.len(), Tone::ALL.len());
        assert!(distinct.iter().all(|settings| settings.formant == plain.formant));
    }

    #[test]
    fn equal_profiles_are_different_babies_and_takes_different_deliveries() {
        let looks: Vec<_> = (0..6).map(|look| settings_for("baby_voice_6", Tone::Warm, look, 1)).collect();
        let takes: Vec<_> = (1..=24).map(|take| settings_for("baby_voice_3", Tone::Warm, 0, take)).collect();
        for settings in [&looks, &takes] {
            for two in settings.windows(2) {
                assert!(two[0].pitch.abs_diff(two[1].pitch) + two[0].speed.abs_diff(two[1].speed) >= 4, "{two:?}");
            }
            assert_eq!(settings.iter().collect::<HashSet<_>>().len(), settings.len());
        }
        assert!(takes.iter().all(|take| take.formant == takes[0].formant), "a take is the same baby");
    }

    proptest! {
        #[test]
        fn any_choice_is_a_baby(id in ".{0,20}", tone in 0..9_usize, look in any::<u32>(), take in any::<u32>()) {
            let settings = settings_for(&id, Tone::ALL[tone], look, take);
            prop_assert!((205..=420).contains(&settings.pitch), "{:?}", settings);
            prop_assert!((103..=129).contains(&settings.formant), "{:?}", settings);
            prop_assert!((60..=130).contains(&settings.speed), "{:?}", settings);
            prop_assert!((35..=200).contains(&settings.range), "{:?}", settings);
        }
    }
}
