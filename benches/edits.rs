//! How soon an edit of a large campaign is taken in while all of its jobs are under way, and how long the engine keeps
//! others waiting meanwhile. The file is replaced as an editor does it, and the engine notices by itself. Its provider
//! never answers, so that nothing else takes time.
//!
//! `cargo bench --bench edits`; a figure over its limit ends it with an error.

#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/it/fake_provider.rs"]
mod fake_provider;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/it/support.rs"]
mod support;

use std::cell::Cell;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use babblecast::domain::edit::{Change, SceneRef, Target, Value};
use babblecast::domain::{CampaignId, MicroDollars};
use babblecast::engine::{Cancel, Command, Consent, Event, RunId, Scope};
use babblecast::plan::Mode;
use fake_provider::FakeProvider;
use serde_json::json;
use support::{Place, Studio};

const SCENES: usize = 10_000;
const EDITS: usize = 10;
/// Letters typed into a line.
const LETTERS: usize = 20;
/// The price of what was typed may come so much later.
const LATEST_PRICE: Duration = Duration::from_millis(50);
/// How long the engine may keep anybody waiting.
const LONGEST_WAIT: Duration = Duration::from_millis(50);

fn main() -> ExitCode {
    let fake = FakeProvider::start(|_, _| {
        loop {
            std::thread::park();
        }
    });
    let place = Place::new();
    place.write("bench.json", &campaign(0));
    let mut settings = place.settings();
    settings.follow = true;
    settings.providers.openai.key = Some("sk-bench".into());
    settings.providers.openai.base_url = Some(fake.openai_base());
    settings.providers.elevenlabs.key = Some("sk-bench".into());
    settings.providers.elevenlabs.base_url = Some(fake.elevenlabs_base());
    let mut studio = Studio::start(settings);
    let run = RunId::random();
    studio.send(generate(run, "bench", Consent::UpTo(MicroDollars(10_000_000_000))));
    let event = studio.until(|event| matches!(event, Event::RunStarted { .. }));
    let Event::RunStarted { jobs, .. } = event else { unreachable!() };
    ping(&mut studio, &Cell::default());

    let (mut taken_in, mut waits) = (Vec::new(), Vec::new());
    for edit in 1..=EDITS {
        let unfinished = place.write("../bench.json", &campaign(edit));
        let replaced = Instant::now();
        std::fs::rename(&unfinished, place.campaigns().join("bench.json")).unwrap();
        let (told, mut longest) = (Cell::new(None), Duration::ZERO);
        while told.get().is_none() {
            longest = longest.max(ping(&mut studio, &told));
        }
        // What follows from the edit is done before the next question is answered.
        longest = longest.max(ping(&mut studio, &told));
        let after = told.get().map_or(Duration::ZERO, |told| told - replaced);
        println!("edit {edit}: told of after {after:?}, others waited {longest:?} at most");
        taken_in.push(after);
        waits.push(longest);
    }
    taken_in.sort();
    waits.sort();
    let worst = waits[EDITS - 1];
    println!(
        "{SCENES} scenes, {jobs} jobs under way: an edit is told of after {:?} (median), {:?} (most), and keeps others \
         {:?} (median), {worst:?} (most)",
        taken_in[EDITS / 2],
        taken_in[EDITS - 1],
        waits[EDITS / 2],
    );
    let slowest = prices(&mut studio);
    studio.send(Command::Cancel(Cancel::All));
    if worst <= LONGEST_WAIT && slowest <= LATEST_PRICE { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How long the price of an edit takes while somebody types; the median, because one answer may come behind the work for an
/// edit.
fn prices(studio: &mut Studio) -> Duration {
    let mut took: Vec<Duration> = (1..=LETTERS as u64)
        .map(|ticket| {
            let scene = SceneRef::at(SCENES / 2);
            let text = Value::Text(format!("This is line {} and {ticket} more.", SCENES / 2));
            let change = Change::Set { of: Target::Scene(scene), field: "text".into(), value: text };
            let asked = Instant::now();
            let campaign = CampaignId::new("bench").unwrap();
            studio.send(Command::WhatIf { ticket, campaign, mode: Mode::Final, changes: vec![change] });
            let event = studio.until(|event| matches!(event, Event::WhatIf { ticket: of, .. } if *of == ticket));
            let Event::WhatIf { answer: Ok(remakes), .. } = event else { panic!("{event:?}") };
            assert!(!remakes.items.is_empty(), "a line that says something else is spoken again");
            asked.elapsed()
        })
        .collect();
    took.sort();
    println!("the price of a letter is known after {:?} (median), {:?} (most)", took[LETTERS / 2], took[LETTERS - 1]);
    took[LETTERS / 2]
}

/// How long the engine takes to answer a question that needs nothing but its attention. Notes when it told of an edit
/// before that.
fn ping(studio: &mut Studio, told: &Cell<Option<Instant>>) -> Duration {
    let (run, asked) = (RunId::random(), Instant::now());
    studio.send(generate(run, "nobody", Consent::FreeOnly));
    studio.until(|event| match event {
        Event::Library(_) | Event::Campaign(_) => {
            told.set(Some(told.get().unwrap_or_else(Instant::now)));
            false
        }
        Event::RunEnded(ended) => ended.run == run,
        _ => false,
    });
    asked.elapsed()
}

fn generate(run: RunId, campaign: &str, consent: Consent) -> Command {
    let campaign = CampaignId::new(campaign).unwrap();
    Command::Generate { run, campaign, mode: Mode::Final, scope: Scope::default(), consent }
}

/// Two babies in turn, whose voices are bent, with cross-fades: four jobs a line. The edit is in one line.
fn campaign(edit: usize) -> serde_json::Value {
    let text =
        |line: usize| if line == edit { format!("Line {line}, edited.") } else { format!("This is line {line}.") };
    let script: Vec<serde_json::Value> = (0..SCENES)
        .map(|line| json!({"type": "dialogue", "speaker": format!("Baby {}", line % 2), "text": text(line)}))
        .collect();
    let profile =
        |number: usize| json!({"tone": format!("warm {number}"), "voice_id": "baby_voice_1", "voice": "toddler"});
    json!({
        "campaign_id": "bench", "topic": "t", "transition": "fade", "script": script,
        "baby_profiles": {"Baby 0": profile(0), "Baby 1": profile(1)},
    })
}
