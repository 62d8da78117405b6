//! What a person who pays sees and relies on: prices, caps, who makes it, and a provider that was stopped.

use babblecast::domain::MicroDollars;
use babblecast::engine::{Consent, Event, Outcome};
use babblecast::plan::Mode;
use serde_json::{Value, json};

use crate::fake_provider::{Asked, FakeProvider, Reply};
use crate::paid::settings;
use crate::program::{Answer, Studio as Program};
use crate::support::{Place, Studio, loaded, two_babies};

const ENOUGH: Consent = Consent::UpTo(MicroDollars(5_000_000));
const KEY: &str = "sk-canary-271828182";

fn place() -> Place {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    place
}

/// Runs the program with both keys set and both providers at the fake's address.
fn run(program: &Program, fake: &FakeProvider, arguments: &[&str]) -> Answer {
    let mut command = program.command(arguments);
    command.env("OPENAI_API_KEY", KEY).env("OPENAI_BASE_URL", fake.openai_base());
    command.env("ELEVENLABS_API_KEY", KEY).env("ELEVENLABS_BASE_URL", fake.elevenlabs_base());
    Answer::of(command.output().unwrap())
}

fn refuse_pictures(asked: &Asked, _: usize) -> Reply {
    if asked.is_picture() {
        let body = include_str!("../fixtures/replies/openai_401_invalid_api_key.json").to_owned();
        return Reply::Refused { status: 401, headers: Vec::new(), body };
    }
    Reply::Well
}

fn write_config(program: &Program, text: &str) {
    let folder = program.path("config/babblecast");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), text).unwrap();
}

#[test]
fn the_document_tells_what_the_run_cost_and_what_was_spared() {
    let (program, fake) = (Program::new(), FakeProvider::start(|_, _| Reply::Well));
    let answer = run(&program, &fake, &["generate", "first", "--yes", "--json"]).expect(0);
    let document = answer.documents().pop().unwrap();
    let dollars = |document: &Value, name: &str| document["cost"][name].as_f64().unwrap();
    let paid = dollars(&document, "paid_usd");
    // Two pictures by their tokens, three lines by their estimate.
    assert!((0.09..0.12).contains(&paid), "{}", document["cost"]);
    assert!(dollars(&document, "estimated_usd") >= paid, "an estimate is an upper bound: {}", document["cost"]);
    assert_eq!((dollars(&document, "unknown_usd"), dollars(&document, "saved_by_cache_usd")), (0.0, 0.0));
    let again = run(&program, &fake, &["generate", "first", "--json"]).expect(0).documents().pop().unwrap();
    assert_eq!((dollars(&again, "paid_usd"), dollars(&again, "estimated_usd")), (0.0, 0.0));
    assert!((dollars(&again, "saved_by_cache_usd") - paid).abs() < 1e-9, "{}", again["cost"]);
    assert_eq!(fake.charged().len(), 5);
}

#[test]
fn who_makes_finals_and_why_is_said() {
    let (program, fake) = (Program::new(), FakeProvider::start(|_, _| Reply::Well));
    let both = "final: portraits by OpenAI gpt-image-2.6-flare (OPENAI_API_KEY is set), \
                voices by ElevenLabs eleven_multilingual_v2 (ELEVENLABS_API_KEY is set)\n";
    for arguments in [&["plan", "first"][..], &["generate", "first", "--yes"], &["status", "first"]] {
        run(&program, &fake, arguments).expect(0).says(both);
    }
    run(&program, &fake, &["plan", "first", "--voice", "pico"])
        .expect(0)
        .says("voices by older built-in voice (chosen)");
    run(&program, &fake, &["plan", "first", "--draft"]).expect(0).says("built-in voice (as asked)");
}

#[test]
fn the_caps_of_the_config_hold_every_run_unless_a_cap_is_named() {
    let (program, fake) = (Program::new(), FakeProvider::start(|_, _| Reply::Well));
    write_config(&program, "[caps]\nrun = 0.05\n");
    run(&program, &fake, &["generate", "first", "--yes"])
        .expect(4)
        .says("more than caps.run of the config allows a run ($0.05): add --cap 1.");
    assert!(fake.asked().is_empty());
    run(&program, &fake, &["generate", "first", "--only", "portraits,voices", "--cap", "1"])
        .expect(0)
        .says("7 of 7 made");

    let (program, fake) = (Program::new(), FakeProvider::start(|_, _| Reply::Well));
    write_config(&program, "[caps]\nmonth = 0.06\n");
    let answer = run(&program, &fake, &["generate", "first", "--only", "portraits", "--yes"]).expect(4);
    let told = answer.says("The cap of $0.06 for this month leaves no room").stdout;
    assert!(told.contains("Raise caps.month in the config"), "{told}");
    assert_eq!(fake.charged().len(), 1);
}

#[test]
fn a_price_of_the_config_is_the_price() {
    let (program, fake) = (Program::new(), FakeProvider::start(|_, _| Reply::Well));
    let price = |program: &Program| {
        let answer = run(program, &fake, &["plan", "first", "--json"]).expect(0);
        answer.documents().pop().unwrap()["jobs"][0]["price_usd"].as_f64().unwrap()
    };
    let before = price(&program);
    write_config(&program, "[prices.openai]\nimage_out = 60.0\n[openai]\npartials = 0\n");
    assert!(price(&program) > 1.5 * before);
}

#[test]
fn a_stopped_provider_is_remembered_and_called_again_when_it_answers_well() {
    let (program, fake) = (Program::new(), FakeProvider::start(refuse_pictures));
    run(&program, &fake, &["generate", "first", "--yes"]).expect(4).says("OPENAI_API_KEY was refused");
    let pictures = |fake: &FakeProvider| fake.asked().iter().filter(|asked| asked.is_picture()).count();
    let before = pictures(&fake);
    assert_eq!(fake.charged().len(), 3, "the other provider goes on");

    fake.answer_questions(401, include_str!("../fixtures/replies/openai_401_invalid_api_key.json"));
    run(&program, &fake, &["generate", "first", "--yes"]).expect(4).says("OPENAI_API_KEY was refused");
    assert_eq!(pictures(&fake), before, "a stopped provider is asked, not called");
    run(&program, &fake, &["plan", "first"]).expect(0).says("warning: OPENAI_API_KEY was refused");

    fake.answer_questions(200, r#"{"id": "m", "shutdown_date": null}"#);
    run(&program, &fake, &["generate", "first", "--yes"]).expect(4);
    assert!(pictures(&fake) > before, "who begins a run has fixed something: it is believed once");
}

#[test]
fn a_failure_names_scene_speaker_provider_cause_and_what_to_do() {
    let program = Program::new();
    let fake = FakeProvider::start(|asked, _| {
        if asked.is_picture() || asked.body["text"] != "More?" {
            return Reply::Well;
        }
        let body = include_str!("../fixtures/replies/elevenlabs_404_voice_not_found.json").to_owned();
        Reply::Refused { status: 404, headers: Vec::new(), body }
    });
    let answer = run(&program, &fake, &["generate", "first", "--yes", "--json"]).expect(3);
    let document = answer.documents().pop().unwrap();
    let wanted = "voice of scene 2, Baby 2: ElevenLabs has no voice ";
    let told = document["results"][1]["error_message"].as_str().unwrap();
    assert!(told.starts_with(wanted) && told.contains("`babblecast voices` lists"), "{told}");
    run(&program, &fake, &["status", "first"]).expect(0).says(wanted);
}

#[test]
fn a_run_that_cannot_be_recorded_has_failed() {
    let (place, fake) = (place(), FakeProvider::start(|_, _| Reply::Well));
    let mut studio = Studio::start(settings(&place, &fake));
    let database = rusqlite::Connection::open(place.home().join("studio.db")).unwrap();
    database.execute_batch("ALTER TABLE run RENAME TO gone").unwrap();
    let ended = studio.generate_final("naps", ENOUGH);
    assert_eq!(ended.outcome, Outcome::Failed, "{}", ended.message);
    assert!(ended.message.contains("database"), "{}", ended.message);
    assert!(fake.asked().is_empty());
    studio.stop();
}

#[test]
fn what_is_spent_is_told_while_it_is_spent() {
    let (place, fake) = (place(), FakeProvider::start(|_, _| Reply::Well));
    let mut settings = settings(&place, &fake);
    settings.caps.run = Some(MicroDollars(1_000_000));
    settings.caps.month = Some(MicroDollars(20_000_000));
    let mut studio = Studio::start(settings);
    let price = loaded(&studio.entry("naps")).graph(Mode::Final).unwrap().jobs[0].price();
    let run = studio.begin_final("naps", ENOUGH);
    let has_spent = |event: &Event| matches!(event, Event::Budgets(told) if told.month.used >= price);
    let Event::Budgets(told) = studio.until(has_spent) else { unreachable!() };
    assert_eq!(
        told.run.map(|run| run.cap),
        Some(Some(MicroDollars(1_000_000))),
        "the narrower of consent and caps.run"
    );
    assert_eq!(told.month.cap, Some(MicroDollars(20_000_000)));
    studio.run_ended(run);
    studio.stop();
}

#[test]
fn a_key_is_written_and_said_nowhere() {
    let program = Program::new();
    // A provider that repeats the key in its refusal, as some servers do.
    let fake = FakeProvider::start(|asked, number| match number {
        0 => Reply::Refused {
            status: 400,
            headers: Vec::new(),
            body: json!({"error": {"message": asked.key}}).to_string(),
        },
        1 => Reply::Charged(format!("<html>{}</html>", asked.key)),
        _ => Reply::Well,
    });
    fake.answer_questions(
        401,
        &json!({"error": {"message": format!("bad key {KEY}"), "code": "invalid_api_key"}}).to_string(),
    );
    let mut said = String::new();
    for arguments in [
        &["generate", "first", "--yes", "--json", "--log", "trace"][..],
        &["status", "first", "--json"],
        &["status", "first"],
        &["plan", "first", "--json"],
        &["explain", "first", "--scene", "1", "--json"],
        &["config", "show", "--json"],
        &["doctor", "--json"],
        &["doctor"],
        &["export", "first"],
        &["pack", "first", "packed.tar"],
    ] {
        let answer = run(&program, &fake, arguments);
        said.push_str(&answer.stdout);
        said.push_str(&answer.stderr);
    }
    assert!(said.contains("OPENAI_API_KEY"), "the commands said something");
    assert!(!said.contains(KEY), "{said}");
    for file in program.files(".") {
        let bytes = std::fs::read(program.path(&file)).unwrap();
        assert!(!bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes()), "{file}");
    }
    assert!(program.path("packed.tar").is_file());
}
