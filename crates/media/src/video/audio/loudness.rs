//! How loud a sound is (ITU-R BS.1770, EBU R 128), and a limiter that holds its peaks. Called by the mixer and the lint.
//! Knows no files.

use std::collections::VecDeque;

use ebur128::{Channel, EbuR128, Mode};

use crate::video::frame::SAMPLE_RATE;

/// What the platforms play at, and so what an episode is brought to.
pub const TARGET_LUFS: f64 = -14.0;

/// The highest true peak of a finished file, in dB of full scale.
pub const HIGHEST_PEAK_DB: f64 = -1.0;

/// What is quieter on the whole is room tone: nothing that somebody wants to hear, and no gain makes it speech.
pub(in crate::video) const SILENT_BELOW_LUFS: f64 = -50.0;

/// Measures one channel as both speakers play it: the same number as for two equal channels.
pub(in crate::video) struct Meter(EbuR128);

impl Meter {
    pub(in crate::video) fn new() -> Meter {
        Meter::with(Mode::I)
    }

    /// Measures the true peak too, which takes four times as long.
    #[cfg(test)]
    fn with_peak() -> Meter {
        Meter::with(Mode::I | Mode::TRUE_PEAK)
    }

    #[expect(
        clippy::expect_used,
        reason = "one channel at a usual rate can be measured; the only channel is the first"
    )]
    fn with(mode: Mode) -> Meter {
        let mut meter = EbuR128::new(1, SAMPLE_RATE, mode).expect("one channel at a usual rate can be measured");
        meter.set_channel(0, Channel::DualMono).expect("the only channel is the first");
        Meter(meter)
    }

    #[expect(clippy::expect_used, reason = "any number of frames of one channel is whole")]
    pub(in crate::video) fn add(&mut self, samples: &[f32]) {
        self.0.add_frames_f32(samples).expect("any number of frames of one channel is whole");
    }

    /// The integrated loudness in LUFS, or `None` for silence and for what is shorter than 0.4 seconds.
    pub(in crate::video) fn loudness(&self) -> Option<f64> {
        self.0.loudness_global().ok().filter(|loudness| loudness.is_finite())
    }

    /// The highest true peak in dB of full scale; minus infinity for silence.
    #[cfg(test)]
    fn peak_db(&self) -> f64 {
        self.0.true_peak(0).map_or(f64::NEG_INFINITY, |peak| 20.0 * peak.log10())
    }
}

pub(in crate::video) fn from_db(decibels: f64) -> f32 {
    10.0_f64.powf(decibels / 20.0) as f32
}

/// How far the limiter looks ahead: 5 ms, in samples.
const AHEAD: usize = 240;

/// Of the way back to full volume, the share taken each sample: 63 % in 80 ms.
const RELEASE: f32 = 1.0 / (0.08 * SAMPLE_RATE as f32);

/// Taps of the filter that finds the peaks between the samples, and the sample in their middle.
const TAPS: usize = 12;
const MIDDLE: usize = TAPS / 2;

/// Turns the volume down just before a peak and up slowly after it, so that no true peak lies above the ceiling.
///
/// The gain that each sample needs is held for the time of the look-ahead (a sliding minimum) and then averaged over the
/// same time: when the peak comes out, all averaged gains are low enough for it.
pub(in crate::video) struct Limiter {
    ceiling: f32,
    between: [[f32; TAPS]; 3],
    /// The last samples that went in, before those of the piece at hand.
    recent: Vec<f32>,
    /// So many samples ago one was loud enough to have a peak beside it above the ceiling.
    since_loud: usize,
    delayed: VecDeque<f32>,
    /// Gains that may still be the smallest of the window, rising, with the moment they were needed.
    smallest: VecDeque<(u64, f32)>,
    held: f32,
    gains: VecDeque<f32>,
    sum: f64,
    now: u64,
}

impl Limiter {
    pub(in crate::video) fn new(ceiling_db: f64) -> Limiter {
        Limiter {
            ceiling: from_db(ceiling_db),
            between: [0.25, 0.5, 0.75].map(fractional_delay),
            recent: vec![0.0; TAPS - 1],
            since_loud: TAPS,
            delayed: VecDeque::with_capacity(Self::DELAY + 1),
            smallest: VecDeque::new(),
            held: 1.0,
            gains: VecDeque::from(vec![1.0; AHEAD]),
            sum: AHEAD as f64,
            now: 0,
        }
    }

    /// So many samples after a sample went in, it comes out.
    const DELAY: usize = AHEAD + MIDDLE;

    /// Takes samples and appends those that are ready, multiplied by `gain` and limited.
    pub(in crate::video) fn push(&mut self, samples: &[f32], gain: f32, into: &mut Vec<f32>) {
        self.recent.extend(samples.iter().map(|sample| sample * gain));
        for at in 0..samples.len() {
            let sample = self.recent[at + TAPS - 1];
            let needed = self.needed(at, sample);
            let gain = self.smoothed(needed);
            self.delayed.push_back(sample);
            if self.delayed.len() > Self::DELAY
                && let Some(delayed) = self.delayed.pop_front()
            {
                into.push((delayed * gain).clamp(-self.ceiling, self.ceiling));
            }
        }
        self.recent.drain(..samples.len());
    }

    /// The samples that are still inside: with them as many have come out as went in.
    pub(in crate::video) fn finish(&mut self, into: &mut Vec<f32>) {
        self.push(&vec![0.0; self.delayed.len()], 1.0, into);
    }

    /// The gain that the sample in the middle of the last ones needs, and the peaks on either side of it.
    fn needed(&mut self, at: usize, newest: f32) -> f32 {
        // No peak between samples is twice as high as the highest of them: most of a sound needs no search.
        self.since_loud = if newest.abs() * 2.0 > self.ceiling { 0 } else { self.since_loud + 1 };
        if self.since_loud >= TAPS {
            return 1.0;
        }
        let around = &self.recent[at..at + TAPS];
        let mut peak = around[MIDDLE - 1].abs().max(around[MIDDLE].abs());
        for taps in &self.between {
            let value: f32 = taps.iter().zip(around).map(|(tap, sample)| tap * sample).sum();
            peak = peak.max(value.abs());
        }
        if peak > self.ceiling { self.ceiling / peak } else { 1.0 }
    }

    /// The needed gains held, released slowly and averaged.
    fn smoothed(&mut self, needed: f32) -> f32 {
        while self.smallest.back().is_some_and(|&(_, gain)| gain >= needed) {
            self.smallest.pop_back();
        }
        self.smallest.push_back((self.now, needed));
        while self.smallest.front().is_some_and(|&(moment, _)| moment + (AHEAD as u64) < self.now) {
            self.smallest.pop_front();
        }
        let smallest = self.smallest.front().map_or(1.0, |&(_, gain)| gain);
        self.held = if smallest < self.held { smallest } else { self.held + (smallest - self.held) * RELEASE };
        self.sum += f64::from(self.held - self.gains.pop_front().unwrap_or(1.0));
        self.gains.push_back(self.held);
        self.now += 1;
        (self.sum / AHEAD as f64) as f32
    }
}

/// A windowed sinc that gives the value so far behind the sample before the middle.
fn fractional_delay(behind: f32) -> [f32; TAPS] {
    let mut taps = [0.0; TAPS];
    for (index, tap) in taps.iter_mut().enumerate() {
        let distance = index as f32 - (MIDDLE - 1) as f32 - behind;
        let sinc = if distance.abs() < 1e-6 {
            1.0
        } else {
            (std::f32::consts::PI * distance).sin() / (std::f32::consts::PI * distance)
        };
        let window = (std::f32::consts::PI * distance / TAPS as f32).cos().powi(2);
        *tap = sinc * window;
    }
    let sum: f32 = taps.iter().sum();
    taps.map(|tap| tap / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f32, level: f32, seconds: f32) -> Vec<f32> {
        let count = (seconds * SAMPLE_RATE as f32) as usize;
        (0..count).map(|at| level * (std::f32::consts::TAU * hz * at as f32 / SAMPLE_RATE as f32).sin()).collect()
    }

    fn limited(samples: &[f32], gain: f32, ceiling_db: f64) -> Vec<f32> {
        let mut limiter = Limiter::new(ceiling_db);
        let mut out = Vec::new();
        for piece in samples.chunks(777) {
            limiter.push(piece, gain, &mut out);
        }
        limiter.finish(&mut out);
        out
    }

    #[test]
    fn a_tone_is_as_loud_as_the_standard_says() {
        let mut meter = Meter::with_peak();
        // EBU Tech 3341, case 1: 1 kHz at −23 dBFS on both channels is −23 LUFS.
        meter.add(&tone(1000.0, from_db(-23.0), 5.0));
        assert!((meter.loudness().unwrap() + 23.0).abs() < 0.1);
        assert!((meter.peak_db() + 23.0).abs() < 0.2);
        assert_eq!(Meter::new().loudness(), None);
    }

    #[test]
    fn what_is_below_the_ceiling_passes_untouched_and_in_time() {
        let quiet = tone(300.0, 0.4, 0.3);
        let out = limited(&quiet, 2.0, -1.0);
        assert_eq!(out.len(), quiet.len());
        assert!(out.iter().zip(&quiet).all(|(out, sample)| (out - 2.0 * sample).abs() < 1e-5));
    }

    #[test]
    fn no_true_peak_comes_out_above_the_ceiling() {
        // A quarter of the sample rate, between the samples: sample peaks are 3 dB below the true ones.
        let tricky: Vec<f32> = (0..48_000).map(|at| (std::f32::consts::FRAC_PI_2 * at as f32 + 0.785).sin()).collect();
        let mut clicks = tone(120.0, 0.3, 1.0);
        clicks.iter_mut().step_by(4801).for_each(|sample| *sample = 1.0);
        for samples in [tone(997.0, 0.9, 1.0), tricky, clicks] {
            let out = limited(&samples, 3.0, -2.0);
            let mut meter = Meter::with_peak();
            meter.add(&out);
            assert!(meter.peak_db() < -1.7, "{}", meter.peak_db());
        }
    }
}
