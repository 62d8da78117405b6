//! Requests, pictures and replies for the tests of the outside providers.

use image::{Rgb, RgbImage};
use serde_json::{Value, json};

use super::config::ProviderConfig;
use super::http::{Head, Reply, base64};
use super::prices::Prices;
use super::remote::Verdict;
use crate::domain::Tone;
use crate::media::picture::encode_png;
use crate::plan::{Failure, Maker, PortraitRequest, VoiceRequest};

pub const CANARY: &str = "sk-canary-1414213562";

pub fn prices() -> Prices {
    Prices::with(&toml::Table::new()).unwrap()
}

/// Every provider configured, with keys.
pub fn config() -> ProviderConfig {
    let mut config = ProviderConfig::default();
    config.openai.key = Some(CANARY.into());
    config.elevenlabs.key = Some(CANARY.into());
    config.image_server.base_url = Some("http://127.0.0.1:8080".to_owned());
    config.voice_server.base_url = Some("http://127.0.0.1:8880/v1/".to_owned());
    config
}

pub fn portrait(maker: Maker) -> PortraitRequest {
    PortraitRequest {
        made_by: maker.made_by,
        prompt: "A baby.".to_owned(),
        tone: Tone::Warm,
        tone_text: "warm".to_owned(),
        appearance: None,
        reference: None,
        same_baby: None,
        note: None,
        look: 0,
        take: 1,
    }
}

pub fn line(maker: Maker) -> VoiceRequest {
    VoiceRequest {
        voice_id: maker.speech.voice("baby_voice_1"),
        made_by: maker.made_by,
        text: "Naps!".to_owned(),
        tone: Tone::Warm,
        neighbours: None,
        look: 0,
        take: 1,
    }
}

/// A picture with something on it.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    encode_png(&RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, (x / 3 + y / 5) as u8])))
}

/// A reply with the headers that both providers send.
pub fn reply(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    let headers = [("x-request-id", "req_42"), ("character-cost", "57")];
    Reply { head: Head::new(status, headers, 0), body: body.into() }
}

/// The JSON reply of an image call.
pub fn images_json(picture: &[u8]) -> String {
    let usage = json!({
        "input_tokens": 300, "output_tokens": 1584, "total_tokens": 1884,
        "input_tokens_details": {"text_tokens": 300, "image_tokens": 0},
    });
    json!({"created": 1, "data": [{"b64_json": base64::encode(picture)}], "usage": usage, "size": "1024x1536"})
        .to_string()
}

/// One event of a stream.
pub fn event(data: &Value) -> String {
    format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap_or("message"))
}

/// What a verdict is called in a table of cases.
pub fn class(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Made { .. } => "made",
        Verdict::Free { .. } => "free",
        Verdict::StopProvider(_) => "stop",
        Verdict::FailJob(_) => "fail",
        Verdict::FailVoice { .. } => "voice",
        Verdict::Unknown { quarantine: true, .. } => "quarantine",
        Verdict::Unknown { .. } => "unknown",
    }
}

pub fn failure(verdict: Verdict) -> Failure {
    super::remote::failure_of(verdict).expect("nothing was made")
}
