//! The contract with OpenAI's images: exact requests, and what becomes of every reply.

use std::sync::LazyLock;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::{MicroDollars, as_sent};
use crate::plan::{AssetHash, Face, Role};
use crate::providers::http::{Head, Sent, base64};
use crate::providers::provider::Facts;
use crate::providers::remote::{Partial, judge};
use crate::providers::samples::{self, CANARY, class, event, failure, images_json, png};

fn provider_with(set: impl FnOnce(&mut OpenAiConfig)) -> OpenAiImages {
    let mut config = samples::config().openai;
    set(&mut config);
    OpenAiImages::new(&config, &samples::prices().openai).unwrap()
}

fn provider() -> OpenAiImages {
    provider_with(|_| {})
}

fn request() -> Request {
    Request::Portrait(samples::portrait(provider().maker()))
}

fn decode(body: impl Into<Vec<u8>>) -> Verdict {
    provider().decode(&request(), &samples::reply(200, body))
}

fn json_body(call: &Call) -> Value {
    match &call.body {
        Body::Json(bytes) => serde_json::from_slice(bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_generation_is_exactly_this() {
    let call = provider().call(&request(), &Inputs::default()).unwrap();
    assert_eq!((call.method, call.url.as_str()), (Method::Post, "https://api.openai.com/v1/images/generations"));
    assert_eq!(call.key.as_ref().unwrap().header_name(), "authorization");
    assert_eq!((call.limits.total, call.limits.idle_between_chunks), (Duration::from_mins(10), None));
    assert_eq!(
        json_body(&call),
        json!({
            "model": "gpt-image-2.6-flare", "prompt": as_sent("A baby."), "n": 1, "size": "1024x1536", "quality": "medium",
            "output_format": "png",
        })
    );
}

#[test]
fn streaming_and_moderation_are_sent_but_are_in_no_key() {
    let strict = provider();
    let lax = provider_with(|config| {
        config.moderation = Some("low".to_owned());
        config.partials = 3;
    });
    assert_eq!(strict.maker().made_by, lax.maker().made_by);
    let watched = Inputs { wants_partials: true, ..Inputs::default() };
    let body = json_body(&lax.call(&request(), &watched).unwrap());
    assert_eq!(
        (&body["moderation"], &body["stream"], &body["partial_images"]),
        (&json!("low"), &json!(true), &json!(3))
    );
    let unwatched = json_body(&lax.call(&request(), &Inputs::default()).unwrap());
    assert!(unwatched.get("stream").is_none());
}

#[test]
fn settings_that_change_the_picture_are_in_the_key() {
    let parameters = |set: fn(&mut OpenAiConfig)| provider_with(set).maker().made_by.parameters;
    let usual = parameters(|_| {});
    for other in [
        parameters(|config| config.quality = "high".to_owned()),
        parameters(|config| config.size = "1088x1632".to_owned()),
        parameters(|config| drop(config.parameters.insert("background".to_owned(), json!("opaque")))),
    ] {
        assert_ne!(other, usual);
    }
    let elsewhere = provider_with(|config| config.base_url = Some("http://127.0.0.1:9/v1/".to_owned()));
    assert_eq!(elsewhere.maker().made_by.endpoint.as_deref(), Some("http://127.0.0.1:9/v1"));
    assert_eq!(provider().maker().made_by.endpoint, None);
}

#[test]
fn a_reference_picture_makes_an_edit() {
    let mut portrait = samples::portrait(provider().maker());
    portrait.reference = Some(Face::Source(AssetHash::of(b"face")));
    let request = Request::Portrait(portrait);
    let face = png(300, 300);
    let inputs = Inputs { reference: Some(face.clone()), wants_partials: true, sound: None };
    let call = provider().call(&request, &inputs).unwrap();
    assert_eq!(call.url.as_str(), "https://api.openai.com/v1/images/edits");
    let Body::Multipart(parts) = call.body else { panic!() };
    let mut fields: Vec<(String, String)> = Vec::new();
    for part in &parts[..parts.len() - 1] {
        fields.push((part.name.clone(), String::from_utf8(part.content.clone()).unwrap()));
    }
    let prompt = as_sent("A baby.");
    let expected = [
        ("model", "gpt-image-2.6-flare"),
        ("n", "1"),
        ("output_format", "png"),
        ("partial_images", "2"),
        ("prompt", prompt.as_str()),
        ("quality", "medium"),
        ("size", "1024x1536"),
        ("stream", "true"),
    ];
    assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let file = Some(("reference_1.png".to_owned(), "image/png"));
    assert_eq!(parts.last(), Some(&Part { name: "image[]".to_owned(), content: face, file, stored: None }));

    assert!(provider().call(&request, &Inputs::default()).is_err(), "the face is not at hand");
    let page = Inputs { reference: Some(b"<html>".to_vec()), wants_partials: false, sound: None };
    assert!(provider().call(&request, &page).unwrap_err().reason.contains("a web page"));
}

#[test]
fn what_would_be_refused_is_not_sent() {
    let portrait = |set: fn(&mut PortraitRequest)| {
        let mut portrait = samples::portrait(provider().maker());
        set(&mut portrait);
        provider().call(&Request::Portrait(portrait), &Inputs::default()).map(drop)
    };
    assert_eq!(portrait(|_| {}), Ok(()));
    for refused in [
        portrait(|portrait| portrait.prompt = "é".repeat(32_001)),
        portrait(|portrait| drop(portrait.made_by.parameters.insert("size".to_owned(), json!("1000x1500")))),
        portrait(|portrait| portrait.made_by.endpoint = Some("https://elsewhere.example/v1".to_owned())),
    ] {
        assert!(!refused.unwrap_err().retryable);
    }
    let config = samples::config().openai;
    let new = |config: OpenAiConfig| OpenAiImages::new(&config, &samples::prices().openai).unwrap_err();
    assert!(new(OpenAiConfig { key: None, ..config.clone() }).starts_with("OPENAI_API_KEY is not set"));
    assert!(new(OpenAiConfig { size: "9x9".to_owned(), ..config.clone() }).starts_with("openai.size"));
    let parameters = [("n".to_owned(), json!(10))].into();
    assert!(new(OpenAiConfig { parameters, ..config }).contains("openai.parameters cannot be used: n has"));
}

#[test]
fn a_right_picture_is_kept_as_it_came() {
    let picture = png(1024, 1536);
    let Verdict::Made { files, cost, request_id } = decode(images_json(&picture)) else { panic!() };
    assert_eq!((files.len(), files[0].role, &files[0].bytes), (1, Role::Picture, &picture));
    assert_eq!(cost, Some(MicroDollars(300 * 5 + 1584 * 30)));
    assert_eq!(request_id.as_deref(), Some("req_42"));
}

#[test]
fn another_size_is_cropped_and_the_original_kept() {
    let picture = png(1024, 1024);
    let Verdict::Made { files, .. } = decode(images_json(&picture)) else { panic!() };
    assert_eq!(files.iter().map(|file| file.role).collect::<Vec<_>>(), [Role::Picture, Role::Original]);
    assert_eq!(files[0].facts, Facts::Picture { width: 1024, height: 1536 });
    assert_eq!(picture::inspect(&files[0].bytes).map(|info| (info.width, info.height)), Ok((1024, 1536)));
    assert_eq!(files[1].bytes, picture);
}

#[test]
fn unusual_pictures_are_converted_and_kept() {
    use image::{DynamicImage, ImageFormat};
    let written = |picture: DynamicImage, format| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    let plain = DynamicImage::ImageRgb8(picture::decode(&png(512, 768)).unwrap());
    for bytes in [
        written(DynamicImage::ImageRgb16(plain.to_rgb16()), ImageFormat::Png),
        written(DynamicImage::ImageRgba8(plain.to_rgba8()), ImageFormat::Png),
        written(DynamicImage::ImageLuma8(plain.to_luma8()), ImageFormat::Png),
        written(plain.clone(), ImageFormat::Jpeg),
        written(plain, ImageFormat::WebP),
    ] {
        let Verdict::Made { files, .. } = decode(images_json(&bytes)) else { panic!() };
        assert!(picture::is_portrait_png(&files[0].bytes));
        assert_eq!((files[1].role, &files[1].bytes), (Role::Original, &bytes));
    }
}

/// A PNG whose header claims this size.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(1024, 1536);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    bytes
}

#[test]
fn nothing_of_a_hostile_success_becomes_an_asset() {
    let picture = png(1024, 1536);
    let text = base64::encode(&picture);
    let with_text = |text: &str| json!({"data": [{"b64_json": text}]}).to_string().into_bytes();
    let with_bytes = |bytes: &[u8]| with_text(&base64::encode(bytes));
    let trailing = [&picture[..], b"<script>"].concat();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", vec![], "unknown"),
        ("a web page", b"<!doctype html><title>Sign in</title>".to_vec(), "quarantine"),
        ("a bare picture", picture.clone(), "quarantine"),
        ("bytes", vec![0xff; 64], "quarantine"),
        ("half of the JSON", images_json(&picture).into_bytes()[..5_000].to_vec(), "quarantine"),
        ("no data", b"{}".to_vec(), "quarantine"),
        ("null", b"null".to_vec(), "quarantine"),
        ("empty data", br#"{"data":[]}"#.to_vec(), "quarantine"),
        ("other data", br#"{"data":"x"}"#.to_vec(), "quarantine"),
        ("an address", br#"{"data":[{"url":"https://example.com/a.png"}]}"#.to_vec(), "quarantine"),
        ("an error", br#"{"error":{"message":"boom","type":"server_error"}}"#.to_vec(), "quarantine"),
        ("a moderated one", br#"{"error":{"message":"no","code":"moderation_blocked"}}"#.to_vec(), "fail"),
        ("too deep", format!("{{\"usage\":{}", "[".repeat(100_000)).into_bytes(), "quarantine"),
        ("no base64", with_text("%%%"), "quarantine"),
        ("empty base64", with_text(""), "quarantine"),
        ("a line break", with_text(&format!("{text}\n")), "quarantine"),
        ("four stray characters", with_text(&format!("{text}!!!!")), "quarantine"),
        (
            "no padding",
            with_text(base64::encode(&picture[..picture.len() / 3 * 3 - 1]).trim_end_matches('=')),
            "quarantine",
        ),
        ("a cut picture", with_bytes(&picture[..picture.len() / 2]), "quarantine"),
        ("foreign bytes behind", with_bytes(&trailing), "quarantine"),
        ("a text", with_bytes(b"not a picture"), "quarantine"),
        ("huge sides", with_bytes(&claiming(30_000, 30_000)), "quarantine"),
        ("no sides", with_bytes(&claiming(0, 0)), "quarantine"),
        ("a wrong header", with_bytes(&claiming(1024, 1535)), "quarantine"),
        ("a dot", with_bytes(&png(1, 1)), "quarantine"),
        ("a strip", with_bytes(&png(3_000, 10)), "quarantine"),
    ];
    for (what, body, expected) in cases {
        let verdict = decode(body);
        assert_eq!(class(&verdict), expected, "{what}: {verdict:?}");
        if let Verdict::Unknown { failure, .. } = &verdict {
            assert!(failure.reason.starts_with("OpenAI "), "{what}: {failure}");
            assert!(failure.next_step.contains("may have been billed"), "{what}: {failure}");
        }
    }
}

#[test]
fn a_usage_that_cannot_be_true_costs_the_estimate() {
    let picture = base64::encode(&png(1024, 1536));
    for usage in [json!(null), json!("x"), json!({"output_tokens": u64::MAX}), json!({"output_tokens": -1}), json!([])]
    {
        let body = json!({"data": [{"b64_json": picture}], "usage": usage}).to_string();
        assert!(matches!(decode(body), Verdict::Made { cost: None, .. }), "{usage}");
    }
}

fn completed(picture: &[u8]) -> String {
    event(&json!({
        "type": "image_generation.completed", "b64_json": base64::encode(picture),
        "usage": {"input_tokens": 10, "output_tokens": 100},
    }))
}

fn partial(index: u32, picture: &[u8]) -> String {
    event(&json!({
        "type": "image_generation.partial_image", "partial_image_index": index, "b64_json": base64::encode(picture),
    }))
}

#[test]
fn a_stream_is_made_by_its_last_event_alone() {
    let (picture, sketch) = (png(1024, 1536), png(300, 450));
    let edit = completed(&picture).replace("image_generation", "image_edit");
    for body in [
        format!("{}{}{}", partial(0, &sketch), partial(1, &sketch), completed(&picture)),
        completed(&picture),
        format!(": ping\n\n{}data: [DONE]\n\n", completed(&picture)),
        completed(&picture).replace('\n', "\r\n"),
        completed(&picture).trim_end().to_owned(),
        edit,
    ] {
        let Verdict::Made { files, cost, .. } = decode(body) else { panic!() };
        assert_eq!(files[0].bytes, picture);
        assert_eq!(cost, Some(MicroDollars(10 * 8 + 100 * 30)), "input of an unknown kind is the dearer one");
    }
}

#[test]
fn a_stream_without_its_end_is_unknown() {
    let (picture, sketch) = (png(1024, 1536), png(300, 450));
    let whole = completed(&picture);
    for (body, expected, words) in [
        (format!("{}{}", partial(0, &sketch), partial(1, &sketch)), "quarantine", "without the finished picture"),
        (whole[..whole.len() / 2].to_owned(), "quarantine", "stops in the middle"),
        (event(&json!({"type": "image_generation.completed"})), "quarantine", "no picture"),
        (event(&json!({"type": "error", "error": {"message": "gone", "type": "server_error"}})), "quarantine", "gone"),
        (event(&json!({"error": {"message": "m", "code": "moderation_blocked"}})), "fail", "safety filter"),
        (
            format!("{}{}", partial(0, &sketch), event(&json!({"error": {"code": "insufficient_quota"}}))),
            "stop",
            "no credit",
        ),
        ("data: {\n\n".to_owned(), "quarantine", "stops in the middle"),
        ("data: [DONE]\n\n".to_owned(), "quarantine", "without the finished picture"),
        (": nothing but pings\n\n".to_owned(), "quarantine", "a text"),
    ] {
        let verdict = decode(body);
        assert_eq!(class(&verdict), expected, "{verdict:?}");
        let failure = failure(verdict);
        assert!(failure.reason.contains(words), "{failure}");
    }
}

#[test]
fn unfinished_pictures_are_shown_as_they_come() {
    let sketch = png(300, 450);
    let body = format!("{}{}{}", partial(0, &sketch), partial(1, b"no picture"), partial(2, &sketch));
    let mut reader = provider().partials().unwrap();
    let found: Vec<Partial> = body.as_bytes().chunks(1_000).flat_map(|chunk| reader.feed(chunk)).collect();
    assert_eq!(found.iter().map(|partial| partial.index).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(found[0].bytes, sketch);
    assert!(reader.feed(completed(&sketch).as_bytes()).is_empty());
}

#[test]
fn how_a_call_ended_decides_before_its_body() {
    let nothing =
        |next_step: &str| Failure { reason: "r".to_owned(), next_step: next_step.to_owned(), retryable: true };
    let head = |status| Head::new(status, [], 0);
    let whole = images_json(&png(1024, 1536)).into_bytes();
    for (sent, body, expected) in [
        (Sent::Nothing(nothing("free")), vec![], "free"),
        (Sent::Complete(head(200)), whole.clone(), "made"),
        (Sent::Complete(head(429)), vec![], "free"),
        (Sent::Complete(head(302)), whole.clone(), "stop"),
        (Sent::Broken { head: None, failure: nothing("") }, vec![], "unknown"),
        (Sent::Broken { head: Some(head(200)), failure: nothing("") }, whole.clone(), "unknown"),
        (Sent::Broken { head: Some(head(401)), failure: nothing("") }, b"{\"err".to_vec(), "stop"),
        (Sent::Broken { head: Some(head(500)), failure: nothing("") }, vec![], "unknown"),
    ] {
        let described = format!("{sent:?}");
        let verdict = judge(&provider(), &request(), sent, body);
        assert_eq!(class(&verdict), expected, "{described}");
    }
}

#[test]
fn the_check_tells_when_a_model_ends() {
    let call = provider().check_call("gpt-image-2.6-flare");
    assert_eq!((call.method, call.url.path()), (Method::Get, "/v1/models/gpt-image-2.6-flare"));
    let check = |status, body: &str| provider().read_check("gpt-image-2.6-flare", &samples::reply(status, body));
    let fine = check(200, r#"{"id":"gpt-image-2.6-flare","object":"model","shutdown_date":null}"#).unwrap();
    assert!(fine.warnings.is_empty() && fine.facts[0].contains("OPENAI_API_KEY is accepted"));
    let ending = check(200, r#"{"id":"x","shutdown_date":"2026-12-01"}"#).unwrap();
    assert!(ending.warnings[0].contains("2026-12-01"));
    assert!(check(401, "").unwrap_err().reason.contains("OPENAI_API_KEY was refused"));
    assert!(check(200, "<html>").unwrap_err().reason.contains("not JSON"));
}

#[test]
fn the_key_is_in_nothing_that_is_printed() {
    let provider = provider();
    let call = provider.call(&request(), &Inputs::default()).unwrap();
    let verdict = provider.decode(&request(), &samples::reply(401, format!("{{\"error\":\"{CANARY}\"}}")));
    let printed = format!("{provider:?} {call:?} {:?} {verdict:?} {:?}", provider.maker(), provider.check_call("a"));
    assert!(!printed.contains("canary"), "{printed}");
}

/// A good reply, made once: the cases below only differ in one byte.
static WHOLE: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let picture = png(512, 768);
    let body = images_json(&picture).into_bytes();
    (picture, body)
});

proptest! {
    #[test]
    fn no_body_breaks_the_decoder(body in proptest::collection::vec(any::<u8>(), 0..600), status in 100_u16..600) {
        let reply = samples::reply(status, body.clone());
        prop_assert_ne!(class(&provider().decode(&request(), &reply)), "made");
        provider().partials().unwrap().feed(&body);
        let _ = provider().read_check("a model", &reply);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn no_damage_to_a_reply_is_overlooked(at in 0.0_f64..1.0, to in any::<u8>()) {
        let (picture, mut body) = WHOLE.clone();
        let position = (at * body.len() as f64) as usize;
        body[position] = to;
        if let Verdict::Made { files, .. } = decode(body) {
            let original = files.iter().find(|file| file.role == Role::Original).unwrap();
            prop_assert!(original.bytes == picture, "a damaged picture was taken for a good one");
        }
    }
}
