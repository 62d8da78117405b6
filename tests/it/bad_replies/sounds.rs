//! Sounds that are none, and sounds without timestamps.

use babblecast::domain::MicroDollars;
use babblecast::engine::Outcome;
use babblecast::media::picture::encode_png;
use babblecast::plan::Role;
use image::RgbImage;
use serde_json::{Value, json};

use super::{BROKEN, Ends, GARBLED, HTML, Product, check, row};
use crate::fake_provider::{Asked, Reply, Step, base64, good_body};

/// A good reply for a voice, changed.
fn voice(change: impl FnOnce(&mut Value)) -> Reply {
    let asked = Asked { path: String::new(), query: String::new(), key: String::new(), body: json!({"text": "row"}) };
    let mut body = good_body(&asked);
    change(&mut body);
    Reply::Charged(body.to_string())
}

fn sound(bytes: &[u8]) -> Reply {
    voice(|body| body["audio_base64"] = json!(base64(bytes)))
}

#[test]
fn sounds_that_are_none_are_held_and_those_without_timestamps_are_made() {
    const SPOKEN: Ends = Ends::Made(&[Role::Sound, Role::Alignment]);
    const SOUND_ALONE: Ends = Ends::Made(&[Role::Sound]);
    const MP3: &[u8] = include_bytes!("../../fixtures/tone_440_stereo.mp3");
    let rows = vec![
        row("a web page", Reply::Charged(HTML.to_owned()), GARBLED, "a web page"),
        row("nothing at all", Reply::Charged(String::new()), BROKEN, "empty"),
        row("no sound", Reply::Charged("{\"alignment\": null}".to_owned()), GARBLED, "no sound"),
        row("half of the JSON", Reply::Charged("{\"audio_base64\": \"AAAA".to_owned()), GARBLED, "middle"),
        row("stray characters", voice(|body| body["audio_base64"] = json!("AAAA\n~~ AAAA")), GARBLED, "base64"),
        row("a sound of no length", voice(|body| body["audio_base64"] = json!("")), GARBLED, "base64"),
        row("half a sample", sound(&[0; 2001]), GARBLED, "middle of a sample"),
        row("a picture", sound(&encode_png(&RgbImage::new(9, 9))), GARBLED, "a PNG picture"),
        row("a text", sound(b"{\"error\": \"busy\"}"), GARBLED, "a JSON text"),
        row(
            "timestamps longer than the sound",
            voice(|body| body["alignment"]["character_end_times_seconds"][2] = json!(9.0)),
            GARBLED,
            "ends before its last character",
        ),
        row(
            "timestamps that do not fit the text",
            voice(|body| body["alignment"]["characters"] = json!(["r"])),
            GARBLED,
            "do not fit",
        ),
        row(
            "timestamps that go back",
            voice(|body| body["alignment"]["character_start_times_seconds"][0] = json!(0.8)),
            GARBLED,
            "back in time",
        ),
        row(
            "an error in a success",
            Reply::Charged(json!({"detail": {"status": "something_broke", "message": "oh"}}).to_string()),
            GARBLED,
            "oh",
        ),
        row(
            "cut off in the body",
            Reply::Steps(vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{\"aud".to_vec())]),
            BROKEN,
            "did not come in full",
        ),
        row("as it should be", voice(|_| ()), SPOKEN, ""),
        row("no timestamps", voice(|body| body["alignment"] = Value::Null), SOUND_ALONE, ""),
        row(
            "timestamps not even named",
            voice(|body| drop(body.as_object_mut().unwrap().remove("alignment"))),
            SOUND_ALONE,
            "",
        ),
        row(
            "an MP3 where samples were asked for",
            voice(|body| {
                body["audio_base64"] = json!(base64(MP3));
                body["alignment"] = Value::Null;
            }),
            SOUND_ALONE,
            "",
        ),
    ];
    let count = rows.len();
    let checked = check(&rows, Product::Voice, None);
    assert_eq!(checked.ended.outcome, Outcome::Unknown, "{}", checked.ended.message);
    assert_eq!(checked.asked, count, "each is asked for once");
    assert_eq!(checked.amounts.unknown, checked.held_price);
    assert_eq!(checked.amounts.reserved, MicroDollars::ZERO);
}
