//! What makes a grown-up's voice that of a baby, and of which baby. The built-in voices speak so by themselves; a voice that
//! others spoke is bent so.

use super::voice_shape::VoiceShape;

/// One baby: the middle of the melody in Hz, the smallness of the head, the pace and how far the melody moves, in percent
/// of a grown-up's.
pub type Baby = [i32; 4];

/// `baby_voice_1` to `baby_voice_8`. Where all have one speaker, babies are told apart by height, by the size of their
/// heads, by pace and by how lively they speak; neighbours differ in all four. The higher, the slower: a high voice in
/// haste loses its consonants.
pub const BABIES: [Baby; 8] = [
    [290, 115, 100, 100],
    [330, 121, 92, 120],
    [365, 126, 95, 108],
    [264, 109, 93, 90],
    [246, 106, 88, 78],
    [348, 118, 103, 128],
    [310, 125, 89, 84],
    [278, 111, 105, 126],
];

/// The middle of a light grown-up voice, in Hz.
const GROWN_UP_HZ: f64 = 205.0;

/// The number of `baby_voice_1` to `baby_voice_8`, from 0. Greater ones have a number too.
pub fn baby_number(voice_id: &str) -> Option<usize> {
    voice_id.strip_prefix("baby_voice_")?.parse::<usize>().ok()?.checked_sub(1)
}

/// How the voice of a recording is bent into that of a baby: from the pitch that it has, where that is known, and at the pace
/// that it has, so that a talk stays in step. A deep voice comes from a large head, which has to become smaller still.
pub fn raised_from(voice_id: &str, own_hz: Option<f64>) -> VoiceShape {
    const DEEP_HZ: f64 = 165.0;
    let [pitch, formant, ..] = *baby_number(voice_id).and_then(|number| BABIES.get(number)).unwrap_or(&BABIES[0]);
    let own_hz = own_hz.filter(|hz| (50.0..1_000.0).contains(hz)).unwrap_or(GROWN_UP_HZ);
    let semitones = (12.0 * (f64::from(pitch) / own_hz).log2()).clamp(0.0, VoiceShape::PITCH.1);
    let formant = f64::from(formant - 100) + if own_hz < DEEP_HZ { 12.0 } else { 0.0 };
    VoiceShape::new((semitones * 10.0).round() / 10.0, formant.min(VoiceShape::FORMANT.1), 1.0).unwrap_or_default()
}

/// How the voice of a grown-up is bent into that of a baby; ids that are no alias are all one baby.
pub fn raised(voice_id: &str) -> VoiceShape {
    let [pitch, formant, speed, _] = *baby_number(voice_id).and_then(|number| BABIES.get(number)).unwrap_or(&BABIES[0]);
    VoiceShape {
        pitch_cents: (1200.0 * (f64::from(pitch) / GROWN_UP_HZ).log2()).round() as i32,
        formant_permille: (formant - 100) * 10,
        speed_permille: speed * 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_aliases_are_eight_babies_that_may_all_be_asked_for() {
        let shapes: Vec<VoiceShape> = (1..=8).map(|number| raised(&format!("baby_voice_{number}"))).collect();
        for (at, shape) in shapes.iter().enumerate() {
            let cents = f64::from(shape.pitch_cents) / 100.0;
            let asked = VoiceShape::new(cents, f64::from(shape.formant_permille) / 10.0, shape.speed());
            assert_eq!(asked.as_ref(), Some(shape), "it is within what a profile may ask for");
            assert!(shapes[..at].iter().all(|other| other != shape));
        }
        assert_eq!(shapes[0].to_string(), "+6.01 semitones, formants +15 %");
        for other in ["nova", "baby_voice_9", "baby_voice_0", ""] {
            assert_eq!(raised(other), shapes[0]);
        }
    }
}
