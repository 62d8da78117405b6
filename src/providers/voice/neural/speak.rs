//! One line in, one finished sound out, with the times of what is heard. Synchronous and pure. Knows no jobs and no store.

use neural_voice::{Delivery, Error, Processors, Speech, Voice};

use super::heard;
use super::settings::VoiceSettings;
use crate::media::sound::Sound;
use crate::media::sound_file::MAX_MINUTES;
use crate::providers::voice::alignment::Alignment;
use crate::providers::voice::finish::{self, LEAD_IN, LEAD_OUT, RATE, at_loudness, silence};

/// Why a line is not spoken.
#[derive(Debug, thiserror::Error)]
pub enum SpeakError {
    /// The sound would be longer than any recording may be; or the text surely takes that long.
    #[error("the line is longer than {MAX_MINUTES} minutes when spoken. Divide it into several lines")]
    TooLong,
    /// The network could not be run, or it was cancelled.
    #[error(transparent)]
    Voice(#[from] Error),
    /// A file of an installed voice.
    #[error("{0}. `babblecast voices verify` looks at its files, and `babblecast voices install kokoro` fixes them")]
    Files(String),
}

/// A finished line.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// The finished line: levelled, with a little silence before and behind.
    pub sound: Sound,
    pub(crate) alignment: Alignment,
}

/// A text of so many characters surely takes longer than a sound may.
const MOST_CHARACTERS: usize = MAX_MINUTES as usize * 60 * 40;

/// Speaks a text. The same settings and text give the same samples. `cancelled` is asked several times a sentence.
pub fn speak(settings: &VoiceSettings, text: &str, cancelled: &dyn Fn() -> bool) -> Result<Spoken, SpeakError> {
    // Lanes speak several lines at once, so one line takes one thread.
    finished(settings, text, cancelled, |delivery| {
        Voice::carried()?.say(text, delivery, &Processors::new(1), cancelled)
    })
}

/// What `say` says in a delivery, made into a finished line in the settings.
pub fn finished(
    settings: &VoiceSettings,
    text: &str,
    cancelled: &dyn Fn() -> bool,
    say: impl FnOnce(&Delivery) -> Result<Speech, Error>,
) -> Result<Spoken, SpeakError> {
    if cancelled() {
        return Err(Error::Cancelled.into());
    }
    if text.chars().count() > MOST_CHARACTERS {
        return Err(SpeakError::TooLong);
    }
    // Raising the formants afterwards also raises the pitch and the pace; both are taken back here, so that the settings
    // are what is heard.
    let raise = f64::from(settings.formant) / 100.0;
    let before_raising = |value: u16| f32::from(value) / raise as f32;
    let speech = say(&Delivery {
        pitch_hz: before_raising(settings.pitch),
        speed: before_raising(settings.speed) / 100.0,
        range: f32::from(settings.range) / 100.0,
        seed: settings.seed,
    })?;
    if speech.samples.len() > (MAX_MINUTES * 60 * neural_voice::RATE) as usize {
        return Err(SpeakError::TooLong);
    }
    let raw = Sound { rate: neural_voice::RATE, samples: speech.samples.clone() }.raised(raise, RATE);
    let kept = finish::heard(&raw.samples);
    let cut = kept.start as f64 / f64::from(RATE);
    let mut samples = silence(LEAD_IN);
    samples.extend_from_slice(&raw.samples[kept]);
    let ends = samples.len() as f64 / f64::from(RATE);
    samples.extend(silence(LEAD_OUT));
    let alignment = heard::alignment(&speech, |seconds| (seconds / raise - cut + LEAD_IN).clamp(0.0, ends));
    Ok(Spoken { sound: at_loudness(Sound { rate: RATE, samples }, settings.volume), alignment })
}

#[cfg(test)]
mod tests;
