//! Sound as samples: its length, loudness, envelope and pitch, and the change of its rate. Pure functions; called by the
//! voices, the waveform on screen and the mixer. Knows no file formats (`sound_file` does) and no devices.

use rubato::audioadapter_buffers::owned::SequentialOwned;
use rubato::{Async, FixedAsync, Resampler, SincInterpolationParameters, SincInterpolationType, WindowFunction};

/// One channel of sound, samples within -1..1, at `rate` samples a second.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    /// In Hz; 0 counts as 1, so that nothing is divided by it.
    pub rate: u32,
    /// In the order of time; none at all is a sound of no length.
    pub samples: Vec<f32>,
}

/// Pitches that a voice can have, in Hz: below a bass, above a squeaking baby.
const PITCH_RANGE: std::ops::RangeInclusive<f32> = 60.0..=700.0;

impl Sound {
    /// The length in seconds.
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(self.rate.max(1))
    }

    /// The largest absolute sample.
    pub fn peak(&self) -> f32 {
        self.samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
    }

    /// The root of the mean square: how loud the sound is on the whole, 0 for no samples.
    pub fn rms(&self) -> f32 {
        root_mean_square(&self.samples)
    }

    /// The loudness of `bars` equal stretches, each within 0..=1 and the loudest 1, for drawing a waveform. All zero for
    /// silence.
    pub fn envelope(&self, bars: usize) -> Vec<f32> {
        let count = self.samples.len();
        let levels = (0..bars).map(|bar| {
            let start = bar * count / bars;
            let end = ((bar + 1) * count / bars).max(start + 1).min(count);
            root_mean_square(&self.samples[start.min(end)..end])
        });
        let levels: Vec<f32> = levels.collect();
        let loudest = levels.iter().copied().fold(0.0, f32::max);
        levels.into_iter().map(|level| if loudest > 0.0 { level / loudest } else { 0.0 }).collect()
    }

    /// Every sample times `gain`.
    pub fn amplified(mut self, gain: f32) -> Sound {
        self.samples.iter_mut().for_each(|sample| *sample *= gain);
        self
    }

    /// The same sound at another rate.
    pub fn at_rate(&self, rate: u32) -> Sound {
        self.raised(1.0, rate)
    }

    /// The sound played `factor` times as fast and stored at `rate`, in one pass: pitch and formants go up by the factor,
    /// as if the head it came from were that much smaller, and the length goes down by it. The factor is held to 0.25..=4.
    pub fn raised(&self, factor: f64, rate: u32) -> Sound {
        let factor = if factor.is_finite() { factor.clamp(0.25, 4.0) } else { 1.0 };
        let rate = rate.max(1);
        let ratio = f64::from(rate) / (f64::from(self.rate.max(1)) * factor);
        Sound { rate, samples: resample(&self.samples, ratio) }
    }

    /// The pitch of the voice in Hz: the median over its voiced moments, or `None` when nothing in it has a pitch.
    ///
    /// Method: normalised autocorrelation of 40 ms frames, as in Boersma (1993) without the window correction; the first
    /// peak within 90 % of the highest is taken, which avoids answers an octave too low.
    pub fn fundamental_hz(&self) -> Option<f32> {
        // Pitch needs no highs: averaging down to about 12 kHz makes the search sixteen times faster at 48 kHz.
        let step = (self.rate / 12_000).max(1) as usize;
        let rate = self.rate as f32 / step as f32;
        let samples: Vec<f32> =
            self.samples.chunks_exact(step).map(|chunk| chunk.iter().sum::<f32>() / step as f32).collect();
        let frame = (rate * 0.04) as usize;
        let loud = 0.3 * samples.chunks(frame.max(1)).map(root_mean_square).fold(0.0, f32::max);
        if frame == 0 || samples.len() < 2 * frame || loud == 0.0 {
            return None;
        }
        // At most some 300 frames, spread over the whole: enough for a median however long the sound is.
        let hop = (frame / 2).max(samples.len() / 300);
        let starts = (0..=samples.len() - 2 * frame).step_by(hop);
        let mut pitches: Vec<f32> = starts
            .filter(|&start| root_mean_square(&samples[start..start + frame]) > loud)
            .filter_map(|start| pitch_of_frame(&samples[start..start + 2 * frame], rate))
            .collect();
        pitches.sort_by(f32::total_cmp);
        pitches.get(pitches.len() / 2).copied()
    }
}

fn root_mean_square(samples: &[f32]) -> f32 {
    let energy: f64 = samples.iter().map(|&sample| f64::from(sample).powi(2)).sum();
    if samples.is_empty() { 0.0 } else { (energy / samples.len() as f64).sqrt() as f32 }
}

/// The pitch of twice a frame's length of samples, when they repeat clearly.
fn pitch_of_frame(samples: &[f32], rate: f32) -> Option<f32> {
    const CLEARLY: f32 = 0.6;
    let frame = samples.len() / 2;
    let shortest = (rate / PITCH_RANGE.end()).floor().max(2.0) as usize;
    let longest = ((rate / PITCH_RANGE.start()).ceil() as usize).min(frame);
    let energy = |at: usize| samples[at..at + frame].iter().map(|sample| sample * sample).sum::<f32>();
    let still = energy(0);
    let likeness = |lag: usize| {
        let product: f32 = samples[..frame].iter().zip(&samples[lag..lag + frame]).map(|(a, b)| a * b).sum();
        product / (still * energy(lag)).sqrt().max(f32::MIN_POSITIVE)
    };
    let likenesses: Vec<f32> = (shortest - 1..=longest).map(likeness).collect();
    let highest = likenesses.iter().copied().fold(0.0, f32::max);
    let is_peak = |three: &[f32]| three[1] >= three[0] && three[1] >= three[2] && three[1] >= 0.9 * highest;
    let at = likenesses.windows(3).position(is_peak)?;
    let (before, peak, after) = (likenesses[at], likenesses[at + 1], likenesses[at + 2]);
    if peak < CLEARLY {
        return None;
    }
    // The top of the parabola through the three points lies between two whole lags.
    let bend = before - 2.0 * peak + after;
    let offset = if bend < 0.0 { 0.5 * (before - after) / bend } else { 0.0 };
    Some(rate / ((shortest + at) as f32 + offset))
}

/// Band-limited interpolation with a windowed sinc: `ratio` output samples for each input sample.
#[expect(clippy::expect_used, reason = "the input is as long as it was said to be; one channel of that many frames")]
fn resample(samples: &[f32], ratio: f64) -> Vec<f32> {
    if samples.is_empty() || (ratio - 1.0).abs() < 1e-12 {
        return samples.to_vec();
    }
    let input = SequentialOwned::new_from(samples.to_vec(), 1, samples.len()).expect("one channel of that many frames");
    let mut resampler = resampler(ratio);
    let output = resampler.process_all(&input, samples.len(), None).expect("the input is as long as it was said to be");
    output.take_data()
}

/// The interpolation itself, for sounds that come in pieces: 1024 samples at a time.
#[expect(clippy::expect_used, reason = "the ratio of two positive rates is positive")]
pub(super) fn resampler(ratio: f64) -> Async<f32> {
    let parameters = SincInterpolationParameters {
        sinc_len: 128,
        f_cutoff: None,
        oversampling_factor: 128,
        interpolation: SincInterpolationType::Cubic,
        window: WindowFunction::BlackmanHarris2,
    };
    Async::new_sinc(ratio, 1.0, &parameters, 1024, 1, FixedAsync::Input)
        .expect("the ratio of two positive rates is positive")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tone(hz: f32, rate: u32, seconds: f32) -> Sound {
        let count = (rate as f32 * seconds) as usize;
        let sample = |at: usize| {
            let turn = std::f32::consts::TAU * hz * at as f32 / rate as f32;
            0.4 * turn.sin() + 0.2 * (2.0 * turn).sin() + 0.1 * (3.0 * turn).sin()
        };
        Sound { rate, samples: (0..count).map(sample).collect() }
    }

    fn silence(count: usize) -> Sound {
        Sound { rate: 48_000, samples: vec![0.0; count] }
    }

    #[test]
    fn length_and_loudness_are_measured() {
        let sound = Sound { rate: 4, samples: vec![0.5, -0.5, 0.5, -0.5, 0.5, -0.5] };
        assert!((sound.seconds() - 1.5).abs() < 1e-9);
        assert!((sound.peak() - 0.5).abs() < 1e-6);
        assert!((sound.rms() - 0.5).abs() < 1e-6);
        assert!(silence(0).rms() == 0.0 && silence(0).peak() == 0.0 && silence(0).seconds() == 0.0);
    }

    #[test]
    fn the_envelope_shows_where_the_sound_is() {
        let mut sound = silence(400);
        sound.samples[100..200].fill(0.5);
        sound.samples[300..400].fill(0.25);
        assert_eq!(sound.envelope(4), [0.0, 1.0, 0.0, 0.5]);
        assert_eq!(silence(100).envelope(3), [0.0; 3]);
        assert_eq!(silence(0).envelope(3), [0.0; 3]);
        assert!(sound.envelope(0).is_empty());
    }

    #[test]
    fn the_pitch_of_a_tone_is_found() {
        for hz in [82.0, 170.0, 281.0, 333.0, 420.0] {
            for rate in [8_000, 16_000, 24_000, 48_000] {
                let found = tone(hz, rate, 0.5).fundamental_hz().expect("a tone has a pitch");
                assert!((found / hz - 1.0).abs() < 0.01, "{hz} Hz at {rate}: {found}");
            }
        }
    }

    #[test]
    fn silence_and_noise_have_no_pitch() {
        assert_eq!(silence(48_000).fundamental_hz(), None);
        assert_eq!(silence(10).fundamental_hz(), None);
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        let samples = (0..48_000).map(|_| noise()).collect();
        assert_eq!(Sound { rate: 48_000, samples }.fundamental_hz(), None);
    }

    #[test]
    fn a_change_of_rate_keeps_length_pitch_and_loudness() {
        let sound = tone(300.0, 16_000, 1.0);
        let changed = sound.at_rate(48_000);
        assert_eq!(changed.rate, 48_000);
        assert!((changed.seconds() - 1.0).abs() < 0.001);
        assert!((changed.rms() / sound.rms() - 1.0).abs() < 0.01);
        assert!((changed.fundamental_hz().unwrap_or(0.0) - 300.0).abs() < 2.0);
    }

    #[test]
    fn raising_shortens_and_lifts_by_the_factor() {
        let raised = tone(300.0, 16_000, 1.0).raised(1.2, 48_000);
        assert!((raised.seconds() - 1.0 / 1.2).abs() < 0.001);
        assert!((raised.fundamental_hz().unwrap_or(0.0) - 360.0).abs() < 2.0);
    }

    proptest! {
        #[test]
        fn no_samples_make_a_measure_fail(
            samples in proptest::collection::vec(-1.0_f32..=1.0, 0..3000),
            rate in 0..50_000_u32,
            bars in 0..50_usize,
        ) {
            let sound = Sound { rate, samples };
            prop_assert!(sound.envelope(bars).iter().all(|bar| (0.0..=1.0).contains(bar)));
            prop_assert!(sound.fundamental_hz().is_none_or(|hz| hz > 0.0));
            prop_assert!(sound.rms() <= sound.peak() + 1e-6);
        }
    }
}
