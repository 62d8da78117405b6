//! A system that lets a program open only a few files, as by `ulimit -n`: it says so or waits, and takes nothing from others.

use std::process::{Command, Stdio};

use crate::outside::{World, wait_until};
use crate::program::{Answer, Studio};

/// The same command, in a shell that allows it only so many files.
pub fn limited(command: &Command, files: u32) -> Command {
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("ulimit -n {files} && exec \"$0\" \"$@\"")]);
    limited.arg(command.get_program()).args(command.get_args());
    limited.current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    limited.stdin(Stdio::null());
    limited
}

#[test]
fn whatever_the_limit_of_open_files_is_it_is_told_in_a_sentence() {
    let studio = Studio::new();
    // With three it cannot even be loaded.
    for files in 4..=24 {
        for arguments in [&["list"][..], &["doctor"], &["generate", "first", "--only", "voices"]] {
            let answer = Answer::of(limited(&studio.command(arguments), files).output().unwrap());
            let said = format!("{files} files, {arguments:?}: {} {}", answer.stdout, answer.stderr);
            assert!(matches!(answer.code, 0..=5), "{}: {said}", answer.code);
            assert!(!said.contains("panicked"), "{said}");
            // Not with so few that a sentence cannot be made either.
            assert!(
                answer.code == 0
                    || files < 6
                    || said.contains("Too many open files")
                    || said.contains("cannot open file")
                    || said.contains("may be open")
                    || said.contains("as the system allows"),
                "{said}"
            );
        }
    }
}

/// The other program can look at nothing: it must not take what it cannot see for dead.
#[test]
fn a_program_that_may_open_few_files_takes_nothing_from_another() {
    for files in [18, 20, 22, 24, 64] {
        let world = World::new();
        let lines: Vec<String> = (0..12).map(|line| format!("With {files} files, line {line}.")).collect();
        world.write(&lines);
        world.outside.hold();
        let mut first = world.generate().spawn().unwrap();
        wait_until("a call is in flight", || !world.outside.charges().is_empty());
        let mut second = limited(&world.generate(), files).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // It has looked at what the other one left, or could not even do that.
        let instances = world.home().join("instances");
        wait_until("the second one has started or given up", || {
            std::fs::read_dir(&instances).unwrap().count() > 1 || second.try_wait().unwrap().is_some()
        });
        world.outside.let_go();
        assert_eq!(first.wait().unwrap().code(), Some(0), "with {files} files beside it");
        let ended = second.wait().unwrap();
        assert!(ended.code().is_some_and(|code| code != 101), "with {files} files: {ended}");
        world.check();
        let states: Vec<String> = world.attempts().into_iter().map(|known| known.state).collect();
        assert!(states.iter().all(|state| state == "paid" || state == "free_fail"), "with {files} files: {states:?}");
        assert_eq!(std::fs::read_dir(world.home().join("quarantine")).unwrap().count(), 0);
    }
}

/// Calls that cannot get a connection wait; that is no fault of their provider.
#[test]
fn a_run_with_few_files_comes_to_its_end() {
    let world = World::new();
    let lines: Vec<String> = (0..40).map(|line| format!("Few files, line {line}.")).collect();
    world.write(&lines);
    let answer = Answer::of(
        limited(&world.command(["generate", "many", "--yes", "--only", "portraits,voices"]), 64).output().unwrap(),
    );
    let answer = answer.expect(0);
    assert!(!answer.stderr.contains("panicked"), "{}", answer.stderr);
    assert_eq!(world.outside.charged(41), 41);
    world.check();
    let failures = world.attempts().into_iter().filter(|known| known.state != "paid").count();
    assert_eq!(failures, 0);
}
