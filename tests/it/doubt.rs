//! What a person sees of money, and what is done about calls that may have been billed.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::outside::{World, wait_until};

/// A campaign of a good line and one whose reply cannot be used.
fn one_in_doubt() -> World {
    let world = World::new();
    world.write(&["A good line.".to_owned(), "A garbled line.".to_owned()]);
    assert_eq!(world.generate().status().unwrap().code(), Some(5));
    world
}

fn dollars(value: &Value) -> u64 {
    (value.as_f64().unwrap() * 1e6).round() as u64
}

#[test]
fn calls_in_doubt_are_listed_with_all_that_is_known_of_them() {
    let world = one_in_doubt();
    let unknown = world.studio.json(0, ["unknown"]);
    let call = &unknown["unknown"][0];
    assert_eq!(
        (&call["campaign_id"], &call["speaker"], &call["scene_index"]),
        (&json!("many"), &json!("Baby 1"), &json!(1))
    );
    assert_eq!(call["provider"], "elevenlabs");
    assert!(dollars(&call["price_usd"]) > 0 && dollars(&unknown["unknown_usd"]) == dollars(&call["price_usd"]));
    assert!(call["sent_at"].as_str().unwrap().ends_with('Z'));
    assert!(std::path::Path::new(call["reply_file"].as_str().unwrap()).is_file(), "the reply is kept");
    world.studio.run(["unknown"]).expect(0).says("many, scene 2 (Baby 1)").says("--retry ID");
    world.studio.run(["status"]).expect(0).says("Maybe billed").says("Needs you").says("Spent");
    let report = world.studio.json(0, ["status"]);
    assert_eq!(report["unknown"], unknown["unknown"]);
    world.studio.run(["unknown", "--drop", "999"]).expect(2).says("there is none with this number");
}

#[test]
fn what_was_spent_is_told_by_campaign_provider_and_day() {
    let world = one_in_doubt();
    let spend = world.studio.json(0, ["spend"]);
    let sum = |state: &str| -> u64 {
        world.attempts().iter().filter(|known| known.state == state).map(|known| known.micro).sum()
    };
    assert_eq!(dollars(&spend["total"]["unknown_usd"]), sum("unknown"));
    assert!(dollars(&spend["total"]["paid_usd"]) > 0 && dollars(&spend["total"]["paid_usd"]) <= sum("paid"));
    assert_eq!(spend["lines"].as_array().unwrap().len(), 2, "one day, one campaign, two providers: {spend}");
    assert_eq!(spend["by_campaign"]["many"], spend["total"]);
    assert!(spend["by_provider"]["openai"].is_object() && spend["by_day"].as_object().unwrap().len() == 1);
    // What another run finds made is what the cache saved.
    assert_eq!(world.generate().status().unwrap().code(), Some(5));
    let again = world.studio.json(0, ["spend", "--by", "provider"]);
    assert_eq!(again["total"]["paid_usd"], spend["total"]["paid_usd"]);
    assert_eq!(again["total"]["saved_by_cache_usd"], spend["total"]["paid_usd"]);
}

#[test]
fn a_call_in_doubt_is_made_again_only_on_a_clear_word() {
    let world = one_in_doubt();
    let charges = || world.outside.charges()["A garbled line."];
    for (word, expected) in [("never", 1), ("max-usd=0", 1), ("max-usd=5", 2), ("all", 3)] {
        let mut command = world.command(["generate", "many", "--yes", "--retry-unknown", word]);
        assert_eq!(command.output().unwrap().status.code(), Some(5), "{word}");
        wait_until("it is charged", || charges() >= expected);
        assert_eq!(charges(), expected, "{word}");
    }
    let unknown = world.studio.json(0, ["unknown"]);
    assert_eq!(unknown["unknown"].as_array().unwrap().len(), 1, "the others are decided on");
    let spend = world.studio.json(0, ["spend"]);
    assert_eq!(
        dollars(&spend["total"]["unknown_usd"]),
        3 * dollars(&unknown["unknown_usd"]),
        "what was decided on stays counted"
    );
}

#[test]
fn programs_that_retry_the_same_call_at_once_make_it_once_and_go_on() {
    let world = one_in_doubt();
    let lines = ["A good line.", "A garbled line.", "One more.", "And another."];
    world.write(&lines.map(str::to_owned));
    let start = || {
        let mut command = world.command(["generate", "many", "--yes", "--retry-unknown", "all"]);
        command.args(["--only", "portraits,voices"]).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    // The first retry is not answered before all have begun.
    world.outside.hold();
    let programs: Vec<_> = (0..4).map(|_| start()).collect();
    wait_until("all programs are there", || {
        let database = rusqlite::Connection::open(world.home().join("studio.db")).unwrap();
        database.query_row("SELECT count(*) FROM instance", [], |row| row.get::<_, i64>(0)).is_ok_and(|all| all >= 4)
    });
    world.outside.let_go();
    for program in programs {
        let output = program.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    }
    wait_until("all is charged", || world.outside.charges().len() == 5);
    let charges = world.outside.charges();
    assert!((2..=5).contains(&charges["A garbled line."]), "more often than it was asked for: {charges:?}");
    assert!(["One more.", "And another."].iter().all(|line| charges[*line] == 1), "{charges:?}");
}

#[test]
fn everything_comes_back_when_the_database_is_deleted() {
    let world = one_in_doubt();
    let regenerated = world.command(["regenerate", "many", "--scene", "1", "--yes"]).output().unwrap();
    assert_eq!(regenerated.status.code(), Some(0), "{}", String::from_utf8_lossy(&regenerated.stderr));
    let chosen = world.command(["takes", "many", "--scene", "1", "--choose", "2"]).output().unwrap();
    assert_eq!(chosen.status.code(), Some(0), "{}", String::from_utf8_lossy(&chosen.stderr));
    let json = |arguments: &[&str]| -> Value {
        let mut command = world.studio.command(arguments);
        world.outside.serve(&mut command);
        let output = command.arg("--json").output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {output:?}"))
    };
    let known = || {
        let (unknown, spend) = (json(&["unknown"]), json(&["spend"]));
        let amounts = ["paid_usd", "unknown_usd", "in_flight_usd"].map(|name| spend["total"][name].clone());
        let call = &unknown["unknown"][0];
        let call = ["key", "price_usd", "sent_at", "campaign_id", "provider", "reason"].map(|name| call[name].clone());
        (json(&["takes", "many"]), world.studio.files("home/assets"), amounts, call, json(&["plan", "many"]))
    };
    let before = known();
    for file in ["studio.db", "studio.db-wal", "studio.db-shm"] {
        let _ = std::fs::remove_file(world.home().join(file));
    }
    world.studio.run(["unknown"]).expect(0).says("was rebuilt from the stored files");
    assert_eq!(known(), before);
    let charges = world.outside.charges();
    assert_eq!(world.generate().status().unwrap().code(), Some(5));
    assert_eq!(world.outside.charges(), charges, "what was bought is bought again");
}

/// One second of sound as a file.
pub fn wav() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 24_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    (0..24_000).for_each(|n| writer.write_sample(((f64::from(n) * 0.08).sin() * 9_000.0) as i16).unwrap());
    writer.finalize().unwrap();
    bytes.into_inner()
}
