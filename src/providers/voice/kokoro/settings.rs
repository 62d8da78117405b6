//! Which baby speaks with the larger voice: who it is mixed of, and how it speaks. Pure tables and arithmetic.

use sha2::{Digest, Sha256};

use crate::domain::{Baby, Tone, VoiceMix, baby_number};
use crate::providers::voice::neural::{VoiceSettings, baby_by_hash, delivered};

/// The voices `baby_voice_1` to `baby_voice_8`: of whom each is mixed, then pitch, formant, speed, range. The mixes are of
/// the clearest voices; the higher, the slower, as with the built-in one.
const BABIES: [(&str, Baby); 8] = [
    ("af_heart", [290, 115, 98, 100]),
    ("af_bella*0.6+af_sarah*0.4", [330, 121, 92, 115]),
    ("bf_alice*0.7+af_heart*0.3", [360, 124, 95, 105]),
    ("am_puck*0.5+af_heart*0.5", [258, 110, 92, 95]),
    ("bf_isabella", [248, 107, 90, 80]),
    ("af_heart*0.5+af_bella*0.3+bf_alice*0.2", [345, 118, 100, 122]),
    ("af_sarah", [312, 124, 90, 85]),
    ("af_aoede*0.5+af_kore*0.5", [276, 111, 102, 120]),
];

/// How high each voice is by itself, in Hz: the median of what it said, in the order of [`VoiceMix::NAMES`].
const USUAL_HZ: [u16; 28] = [
    138, 170, 191, 190, 196, 146, 144, 151, 174, 182, 153, 112, 106, 145, 129, 115, 108, 86, 111, 152, 204, 176, 201,
    166, 119, 115, 136, 99,
];

/// A grown-up's voice becomes a baby's by so much: six semitones, and a head a sixth smaller.
const RAISE: f32 = 1.41;
const HEAD: i32 = 115;

/// The height of a voice by itself, in Hz.
pub(super) fn usual_hz(name: &str) -> f32 {
    let at = VoiceMix::NAMES.iter().position(|known| *known == name);
    at.map_or(180.0, |at| f32::from(USUAL_HZ[at]))
}

/// Who speaks, and how. A profile that names a voice or a mix has that one; `baby_voice_1` to `baby_voice_8` are made by
/// hand, and any other id is given one of them and a delivery of its own by its hash.
pub fn settings_for(voice_id: &str, tone: Tone, look: u32, take: u32) -> (VoiceMix, VoiceSettings) {
    let hash = Sha256::digest(voice_id.as_bytes());
    let named = VoiceMix::parse(voice_id).map(|mix| {
        let usual: f32 = mix.parts.iter().map(|(name, weight)| weight * usual_hz(name)).sum();
        let baby = [(usual * RAISE) as i32, HEAD, 96, 100];
        (mix, baby)
    });
    let of = |at: usize, baby: Option<Baby>| {
        let (mix, own) = BABIES[at % BABIES.len()];
        // The table holds only mixes that can be read.
        Some((VoiceMix::parse(mix)?, baby.unwrap_or(own)))
    };
    let by_number = || of(baby_number(voice_id).filter(|number| *number < BABIES.len())?, None);
    let by_hash = || of(usize::from(hash[5]), Some(baby_by_hash(&hash)));
    let (mix, baby) =
        named.or_else(by_number).or_else(by_hash).unwrap_or((VoiceMix { parts: vec![("af_heart", 1.0)] }, BABIES[0].1));
    (mix, delivered(baby, &hash, tone, look, take))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn neutral(voice_id: &str) -> (VoiceMix, VoiceSettings) {
        settings_for(voice_id, Tone::Neutral, 0, 1)
    }

    #[test]
    fn the_eight_babies_are_eight_speakers() {
        let mixes: HashSet<String> =
            (1..=8).map(|at| format!("{:?}", neutral(&format!("baby_voice_{at}")).0)).collect();
        assert_eq!(mixes.len(), 8);
        let mut pitches: Vec<u16> = (1..=8).map(|at| neutral(&format!("baby_voice_{at}")).1.pitch).collect();
        pitches.sort_unstable();
        assert!(pitches.windows(2).all(|two| two[1] > two[0] + 8), "{pitches:?}");
    }

    #[test]
    fn a_voice_that_is_named_speaks_as_a_baby() {
        let (mix, settings) = neutral("am_adam*0.5+af_heart*0.5");
        assert_eq!(mix.parts, [("am_adam", 0.5), ("af_heart", 0.5)]);
        assert!(settings.pitch >= 240 && settings.formant == 115, "{settings:?}");
        assert_ne!(neutral("Rachel"), neutral("Bella"));
        assert_eq!(neutral("Rachel"), neutral("Rachel"));
    }
}
