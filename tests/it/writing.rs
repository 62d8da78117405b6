//! `babblecast write`, against both kinds of language models, as they should be and as they are.

use serde_json::{Value, json};

use crate::fake_provider::{Asked, FakeProvider, Reply};
use crate::program::{Answer, Studio};

const CANARY: &str = "sk-canary-2236067977";

/// The program with the fake as OpenAI.
fn write(studio: &Studio, fake: &FakeProvider, arguments: &[&str]) -> Answer {
    let mut command = studio.command(arguments);
    command.env("OPENAI_API_KEY", CANARY).env("OPENAI_BASE_URL", fake.openai_base());
    Answer::of(command.output().unwrap())
}

fn script(lines: usize) -> String {
    let line = |at: usize| json!({"speaker": (if at.is_multiple_of(2) { "Bea" } else { "Pip" }), "text": format!("Line {} is about naps.", at + 1)});
    json!({
        "title": "The nap trial",
        "babies": [
            {"name": "Bea", "tone": "serious", "appearance": "dark bun, black robe"},
            {"name": "Pip", "tone": "energetic", "appearance": "ginger curls"},
        ],
        "lines": (0..lines).map(line).collect::<Vec<Value>>(),
    })
    .to_string()
}

fn responses(text: &str) -> Reply {
    Reply::Charged(
        json!({"id": "resp_1", "status": "completed", "error": null, "output": [
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}],
            "usage": {"input_tokens": 900, "output_tokens": 700}})
        .to_string(),
    )
}

fn chat(text: &str) -> Reply {
    let choice = json!({"message": {"role": "assistant", "content": text}, "finish_reason": "stop"});
    Reply::Charged(json!({"id": "c", "choices": [choice]}).to_string())
}

/// A fake that gives these answers, the last of them again and again.
fn answering(texts: &[&str]) -> FakeProvider {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    FakeProvider::start(move |asked: &Asked, number: usize| {
        assert_eq!(asked.path, "/v1/responses");
        responses(&texts[number.min(texts.len() - 1)])
    })
}

fn campaign(studio: &Studio, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(studio.path("campaigns").join(name)).unwrap()).unwrap()
}

#[test]
fn a_topic_becomes_a_campaign_that_check_takes_and_the_ledger_knows() {
    let (studio, fake) = (Studio::empty(), answering(&[&script(12)]));
    write(&studio, &fake, &["write", "why naps are a scam"]).expect(4).says("add --yes");
    assert!(fake.asked().is_empty(), "nothing is asked without consent");
    let told = write(&studio, &fake, &["write", "why naps are a scam", "--yes", "--json"]).expect(0).documents();
    assert_eq!(told.last().unwrap()["campaign_id"], "why_naps_are_a_scam");
    assert_eq!(told.last().unwrap()["by"], "model");
    let file = campaign(&studio, "why_naps_are_a_scam.json");
    assert_eq!((file["topic"].as_str(), file["script"].as_array().unwrap().len()), (Some("The nap trial"), 12));
    assert_eq!(file["baby_profiles"]["Pip"]["voice_id"], "baby_voice_2");
    studio.run(["check", "why_naps_are_a_scam"]).expect(0);

    let [asked] = &fake.charged()[..] else { panic!("{:?}", fake.charged()) };
    assert_eq!(asked.key, format!("Bearer {CANARY}"));
    assert_eq!((&asked.body["model"], &asked.body["store"]), (&json!("gpt-6-luna"), &json!(false)));
    let format = &asked.body["text"]["format"];
    assert_eq!((&format["type"], &format["strict"]), (&json!("json_schema"), &json!(true)));
    assert_eq!(format["schema"]["required"], json!(["title", "babies", "lines"]));
    assert_eq!(format["schema"]["additionalProperties"], json!(false));
    let question = asked.body["input"][0]["content"].as_str().unwrap();
    assert!(question.contains("why naps are a scam") && question.contains("Lines: 12."), "{question}");

    let spent = write(&studio, &fake, &["spend", "--json"]).expect(0).stdout;
    assert!(spent.contains("openai-writer") && spent.contains("0.00044"), "{spent}");
    let again = write(&studio, &fake, &["write", "why naps are a scam", "--yes"]).expect(2);
    again.says("is taken by");
    write(&studio, &fake, &["write", "why naps are a scam", "--name", "second", "--json"]).expect(0);
    assert_eq!(fake.charged().len(), 1, "the same question is not paid for twice");
    let store: Vec<String> = studio.files("home").into_iter().filter(|file| file.contains("log")).collect();
    for file in store {
        let text = std::fs::read(studio.path("home").join(file)).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains(CANARY));
    }
}

#[test]
fn a_bad_answer_goes_back_once_with_its_faults() {
    let wrong = script(12).replace("\"speaker\":\"Pip\"", "\"speaker\":\"Momo\"");
    for bad in ["Sure! Here is a script.", &script(12)[..200], "", &script(200), &wrong] {
        let (studio, fake) = (Studio::empty(), answering(&[bad, &script(12)]));
        write(&studio, &fake, &["write", "naps", "--yes"]).expect(0).says("12 lines");
        let asked = fake.charged();
        assert_eq!(asked.len(), 2, "{bad}");
        let turns = asked[1].body["input"].as_array().unwrap();
        assert_eq!((turns.len(), &turns[1]["role"]), (3, &json!("assistant")));
        assert!(turns[2]["content"].as_str().unwrap().starts_with("That cannot be used:\n- "), "{turns:?}");
    }
    let (studio, fake) = (Studio::empty(), answering(&["Sure!", "Of course!"]));
    let told = write(&studio, &fake, &["write", "naps", "--yes"]).expect(1);
    let told = told.says("asked twice").says("with another --take").says("prose instead of JSON").says("--from debate");
    let kept = told.stderr.split("It is kept in ").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
    assert!(std::fs::read_to_string(studio.path(kept)).unwrap().contains("Of course!"), "{kept}");
    assert_eq!(fake.charged().len(), 2, "no third call");
    assert!(studio.files("campaigns").is_empty());
}

#[test]
fn refusals_and_failures_end_in_a_sentence_and_cost_what_they_cost() {
    let refused = |status: u16, code: &str| Reply::Refused {
        status,
        headers: Vec::new(),
        body: json!({"error": {"message": "no", "type": "t", "code": code}}).to_string(),
    };
    let says_no = json!({"id": "r", "status": "completed", "output": [
        {"type": "message", "content": [{"type": "refusal", "refusal": "I cannot help with that."}]}],
        "usage": {"input_tokens": 9, "output_tokens": 9}});
    for (reply, code, told) in [
        (refused(401, "invalid_api_key"), 4, "OPENAI_API_KEY was refused"),
        (refused(429, "insufficient_quota"), 4, "no credit left"),
        (refused(404, "model_not_found"), 1, "writer.model"),
        (Reply::Charged(says_no.to_string()), 1, "I cannot help with that."),
        (refused(500, "server_error"), 5, "babblecast unknown"),
        (Reply::Charged("<html>".to_owned()), 5, "babblecast unknown"),
        (Reply::Silence, 5, "babblecast unknown"),
    ] {
        let studio = Studio::empty();
        let name = format!("{reply:?}");
        let fake = FakeProvider::start(move |_, _| reply.clone());
        let answer = write(&studio, &fake, &["write", "naps", "--yes"]);
        assert_eq!(answer.code, code, "{name}: {}{}", answer.stdout, answer.stderr);
        assert!(answer.stderr.matches("babblecast unknown").count() <= 1, "said twice: {}", answer.stderr);
        answer.says(told);
        assert_eq!(fake.asked().len(), 1, "{name}: nothing is sent twice");
        assert!(studio.files("campaigns").is_empty());
        let unknown = write(&studio, &fake, &["unknown"]);
        assert_eq!(unknown.stdout.contains("openai-writer"), code == 5, "{name}: {}", unknown.stdout);
    }
}

#[test]
fn caps_hold_for_scripts_too() {
    let (studio, fake) = (Studio::empty(), answering(&[&script(12)]));
    write(&studio, &fake, &["write", "naps", "--cap", "0.001"]).expect(4).says("more than the cap");
    let mut command = studio.command(["write", "naps", "--yes"]);
    command
        .env("OPENAI_API_KEY", CANARY)
        .env("OPENAI_BASE_URL", fake.openai_base())
        .env("BABBLECAST_CAP_MONTH", "0.001");
    Answer::of(command.output().unwrap()).expect(4).says("caps.month");
    assert!(fake.asked().is_empty());
}

#[test]
fn a_server_of_ones_own_writes_for_nothing() {
    let studio = Studio::empty();
    let fake = FakeProvider::start(|_, _| chat(&script(8)));
    let mut command = studio.command(["write", "naps", "--lines", "8", "--babies", "2", "--mood", "deadpan"]);
    command.env("BABBLECAST_WRITER_BASE_URL", fake.openai_base());
    Answer::of(command.output().unwrap()).expect(0).says("8 lines");
    let [asked] = &fake.asked()[..] else { panic!() };
    assert_eq!((asked.path.as_str(), asked.key.as_str()), ("/v1/chat/completions", ""));
    assert_eq!(asked.body["messages"][0]["role"], "system");
    assert_eq!(asked.body["response_format"]["json_schema"]["strict"], json!(true));
    assert!(asked.body["messages"][1]["content"].as_str().unwrap().contains("Mood: deadpan"));
    studio.run(["spend"]).expect(0).says("othing");
}

#[test]
fn without_a_model_the_campaign_begins_with_a_format_and_says_so() {
    let studio = Studio::empty();
    let answer = studio.run(["write", "where socks go", "--babies", "3"]).expect(0);
    let answer = answer.says("No model wrote this").says("OPENAI_API_KEY").says("BABBLECAST_WRITER_BASE_URL");
    assert!(answer.stdout.contains("debate"), "{}", answer.stdout);
    let file = campaign(&studio, "where_socks_go.json");
    assert_eq!(file["topic"], "where socks go");
    let checked = studio.json(0, ["check", "where_socks_go"]);
    assert_eq!((checked["ok"].as_bool(), checked.get("notes"), checked.get("remarks")), (Some(true), None, None));
    studio.run(["write", "naps", "--rewrite", "1"]).expect(2).says("no campaign naps");
}

#[test]
fn every_format_passes_check_without_a_note() {
    let studio = Studio::empty();
    for format in ["debate", "interview", "news", "bedtime", "ad"] {
        studio.run(["new", &format!("my_{format}"), "--from", format]).expect(0).says("generate");
        let checked = studio.json(0, ["check", &format!("my_{format}")]);
        let told = (checked["ok"].as_bool(), checked.get("notes"), checked.get("remarks"));
        assert_eq!(told, (Some(true), None, None), "{checked}");
    }
    studio.run(["new", "my_ad", "--from", "ad"]).expect(2).says("is taken by");
    studio.run(["new", "a", "--from", "opera"]).expect(2).says("debate, interview, news, bedtime, ad");
}

#[test]
fn a_flagged_answer_is_seen_before_it_is_used() {
    let flagged = script(12).replace("Line 3 is about naps.", "Even Blue Ivy takes naps.");
    let (studio, fake) = (Studio::empty(), answering(&[&flagged]));
    write(&studio, &fake, &["write", "naps", "--yes"]).expect(4).says("blue ivy").says("--anyway");
    assert!(studio.files("campaigns").is_empty());
    write(&studio, &fake, &["write", "naps", "--anyway"]).expect(0);
    assert_eq!((fake.charged().len(), studio.files("campaigns").len()), (1, 1), "the kept answer costs nothing more");
}

const COMMENTED: &str = "# My show\ncampaign_id: first\ntopic: Milk   # the best\nscript:\n  - type: dialogue\n    speaker: Bea\n    text: Milk is a scam.\n    say: Meelk is a scam.\n  - type: dialogue\n    speaker: Pip\n    text: 'More?'   # short\nbaby_profiles:\n  Bea: {tone: serious, voice_id: baby_voice_1, appearance: black robe}\n  Pip: {tone: energetic, voice_id: baby_voice_2}\n";

#[test]
fn a_line_gets_three_wordings_of_which_one_is_written_and_comments_stay() {
    let studio = Studio::empty();
    let path = studio.write("first.yaml", COMMENTED);
    let fake = answering(&[r#"{"wordings": ["Milk is fraud.", "Milk lied to me.", "Sue the milk."]}"#]);
    let told = write(&studio, &fake, &["write", "first", "--rewrite", "1", "--yes"]).expect(0);
    told.says("Milk is a scam.").says("3  Sue the milk.").says("--pick");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), COMMENTED, "nothing is changed before one is picked");
    write(&studio, &fake, &["write", "first", "--rewrite", "1", "--pick", "2"]).expect(0).says("1. Milk lied to me.");
    let expected = COMMENTED.replace("Milk is a scam.\n    say: Meelk is a scam.", "Milk lied to me.");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
    assert_eq!(fake.charged().len(), 1);
    write(&studio, &fake, &["write", "first", "--rewrite", "9"]).expect(2).says("9");
}

#[test]
fn a_campaign_is_made_punchier_in_place_and_translated_beside_itself() {
    let studio = Studio::empty();
    let path = studio.write("first.yaml", COMMENTED);
    let lines = |title: &str, one: &str, two: &str| {
        json!({"title": title, "lines": [{"number": 1, "text": one}, {"number": 2, "text": two}]}).to_string()
    };
    let fake = answering(&[&lines("", "Milk lied.", "More?"), &lines("Milch", "Milch ist Betrug.", "Mehr?")]);
    write(&studio, &fake, &["write", "first", "--punchier", "--yes"]).expect(0).says("1 line changed");
    let punchier = std::fs::read_to_string(&path).unwrap();
    assert_eq!(punchier, COMMENTED.replace("Milk is a scam.\n    say: Meelk is a scam.", "Milk lied."));
    write(&studio, &fake, &["write", "first", "--translate", "de", "--yes"]).expect(0).says("first_de.yaml");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), punchier, "the campaign itself stays");
    let translated = std::fs::read_to_string(studio.path("campaigns/first_de.yaml")).unwrap();
    for kept in [
        "# My show\ncampaign_id: first_de\n",
        "topic: Milch   # the best",
        "language: de",
        "'Mehr?'   # short",
        "appearance: black robe",
    ] {
        assert!(translated.contains(kept), "{kept}\n{translated}");
    }
    studio.run(["check", "first_de"]).expect(0);
    write(&studio, &fake, &["write", "first", "--translate", "de", "--yes"]).expect(2).says("is taken by");
}
