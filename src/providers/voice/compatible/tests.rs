//! The contract with voice servers of one's own.

use proptest::prelude::*;

use super::*;
use crate::media::sound::Sound;
use crate::media::sound_file::encode_wav;
use crate::providers::samples::{self, class};

fn provider() -> CompatibleVoices {
    CompatibleVoices::new(&samples::config().voice_server).unwrap()
}

fn request() -> Request {
    Request::Voice(samples::line(provider().maker()))
}

#[test]
fn a_line_is_sent_exactly_so() {
    let call = provider().call(&request(), &Inputs::default()).unwrap();
    assert_eq!(call.url.as_str(), "http://127.0.0.1:8880/v1/audio/speech");
    let Body::Json(bytes) = call.body else { panic!() };
    assert_eq!(
        serde_json::from_slice::<Value>(&bytes).unwrap(),
        json!({"input": "Naps!", "voice": "nova", "response_format": "wav"})
    );
}

#[test]
fn the_bytes_tell_what_came() {
    let decode = |body: &[u8]| class(&provider().decode(&request(), &samples::reply(200, body)));
    let wav = encode_wav(&Sound { rate: 24_000, samples: vec![0.1; 2_400] });
    let mp3 = include_bytes!("../../../../tests/fixtures/tone_440_stereo.mp3");
    assert_eq!((decode(&wav), decode(mp3)), ("made", "made"));
    let silent = encode_wav(&Sound { rate: 24_000, samples: vec![] });
    for nothing in [&b"<html>"[..], b"{\"error\":\"voice not found\"}", &wav[..100], &silent, &[0; 500]] {
        assert_eq!(decode(nothing), "quarantine");
    }
    assert_eq!(decode(b""), "unknown");
}

proptest! {
    #[test]
    fn no_body_breaks_the_decoder(body in proptest::collection::vec(any::<u8>(), 0..400), status in 100_u16..600) {
        let reply = samples::reply(status, body);
        let _ = (provider().decode(&request(), &reply), provider().read_check("tts", &reply));
    }
}
