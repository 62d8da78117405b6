//! How long the engine is kept from everything else while an edit of a large campaign is taken in, when all jobs of that
//! campaign are asked for. Its provider never answers, so that nothing else takes time.
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

use babblecast::domain::{CampaignId, MicroDollars};
use babblecast::engine::{Cancel, Command, Consent, Event, RunId, Scope};
use babblecast::plan::Mode;
use fake_provider::FakeProvider;
use serde_json::{Value, json};
use support::{Place, Studio};

const SCENES: usize = 10_000;
const EDITS: usize = 10;
const LIMIT: Duration = Duration::from_millis(50);

fn main() -> ExitCode {
    let fake = FakeProvider::start(|_, _| {
        loop {
            std::thread::park();
        }
    });
    let place = Place::new();
    let path = place.write("bench.json", &campaign(0));
    let mut settings = place.settings();
    settings.providers.openai.key = Some("sk-bench".into());
    settings.providers.openai.base_url = Some(fake.openai_base());
    settings.providers.elevenlabs.key = Some("sk-bench".into());
    settings.providers.elevenlabs.base_url = Some(fake.elevenlabs_base());
    let mut studio = Studio::start(settings);
    let run = RunId::random();
    studio.send(generate(run, "bench", Consent::UpTo(MicroDollars(10_000_000_000))));
    let event = studio.until(|event| matches!(event, Event::RunStarted { .. }));
    let Event::RunStarted { jobs, .. } = event else { unreachable!() };
    ping(&mut studio, &Cell::new(false));

    let mut kept = Vec::new();
    for edit in 1..=EDITS {
        place.write("bench.json", &campaign(edit));
        let started = Instant::now();
        studio.send(Command::Load { path: path.clone() });
        let (is_taken_in, mut longest) = (Cell::new(false), Duration::ZERO);
        while !is_taken_in.get() {
            longest = longest.max(ping(&mut studio, &is_taken_in));
        }
        println!("edit {edit}: planned and taken in after {:?}, others waited {longest:?} at most", started.elapsed());
        kept.push(longest);
    }
    kept.sort();
    let worst = kept[EDITS - 1];
    println!(
        "{SCENES} scenes, {jobs} jobs under way: an edit keeps others {:?} (median), {worst:?} (most)",
        kept[EDITS / 2]
    );
    studio.send(Command::Cancel(Cancel::All));
    if worst <= LIMIT { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How long the engine takes to answer a question that needs nothing but its attention. Notes whether it told of a
/// campaign before.
fn ping(studio: &mut Studio, is_taken_in: &Cell<bool>) -> Duration {
    let (run, asked) = (RunId::random(), Instant::now());
    studio.send(generate(run, "nobody", Consent::FreeOnly));
    studio.until(|event| match event {
        Event::Campaign(_) => {
            is_taken_in.set(true);
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

/// Two babies in turn; the edit is in one line.
fn campaign(edit: usize) -> Value {
    let text =
        |line: usize| if line == edit { format!("Line {line}, edited.") } else { format!("This is line {line}.") };
    let script: Vec<Value> = (0..SCENES)
        .map(|line| json!({"type": "dialogue", "speaker": format!("Baby {}", line % 2), "text": text(line)}))
        .collect();
    let profile = |number: usize| json!({"tone": format!("warm {number}"), "voice_id": "baby_voice_1"});
    json!({
        "campaign_id": "bench", "topic": "t", "script": script,
        "baby_profiles": {"Baby 0": profile(0), "Baby 1": profile(1)},
    })
}
