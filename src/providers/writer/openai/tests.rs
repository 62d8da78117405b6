//! OpenAI's Responses to the letter, and what becomes of each reply.

use proptest::prelude::*;

use super::*;
use crate::domain::MicroDollars;
use crate::plan::Turn;
use crate::providers::samples::{self, CANARY, class, failure};

fn provider() -> OpenAiWriter {
    let config = WriterConfig { key: Some(CANARY.into()), ..WriterConfig::default() };
    OpenAiWriter::new(&config, &samples::prices().writer).unwrap()
}

pub fn script(maker: Maker) -> ScriptRequest {
    ScriptRequest {
        made_by: maker.made_by,
        instructions: "Be funny.".to_owned(),
        turns: vec![
            Turn { role: Speaks::User, text: "Write about naps.".to_owned() },
            Turn { role: Speaks::Assistant, text: "No.".to_owned() },
            Turn { role: Speaks::User, text: "In JSON.".to_owned() },
        ],
        shape: "script".to_owned(),
        schema: json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false}),
        take: 1,
    }
}

fn request() -> Request {
    Request::Script(script(provider().maker()))
}

fn reply_of(change: impl FnOnce(&mut Value)) -> String {
    let mut reply = json!({"id": "resp_1", "status": "completed", "error": null, "incomplete_details": null,
        "output": [{"type": "reasoning", "summary": []}, {"type": "message", "role": "assistant", "content": [
            {"type": "output_text", "text": "{\"a\":"}, {"type": "output_text", "text": "1}"}]}],
        "usage": {"input_tokens": 800, "output_tokens": 600, "total_tokens": 1400}});
    change(&mut reply);
    reply.to_string()
}

fn answer_in(verdict: &Verdict) -> ScriptAnswer {
    let Verdict::Made { files, .. } = verdict else { panic!("{verdict:?}") };
    serde_json::from_slice(&files[0].bytes).unwrap()
}

#[test]
fn a_question_is_sent_exactly_so() {
    let call = provider().call(&request(), &Inputs::default()).unwrap();
    assert_eq!(call.url.as_str(), "https://api.openai.com/v1/responses");
    let Body::Json(bytes) = call.body else { panic!() };
    assert_eq!(
        serde_json::from_slice::<Value>(&bytes).unwrap(),
        json!({
            "model": "gpt-6-luna",
            "instructions": "Be funny.",
            "input": [
                {"role": "user", "content": "Write about naps."},
                {"role": "assistant", "content": "No."},
                {"role": "user", "content": "In JSON."},
            ],
            "max_output_tokens": 6000,
            "store": false,
            "text": {"format": {"type": "json_schema", "name": "script", "strict": true, "schema":
                {"type": "object", "properties": {}, "required": [], "additionalProperties": false}}},
        })
    );
}

#[test]
fn an_answer_costs_what_its_tokens_cost_and_less_than_was_reserved() {
    let verdict = provider().decode(&request(), &samples::reply(200, reply_of(|_| {})));
    assert_eq!(answer_in(&verdict), ScriptAnswer { text: "{\"a\":1}".to_owned(), ..ScriptAnswer::default() });
    let Verdict::Made { cost, request_id, .. } = verdict else { panic!() };
    assert_eq!((cost, request_id.as_deref()), (Some(MicroDollars(80 + 300)), Some("req_42")));
    assert_eq!(provider().maker().billing.price(&request()), MicroDollars(3_000 + 100));
}

#[test]
fn whatever_was_paid_for_is_an_answer() {
    let decode = |body: String| provider().decode(&request(), &samples::reply(200, body));
    let prose =
        decode(reply_of(|reply| reply["output"][1]["content"] = json!([{"type": "output_text", "text": "Sure!"}])));
    assert_eq!(answer_in(&prose).text, "Sure!");
    let nothing = decode(reply_of(|reply| reply["output"] = json!([])));
    assert_eq!(answer_in(&nothing), ScriptAnswer::default());
    let refused =
        decode(reply_of(|reply| reply["output"][1]["content"] = json!([{"type": "refusal", "refusal": "I won't."}])));
    assert_eq!(answer_in(&refused).refusal.as_deref(), Some("I won't."));
    let cut = decode(reply_of(|reply| {
        reply["status"] = json!("incomplete");
        reply["incomplete_details"] = json!({"reason": "max_output_tokens"});
    }));
    assert!(answer_in(&cut).is_cut);
    let without_usage = decode(reply_of(|reply| reply["usage"] = Value::Null));
    assert!(matches!(without_usage, Verdict::Made { cost: None, .. }));
}

#[test]
fn replies_that_are_no_answers_are_told_apart_by_what_they_cost() {
    let decode = |status: u16, body: &str| provider().decode(&request(), &samples::reply(status, body));
    let error = |code: &str| json!({"error": {"message": "no", "type": "t", "code": code}}).to_string();
    let failed = reply_of(|reply| {
        reply["status"] = json!("failed");
        reply["error"] = json!({"code": "server_error", "message": "sorry"});
    });
    for (status, body, expected) in [
        (200, "<html>", "quarantine"),
        (200, "{\"id\":", "quarantine"),
        (200, "", "unknown"),
        (200, "{}", "quarantine"),
        (200, failed.as_str(), "quarantine"),
        (401, &error("invalid_api_key"), "stop"),
        (429, &error("rate_limit_exceeded"), "free"),
        (429, &error("insufficient_quota"), "stop"),
        (404, &error("model_not_found"), "fail"),
        (400, &error("content_policy_violation"), "fail"),
        (500, &error("server_error"), "unknown"),
    ] {
        assert_eq!(class(&decode(status, body)), expected, "{status} {body}");
    }
    let told = failure(decode(404, &error("model_not_found")));
    assert!(told.next_step.contains("writer.model"), "{told}");
    let told = failure(decode(401, &error("invalid_api_key")));
    assert!(told.next_step.contains("--from debate") && !told.to_string().contains(CANARY), "{told}");
}

#[test]
fn a_reserved_parameter_is_refused() {
    let mut config = WriterConfig { key: Some(CANARY.into()), ..WriterConfig::default() };
    config.parameters.insert("store".to_owned(), json!(true));
    assert!(OpenAiWriter::new(&config, &samples::prices().writer).unwrap_err().contains("writer.parameters"));
}

proptest! {
    #[test]
    fn no_body_breaks_the_decoder(body in proptest::collection::vec(any::<u8>(), 0..400), status in 100_u16..600) {
        let reply = samples::reply(status, body);
        let _ = (provider().decode(&request(), &reply), provider().read_check("gpt-6-luna", &reply));
    }
}
