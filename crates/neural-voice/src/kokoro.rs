//! A larger voice that is installed beside the program: Kokoro, 82 million weights, with the styles of many speakers. The
//! network is asked three times: for the melody it would choose; with the melody that is wanted, for the wave that excites
//! its vocoder; and, with both, for the samples. The spectrum of that wave is computed here, since a phase at its very edge
//! comes out on the other side in the runtime.

use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use crate::Error;
use crate::network::{Network, Processors};
use crate::speaker::{Breath, Manner, Speaker};

/// What happens in the middle of the network, by the names it was exported with.
const DURATIONS: &str = "/encoder/Clip_output_0";
const PITCH: &str = "/encoder/Squeeze_output_0";
const EXCITATION: &str = "/decoder/decoder/generator/Reshape_3_output_0";
const EXCITATION_SPECTRUM: &str = "/decoder/decoder/generator/Concat_3_output_0";
const SAMPLES: &str = "audio";

/// The window and the step of that spectrum, in samples.
const WINDOW: usize = 20;
const STEP: usize = 5;
const BINS: usize = WINDOW / 2 + 1;

/// Numbers that say who speaks, for each length of what is said.
const STYLE: usize = 256;
const LENGTHS: usize = 510;

/// The network with its weights.
pub struct Kokoro {
    network: Network,
}

/// Who speaks: one voice, or a mix of several.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    numbers: Vec<f32>,
    usual_hz: f32,
}

impl Kokoro {
    /// Makes a voice of its file as [`crate::prepared`] wrote it.
    pub fn read(file: Vec<u8>) -> Result<Self, Error> {
        Ok(Self { network: Network::read_large(file, "the model of the voice")? })
    }
}

impl Style {
    /// Reads the file of a voice that by itself speaks at about `usual_hz`.
    pub fn read(file: &[u8], usual_hz: f32) -> Result<Self, Error> {
        let (numbers, rest) = file.as_chunks::<4>();
        let numbers: Vec<f32> = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        if !rest.is_empty() || numbers.len() != LENGTHS * STYLE || numbers.iter().any(|number| !number.is_finite()) {
            return Err(Error::damaged("the file of the voice"));
        }
        Ok(Self { numbers, usual_hz })
    }

    /// Voices mixed by their weights, which need not add up to one. `None` of nothing.
    pub fn mixed(parts: &[(f32, Style)]) -> Option<Self> {
        let sum: f32 = parts.iter().map(|(weight, _)| weight).sum();
        if parts.is_empty() || !(sum > 0.0 && sum.is_finite()) {
            return None;
        }
        let mut mix = Self { numbers: vec![0.0; LENGTHS * STYLE], usual_hz: 0.0 };
        for (weight, style) in parts {
            let share = weight / sum;
            mix.usual_hz += share * style.usual_hz;
            for (mixed, number) in mix.numbers.iter_mut().zip(&style.numbers) {
                *mixed += share * number;
            }
        }
        Some(mix)
    }

    /// What says who speaks so many sounds.
    fn of(&self, sounds: usize) -> &[f32] {
        let at = sounds.clamp(1, LENGTHS) - 1;
        &self.numbers[at * STYLE..][..STYLE]
    }
}

/// A network with the one who speaks.
pub(crate) struct Person<'a> {
    pub kokoro: &'a Kokoro,
    pub style: &'a Style,
}

impl Speaker for Person<'_> {
    fn usual_hz(&self) -> f32 {
        self.style.usual_hz
    }

    fn say(&self, sounds: &[i32], manner: &Manner<'_>, processors: &Processors) -> Result<Breath, Error> {
        let network = &self.kokoro.network;
        let ids = NdTensor::from_data([1, sounds.len()], sounds.to_vec());
        // The silence at both ends does not count.
        let style = self.style.of(sounds.len().saturating_sub(2));
        let style = NdTensor::from_data([1, STYLE], style.to_vec());
        let speed = NdTensor::from_data([1], vec![manner.speed]);
        let given =
            || vec![("tokens", ids.view().into()), ("style", style.view().into()), ("speed", speed.view().into())];

        let values = network.run(given(), &[DURATIONS, PITCH], processors)?;
        let [durations, pitch] = values.try_into().map_err(|_| missing())?;
        let durations: Tensor<f32> = durations.into_tensor().ok_or_else(missing)?;
        let durations: Vec<f32> = durations.iter().copied().collect();
        let mut pitch: Tensor<f32> = pitch.into_tensor().ok_or_else(missing)?;
        if durations.len() != sounds.len() || pitch.iter().chain(&durations).any(|number| !number.is_finite()) {
            return Err(Error::network("its durations do not fit the sounds"));
        }
        let mut hz: Vec<f32> = pitch.iter().copied().collect();
        (manner.bend)(&mut hz);
        pitch.iter_mut().zip(&hz).for_each(|(frame, hz)| *frame = *hz);
        if (manner.cancelled)() {
            return Err(Error::Cancelled);
        }

        let values = network.run(vec![(PITCH, pitch.view().into())], &[EXCITATION], processors)?;
        let [excitation] = values.try_into().map_err(|_| missing())?;
        let excitation: Tensor<f32> = excitation.into_tensor().ok_or_else(missing)?;
        let spectrum = spectrum(&excitation.iter().copied().collect::<Vec<f32>>());

        let mut given = given();
        given.push((PITCH, pitch.view().into()));
        given.push((EXCITATION_SPECTRUM, spectrum.view().into()));
        let values = network.run(given, &[SAMPLES], processors)?;
        if (manner.cancelled)() {
            return Err(Error::Cancelled);
        }
        let [samples] = values.try_into().map_err(|_| missing())?;
        let samples: Tensor<f32> = samples.into_tensor().ok_or_else(missing)?;
        let samples: Vec<f32> = samples.iter().copied().collect();
        if samples.iter().any(|sample| !sample.is_finite()) {
            return Err(Error::network("it said what is no sound"));
        }
        Ok(Breath { samples, durations })
    }
}

/// Loudness and phase of a wave, `BINS` rows of each with one value a step.
fn spectrum(wave: &[f32]) -> NdTensor<f32, 3> {
    let angle = |at: usize| std::f32::consts::TAU * at as f32 / WINDOW as f32;
    // Hann's window.
    let window: [f32; WINDOW] = std::array::from_fn(|at| 0.5 - 0.5 * angle(at).cos());
    let turns: [(f32, f32); WINDOW] = std::array::from_fn(|at| (angle(at).cos(), -angle(at).sin()));
    let frames = if wave.len() < WINDOW { 0 } else { (wave.len() - WINDOW) / STEP + 1 };
    let mut values = vec![0.0; 2 * BINS * frames];
    for frame in 0..frames {
        let wave = &wave[frame * STEP..][..WINDOW];
        for bin in 0..BINS {
            let (mut real, mut imaginary) = (0.0_f32, 0.0_f32);
            for (at, (sample, weight)) in wave.iter().zip(&window).enumerate() {
                let (cosine, sine) = turns[at * bin % WINDOW];
                real += sample * weight * cosine;
                imaginary += sample * weight * sine;
            }
            // At both ends nothing is imaginary but rounding, and half a turn is a positive one.
            let imaginary = if bin == 0 || bin == BINS - 1 { 0.0 } else { imaginary };
            values[bin * frames + frame] = real.hypot(imaginary);
            values[(BINS + bin) * frames + frame] = imaginary.atan2(real);
        }
    }
    NdTensor::from_data([1, 2 * BINS, frames], values)
}

fn missing() -> Error {
    Error::network("a part of its answer is missing")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(number: f32, usual_hz: f32) -> Style {
        let file: Vec<u8> = (0..LENGTHS * STYLE).flat_map(|_| number.to_le_bytes()).collect();
        Style::read(&file, usual_hz).unwrap()
    }

    #[test]
    fn voices_are_mixed_by_their_weights() {
        let mix = Style::mixed(&[(3.0, style(1.0, 200.0)), (1.0, style(5.0, 100.0))]).unwrap();
        assert_eq!((mix.of(1)[0], mix.of(510)[255], mix.of(9_999)[0], mix.usual_hz), (2.0, 2.0, 2.0, 175.0));
        assert_eq!(Style::mixed(&[]), None);
        assert_eq!(Style::mixed(&[(0.0, style(1.0, 200.0))]), None);
    }

    #[test]
    fn a_damaged_file_is_an_error_and_no_panic() {
        let whole: Vec<u8> = (0..LENGTHS * STYLE).flat_map(|_| 1.0_f32.to_le_bytes()).collect();
        let nothing_of_it: Vec<u8> = (0..LENGTHS * STYLE).flat_map(|_| f32::NAN.to_le_bytes()).collect();
        for file in [&whole[..whole.len() - 1], &whole[..4], b"", b"<html>", &nothing_of_it] {
            assert!(matches!(Style::read(file, 200.0), Err(Error::Damaged { .. })));
        }
        for file in [b"".to_vec(), b"<html>quota exceeded</html>".to_vec(), whole] {
            assert!(Kokoro::read(file).is_err());
        }
    }

    #[test]
    fn a_cosine_has_its_loudness_in_its_row() {
        let wave: Vec<f32> = (0..60).map(|at| (std::f32::consts::TAU * 3.0 * at as f32 / 20.0).cos()).collect();
        let spectrum = spectrum(&wave);
        assert_eq!(spectrum.shape(), [1, 22, 9]);
        assert!((spectrum[[0, 3, 0]] - 5.0).abs() < 1e-4 && spectrum[[0, 6, 0]] < 1e-4);
        assert!(spectrum[[0, 14, 0]].abs() < 1e-4, "it begins at its top");
        assert!((super::spectrum(&[-1.0; 20])[[0, 11, 0]] - std::f32::consts::PI).abs() < 1e-6);
        assert_eq!(super::spectrum(&[0.0; 3]).shape(), [1, 22, 0]);
    }
}
