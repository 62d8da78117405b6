//! The contract with ElevenLabs: exact requests, and what becomes of every reply.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::MicroDollars;
use crate::media::sound::Sound;
use crate::media::sound_file::{decode as decode_sound, encode_wav};
use crate::plan::Neighbours;
use crate::providers::samples::{self, CANARY, class, failure};

fn provider_with(set: impl FnOnce(&mut ElevenLabsConfig)) -> ElevenLabs {
    let mut config = samples::config().elevenlabs;
    set(&mut config);
    ElevenLabs::new(&config, &samples::prices().elevenlabs).unwrap()
}

fn provider() -> ElevenLabs {
    provider_with(|_| {})
}

fn request_with(set: impl FnOnce(&mut VoiceRequest)) -> Request {
    let mut line = samples::line(provider().maker());
    set(&mut line);
    Request::Voice(line)
}

fn sent(provider: &ElevenLabs, request: &Request) -> Value {
    match provider.call(request, &Inputs::default()).unwrap().body {
        Body::Json(bytes) => serde_json::from_slice(&bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Half a second of sound, as raw samples.
fn pcm() -> Vec<u8> {
    (0..12_000_i16).flat_map(|n| ((n % 100) * 100).to_le_bytes()).collect()
}

fn spoken(sound: &[u8], alignment: &Value) -> String {
    json!({"audio_base64": base64::encode(sound), "alignment": alignment, "normalized_alignment": null}).to_string()
}

fn alignment(last_end: f64) -> Value {
    json!({
        "characters": ["N", "a"],
        "character_start_times_seconds": [0.0, 0.2],
        "character_end_times_seconds": [0.2, last_end],
    })
}

fn decode(body: impl Into<Vec<u8>>) -> Verdict {
    provider().decode(&request_with(|_| {}), &samples::reply(200, body))
}

#[test]
fn a_line_is_sent_exactly_so() {
    let call = provider().call(&request_with(|_| {}), &Inputs::default()).unwrap();
    assert_eq!(call.method, Method::Post);
    assert_eq!(
        call.url.as_str(),
        "https://api.elevenlabs.io/v1/text-to-speech/cgSgspJ2msm6clMCkdW9/with-timestamps?output_format=pcm_24000"
    );
    assert_eq!(call.key.as_ref().unwrap().header_name(), "xi-api-key");
    assert_eq!(
        (call.limits.total, call.limits.idle_between_chunks),
        (Duration::from_mins(2), Some(Duration::from_secs(30)))
    );
    assert_eq!(
        sent(&provider(), &request_with(|_| {})),
        json!({
            "text": "Naps!",
            "model_id": "eleven_multilingual_v2",
            "voice_settings": {
                "stability": 0.6, "similarity_boost": 0.75, "style": 0.2, "use_speaker_boost": true, "speed": 0.97,
            },
        })
    );
}

#[test]
fn own_parameters_are_sent_and_own_voice_settings_win() {
    let own = provider_with(|config| {
        config.parameters.insert("language_code".to_owned(), json!("en"));
        config.parameters.insert("voice_settings".to_owned(), json!({"speed": 1.2}));
        config.output_format = "mp3_44100_128".to_owned();
    });
    let request = Request::Voice(samples::line(own.maker()));
    let body = sent(&own, &request);
    assert_eq!((&body["language_code"], &body["voice_settings"]["speed"]), (&json!("en"), &json!(1.2)));
    assert_eq!(body["voice_settings"]["stability"], json!(0.6));
    assert!(body.get("output_format").is_none() && body.get("tone_settings").is_none());
    let url = own.call(&request, &Inputs::default()).unwrap().url;
    assert!(url.as_str().ends_with("?output_format=mp3_44100_128"), "{url}");
}

#[test]
fn neighbours_are_sent_only_to_models_that_take_them() {
    let with_neighbours = |model: &str| {
        request_with(|line| {
            line.made_by.model = model.to_owned();
            line.neighbours = Some(Neighbours { before: Some("Before.".to_owned()), after: None });
        })
    };
    let body = sent(&provider(), &with_neighbours("eleven_multilingual_v2"));
    assert_eq!((body["previous_text"].as_str(), body.get("next_text")), (Some("Before."), None));
    assert!(sent(&provider(), &with_neighbours("eleven_v3")).get("previous_text").is_none());
    let context = |model: &str| {
        provider_with(|config| {
            config.voice_context = VoiceContext::Neighbours;
            config.model = model.to_owned();
        })
        .maker()
        .speech
        .neighbours
    };
    assert!(context("eleven_multilingual_v2") && !context("eleven_v3") && !context("eleven_v9"));
    assert!(!provider().maker().speech.neighbours);
}

#[test]
fn what_would_be_refused_is_not_sent() {
    let call = |request: &Request| provider().call(request, &Inputs::default());
    let long = |model: &str, characters: usize| {
        request_with(|line| {
            line.made_by.model = model.to_owned();
            line.text = "é".repeat(characters);
        })
    };
    assert!(call(&long("eleven_multilingual_v2", 10_000)).is_ok());
    assert!(call(&long("eleven_multilingual_v2", 10_001)).unwrap_err().next_step.contains("Split the line"));
    assert!(call(&long("eleven_v3", 5_001)).is_err());
    assert!(call(&long("eleven_v9", 99_999)).is_ok(), "nothing is known of it");
    for voice in ["", "../../user", "a b", "a?b", "..", "é"] {
        assert!(call(&request_with(|line| line.voice_id = voice.to_owned())).is_err(), "{voice:?}");
    }
    assert!(call(&request_with(|line| line.made_by.endpoint = Some("http://localhost:1".to_owned()))).is_err());
    for format in ["opus_48000_32", "pcm_24000&x=1", "mp3_", "pcm_", "ulaw_8000", ""] {
        let config = ElevenLabsConfig { output_format: format.to_owned(), ..samples::config().elevenlabs };
        let error = ElevenLabs::new(&config, &samples::prices().elevenlabs).unwrap_err();
        assert!(error.starts_with("elevenlabs.output_format cannot be used: "), "{error}");
    }
}

#[test]
fn a_refusal_of_the_voice_is_told_from_one_of_the_line_or_the_account() {
    let code = |code: &str| json!({"detail": {"status": code, "message": "m"}}).to_string();
    for (status, body, expected, words) in [
        (404, code("voice_not_found"), "voice", "has no voice cgSgspJ2msm6clMCkdW9"),
        (400, code("invalid_voice_id"), "voice", "has no voice"),
        (402, code("paid_plan_required"), "voice", "does not allow the voice"),
        (402, code("payment_required"), "stop", ""),
        (404, "<html>".to_owned(), "stop", ""),
        (401, code("invalid_api_key"), "stop", ""),
    ] {
        let verdict = provider().decode(&request_with(|_| {}), &samples::reply(status, body));
        assert_eq!(class(&verdict), expected, "{status}: {verdict:?}");
        assert!(failure(verdict).reason.contains(words));
    }
}

#[test]
fn only_models_that_perform_tags_are_planned_with_them() {
    use crate::domain::tags::Performs;
    let performs = |model: &str| provider_with(|config| config.model = model.to_owned()).maker().speech.performs;
    for (model, expected) in [
        ("eleven_v3", Performs::Tags),
        ("eleven_v4", Performs::Tags),
        ("eleven_multilingual_v2", Performs::Breaks),
        ("eleven_flash_v2_5", Performs::Breaks),
        ("eleven_v9", Performs::Nothing),
    ] {
        assert_eq!(performs(model), expected, "{model}");
    }
}

#[test]
fn a_line_becomes_a_sound_and_its_alignment() {
    let Verdict::Made { files, cost, request_id } = decode(spoken(&pcm(), &alignment(0.5))) else { panic!() };
    assert_eq!(files.iter().map(|file| file.role).collect::<Vec<_>>(), [Role::Sound, Role::Alignment]);
    assert_eq!(files[0].facts, Facts::Sound { milliseconds: 500 });
    assert_eq!(decode_sound(&files[0].bytes).unwrap().samples.len(), 12_000);
    let kept: Alignment = serde_json::from_slice(&files[1].bytes).unwrap();
    assert_eq!((kept.characters.concat().as_str(), kept.ends[1]), ("Na", 0.5));
    assert_eq!(cost, Some(MicroDollars(5_700)));
    assert_eq!(request_id.as_deref(), Some("req_42"));
}

#[test]
fn a_sound_without_alignment_is_still_heard() {
    let nothing = json!({"characters": [], "character_start_times_seconds": [], "character_end_times_seconds": []});
    for body in [
        spoken(&pcm(), &Value::Null),
        spoken(&pcm(), &nothing),
        json!({"audio_base64": base64::encode(&pcm())}).to_string(),
    ] {
        let Verdict::Made { files, .. } = decode(body) else { panic!() };
        assert_eq!(files.len(), 1);
    }
    let wav = encode_wav(&Sound { rate: 44_100, samples: vec![0.1; 44_100] });
    assert_eq!(class(&decode(spoken(&wav, &alignment(0.5)))), "made");
}

#[test]
fn nothing_of_a_hostile_success_becomes_an_asset() {
    let whole = spoken(&pcm(), &alignment(0.5));
    let text = |text: &str| json!({"audio_base64": text}).to_string();
    let unequal =
        json!({"characters": ["a"], "character_start_times_seconds": [], "character_end_times_seconds": [0.1]});
    for (what, body, expected, words) in [
        ("empty", String::new(), "unknown", "it is empty"),
        ("a web page", "<html>".to_owned(), "quarantine", "a web page"),
        ("half", whole[..whole.len() / 2].to_owned(), "quarantine", "stops in the middle"),
        ("trailing", format!("{whole}x"), "quarantine", "not the JSON"),
        ("no sound", "{}".to_owned(), "quarantine", "no sound"),
        ("a number", r#"{"audio_base64":1}"#.to_owned(), "quarantine", "not the JSON"),
        ("an error", r#"{"detail":"something"}"#.to_owned(), "quarantine", "something"),
        ("no quota", r#"{"detail":{"status":"quota_exceeded","message":"m"}}"#.to_owned(), "stop", "too few credits"),
        ("no base64", text("***"), "quarantine", "base64"),
        ("stray characters", text(&format!("{}AAAA", base64::encode(b"x"))), "quarantine", "base64"),
        ("zero length", text(""), "quarantine", "base64"),
        ("half a sample", spoken(&[0, 0, 0], &Value::Null), "quarantine", "middle of a sample"),
        ("a page as sound", spoken(b"<html>", &Value::Null), "quarantine", "a web page"),
        ("alignment behind the end", spoken(&pcm(), &alignment(0.9)), "quarantine", "ends before"),
        ("unequal alignment", spoken(&pcm(), &unequal), "quarantine", "do not fit"),
        ("odd alignment", spoken(&pcm(), &json!([1])), "quarantine", "not the JSON"),
    ] {
        let verdict = decode(body);
        assert_eq!(class(&verdict), expected, "{what}: {verdict:?}");
        let failure = failure(verdict);
        assert!(failure.reason.contains(words), "{what}: {failure}");
    }
}

#[test]
fn a_cost_that_cannot_be_true_is_the_estimate() {
    for cost in ["", "free", "-5", "NaN", "1e99"] {
        let mut reply = samples::reply(200, spoken(&pcm(), &Value::Null));
        reply.head.headers = vec![("character-cost".to_owned(), cost.to_owned())];
        let verdict = provider().decode(&request_with(|_| {}), &reply);
        assert!(matches!(verdict, Verdict::Made { cost: None, .. }), "{cost}");
    }
}

#[test]
fn the_check_tells_plan_and_credits() {
    assert_eq!(provider().check_call("eleven_v3").url.as_str(), "https://api.elevenlabs.io/v1/user/subscription");
    let check = |status, body: &str| provider().read_check("eleven_v3", &samples::reply(status, body));
    let fine =
        check(200, r#"{"tier":"creator","character_count":100,"character_limit":1000,"status":"active"}"#).unwrap();
    assert_eq!(fine.facts, ["ELEVENLABS_API_KEY is accepted, plan creator", "900 of 1000 credits are left this month"]);
    assert!(fine.warnings.is_empty());
    assert_eq!(check(200, r#"{"character_count":9,"character_limit":9}"#).unwrap().warnings.len(), 1);
    assert!(check(200, "{}").is_ok() && check(200, "[]").is_err());
    assert!(check(401, "").unwrap_err().reason.contains("ELEVENLABS_API_KEY was refused"));
}

#[test]
fn the_key_is_in_nothing_that_is_printed() {
    let provider = provider();
    let call = provider.call(&request_with(|_| {}), &Inputs::default()).unwrap();
    let verdict = provider.decode(&request_with(|_| {}), &samples::reply(401, format!("{{\"detail\":\"{CANARY}\"}}")));
    let printed = format!("{provider:?} {call:?} {:?} {verdict:?} {:?}", provider.maker(), provider.history_call());
    assert!(!printed.contains("canary"), "{printed}");
}

proptest! {
    #[test]
    fn no_body_breaks_the_decoder(body in proptest::collection::vec(any::<u8>(), 0..400), status in 100_u16..600) {
        let reply = samples::reply(status, body);
        prop_assert_ne!(class(&provider().decode(&request_with(|_| {}), &reply)), "made");
        let _ = provider().read_check("eleven_v3", &reply);
    }

    #[test]
    fn no_sound_breaks_the_decoder(sound in proptest::collection::vec(any::<u8>(), 0..400)) {
        let body = spoken(&sound, &Value::Null);
        for format in ["pcm_24000", "mp3_44100_128"] {
            let request = request_with(|line| {
                line.made_by.parameters.insert("output_format".to_owned(), json!(format));
            });
            let _ = provider().decode(&request, &samples::reply(200, body.clone()));
        }
    }
}
