//! Pictures in the real studio, in terminals that take them in different ways: what they are sent, where it stands, and what
//! is taken away again.

use portable_pty::CommandBuilder;

use crate::emulated::{Emulated, Kind, Shown};
use crate::program::Studio;

/// A campaign with its portraits, and a second take of the first one.
fn painted() -> Studio {
    let studio = Studio::new();
    studio.run(["generate", "first", "--draft", "--only", "portraits"]).expect(0);
    studio.run(["regenerate", "first", "--speaker", "Baby 1"]).expect(0);
    studio
}

fn command(studio: &Studio, program: &str) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.env_clear();
    command.env("TERM", "xterm-256color");
    command.env("HOME", studio.path("nobody"));
    command.env("BABBLECAST_HOME", studio.path("home"));
    command.cwd(studio.path("."));
    command
}

fn open(studio: &Studio, kind: Kind, rows: u16) -> Emulated {
    Emulated::open(kind, (rows, 120), command(studio, env!("CARGO_BIN_EXE_babblecast")))
}

/// Opens the campaign at its first line.
fn at_the_first_line(terminal: &Emulated) {
    terminal.wait_for("Milk");
    terminal.press("\r");
    terminal.wait_for("the whole campaign, 3 scenes");
    terminal.press("1\r");
}

/// The only picture that stands there.
fn only(shown: &Shown) -> Option<(u32, (u16, u16))> {
    let mut standing = shown.placed.iter();
    standing.next().filter(|_| standing.next().is_none()).map(|((id, _), placed)| (*id, placed.at))
}

#[test]
fn an_older_kitty_is_told_where_each_picture_stands_and_when_it_goes() {
    let studio = painted();
    // Too low for a filmstrip: there is one picture.
    let terminal = open(&studio, Kind::Kitty("0.26.5"), 26);
    at_the_first_line(&terminal);
    terminal.wait("the face stands in the pane", |shown| {
        only(shown).is_some_and(|(_, (column, row))| column > 60 && (1..10).contains(&row))
    });
    let first = {
        let shown = &terminal.shown().0;
        let placed = shown.placed.values().next().unwrap();
        assert_eq!(shown.text_in(placed).trim(), "", "no text is hidden by it");
        assert_eq!(shown.placeholders(), 0);
        only(shown).unwrap().0
    };
    // Another take: its picture comes, the former one goes.
    terminal.press("]");
    terminal.wait("the other take", |shown| only(shown).is_some_and(|(id, _)| id != first));
    terminal.press("[");
    let sent = terminal.shown().0.sent;
    terminal.wait("the first take again", |shown| only(shown).is_some_and(|(id, _)| id == first));
    assert_eq!(terminal.shown().0.sent, sent, "the terminal has it already");
    // A pop-up lies over it, then it comes back.
    terminal.press(":");
    terminal.wait("the palette hides it", |shown| shown.placed.is_empty());
    terminal.press("\u{1b}");
    terminal.wait("it is back", |shown| only(shown).is_some_and(|(id, _)| id == first));
    // A page without pictures.
    terminal.press("?");
    terminal.wait("the help shows none", |shown| shown.placed.is_empty() && shown.text().contains("This page"));
    terminal.press("\u{1b}");
    terminal.wait("it is back", |shown| only(shown).is_some());
    // All is painted again.
    terminal.press("\u{c}");
    terminal.wait("it is sent again", |shown| shown.sent > sent && only(shown).is_some());
    terminal.press("q");
}

#[test]
fn the_filmstrip_of_an_older_kitty_shows_one_face_in_two_places() {
    let studio = painted();
    let terminal = open(&studio, Kind::Kitty("0.26.5"), 36);
    at_the_first_line(&terminal);
    let in_the_strip = |shown: &Shown| shown.placed.values().filter(|placed| placed.at.1 > 20).count();
    terminal.wait("three faces of two babies", |shown| in_the_strip(shown) == 3 && shown.images.len() == 3);
    terminal.press("T");
    terminal.wait("the pane alone", |shown| only(shown).is_some());
    terminal.press("q");
}

#[test]
fn each_terminal_shows_a_picture_at_full_size_and_turns_to_the_next() {
    let studio = painted();
    for kind in [Kind::Kitty("0.35.2"), Kind::Kitty("0.26.5"), Kind::Xterm, Kind::Iterm2, Kind::Silent] {
        let terminal = open(&studio, kind, 36);
        at_the_first_line(&terminal);
        let is_seen = |shown: &Shown| match kind {
            Kind::Kitty("0.35.2") => shown.placeholders() > 600,
            Kind::Kitty(_) => only(shown).is_some_and(|(_, (column, _))| column < 60),
            Kind::Xterm | Kind::Iterm2 => shown.drawn.last().is_some_and(|((column, _), _)| *column < 60),
            Kind::Silent => shown.text().matches(['▀', '▄']).count() > 600,
        };
        terminal.press("f");
        terminal.wait_for("Baby 1 · warm, inviting · take 1 of 2 · in use");
        terminal.wait(&format!("{kind:?} shows it in the middle"), is_seen);
        assert!(terminal.shown().0.text().contains("baby 1 of 2"));
        terminal.press("l");
        terminal.wait_for("take 2 of 2");
        terminal.wait(&format!("{kind:?} shows the other take"), is_seen);
        terminal.press("j");
        terminal.wait_for("Baby 2 · curious, thoughtful");
        terminal.press("q");
        terminal.wait_for("the whole campaign, 3 scenes");
        terminal.press("q");
    }
}

/// The real tmux, where it is installed, around the studio and inside of a terminal like kitty.
#[test]
fn pictures_go_through_tmux_where_it_lets_them() {
    let tmux = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/opt/homebrew/bin/tmux"]
        .into_iter()
        .find(|path| std::path::Path::new(path).exists());
    let Some(tmux) = tmux else {
        eprintln!("there is no tmux here: nothing is tested");
        return;
    };
    let studio = painted();
    for (setting, passes) in [("on", true), ("off", false)] {
        let config = studio.path(&format!("tmux-{setting}.conf"));
        std::fs::write(&config, format!("set -g allow-passthrough {setting}\n")).unwrap();
        let socket = studio.path(&format!("tmux-{setting}"));
        let mut command = command(&studio, tmux);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.args(["-u", "-S"]);
        command.arg(&socket);
        command.arg("-f");
        command.arg(&config);
        command.args(["new-session", env!("CARGO_BIN_EXE_babblecast")]);
        let terminal = Emulated::open(Kind::Kitty("0.35.2"), (36, 120), command);
        at_the_first_line(&terminal);
        if passes {
            terminal.wait("the face comes through", |shown| {
                shown.images.values().any(|image| image.is_virtual) && shown.placeholders() > 100
            });
        } else {
            terminal.wait("characters instead", |shown| shown.text().matches(['▀', '▄']).count() > 100);
            assert_eq!(terminal.shown().0.sent, 0);
        }
        terminal.press("q");
        terminal.wait("tmux ends", |shown| shown.text().contains("[exited]"));
    }
}
