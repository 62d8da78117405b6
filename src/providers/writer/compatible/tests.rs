//! The contract with writing servers of one's own.

use proptest::prelude::*;

use super::*;
use crate::domain::MicroDollars;
use crate::plan::{Billing, Turn};
use crate::providers::prices::Prices;
use crate::providers::samples::{self, class};

fn provider(own_prices: &str) -> CompatibleWriter {
    let base_url = Some("http://127.0.0.1:11434".to_owned());
    let config = WriterServerConfig { base_url, model: "llama".to_owned(), ..WriterServerConfig::default() };
    let prices = Prices::with(&own_prices.parse().unwrap()).unwrap();
    CompatibleWriter::new(&config, prices.writer_server).unwrap()
}

fn request() -> Request {
    Request::Script(ScriptRequest {
        made_by: provider("").maker().made_by,
        instructions: "Be funny.".to_owned(),
        turns: vec![Turn { role: Speaks::User, text: "Write about naps.".to_owned() }],
        shape: "script".to_owned(),
        schema: json!({"type": "object"}),
        take: 1,
    })
}

#[test]
fn a_question_is_sent_exactly_so() {
    let call = provider("").call(&request(), &Inputs::default()).unwrap();
    assert_eq!(call.url.as_str(), "http://127.0.0.1:11434/v1/chat/completions");
    assert!(call.key.is_none());
    let Body::Json(bytes) = call.body else { panic!() };
    assert_eq!(
        serde_json::from_slice::<Value>(&bytes).unwrap(),
        json!({
            "model": "llama",
            "max_tokens": 6000,
            "messages": [
                {"role": "system", "content": "Be funny."},
                {"role": "user", "content": "Write about naps."},
            ],
            "response_format": {"type": "json_schema",
                "json_schema": {"name": "script", "strict": true, "schema": {"type": "object"}}},
            "stream": false,
        })
    );
}

#[test]
fn it_is_free_unless_it_has_a_price() {
    assert_eq!(provider("").maker().billing, Billing::Free);
    assert!(!provider("").is_metered());
    let metered = provider("[writer_server]\ntext_in = 1.0\ntext_out = 2");
    assert!(metered.is_metered());
    assert_eq!(metered.maker().billing.price(&request()), MicroDollars(12_000 + 1_000));
    let body = json!({"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 50}});
    let verdict = metered.decode(&request(), &samples::reply(200, body.to_string()));
    assert!(matches!(verdict, Verdict::Made { cost: Some(MicroDollars(200)), .. }), "{verdict:?}");
}

#[test]
fn answers_refusals_and_errors_are_told_apart() {
    let answer = |body: &Value| match provider("").decode(&request(), &samples::reply(200, body.to_string())) {
        Verdict::Made { files, .. } => serde_json::from_slice::<ScriptAnswer>(&files[0].bytes).unwrap(),
        verdict => panic!("{verdict:?}"),
    };
    let choice = |message: Value, reason: &str| json!({"choices": [{"message": message, "finish_reason": reason}]});
    assert_eq!(answer(&choice(json!({"content": "Sure!"}), "stop")).text, "Sure!");
    assert!(answer(&choice(json!({"content": "{\"a"}), "length")).is_cut);
    assert_eq!(answer(&choice(json!({"refusal": "No."}), "stop")).refusal.as_deref(), Some("No."));
    let decode = |body: &[u8]| class(&provider("").decode(&request(), &samples::reply(200, body)));
    for nothing in [&b"<html>"[..], b"{\"error\":\"model not loaded\"}", b"{\"choices\":[]}"] {
        assert_eq!(decode(nothing), "quarantine");
    }
    assert_eq!(decode(b""), "unknown");
}

proptest! {
    #[test]
    fn no_body_breaks_the_decoder(body in proptest::collection::vec(any::<u8>(), 0..400), status in 100_u16..600) {
        let _ = provider("").decode(&request(), &samples::reply(status, body));
    }
}
