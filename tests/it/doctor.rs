//! `doctor` on the real program: what it finds, what it says to do, and how it ends.

use serde_json::Value;

use crate::fake_provider::{FakeProvider, Reply};
use crate::program::{Answer, CAMPAIGN, Studio};

fn doctor(studio: &Studio, fake: Option<&FakeProvider>, arguments: &[&str]) -> Answer {
    let mut command = studio.command([&["doctor"], arguments].concat());
    if let Some(fake) = fake {
        command.env("OPENAI_API_KEY", "sk-good").env("OPENAI_BASE_URL", fake.openai_base());
        command.env("ELEVENLABS_API_KEY", "xi-good").env("ELEVENLABS_BASE_URL", fake.elevenlabs_base());
    }
    Answer::of(command.output().unwrap())
}

/// The findings of one name: state and message.
fn found(document: &Value, name: &str) -> Vec<(String, String)> {
    let text = |finding: &Value, member: &str| finding[member].as_str().unwrap_or_default().to_owned();
    let all = document["checks"].as_array().unwrap().iter();
    all.filter(|finding| finding["name"] == name)
        .map(|finding| (text(finding, "state"), text(finding, "message")))
        .collect()
}

#[test]
fn without_a_key_nothing_is_wrong() {
    let studio = Studio::new();
    let document = doctor(&studio, None, &["--json"]).expect(0).documents().pop().unwrap();
    assert_eq!(document["ok"], true);
    assert_eq!(found(&document, "home")[0].0, "ok");
    assert_eq!(found(&document, "OpenAI")[0].0, "note");
    assert!(found(&document, "OpenAI")[0].1.contains("OPENAI_API_KEY is not set"));
    assert!(found(&document, "caps")[0].1.contains("$0.00 of $20.00 spent this month"));
    for name in ["terminal", "config", "campaigns", "disk", "keys"] {
        assert_eq!(found(&document, name).len(), 1, "{name}");
    }
    assert_eq!(found(&document, "encoder")[0].0, "ok");
    doctor(&studio, None, &[]).expect(0).says("● home");
}

#[test]
fn providers_are_reached_and_their_quota_is_told() {
    let (studio, fake) = (Studio::new(), FakeProvider::start(|_, _| Reply::Well));
    let document = doctor(&studio, Some(&fake), &["--json"]).expect(0).documents().pop().unwrap();
    assert!(found(&document, "OpenAI")[0].1.contains("the model gpt-image-2.6-flare is there"));
    assert!(found(&document, "ElevenLabs")[0].1.contains("99000 of 100000 credits are left"));
    assert!(fake.asked().is_empty(), "nothing is paid");
}

#[test]
fn a_model_that_is_switched_off_is_warned_about_from_then_on_without_a_call() {
    let (studio, fake) = (Studio::new(), FakeProvider::start(|_, _| Reply::Well));
    fake.answer_questions(200, r#"{"id": "gpt-image-2.6-flare", "shutdown_date": "2027-03-01"}"#);
    let warning = "OpenAI switches gpt-image-2.6-flare off on 2027-03-01: set openai.model";
    doctor(&studio, Some(&fake), &[]).expect(0).says(warning);
    let asked = fake.questions();
    let mut plan = studio.command(["plan", "first"]);
    plan.env("OPENAI_API_KEY", "sk-good").env("OPENAI_BASE_URL", fake.openai_base());
    Answer::of(plan.output().unwrap()).expect(0).says(warning);
    assert_eq!(fake.questions(), asked);
    studio.run(["plan", "first"]).expect(0);
}

#[test]
fn a_model_that_only_a_profile_names_is_asked_about_and_warned_about_too() {
    let (studio, fake) = (Studio::empty(), FakeProvider::start(|_, _| Reply::Well));
    studio.write(
        "first.json",
        CAMPAIGN.replace("\"tone\": \"curious", "\"model\": \"gpt-image-1.5\", \"tone\": \"curious"),
    );
    fake.answer_questions(200, r#"{"id": "any", "shutdown_date": "2027-03-01"}"#);
    let warning = "OpenAI switches gpt-image-1.5 off on 2027-03-01";
    doctor(&studio, Some(&fake), &[]).expect(0).says(warning).says("OpenAI switches gpt-image-2.6-flare off");
    let mut plan = studio.command(["plan", "first"]);
    plan.env("OPENAI_API_KEY", "sk-good").env("OPENAI_BASE_URL", fake.openai_base());
    Answer::of(plan.output().unwrap()).expect(0).says(warning);
}

#[test]
fn a_refused_key_says_what_to_do_and_ends_with_four() {
    let (studio, fake) = (Studio::new(), FakeProvider::start(|_, _| Reply::Well));
    fake.answer_questions(401, include_str!("../fixtures/replies/openai_401_invalid_api_key.json"));
    let answer = doctor(&studio, Some(&fake), &[]).expect(4).says("OPENAI_API_KEY was refused (401 invalid_api_key)");
    assert!(answer.stdout.contains("→ Check it at platform.openai.com"), "{}", answer.stdout);
    let document = doctor(&studio, Some(&fake), &["--json"]).expect(4).documents().pop().unwrap();
    assert_eq!(document["ok"], false);
}

#[test]
fn a_key_for_speech_alone_is_no_fault() {
    let (studio, fake) = (Studio::new(), FakeProvider::start(|_, _| Reply::Well));
    fake.answer_questions(401, include_str!("../fixtures/replies/elevenlabs_401_missing_permissions.json"));
    let mut command = studio.command(["doctor"]);
    command.env("ELEVENLABS_API_KEY", "xi-good").env("ELEVENLABS_BASE_URL", fake.elevenlabs_base());
    Answer::of(command.output().unwrap()).expect(0).says("may not read the plan");
}

#[test]
fn a_home_that_cannot_be_used_ends_with_one() {
    let studio = Studio::new();
    std::fs::write(studio.path("home"), "a file").unwrap();
    doctor(&studio, None, &[]).expect(1).says("× home");
}

#[test]
fn a_provider_that_is_not_there_is_told_and_the_rest_is_looked_at() {
    let studio = Studio::new();
    let mut command = studio.command(["doctor"]);
    command.env("OPENAI_API_KEY", "sk-good").env("OPENAI_BASE_URL", "http://127.0.0.1:1/v1");
    let answer = Answer::of(command.output().unwrap()).expect(4);
    assert!(answer.stdout.contains("× OpenAI") && answer.stdout.contains("encoder"), "{}", answer.stdout);
}
