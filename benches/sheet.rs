//! How soon a contact sheet of forty faces is there, and what the studio takes after five hundred of them: the real program in
//! a terminal like kitty. Figures are for comparison on one machine.
//!
//! `cargo bench --bench sheet`; it draws 500 babies first, which takes a minute. `FACES=40` draws only those of the sheet.

#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/it/emulated.rs"]
mod emulated;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/it/program.rs"]
mod program;

use emulated::{Emulated, Kind};
use portable_pty::CommandBuilder;
use program::Studio;
use serde_json::json;
use std::time::{Duration, Instant};

/// Faces of the sheet.
const SHEET: usize = 40;

fn main() {
    let faces = std::env::var("FACES").ok().and_then(|faces| faces.parse().ok()).unwrap_or(500).max(SHEET);
    let studio = Studio::empty();
    studio.write("sheets.json", campaign(faces / SHEET));
    studio.run(["generate", "sheets", "--draft", "--only", "portraits"]).expect(0);
    for baby in 0..faces / SHEET {
        for _ in 1..SHEET {
            studio.run(["regenerate", "sheets", "--speaker", &name(baby)]).expect(0);
        }
    }
    for (kind, name) in [
        (Kind::Kitty("0.35.2"), "kitty"),
        (Kind::Kitty("0.26.5"), "an older kitty"),
        (Kind::Xterm, "sixel"),
        (Kind::Silent, "characters"),
    ] {
        let _ = std::fs::remove_dir_all(studio.path("home/thumbnails"));
        let first = sheet(&studio, kind, 1);
        let cold = sheet(&studio, kind, 1);
        println!(
            "{name}: a sheet of {SHEET} that was never seen {:?}, in a new start {:?} ({} ms of processor time), seen again {:?} ({} ms)",
            first.cold, cold.cold, cold.worked.0, cold.again, cold.worked.1
        );
    }
    let all = sheet(&studio, Kind::Kitty("0.35.2"), faces / SHEET);
    let Figures { megabytes, of_its_own, .. } = all;
    println!("after {} faces: {megabytes} MB, of them {of_its_own} of its own", faces / SHEET * SHEET);
}

struct Figures {
    cold: Duration,
    again: Duration,
    /// Milliseconds of processor time that both took.
    worked: (u64, u64),
    megabytes: u64,
    /// Those that are no pages of the program's file.
    of_its_own: u64,
}

/// Opens the sheets of so many babies, each for the first time and once more.
fn sheet(studio: &Studio, kind: Kind, babies: usize) -> Figures {
    // At the row of the whole campaign again, and not where the start before has left off.
    let _ = std::fs::remove_file(studio.path("home/studio.json"));
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_babblecast"));
    command.env_clear();
    for (name, value) in [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")] {
        command.env(name, value);
    }
    command.env("HOME", studio.path("nobody"));
    command.env("BABBLECAST_HOME", studio.path("home"));
    command.cwd(studio.path("."));
    let terminal = Emulated::open(kind, (60, 200), command);
    terminal.wait_for("Sheets");
    terminal.press("\r");
    terminal.wait_for("the whole campaign");
    let mut figures = None;
    for _ in 0..babies {
        // Nothing of it is begun before the sheet is opened: the row of the whole campaign has no takes to look at soon.
        let sent = terminal.shown().0.sent;
        let process = terminal.child.process_id().unwrap_or_default();
        let shows_all = |shown: &emulated::Shown| {
            let text = shown.text();
            !text.contains(" picture") && text.contains("40 takes")
        };
        let begun = processor_time(process);
        let pressed = press(&terminal, "jt");
        terminal.wait_for("40 takes");
        terminal.wait("all faces", |shown| kind == Kind::Silent || shown.sent >= sent + SHEET);
        terminal.wait("all faces", shows_all);
        let cold = last_byte(&terminal) - pressed;
        let shown = processor_time(process);
        terminal.press("\u{1b}");
        terminal.wait_for("the whole campaign");
        last_byte(&terminal);
        let back = processor_time(process);
        let pressed = press(&terminal, "t");
        terminal.wait("the sheet again", shows_all);
        let again = last_byte(&terminal) - pressed;
        let seen_again = processor_time(process);
        terminal.press("\u{1b}");
        terminal.wait_for("the whole campaign");
        figures.get_or_insert((cold, again, (shown - begun, seen_again - back)));
    }
    last_byte(&terminal);
    let status = std::fs::read_to_string(format!("/proc/{}/status", terminal.child.process_id().unwrap_or_default()));
    let megabytes = |name: &str| {
        let lines = status.as_deref().unwrap_or_default().lines();
        let found = lines.filter_map(|line| line.strip_prefix(name)?.trim().split(' ').next()?.parse::<u64>().ok());
        found.sum::<u64>() / 1024
    };
    let (cold, again, worked) = figures.unwrap_or_default();
    Figures { cold, again, worked, megabytes: megabytes("VmRSS:"), of_its_own: megabytes("RssAnon:") }
}

fn press(terminal: &Emulated, keys: &str) -> Instant {
    let pressed = Instant::now();
    terminal.press(keys);
    pressed
}

/// When the last byte came, once none comes any more: what a terminal that takes no time would show then. The time in which
/// the bytes are understood here is not the program's.
fn last_byte(terminal: &Emulated) -> Instant {
    const QUIET: Duration = Duration::from_millis(300);
    loop {
        let arrived = terminal.arrived();
        match QUIET.checked_sub(arrived.elapsed()) {
            Some(left) => std::thread::sleep(left + Duration::from_millis(1)),
            None => return arrived,
        }
    }
}

/// Milliseconds that a process has worked: on a busy machine they say more than the time that has passed.
fn processor_time(process: u32) -> u64 {
    const MILLISECONDS_PER_TICK: u64 = 10;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * MILLISECONDS_PER_TICK
}

fn name(baby: usize) -> String {
    format!("Baby {}", baby + 1)
}

fn campaign(babies: usize) -> String {
    let script: Vec<_> =
        (0..babies).map(|baby| json!({"type": "dialogue", "speaker": name(baby), "text": "Milk."})).collect();
    let profiles: serde_json::Map<_, _> =
        (0..babies).map(|baby| (name(baby), json!({"tone": "warm", "voice_id": "baby_voice_1"}))).collect();
    json!({"campaign_id": "sheets", "topic": "Sheets", "script": script, "baby_profiles": profiles}).to_string()
}
