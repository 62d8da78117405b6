//! A dialogue's call to the letter, and what becomes of its reply.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::ElevenLabs;
use super::*;
use crate::domain::MicroDollars;
use crate::plan::{MadeBy, Request, Role};
use crate::providers::http::base64;
use crate::providers::http::{Body, Call};
use crate::providers::provider::Facts;
use crate::providers::remote::{Inputs, RemoteProvider, Verdict};
use crate::providers::samples::{self, class, failure};

fn provider() -> ElevenLabs {
    let config = ElevenLabsConfig { model: "eleven_v3".to_owned(), ..samples::config().elevenlabs };
    ElevenLabs::new(&config, &samples::prices().elevenlabs).unwrap()
}

fn spoken(lines: &[(&str, &str)]) -> Request {
    let maker = provider().maker();
    let dialogues = maker.speech.dialogues.unwrap();
    let made_by = MadeBy { parameters: dialogues.parameters, ..maker.made_by };
    let line = |(voice_id, text): &(&str, &str)| SpokenLine { voice_id: (*voice_id).into(), text: (*text).into() };
    Request::Dialogue(DialogueRequest { made_by, lines: lines.iter().map(line).collect(), take: 1 })
}

fn request() -> Request {
    spoken(&[("voiceA", "[laughs] Naps?"), ("voiceB", "Naps!")])
}

fn body_of(call: Call) -> Value {
    let Body::Json(bytes) = call.body else { panic!() };
    serde_json::from_slice(&bytes).unwrap()
}

fn answer(change: impl FnOnce(&mut Value)) -> String {
    let samples: Vec<u8> = (0..24_000_i32).flat_map(|at| ((at % 200) as i16 * 90).to_le_bytes()).collect();
    let segment = |voice: &str, start: f64, end: f64, line: usize| json!({"voice_id": voice, "start_time_seconds": start, "end_time_seconds": end, "dialogue_input_index": line});
    let mut body = json!({"audio_base64": base64::encode(&samples), "alignment": null, "normalized_alignment": null,
        "voice_segments": [segment("voiceA", 0.0, 0.5, 0), segment("voiceB", 0.5, 1.0, 1)]});
    change(&mut body);
    body.to_string()
}

#[test]
fn a_dialogue_is_asked_for_exactly_so() {
    let call = provider().call(&request(), &Inputs::default()).unwrap();
    assert_eq!(
        call.url.as_str(),
        "https://api.elevenlabs.io/v1/text-to-dialogue/with-timestamps?output_format=pcm_24000"
    );
    assert_eq!(
        body_of(call),
        json!({
            "inputs": [{"text": "[laughs] Naps?", "voice_id": "voiceA"}, {"text": "Naps!", "voice_id": "voiceB"}],
            "model_id": "eleven_v3",
        })
    );
}

#[test]
fn own_parameters_go_along_and_of_the_voice_settings_only_the_stability() {
    let mut config = ElevenLabsConfig { model: "eleven_v4".to_owned(), ..samples::config().elevenlabs };
    config.parameters.insert("seed".to_owned(), json!(7));
    config.parameters.insert("voice_settings".to_owned(), json!({"stability": 0.5, "speed": 1.2}));
    let dialogues = planned(&config).unwrap();
    let Request::Dialogue(mut dialogue) = request() else { panic!() };
    dialogue.made_by.parameters = dialogues.parameters;
    let body = body(&dialogue);
    assert_eq!((&body["seed"], &body["settings"]), (&json!(7), &json!({"stability": 0.5})));
    assert!(body.get("voice_settings").is_none() && body.get("output_format").is_none());
    for (model, speaks) in
        [("eleven_v3", true), ("eleven_v4", true), ("eleven_multilingual_v2", false), ("eleven_v4_turbo", false)]
    {
        let config = ElevenLabsConfig { model: model.to_owned(), ..samples::config().elevenlabs };
        assert_eq!(planned(&config).is_some(), speaks, "{model}");
    }
}

#[test]
fn what_would_be_refused_is_not_sent() {
    let long = "x".repeat(1_001);
    let voices: Vec<String> = (0..11).map(|number| format!("voice{number}")).collect();
    let many: Vec<(&str, &str)> = voices.iter().map(|voice| (voice.as_str(), "Hi.")).collect();
    for (lines, words) in [
        (&[("a", long.as_str()), ("b", long.as_str())][..], "2002 characters"),
        (&[("a", "alone")][..], "A dialogue of 1 lines"),
        (&many[..], "11 voices"),
        (&[("a", "Hi."), ("../user", "Ho.")][..], "../user is no voice of ElevenLabs"),
    ] {
        let told = provider().call(&spoken(lines), &Inputs::default()).unwrap_err();
        assert!(told.reason.contains(words), "{told}");
    }
}

#[test]
fn a_reply_becomes_one_sound_and_its_turns() {
    let reply = samples::reply(200, answer(|_| {}));
    let Verdict::Made { files, cost, request_id } = provider().decode(&request(), &reply) else { panic!() };
    assert_eq!(files.iter().map(|file| file.role).collect::<Vec<_>>(), [Role::Sound, Role::Turns]);
    assert_eq!(files[0].facts, Facts::Sound { milliseconds: 1_000 });
    assert_eq!(Turns::read(&files[1].bytes).unwrap().of(1, 24_000), Some(12_000..24_000));
    assert_eq!((cost, request_id.as_deref()), (Some(MicroDollars(5_700)), Some("req_42")));
}

#[test]
fn nothing_of_a_wrong_success_becomes_an_asset() {
    let whole = answer(|_| {});
    for (what, body, words) in [
        ("half", whole[..whole.len() / 2].to_owned(), "stops in the middle"),
        ("no segments", answer(|body| body["voice_segments"] = Value::Null), "does not say which line is heard when"),
        ("none", answer(|body| body["voice_segments"] = json!([])), "does not say which line is heard when"),
        ("odd ones", answer(|body| body["voice_segments"] = json!([{"a": 1}])), "cannot be read"),
        ("no number", answer(|body| body["voice_segments"][0]["start_time_seconds"] = Value::Null), "cannot be read"),
        (
            "one missing",
            answer(|body| drop(body["voice_segments"].as_array_mut().unwrap().pop())),
            "line 2 of 2 is missing",
        ),
        ("overlapping", answer(|body| body["voice_segments"][1]["start_time_seconds"] = json!(0.2)), "begins before"),
        ("too long", answer(|body| body["voice_segments"][1]["end_time_seconds"] = json!(9.0)), "ends before line 2"),
        ("a stranger", answer(|body| body["voice_segments"][1]["voice_id"] = json!("voiceC")), "voiceC, which was not"),
        ("no sound", answer(|body| body["audio_base64"] = json!("")), "base64"),
        ("a page", answer(|body| body["audio_base64"] = json!(base64::encode(b"<html>"))), "a web page"),
        ("null", answer(|body| body["audio_base64"] = Value::Null), "no sound"),
    ] {
        let verdict = provider().decode(&request(), &samples::reply(200, body));
        assert_eq!(class(&verdict), "quarantine", "{what}: {verdict:?}");
        let failure = failure(verdict);
        assert!(failure.reason.contains(words), "{what}: {failure}");
    }
}

#[test]
fn a_refusal_of_one_voice_names_it_where_the_error_does() {
    let error = |code: &str, message: &str| json!({"detail": {"status": code, "message": message}}).to_string();
    let decode = |status, body: String| provider().decode(&request(), &samples::reply(status, body));
    let named = decode(404, error("voice_not_found", "A voice with the voice_id voiceB was not found."));
    assert!(matches!(&named, Verdict::FailVoice { voice_id, .. } if voice_id == "voiceB"), "{named:?}");
    let unnamed = decode(404, error("voice_not_found", "No."));
    assert_eq!(class(&unnamed), "fail");
    assert!(failure(unnamed).reason.contains("has no voice of one of these: voiceA, voiceB"));
    assert_eq!(class(&decode(402, error("paid_plan_required", "voiceA is for creators"))), "voice");
    assert_eq!(class(&decode(401, error("invalid_api_key", "m"))), "stop");
    assert_eq!(class(&decode(429, error("too_many_concurrent_requests", "m"))), "free");
}

proptest! {
    #[test]
    fn no_body_breaks_the_decoder(
        segments in proptest::collection::vec((0_usize..4, -1.0_f64..3.0, -1.0_f64..3.0, any::<bool>()), 0..5),
        text in "[ -~]{0,40}",
    ) {
        let told: Vec<Value> = segments
            .into_iter()
            .map(|(line, start, end, odd)| {
                let voice = if odd { text.as_str() } else { ["voiceA", "voiceB"][line % 2] };
                json!({"voice_id": voice, "start_time_seconds": start, "end_time_seconds": end,
                    "dialogue_input_index": line, "character_start_index": line, "character_end_index": 9 - line})
            })
            .collect();
        let body = answer(|body| body["voice_segments"] = json!(told));
        let verdict = provider().decode(&request(), &samples::reply(200, body));
        prop_assert!(["made", "quarantine"].contains(&class(&verdict)));
    }
}
