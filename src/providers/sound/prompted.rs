//! Sounds that ElevenLabs makes from words: effects, and music without singing. Pure functions of one call; `ElevenLabs` sends it
//! with its key.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::plan::{MadeBy, ProviderId, Request, SoundMakers, SoundRequest};
use crate::providers::config::ElevenLabsConfig;
use crate::providers::prices::ElevenLabsPrices;

/// In every plan, and it says itself how many channels it has.
const FORMAT: &str = "mp3_44100_128";

/// A sound that is so much shorter or longer than was asked for is another one, in seconds; and as a share of what was asked.
const TOLERANCE_S: f64 = 1.0;
const TOLERANCE: f64 = 0.25;

/// Who makes sounds from words, as far as it is configured without a key.
pub fn makers(config: &ElevenLabsConfig, prices: &ElevenLabsPrices, endpoint: Option<&str>) -> SoundMakers {
    let made_by = |model: &str| {
        let parameters: BTreeMap<String, Value> = [("output_format".to_owned(), json!(FORMAT))].into();
        let (provider, endpoint) = (ProviderId::ElevenLabs, endpoint.map(str::to_owned));
        MadeBy { provider, model: model.to_owned(), version: None, endpoint, parameters }
    };
    SoundMakers {
        effects: made_by(&config.effects_model),
        effect: prices.effect(),
        music: made_by(&config.music_model),
        music_second: prices.music_second(),
    }
}

/// Where a request goes, below the provider's address, and what is sent; `None` for one that asks for no such sound.
pub fn sent(request: &Request) -> Option<([&'static str; 2], Value)> {
    match request {
        Request::Effect(sound) => Some((["v1", "sound-generation"], effect(sound))),
        Request::Music(sound) => Some((["v1", "music"], music(sound))),
        _ => None,
    }
}

/// What is asked for.
pub fn asked(request: &Request) -> Option<&SoundRequest> {
    match request {
        Request::Effect(sound) | Request::Music(sound) => Some(sound),
        _ => None,
    }
}

fn effect(sound: &SoundRequest) -> Value {
    json!({
        "text": sound.prompt,
        "duration_seconds": sound.milliseconds.map(|milliseconds| f64::from(milliseconds) / 1000.0),
        "model_id": sound.made_by.model,
    })
}

fn music(sound: &SoundRequest) -> Value {
    json!({
        "prompt": sound.prompt,
        "music_length_ms": sound.milliseconds,
        "model_id": sound.made_by.model,
        // Words that are sung lie over words that are spoken.
        "force_instrumental": true,
    })
}

/// Why a sound is not the one that was asked for, if it is not.
pub fn misfit(asked: &SoundRequest, seconds: f64) -> Option<String> {
    let wanted = f64::from(asked.milliseconds?) / 1000.0;
    let fits = (seconds - wanted).abs() <= TOLERANCE_S.max(TOLERANCE * wanted);
    (!fits).then(|| format!("its sound of {seconds:.2} s is not the {wanted:.2} s that were asked for"))
}
