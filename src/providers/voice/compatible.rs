//! A server that speaks the language of OpenAI's speech: on this machine or the network, free of charge.

use serde_json::{Map, Value, json};

use super::builtin::sound_file;
use super::{received, voices};
use crate::plan::{Billing, Failure, MadeBy, Maker, ProviderId, Request, Speech};
use crate::providers::config::ServerConfig;
use crate::providers::error_body::ErrorBody;
use crate::providers::errors::{Dialect, Names, classify, classify_inside};
use crate::providers::http::{ApiKey, Body, Call, Endpoint, KeyHeader, Limits, Method, Reply};
use crate::providers::provider::Lane;
use crate::providers::remote::{Checked, Inputs, RemoteProvider, Verdict, garbled, refused};
use crate::providers::server;

pub const KEY: &str = "BABBLECAST_VOICE_KEY";
pub const BASE: &str = "BABBLECAST_VOICE_BASE_URL";
const NAME: &str = "The voice server";

/// Who makes voices with the server at `endpoint`, as far as it is configured without one.
pub fn planned(config: &ServerConfig, endpoint: Option<String>) -> Maker {
    let parameters = config.parameters.clone();
    let (provider, model) = (ProviderId::CompatibleVoice, config.model.clone());
    Maker {
        made_by: MadeBy { provider, model, version: None, endpoint, parameters },
        billing: Billing::Free,
        speech: Speech { voices: voices::openai_shape(&config.voices), raised: config.baby, ..Speech::default() },
    }
}

/// The server as configured.
#[derive(Debug)]
pub struct CompatibleVoices {
    endpoint: Endpoint,
    key: Option<ApiKey>,
    config: ServerConfig,
}

impl CompatibleVoices {
    pub fn new(config: &ServerConfig) -> Result<Self, String> {
        let Some(address) = &config.base_url else {
            return Err(format!(
                "{BASE} is not set: a compatible voice server needs its address, such as http://127.0.0.1:8880/v1."
            ));
        };
        let key = config.key.as_ref().map(|key| ApiKey::new(KeyHeader::Bearer, KEY, key)).transpose()?;
        let endpoint = Endpoint::new(BASE, address, key.is_some())?.with_default_path("/v1");
        Ok(Self { endpoint, key, config: config.clone() })
    }

    pub fn maker(&self) -> Maker {
        planned(&self.config, self.endpoint.in_key(""))
    }

    fn names<'a>(&'a self, model: &'a str, voice: &'a str) -> Names<'a> {
        let secret = self.key.as_ref();
        Names { dialect: Dialect::Compatible, provider: NAME, key: KEY, base: BASE, model, voice, secret }
    }
}

impl RemoteProvider for CompatibleVoices {
    fn id(&self) -> ProviderId {
        ProviderId::CompatibleVoice
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn lane(&self) -> Lane {
        Lane::calls("compatible-voice", Some(self.config.at_once.unwrap_or(2)))
    }

    fn call(&self, request: &Request, _inputs: &Inputs) -> Result<Call, Failure> {
        let Request::Voice(line) = request else {
            return Err(refused(
                "The voice server cannot make a portrait",
                "This is a fault of babblecast; please report it.",
            ));
        };
        if line.made_by.endpoint != self.endpoint.in_key("") {
            return Err(refused(
                format!("This line was planned for another address than {BASE} now holds"),
                "Generate again to plan it with today's settings.",
            ));
        }
        let mut fields: Map<String, Value> = line.made_by.parameters.clone().into_iter().collect();
        if !line.made_by.model.is_empty() {
            fields.insert("model".to_owned(), json!(line.made_by.model));
        }
        fields.insert("input".to_owned(), json!(line.text));
        fields.insert("voice".to_owned(), json!(line.voice_id));
        // Without loss; most servers know it, and whatever comes is read by what it is.
        fields.entry("response_format").or_insert_with(|| json!("wav"));
        Ok(Call {
            provider: NAME,
            method: Method::Post,
            url: self.endpoint.join(&["audio", "speech"]),
            key: self.key.clone(),
            body: Body::Json(Value::Object(fields).to_string().into_bytes()),
            limits: Limits::speech(self.config.time_limit, line.text.chars().count()),
        })
    }

    fn model(&self) -> &str {
        &self.config.model
    }

    fn decode(&self, request: &Request, reply: &Reply) -> Verdict {
        let (model, voice) = match request {
            Request::Voice(line) => (line.made_by.model.as_str(), line.voice_id.as_str()),
            _ => ("", ""),
        };
        let names = self.names(model, voice);
        if !reply.head.is_success() {
            return classify(&names, reply);
        }
        let error = ErrorBody::parse(&reply.body);
        if error.is_providers_own {
            return classify_inside(&names, &error, reply);
        }
        match received::sound(&reply.body, "wav") {
            Ok(sound) => {
                Verdict::Made { files: vec![sound_file(&sound)], cost: None, request_id: reply.head.request_id() }
            }
            Err(why) => garbled(NAME, &why, reply),
        }
    }

    fn check_call(&self, _model: &str) -> Call {
        server::check_call(NAME, &self.endpoint, self.key.as_ref())
    }

    fn read_check(&self, model: &str, reply: &Reply) -> Result<Checked, Failure> {
        server::read_check(&self.names(model, ""), &self.endpoint, reply)
    }
}

#[cfg(test)]
mod tests;
