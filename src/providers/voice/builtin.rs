//! The embedded voices as providers, free and offline. Same request, same bytes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;

use super::{kokoro, neural, pico};
use crate::domain::Language;
use crate::media::sound::Sound;
use crate::media::sound_file::encode_wav;
use crate::plan::{Billing, Failure, MadeBy, Maker, ProviderId, Request, Role, Speech, VoiceRequest};
use crate::providers::provider::{Facts, File, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request};

/// Changes whenever the sound changes, so that a new version speaks again.
const PICO_VERSION: u32 = 1;
const NEURAL_VERSION: u32 = 1;
const KOKORO_VERSION: u32 = 1;

/// The parameter that names another language than English.
const LANGUAGE: &str = "language";

/// The start of the SHA-256 of the neural voice's weights: other weights are another voice.
const WEIGHTS: &str = "5f70741d4e900f4e";
const KOKORO_WEIGHTS: &str = "6e742170d309016e";

/// SVOX Pico.
pub struct Pico {
    /// Where the embedded voice data is unpacked once.
    voices: PathBuf,
}

/// The small neural voice.
pub struct Neural;

/// The larger voice, where it is installed.
pub struct Larger(pub Arc<kokoro::Installed>);

impl Pico {
    pub fn new(voices: PathBuf) -> Self {
        Self { voices }
    }

    pub fn maker() -> Maker {
        let speech = Speech { languages: Self::languages(), ..Speech::default() };
        Maker { made_by: Self::made_by(Language::English), billing: Billing::Free, speech }
    }

    /// Who speaks what is not English.
    fn languages() -> BTreeMap<Language, MadeBy> {
        let others = Language::ALL.into_iter().filter(|language| *language != Language::English);
        others.map(|language| (language, Self::made_by(language))).collect()
    }

    fn made_by(language: Language) -> MadeBy {
        // English goes without saying, as it did before there was another.
        let named = (language != Language::English).then(|| (LANGUAGE.to_owned(), json!(language)));
        made_by(ProviderId::Pico, "svox-pico", PICO_VERSION, named.into_iter().collect())
    }
}

impl Neural {
    pub fn maker() -> Maker {
        let parameters = BTreeMap::from([("weights".to_owned(), json!(WEIGHTS))]);
        let made_by = made_by(ProviderId::Neural, "heart", NEURAL_VERSION, parameters);
        Maker {
            made_by,
            billing: Billing::Free,
            speech: Speech { sounds: true, languages: Pico::languages(), ..Speech::default() },
        }
    }
}

impl Larger {
    pub fn maker() -> Maker {
        let speech = Speech { sounds: true, languages: Pico::languages(), ..Speech::default() };
        Maker { made_by: Self::made_by(), billing: Billing::Free, speech }
    }

    pub fn made_by() -> MadeBy {
        let parameters = BTreeMap::from([("weights".to_owned(), json!(KOKORO_WEIGHTS))]);
        made_by(ProviderId::Kokoro, "kokoro-82m-v1.0-int8", KOKORO_VERSION, parameters)
    }
}

fn made_by(provider: ProviderId, model: &str, version: u32, parameters: BTreeMap<String, serde_json::Value>) -> MadeBy {
    MadeBy { provider, model: model.to_owned(), version: Some(version), endpoint: None, parameters }
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
        make(ProviderId::Pico, request, context, move |line, cancelled| {
            let language = line.made_by.parameters.get(LANGUAGE).and_then(|code| Language::from_code(code.as_str()?));
            let language = language.unwrap_or_default();
            let settings = pico::settings_in(language, &line.voice_id, line.tone, line.look, line.take);
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
        make(ProviderId::Neural, request, context, |line, cancelled| {
            let settings = neural::settings_for(&line.voice_id, line.tone, line.look, line.take);
            files(&neural::speak(&settings, &line.text, cancelled).map_err(|error| error.to_string())?)
        })
    }
}

impl Provider for Larger {
    /// One line takes all processors and half a gigabyte.
    fn lane(&self) -> Lane {
        Lane { name: "kokoro", most_at_once: 1 }
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        let installed = self.0.clone();
        make(ProviderId::Kokoro, request, context, move |line, cancelled| {
            let (mix, settings) = kokoro::settings_for(&line.voice_id, line.tone, line.look, line.take);
            let spoken = installed.speak(&mix, &settings, &line.text, cancelled);
            files(&spoken.map_err(|error| error.to_string())?)
        })
    }
}

/// A line with the times of its words.
fn files(spoken: &neural::Spoken) -> Result<Vec<File>, String> {
    let alignment = serde_json::to_vec(&spoken.alignment).map_err(|error| error.to_string())?;
    let alignment = File { role: Role::Alignment, bytes: alignment, facts: Facts::Alignment };
    Ok(vec![sound_file(&spoken.sound), alignment])
}

/// Speaks one line on a thread of its own.
fn make(
    provider: ProviderId,
    request: &Request,
    context: JobContext,
    speak: impl FnOnce(&VoiceRequest, &dyn Fn() -> bool) -> Result<Vec<File>, String> + Send + 'static,
) -> Making<'_> {
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
