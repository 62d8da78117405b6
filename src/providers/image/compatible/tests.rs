//! The contract with image servers of one's own.

use proptest::prelude::*;

use super::*;
use crate::domain::as_sent;
use crate::providers::http::base64;
use crate::providers::samples::{self, class, images_json, png};

fn provider() -> CompatibleImages {
    CompatibleImages::new(&samples::config().image_server).unwrap()
}

fn request() -> Request {
    Request::Portrait(samples::portrait(provider().maker()))
}

fn address(url: &str) -> Reply {
    samples::reply(200, json!({"data": [{"url": url}]}).to_string())
}

#[test]
fn only_what_every_server_knows_is_sent() {
    let call = provider().call(&request(), &Inputs::default()).unwrap();
    assert_eq!((call.url.as_str(), call.key.is_none()), ("http://127.0.0.1:8080/v1/images/generations", true));
    let Body::Json(bytes) = call.body else { panic!() };
    assert_eq!(
        serde_json::from_slice::<Value>(&bytes).unwrap(),
        json!({"prompt": as_sent("A baby."), "n": 1, "size": "1024x1536", "response_format": "b64_json"})
    );
    assert_eq!(provider().maker().billing, Billing::Free);
    assert_eq!(provider().maker().made_by.endpoint.as_deref(), Some("http://127.0.0.1:8080/v1"));
}

#[test]
fn a_picture_comes_as_base64_or_from_the_same_server() {
    let picture = png(1024, 1536);
    let decode = |body: Vec<u8>| class(&provider().decode(&request(), &samples::reply(200, body)));
    assert_eq!(decode(images_json(&picture).into_bytes()), "made");
    assert_eq!(
        decode(json!({"data": [{"b64_json": base64::encode(&picture), "revised_prompt": 7}]}).to_string().into()),
        "made"
    );
    assert_eq!(decode(picture.clone()), "made", "what was fetched is the picture itself");
    assert_eq!(decode(picture[..picture.len() / 2].to_vec()), "quarantine");
    assert_eq!(decode(br#"{"error":"out of memory"}"#.to_vec()), "quarantine");
    let followed = |url: &str| provider().follow(&address(url)).unwrap().unwrap().url.to_string();
    assert_eq!(followed("http://127.0.0.1:8080/files/1.png"), "http://127.0.0.1:8080/files/1.png");
    assert_eq!(followed("/files/1.png"), "http://127.0.0.1:8080/files/1.png");
    assert!(provider().follow(&samples::reply(200, images_json(&picture))).unwrap().is_none());
}

#[test]
fn another_server_is_never_visited() {
    for url in [
        "http://127.0.0.1:8081/1.png",
        "https://127.0.0.1:8080/1.png",
        "http://169.254.169.254/latest/meta-data",
        "//evil.example/1.png",
        "http://127.0.0.1:8080@evil.example/",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "http://[",
    ] {
        assert!(provider().follow(&address(url)).is_err(), "{url}");
    }
}

#[test]
fn a_face_cannot_be_kept_and_that_is_said() {
    let mut portrait = samples::portrait(provider().maker());
    portrait.reference = Some(crate::plan::Face::Source(crate::plan::AssetHash::of(b"face")));
    let failure = provider().call(&Request::Portrait(portrait), &Inputs::default()).unwrap_err();
    assert!(failure.next_step.contains("--image openai"), "{failure}");
}

proptest! {
    #[test]
    fn no_body_breaks_the_decoder(body in proptest::collection::vec(any::<u8>(), 0..400), status in 100_u16..600) {
        let reply = samples::reply(status, body);
        prop_assert_ne!(class(&provider().decode(&request(), &reply)), "made");
        let _ = (provider().read_check("sd", &reply), provider().follow(&reply));
    }
}
