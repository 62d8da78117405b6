//! A server that speaks OpenAI's chat: Ollama, LM Studio, llama.cpp or a gateway. Free of charge unless the config gives it
//! a price.

use serde_json::{Map, Value, json};

use super::answer::{self, Told};
use crate::plan::{Failure, MadeBy, Maker, ProviderId, Request, ScriptAnswer, ScriptRequest, Speaks, Speech};
use crate::providers::config::WriterServerConfig;
use crate::providers::error_body::ErrorBody;
use crate::providers::errors::{Dialect, Names, classify, classify_inside};
use crate::providers::http::{ApiKey, Body, Call, Endpoint, KeyHeader, Limits, Method, Reply};
use crate::providers::prices::TextPrices;
use crate::providers::provider::Lane;
use crate::providers::remote::{Checked, Inputs, RemoteProvider, Verdict, garbled};
use crate::providers::server;

pub const KEY: &str = "BABBLECAST_WRITER_KEY";
pub const BASE: &str = "BABBLECAST_WRITER_BASE_URL";
const NAME: &str = "The writing server";

/// The server as configured.
#[derive(Debug)]
pub struct CompatibleWriter {
    endpoint: Endpoint,
    key: Option<ApiKey>,
    config: WriterServerConfig,
    prices: TextPrices,
}

impl CompatibleWriter {
    pub fn new(config: &WriterServerConfig, prices: TextPrices) -> Result<Self, String> {
        let Some(address) = &config.base_url else {
            return Err(format!(
                "{BASE} is not set: a compatible writing server needs its address, such as http://127.0.0.1:11434/v1."
            ));
        };
        let key = config.key.as_ref().map(|key| ApiKey::new(KeyHeader::Bearer, KEY, key)).transpose()?;
        let endpoint = Endpoint::new(BASE, address, key.is_some())?.with_default_path("/v1");
        Ok(Self { endpoint, key, config: config.clone(), prices })
    }

    /// Whether the config says that its calls cost something.
    pub fn is_metered(&self) -> bool {
        self.prices.is_metered()
    }

    /// A mark of the account that is used.
    pub fn account(&self) -> Option<String> {
        self.key.as_ref().map(|key| key.mark(self.endpoint.as_str()))
    }

    pub fn maker(&self) -> Maker {
        let WriterServerConfig { model, longest_answer, parameters, .. } = &self.config;
        let mut parameters = parameters.clone();
        parameters.insert(ScriptRequest::LONGEST_ANSWER.to_owned(), json!(longest_answer));
        Maker {
            made_by: MadeBy {
                provider: ProviderId::CompatibleWriter,
                model: model.clone(),
                version: None,
                endpoint: self.endpoint.in_key(""),
                parameters,
            },
            billing: self.prices.billing(*longest_answer),
            speech: Speech::default(),
        }
    }

    fn names<'a>(&'a self, model: &'a str) -> Names<'a> {
        let secret = self.key.as_ref();
        Names { dialect: Dialect::Compatible, provider: NAME, key: KEY, base: BASE, model, voice: "", secret }
    }
}

fn body(script: &ScriptRequest) -> Value {
    let message = |role: &str, text: &str| json!({"role": role, "content": text});
    let mut messages = vec![message("system", &script.instructions)];
    messages.extend(script.turns.iter().map(|turn| match turn.role {
        Speaks::User => message("user", &turn.text),
        Speaks::Assistant => message("assistant", &turn.text),
    }));
    let mut fields: Map<String, Value> = script.made_by.parameters.clone().into_iter().collect();
    // The older language has another word for it.
    if let Some(longest) = fields.remove(ScriptRequest::LONGEST_ANSWER) {
        fields.insert("max_tokens".to_owned(), longest);
    }
    if !script.made_by.model.is_empty() {
        fields.insert("model".to_owned(), json!(script.made_by.model));
    }
    fields.insert("messages".to_owned(), messages.into());
    fields.insert("response_format".to_owned(), json!({"type": "json_schema", "json_schema": answer::format(script)}));
    fields.insert("stream".to_owned(), json!(false));
    Value::Object(fields)
}

fn read(body: &[u8]) -> Result<Told, String> {
    let reply: Value = serde_json::from_slice(body).map_err(|_| "it is not JSON".to_owned())?;
    let choice = reply["choices"].get(0).ok_or("it has no choices")?;
    let message = &choice["message"];
    let text = |name: &str| message[name].as_str().map(str::to_owned);
    let mut answer = ScriptAnswer {
        text: text("content").unwrap_or_default(),
        refusal: text("refusal").filter(|refusal| !refusal.trim().is_empty()),
        is_cut: choice["finish_reason"] == "length",
    };
    if choice["finish_reason"] == "content_filter" && answer.refusal.is_none() {
        answer.refusal = Some("its content filter stopped the answer".to_owned());
    }
    Ok(Told::new(answer, answer::usage(&reply, "prompt_tokens", "completion_tokens")))
}

impl RemoteProvider for CompatibleWriter {
    fn id(&self) -> ProviderId {
        ProviderId::CompatibleWriter
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn lane(&self) -> Lane {
        // One answer at a time is all that a machine of one's own writes well.
        Lane::calls("compatible-writer", Some(self.config.at_once.unwrap_or(1)))
    }

    fn model(&self) -> &str {
        &self.config.model
    }

    fn call(&self, request: &Request, _inputs: &Inputs) -> Result<Call, Failure> {
        let Request::Script(script) = request else { return Err(answer::not_a_script(NAME)) };
        answer::check_address(script, self.endpoint.in_key("").as_deref(), BASE)?;
        Ok(Call {
            provider: NAME,
            method: Method::Post,
            url: self.endpoint.join(&["chat", "completions"]),
            key: self.key.clone(),
            body: Body::Json(body(script).to_string().into_bytes()),
            limits: Limits::words(self.config.time_limit),
        })
    }

    fn decode(&self, request: &Request, reply: &Reply) -> Verdict {
        let model = request.made_by().map_or("", |made_by| made_by.model.as_str());
        let names = self.names(model);
        if !reply.head.is_success() {
            return classify(&names, reply);
        }
        match read(&reply.body) {
            Ok(Told { answer, usage }) => {
                let cost = usage.and_then(|usage| self.prices.cost(usage));
                Verdict::Made { files: vec![answer::file(&answer)], cost, request_id: reply.head.request_id() }
            }
            Err(why) => match ErrorBody::parse(&reply.body) {
                error if error.is_providers_own => classify_inside(&names, &error, reply),
                _ => garbled(NAME, &why, reply),
            },
        }
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
