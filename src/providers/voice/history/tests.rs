//! What the history may and may not be taken to say.

use serde_json::json;

use super::*;
use crate::media::sound::Sound;
use crate::media::sound_file::encode_wav;
use crate::plan::{DialogueRequest, Role};
use crate::providers::samples::{self, class};

const SENT: (u64, u64) = (1_800_000_000, 1_800_000_060);

fn provider() -> ElevenLabs {
    ElevenLabs::new(&samples::config().elevenlabs, &samples::prices().elevenlabs).unwrap()
}

fn request() -> Request {
    Request::Voice(samples::line(provider().maker()))
}

/// The line of `request`, made at this time.
fn item(id: &str, date: u64) -> Value {
    json!({
        "history_item_id": id, "request_id": "req_9", "voice_id": "cgSgspJ2msm6clMCkdW9",
        "model_id": "eleven_multilingual_v2", "text": "Naps!", "date_unix": date,
    })
}

fn changed(mut item: Value, name: &str, value: &str) -> Value {
    item[name] = json!(value);
    item
}

fn history(items: &[Value], has_more: bool) -> History {
    let reply = samples::reply(200, json!({"history": items, "has_more": has_more}).to_string());
    provider().read_history(&reply).unwrap()
}

fn found(items: &[Value], has_more: bool) -> Found {
    history(items, has_more).find(&request(), SENT)
}

#[test]
fn a_line_is_found_by_voice_text_model_and_time() {
    let made = Found::Item { id: "h1".to_owned(), request_id: Some("req_9".to_owned()), alignment: None };
    let right = item("h1", SENT.0 + 5);
    assert_eq!(found(std::slice::from_ref(&right), false), made);
    assert_eq!(found(&[item("h0", SENT.0 - 9_000), right.clone(), item("h2", SENT.1 + 9_000)], true), made);
    for (name, other) in [("voice_id", "x"), ("text", "Naps"), ("model_id", "eleven_v3"), ("date_unix", "soon")] {
        assert_eq!(found(&[changed(right.clone(), name, other)], false), Found::Nothing, "{name}");
    }
}

#[test]
fn nothing_is_concluded_from_half_a_history_or_from_twins() {
    let twin = [item("h1", SENT.0), item("h2", SENT.0 + 1)];
    assert_eq!(found(&twin, false), Found::Unclear);
    assert_eq!(found(&[], false), Found::Nothing);
    assert_eq!(found(&[item("h2", SENT.1 + 9_000)], true), Found::Unclear, "the rest was not shown");
    assert_eq!(found(&[item("h2", SENT.0 - 9_000)], true), Found::Nothing, "it reaches back far enough");
    for (status, body) in [(401, ""), (500, ""), (200, "<html>"), (200, "{\"history\":3}"), (200, "{}")] {
        assert!(provider().read_history(&samples::reply(status, body)).is_err(), "{status} {body}");
    }
}

#[test]
fn a_history_tells_whose_it_is_by_the_names_of_calls_and_by_its_address() {
    let history = history(&[item("h1", SENT.0)], false);
    assert!(history.lists("req_9") && !history.lists("req_8") && !history.lists(""));
    let mut config = samples::config().elevenlabs;
    config.base_url = Some("http://127.0.0.1:1".to_owned());
    let elsewhere = ElevenLabs::new(&config, &samples::prices().elevenlabs).unwrap();
    assert!(provider().is_address_of(&request()) && !elsewhere.is_address_of(&request()));
}

#[test]
fn the_sound_comes_back_out_of_the_history() {
    assert_eq!(provider().history_call().url.as_str(), "https://api.elevenlabs.io/v1/history?page_size=1000");
    let call = provider().history_sound_call("../h1");
    assert_eq!(call.url.as_str(), "https://api.elevenlabs.io/v1/history/..%2Fh1/audio");
    let wav = encode_wav(&Sound { rate: 24_000, samples: vec![0.1; 24_000] });
    let decode =
        |status, body: &[u8]| class(&provider().decode_history_sound(&request(), None, &samples::reply(status, body)));
    assert_eq!((decode(200, &wav), decode(200, b"<html>"), decode(404, b"")), ("made", "quarantine", "stop"));
}

fn dialogue() -> Request {
    let line = |voice_id: &str, text: &str| SpokenLine { voice_id: voice_id.to_owned(), text: text.to_owned() };
    let mut made_by = provider().maker().made_by;
    made_by.model = "eleven_v3".to_owned();
    Request::Dialogue(DialogueRequest {
        made_by,
        lines: vec![line("a", "[laughs] One two."), line("b", "Three four.")],
        take: 1,
    })
}

fn dialogue_item(lines: &[(&str, &str)]) -> Value {
    let lines: Vec<Value> =
        lines.iter().map(|(voice_id, text)| json!({"voice_id": voice_id, "text": text, "voice_name": "N"})).collect();
    json!({"history_item_id": "h1", "request_id": "req_9", "voice_id": null, "model_id": "eleven_v3", "text": "",
        "date_unix": SENT.0 + 5, "dialogue": lines})
}

#[test]
fn a_dialogue_is_found_by_all_of_its_lines_and_never_given_back_on_a_guess() {
    let found = |item: Value| history(&[item], false).find(&dialogue(), SENT);
    let right = dialogue_item(&[("a", "[laughs] One two."), ("b", "Three four.")]);
    assert!(matches!(found(right.clone()), Found::Item { alignment: None, .. }));
    for other in [
        dialogue_item(&[("a", "[laughs] One two."), ("b", "Three!")]),
        dialogue_item(&[("a", "[laughs] One two."), ("c", "Three four.")]),
        dialogue_item(&[("a", "[laughs] One two.")]),
        changed(right.clone(), "model_id", "eleven_v4"),
        item("h2", SENT.0 + 5),
    ] {
        assert_eq!(found(other.clone()), Found::Nothing, "{other}");
    }
    // Told in another way than is known here, it may be the one.
    let mut unknown = right.clone();
    unknown["dialogue"] = Value::Null;
    assert_eq!(found(unknown.clone()), Found::Unclear);
    assert_eq!(found(changed(unknown, "text", "a: [laughs] One two. b: Three four.")), Found::Unclear);
    let mut timed = right;
    timed["alignments"] = json!({"alignment": {"characters": ["O"], "character_start_times_seconds": [0.0],
        "character_end_times_seconds": [0.1]}});
    assert!(matches!(found(timed), Found::Item { alignment: Some(_), .. }));
}

#[test]
fn a_dialogue_out_of_the_history_is_cut_without_segments() {
    let sample = |at: u32| if (20_000..28_000).contains(&at) { 0.0 } else { f32::from((at % 80) as u8) / 160.0 - 0.25 };
    let wav = encode_wav(&Sound { rate: 24_000, samples: (0..48_000).map(sample).collect() });
    let reply = samples::reply(200, wav);
    let Verdict::Made { files, .. } = provider().decode_history_sound(&dialogue(), None, &reply) else { panic!() };
    assert_eq!(files.iter().map(|file| file.role).collect::<Vec<_>>(), [Role::Sound, Role::Turns]);
    assert_eq!(
        class(&provider().decode_history_sound(&dialogue(), None, &samples::reply(200, "<html>"))),
        "quarantine"
    );
}
