//! OpenAI's images: portraits from a prompt, or from a prompt and a reference picture whose face is kept.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::reply::{NoAnswer, Source};
use super::{files, reply, sizes};
use crate::domain::Display;
use crate::media::picture;
use crate::plan::{Failure, MadeBy, Maker, PortraitRequest, ProviderId, Request, Speech};
use crate::providers::check::retirement;
use crate::providers::config::{OpenAiConfig, Wrong};
use crate::providers::errors::{Dialect, Names, classify, classify_inside};
use crate::providers::http::{ApiKey, Body, Call, Endpoint, KeyHeader, Limits, Method, Part, Reply};
use crate::providers::names::OPENAI;
use crate::providers::prices::{OpenAiPrices, Usage};
use crate::providers::provider::Lane;
use crate::providers::remote::{Checked, Inputs, PartialReader, RemoteProvider, Verdict, failure_of, garbled, refused};
use crate::providers::room::Room;

pub const KEY: &str = "OPENAI_API_KEY";
pub const BASE: &str = "OPENAI_BASE_URL";
pub const OWN_BASE: &str = "https://api.openai.com/v1";

/// The longest prompt, in characters.
const LONGEST_PROMPT: usize = 32_000;

/// Unfinished pictures of one stream.
const MOST_PARTIALS: u8 = 3;

/// Parameters of a request that no configuration may set: the provider sets them.
const RESERVED: [&str; 6] = ["model", "prompt", "n", "stream", "partial_images", "moderation"];

/// Finds a setting that OpenAI would refuse, without a key.
pub fn check(config: &OpenAiConfig) -> Result<(), Wrong> {
    sizes::check(&config.size).map_err(|why| Wrong::new("openai.size", why))?;
    if let Some(name) = RESERVED.iter().find(|name| config.parameters.contains_key(**name)) {
        let why = format!("{name} has a setting of its own or is fixed");
        return Err(Wrong::new("openai.parameters", why));
    }
    if config.partials > MOST_PARTIALS {
        return Err(Wrong::new("openai.partials", format!("there are at most {MOST_PARTIALS} unfinished pictures")));
    }
    Ok(())
}

/// Who makes portraits, as far as it is configured without a key; `endpoint` is the address as it enters a request's key.
fn maker(config: &OpenAiConfig, prices: &OpenAiPrices, endpoint: Option<String>) -> Maker {
    let OpenAiConfig { model, quality, size, parameters, .. } = config;
    let mut all = parameters.clone();
    all.insert("quality".to_owned(), json!(quality));
    all.insert("size".to_owned(), json!(size));
    all.insert("output_format".to_owned(), json!("png"));
    let pixels = sizes::parse(size).unwrap_or(picture::PORTRAIT);
    Maker {
        made_by: MadeBy {
            provider: ProviderId::OpenAi,
            model: model.clone(),
            version: None,
            endpoint,
            parameters: all,
        },
        billing: prices.billing(quality, pixels, partial_images(config, true)),
        speech: Speech::default(),
    }
}

/// The same where no key is set: what finals are planned with. `None` for an address that cannot be used.
pub fn planned(config: &OpenAiConfig, prices: &OpenAiPrices) -> Option<Maker> {
    let endpoint = Endpoint::new(BASE, config.base_url.as_deref().unwrap_or(OWN_BASE), false).ok()?;
    Some(maker(config, prices, endpoint.in_key(OWN_BASE)))
}

fn partial_images(config: &OpenAiConfig, wanted: bool) -> u8 {
    if wanted { config.partials.min(MOST_PARTIALS) } else { 0 }
}

/// OpenAI as configured.
#[derive(Debug)]
pub struct OpenAiImages {
    endpoint: Endpoint,
    key: ApiKey,
    config: OpenAiConfig,
    prices: OpenAiPrices,
    /// For the unfinished pictures of all its calls.
    room: Room,
}

impl OpenAiImages {
    /// Says what to set when something is missing or wrong.
    pub fn new(config: &OpenAiConfig, prices: &OpenAiPrices) -> Result<Self, String> {
        let Some(key) = &config.key else {
            return Err(format!("{KEY} is not set: portraits by OpenAI need it. Drafts are free."));
        };
        let endpoint = Endpoint::new(BASE, config.base_url.as_deref().unwrap_or(OWN_BASE), true)?;
        let key = ApiKey::new(KeyHeader::Bearer, KEY, key)?;
        check(config).map_err(|wrong| wrong.to_string())?;
        Ok(Self { endpoint, key, config: config.clone(), prices: prices.clone(), room: Room::default() })
    }

    /// A mark of the account that is used.
    pub fn account(&self) -> String {
        self.key.mark(self.endpoint.as_str())
    }

    pub fn maker(&self) -> Maker {
        maker(&self.config, &self.prices, self.endpoint.in_key(OWN_BASE))
    }

    fn names<'a>(&'a self, model: &'a str) -> Names<'a> {
        let secret = Some(&self.key);
        Names { dialect: Dialect::OpenAi, provider: OPENAI, key: KEY, base: BASE, model, voice: "", secret }
    }

    fn check(&self, portrait: &PortraitRequest) -> Result<(), Failure> {
        let MadeBy { endpoint, parameters, .. } = &portrait.made_by;
        if *endpoint != self.endpoint.in_key(OWN_BASE) {
            return Err(refused(
                format!("This portrait was planned for another address than {BASE} now holds"),
                "Generate again to plan it with today's settings.",
            ));
        }
        if portrait.sent_prompt().chars().count() > LONGEST_PROMPT {
            return Err(refused(
                "The portrait prompt is longer than the 32,000 characters that OpenAI reads",
                "Shorten the appearance of this baby.",
            ));
        }
        let size = parameters.get("size").and_then(Value::as_str).unwrap_or("auto");
        sizes::check(size).map_err(|why| {
            let why = why.as_str().display().to_string();
            refused(format!("OpenAI makes no such picture: {why}"), "Set openai.size = \"1024x1536\" in the config.")
        })
    }

    /// Everything that is sent beside the pictures.
    fn fields(&self, portrait: &PortraitRequest, partials: u8) -> Map<String, Value> {
        let mut fields: Map<String, Value> =
            portrait.made_by.parameters.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        fields.insert("model".to_owned(), json!(portrait.made_by.model));
        fields.insert("prompt".to_owned(), json!(portrait.sent_prompt()));
        fields.insert("n".to_owned(), json!(1));
        if let Some(moderation) = &self.config.moderation {
            fields.insert("moderation".to_owned(), json!(moderation));
        }
        if partials > 0 {
            fields.insert("stream".to_owned(), json!(true));
            fields.insert("partial_images".to_owned(), json!(partials));
        }
        fields
    }

    fn read(&self, request: &Request, reply: &Reply) -> Verdict {
        let model = request.made_by().map_or("", |made_by| made_by.model.as_str());
        if !reply.head.is_success() {
            return classify(&self.names(model), reply);
        }
        let answer = match reply::read(&reply.body) {
            Ok(answer) => answer,
            Err(NoAnswer::Error(error)) => return classify_inside(&self.names(model), &error, reply),
            Err(NoAnswer::Garbled(why)) => return garbled(OPENAI, &why, reply),
        };
        let Source::Bytes(bytes) = answer.picture else {
            return garbled(OPENAI, "it holds an address instead of a picture", reply);
        };
        match files::portrait(bytes) {
            Ok(files) => {
                let cost = answer.usage.and_then(|usage: Usage| self.prices.cost(usage));
                Verdict::Made { files, cost, request_id: reply.head.request_id() }
            }
            Err(why) => garbled(OPENAI, &why, reply),
        }
    }
}

impl RemoteProvider for OpenAiImages {
    fn id(&self) -> ProviderId {
        ProviderId::OpenAi
    }

    fn name(&self) -> &'static str {
        OPENAI
    }

    fn lane(&self) -> Lane {
        Lane::calls("openai", self.config.at_once)
    }

    fn call(&self, request: &Request, inputs: &Inputs) -> Result<Call, Failure> {
        let Request::Portrait(portrait) = request else {
            return Err(refused("OpenAI cannot make a voice", "This is a fault of babblecast; please report it."));
        };
        self.check(portrait)?;
        let fields = self.fields(portrait, partial_images(&self.config, inputs.wants_partials));
        let (path, body) = match (portrait.face(), &inputs.reference) {
            (None, _) => ("generations", Body::Json(Value::Object(fields).to_string().into_bytes())),
            (Some(_), Some(reference)) => ("edits", Body::Multipart(form(fields, reference)?)),
            (Some(_), None) => {
                return Err(refused(
                    "The reference picture of this baby is not at hand",
                    "Put the file back, or take `reference` out of the profile.",
                ));
            }
        };
        Ok(Call {
            provider: OPENAI,
            method: Method::Post,
            url: self.endpoint.join(&["images", path]),
            key: Some(self.key.clone()),
            body,
            limits: Limits::picture(self.config.time_limit),
        })
    }

    fn model(&self) -> &str {
        &self.config.model
    }

    fn has_own_address(&self) -> bool {
        self.endpoint.in_key(OWN_BASE).is_none()
    }

    fn decode(&self, request: &Request, reply: &Reply) -> Verdict {
        self.read(request, reply)
    }

    fn partials(&self) -> Option<Box<dyn PartialReader>> {
        Some(Box::new(self.room.reader()))
    }

    fn check_call(&self, model: &str) -> Call {
        Call {
            provider: OPENAI,
            method: Method::Get,
            url: self.endpoint.join(&["models", model]),
            key: Some(self.key.clone()),
            body: Body::Empty,
            limits: Limits::question(),
        }
    }

    fn read_check(&self, model: &str, reply: &Reply) -> Result<Checked, Failure> {
        if !reply.head.is_success() {
            let failure = failure_of(classify(&self.names(model), reply));
            return Err(failure.unwrap_or_else(|| refused("OpenAI did not answer the check", "Try again.")));
        }
        let Ok(document) = serde_json::from_slice::<BTreeMap<String, Value>>(&reply.body) else {
            return Err(refused("OpenAI answered the check with something that is not JSON", format!("Check {BASE}.")));
        };
        let retires_on = document.get("shutdown_date").and_then(Value::as_str);
        let retires_on = retires_on.map(|on| self.key.mask(on).as_str().display().to_string());
        let warning = retires_on.as_deref().map(|on| retirement(ProviderId::OpenAi, model, on));
        Ok(Checked {
            facts: vec![format!("{KEY} is accepted and the model {} is there", model.display())],
            warnings: warning.into_iter().collect(),
            retires_on,
        })
    }
}

/// The fields and the reference picture as a form.
fn form(fields: Map<String, Value>, reference: &[u8]) -> Result<Vec<Part>, Failure> {
    let info = picture::inspect(reference)
        .map_err(|error| refused(format!("The reference picture cannot be used: {error}"), "Give another one."))?;
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut parts: Vec<Part> = fields.into_iter().map(|(name, value)| Part::field(name, text(value))).collect();
    let file = (format!("reference_1.{}", info.format.extension()), info.format.media_type());
    parts.push(Part { name: "image[]".to_owned(), content: reference.to_vec(), file: Some(file), stored: None });
    Ok(parts)
}

#[cfg(test)]
mod tests;
