//! Several programs on one home share everything: what is made, what is being made, limits, budgets.

use std::path::{Path, PathBuf};

use babblecast::domain::MicroDollars;
use babblecast::engine::{Campaigns, Consent, EngineSettings, Event, Outcome};

use crate::outside::{World, end_with_the_starter, itself, scale};
use crate::support::{Place, Studio, loaded};

const WORKER: &str = "BABBLECAST_TEST_WORKER";
const CAP: MicroDollars = MicroDollars(150_000);

fn lines(count: usize) -> Vec<String> {
    (0..count).map(|line| format!("Line number {line} of what all four want.")).collect()
}

#[test]
fn four_programs_pay_for_each_of_many_keys_once() {
    let world = World::new();
    let keys = scale(100, 1000);
    world.write(&lines(keys - 1));
    let runs: Vec<_> = (0..4).map(|_| world.generate().spawn().unwrap()).collect();
    for mut run in runs {
        assert_eq!(run.wait().unwrap().code(), Some(0));
    }
    let charges = world.outside.charged(keys);
    assert_eq!(charges, keys, "with the one portrait");
    world.check();
    println!("4 programs, {keys} keys, {charges} charges");
}

/// What an engine of this program is started with, to buy from the provider of a [`World`].
pub fn settings(world: &World) -> EngineSettings {
    let mut command = std::process::Command::new("");
    world.outside.serve(&mut command);
    let variable = |name: &str| {
        let set = command.get_envs().find(|(known, _)| *known == name).and_then(|(_, value)| value);
        set.unwrap().to_string_lossy().into_owned()
    };
    buying(&world.studio.path(""), variable)
}

/// The same for one of the programs that tests start, which finds the provider in its environment.
pub fn buying(folder: &Path, variable: impl Fn(&str) -> String) -> EngineSettings {
    let mut settings = Place::new().settings();
    settings.home = folder.join("home");
    settings.campaigns = Campaigns::Folder(folder.join("campaigns"));
    settings.providers.openai.key = Some(variable("OPENAI_API_KEY").into());
    settings.providers.openai.base_url = Some(variable("OPENAI_BASE_URL"));
    settings.providers.elevenlabs.key = Some(variable("ELEVENLABS_API_KEY").into());
    settings.providers.elevenlabs.base_url = Some(variable("ELEVENLABS_BASE_URL"));
    settings
}

#[test]
fn four_programs_together_stay_under_the_cap() {
    let world = World::new();
    world.write(&lines(scale(200, 1000)));
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let mut worker = itself("many::buy_under_the_cap");
            world.outside.serve(&mut worker);
            worker.env(WORKER, world.studio.path("")).spawn().unwrap()
        })
        .collect();
    for mut worker in workers {
        // Held until it ends: it ends with this.
        let _stdin = worker.stdin.take();
        assert!(worker.wait().unwrap().success());
    }
    world.check();
    let attempts = world.attempts();
    let used: u64 = attempts.iter().filter(|known| known.state != "free_fail").map(|known| known.counted).sum();
    assert!(used <= CAP.0, "{used} was spent under a cap of {}", CAP.0);
    // A program stops when what is in flight might reach the cap; real prices are lower than what is reserved.
    assert!(used > CAP.0 / 2, "only {used} was spent: the cap was not reached");
    println!("4 programs under a cap of {CAP}: {} spent, {} calls", MicroDollars(used), attempts.len());
}

#[test]
#[ignore = "one of the programs that other tests start"]
fn buy_under_the_cap() {
    let Some(folder) = std::env::var_os(WORKER).map(PathBuf::from) else { return };
    end_with_the_starter();
    let mut settings = buying(&folder, |name| std::env::var(name).unwrap());
    settings.caps.campaign = Some(CAP);
    let mut studio = Studio::start(settings);
    let ended = studio.generate_final("many", Consent::UpTo(MicroDollars(100_000_000)));
    assert_eq!(ended.outcome, Outcome::Stopped, "{}", ended.message);
    studio.stop();
}

#[test]
fn a_second_studio_sees_money_move_and_shares_the_budget() {
    let world = World::new();
    world.write(&lines(6));
    let mut settings = settings(&world);
    settings.follow = true;
    settings.caps.campaign = Some(CAP);
    let mut watcher = Studio::start(settings);
    assert!(world.generate().status().unwrap().success());
    let paid = |event: &Event| match event {
        Event::Ledger(ledger) => ledger.spend.total().paid,
        _ => MicroDollars::ZERO,
    };
    watcher.until(|event| paid(event) > MicroDollars::ZERO);
    world.write(&lines(2000));
    // It may have told before of what the other program made.
    while loaded(&watcher.entry("many")).campaign.scenes.len() < 2000 {
        watcher.until(|event| matches!(event, Event::Library(_) | Event::Campaign(_)));
    }
    let ended = watcher.generate_final("many", Consent::UpTo(MicroDollars(100_000_000)));
    assert_eq!(ended.outcome, Outcome::Stopped, "{}", ended.message);
    watcher.stop();
    let all: u64 = world.attempts().iter().map(|known| known.counted).sum();
    assert!(all <= CAP.0, "{all}: what the other program spent was not counted");
}
