//! A server that speaks the language of OpenAI's images: on this machine or the network, free of charge.

use serde_json::{Map, Value, json};

use super::reply::{NoAnswer, Source};
use super::{files, reply};
use crate::plan::{Billing, Failure, MadeBy, Maker, ProviderId, Request, Speech};
use crate::providers::config::ServerConfig;
use crate::providers::errors::{Dialect, Names, classify, classify_inside};
use crate::providers::http::{ApiKey, Body, Call, Endpoint, KeyHeader, Limits, Method, Reply};
use crate::providers::provider::Lane;
use crate::providers::remote::{Checked, Inputs, RemoteProvider, Verdict, garbled, refused};
use crate::providers::server;

pub const KEY: &str = "BABBLECAST_IMAGE_KEY";
pub const BASE: &str = "BABBLECAST_IMAGE_BASE_URL";
const NAME: &str = "The image server";

/// Who makes portraits with the server at `endpoint`, as far as it is configured without one.
pub fn planned(config: &ServerConfig, endpoint: Option<String>) -> Maker {
    let mut parameters = config.parameters.clone();
    parameters.entry("size".to_owned()).or_insert_with(|| json!("1024x1536"));
    let (provider, model) = (ProviderId::CompatibleImage, config.model.clone());
    Maker {
        made_by: MadeBy { provider, model, version: None, endpoint, parameters },
        billing: Billing::Free,
        speech: Speech::default(),
    }
}

/// The server as configured.
#[derive(Debug)]
pub struct CompatibleImages {
    endpoint: Endpoint,
    key: Option<ApiKey>,
    config: ServerConfig,
}

impl CompatibleImages {
    pub fn new(config: &ServerConfig) -> Result<Self, String> {
        let Some(address) = &config.base_url else {
            return Err(format!(
                "{BASE} is not set: a compatible image server needs its address, such as http://127.0.0.1:8080/v1."
            ));
        };
        let key = config.key.as_ref().map(|key| ApiKey::new(KeyHeader::Bearer, KEY, key)).transpose()?;
        let endpoint = Endpoint::new(BASE, address, key.is_some())?.with_default_path("/v1");
        Ok(Self { endpoint, key, config: config.clone() })
    }

    pub fn maker(&self) -> Maker {
        planned(&self.config, self.endpoint.in_key(""))
    }

    fn names<'a>(&'a self, model: &'a str) -> Names<'a> {
        let secret = self.key.as_ref();
        Names { dialect: Dialect::Compatible, provider: NAME, key: KEY, base: BASE, model, voice: "", secret }
    }
}

impl RemoteProvider for CompatibleImages {
    fn id(&self) -> ProviderId {
        ProviderId::CompatibleImage
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn lane(&self) -> Lane {
        // One picture at a time is all that a machine of one's own draws well.
        Lane::calls("compatible-image", Some(self.config.at_once.unwrap_or(1)))
    }

    fn call(&self, request: &Request, _inputs: &Inputs) -> Result<Call, Failure> {
        let Request::Portrait(portrait) = request else {
            return Err(refused(
                "The image server cannot make a voice",
                "This is a fault of babblecast; please report it.",
            ));
        };
        if portrait.made_by.endpoint != self.endpoint.in_key("") {
            return Err(refused(
                format!("This portrait was planned for another address than {BASE} now holds"),
                "Generate again to plan it with today's settings.",
            ));
        }
        if portrait.face().is_some() {
            return Err(refused(
                "The image server cannot keep the face of a reference picture",
                "Take `reference` out of the profile, or use --image openai.",
            ));
        }
        let mut fields: Map<String, Value> = portrait.made_by.parameters.clone().into_iter().collect();
        if !portrait.made_by.model.is_empty() {
            fields.insert("model".to_owned(), json!(portrait.made_by.model));
        }
        fields.insert("prompt".to_owned(), json!(portrait.sent_prompt()));
        fields.insert("n".to_owned(), json!(1));
        fields.insert("response_format".to_owned(), json!("b64_json"));
        Ok(Call {
            provider: NAME,
            method: Method::Post,
            url: self.endpoint.join(&["images", "generations"]),
            key: self.key.clone(),
            body: Body::Json(Value::Object(fields).to_string().into_bytes()),
            limits: Limits::picture(self.config.time_limit),
        })
    }

    fn model(&self) -> &str {
        &self.config.model
    }

    fn decode(&self, request: &Request, reply: &Reply) -> Verdict {
        let model = request.made_by().map_or("", |made_by| made_by.model.as_str());
        if !reply.head.is_success() {
            return classify(&self.names(model), reply);
        }
        let bytes = match reply::read(&reply.body) {
            Ok(answer) => match answer.picture {
                Source::Bytes(bytes) => bytes,
                Source::Url(_) => return garbled(NAME, "it holds an address instead of a picture", reply),
            },
            Err(NoAnswer::Error(error)) => return classify_inside(&self.names(model), &error, reply),
            // What `follow` fetched is the picture itself.
            Err(NoAnswer::Garbled(why)) if crate::media::picture::inspect(&reply.body).is_err() => {
                return garbled(NAME, &why, reply);
            }
            Err(NoAnswer::Garbled(_)) => reply.body.clone(),
        };
        match files::portrait(bytes) {
            Ok(files) => Verdict::Made { files, cost: None, request_id: reply.head.request_id() },
            Err(why) => garbled(NAME, &why, reply),
        }
    }

    /// The picture behind an address, only on the server that was asked: another one may be anything, the router or a
    /// cloud's secrets included.
    fn follow(&self, reply: &Reply) -> Result<Option<Call>, Failure> {
        let Ok(reply::Answer { picture: Source::Url(address), .. }) = reply::read(&reply.body) else {
            return Ok(None);
        };
        let refused_address = || {
            refused(
                "The image server put its picture on another server, which is not visited",
                "Make it send the picture itself: response_format b64_json.",
            )
        };
        let url = self.endpoint.join(&[]).join(&address).map_err(|_| refused_address())?;
        if !reply.head.is_success() || !self.endpoint.is_origin_of(&url) {
            return Err(refused_address());
        }
        Ok(Some(Call {
            provider: NAME,
            method: Method::Get,
            url,
            key: self.key.clone(),
            body: Body::Empty,
            limits: Limits::picture(self.config.time_limit),
        }))
    }

    fn check_call(&self, _model: &str) -> Call {
        server::check_call(NAME, &self.endpoint, self.key.as_ref())
    }

    fn read_check(&self, model: &str, reply: &Reply) -> Result<Checked, Failure> {
        server::read_check(&self.names(model), &self.endpoint, reply)
    }
}

#[cfg(test)]
mod tests;
