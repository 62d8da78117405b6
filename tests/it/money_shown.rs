//! Money on screen is the journal's: told at each settled call, adding up as it is read, and what it bought is shown on
//! any day.

use babblecast::domain::MicroDollars;
use babblecast::engine::{Budgets, Consent, Event, FinalsState, Ledger, Likeness, Outcome, Subject};
use babblecast::plan::Mode;

use crate::fake_provider::{Asked, FakeProvider, Reply};
use crate::paid::settings;
use crate::program::{Answer, Studio as Program};
use crate::support::{Place, Studio, loaded, parts, two_babies};

const ENOUGH: Consent = Consent::UpTo(MicroDollars(5_000_000));

fn place() -> Place {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    place
}

/// The program with both keys set and both providers at the fake's address.
fn run(program: &Program, fake: &FakeProvider, arguments: &[&str]) -> Answer {
    let mut command = program.command(arguments);
    command.env("OPENAI_API_KEY", "sk-test").env("OPENAI_BASE_URL", fake.openai_base());
    command.env("ELEVENLABS_API_KEY", "xi-test").env("ELEVENLABS_BASE_URL", fake.elevenlabs_base());
    Answer::of(command.output().unwrap())
}

fn counted(ledger: &Ledger) -> MicroDollars {
    let total = ledger.spend.total();
    total.paid + total.reserved + total.unknown
}

#[test]
fn each_settled_call_is_told_while_the_run_goes_on() {
    let place = place();
    // One picture is answered when the test has seen the ledger: it was sent before the last voice was settled, so that
    // no call that is sent brings the news.
    let gate = std::sync::Arc::new(std::sync::Barrier::new(2));
    let at_gate = gate.clone();
    let fake = FakeProvider::start(move |asked: &Asked, _| {
        if asked.is_picture() && asked.words().contains("curious") {
            at_gate.wait();
        }
        Reply::Well
    });
    let mut settings = settings(&place, &fake);
    settings.caps.month = Some(MicroDollars(20_000_000));
    let mut studio = Studio::start(settings);
    let run = studio.begin_final("naps", ENOUGH);
    let four_are_paid = |event: &Event| matches!(event, Event::Ledger(ledger) if ledger.paid.len() == 4);
    let Event::Ledger(ledger) = studio.until(four_are_paid) else { unreachable!() };
    assert!(!ledger.spend.total().reserved.is_zero(), "the fifth is in flight: {:?}", ledger.spend);
    gate.wait();
    let last = |event: &Event| matches!(event, Event::Ledger(ledger) if ledger.paid.len() == 5);
    let Event::Ledger(ledger) = studio.until(last) else { unreachable!() };
    let ended = studio.run_ended(run);
    let paid = ledger.spend.total().paid;
    assert!(ended.message.contains(&format!("paid {paid}")), "{}", ended.message);
    assert!((ended.cost.paid_usd - paid.dollars()).abs() < 1e-9);
    assert_eq!(ledger.paid.values().copied().sum::<MicroDollars>(), paid);
    studio.stop();
}

#[test]
fn budgets_and_ledger_agree_and_are_those_of_the_journal() {
    let (place, fake) = (
        place(),
        FakeProvider::start(|asked, _| match asked.words() {
            "Naps are art." => Reply::Silence,
            _ => Reply::Well,
        }),
    );
    let mut studio = Studio::start(settings(&place, &fake));
    let run = studio.begin_final("naps", ENOUGH);
    let mut told = Budgets::default();
    loop {
        match studio.until(|event| matches!(event, Event::Budgets(_) | Event::Ledger(_) | Event::RunEnded(_))) {
            Event::Budgets(budgets) => told = budgets,
            Event::Ledger(ledger) => {
                assert!(told.month.used <= counted(&ledger), "the ledger is read after the budgets");
            }
            Event::RunEnded(ended) if ended.run == run => break,
            _ => {}
        }
    }
    studio.stop();
    let database = rusqlite::Connection::open(place.home().join("studio.db")).unwrap();
    let sum: i64 = database
        .query_row("SELECT sum(coalesce(actual_micro, est_micro)) FROM attempt WHERE state <> 'free_fail'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!((told.month.used, told.run.unwrap().used), (MicroDollars(sum as u64), MicroDollars(sum as u64)));
}

#[test]
fn what_was_paid_for_is_there_without_a_key_and_needs_none() {
    let (place, fake) = (place(), FakeProvider::start(|_, _| Reply::Well));
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate_final("naps", ENOUGH);
    let with_key = loaded(&studio.entry("naps")).finals.clone().unwrap();
    studio.stop();

    let mut keyless = place.engine();
    let entry = keyless.entry("naps");
    let finals = loaded(&entry).finals.clone().unwrap();
    let keys = |graph: &babblecast::plan::Graph| graph.jobs.iter().map(|job| job.key).collect::<Vec<_>>();
    assert_eq!(keys(&finals), keys(&with_key), "by the providers, addresses and settings that made it");
    let state_of = |key| keyless.state(key);
    let bought = finals.jobs.iter().filter(|job| !job.price().is_zero());
    assert!(bought.clone().count() == 5 && bought.clone().all(|job| state_of(job.key).is_made()));
    let again = keyless.generate_final("naps", Consent::FreeOnly);
    assert_eq!((again.outcome, again.cached), (Outcome::Complete, 5), "{}", again.message);

    let run = babblecast::engine::RunId::random();
    keyless.send(babblecast::engine::Command::Regenerate {
        run,
        campaign: loaded(&entry).campaign.id.clone(),
        mode: Mode::Final,
        subject: Subject::Voice(0),
        likeness: Likeness::Another,
        note: None,
        consent: ENOUGH,
    });
    let refused = keyless.run_ended(run);
    assert!(refused.message.contains("ELEVENLABS_API_KEY is not set"), "{}", refused.message);
    keyless.stop();

    place.write("naps.json", &{
        let mut edited = two_babies("naps");
        edited["script"][2]["text"] = serde_json::json!("Good morning.");
        edited
    });
    let mut keyless = place.engine();
    let refused = keyless.generate_final("naps", ENOUGH);
    assert_eq!(refused.outcome, Outcome::Stopped);
    assert!(refused.message.contains("OPENAI_API_KEY"), "{}", refused.message);
    assert_eq!(fake.charged().len(), 5);
    keyless.stop();
}

#[test]
fn a_half_that_is_not_set_up_any_more_is_still_shown() {
    let (place, fake) = (place(), FakeProvider::start(|_, _| Reply::Well));
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate_final("naps", ENOUGH);
    studio.stop();
    let mut pictures_only = settings(&place, &fake);
    pictures_only.providers.elevenlabs = babblecast::providers::ProviderConfig::default().elevenlabs;
    let mut studio = Studio::start(pictures_only);
    let again = studio.generate_final("naps", Consent::FreeOnly);
    assert_eq!((again.outcome, again.cached), (Outcome::Complete, 5), "no paid voice is replaced: {}", again.message);
    studio.stop();
}

#[test]
fn a_campaign_that_was_never_bought_is_a_draft_without_a_key() {
    let place = place();
    let mut studio = place.engine();
    studio.generate("naps");
    let entry = studio.entry("naps");
    let unavailable = FinalsState::Unavailable(String::new());
    assert_eq!(loaded(&entry).usual_mode(&unavailable, &|_| &babblecast::plan::JobState::Pending), Mode::Draft);
    assert_eq!(parts().products.len(), 2);
    studio.stop();
}

#[test]
fn the_commands_show_the_final_whoever_is_set_up() {
    let (program, fake) = (Program::new(), FakeProvider::start(|_, _| Reply::Well));
    let answer = run(&program, &fake, &["generate", "first", "--yes"]).expect(0);
    let said = format!("{}{}", answer.stdout, answer.stderr);
    assert!(said.contains("paid $0."), "{said}");
    let shown = program.json(0, ["show", "first", "--speaker", "Baby 1"]);
    let with_key = run(&program, &fake, &["show", "first", "--speaker", "Baby 1", "--json"]).expect(0);
    assert_eq!(Some(&shown), with_key.documents().last());
    program
        .run(["show", "first", "--speaker", "Baby 1", "--draft"])
        .expect(1)
        .says("has no portrait yet: babblecast generate first --only");

    let status = program.json(0, ["status", "first"]);
    assert_eq!((status["mode"].as_str(), status["scenes_completed"].as_u64()), (Some("final"), Some(3)));
    assert_eq!(program.json(0, ["status", "first", "--draft"])["scenes_completed"].as_u64(), Some(0));
    let report = program.run(["status"]).expect(0).stdout;
    assert!(report.contains("3 of 3 scenes, final") && !report.contains("to make"), "{report}");
    program.run(["status", "--draft"]).expect(0).says("to make: babblecast generate first");
    let list = program.json(0, ["list"]);
    assert_eq!(list["campaigns"][0]["mode"].as_str(), Some("final"));
    assert_eq!(program.json(0, ["list", "--draft"])["campaigns"][0]["mode"].as_str(), Some("draft"));
    assert_eq!(program.json(0, ["takes", "first"])["mode"].as_str(), Some("final"));
    assert_eq!(program.json(0, ["takes", "first", "--draft"])["mode"].as_str(), Some("draft"));
    program.run(["list", "--draft", "--final"]).expect(2);
}

#[test]
fn an_export_without_a_key_takes_no_final_away() {
    let (program, fake) = (Program::new(), FakeProvider::start(|_, _| Reply::Well));
    run(&program, &fake, &["generate", "first", "--yes", "--only", "portraits,voices"]).expect(0);
    let finals = program.files("output");
    program.run(["generate", "first", "--only", "portraits,voices"]).expect(0);
    let both = program.files("output");
    assert!(both.len() > finals.len() && finals.iter().all(|file| both.contains(file)), "{both:?}");
    program.run(["export", "first"]).expect(0);
    assert_eq!(program.files("output"), both);
    let exported = program.json(0, ["export", "first", "--final"]);
    let files: Vec<&str> = exported["files"].as_array().unwrap().iter().filter_map(|file| file.as_str()).collect();
    assert!(!files.is_empty() && files.iter().all(|file| !file.contains("draft")), "{files:?}");
    assert_eq!(program.files("output"), both, "the others stay as they are");
}

#[test]
fn what_spend_prints_adds_up() {
    let (program, fake) = (Program::new(), FakeProvider::start(|_, _| Reply::Well));
    run(&program, &fake, &["generate", "first", "--yes", "--only", "portraits,voices"]).expect(0);
    let tenths = |amount: &str| -> u64 {
        let digits = amount.trim_start_matches('$').split_once('.').unwrap();
        digits.0.parse::<u64>().unwrap() * 1_000 + format!("{:0<3}", digits.1).parse::<u64>().unwrap()
    };
    for by in [&[][..], &["--by", "provider"], &["--by", "campaign"]] {
        let printed = program.run([&["spend"], by].concat()).expect(0).stdout;
        let (table, month) = printed.split_once("\n\n").unwrap();
        let paid = |line: &str| line.split_whitespace().find(|word| word.starts_with('$')).map(tenths);
        let amounts: Vec<u64> = table.lines().filter_map(paid).collect();
        let (sum, rows) = amounts.split_last().unwrap();
        assert_eq!(rows.iter().sum::<u64>(), *sum, "{table}");
        assert_eq!(paid(month), Some(*sum), "{printed}");
    }
}
