//! One line in, one finished sound out: the embedded voice as the rest of the program sees it. Called by the voice
//! provider; synchronous, and pure apart from the directory that holds the voices' files. Knows no jobs and no store.

use std::path::Path;

use pico_engine::Engine;

use super::script;
use super::settings::VoiceSettings;
use crate::media::sound::Sound;
use crate::media::sound_file::MAX_MINUTES;
use crate::providers::voice::finish::{LEAD_IN, LEAD_OUT, RATE, at_loudness, heard, silence};

/// How loud Pico itself speaks, in percent: at its default it clips.
const PICO_VOLUME: u16 = 55;

/// Silence between the portions of a long line, in seconds.
const BETWEEN: f64 = 0.25;

/// Why a line is not spoken.
#[derive(Debug, thiserror::Error)]
pub enum SpeakError {
    /// The sound would be longer than any recording may be.
    #[error("the line is longer than {MAX_MINUTES} minutes when spoken. Divide it into several lines")]
    TooLong,
    /// The synthesiser failed, its files could not be unpacked, or it was cancelled.
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
    for (number, portion) in script::portions(text, settings.language).iter().enumerate() {
        let spoken = engine.say(&markup(settings, portion), cancelled)?;
        let samples = spoken.into_iter().map(|sample| f32::from(sample) / 32_768.0).collect();
        let raw = Sound { rate: pico_engine::RATE, samples };
        let portion = raw.raised(f64::from(settings.formant) / 100.0, RATE);
        if number > 0 {
            line.samples.extend(silence(BETWEEN));
        }
        line.samples.extend_from_slice(&portion.samples[heard(&portion.samples)]);
        if line.samples.len() > (MAX_MINUTES * 60 * RATE) as usize {
            return Err(SpeakError::TooLong);
        }
        if cancelled() {
            return Err(pico_engine::Error::Cancelled.into());
        }
    }
    line.samples.extend(silence(LEAD_OUT));
    Ok(at_loudness(line, settings.volume))
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

#[cfg(test)]
mod tests;
