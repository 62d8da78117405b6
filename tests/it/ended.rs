//! Signals: the first lets what is in flight come to its end, a second one leaves at once, and nothing is lost by either.

use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::outside::{World, wait_until};

fn world(name: &str) -> World {
    let world = World::new();
    world.write(&(0..12).map(|line| format!("{name}, line {line}.")).collect::<Vec<_>>());
    world.outside.hold();
    world
}

/// Starts a run and waits until the provider has charged something.
fn running(world: &World) -> Child {
    let mut command = world.generate();
    let log = std::fs::File::create(world.studio.path("words")).unwrap();
    let run = command.stderr(Stdio::from(log)).spawn().unwrap();
    wait_until("something is charged", || !world.outside.charges().is_empty());
    run
}

fn send(run: &Child, signal: Signal) {
    kill_process(Pid::from_child(run), signal).unwrap();
}

fn words(world: &World) -> String {
    std::fs::read_to_string(world.studio.path("words")).unwrap()
}

#[test]
fn a_signal_lets_calls_in_flight_end_and_begins_no_other() {
    for (name, signal) in [("INT", Signal::INT), ("TERM", Signal::TERM), ("HUP", Signal::HUP)] {
        let world = world(name);
        let mut run = running(&world);
        send(&run, signal);
        wait_until("the program says that it stops", || words(&world).contains("Stopping"));
        world.outside.let_go();
        assert_eq!(run.wait().unwrap().code(), Some(130), "{name}: {}", words(&world));
        world.check();
        let attempts = world.attempts();
        assert!(attempts.iter().all(|known| known.state == "paid"), "{name}: {attempts:?}");
        assert!(attempts.len() < 13, "{name}: everything was begun nevertheless");
        assert_eq!(world.generate().status().unwrap().code(), Some(0), "{name}");
        assert_eq!(world.outside.charged(13), 13, "{name}");
        world.check();
    }
}

#[test]
fn a_second_signal_leaves_at_once_and_what_was_in_flight_is_in_doubt() {
    let world = world("twice");
    let mut run = running(&world);
    send(&run, Signal::INT);
    wait_until("the program says that it stops", || words(&world).contains("Stopping"));
    send(&run, Signal::INT);
    assert_eq!(run.wait().unwrap().code(), Some(130), "{}", words(&world));
    world.outside.let_go();
    world.check();
    let in_doubt = world.attempts().into_iter().filter(|known| known.state == "unknown").count();
    assert!(in_doubt > 0 && in_doubt == world.attempts().len(), "{:?}", world.attempts());
}
