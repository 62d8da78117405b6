//! Pictures that are none, and pictures of every kind that are one.

use std::io::Cursor;

use babblecast::domain::MicroDollars;
use babblecast::engine::Outcome;
use babblecast::media::picture::encode_png;
use babblecast::plan::Role;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::json;

use super::{BROKEN, Ends, GARBLED, HTML, PICTURE_COST, Product, check, row, usage};
use crate::fake_provider::{Reply, Step, base64, portrait};

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
