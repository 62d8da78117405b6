//! A provider in a process of its own, as the real ones are: it charges on a thread that does not care whether anybody
//! waits for the answer, and writes each charge to a ledger that only grows. And a world to try the real program in.

use babblecast::domain::as_sent;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::fake_provider::{Asked, Reply, Step, answer, good_body, read_request};
use crate::program::Studio;

const FOLDER: &str = "BABBLECAST_TEST_PROVIDER";

/// Short in `cargo test`, long by `just long-tests`.
pub fn scale(short: usize, long: usize) -> usize {
    if std::env::var_os("BABBLECAST_LONG_TESTS").is_some() { long } else { short }
}

/// Waits until something is so.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = std::time::Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_mins(2), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Numbers that look random, from a seed that a failing test prints.
pub struct Chance(u64);

impl Chance {
    pub fn new() -> Self {
        let seed = uuid::Uuid::new_v4().as_u64_pair().0 | 1;
        println!("seed {seed}");
        Self(seed)
    }

    /// Below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }
}

/// A running provider; it ends with this value, or with the test program.
pub struct Outside {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Outside {
    pub fn start(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let process = itself("outside::serve").env(FOLDER, folder).spawn().unwrap();
        let port = folder.join("port");
        wait_until("the provider listens", || port.exists());
        let port = std::fs::read_to_string(port).unwrap().parse().unwrap();
        Self { process, folder: folder.to_owned(), port }
    }

    /// What was charged and how often: each line and each prompt is another product.
    pub fn charges(&self) -> BTreeMap<String, usize> {
        let mut charges = BTreeMap::new();
        for line in std::fs::read_to_string(self.folder.join("charges")).unwrap_or_default().lines() {
            *charges.entry(serde_json::from_str(line).unwrap()).or_default() += 1;
        }
        charges
    }

    /// How many products were charged, once at least this many were: a charge may come after its answer.
    pub fn charged(&self, at_least: usize) -> usize {
        wait_until("enough is charged", || self.charges().len() >= at_least);
        self.charges().len()
    }

    /// Lets no answer out until [`Outside::let_go`].
    pub fn hold(&self) {
        std::fs::write(self.folder.join("hold"), "").unwrap();
    }

    pub fn let_go(&self) {
        std::fs::remove_file(self.folder.join("hold")).unwrap();
    }

    /// Sets where the program finds its providers.
    pub fn serve(&self, command: &mut Command) {
        let base = format!("http://127.0.0.1:{}", self.port);
        command.env("OPENAI_API_KEY", "sk-test").env("OPENAI_BASE_URL", format!("{base}/v1"));
        command.env("ELEVENLABS_API_KEY", "sk-test").env("ELEVENLABS_BASE_URL", base);
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// This test program, to run one of its ignored tests in a process of its own.
pub fn itself(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).stdin(Stdio::piped());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Ends this process when whoever started it is gone, and with it the other end of standard input.
pub fn end_with_the_starter() {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(1);
    });
}

#[test]
#[ignore = "the provider, which other tests start in a process of its own"]
fn serve() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    end_with_the_starter();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    std::fs::write(folder.join("port.new"), port).unwrap();
    std::fs::rename(folder.join("port.new"), folder.join("port")).unwrap();
    for stream in listener.incoming().map_while(Result::ok) {
        let folder = folder.clone();
        std::thread::spawn(move || {
            let Some((_, asked)) = read_request(&stream) else { return };
            let mut chance = Chance::new();
            let (before_charge, before_answer) = (chance.below(15), chance.below(15));
            let (ledger, what) = (folder.join("charges"), what(&asked));
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(before_charge));
                let mut ledger = std::fs::OpenOptions::new().append(true).create(true).open(ledger).unwrap();
                ledger.write_all(format!("{}\n", json!(what)).as_bytes()).unwrap();
            });
            std::thread::sleep(Duration::from_millis(before_answer));
            while folder.join("hold").exists() {
                std::thread::sleep(Duration::from_millis(2));
            }
            let garbled = asked.body["text"].as_str().is_some_and(|text| text.contains("garbled"));
            let reply = match garbled {
                true => Reply::Charged("<html>".to_owned()),
                false if asked.body["stream"] == true => streamed(&asked),
                false => Reply::Well,
            };
            answer(stream, &asked, reply);
        });
    }
}

/// An unfinished picture, a while of painting, and the picture.
fn streamed(asked: &Asked) -> Reply {
    let body = good_body(asked);
    let picture = &body["data"][0]["b64_json"];
    Reply::Steps(vec![
        Step::head("text/event-stream"),
        Step::event("image_generation.partial_image", json!({"b64_json": picture, "partial_image_index": 0})),
        Step::Drip(b": still painting\n\n".to_vec(), Duration::from_millis(2)),
        Step::event("image_generation.completed", json!({"b64_json": picture, "usage": body["usage"]})),
    ])
}

/// The line or the prompt, as the request has it: what every photo is asked for besides is left out.
fn what(asked: &Asked) -> String {
    let words = asked.body.get("text").or_else(|| asked.body.get("prompt"));
    let words = words.and_then(|words| words.as_str()).unwrap_or_default();
    words.strip_suffix(as_sent("").as_str()).unwrap_or(words).to_owned()
}

/// A studio whose finals are made by a provider outside.
pub struct World {
    pub studio: Studio,
    pub outside: Outside,
}

/// How one product stands, as database and spool say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub what: String,
    pub state: String,
    /// An upper bound of its price.
    pub micro: u64,
    /// What counts against budgets.
    pub counted: u64,
}

impl World {
    pub fn new() -> Self {
        let studio = Studio::empty();
        let outside = Outside::start(&studio.path("outside"));
        Self { studio, outside }
    }

    /// Writes the campaign `many` with these lines of one baby.
    pub fn write(&self, lines: &[String]) {
        let script: Vec<_> =
            lines.iter().map(|text| json!({"type": "dialogue", "speaker": "Baby 1", "text": text})).collect();
        let profiles = json!({"Baby 1": {"tone": "warm, inviting", "voice_id": "baby_voice_1"}});
        let campaign = json!({"campaign_id": "many", "topic": "Much", "script": script, "baby_profiles": profiles});
        self.studio.write("many.json", campaign.to_string());
    }

    /// The program as it makes the final of that campaign without asking; its words are dropped.
    pub fn generate(&self) -> Command {
        let mut command = self.command(["generate", "many", "--yes", "--only", "portraits,voices"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    pub fn command<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = self.studio.command(arguments);
        self.outside.serve(&mut command);
        command
    }

    pub fn home(&self) -> PathBuf {
        self.studio.path("home")
    }

    /// Every attempt ever recorded, after checking that the database is whole.
    pub fn attempts(&self) -> Vec<Known> {
        let Ok(database) = rusqlite::Connection::open(self.home().join("studio.db")) else { return Vec::new() };
        let check: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
        let Ok(mut query) = database.prepare(
            "SELECT coalesce(job.request_json ->> 'text', job.request_json ->> 'prompt', ''), attempt.state, est_micro, coalesce(actual_micro, est_micro)
             FROM attempt JOIN job ON job.key = attempt.key ORDER BY attempt.id",
        ) else {
            return Vec::new();
        };
        let known = query.query_map([], |row| {
            let micro = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
            Ok(Known { what: row.get(0)?, state: row.get(1)?, micro: micro(2)?, counted: micro(3)? })
        });
        known.unwrap().map(Result::unwrap).collect()
    }

    /// What the promise says, at any time at which no program runs: nothing is charged twice, every charge is accounted
    /// for, every call that was in flight is in doubt with its price.
    #[track_caller]
    pub fn check(&self) {
        let in_flight: Vec<Known> = self.attempts().into_iter().filter(|known| known.state == "sent").collect();
        // Opening the home takes stock of what dead programs left; whole replies stay `sent` until they are adopted.
        let (store, _) = babblecast::store::Store::open(&self.home()).unwrap();
        let whole_replies = std::fs::read_dir(self.home().join("spool")).unwrap();
        let whole_replies =
            whole_replies.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "resp"));
        let whole_replies = whole_replies.count();
        let after = self.attempts();
        drop(store);
        let count = |state: &str| after.iter().filter(|known| known.state == state).count();
        assert_eq!(count("sent"), whole_replies, "a call in flight is neither here nor in doubt: {after:?}");
        for call in &in_flight {
            let now = after.iter().rfind(|known| known.what == call.what).unwrap();
            assert!(["unknown", "paid", "sent"].contains(&now.state.as_str()), "{now:?}");
        }
        assert!(after.iter().all(|known| known.micro > 0), "a call without a price: {after:?}");
        for (what, times) in self.outside.charges() {
            assert_eq!(times, 1, "charged twice: {what}");
            let states: Vec<&str> = after
                .iter()
                .filter(|known| known.what == what && known.state != "free_fail")
                .map(|known| known.state.as_str())
                .collect();
            assert!(matches!(states[..], ["paid" | "unknown" | "sent"]), "charged, and now {states:?}: {what}");
        }
    }
}
