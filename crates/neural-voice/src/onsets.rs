//! Where sound begins behind silence: the network knows the order of what it says to a frame or three, the ear hears a word
//! after a pause to the hundredth of a second. Called by `voice`. Pure.

use crate::vocoder::RATE;

/// Loudness is looked at so often a second.
const A_SECOND: usize = 200;

/// Silence behind which a beginning is heard, in looks, and how quiet it is, as a fraction of the loudest.
const SILENCE: usize = 20;
const QUIET: f32 = 0.03;

/// The network is so far off at most, in seconds.
const REACH: f64 = 0.12;

/// The beginnings of a sound, in seconds.
pub fn onsets(samples: &[f32]) -> Vec<f64> {
    let levels: Vec<f32> = samples.chunks(RATE as usize / A_SECOND).map(level).collect();
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    let mut onsets = Vec::new();
    let mut silence = SILENCE;
    for (at, level) in levels.into_iter().enumerate() {
        if level < QUIET * loudest {
            silence += 1;
            continue;
        }
        if silence >= SILENCE {
            onsets.push(at as f64 / A_SECOND as f64);
        }
        silence = 0;
    }
    onsets
}

/// The beginning that is meant by a time nearby; the time itself where there is none.
pub fn heard_at(onsets: &[f64], seconds: f64) -> f64 {
    let distance = |onset: &f64| (onset - seconds).abs();
    let nearest = onsets.iter().copied().min_by(|one, other| distance(one).total_cmp(&distance(other)));
    nearest.filter(|onset| distance(onset) <= REACH).unwrap_or(seconds)
}

/// The root of the mean square.
fn level(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "places that are copied")]
mod tests {
    use super::*;

    #[test]
    fn beginnings_are_heard() {
        let rate = RATE as usize;
        let mut samples = vec![0.0; rate];
        samples[rate / 10..rate / 5].fill(0.5);
        samples[rate / 5 + 1_000..rate / 2].fill(0.5);
        samples[rate * 3 / 4..].fill(0.5);
        let onsets = onsets(&samples);
        assert_eq!(onsets, [0.1, 0.75], "a short gap is none");
        assert_eq!([heard_at(&onsets, 0.05), heard_at(&onsets, 0.8), heard_at(&onsets, 0.4)], [0.1, 0.75, 0.4]);
        assert_eq!(heard_at(&super::onsets(&[]), 0.4), 0.4);
    }
}
