//! The embedded voices as providers, free and offline. Same request, same bytes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;

use super::{neural, pico};
use crate::media::sound::Sound;
use crate::media::sound_file::encode_wav;
use crate::plan::{Billing, Failure, MadeBy, Maker, Request, Role, Speech, VoiceRequest};
use crate::providers::provider::{Facts, File, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request};

/// Changes whenever the sound changes, so that a new version speaks anew.
const PICO_VERSION: u32 = 1;
const NEURAL_VERSION: u32 = 1;

/// The start of the SHA-256 of the neural voice's weights: other weights are another voice.
const WEIGHTS: &str = "5f70741d4e900f4e";

/// SVOX Pico.
pub struct Pico {
    /// Where the embedded voice data is unpacked once.
    voices: PathBuf,
}

/// The small neural voice.
pub struct Neural;

impl Pico {
    pub fn new(voices: PathBuf) -> Self {
        Self { voices }
    }

    pub fn maker() -> Maker {
        let made_by = made_by("pico", "svox-pico", PICO_VERSION, BTreeMap::new());
        Maker { made_by, billing: Billing::Free, speech: Speech::default() }
    }
}

impl Neural {
    pub fn maker() -> Maker {
        let parameters = BTreeMap::from([("weights".to_owned(), json!(WEIGHTS))]);
        let made_by = made_by("neural", "heart", NEURAL_VERSION, parameters);
        Maker { made_by, billing: Billing::Free, speech: Speech { sounds: true, ..Speech::default() } }
    }
}

fn made_by(provider: &str, model: &str, version: u32, parameters: BTreeMap<String, serde_json::Value>) -> MadeBy {
    MadeBy {
        provider: provider.to_owned(),
        model: model.to_owned(),
        version: Some(version),
        endpoint: None,
        parameters,
    }
}

/// A sound as the file of a job.
pub(crate) fn sound_file(sound: &Sound) -> File {
    let milliseconds = (sound.seconds() * 1000.0).round() as u32;
    File { role: Role::Sound, bytes: encode_wav(sound), facts: Facts::Sound { milliseconds } }
}

impl Provider for Pico {
    fn lane(&self) -> Lane {
        Lane::processor()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        let voices = self.voices.clone();
        make("pico", request, context, move |line, cancelled| {
            let settings = pico::settings_for(&line.voice_id, line.tone, line.look, line.take);
            let sound = pico::speak(&voices, &settings, &line.text, cancelled).map_err(|error| error.to_string())?;
            Ok(vec![sound_file(&sound)])
        })
    }
}

impl Provider for Neural {
    fn lane(&self) -> Lane {
        Lane::processor()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        make("neural", request, context, |line, cancelled| {
            let settings = neural::settings_for(&line.voice_id, line.tone, line.look, line.take);
            let spoken = neural::speak(&settings, &line.text, cancelled).map_err(|error| error.to_string())?;
            let alignment = serde_json::to_vec(&spoken.alignment).map_err(|error| error.to_string())?;
            let alignment = File { role: Role::Alignment, bytes: alignment, facts: Facts::Alignment };
            Ok(vec![sound_file(&spoken.sound), alignment])
        })
    }
}

/// Speaks one line on a thread of its own.
fn make<'a>(
    provider: &'static str,
    request: &'a Request,
    context: JobContext,
    speak: impl FnOnce(&VoiceRequest, &dyn Fn() -> bool) -> Result<Vec<File>, String> + Send + 'static,
) -> Making<'a> {
    Box::pin(async move {
        let Request::Voice(line) = request else {
            return Err(wrong_request(provider, request));
        };
        let line = line.clone();
        compute("The embedded voice", move || {
            speak(&line, &|| context.cancel.is_cancelled()).map_err(|why| {
                if context.cancel.is_cancelled() {
                    return NotMade::Cancelled;
                }
                NotMade::Failed(Failure {
                    reason: format!("The embedded voice could not speak the line: {why}"),
                    next_step: "Change the line, or give it a `say` text or an `audio` file.".to_owned(),
                    retryable: false,
                })
            })
        })
        .await
    })
}
