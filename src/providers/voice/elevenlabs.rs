//! ElevenLabs' speech with timestamps: one line, its sound, and which character is heard when.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::alignment::Alignment;
use super::builtin::sound_file;
use super::models::abilities;
use super::{received, tones, voices};
use crate::domain::Display;
use crate::media::container;
use crate::plan::{Failure, MadeBy, Maker, ProviderId, Request, Role, SoundMakers, Speech, VoiceRequest};
use crate::providers::config::{ElevenLabsConfig, VoiceContext, Wrong};
use crate::providers::error_body::ErrorBody;
use crate::providers::errors::{Dialect, Names, classify, classify_inside};
use crate::providers::http::lenient::lenient;
use crate::providers::http::{ApiKey, Body, Call, Endpoint, KeyHeader, Limits, Method, Reply, base64};
use crate::providers::names::ELEVENLABS;
use crate::providers::prices::ElevenLabsPrices;
use crate::providers::provider::{Facts, File, Lane};
use crate::providers::remote::{Checked, Inputs, RemoteProvider, Verdict, failure_of, garbled, refused};
use crate::providers::sound::prompted;

pub mod account;
pub(super) mod dialogue;
mod recordings;

pub const KEY: &str = "ELEVENLABS_API_KEY";
pub const BASE: &str = "ELEVENLABS_BASE_URL";
pub(super) const OWN_BASE: &str = "https://api.elevenlabs.io";

/// Parameters of a request that no configuration may set: the provider sets them.
const RESERVED: [&str; 6] = ["text", "model_id", "previous_text", "next_text", "output_format", "tone_settings"];

/// Finds a setting that ElevenLabs would refuse, without a key.
pub fn check(config: &ElevenLabsConfig) -> Result<(), Wrong> {
    let format = config.output_format.as_str();
    let is_known = received::pcm_rate(format).is_some()
        || ["mp3_", "wav_"].iter().any(|prefix| {
            format
                .strip_prefix(prefix)
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_'))
        });
    if !is_known {
        let why = format!("{} is no pcm_…, mp3_… or wav_… format; pcm_24000 is in every plan", format.display());
        return Err(Wrong::new("elevenlabs.output_format", why));
    }
    if let Some(name) = RESERVED.iter().find(|name| config.parameters.contains_key(**name)) {
        return Err(Wrong::new("elevenlabs.parameters", format!("{name} has a setting of its own or is fixed")));
    }
    Ok(())
}

/// Who makes voices, as far as it is configured without a key; `endpoint` is the address as it enters a request's key.
fn maker(config: &ElevenLabsConfig, prices: &ElevenLabsPrices, endpoint: Option<String>) -> Maker {
    let ElevenLabsConfig { model, output_format, parameters, .. } = config;
    let mut all = parameters.clone();
    all.insert("output_format".to_owned(), json!(output_format));
    all.insert("tone_settings".to_owned(), json!(tones::VERSION));
    let provider = ProviderId::ElevenLabs;
    Maker {
        made_by: MadeBy { provider, model: model.clone(), version: None, endpoint, parameters: all },
        billing: prices.billing(model),
        speech: Speech {
            voices: voices::elevenlabs(&BTreeMap::new(), &config.voices),
            neighbours: config.voice_context == VoiceContext::Neighbours && abilities(model).takes_neighbours,
            performs: abilities(model).performs,
            sounds: false,
            dialogues: dialogue::planned(config),
            languages: BTreeMap::new(),
            raised: false,
            mixes: None,
        },
    }
}

/// The same where no key is set: what finals are planned with. `None` for an address that cannot be used.
pub fn planned(config: &ElevenLabsConfig, prices: &ElevenLabsPrices) -> Option<Maker> {
    let endpoint = Endpoint::new(BASE, config.base_url.as_deref().unwrap_or(OWN_BASE), false).ok()?;
    Some(maker(config, prices, endpoint.in_key(OWN_BASE)))
}

/// Who makes effects and music from words in the same way.
pub fn planned_sounds(config: &ElevenLabsConfig, prices: &ElevenLabsPrices) -> Option<SoundMakers> {
    let endpoint = Endpoint::new(BASE, config.base_url.as_deref().unwrap_or(OWN_BASE), false).ok()?;
    Some(prompted::makers(config, prices, endpoint.in_key(OWN_BASE).as_deref()))
}

/// ElevenLabs as configured.
#[derive(Debug)]
pub struct ElevenLabs {
    pub(super) endpoint: Endpoint,
    pub(super) key: ApiKey,
    config: ElevenLabsConfig,
    prices: ElevenLabsPrices,
}

#[derive(Deserialize)]
struct Spoken {
    #[serde(default)]
    audio_base64: Option<String>,
    #[serde(default)]
    alignment: Option<Alignment>,
    /// Of a dialogue: its lines.
    #[serde(default, deserialize_with = "lenient")]
    voice_segments: Option<Value>,
    #[serde(default, deserialize_with = "lenient")]
    detail: Option<Value>,
    #[serde(default, deserialize_with = "lenient")]
    error: Option<Value>,
}

impl ElevenLabs {
    /// Says what to set when something is missing or wrong.
    pub fn new(config: &ElevenLabsConfig, prices: &ElevenLabsPrices) -> Result<Self, String> {
        let Some(key) = &config.key else {
            return Err(format!("{KEY} is not set: voices by ElevenLabs need it. Drafts are free."));
        };
        let endpoint = Endpoint::new(BASE, config.base_url.as_deref().unwrap_or(OWN_BASE), true)?;
        let key = ApiKey::new(KeyHeader::XiApiKey, KEY, key)?;
        check(config).map_err(|wrong| wrong.to_string())?;
        Ok(Self { endpoint, key, config: config.clone(), prices: prices.clone() })
    }

    /// A mark of the account that is used.
    pub fn account(&self) -> String {
        self.key.mark(self.endpoint.as_str())
    }

    pub fn maker(&self) -> Maker {
        maker(&self.config, &self.prices, self.endpoint.in_key(OWN_BASE))
    }

    /// Who makes effects and music from words.
    pub fn sounds(&self) -> SoundMakers {
        prompted::makers(&self.config, &self.prices, self.endpoint.in_key(OWN_BASE).as_deref())
    }

    pub(super) fn names<'a>(&'a self, model: &'a str, voice: &'a str) -> Names<'a> {
        let secret = Some(&self.key);
        Names { dialect: Dialect::ElevenLabs, provider: ELEVENLABS, key: KEY, base: BASE, model, voice, secret }
    }

    /// What an error that a request met means.
    pub(super) fn explained(&self, request: &Request, reply: &Reply) -> Verdict {
        let voices = request.voices().into_iter().collect::<Vec<_>>().join(" or ");
        classify(&self.names(model_of(request), &voices), reply)
    }

    /// The same of one that is told in the body of a success.
    fn explained_inside(&self, request: &Request, reply: &Reply) -> Verdict {
        let voices = request.voices().into_iter().collect::<Vec<_>>().join(" or ");
        classify_inside(&self.names(model_of(request), &voices), &ErrorBody::parse(&reply.body), reply)
    }

    /// Address and voices as they must be, whatever is asked of them.
    fn check_voices(&self, request: &Request) -> Result<(), Failure> {
        if !self.is_address_of(request) {
            return Err(refused(
                format!("This line was planned for another address than {BASE} now holds"),
                "Generate again to plan it with today's settings.",
            ));
        }
        match request.voices().into_iter().find(|voice| !is_voice_id(voice)) {
            Some(voice) => Err(refused(
                format!("{} is no voice of ElevenLabs", voice.display()),
                "Set voice_id to baby_voice_1 … baby_voice_8 or to an id that `babblecast voices` lists.",
            )),
            None => Ok(()),
        }
    }

    fn check(line: &VoiceRequest) -> Result<(), Failure> {
        let model = line.made_by.model.as_str();
        let characters = line.text.chars().count();
        match abilities(model).most_characters {
            Some(most) if characters > most => Err(refused(
                format!(
                    "The line has {characters} characters, and ElevenLabs takes {most} at once with the model {model}"
                ),
                "Split the line into two scenes.",
            )),
            _ => Ok(()),
        }
    }

    fn body(line: &VoiceRequest) -> Value {
        let model = line.made_by.model.as_str();
        let abilities = abilities(model);
        let mut fields: Map<String, Value> = Map::new();
        for (name, value) in &line.made_by.parameters {
            if !matches!(name.as_str(), "output_format" | "tone_settings" | "voice_settings") {
                fields.insert(name.clone(), value.clone());
            }
        }
        let own = line.made_by.parameters.get("voice_settings");
        fields.insert("voice_settings".to_owned(), tones::voice_settings(line.tone, abilities, own));
        fields.insert("text".to_owned(), json!(line.text));
        fields.insert("model_id".to_owned(), json!(model));
        if let Some(neighbours) = line.neighbours.as_ref().filter(|_| abilities.takes_neighbours) {
            let texts = [("previous_text", &neighbours.before), ("next_text", &neighbours.after)];
            for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
                fields.insert(name.to_owned(), json!(text));
            }
        }
        Value::Object(fields)
    }
}

impl RemoteProvider for ElevenLabs {
    fn id(&self) -> ProviderId {
        ProviderId::ElevenLabs
    }

    fn name(&self) -> &'static str {
        ELEVENLABS
    }

    fn lane(&self) -> Lane {
        Lane::calls("elevenlabs", self.config.at_once)
    }

    fn call(&self, request: &Request, inputs: &Inputs) -> Result<Call, Failure> {
        if recordings::is_one(request) {
            return self.call_of_recording(request, inputs);
        }
        if prompted::asked(request).is_some() {
            return self.call_of_sound(request);
        }
        let (path, body, characters) = match request {
            Request::Voice(line) => {
                Self::check(line)?;
                let path = ["v1", "text-to-speech", &line.voice_id, "with-timestamps"];
                (path.map(str::to_owned).to_vec(), Self::body(line), line.text.chars().count())
            }
            Request::Dialogue(dialogue) => {
                dialogue::check(dialogue)?;
                (dialogue::PATH.map(str::to_owned).to_vec(), dialogue::body(dialogue), dialogue.characters())
            }
            _ => {
                return Err(refused(
                    "ElevenLabs cannot make a portrait",
                    "This is a fault of babblecast; please report it.",
                ));
            }
        };
        self.check_voices(request)?;
        let mut url = self.endpoint.join(&path.iter().map(String::as_str).collect::<Vec<_>>());
        url.query_pairs_mut().append_pair("output_format", format_of(request));
        Ok(Call {
            provider: ELEVENLABS,
            method: Method::Post,
            url,
            key: Some(self.key.clone()),
            body: Body::Json(body.to_string().into_bytes()),
            limits: Limits::speech(self.config.time_limit, characters),
        })
    }

    fn model(&self) -> &str {
        &self.config.model
    }

    fn has_own_address(&self) -> bool {
        self.endpoint.in_key(OWN_BASE).is_none()
    }

    fn decode(&self, request: &Request, reply: &Reply) -> Verdict {
        if recordings::is_one(request) {
            return self.decode_recording(request, reply);
        }
        if prompted::asked(request).is_some() {
            return self.decode_sound(request, reply);
        }
        if request.voices().is_empty() {
            return garbled(ELEVENLABS, "it belongs to no line", reply);
        }
        if !reply.head.is_success() {
            return without_voice(request, reply).unwrap_or_else(|| self.explained(request, reply));
        }
        let spoken: Spoken = match serde_json::from_slice(&reply.body) {
            Ok(spoken) => spoken,
            Err(error) if error.is_eof() && !reply.body.is_empty() => {
                return garbled(ELEVENLABS, "it stops in the middle", reply);
            }
            Err(_) => {
                let found = container::describe(&reply.body);
                return garbled(ELEVENLABS, &format!("it is {found}, not the JSON that was expected"), reply);
            }
        };
        let Some(text) = spoken.audio_base64 else {
            let says_why = |member: Option<Value>| member.is_some_and(|member| !member.is_null());
            return if !says_why(spoken.detail) && !says_why(spoken.error) {
                garbled(ELEVENLABS, "it holds no sound", reply)
            } else {
                self.explained_inside(request, reply)
            };
        };
        let files = base64::decode(&text)
            .ok_or_else(|| "its sound is not clean base64: it was altered on the way".to_owned())
            .and_then(|bytes| match request {
                Request::Dialogue(dialogue) => {
                    dialogue::files(dialogue, &bytes, format_of(request), spoken.voice_segments, spoken.alignment)
                }
                _ => files(&bytes, format_of(request), spoken.alignment),
            });
        match files {
            Ok(files) => {
                let credits = reply.head.header("character-cost").and_then(|value| value.parse().ok());
                let cost = credits.and_then(|credits| self.prices.cost(credits));
                Verdict::Made { files, cost, request_id: reply.head.request_id() }
            }
            Err(why) => garbled(ELEVENLABS, &why, reply),
        }
    }

    fn check_call(&self, _model: &str) -> Call {
        Call {
            provider: ELEVENLABS,
            method: Method::Get,
            url: self.endpoint.join(&["v1", "user", "subscription"]),
            key: Some(self.key.clone()),
            body: Body::Empty,
            limits: Limits::question(),
        }
    }

    fn read_check(&self, model: &str, reply: &Reply) -> Result<Checked, Failure> {
        // A key may be made for speech alone.
        if reply.head.status == 401 && ErrorBody::parse(&reply.body).has_code("missing_permissions") {
            let fact =
                format!("{KEY} is known; it may not read the plan, so that nobody knows how many credits are left");
            return Ok(Checked { facts: vec![fact], ..Checked::default() });
        }
        if !reply.head.is_success() {
            let failure = failure_of(classify(&self.names(model, ""), reply));
            return Err(failure.unwrap_or_else(|| refused("ElevenLabs did not answer the check", "Try again.")));
        }
        let Ok(document) = serde_json::from_slice::<BTreeMap<String, Value>>(&reply.body) else {
            return Err(refused(
                "ElevenLabs answered the check with something that is not JSON",
                format!("Check {BASE}."),
            ));
        };
        let number = |name: &str| document.get(name).and_then(Value::as_u64);
        let tier = self.key.mask(document.get("tier").and_then(Value::as_str).unwrap_or("unknown"));
        let tier = tier.as_str().display();
        let facts = vec![format!("{KEY} is accepted, plan {tier}")];
        let mut checked = Checked { facts, ..Checked::default() };
        if let (Some(used), Some(limit)) = (number("character_count"), number("character_limit")) {
            let left = limit.saturating_sub(used);
            checked.facts.push(format!("{left} of {limit} credits are left this month"));
            if left == 0 {
                checked.warnings.push("No credits are left: add some at elevenlabs.io → Subscription.".to_owned());
            }
        }
        Ok(checked)
    }
}

/// Whether a text can be the id of a voice: it becomes part of an address.
pub(super) fn is_voice_id(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn model_of(request: &Request) -> &str {
    request.made_by().map_or("", |made_by| made_by.model.as_str())
}

/// What a refusal means that is about a voice and not about the line: every line of that voice would meet it. Surely not
/// billed.
fn without_voice(request: &Request, reply: &Reply) -> Option<Verdict> {
    let error = ErrorBody::parse(&reply.body);
    let status = reply.head.status;
    let is_missing = (400..=404).contains(&status) && account::is_no_voice(&error);
    let needs_plan = (400..=403).contains(&status) && error.has_code("paid_plan_required");
    if !is_missing && !needs_plan {
        return None;
    }
    let voices = request.voices();
    // Of several voices, only the error itself can say which one it means.
    let text = String::from_utf8_lossy(&reply.body);
    let mut named = voices.iter().filter(|voice| voices.len() == 1 || text.contains(**voice));
    let voice_id = named.next().filter(|_| named.next().is_none()).map(|voice| (*voice).to_owned());
    let voice = match &voice_id {
        Some(voice) => format!("voice {}", voice.as_str().display()),
        None => {
            let all: Vec<String> = voices.iter().map(|voice| voice.display().to_string()).collect();
            format!("voice of one of these: {}", all.join(", "))
        }
    };
    let reason = if is_missing {
        format!("ElevenLabs has no {voice} for this key ({status} voice_not_found)")
    } else {
        format!("The plan of this ElevenLabs account does not allow the {voice} ({status} paid_plan_required)")
    };
    let next_step = "`babblecast voices` lists what the account has; give one to the baby, or run with --voice neural.";
    let failure = refused(reason, next_step);
    Some(voice_id.map_or_else(
        || Verdict::FailJob(failure.clone()),
        |voice_id| Verdict::FailVoice { voice_id, failure: failure.clone() },
    ))
}

fn format_of(request: &Request) -> &str {
    let format = request.made_by().and_then(|made_by| made_by.parameters.get("output_format"));
    format.and_then(Value::as_str).unwrap_or("mp3_44100_128")
}

/// The sound, and the alignment where there is one: a sound without is paid and can be heard.
pub(super) fn files(bytes: &[u8], format: &str, alignment: Option<Alignment>) -> Result<Vec<File>, String> {
    let sound = received::sound(bytes, format)?;
    let seconds = sound.seconds();
    let mut files = vec![sound_file(&sound)];
    if let Some(alignment) = alignment.filter(|alignment| !alignment.characters.is_empty()) {
        alignment.check(seconds)?;
        let bytes =
            serde_json::to_vec(&alignment).map_err(|error| format!("its timestamps cannot be kept ({error})"))?;
        files.push(File { role: Role::Alignment, bytes, facts: Facts::Alignment });
    }
    Ok(files)
}

#[cfg(test)]
mod sound_tests;
#[cfg(test)]
mod tests;
