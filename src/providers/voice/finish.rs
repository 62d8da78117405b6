//! What makes a built-in voice's line finished, whichever voice spoke it: silence around it, one loudness, no clipping. Called by
//! `pico` and `neural`. Pure.

use crate::media::sound::Sound;

/// The rate of every finished line, in Hz: that of the video's sound, 1,600 samples to a frame, so that the one change of
/// rate which lifts the formants is also the last.
pub const RATE: u32 = 48_000;

/// The loudness of the voiced parts at volume 100: 17 dB below full scale, as a root mean square.
const LOUDNESS: f32 = 0.14;

/// No sample goes beyond 1 dB below full scale.
pub(super) const CEILING: f32 = 0.89;

/// Silence, in seconds: before the first and after the last word.
pub(super) const LEAD_IN: f64 = 0.05;
pub(super) const LEAD_OUT: f64 = 0.12;

pub(super) fn silence(seconds: f64) -> Vec<f32> {
    vec![0.0; (seconds * f64::from(RATE)) as usize]
}

/// From the first to the last sample that can be heard: above a hundredth of the peak.
pub(super) fn heard(samples: &[f32]) -> std::ops::Range<usize> {
    let threshold = 0.01 * samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let is_heard = |sample: &f32| sample.abs() > threshold;
    match (samples.iter().position(is_heard), samples.iter().rposition(is_heard)) {
        (Some(first), Some(last)) => first..last + 1,
        _ => 0..0,
    }
}

/// The line at its loudness: `volume` is in percent of the level at which all voices are mixed.
pub(super) fn at_loudness(line: Sound, volume: u16) -> Sound {
    let gain = gain_for(&line, f32::from(volume) / 100.0);
    line.amplified(gain)
}

/// The gain that brings the voiced parts to their loudness, as far as the ceiling allows.
fn gain_for(line: &Sound, volume: f32) -> f32 {
    let (loudness, peak) = (voiced_loudness(line), line.peak());
    if peak == 0.0 { 1.0 } else { (LOUDNESS * volume / loudness).min(CEILING / peak) }
}

/// The root mean square over the moments that are not pauses: a tenth as loud as the loudest or more.
fn voiced_loudness(line: &Sound) -> f32 {
    let energies: Vec<f32> = line
        .samples
        .chunks(RATE as usize / 50)
        .map(|moment| moment.iter().map(|sample| sample * sample).sum::<f32>() / moment.len() as f32)
        .collect();
    let loudest = energies.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let (sum, count) = energies
        .iter()
        .filter(|&&energy| energy >= 0.01 * loudest)
        .fold((0.0_f32, 0_u32), |(sum, count), energy| (sum + energy, count + 1));
    (sum / count.max(1) as f32).sqrt().max(f32::MIN_POSITIVE)
}
