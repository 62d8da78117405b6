//! The real program in a real terminal: from the first frame to a made campaign to a terminal as it was before.

use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::outside::{World, wait_until};
use crate::program::Studio;

/// Longer than anything takes on a busy machine; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the program has written so far, as bytes and as a screen.
#[derive(Default)]
struct Seen {
    bytes: Vec<u8>,
    is_over: bool,
    /// Read no more after the next bytes, so that the terminal can be closed.
    stops: bool,
}

pub(crate) struct Terminal {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    keys: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    size: PtySize,
}

impl Terminal {
    /// Starts the studio without a key, in a terminal that answers no question.
    pub(crate) fn start(studio: &Studio, rows: u16, cols: u16) -> Self {
        Self::start_with(studio, rows, cols, &[])
    }

    /// The same with more in its environment.
    pub(crate) fn start_with(studio: &Studio, rows: u16, cols: u16, environment: &[(&str, &str)]) -> Self {
        Self::start_command(studio, (rows, cols), &[], environment)
    }

    /// Any command of the program.
    pub(crate) fn start_command(
        studio: &Studio,
        (rows, cols): (u16, u16),
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_babblecast"));
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("HOME", studio.path("nobody"));
        command.env("BABBLECAST_HOME", studio.path("home"));
        for (name, value) in environment {
            command.env(name, value);
        }
        command.cwd(studio.path("."));
        let child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().unwrap();
        let seen = Arc::<(Mutex<Seen>, Condvar)>::default();
        let writer = seen.clone();
        std::thread::spawn(move || {
            let mut chunk = [0; 8_192];
            loop {
                let count = reader.read(&mut chunk).unwrap_or(0);
                let mut seen = writer.0.lock().unwrap();
                seen.bytes.extend_from_slice(&chunk[..count]);
                seen.is_over = count == 0 || seen.stops;
                writer.1.notify_all();
                if seen.is_over {
                    return;
                }
            }
        });
        let keys = pty.master.take_writer().unwrap();
        Self { seen, keys, master: pty.master, child, size }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn screen_of(&self, bytes: &[u8]) -> String {
        self.parsed(bytes).screen().contents()
    }

    fn parsed(&self, bytes: &[u8]) -> vt100::Parser {
        let mut parser = vt100::Parser::new(self.size.rows, self.size.cols, 0);
        parser.process(bytes);
        parser
    }

    /// The screen as it is now, cell by cell.
    pub(crate) fn parser(&self) -> vt100::Parser {
        self.parsed(&self.seen.0.lock().unwrap().bytes)
    }

    /// Waits until the screen shows a text, and returns it.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        self.wait(|screen| screen.contains(text)).unwrap_or_else(|screen| panic!("no {text:?} on\n{screen}"))
    }

    /// Waits until what was written so far is as wanted; whether it came to that within this time.
    pub(crate) fn has_written(&self, within: Duration, condition: impl Fn(&[u8]) -> bool) -> bool {
        let until = Instant::now() + within;
        let mut seen = self.seen.0.lock().unwrap();
        while !condition(&seen.bytes) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || seen.is_over {
                return false;
            }
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
        true
    }

    fn wait(&self, condition: impl Fn(&str) -> bool) -> Result<String, String> {
        let until = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            let screen = self.screen_of(&seen.bytes);
            if condition(&screen) {
                return Ok(screen);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || seen.is_over {
                return Err(screen);
            }
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Closes the window while the program runs, and waits for its end; the exit code. What is done must make it write
    /// something: the reader has the window's end too, and gives it up with what it reads next.
    pub(crate) fn close(mut self, done: impl FnOnce(&mut Self)) -> u32 {
        self.seen.0.lock().unwrap().stops = true;
        done(&mut self);
        let _ = self.wait(|_| false);
        let Self { master, keys, mut child, .. } = self;
        drop((keys, master));
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(Instant::now() < until, "it goes on without a terminal");
            std::thread::yield_now();
        }
    }

    /// Waits for the end; the exit code and everything that was written.
    pub(crate) fn end(mut self) -> (u32, Vec<u8>) {
        let code = self.child.wait().unwrap().exit_code();
        drop(self.master);
        let until = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        while !seen.is_over && Instant::now() < until {
            seen = self.seen.1.wait_timeout(seen, Duration::from_millis(100)).unwrap().0;
        }
        (code, seen.bytes.clone())
    }
}

/// The last of two opposite sequences decides.
fn last_is(bytes: &[u8], wanted: &[u8], opposite: &[u8]) -> bool {
    let last = |sequence: &[u8]| bytes.windows(sequence.len()).rposition(|part| part == sequence);
    last(wanted) > last(opposite)
}

fn assert_restored(bytes: &[u8]) {
    assert!(last_is(bytes, b"\x1b[?1049l", b"\x1b[?1049h"), "the alternate screen is left");
    assert!(last_is(bytes, b"\x1b[?25h", b"\x1b[?25l"), "the cursor is shown");
    assert!(last_is(bytes, b"\x1b[?1000l", b"\x1b[?1000h"), "the mouse is given back");
    assert!(last_is(bytes, b"\x1b[?2004l", b"\x1b[?2004h"), "pasting is plain again");
}

#[test]
fn from_the_first_frame_to_a_made_campaign_to_a_restored_terminal() {
    let studio = Studio::new();
    let mut terminal = Terminal::start(&studio, 36, 120);
    terminal.wait_for("Milk");
    terminal.press("\r");
    terminal.wait_for("the whole campaign, 3 scenes");
    terminal.press("g");
    let screen = terminal.wait_for("10 of 10 made: output/first/first.draft.mp4");
    assert!(screen.contains("3 of 3 made"), "{screen}");
    terminal.wait_for("▀");
    terminal.press("q");
    let (code, bytes) = terminal.end();
    assert_eq!(code, 0);
    assert_restored(&bytes);
    assert!(studio.path("output/first/draft/portraits/baby_1.png").exists());
}

#[test]
fn a_word_typed_into_its_line_is_in_the_file_and_comes_out_again() {
    let studio = Studio::new();
    let path = studio.path("campaigns/first.json");
    let before = std::fs::read_to_string(&path).unwrap();
    let mut terminal = Terminal::start(&studio, 24, 80);
    terminal.wait_for("Milk");
    terminal.press("\r");
    terminal.wait_for("the whole campaign, 3 scenes");
    terminal.press("ji");
    terminal.wait_for("1 Baby 1 ▸ Milk.");
    terminal.press(" Warm \u{1b}[200~milk\u{1b}[201~!");
    terminal.wait_for("remakes 1 voice, 1 clip · free");
    terminal.press("\r");
    terminal.wait_for("Saved: reworded scene 1.");
    let after = before.replace("\"Milk.\"", "\"Milk. Warm milk!\"");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
    terminal.press("u");
    terminal.wait_for("Undone: reworded scene 1.");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    terminal.press("q");
    let (code, bytes) = terminal.end();
    assert_eq!(code, 0);
    assert_restored(&bytes);
}

#[test]
fn what_the_studio_makes_is_given_to_on_finish_too() {
    let studio = Studio::new();
    let path = std::env::var("PATH").unwrap_or_default();
    let environment = [("PATH", path.as_str()), ("BABBLECAST_ON_FINISH", "tee finished.json")];
    let mut terminal = Terminal::start_with(&studio, 36, 120, &environment);
    terminal.wait_for("Milk");
    terminal.press("\r");
    terminal.wait_for("the whole campaign, 3 scenes");
    terminal.press("g");
    let screen = terminal.wait_for("10 of 10 made");
    assert!(!screen.contains("\"campaign_id\""), "its words are on the studio's screen: {screen}");
    let finished = || -> Option<serde_json::Value> {
        serde_json::from_slice(&std::fs::read(studio.path("finished.json")).ok()?).ok()
    };
    wait_until("the document is given", || finished().is_some());
    let document = finished().unwrap();
    assert_eq!((&document["campaign_id"], &document["outcome"]), (&"first".into(), &"complete".into()));
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn a_closed_terminal_ends_the_program() {
    let studio = Studio::new();
    let terminal = Terminal::start(&studio, 30, 100);
    terminal.wait_for("Milk");
    terminal.close(|terminal| terminal.press("?"));
}

#[test]
fn an_ended_program_gives_the_terminal_back() {
    let studio = Studio::new();
    let terminal = Terminal::start(&studio, 30, 100);
    terminal.wait_for("Milk");
    let id = rustix::process::Pid::from_raw(terminal.child.process_id().unwrap() as i32).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    let (code, bytes) = terminal.end();
    assert_ne!(code, 0);
    assert_restored(&bytes);
    let words = String::from_utf8_lossy(&bytes);
    let last = words.rsplit("\u{1b}[?25h").next().unwrap_or_default();
    assert!(last.contains("Ended by SIGTERM") && last.contains("/home/logs"), "{last:?}");
}

#[test]
fn a_terminal_that_cannot_move_its_cursor_is_refused_in_words() {
    let studio = Studio::new();
    let terminal = Terminal::start_with(&studio, 30, 100, &[("TERM", "dumb")]);
    let (code, bytes) = terminal.end();
    let words = String::from_utf8_lossy(&bytes);
    assert_eq!(code, 1, "{words}");
    assert!(!words.contains('\u{1b}'), "{words:?}");
    assert!(words.contains("TERM is `dumb`") && words.contains("babblecast list"), "{words}");
}

/// The call was in doubt when the question was asked, and was decided on before it was answered.
#[test]
fn who_loses_the_race_for_a_call_in_doubt_goes_on_with_everything_else() {
    let world = World::new();
    let write = |lines: &[&str]| world.write(&lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>());
    write(&["A good line.", "A garbled line."]);
    assert_eq!(world.generate().status().unwrap().code(), Some(5));
    write(&["A good line.", "A garbled line.", "One more."]);
    let mut providers = std::process::Command::new("");
    world.outside.serve(&mut providers);
    let providers: Vec<(String, String)> = providers
        .get_envs()
        .filter_map(|(name, value)| Some((name.to_str()?.to_owned(), value?.to_str()?.to_owned())))
        .collect();
    let environment: Vec<(&str, &str)> =
        providers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let arguments = ["generate", "many", "--retry-unknown", "all", "--only", "portraits,voices"];
    let mut terminal = Terminal::start_command(&world.studio, (36, 120), &arguments, &environment);
    terminal.wait_for("[y/N]");
    let in_doubt = world.studio.json(0, ["unknown"])["unknown"].as_array().unwrap().clone();
    world.studio.run(["unknown", "--drop", &in_doubt[0]["id"].to_string()]).expect(0);
    terminal.press("y\r");
    let (code, bytes) = terminal.end();
    let said = String::from_utf8_lossy(&bytes);
    assert!(matches!(code, 0 | 5), "{code}: {said}");
    let charges = world.outside.charges();
    assert_eq!((charges["A good line."], charges["One more."]), (1, 1), "{said}");
}
