//! The voice's network: numbers of sounds in; durations, pitch and the parts of a spectrum out. It is asked twice: for the
//! melody it would choose, and, with the melody that is wanted, for the spectrum, so that the spectrum fits the pitch.
//! Called by `voice`.

use rten::Value;
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use crate::Error;
use crate::data::{self, Files};
use crate::network::{Network, Processors};
use crate::speaker::{Breath, Manner, Speaker};
use crate::vocoder::Vocoder;

/// What happens in the middle of the network, by the names it was exported with.
const DURATIONS: &str = "/Clip_output_0";
const PITCH: &str = "f0";
const STATES: &str = "/Reshape_42_output_0";
const STRENGTH: &str = "/Div_42_output_0";

/// The parts of the spectrum: loudness and phase of the harmonics, loudness of the noise, loudness and phase of the rest.
const PARTS: [&str; 5] = ["lh", "theta", "ln", "lr", "phi"];

/// Seconds of one unit of duration: two frames.
pub const UNIT_SECONDS: f64 = 0.025;

pub struct Heart {
    network: Network,
    vocoder: Vocoder,
}

/// The middle of what the voice chooses by itself.
const USUAL_HZ: f32 = 205.0;

/// A sentence after the first half of the network.
struct Melody {
    /// In units, one for each sound.
    durations: Vec<f32>,
    /// In Hz, one for each frame; 40 or less where nothing is voiced.
    pitch: Vec<f32>,
    states: Value,
    strength: Value,
}

/// The parts of a spectrum, each of `bins` rows with one value a frame.
pub struct Spectrum {
    pub frames: usize,
    pub harmonics: Tensor<f32>,
    pub harmonic_phase: Tensor<f32>,
    pub noise: Tensor<f32>,
    pub rest: Tensor<f32>,
    pub rest_phase: Tensor<f32>,
}

impl Heart {
    pub fn read(files: &Files) -> Result<Self, Error> {
        const WHAT: &str = "the network of the voice";
        Ok(Self {
            network: Network::read(data::unpacked_network(&files.heart, WHAT)?, WHAT)?,
            vocoder: Vocoder::default(),
        })
    }

    /// How long and how high each sound would be.
    fn melody(&self, sounds: &[i32], speed: f32, processors: &Processors) -> Result<Melody, Error> {
        let ids = NdTensor::from_data([1, sounds.len()], sounds.to_vec());
        let speed = NdTensor::from_data([1], vec![speed]);
        let given = vec![("ids", ids.into()), ("speed", speed.into())];
        let values = self.network.run(given, &[DURATIONS, PITCH, STATES, STRENGTH], processors)?;
        let [durations, pitch, states, strength] = values.try_into().map_err(|_| missing())?;
        let (durations, pitch) = (numbers(durations)?, numbers(pitch)?);
        if durations.len() != sounds.len() || pitch.iter().chain(&durations).any(|number| !number.is_finite()) {
            return Err(Error::network("its durations do not fit the sounds"));
        }
        Ok(Melody { durations, pitch, states, strength })
    }

    /// The spectrum of a sentence in its final melody.
    fn spectrum(&self, melody: Melody, processors: &Processors) -> Result<Spectrum, Error> {
        let frames = melody.pitch.len();
        let pitch = NdTensor::from_data([1, frames], melody.pitch);
        let given = vec![(PITCH, pitch.into()), (STATES, melody.states.into()), (STRENGTH, melody.strength.into())];
        let values = self.network.run(given, &PARTS, processors)?;
        let parts: Vec<Tensor<f32>> =
            values.into_iter().map(|value| value.into_tensor().ok_or_else(missing)).collect::<Result<_, _>>()?;
        let [harmonics, harmonic_phase, noise, rest, rest_phase] = parts.try_into().map_err(|_| missing())?;
        Ok(Spectrum { frames, harmonics, harmonic_phase, noise, rest, rest_phase })
    }
}

impl Speaker for Heart {
    fn usual_hz(&self) -> f32 {
        USUAL_HZ
    }

    fn say(&self, sounds: &[i32], manner: &Manner<'_>, processors: &Processors) -> Result<Breath, Error> {
        let mut melody = self.melody(sounds, manner.speed, processors)?;
        (manner.bend)(&mut melody.pitch);
        let (durations, pitch) = (melody.durations.clone(), melody.pitch.clone());
        if (manner.cancelled)() {
            return Err(Error::Cancelled);
        }
        let spectrum = self.spectrum(melody, processors)?;
        if (manner.cancelled)() {
            return Err(Error::Cancelled);
        }
        Ok(Breath { samples: self.vocoder.sound(&spectrum, &pitch, manner.seed)?, durations })
    }
}

fn missing() -> Error {
    Error::network("a part of its answer is missing")
}

fn numbers(value: Value) -> Result<Vec<f32>, Error> {
    let tensor: Tensor<f32> = value.into_tensor().ok_or_else(missing)?;
    Ok(tensor.iter().copied().collect())
}
