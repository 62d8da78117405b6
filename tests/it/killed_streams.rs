//! Two studios make one campaign whose pictures are shown while they are painted, and one of the two is killed at any
//! instant: nothing is paid for twice, and nothing that was paid for is unlisted.

use std::path::PathBuf;
use std::process::{Child, ChildStdin};
use std::time::{Duration, Instant};

use babblecast::domain::MicroDollars;
use babblecast::engine::{Consent, Outcome};
use serde_json::json;

use crate::many::buying;
use crate::outside::{Chance, World, end_with_the_starter, itself, scale};
use crate::support::Studio;

const WORKER: &str = "BABBLECAST_TEST_STREAM_WORKER";

/// Three babies with faces and lines of this round.
fn write(world: &World, round: usize) {
    let baby = |number: usize| format!("Baby {number}");
    let line = |number: usize| {
        let text = format!("Round {round}, line {number}.");
        json!({"type": "dialogue", "speaker": baby(number), "text": text})
    };
    let profile = |number: usize| {
        let appearance = format!("a hat with the number {round} and a bib with the number {number}");
        (baby(number), json!({"tone": "warm", "voice_id": "baby_voice_1", "appearance": appearance}))
    };
    let profiles: serde_json::Map<_, _> = (1..=3).map(profile).collect();
    let script: Vec<_> = (1..=3).map(line).collect();
    let campaign = json!({"campaign_id": "many", "topic": "Hats", "script": script, "baby_profiles": profiles});
    world.studio.write("many.json", campaign.to_string());
}

/// A studio in a process of its own, and what it ends with.
fn studio(world: &World) -> (Child, Option<ChildStdin>) {
    let mut worker = itself("killed_streams::make_the_campaign");
    world.outside.serve(&mut worker);
    let mut process = worker.env(WORKER, world.studio.path("")).spawn().unwrap();
    let stdin = process.stdin.take();
    (process, stdin)
}

#[test]
#[ignore = "one of the programs that other tests start"]
fn make_the_campaign() {
    let Some(folder) = std::env::var_os(WORKER).map(PathBuf::from) else { return };
    end_with_the_starter();
    let mut settings = buying(&folder, |name| std::env::var(name).unwrap());
    settings.unfinished = true;
    let mut studio = Studio::start(settings);
    let ended = studio.generate_final("many", Consent::UpTo(MicroDollars(100_000_000)));
    assert!(matches!(ended.outcome, Outcome::Complete | Outcome::Unknown), "{}", ended.message);
    studio.stop();
}

#[test]
fn two_studios_of_which_one_is_killed_while_pictures_stream_pay_nothing_twice() {
    let (world, mut chance) = (World::new(), Chance::new());
    write(&world, 0);
    let started = Instant::now();
    let (mut alone, _ends_with_this) = studio(&world);
    assert!(alone.wait().unwrap().success());
    let whole = started.elapsed().as_micros() as u64;
    world.check();
    assert_eq!(world.outside.charged(6), 6);
    let (mut round, mut killed) = (0, 0);
    while killed < scale(8, 200) {
        round += 1;
        write(&world, round);
        let (mut first, _first_ends_with_this) = studio(&world);
        let (mut second, _second_ends_with_this) = studio(&world);
        std::thread::sleep(Duration::from_micros(chance.below(whole)));
        first.kill().unwrap();
        killed += usize::from(!first.wait().unwrap().success());
        let ended = second.wait().unwrap();
        assert!(ended.success(), "round {round}: the other studio did not come to its end: {ended}");
        world.check();
        let states: Vec<String> = world.attempts().into_iter().map(|known| known.state).collect();
        assert!(states.iter().all(|state| state == "paid" || state == "unknown"), "round {round}: {states:?}");
        assert_eq!(states.len(), 6 * (round + 1), "round {round}: something was neither made nor is it in doubt");
    }
    // A charge may come after its answer.
    let count = |state: &str| world.attempts().iter().filter(|known| known.state == state).count();
    let (paid, in_doubt) = (count("paid"), count("unknown"));
    let charges = world.outside.charged(paid);
    world.check();
    println!("{killed} kills in {round} rounds: {charges} charges, {paid} paid, {in_doubt} in doubt, 0 twice");
}
