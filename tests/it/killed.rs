//! The real program is killed at any instant and at every named step of a paid call: nothing that was paid for is lost,
//! nothing is paid for twice, and what nobody can know is listed with its price.

use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use crate::outside::{Chance, World, scale};

fn lines(round: usize) -> Vec<String> {
    (0..8).map(|line| format!("Round {round}, line {line}.")).collect()
}

#[test]
fn a_run_killed_at_any_instant_loses_nothing_and_pays_nothing_twice() {
    let (world, mut chance) = (World::new(), Chance::new());
    world.write(&lines(0));
    assert!(world.generate().status().unwrap().success());
    // Faces are made now; how long a round of new lines takes follows the machine.
    let mut whole = Duration::from_millis(500);
    let (mut round, mut killed) = (1, 0);
    world.write(&lines(round));
    while killed < scale(100, 1000) {
        let started = Instant::now();
        let mut run = world.generate().spawn().unwrap();
        let instant = Duration::from_micros(chance.below(whole.as_micros() as u64));
        while started.elapsed() < instant && run.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        let is_over = run.try_wait().unwrap().is_some();
        whole = if is_over { started.elapsed() } else { whole + whole / 50 };
        run.kill().unwrap();
        let ended = run.wait().unwrap();
        world.check();
        if ended.signal().is_some() {
            killed += 1;
        } else {
            assert!(matches!(ended.code(), Some(0 | 5)), "{ended}");
            round += 1;
            world.write(&lines(round));
        }
    }
    let last = world.generate().status().unwrap();
    assert!(matches!(last.code(), Some(0 | 5)), "{last}");
    world.check();
    let attempts = world.attempts();
    let in_doubt = attempts.iter().filter(|known| known.state == "unknown").count();
    let charges: usize = world.outside.charges().values().sum();
    println!("{killed} kills in {round} rounds: {charges} charges, {in_doubt} in doubt, 0 lost, 0 twice");
    assert!(attempts.iter().all(|known| known.state == "paid" || known.state == "unknown"), "{attempts:?}");
}

#[test]
fn a_run_killed_after_any_step_loses_nothing_and_pays_nothing_twice() {
    if !cfg!(debug_assertions) {
        println!("skipped: a release has no named steps to end at");
        return;
    }
    let world = World::new();
    let steps = ["reserved", "recorded", "received", "assets_stored", "sidecar_stored", "settled", "parked"];
    for (round, step) in steps.into_iter().enumerate() {
        let mut script = lines(round);
        script.push(format!("Round {round}, a garbled line."));
        world.write(&script);
        let ended = world.generate().env("BABBLECAST_ABORT_AFTER", step).status().unwrap();
        assert!(ended.signal().is_some(), "{step} was never reached: {ended}");
        world.check();
        let resumed = world.generate().status().unwrap();
        assert_eq!(resumed.code(), Some(5), "after {step}: the garbled line is in doubt");
        world.check();
        let left = world.attempts().into_iter().filter(|known| known.state == "sent").count();
        assert_eq!(left, 0, "after {step}");
    }
    // A decision that was logged but did not come to count is asked for again.
    let in_doubt = world.studio.json(0, ["unknown"])["unknown"].as_array().unwrap().clone();
    let id = in_doubt[0]["id"].to_string();
    let ended = world.command(["unknown", "--drop", &id]).env("BABBLECAST_ABORT_AFTER", "logged").output().unwrap();
    assert!(ended.status.signal().is_some(), "logged was never reached");
    assert_eq!(world.studio.json(0, ["unknown"])["unknown"].as_array().unwrap().len(), in_doubt.len());
    let left = world.studio.json(0, ["unknown", "--drop", &id]);
    assert_eq!(left["unknown"].as_array().unwrap().len(), in_doubt.len() - 1);
}
