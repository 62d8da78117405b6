//! How fast the studio feels: the real program in a terminal, over a campaign of 10,000 scenes whose jobs are all under
//! way at providers that never answer. From the start to the first frame, from a key to the screen that shows it, on the
//! pages and in the line editor; what it does while nobody does anything; and its memory.
//!
//! `cargo bench --bench studio`; a figure over its limit ends it with an error. A key is
//! answered when the last byte of the frame that shows it has come.

#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/it/fake_provider.rs"]
mod fake_provider;

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use fake_provider::FakeProvider;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use serde_json::json;

const SCENES: usize = 10_000;
const STARTS: usize = 9;
const KEYS: usize = 500;
const SIZE: PtySize = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };

/// Longer than anything takes that does not hang.
const PATIENCE: Duration = Duration::from_mins(1);

const FIRST_FRAME: Duration = Duration::from_millis(15);
const KEY_MEDIAN: Duration = Duration::from_millis(1);
const KEY_P99: Duration = Duration::from_millis(8);
/// While jobs run, what turns is drawn eight times a second; while none do, nothing wakes.
const IDLE: Duration = Duration::from_secs(5);

/// The end of a frame: of its synchronised update.
const FRAME: &[u8] = b"\x1b[?2026l";

struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    /// With when they came.
    bytes: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    started: Instant,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    fn start(place: &Path, fake: &FakeProvider) -> Self {
        let pty = native_pty_system().openpty(SIZE).expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_babblecast"));
        command.env_clear();
        for (name, value) in [
            ("TERM", "xterm-256color"),
            ("HOME", place.to_str().expect("a plain path")),
            ("BABBLECAST_HOME", place.join("home").to_str().expect("a plain path")),
            ("BABBLECAST_CONFIG", place.join("config.toml").to_str().expect("a plain path")),
            ("OPENAI_API_KEY", "sk-bench"),
            ("ELEVENLABS_API_KEY", "sk-bench"),
            ("OPENAI_BASE_URL", &fake.openai_base()),
            ("ELEVENLABS_BASE_URL", &fake.elevenlabs_base()),
        ] {
            command.env(name, value);
        }
        command.cwd(place);
        let started = Instant::now();
        let child = pty.slave.spawn_command(command).expect("the program");
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().expect("a reader");
        let (sender, bytes) = channel();
        std::thread::spawn(move || {
            let mut chunk = vec![0; 1 << 16];
            while let Ok(count) = reader.read(&mut chunk)
                && count > 0
                && sender.send((Instant::now(), chunk[..count].to_vec())).is_ok()
            {}
        });
        let keys = pty.master.take_writer().expect("a writer");
        let screen = vt100::Parser::new(SIZE.rows, SIZE.cols, 0);
        Self { child, keys, bytes, screen, started, _master: pty.master }
    }

    /// Until the program has painted a frame.
    fn first_frame(&mut self) -> Duration {
        let (mut took, mut seen) = (Duration::ZERO, Vec::new());
        while !seen.windows(FRAME.len()).any(|part| part == FRAME) {
            let (came, bytes) = self.bytes.recv_timeout(PATIENCE).expect("a frame");
            (took, seen) = (came - self.started, [seen, bytes].concat());
        }
        self.screen.process(&seen);
        took
    }

    fn shows(&self, text: &str) -> bool {
        self.screen.screen().rows(0, SIZE.cols).any(|row| row.contains(text))
    }

    /// Until the screen shows a text; when the bytes came that made it so.
    fn wait(&mut self, text: &str) -> Instant {
        let mut shown = Instant::now();
        while !self.shows(text) {
            match self.bytes.recv_timeout(PATIENCE) {
                Ok((came, bytes)) => {
                    shown = came;
                    self.screen.process(&bytes);
                }
                Err(error) => panic!("{error}: no {text:?} on\n{}", self.screen.screen().contents()),
            }
        }
        shown
    }

    fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("a terminal that takes keys");
        self.keys.flush().expect("a terminal that takes keys");
    }

    /// From a key to the screen that shows what it does.
    fn press(&mut self, key: &str, shown: &str) -> Duration {
        let pressed = Instant::now();
        self.send(key);
        self.wait(shown) - pressed
    }

    /// How often its threads went to sleep, and so were woken, within a time.
    fn wakes(&self, within: Duration) -> u64 {
        let before = self.sleeps();
        std::thread::sleep(within);
        self.sleeps() - before
    }

    fn sleeps(&self) -> u64 {
        let process = self.child.process_id().expect("a process");
        let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("Linux");
        let status = tasks.flatten().map(|task| fs::read_to_string(task.path().join("status")).unwrap_or_default());
        let count = |status: String| -> u64 {
            let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            line.and_then(|count| count.trim().parse().ok()).unwrap_or_default()
        };
        status.map(count).sum()
    }

    /// In MiB.
    fn memory(&self) -> u64 {
        let process = self.child.process_id().expect("a process");
        let status = fs::read_to_string(format!("/proc/{process}/status")).expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The times of a kind of key, told and held to their limits.
struct Times {
    name: &'static str,
    times: Vec<Duration>,
}

impl Times {
    fn told(mut self) -> bool {
        self.times.sort();
        let at = |part: usize| self.times[(self.times.len() - 1) * part / 100];
        let (median, p99, most) = (at(50), at(99), at(100));
        println!("{}: {median:?} (median), {p99:?} (99 of 100), {most:?} (most)", self.name);
        median <= KEY_MEDIAN && p99 <= KEY_P99
    }
}

fn main() -> ExitCode {
    let fake = FakeProvider::start(|_, _| {
        loop {
            std::thread::park();
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path();
    fs::create_dir_all(place.join("campaigns")).expect("a folder");
    fs::write(place.join("campaigns/bench.json"), campaign()).expect("a file");
    fs::write(place.join("config.toml"), "[caps]\nrun = \"none\"\nmonth = \"none\"\n").expect("a file");

    let mut first: Vec<Duration> = (0..STARTS).map(|_| Terminal::start(place, &fake).first_frame()).collect();
    first.sort();
    println!("first frame: {:?} (median of {STARTS}), {:?} (most)", first[STARTS / 2], first[STARTS - 1]);
    let mut is_fast = first[STARTS / 2] <= FIRST_FRAME;

    let mut studio = Terminal::start(place, &fake);
    studio.first_frame();
    studio.wait("The long show");
    // The engine comes to rest, and the studio with it.
    std::thread::sleep(Duration::from_secs(3));
    let wakes = studio.wakes(IDLE);
    println!("idle: woken {wakes} times in {IDLE:?}, {} MiB", studio.memory());
    is_fast &= wakes == 0;

    studio.send("\r");
    studio.wait(&format!("the whole campaign, {SCENES} scenes"));
    studio.send("G");
    studio.wait("y yes");
    studio.send("y");
    studio.wait("running");
    let mut moves = Times { name: "scenes, j", times: Vec::new() };
    for scene in 1..=KEYS {
        moves.times.push(studio.press("j", &format!(" {scene}/{SCENES} ")));
    }
    is_fast &= moves.told();
    let mut pages = Times { name: "scenes, a page down", times: Vec::new() };
    for page in 1..=100 {
        let before = (page - 1) * 1000 % SCENES;
        let to = page * 97 % SCENES + 1;
        if before != to {
            pages.times.push(studio.press(&format!("{to}\r"), &format!(" {to}/{SCENES} ")));
        }
    }
    is_fast &= pages.told();
    studio.send("5000\ri");
    studio.wait("5000 Baby");
    let mut typed = String::new();
    let mut letters = Times { name: "the line editor, a letter", times: Vec::new() };
    for letter in
        "Snack time never ends when the giraffe comes by, says Rosie to Bruno, who would rather sleep until noon."
            .chars()
    {
        typed.push(letter);
        let start = typed.len().saturating_sub(12);
        let shown = typed[start..].trim_end().to_owned();
        // One that ends in a space is shown by the letter after it.
        let took = studio.press(&letter.to_string(), &shown);
        letters.times.extend((letter != ' ').then_some(took));
    }
    is_fast &= letters.told();
    // What was typed is left by a second press.
    studio.send("\u{1b}");
    studio.wait("esc");
    std::thread::sleep(Duration::from_millis(200));
    studio.send("\u{1b}");
    studio.wait("i edit");
    studio.send("Q");
    studio.wait("Queue ─");
    let mut queue = Times { name: "queue, j", times: Vec::new() };
    studio.send("g");
    studio.wait(" 1/");
    for row in 2..=KEYS {
        queue.times.push(studio.press("j", &format!(" {row}/")));
    }
    is_fast &= queue.told();
    println!("memory with all jobs under way: {} MiB", studio.memory());
    if is_fast { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn campaign() -> String {
    let line = |number: usize| {
        json!({
            "type": "dialogue",
            "speaker": format!("Baby {}", number % 4 + 1),
            "text": format!("Line {number} of the long show, which goes on about naps and snacks."),
        })
    };
    let baby = |number: usize| {
        let profile = json!({"tone": "warm, inviting", "voice_id": format!("baby_voice_{number}")});
        (format!("Baby {number}"), profile)
    };
    json!({
        "campaign_id": "bench",
        "topic": "The long show",
        "script": (0..SCENES).map(line).collect::<Vec<_>>(),
        "baby_profiles": (1..=4).map(baby).collect::<serde_json::Map<_, _>>(),
    })
    .to_string()
}
