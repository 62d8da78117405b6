//! What is told of a price before anything is paid: what such calls were really charged, and the most that it can be.

use serde_json::{Value, json};

use crate::fake_provider::{FakeProvider, Reply, good_body};
use crate::program::{Answer, CAMPAIGN, Studio};

/// Pictures use far fewer tokens than the price list says.
fn provider() -> FakeProvider {
    FakeProvider::start(|asked, _| {
        let mut body = good_body(asked);
        if asked.is_picture() {
            body["usage"]["output_tokens"] = json!(600);
        }
        Reply::Charged(body.to_string())
    })
}

fn run(studio: &Studio, fake: &FakeProvider, arguments: &[&str]) -> Answer {
    let mut command = studio.command(arguments);
    command.env("OPENAI_API_KEY", "sk-test").env("OPENAI_BASE_URL", fake.openai_base());
    Answer::of(command.output().unwrap())
}

fn plan(studio: &Studio, fake: &FakeProvider, campaign: &str) -> (u64, u64, u64) {
    let answer = run(studio, fake, &["plan", campaign, "--json"]).expect(0);
    let document: Value = answer.documents().pop().unwrap();
    let micro = |name: &str| (document[name].as_f64().unwrap() * 1e6).round() as u64;
    (micro("estimated_usd"), micro("expected_usd"), document["expected_from_calls"].as_u64().unwrap())
}

#[test]
fn an_estimate_is_the_mean_of_what_this_home_was_charged_beside_the_most_that_it_can_be() {
    let (studio, fake) = (Studio::new(), provider());
    let (at_most, expected, calls) = plan(&studio, &fake, "first");
    assert!(at_most > 90_000, "{at_most}");
    assert_eq!((expected, calls), (at_most, 0), "nothing was charged yet");
    run(&studio, &fake, &["generate", "first", "--only", "portraits", "--yes"]).expect(0);
    assert_eq!(plan(&studio, &fake, "first"), (0, 0, 0), "nothing is to be paid any more");

    let other = CAMPAIGN.replace("\"first\"", "\"second\"").replace("warm, inviting", "bold, proud");
    studio.write("second.json", other.replace("curious, thoughtful", "shy, quiet"));
    // Two portraits of 100 tokens of text and 600 of pixels each.
    let charged = 2 * (100 * 5 + 600 * 30);
    let (at_most, expected, calls) = plan(&studio, &fake, "second");
    assert_eq!((expected, calls), (charged, 2), "at most {at_most}");
    assert!(at_most > 2 * expected);
    run(&studio, &fake, &["plan", "second"])
        .expect(0)
        .says("about $0.037, the mean of 2 charged calls, and at most $0.1");

    // The caps go by what it can be.
    run(&studio, &fake, &["generate", "second", "--only", "portraits", "--cap", "0.05"]).expect(4);
    assert_eq!(fake.charged().len(), 2);
}
