//! What ElevenLabs does beside speaking: it listens to recordings (Scribe), puts their lines into other voices, and makes sounds
//! from words.

use super::{BASE, ElevenLabs, OWN_BASE, format_of, without_voice};
use crate::domain::MicroDollars;
use crate::plan::{Failure, MadeBy, Request};
use crate::providers::http::{Body, Call, Limits, Method, Reply};
use crate::providers::names::ELEVENLABS;
use crate::providers::remote::{Inputs, Verdict, garbled, refused};
use crate::providers::sound::prompted;
use crate::providers::transcript::{changer, scribe};
use crate::providers::voice::builtin::sound_file;
use crate::providers::voice::received;

/// Whether a request is about a recording.
pub(super) fn is_one(request: &Request) -> bool {
    matches!(request, Request::Transcript(_) | Request::ChangedVoice(_))
}

impl ElevenLabs {
    /// Who listens, as it stands in a request.
    pub fn listens(&self, language: Option<&str>) -> MadeBy {
        scribe::made_by(&self.config.transcript_model, self.endpoint.in_key(OWN_BASE), language)
    }

    /// Who puts lines into other voices, as it stands in a request.
    pub fn changes_voices(&self) -> MadeBy {
        let ElevenLabs { config, endpoint, .. } = self;
        changer::made_by(&config.changer_model, &config.output_format, endpoint.in_key(OWN_BASE))
    }

    /// An upper bound of the price.
    pub fn price_of_recording(&self, request: &Request) -> MicroDollars {
        match request {
            Request::Transcript(transcript) => self.prices.transcript(transcript.milliseconds),
            Request::ChangedVoice(line) => self.prices.changer(line.milliseconds),
            _ => MicroDollars::ZERO,
        }
    }

    pub(super) fn call_of_recording(&self, request: &Request, inputs: &Inputs) -> Result<Call, Failure> {
        self.check_voices(request)?;
        let sound = inputs.sound.clone().ok_or_else(|| {
            refused("The recording is not there any more", "Import it again; what was heard of it is kept.")
        })?;
        let (url, body, milliseconds) = match request {
            Request::Transcript(transcript) => {
                (self.endpoint.join(&scribe::PATH), scribe::body(transcript, sound), transcript.milliseconds)
            }
            Request::ChangedVoice(line) => {
                let mut url = self.endpoint.join(&changer::path(line));
                url.query_pairs_mut().append_pair("output_format", format_of(request));
                (url, changer::body(line, sound), line.milliseconds)
            }
            _ => return Err(refused("This is no recording", "This is a fault of babblecast; please report it.")),
        };
        let limits = match request {
            Request::Transcript(_) => Limits::transcript(self.config.time_limit, milliseconds),
            // As a voice that speaks fifteen letters a second.
            _ => Limits::speech(self.config.time_limit, (milliseconds / 66) as usize),
        };
        Ok(Call { provider: ELEVENLABS, method: Method::Post, url, key: Some(self.key.clone()), body, limits })
    }

    pub(super) fn decode_recording(&self, request: &Request, reply: &Reply) -> Verdict {
        if !reply.head.is_success() {
            let about_voice = match request {
                Request::ChangedVoice(_) => without_voice(request, reply),
                _ => None,
            };
            return about_voice.unwrap_or_else(|| self.explained(request, reply));
        }
        let files = match request {
            Request::Transcript(_) => scribe::files(&reply.body),
            Request::ChangedVoice(line) => received::sound(&reply.body, format_of(request)).and_then(|sound| {
                changer::misfit(line, sound.seconds()).map_or_else(|| Ok(vec![sound_file(&sound)]), Err)
            }),
            _ => Err("it belongs to no recording".to_owned()),
        };
        match files {
            Ok(files) => Verdict::Made { files, cost: None, request_id: reply.head.request_id() },
            Err(why) => garbled(ELEVENLABS, &why, reply),
        }
    }

    pub(super) fn call_of_sound(&self, request: &Request) -> Result<Call, Failure> {
        if !self.is_address_of(request) {
            return Err(refused(
                format!("This sound was planned for another address than {BASE} now holds"),
                "Generate again to plan it with today's settings.",
            ));
        }
        let Some((path, body)) = prompted::sent(request) else {
            return Err(refused("This is no sound", "This is a fault of babblecast; please report it."));
        };
        let mut url = self.endpoint.join(&path);
        url.query_pairs_mut().append_pair("output_format", format_of(request));
        let milliseconds = prompted::asked(request).and_then(|sound| sound.milliseconds).unwrap_or_default();
        Ok(Call {
            provider: ELEVENLABS,
            method: Method::Post,
            url,
            key: Some(self.key.clone()),
            body: Body::Json(body.to_string().into_bytes()),
            limits: Limits::sound(self.config.time_limit, milliseconds),
        })
    }

    pub(super) fn decode_sound(&self, request: &Request, reply: &Reply) -> Verdict {
        if !reply.head.is_success() {
            return self.explained(request, reply);
        }
        let Some(asked) = prompted::asked(request) else {
            return garbled(ELEVENLABS, "it belongs to no sound", reply);
        };
        let made = received::sound(&reply.body, format_of(request)).and_then(|sound| {
            prompted::misfit(asked, sound.seconds()).map_or_else(|| Ok(vec![sound_file(&sound)]), Err)
        });
        match made {
            Ok(files) => {
                let credits = reply.head.header("character-cost").and_then(|value| value.parse().ok());
                let cost = credits.and_then(|credits| self.prices.cost(credits));
                Verdict::Made { files, cost, request_id: reply.head.request_id() }
            }
            Err(why) => garbled(ELEVENLABS, &why, reply),
        }
    }
}
