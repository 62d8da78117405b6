//! The contract for sounds from words: exact requests, and what becomes of every reply.

use super::*;
use crate::domain::MicroDollars;
use crate::media::sound::Sound;
use crate::media::sound_file::encode_wav;
use crate::plan::SoundRequest;
use crate::providers::samples::{self, class};

fn provider() -> ElevenLabs {
    ElevenLabs::new(&samples::config().elevenlabs, &samples::prices().elevenlabs).unwrap()
}

fn asked(milliseconds: u32) -> SoundRequest {
    let makers = prompted::makers(&samples::config().elevenlabs, &samples::prices().elevenlabs, None);
    SoundRequest {
        made_by: makers.effects,
        prompt: Some("a \"creaking\" door".to_owned()),
        milliseconds: Some(milliseconds),
    }
}

fn sent(request: &Request) -> (String, Value) {
    let call = provider().call(request, &Inputs::default()).unwrap();
    let Body::Json(bytes) = call.body else { panic!("no JSON") };
    (
        format!("{:?} {}?{}", call.method, call.url.path(), call.url.query().unwrap()),
        serde_json::from_slice(&bytes).unwrap(),
    )
}

/// A sound of so many milliseconds, as a file.
fn wav(milliseconds: u32) -> Vec<u8> {
    let samples = (0..milliseconds * 44).map(|at| 0.2 * (at as f32 * 0.05).sin()).collect();
    encode_wav(&Sound { rate: 44_000, samples })
}

#[test]
fn an_effect_and_music_are_sent_exactly_so() {
    let (target, body) = sent(&Request::Effect(asked(2_500)));
    assert_eq!(target, "Post /v1/sound-generation?output_format=mp3_44100_128");
    let expected =
        json!({"text": "a \"creaking\" door", "duration_seconds": 2.5, "model_id": "eleven_text_to_sound_v2"});
    assert_eq!(body, expected);
    let music = prompted::makers(&samples::config().elevenlabs, &samples::prices().elevenlabs, None).music;
    let (target, body) = sent(&Request::Music(SoundRequest { made_by: music, ..asked(30_000) }));
    assert_eq!(target, "Post /v1/music?output_format=mp3_44100_128");
    let expected = json!({"prompt": "a \"creaking\" door", "music_length_ms": 30_000, "model_id": "music_v1",
        "force_instrumental": true});
    assert_eq!(body, expected);
}

#[test]
fn a_sound_of_the_length_that_was_asked_for_is_kept_and_any_other_reply_is_told() {
    let request = Request::Effect(asked(3_000));
    let decode = |status: u16, body: Vec<u8>| provider().decode(&request, &samples::reply(status, body));
    match decode(200, wav(3_000)) {
        Verdict::Made { files, .. } => {
            assert_eq!(files.iter().map(|file| file.role).collect::<Vec<_>>(), [Role::Sound]);
        }
        other => panic!("{other:?}"),
    }
    for (status, body, expected) in [
        (200, wav(6_000), "quarantine"),
        (200, b"<html>busy</html>".to_vec(), "quarantine"),
        (200, Vec::new(), "unknown"),
        (422, br#"{"detail": {"status": "invalid", "message": "no"}}"#.to_vec(), "fail"),
        (401, br#"{"detail": {"status": "invalid_api_key", "message": "no"}}"#.to_vec(), "stop"),
        (500, Vec::new(), "unknown"),
    ] {
        let verdict = decode(status, body.clone());
        assert_eq!(
            class(&verdict),
            expected,
            "{status} {}: {verdict:?}",
            String::from_utf8_lossy(&body[..body.len().min(20)])
        );
    }
}

#[test]
fn the_prices_are_bounds_for_an_effect_and_for_each_second_of_music() {
    let makers = prompted::makers(&samples::config().elevenlabs, &samples::prices().elevenlabs, None);
    assert_eq!((makers.effect, makers.music_second), (MicroDollars(120_000), MicroDollars(5_000)));
}
