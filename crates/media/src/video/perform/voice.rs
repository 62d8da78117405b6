//! How loud a voice is at each moment, and when it speaks at all: what the mouth, the brows and the captions follow.
//! Called by `words`, `lips`, `acting` and the moving parts of photos and waveforms. Knows no pictures.

use crate::sound::Sound;

/// The moments are this far apart, in seconds; each hears the sound of twice as long.
pub const HOP_S: f64 = 0.01;

/// Below this share of its loud moments (−26 dB) a voice is silent.
const SILENT_BELOW: f32 = 0.05;

/// A sound whose loud moments stay below this level (−60 dB of full scale) has no voice in it.
const NO_VOICE_BELOW: f32 = 0.001;

/// The loudness of one sound in moments of 10 ms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Voice {
    /// 0 for silence to 1 for the loud moments; 0 wherever nothing is voiced.
    levels: Vec<f32>,
    voiced: Vec<bool>,
}

impl Voice {
    pub fn new(sound: &Sound) -> Voice {
        let hop = (f64::from(sound.rate) * HOP_S).max(1.0);
        let count = (sound.samples.len() as f64 / hop).ceil() as usize;
        let strengths: Vec<f32> = (0..count).map(|moment| strength(sound, moment, hop)).collect();
        let mut ranked = strengths.clone();
        ranked.sort_by(f32::total_cmp);
        let rank = |share: f32| ranked.get((share * count as f32) as usize).copied().unwrap_or(0.0);
        let (loud, noise) = (rank(0.95).max(rank(0.995) * 0.5), rank(0.05));
        if loud < NO_VOICE_BELOW {
            return Voice { levels: vec![0.0; count], voiced: vec![false; count] };
        }
        // A steady hum is no voice, but a sound without any pause (music) has no noise floor to tell it by.
        let threshold = if noise < 0.3 * loud { (SILENT_BELOW * loud).max(noise * 2.0) } else { SILENT_BELOW * loud };
        let mut voiced: Vec<bool> = strengths.iter().map(|&strength| strength > threshold).collect();
        drop_clicks(&mut voiced);
        begin_early(&mut voiced, &strengths, (0.4 * threshold).max(noise * 1.5));
        let level = |(&strength, &voiced): (&f32, &bool)| if voiced { (strength / loud).min(1.0) } else { 0.0 };
        let levels = strengths.iter().zip(&voiced).map(level).collect();
        Voice { levels, voiced }
    }

    /// The loudness at a moment, 0 to 1; 0 outside the sound.
    pub fn level_at(&self, seconds: f64) -> f32 {
        let place = seconds / HOP_S - 0.5;
        let before = place.floor();
        let share = (place - before) as f32;
        let level = |moment: f64| {
            let within = moment >= 0.0 && moment < self.levels.len() as f64;
            if within { self.levels[moment as usize] } else { 0.0 }
        };
        level(before) * (1.0 - share) + level(before + 1.0) * share
    }

    pub fn levels(&self) -> &[f32] {
        &self.levels
    }

    pub fn voiced(&self) -> &[bool] {
        &self.voiced
    }

    /// From the first voiced moment to the end of the last, in seconds; `None` for silence.
    pub fn span(&self) -> Option<(f64, f64)> {
        let first = self.voiced.iter().position(|&voiced| voiced)?;
        let last = self.voiced.iter().rposition(|&voiced| voiced)?;
        Some((first as f64 * HOP_S, (last + 1) as f64 * HOP_S))
    }
}

/// The root of the mean square around one moment.
fn strength(sound: &Sound, moment: usize, hop: f64) -> f32 {
    let count = sound.samples.len();
    let from = ((moment as f64 - 0.5) * hop).max(0.0) as usize;
    let to = (((moment as f64 + 1.5) * hop) as usize).clamp(from, count);
    let heard = &sound.samples[from.min(to)..to];
    let energy: f32 = heard.iter().map(|sample| sample * sample).sum();
    let strength = (energy / heard.len().max(1) as f32).sqrt();
    if strength.is_finite() { strength } else { 0.0 }
}

/// What is voiced for less than 30 ms is a click, not a voice.
fn drop_clicks(voiced: &mut [bool]) {
    for run in voiced.chunk_by_mut(|one, other| one == other) {
        if run.len() < 3 {
            run.fill(false);
        }
    }
}

/// Soft consonants begin a word below the threshold: each voiced stretch reaches back over what is clearly no noise.
fn begin_early(voiced: &mut [bool], strengths: &[f32], audible: f32) {
    const REACH: usize = 8;
    for start in (1..voiced.len()).rev() {
        if voiced[start] && !voiced[start - 1] {
            let reach = (1..=REACH.min(start)).take_while(|back| strengths[start - back] > audible).count();
            voiced[start - reach..start].fill(true);
        }
    }
}

#[cfg(test)]
pub(in crate::video) mod tests {
    use super::*;

    /// A buzz with a pitch, loud where `loud` says so.
    pub fn buzz(seconds: f64, loud: impl Fn(f64) -> f32) -> Sound {
        let rate = 16_000;
        let sample = |at: usize| {
            let second = at as f64 / f64::from(rate);
            loud(second) * 0.5 * (std::f64::consts::TAU * 220.0 * second).sin() as f32
        };
        Sound { rate, samples: (0..(seconds * f64::from(rate)) as usize).map(sample).collect() }
    }

    #[test]
    fn the_voiced_span_is_where_the_voice_is() {
        let voice = Voice::new(&buzz(3.0, |second| if (0.5..2.2).contains(&second) { 1.0 } else { 0.0 }));
        let (onset, end) = voice.span().unwrap();
        assert!((onset - 0.5).abs() < 0.025, "{onset}");
        assert!((end - 2.2).abs() < 0.025, "{end}");
        assert!(voice.level_at(1.0) > 0.9);
        assert!(voice.level_at(0.3).abs() < f32::EPSILON && voice.level_at(9.0).abs() < f32::EPSILON);
    }

    #[test]
    fn noise_between_words_is_silence() {
        let noisy = buzz(3.0, |second| if (1.0..2.0).contains(&second) { 1.0 } else { 0.012 });
        let (onset, end) = Voice::new(&noisy).span().unwrap();
        assert!((onset - 1.0).abs() < 0.03 && (end - 2.0).abs() < 0.03, "{onset} to {end}");
    }

    #[test]
    fn silence_an_empty_sound_and_a_click_have_no_voice() {
        assert_eq!(Voice::new(&buzz(1.0, |_| 0.0)).span(), None);
        assert_eq!(Voice::new(&Sound { rate: 0, samples: Vec::new() }).span(), None);
        assert_eq!(Voice::new(&Sound { rate: 48_000, samples: vec![f32::NAN; 4_000] }).span(), None);
        let click = buzz(2.0, |second| if (1.0..1.005).contains(&second) { 1.0 } else { 0.0 });
        assert_eq!(Voice::new(&click).span(), None);
    }

    #[test]
    fn one_shout_does_not_make_the_rest_silent() {
        let voice = Voice::new(&buzz(4.0, |second| if second < 0.1 { 1.0 } else { 0.3 }));
        assert!(voice.level_at(2.0) > 0.5, "{}", voice.level_at(2.0));
    }
}
