//! Listening in the real studio: with a program that plays, with one that fails, with none; and what is left of it.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::outside::wait_until;
use crate::program::Studio;
use crate::pty::Terminal;

/// A studio with three spoken lines.
fn spoken() -> Studio {
    let studio = Studio::new();
    studio.run(["generate", "first", "--draft", "--only", "voices"]).expect(0);
    studio
}

/// A program that notes what it was given, then does as told.
fn player(studio: &Studio, name: &str, then: &str) -> PathBuf {
    let path = studio.path(name);
    std::fs::write(&path, format!("#!/bin/sh\necho \"$$ $1\" >> heard\n{then}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// The processes that played so far.
fn players(studio: &Studio) -> Vec<i32> {
    let heard = std::fs::read_to_string(studio.path("heard")).unwrap_or_default();
    heard.lines().filter_map(|line| line.split(' ').next()?.parse().ok()).collect()
}

/// A process that ended and was not waited for is still there.
fn is_there(process: i32) -> bool {
    let process = rustix::process::Pid::from_raw(process).unwrap();
    rustix::process::test_kill_process(process).is_ok()
}

/// The page of the campaign, on its first line.
fn open(studio: &Studio, environment: &[(&str, &str)]) -> Terminal {
    let mut terminal = Terminal::start_with(studio, 36, 200, environment);
    terminal.wait_for("Milk");
    terminal.press("\r");
    terminal.wait_for("the whole campaign, 3 scenes");
    terminal.press("j");
    terminal.wait_for("1/3");
    terminal
}

#[test]
fn an_episode_is_heard_through_without_a_player_and_that_is_said() {
    let studio = spoken();
    // Without PATH there is no program at all.
    let mut terminal = open(&studio, &[]);
    terminal.press(" ");
    terminal.wait_for("No program that plays a sound was found: install mpv");
    for row in ["♪2 Baby 2", "♪3 Baby 1"] {
        let screen = terminal.wait_for(row);
        assert!(screen.contains("♪ 0:0"), "{screen}");
    }
    terminal.wait_for("space listen");
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn a_program_that_plays_ends_with_its_line_and_with_the_studio() {
    let studio = spoken();
    let program = player(&studio, "player", "exec sleep 600");
    let path = std::env::var("PATH").unwrap_or_default();
    let environment = [("PATH", path.as_str()), ("BABBLECAST_PLAYER", program.to_str().unwrap())];
    let mut terminal = open(&studio, &environment);
    terminal.press(" ");
    wait_until("the third line is heard", || players(&studio).len() == 3);
    let heard = players(&studio);
    wait_until("no line before it is heard any more", || !is_there(heard[0]) && !is_there(heard[1]));
    wait_until("its end", || !is_there(heard[2]));
    terminal.press("kk ");
    wait_until("the first line is heard again", || players(&studio).len() > 3);
    terminal.press(" q");
    assert_eq!(terminal.end().0, 0);
    assert!(players(&studio).into_iter().all(|process| !is_there(process)));
}

#[test]
fn a_player_that_fails_is_told_once_with_its_words() {
    let studio = spoken();
    let program = player(&studio, "player", "echo no such device >&2; exit 7");
    // Of the search path, only what the script needs.
    let environment = [("PATH", "/nonexistent"), ("BABBLECAST_PLAYER", program.to_str().unwrap())];
    let mut terminal = open(&studio, &environment);
    terminal.press(" ");
    let screen = terminal.wait_for("player ended with exit status: 7 (no such device)");
    assert!(screen.contains("No sound can be played here"), "{screen}");
    terminal.wait_for("♪3 Baby 1");
    terminal.wait_for("space listen");
    assert_eq!(players(&studio).len(), 1, "it is not tried again for each line");
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
}
