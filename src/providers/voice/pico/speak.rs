//! One line in, one finished sound out: the embedded voice as the rest of the program sees it. Called by the voice
//! provider; synchronous, and pure apart from the directory that holds the voices' files. Knows no jobs and no store.

use std::path::Path;

use pico_engine::Engine;

use super::script;
use super::settings::VoiceSettings;
use crate::media::sound::Sound;
use crate::media::sound_file::MAX_MINUTES;

/// The rate of every finished line, in Hz: that of the video's sound, 1,600 samples to a frame, so that the one change of
/// rate which lifts the formants is also the last.
pub const RATE: u32 = 48_000;

/// How loud Pico itself speaks, in percent: at its default it clips.
const PICO_VOLUME: u16 = 55;

/// The loudness of the voiced parts at volume 100: 17 dB below full scale, as a root mean square.
const LOUDNESS: f32 = 0.14;

/// No sample goes beyond 1 dB below full scale.
const CEILING: f32 = 0.89;

/// Silence, in seconds: before the first and after the last word, and between portions of a long line.
const LEAD_IN: f64 = 0.05;
const LEAD_OUT: f64 = 0.12;
const BETWEEN: f64 = 0.25;

#[derive(Debug, thiserror::Error)]
pub enum SpeakError {
    #[error("the line is longer than {MAX_MINUTES} minutes when spoken. Divide it into several lines")]
    TooLong,
    #[error(transparent)]
    Pico(#[from] pico_engine::Error),
}

/// Speaks a text. The same settings and text give the same samples; up to any number of threads may call it at once.
/// `voices_directory` is made and filled when needed. `cancelled` is asked often.
pub fn speak(
    voices_directory: &Path,
    settings: &VoiceSettings,
    text: &str,
    cancelled: &dyn Fn() -> bool,
) -> Result<Sound, SpeakError> {
    if cancelled() {
        return Err(pico_engine::Error::Cancelled.into());
    }
    let mut engine = Engine::open(voices_directory, settings.language)?;
    let mut line = Sound { rate: RATE, samples: silence(LEAD_IN) };
    for (number, portion) in script::portions(text).iter().enumerate() {
        let spoken = engine.say(&markup(settings, portion), cancelled)?;
        let samples = spoken.into_iter().map(|sample| f32::from(sample) / 32_768.0).collect();
        let raw = Sound { rate: pico_engine::RATE, samples };
        let portion = raw.raised(f64::from(settings.formant) / 100.0, RATE);
        if number > 0 {
            line.samples.extend(silence(BETWEEN));
        }
        line.samples.extend_from_slice(without_silent_ends(&portion.samples));
        if line.samples.len() > (MAX_MINUTES * 60 * RATE) as usize {
            return Err(SpeakError::TooLong);
        }
        if cancelled() {
            return Err(pico_engine::Error::Cancelled.into());
        }
    }
    line.samples.extend(silence(LEAD_OUT));
    let gain = gain_for(&line, f32::from(settings.volume) / 100.0);
    Ok(line.amplified(gain))
}

/// The text with Pico's commands for height and speed. Lifting the formants afterwards also lifts the pitch and shortens
/// the sound; both are taken back here, so that the settings are what is heard.
fn markup(settings: &VoiceSettings, text: &str) -> String {
    let before_lifting = |percent: u16| u32::from(percent) * 100 / u32::from(settings.formant.max(1));
    let pitch = before_lifting(settings.pitch).clamp(50, 200);
    let speed = before_lifting(settings.speed).clamp(20, 500);
    format!(
        "<volume level='{PICO_VOLUME}'><pitch level='{pitch}'><speed level='{speed}'>{text}</speed></pitch></volume>"
    )
}

fn silence(seconds: f64) -> Vec<f32> {
    vec![0.0; (seconds * f64::from(RATE)) as usize]
}

/// The samples between the first and the last that can be heard: above a hundredth of the peak.
fn without_silent_ends(samples: &[f32]) -> &[f32] {
    let threshold = 0.01 * samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let is_heard = |sample: &f32| sample.abs() > threshold;
    match (samples.iter().position(is_heard), samples.iter().rposition(is_heard)) {
        (Some(first), Some(last)) => &samples[first..=last],
        _ => &[],
    }
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

#[cfg(test)]
mod tests;
