//! A server that speaks the language of OpenAI's transcriptions: on this machine or the network, free of charge.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::heard::Heard;
use crate::domain::recording::{HeardWord, WordKind};
use crate::plan::{Failure, MadeBy, ProviderId, Request};
use crate::providers::config::ServerConfig;
use crate::providers::error_body::ErrorBody;
use crate::providers::errors::{Dialect, Names, classify, classify_inside};
use crate::providers::http::lenient::lenient;
use crate::providers::http::{ApiKey, Body, Call, Endpoint, KeyHeader, Limits, Method, Part, Reply};
use crate::providers::provider::{File, Lane};
use crate::providers::remote::{Checked, Inputs, RemoteProvider, Verdict, garbled, refused};
use crate::providers::server;

pub const KEY: &str = "BABBLECAST_TRANSCRIPT_KEY";
pub const BASE: &str = "BABBLECAST_TRANSCRIPT_BASE_URL";
const NAME: &str = "The transcription server";

/// The model of a server that wants one and was given none: what OpenAI's own was called, and what most take.
const USUAL_MODEL: &str = "whisper-1";

/// The server as configured.
#[derive(Debug)]
pub struct CompatibleTranscripts {
    endpoint: Endpoint,
    key: Option<ApiKey>,
    config: ServerConfig,
}

#[derive(Deserialize)]
struct Transcription {
    #[serde(default, deserialize_with = "lenient")]
    words: Option<Vec<Word>>,
    #[serde(default, deserialize_with = "lenient")]
    segments: Option<Vec<Segment>>,
}

#[derive(Deserialize)]
struct Word {
    #[serde(default, rename = "word", alias = "text")]
    written: String,
    #[serde(default, deserialize_with = "lenient")]
    start: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    end: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    speaker: Option<String>,
}

#[derive(Deserialize)]
struct Segment {
    #[serde(default)]
    text: String,
    #[serde(default, deserialize_with = "lenient")]
    start: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    end: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    speaker: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    words: Option<Vec<Word>>,
}

impl CompatibleTranscripts {
    pub fn new(config: &ServerConfig) -> Result<Self, String> {
        let Some(address) = &config.base_url else {
            return Err(format!(
                "{BASE} is not set: a transcription server needs its address, such as http://127.0.0.1:8000/v1."
            ));
        };
        let key = config.key.as_ref().map(|key| ApiKey::new(KeyHeader::Bearer, KEY, key)).transpose()?;
        let endpoint = Endpoint::new(BASE, address, key.is_some())?.with_default_path("/v1");
        Ok(Self { endpoint, key, config: config.clone() })
    }

    /// Who listens; `language` is one that the person named.
    pub fn made_by(&self, language: Option<&str>) -> MadeBy {
        let mut parameters: BTreeMap<String, Value> = self.config.parameters.clone();
        parameters.extend(language.map(|language| ("language".to_owned(), json!(language))));
        MadeBy {
            provider: ProviderId::CompatibleTranscript,
            model: self.config.model.clone(),
            version: None,
            endpoint: self.endpoint.in_key(""),
            parameters,
        }
    }

    fn names<'a>(&'a self, model: &'a str) -> Names<'a> {
        let secret = self.key.as_ref();
        Names { dialect: Dialect::Compatible, provider: NAME, key: KEY, base: BASE, model, voice: "", secret }
    }
}

impl RemoteProvider for CompatibleTranscripts {
    fn id(&self) -> ProviderId {
        ProviderId::CompatibleTranscript
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn lane(&self) -> Lane {
        Lane::calls("compatible-transcript", Some(self.config.at_once.unwrap_or(1)))
    }

    fn call(&self, request: &Request, inputs: &Inputs) -> Result<Call, Failure> {
        let (Request::Transcript(transcript), Some(sound)) = (request, &inputs.sound) else {
            return Err(refused(
                "The transcription server cannot make that",
                "This is a fault of babblecast; please report it.",
            ));
        };
        let made_by = &transcript.made_by;
        let model = if made_by.model.is_empty() { USUAL_MODEL } else { made_by.model.as_str() };
        let mut parts = vec![
            Part::field("model", model),
            Part::field("response_format", "verbose_json"),
            Part::field("timestamp_granularities[]", "word"),
            Part::field("timestamp_granularities[]", "segment"),
        ];
        for (name, value) in &made_by.parameters {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            parts.push(Part::field(name.as_str(), text));
        }
        parts.push(super::sound_part("file", sound.clone()));
        Ok(Call {
            provider: NAME,
            method: Method::Post,
            url: self.endpoint.join(&["audio", "transcriptions"]),
            key: self.key.clone(),
            body: Body::Multipart(parts),
            limits: Limits::transcript(self.config.time_limit, transcript.milliseconds),
        })
    }

    fn model(&self) -> &str {
        &self.config.model
    }

    fn decode(&self, _request: &Request, reply: &Reply) -> Verdict {
        let names = self.names(&self.config.model);
        if !reply.head.is_success() {
            return classify(&names, reply);
        }
        let error = ErrorBody::parse(&reply.body);
        if error.is_providers_own {
            return classify_inside(&names, &error, reply);
        }
        match files(&reply.body) {
            Ok(files) => Verdict::Made { files, cost: None, request_id: reply.head.request_id() },
            Err(why) => garbled(NAME, &why, reply),
        }
    }

    fn check_call(&self, _model: &str) -> Call {
        server::check_call(NAME, &self.endpoint, self.key.as_ref())
    }

    fn read_check(&self, model: &str, reply: &Reply) -> Result<Checked, Failure> {
        server::read_check(&self.names(model), &self.endpoint, reply)
    }
}

/// What a success holds: the words where the server tells them, else the sentences with their time spread over their words.
fn files(reply: &[u8]) -> Result<Vec<File>, String> {
    let reply: Transcription =
        serde_json::from_slice(reply).map_err(|_| "it is not the JSON that was expected".to_owned())?;
    let segments = reply.segments.unwrap_or_default();
    let words: Vec<HeardWord> = match reply.words.filter(|words| !words.is_empty()) {
        Some(words) => {
            let words = words.into_iter().filter_map(|word| heard(word, None));
            words.map(|word| with_speaker(word, &segments)).collect()
        }
        None if segments.is_empty() => return Err("it tells no times of words or sentences".to_owned()),
        None => segments.into_iter().flat_map(words_of).collect(),
    };
    Ok(vec![Heard { words }.without_brackets().file()?])
}

fn heard(word: Word, speaker: Option<&str>) -> Option<HeardWord> {
    let start_s = word.start?;
    let end_s = word.end.unwrap_or(start_s);
    let speaker = word.speaker.or_else(|| speaker.map(str::to_owned));
    Some(HeardWord { text: word.written, start_s, end_s, speaker, kind: WordKind::Spoken })
}

/// A server that tells who speaks tells it of sentences, not always of words.
fn with_speaker(word: HeardWord, segments: &[Segment]) -> HeardWord {
    if word.speaker.is_some() {
        return word;
    }
    let middle = f64::midpoint(word.start_s, word.end_s);
    let is_in = |segment: &&Segment| matches!((segment.start, segment.end), (Some(from), Some(to)) if from <= middle && middle <= to);
    let speaker = segments.iter().find(is_in).and_then(|segment| segment.speaker.clone());
    HeardWord { speaker, ..word }
}

fn words_of(segment: Segment) -> Vec<HeardWord> {
    let speaker = segment.speaker.as_deref();
    if let Some(words) = segment.words.filter(|words| words.iter().any(|word| word.start.is_some())) {
        return words.into_iter().filter_map(|word| heard(word, speaker)).collect();
    }
    let (Some(start_s), Some(end_s)) = (segment.start, segment.end) else { return Vec::new() };
    let texts: Vec<&str> = segment.text.split_whitespace().collect();
    let letters = texts.iter().map(|text| text.len() + 1).sum::<usize>().max(1) as f64;
    let mut at = start_s;
    let word = |text: &str| {
        let from = at;
        at += (end_s - start_s) * (text.len() + 1) as f64 / letters;
        HeardWord {
            text: text.to_owned(),
            start_s: from,
            end_s: at,
            speaker: speaker.map(str::to_owned),
            kind: WordKind::Spoken,
        }
    };
    texts.into_iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(reply: &Value) -> Vec<(String, f64, Option<String>)> {
        let files = files(reply.to_string().as_bytes()).unwrap();
        let heard: Heard = serde_json::from_slice(&files[0].bytes).unwrap();
        heard.words.into_iter().map(|word| (word.text, word.start_s, word.speaker)).collect()
    }

    #[test]
    fn words_are_read_with_the_speaker_of_their_sentence() {
        let reply = json!({
            "text": "Hi there. No.", "duration": 3.0,
            "words": [{"word": "Hi", "start": 0.1, "end": 0.3}, {"word": "there.", "start": 0.3, "end": 0.6},
                      {"word": "No.", "start": 1.2, "end": 1.5}, {"word": "untimed"}],
            "segments": [{"start": 0.0, "end": 0.7, "text": "Hi there.", "speaker": "A"},
                         {"start": 1.1, "end": 1.6, "text": "No.", "speaker": "B"}],
        });
        let told = told(&reply);
        let speakers: Vec<Option<&str>> = told.iter().map(|(_, _, speaker)| speaker.as_deref()).collect();
        assert_eq!(speakers, [Some("A"), Some("A"), Some("B")]);
    }

    #[test]
    fn sentences_without_words_share_their_time() {
        let told = told(&json!({"segments": [{"start": 1.0, "end": 3.0, "text": " One two "}]}));
        assert_eq!(told, [("One".to_owned(), 1.0, None), ("two".to_owned(), 2.0, None)]);
    }

    #[test]
    fn a_reply_without_times_says_so() {
        assert!(files(b"{\"text\": \"One two\"}").unwrap_err().contains("no times"));
        assert!(files(b"One two").unwrap_err().contains("not the JSON"));
    }
}
