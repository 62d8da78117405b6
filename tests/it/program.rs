//! What the tests of the command line have in common: a studio of their own, and the program run in it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A home, a campaigns folder and an output folder that nobody else uses.
pub struct Studio {
    folder: tempfile::TempDir,
}

/// What one start of the program said.
pub struct Answer {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Two babies, three lines: short, so that making it takes no time.
pub const CAMPAIGN: &str = r#"{
  "campaign_id": "first",
  "topic": "Milk",
  "script": [
    {"type": "dialogue", "speaker": "Baby 1", "text": "Milk."},
    {"type": "dialogue", "speaker": "Baby 2", "text": "More?"},
    {"type": "dialogue", "speaker": "Baby 1", "text": "Yes."}
  ],
  "baby_profiles": {
    "Baby 1": {"tone": "warm, inviting", "voice_id": "baby_voice_1"},
    "Baby 2": {"tone": "curious, thoughtful", "voice_id": "baby_voice_2"}
  }
}
"#;

/// The names of an object's members, sorted.
pub fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

impl Studio {
    /// An empty campaigns folder.
    pub fn empty() -> Self {
        let studio = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(studio.path("campaigns")).unwrap();
        studio
    }

    /// One campaign called `first`.
    pub fn new() -> Self {
        let studio = Self::empty();
        studio.write("first.json", CAMPAIGN);
        studio
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Writes a file into the campaigns folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path("campaigns").join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program with nothing of this machine's own settings in its environment.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("babblecast"));
        command.args(arguments).current_dir(self.folder.path());
        for variable in ["OPENAI_API_KEY", "ELEVENLABS_API_KEY"] {
            command.env_remove(variable);
        }
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BABBLECAST_")) {
            command.env_remove(name);
        }
        command.env("BABBLECAST_HOME", self.path("home"));
        // No config file of the user who runs the tests.
        command.env("XDG_CONFIG_HOME", self.path("config")).env("HOME", self.folder.path());
        command.stdin(std::process::Stdio::null());
        command
    }

    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Answer {
        Answer::of(self.command(arguments).output().unwrap())
    }

    /// The answer to `--json`, when the program ends with this code.
    pub fn json<S: AsRef<OsStr>>(&self, code: i32, arguments: impl IntoIterator<Item = S>) -> Value {
        let mut command = self.command(arguments);
        let answer = Answer::of(command.arg("--json").output().unwrap());
        answer.expect(code).documents().pop().expect("a document")
    }

    /// Every file below a folder, by its path below it, sorted.
    pub fn files(&self, below: &str) -> Vec<String> {
        fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, found);
                } else {
                    found.push(path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"));
                }
            }
        }
        let (root, mut found) = (self.path(below), Vec::new());
        walk(&root, &root, &mut found);
        found.sort();
        found
    }
}

impl Answer {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Standard error or standard output holds this.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text) || self.stderr.contains(text),
            "no {text:?} in\n{}{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Standard output, every line of which is a JSON document.
    pub fn documents(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
            .collect()
    }
}
