//! How soon ten thousand clips have their place in the queue of a home with a farm, and the memory that it takes.
//!
//! `cargo bench --bench farm`; a figure over its limit ends it with an error. The farm's server is one that nobody runs, so that
//! nothing is measured but the home: what more servers and workers cost, the tests of the farm measure (`just farm-proof`).

#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/it/support.rs"]
mod support;

use std::collections::HashSet;
use std::process::ExitCode;
use std::time::Instant;

use babblecast::engine::{Cancel, Command, EngineSettings, Event, FarmSettings, Scope};
use babblecast::plan::Product;
use serde_json::{Value, json};
use support::{Place, Studio, loaded};

const CLIPS: usize = 10_000;
const MOST_SECONDS: f64 = 2.0;
const MOST_MEBIBYTES: f64 = 50.0;

fn main() -> ExitCode {
    let place = Place::new();
    place.write("bench.json", &campaign());
    let picture = image::RgbImage::from_fn(64, 96, |x, y| image::Rgb([x as u8 * 4, y as u8 * 2, 90]));
    picture.save(place.campaigns().join("dot.png")).unwrap();
    let farm = FarmSettings { local: Some(0), ..FarmSettings::new("nats://127.0.0.1:1".to_owned()) };
    let mut studio = Studio::start(EngineSettings { farm: Some(farm), ..place.settings() });
    let entry = studio.entry("bench");
    let clips: HashSet<_> =
        loaded(&entry).draft.jobs.iter().filter(|job| job.product() == Product::Clip).map(|job| job.key).collect();
    assert!(clips.len() >= CLIPS);
    // Forgets the peak so far.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = kibibytes("VmRSS");
    let started = Instant::now();
    let run = studio.begin("bench", Scope { products: vec![Product::Clip], ..Scope::default() });
    let mut placed = HashSet::new();
    while placed.len() < clips.len() {
        if let Event::Jobs(changes) = studio.until(|event| matches!(event, Event::Jobs(_))) {
            let farmed =
                changes.iter().filter(|change| change.facts.queued.as_ref().is_some_and(|at| at.lane == "farm"));
            placed.extend(farmed.map(|change| change.key).filter(|key| clips.contains(key)));
        }
    }
    let (seconds, peak) = (started.elapsed().as_secs_f64(), kibibytes("VmHWM"));
    studio.send(Command::Cancel(Cancel::Run(run)));
    studio.run_ended(run);
    studio.stop();
    let mebibytes = peak.saturating_sub(before) as f64 / 1024.0;
    println!("{CLIPS} clips in the queue of a home with a farm: {seconds:.2} s (at most {MOST_SECONDS} s)");
    println!("memory for it: {mebibytes:.0} MiB (at most {MOST_MEBIBYTES} MiB; {} MiB before)", before / 1024);
    if seconds <= MOST_SECONDS && mebibytes <= MOST_MEBIBYTES { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn campaign() -> Value {
    let shown = (1..CLIPS).map(
        |number| json!({"type": "media", "source": "dot.png", "caption": format!("Picture {number}"), "duration_s": 0.2}),
    );
    let said = json!({"type": "dialogue", "speaker": "Baby 1", "text": "Nap?"});
    let script: Vec<Value> = std::iter::once(said).chain(shown).collect();
    let babies = json!({"Baby 1": {"tone": "warm, inviting", "voice_id": "baby_voice_1"}});
    json!({"campaign_id": "bench", "topic": "Naps", "script": script, "baby_profiles": babies})
}

fn kibibytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}
