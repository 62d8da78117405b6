//! From the parts of a spectrum to sound: a train of pulses in the voice's pitch goes through the spectrum of the
//! harmonics, noise and the rest are added, and frames of 50 ms are laid over each other. Called by `voice`; knows no
//! words.

mod noise;
mod pulses;

use std::f32::consts::PI;
use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

use self::noise::Noise;
use crate::Error;
use crate::heart::Spectrum;

/// Samples a second.
pub const RATE: u32 = 24_000;

/// Samples from frame to frame, and in one frame.
pub const HOP: usize = 300;
const FRAME: usize = 1200;
const BINS: usize = FRAME / 2 + 1;

/// Loudness in the spectrum goes no further, as a logarithm.
const LOUDEST: f32 = 7.0;

pub struct Vocoder {
    forward: Arc<dyn RealToComplex<f32>>,
    backward: Arc<dyn ComplexToReal<f32>>,
    window: Vec<f32>,
}

/// The parts of one frame as slices of rows.
struct Rows<'a> {
    values: Vec<&'a [f32]>,
    frames: usize,
}

impl Rows<'_> {
    fn at(&self, part: usize, bin: usize, frame: usize) -> f32 {
        self.values[part][bin * self.frames + frame]
    }
}

impl Default for Vocoder {
    fn default() -> Self {
        let mut planner = RealFftPlanner::new();
        let hann = |at: usize| 0.5 - 0.5 * (2.0 * PI * at as f32 / FRAME as f32).cos();
        Self {
            forward: planner.plan_fft_forward(FRAME),
            backward: planner.plan_fft_inverse(FRAME),
            window: (0..FRAME).map(hann).collect(),
        }
    }
}

impl Vocoder {
    /// The sound of a spectrum; `pitch` has one value a frame, `seed` decides the noise.
    pub fn sound(&self, spectrum: &Spectrum, pitch: &[f32], seed: u64) -> Result<Vec<f32>, Error> {
        let frames = spectrum.frames;
        let parts =
            [&spectrum.harmonics, &spectrum.harmonic_phase, &spectrum.noise, &spectrum.rest, &spectrum.rest_phase];
        let values: Option<Vec<&[f32]>> = parts.into_iter().map(Tensor::data).collect();
        let rows = values.filter(|values| values.iter().all(|part| part.len() == BINS * frames));
        let rows = Rows { values: rows.ok_or_else(|| Error::network("its spectrum has another shape"))?, frames };
        if pitch.len() != frames || frames * HOP <= FRAME {
            return Err(Error::network("its spectrum is too short"));
        }
        let source = mirrored(&pulses::train(pitch));
        let mut noise = Noise::new(seed);
        let mut sum = vec![0.0_f32; frames * HOP + FRAME];
        let mut weight = vec![0.0_f32; sum.len()];
        let (mut frame, mut bins) = (self.forward.make_input_vec(), self.forward.make_output_vec());
        let mut scratch = self.forward.make_scratch_vec();
        let mut back_scratch = self.backward.make_scratch_vec();
        for at in 0..frames {
            let from = at * HOP;
            for (sample, (source, window)) in frame.iter_mut().zip(source[from..].iter().zip(&self.window)) {
                *sample = source * window / (FRAME / 4) as f32;
            }
            self.forward.process_with_scratch(&mut frame, &mut bins, &mut scratch).map_err(Error::network)?;
            for (bin, value) in bins.iter_mut().enumerate() {
                let part = |part: usize| rows.at(part, bin, at);
                let loud = |part: f32| part.min(LOUDEST).exp();
                let harmonic = Complex32::from_polar(loud(part(0)), PI * part(1).tanh());
                let rest = Complex32::from_polar(loud(part(3)), part(4));
                *value = *value * harmonic + noise.complex() * loud(part(2)) + rest;
            }
            // A real signal has no phase at both ends of its spectrum.
            bins[0].im = 0.0;
            bins[BINS - 1].im = 0.0;
            self.backward.process_with_scratch(&mut bins, &mut frame, &mut back_scratch).map_err(Error::network)?;
            for (offset, (sample, window)) in frame.iter().zip(&self.window).enumerate() {
                sum[from + offset] += sample * window / FRAME as f32;
                weight[from + offset] += window * window;
            }
        }
        let whole = FRAME / 2..FRAME / 2 + frames * HOP;
        let sound = sum[whole.clone()].iter().zip(&weight[whole]).map(|(sum, weight)| sum / weight.max(1e-11));
        Ok(sound.collect())
    }
}

/// The source with half a frame mirrored at both ends.
fn mirrored(source: &[f32]) -> Vec<f32> {
    let half = FRAME / 2;
    let mut mirrored = Vec::with_capacity(source.len() + FRAME);
    mirrored.extend(source[1..=half].iter().rev());
    mirrored.extend(source);
    mirrored.extend(source[source.len() - half - 1..source.len() - 1].iter().rev());
    mirrored
}
