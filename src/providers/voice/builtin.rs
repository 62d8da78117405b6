//! The embedded voice as a provider, free and offline. Same request, same bytes.

use std::path::PathBuf;

use super::pico;
use crate::media::sound::Sound;
use crate::media::sound_file::encode_wav;
use crate::plan::{Billing, Failure, MadeBy, Maker, Request, Role, Speech};
use crate::providers::provider::{Facts, File, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request};

/// Changes whenever the sound changes, so that a new version speaks anew.
const VERSION: u32 = 1;

pub struct Pico {
    /// Where the embedded voice data is unpacked once.
    voices: PathBuf,
}

impl Pico {
    pub fn new(voices: PathBuf) -> Self {
        Self { voices }
    }

    pub fn maker() -> Maker {
        Maker {
            made_by: MadeBy {
                provider: "pico".to_owned(),
                model: "svox-pico".to_owned(),
                version: Some(VERSION),
                endpoint: None,
                parameters: std::collections::BTreeMap::new(),
            },
            billing: Billing::Free,
            speech: Speech::default(),
        }
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
        Box::pin(async move {
            let Request::Voice(line) = request else {
                return Err(wrong_request("pico", request));
            };
            let settings = pico::settings_for(&line.voice_id, line.tone, line.look, line.take);
            let (voices, text) = (self.voices.clone(), line.text.clone());
            compute("The embedded voice", move || {
                let spoken = pico::speak(&voices, &settings, &text, &|| context.cancel.is_cancelled());
                match spoken {
                    Ok(sound) => Ok(vec![sound_file(&sound)]),
                    Err(_) if context.cancel.is_cancelled() => Err(NotMade::Cancelled),
                    Err(error) => Err(NotMade::Failed(Failure {
                        reason: format!("The embedded voice could not speak the line: {error}"),
                        next_step: "Change the line, or give it a `say` text or an `audio` file.".to_owned(),
                        retryable: false,
                    })),
                }
            })
            .await
        })
    }
}
