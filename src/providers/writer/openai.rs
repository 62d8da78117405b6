//! OpenAI's language models by its Responses: a script from a topic, other words for a line, a campaign in another language.

use serde_json::{Map, Value, json};

use super::answer::{self, Told};
use crate::plan::{Failure, MadeBy, Maker, ProviderId, Request, ScriptAnswer, ScriptRequest, Speaks, Speech};
use crate::providers::check::retirement;
use crate::providers::config::{WriterConfig, Wrong};
use crate::providers::error_body::ErrorBody;
use crate::providers::errors::{Dialect, Names, classify, classify_inside};
use crate::providers::http::{ApiKey, Body, Call, Endpoint, KeyHeader, Limits, Method, Reply};
use crate::providers::image::openai::{BASE, KEY, OWN_BASE};
use crate::providers::names::OPENAI;
use crate::providers::prices::WriterPrices;
use crate::providers::provider::Lane;
use crate::providers::remote::{Checked, Inputs, RemoteProvider, Verdict, failure_of, garbled, refused};

/// Parameters of a request that no configuration may set: the provider sets them.
const RESERVED: [&str; 7] =
    ["model", "instructions", "input", "text", "stream", "store", ScriptRequest::LONGEST_ANSWER];

/// Finds a setting that cannot be meant, without a key.
pub fn check(config: &WriterConfig) -> Result<(), Wrong> {
    match RESERVED.iter().find(|name| config.parameters.contains_key(**name)) {
        Some(name) => Err(Wrong::new("writer.parameters", format!("{name} has a setting of its own or is fixed"))),
        None => Ok(()),
    }
}

/// OpenAI's writer as configured.
#[derive(Debug)]
pub struct OpenAiWriter {
    endpoint: Endpoint,
    key: ApiKey,
    config: WriterConfig,
    prices: WriterPrices,
}

impl OpenAiWriter {
    /// Says what to set when something is missing or wrong.
    pub fn new(config: &WriterConfig, prices: &WriterPrices) -> Result<Self, String> {
        let Some(key) = &config.key else {
            return Err(format!("{KEY} is not set: scripts by OpenAI need it."));
        };
        let endpoint = Endpoint::new(BASE, config.base_url.as_deref().unwrap_or(OWN_BASE), true)?;
        let key = ApiKey::new(KeyHeader::Bearer, KEY, key)?;
        check(config).map_err(|wrong| wrong.to_string())?;
        Ok(Self { endpoint, key, config: config.clone(), prices: prices.clone() })
    }

    /// A mark of the account that is used.
    pub fn account(&self) -> String {
        self.key.mark(self.endpoint.as_str())
    }

    pub fn maker(&self) -> Maker {
        let WriterConfig { model, longest_answer, parameters, .. } = &self.config;
        let mut parameters = parameters.clone();
        parameters.insert(ScriptRequest::LONGEST_ANSWER.to_owned(), json!(longest_answer));
        Maker {
            made_by: MadeBy {
                provider: ProviderId::OpenAiWriter,
                model: model.clone(),
                version: None,
                endpoint: self.endpoint.in_key(OWN_BASE),
                parameters,
            },
            billing: self.prices.billing(model, *longest_answer),
            speech: Speech::default(),
        }
    }

    fn names<'a>(&'a self, model: &'a str) -> Names<'a> {
        let secret = Some(&self.key);
        Names { dialect: Dialect::OpenAiWriter, provider: OPENAI, key: KEY, base: BASE, model, voice: "", secret }
    }
}

fn body(script: &ScriptRequest) -> Value {
    let turn = |turn: &crate::plan::Turn| {
        let role = match turn.role {
            Speaks::User => "user",
            Speaks::Assistant => "assistant",
        };
        json!({"role": role, "content": turn.text})
    };
    let mut fields: Map<String, Value> = script.made_by.parameters.clone().into_iter().collect();
    let mut format = answer::format(script);
    format["type"] = json!("json_schema");
    fields.insert("model".to_owned(), json!(script.made_by.model));
    fields.insert("instructions".to_owned(), json!(script.instructions));
    fields.insert("input".to_owned(), script.turns.iter().map(turn).collect());
    fields.insert("text".to_owned(), json!({"format": format}));
    // Nobody looks the talk up there.
    fields.insert("store".to_owned(), json!(false));
    Value::Object(fields)
}

/// Why a reply says nothing.
#[derive(Debug, PartialEq)]
enum NoAnswer {
    Error(Box<ErrorBody>),
    Garbled(String),
}

fn read(body: &[u8]) -> Result<Told, NoAnswer> {
    let garbled = |why: &str| NoAnswer::Garbled(why.to_owned());
    let reply: Value = serde_json::from_slice(body).map_err(|_| garbled("it is not JSON"))?;
    if reply["status"] == "failed" || reply["error"].is_object() {
        return Err(NoAnswer::Error(Box::new(ErrorBody::from_json(&reply))));
    }
    let output = reply["output"].as_array().ok_or_else(|| garbled("it has no output"))?;
    let messages = output.iter().filter(|item| item["type"] == "message");
    let parts = messages.flat_map(|message| message["content"].as_array().into_iter().flatten());
    let mut answer = ScriptAnswer::default();
    for part in parts {
        match part["type"].as_str() {
            Some("output_text") => answer.text.push_str(part["text"].as_str().unwrap_or_default()),
            Some("refusal") => answer.refusal = part["refusal"].as_str().map(str::to_owned),
            _ => {}
        }
    }
    let reason = reply["incomplete_details"]["reason"].as_str();
    answer.is_cut = reason == Some(ScriptRequest::LONGEST_ANSWER);
    if reason == Some("content_filter") && answer.refusal.is_none() {
        answer.refusal = Some("its content filter stopped the answer".to_owned());
    }
    Ok(Told::new(answer, answer::usage(&reply, "input_tokens", "output_tokens")))
}

impl RemoteProvider for OpenAiWriter {
    fn id(&self) -> ProviderId {
        ProviderId::OpenAiWriter
    }

    fn name(&self) -> &'static str {
        OPENAI
    }

    fn lane(&self) -> Lane {
        Lane::calls("openai-writer", self.config.at_once)
    }

    fn model(&self) -> &str {
        &self.config.model
    }

    fn has_own_address(&self) -> bool {
        self.endpoint.in_key(OWN_BASE).is_none()
    }

    fn call(&self, request: &Request, _inputs: &Inputs) -> Result<Call, Failure> {
        let Request::Script(script) = request else { return Err(answer::not_a_script(OPENAI)) };
        answer::check_address(script, self.endpoint.in_key(OWN_BASE).as_deref(), BASE)?;
        Ok(Call {
            provider: OPENAI,
            method: Method::Post,
            url: self.endpoint.join(&["responses"]),
            key: Some(self.key.clone()),
            body: Body::Json(body(script).to_string().into_bytes()),
            limits: Limits::words(self.config.time_limit),
        })
    }

    fn decode(&self, request: &Request, reply: &Reply) -> Verdict {
        let model = request.made_by().map_or("", |made_by| made_by.model.as_str());
        if !reply.head.is_success() {
            return classify(&self.names(model), reply);
        }
        match read(&reply.body) {
            Ok(Told { answer, usage }) => {
                let cost = usage.and_then(|usage| self.prices.cost(model, usage));
                Verdict::Made { files: vec![answer::file(&answer)], cost, request_id: reply.head.request_id() }
            }
            Err(NoAnswer::Error(error)) => classify_inside(&self.names(model), &error, reply),
            Err(NoAnswer::Garbled(why)) => garbled(OPENAI, &why, reply),
        }
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
        let Ok(document) = serde_json::from_slice::<Value>(&reply.body) else {
            return Err(refused("OpenAI answered the check with something that is not JSON", format!("Check {BASE}.")));
        };
        let retires_on = document["shutdown_date"].as_str().map(|on| self.key.mask(on));
        let warning = retires_on.as_deref().map(|on| retirement(ProviderId::OpenAiWriter, model, on));
        Ok(Checked {
            facts: vec![format!("the model {model} is there to write scripts")],
            warnings: warning.into_iter().collect(),
            retires_on,
        })
    }
}

#[cfg(test)]
mod tests;
