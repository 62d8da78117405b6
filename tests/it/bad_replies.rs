//! What comes of replies that are not what they should be: each ends in its class, nothing of it becomes an asset, and
//! every charge is accounted for.

use std::io::Cursor;
use std::time::Duration;

use babblecast::domain::MicroDollars;
use babblecast::engine::{Consent, EngineSettings, Outcome, RunEnded};
use babblecast::media::picture::encode_png;
use babblecast::plan::{JobState, Role};
use babblecast::store::{Amounts, Store};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use crate::fake_provider::{Asked, FakeProvider, Reply, Step, base64, good_body, portrait};
use crate::support::{Place, Studio, loaded};

const ENOUGH: Consent = Consent::UpTo(MicroDollars(100_000_000));
/// What [`usage`] costs.
const PICTURE_COST: u64 = 100 * 5 + 1584 * 30;

/// How a job ends after one reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// With these outputs.
    Made(&'static [Role]),
    /// Maybe billed; what came of the reply is kept for a person, or there is nothing to keep.
    Held {
        kept: bool,
    },
    Failed,
}

const GARBLED: Ends = Ends::Held { kept: true };
const BROKEN: Ends = Ends::Held { kept: false };

struct Row {
    name: &'static str,
    reply: Reply,
    ends: Ends,
    /// A part of what the person is told.
    says: &'static str,
}

fn row(name: &'static str, reply: Reply, ends: Ends, says: &'static str) -> Row {
    Row { name, reply, ends, says }
}

/// Babies whose appearance, and lines whose text, is the number of their row.
fn campaign(rows: usize) -> Value {
    let speaker = |row: usize| format!("Baby {row:03}");
    let script: Vec<Value> = (0..rows)
        .map(|row| json!({"type": "dialogue", "speaker": speaker(row), "text": format!("row{row:03}")}))
        .collect();
    let profiles: serde_json::Map<String, Value> = (0..rows)
        .map(|row| {
            let profile = json!({"tone": "warm", "voice_id": "baby_voice_1", "appearance": format!("row{row:03}")});
            (speaker(row), profile)
        })
        .collect();
    json!({"campaign_id": "rows", "topic": "t", "script": script, "baby_profiles": profiles})
}

fn settings(place: &Place, fake: &FakeProvider, product: Product) -> EngineSettings {
    let mut settings = place.settings();
    match product {
        Product::Picture => {
            settings.providers.openai.key = Some("sk-test".into());
            settings.providers.openai.base_url = Some(fake.openai_base());
        }
        Product::Voice => {
            settings.providers.elevenlabs.key = Some("sk-test".into());
            settings.providers.elevenlabs.base_url = Some(fake.elevenlabs_base());
        }
    }
    settings
}

/// Which half of a campaign is bought; the other half is drawn or spoken here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Product {
    Picture,
    Voice,
}

struct Checked {
    ended: RunEnded,
    amounts: Amounts,
    /// Estimates of the rows that are held.
    held_price: MicroDollars,
    asked: usize,
}

/// Buys one thing for each row and looks at how it ended.
fn check(rows: &[Row], product: Product, limit: Option<Duration>) -> Checked {
    let place = Place::new();
    place.write("rows.json", &campaign(rows.len()));
    let replies: Vec<Reply> = rows.iter().map(|row| row.reply.clone()).collect();
    let fake = FakeProvider::start(move |asked, _| {
        let at = asked.words().find("row").expect("no row");
        replies[asked.words()[at + 3..at + 6].parse::<usize>().unwrap()].clone()
    });
    let mut settings = settings(&place, &fake, product);
    if let Some(limit) = limit {
        settings.providers.openai.time_limit = limit;
        settings.providers.elevenlabs.time_limit = limit;
    }
    let mut studio = Studio::start(settings);
    let ended = studio.generate_final("rows", ENOUGH);
    let entry = studio.entry("rows");
    let graph = loaded(&entry).finals.as_ref().unwrap();
    let mut held_price = MicroDollars::ZERO;
    let mut assets = std::collections::HashSet::new();
    for (number, row) in rows.iter().enumerate() {
        let index = match product {
            Product::Picture => graph.portraits[number],
            Product::Voice => graph.scenes[number].voice.unwrap(),
        };
        let job = &graph.jobs[index];
        let facts = &studio.jobs[&job.key];
        let name = row.name;
        match (row.ends, &facts.state) {
            (Ends::Made(roles), JobState::Made) => {
                let made: Vec<Role> = facts.outputs.iter().map(|made| made.output.role).collect();
                assert_eq!(made, roles, "{name}");
            }
            (Ends::Held { kept }, JobState::Held(failure)) => {
                assert!(failure.reason.contains(row.says), "{name}: {failure}");
                assert_eq!(failure.next_step.contains("kept in"), kept, "{name}: {failure}");
                held_price += job.price();
            }
            (Ends::Failed, JobState::Failed(failure)) => {
                assert!(failure.reason.contains(row.says), "{name}: {failure}");
            }
            (expected, found) => panic!("{name}: expected {expected:?}, found {found:?}"),
        }
    }
    for made in studio.jobs.values().flat_map(|facts| &facts.outputs) {
        assets.insert(made.path.clone());
    }
    studio.stop();
    let stored = Place::files_below(&place.home().join("assets"));
    assert_eq!(stored.len(), assets.len(), "only what was made is an asset: {stored:?}");
    Checked { ended, amounts: spent(&place), held_price, asked: fake.asked().len() }
}

fn spent(place: &Place) -> Amounts {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async { Store::open(&place.home()).unwrap().0.journal.spend().await.unwrap().total() })
}

fn usage() -> Value {
    json!({"input_tokens": 100, "output_tokens": 1584, "input_tokens_details": {"text_tokens": 100, "image_tokens": 0}})
}

/// A reply whose picture is these bytes.
fn picture(bytes: &[u8]) -> Reply {
    encoded(&base64(bytes))
}

/// A reply whose picture is this text.
fn encoded(text: &str) -> Reply {
    Reply::Charged(json!({"data": [{"b64_json": text}], "usage": usage()}).to_string())
}

fn sse(events: Vec<Step>) -> Reply {
    Reply::Steps([vec![Step::head("text/event-stream")], events].concat())
}

fn completed(bytes: &[u8]) -> Step {
    Step::event("image_generation.completed", json!({"b64_json": base64(bytes), "usage": usage()}))
}

fn as_format(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG whose header promises more pixels than anybody should make room for.
fn enormous() -> Vec<u8> {
    let mut bytes = encode_png(&RgbImage::new(1, 1));
    bytes[16..24].copy_from_slice(&[30_000_u32.to_be_bytes(), 30_000_u32.to_be_bytes()].concat());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

fn palette() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 1024, 1536);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_palette(vec![0, 0, 0, 90, 90, 90]);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![0b0101_0101; 1024 * 1536 / 8]).unwrap();
    writer.finish().unwrap();
    bytes
}

const HTML: &str = "<!doctype html><html><body>Please log in to the hotel's network</body></html>";
const AS_IT_IS: Ends = Ends::Made(&[Role::Picture]);
const CONVERTED: Ends = Ends::Made(&[Role::Picture, Role::Original]);

#[test]
fn pictures_that_are_none_are_held_and_those_that_are_one_are_made_right() {
    let png = encode_png(&portrait(1));
    let stray = |at: usize| {
        let mut text = base64(&png);
        text.insert_str(at, "\n~~ ");
        encoded(&text)
    };
    let line = "x".repeat(5_000_000);
    let rows = vec![
        row("a web page", Reply::Charged(HTML.to_owned()), GARBLED, "a web page"),
        row("nothing at all", Reply::Charged(String::new()), BROKEN, "empty"),
        row("no list", Reply::Charged("{}".to_owned()), GARBLED, "no picture"),
        row("an empty list", Reply::Charged("{\"data\": []}".to_owned()), GARBLED, "no picture"),
        row("a list of nothing", Reply::Charged("{\"data\": [{}]}".to_owned()), GARBLED, "no picture"),
        row("another shape", Reply::Charged("{\"data\": 7}".to_owned()), GARBLED, "not the JSON"),
        row("half of the JSON", Reply::Charged("{\"data\": [{\"b64_json\": \"iVBO".to_owned()), GARBLED, "middle"),
        row(
            "an address",
            Reply::Charged(json!({"data": [{"url": "http://127.0.0.1:1/"}]}).to_string()),
            GARBLED,
            "address",
        ),
        row("four stray characters", stray(1_000), GARBLED, "base64"),
        row("four stray characters at the end", stray(base64(&png).len()), GARBLED, "base64"),
        row("no padding", encoded(base64(&png).trim_end_matches('=').get(1..).unwrap()), GARBLED, "base64"),
        row("an empty picture", encoded(""), GARBLED, "base64"),
        row("a text as picture", picture(b"moderation"), GARBLED, "its picture is"),
        row("a web page as picture", picture(HTML.as_bytes()), GARBLED, "a web page"),
        row("a picture cut short", picture(&png[..png.len() - 100]), GARBLED, "stops in the middle"),
        row("bytes behind the picture", picture(&[&png[..], b"<script>"].concat()), GARBLED, "8 foreign bytes"),
        row("30,000 × 30,000 pixels", picture(&enormous()), GARBLED, "30000×30000"),
        row("a thumbnail", picture(&encode_png(&RgbImage::new(96, 144))), GARBLED, "96×144"),
        row("a stream without its end", sse(vec![]), BROKEN, "empty"),
        row(
            "a stream of unfinished pictures",
            sse(vec![Step::event("image_generation.partial_image", json!({"b64_json": base64(&png)}))]),
            GARBLED,
            "without the finished picture",
        ),
        row(
            "a stream that ends with an error",
            sse(vec![Step::event("error", json!({"error": {"message": "worker lost", "type": "server_error"}}))]),
            GARBLED,
            "worker lost",
        ),
        row(
            "a stream that ends with a refusal",
            sse(vec![Step::event("error", json!({"error": {"code": "moderation_blocked", "message": "no"}}))]),
            Ends::Failed,
            "safety filter",
        ),
        row(
            "cut off after the headers",
            Reply::Steps(vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n".to_vec())]),
            BROKEN,
            "did not come in full",
        ),
        row(
            "cut off in the body",
            Reply::Steps(vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{\"data\"".to_vec())]),
            BROKEN,
            "did not come in full",
        ),
        row("not HTTP", Reply::Steps(vec![Step::Send(b"220 smtp ready\r\n".to_vec())]), BROKEN, "did not come in full"),
        row("no answer", Reply::Silence, BROKEN, "did not come in full"),
        row("as it should be", picture(&png), AS_IT_IS, ""),
        row(
            "a wrong media type",
            Reply::Steps(vec![
                Step::head("text/html"),
                Step::Send(json!({"data": [{"b64_json": base64(&png)}], "usage": usage()}).to_string().into_bytes()),
            ]),
            AS_IT_IS,
            "",
        ),
        row("a stream", sse(vec![completed(&png)]), AS_IT_IS, ""),
        row(
            "lines of 5 MB",
            sse(vec![
                Step::Send(format!(": {line}\ndata: {{\"type\": \"x\", \"y\": \"{line}\"}}\n\n").into_bytes()),
                completed(&png),
            ]),
            AS_IT_IS,
            "",
        ),
        row(
            "16 bits",
            picture(&as_format(DynamicImage::from(portrait(2)).into_rgb16(), ImageFormat::Png)),
            CONVERTED,
            "",
        ),
        row("a palette", picture(&palette()), CONVERTED, ""),
        row(
            "transparency",
            picture(&as_format(DynamicImage::from(portrait(3)).into_rgba8(), ImageFormat::Png)),
            CONVERTED,
            "",
        ),
        row("grey", picture(&as_format(DynamicImage::from(portrait(4)).into_luma8(), ImageFormat::Png)), CONVERTED, ""),
        row("JPEG", picture(&as_format(portrait(5), ImageFormat::Jpeg)), CONVERTED, ""),
        row("another size", picture(&encode_png(&RgbImage::from_pixel(1536, 1024, Rgb([9, 9, 9])))), CONVERTED, ""),
    ];
    let (made, count) = (rows.iter().filter(|row| matches!(row.ends, Ends::Made(_))).count(), rows.len());
    let checked = check(&rows, Product::Picture, None);
    assert_eq!(checked.ended.outcome, Outcome::Unknown, "{}", checked.ended.message);
    assert_eq!(checked.asked, count, "each is asked for once");
    assert_eq!(checked.amounts.unknown, checked.held_price);
    assert_eq!(checked.amounts.paid, MicroDollars(PICTURE_COST * made as u64));
    assert_eq!(checked.amounts.reserved, MicroDollars::ZERO);
}

/// A good reply for a voice, changed.
fn voice(change: impl FnOnce(&mut Value)) -> Reply {
    let asked = Asked { path: String::new(), key: String::new(), body: json!({"text": "row"}) };
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
    const MP3: &[u8] = include_bytes!("../fixtures/tone_440_stereo.mp3");
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

#[test]
fn a_reply_that_does_not_end_in_time_is_held() {
    let forever = |head: &str| {
        let head = format!("HTTP/1.1 200 OK\r\n{head}\r\n");
        Reply::Steps(vec![Step::Send(head.into_bytes()), Step::Drip(vec![b' '; 10_000], Duration::from_millis(50))])
    };
    let rows = |head: &str| {
        vec![
            row("one byte now and then", forever("content-length: 10000\r\n"), BROKEN, "did not finish within"),
            row("a stream that goes on", forever(head), BROKEN, "did not finish within"),
        ]
    };
    for product in [Product::Picture, Product::Voice] {
        let checked = check(&rows("content-type: text/event-stream\r\n"), product, Some(Duration::from_millis(500)));
        assert_eq!((checked.ended.held, checked.asked), (2, 2));
        assert_eq!(checked.amounts.unknown, checked.held_price);
    }
}

fn refused(status: u16, body: &str) -> Reply {
    Reply::Refused { status, headers: Vec::new(), body: body.to_owned() }
}

#[test]
fn refusals_of_every_shape_fail_their_job_and_cost_nothing() {
    let rows = |shapes: &[&'static str]| {
        let row_of = |body: &&'static str| row(body, refused(400, body), Ends::Failed, "400");
        shapes.iter().map(row_of).collect::<Vec<_>>()
    };
    let shapes = [
        r#"{"error": {"message": "no", "type": "invalid_request_error", "param": "size", "code": "invalid_value"}}"#,
        r#"{"error": {"message": "no", "code": null, "param": null}}"#,
        r#"{"error": "no"}"#,
        r#"{"error": null}"#,
        r#"{"detail": {"status": "bad", "message": "no"}}"#,
        r#"{"detail": [{"loc": ["body", "text"], "msg": "field required", "type": "missing"}]}"#,
        r#"{"detail": "no"}"#,
        r#"["no"]"#,
        r#""no""#,
        "7",
        "{\"error\": {\"message\": \"\u{1b}[2J\u{202e}no\"}}",
        HTML,
        "",
        "\0\0\0\0",
    ];
    for product in [Product::Picture, Product::Voice] {
        let checked = check(&rows(&shapes), product, None);
        assert_eq!((checked.ended.failed, checked.asked), (shapes.len(), shapes.len()), "{}", checked.ended.message);
        let Amounts { paid, reserved, unknown, .. } = checked.amounts;
        assert_eq!([paid, reserved, unknown], [MicroDollars::ZERO; 3]);
    }
}

#[test]
fn what_a_provider_broke_while_it_worked_is_held() {
    let rows = || {
        vec![
            row("500", refused(500, r#"{"error": {"message": "oops"}}"#), BROKEN, "500"),
            row("502", refused(502, HTML), BROKEN, "502"),
            row("503 of a gateway", refused(503, HTML), BROKEN, "503"),
            row("504", refused(504, ""), BROKEN, "504"),
            row("599", refused(599, "{"), BROKEN, "599"),
        ]
    };
    for product in [Product::Picture, Product::Voice] {
        let checked = check(&rows(), product, None);
        assert_eq!((checked.ended.held, checked.asked), (5, 5));
        assert_eq!(checked.amounts.unknown, checked.held_price);
    }
}

#[test]
fn a_provider_that_must_be_set_right_first_is_not_asked_again() {
    for (status, body, says) in [
        (301, "", "redirect"),
        (302, HTML, "redirect"),
        (307, "", "redirect"),
        (308, "", "redirect"),
        (401, r#"{"error": {"code": "invalid_api_key"}}"#, "OPENAI_API_KEY"),
        (401, HTML, "OPENAI_API_KEY"),
        (402, "", "paid first"),
        (403, r#"{"error": {"message": "Your organization must be verified"}}"#, "verified"),
        (403, HTML, "does not allow"),
        (404, HTML, "nothing at this address"),
        (429, r#"{"error": {"code": "insufficient_quota"}}"#, "no credit left"),
        (429, r#"{"error": {"type": "project_spend_limit_exceeded"}}"#, "spending limit"),
    ] {
        let place = Place::new();
        place.write("rows.json", &campaign(4));
        let fake = FakeProvider::start(move |asked, _| {
            let location = ("location", format!("http://{}{}", "127.0.0.1:1", asked.path));
            Reply::Refused { status, headers: vec![location], body: body.to_owned() }
        });
        let mut studio = Studio::start(settings(&place, &fake, Product::Picture));
        let ended = studio.generate_final("rows", ENOUGH);
        assert_eq!(ended.outcome, Outcome::Stopped, "{status} {body}: {}", ended.message);
        assert!(ended.message.contains(says), "{status} {body}: {}", ended.message);
        assert_eq!((ended.made, ended.failed, ended.held), (4, 4, 0), "the voices go on");
        studio.stop();
        assert!(fake.asked().len() <= 2, "two at once, and no more");
        assert_eq!(spent(&place).unknown, MicroDollars::ZERO);
    }
}

#[test]
fn a_body_without_end_is_cut_off_and_held() {
    let flood = Step::Send(vec![b' '; 1024 * 1024]);
    let reply = Reply::Steps([vec![Step::head("application/json")], vec![flood; 80]].concat());
    let checked = check(&[row("80 MiB", reply, BROKEN, "larger than 64 MiB")], Product::Picture, None);
    assert_eq!(checked.ended.held, 1);
}
