//! The single calls of the ledger: each with what it was for and how it ended, adding up to what was spent, in the studio's
//! engine and on the command line alike.

use babblecast::domain::MicroDollars;
use babblecast::engine::{AttemptState, Calls, Campaigns, Command, EngineSettings, Event};
use babblecast::plan::Product;

use crate::fake_provider::{FakeProvider, Reply};
use crate::program::{Answer, Studio as Program};
use crate::support::Studio;

/// The program with both keys set and both providers at the fake's address.
fn run(program: &Program, fake: &FakeProvider, arguments: &[&str]) -> Answer {
    let mut command = program.command(arguments);
    command.env("OPENAI_API_KEY", "sk-test").env("OPENAI_BASE_URL", fake.openai_base());
    command.env("ELEVENLABS_API_KEY", "xi-test").env("ELEVENLABS_BASE_URL", fake.elevenlabs_base());
    Answer::of(command.output().unwrap())
}

fn sum(calls: &Calls, state: AttemptState) -> MicroDollars {
    calls.calls.iter().filter(|call| call.state == state).map(|call| call.price).sum()
}

#[test]
fn the_calls_add_up_to_what_was_spent_and_the_command_line_tells_the_same() {
    let fake = FakeProvider::start(|asked, _| match asked.words() {
        "More?" => Reply::Silence,
        _ => Reply::Well,
    });
    let program = Program::new();
    run(&program, &fake, &["generate", "first", "--yes", "--only", "portraits,voices"]);

    let mut studio =
        Studio::start(EngineSettings::new(program.path("home"), Campaigns::Folder(program.path("campaigns"))));
    studio.send(Command::Calls);
    let Event::Calls(calls) = studio.until(|event| matches!(event, Event::Calls(_))) else { unreachable!() };
    let total = studio.view.ledger().spend.total();
    assert_eq!((calls.calls.len(), calls.older), (5, 0), "two portraits and three lines: {calls:?}");
    assert_eq!(sum(&calls, AttemptState::Paid), total.paid);
    assert_eq!(sum(&calls, AttemptState::Unknown), total.unknown);
    assert!(calls.calls.is_sorted_by_key(|call| std::cmp::Reverse(call.sent_at)), "newest first");
    let doubt = calls.calls.iter().find(|call| call.state == AttemptState::Unknown).unwrap();
    assert_eq!((doubt.product, doubt.speaker.as_deref(), doubt.scene), (Some(Product::Voice), Some("Baby 2"), Some(1)));
    assert_eq!(doubt.model.as_deref(), Some("eleven_multilingual_v2"));
    let paid = calls.calls.iter().filter(|call| call.state == AttemptState::Paid);
    assert!(paid.clone().all(|call| call.estimate >= call.price && call.product.is_some()), "{calls:?}");
    assert!(paid.clone().any(|call| call.request_id.is_some()), "{calls:?}");

    studio.send(Command::Resolve { attempt: doubt.attempt, resolution: babblecast::engine::Resolution::Drop });
    let decided = |event: &Event| matches!(event, Event::Calls(calls) if calls.calls.iter().any(|call| call.state == AttemptState::Resolved));
    studio.until(decided);
    studio.stop();

    let (told, spend) = (program.json(0, ["spend", "--calls"]), program.json(0, ["spend"]));
    let told = told["calls"].as_array().unwrap();
    let of = |state: &str| -> f64 {
        let calls = told.iter().filter(|call| call["state"] == state);
        calls.map(|call| call["price_usd"].as_f64().unwrap()).sum()
    };
    assert_eq!(told.len(), 5);
    assert!((of("paid") - spend["total"]["paid_usd"].as_f64().unwrap()).abs() < 1e-9, "{told:?}");
    assert!((of("resolved") - spend["total"]["unknown_usd"].as_f64().unwrap()).abs() < 1e-9, "{told:?}");
    assert!((of("paid") - total.paid.dollars()).abs() < 1e-9, "what the studio tells is what the command line tells");
    program.run(["spend", "--calls"]).expect(0).says("first: voice of scene 2, Baby 2").says("resolved");
}
