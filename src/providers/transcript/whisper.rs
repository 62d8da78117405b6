//! The whisper.cpp program of this machine, where one is installed: found on the PATH like ffmpeg, free, and without
//! speakers. Which model it hears with, the config says.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::heard::Heard;
use crate::domain::Display;
use crate::domain::recording::{HeardWord, WordKind};
use crate::media::child;
use crate::plan::{Failure, MadeBy, ProviderId, Request};
use crate::providers::http::lenient::lenient;
use crate::providers::provider::{File, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request};

/// What the program may be called.
const NAMES: [&str; 3] = ["whisper-cli", "whisper-cpp", "whisper.cpp"];

/// An answer that is larger is none.
const LARGEST_ANSWER: u64 = 256 * 1024 * 1024;

/// How often it is looked whether the program has ended.
const LOOK: Duration = Duration::from_millis(20);

/// The program and its model.
#[derive(Debug, Clone)]
pub struct Whisper {
    program: PathBuf,
    /// `None` is the one that the program takes by itself.
    model: Option<PathBuf>,
}

impl Whisper {
    /// The first such program on the PATH. Starts nothing.
    pub fn find(model: Option<PathBuf>) -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let mut places = std::env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
        let program = places.find(|place| place.is_file())?;
        Some(Self { program, model })
    }

    /// Who listens; `language` is one that the person named.
    pub fn made_by(&self, language: Option<&str>) -> MadeBy {
        let model = self.model.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let language = language.map(|language| ("language".to_owned(), json!(language)));
        MadeBy {
            provider: ProviderId::Whisper,
            model: model.unwrap_or_default(),
            version: None,
            endpoint: None,
            parameters: language.into_iter().collect(),
        }
    }
}

impl Provider for Whisper {
    fn lane(&self) -> Lane {
        Lane { name: "whisper", most_at_once: 1 }
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let (Request::Transcript(transcript), Some(source)) = (request, &context.source) else {
                return Err(wrong_request(ProviderId::Whisper, request));
            };
            let language = transcript.made_by.parameters.get("language").and_then(Value::as_str).map(str::to_owned);
            let (whisper, sound, cancel) = (self.clone(), source.path.clone(), context.cancel.clone());
            compute("Listening to the recording", move || whisper.listen(&sound, language.as_deref(), &cancel)).await
        })
    }
}

impl Whisper {
    fn listen(&self, sound: &Path, language: Option<&str>, cancel: &CancellationToken) -> Result<Vec<File>, NotMade> {
        let folder = tempfile::Builder::new().prefix("babblecast-whisper-").tempdir();
        let folder = folder.map_err(|error| self.failed(&format!("no folder for its answer can be made ({error})")))?;
        let answer = folder.path().join("heard");
        let mut arguments: Vec<OsString> = Vec::new();
        if let Some(model) = &self.model {
            arguments.extend(["-m".into(), model.into()]);
        }
        // The whole of what it knows as JSON, in a file of this name and `.json`; nothing on the screen.
        arguments.extend(["-l".into(), language.unwrap_or("auto").into(), "-ojf".into(), "-np".into()]);
        arguments.extend(["-of".into(), answer.clone().into(), "-f".into(), sound.into()]);
        self.run(&arguments, cancel)?;
        let mut bytes = Vec::new();
        std::fs::File::open(answer.with_extension("json"))
            .and_then(|file| file.take(LARGEST_ANSWER).read_to_end(&mut bytes))
            .map_err(|_| self.failed("it wrote no answer; is it a whisper.cpp of 2024 or later?"))?;
        read(&bytes).map_err(|why| self.failed(&why))
    }

    fn run(&self, arguments: &[OsString], cancel: &CancellationToken) -> Result<(), NotMade> {
        let mut command = child::command(&self.program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut running = command.spawn().map_err(|error| self.failed(&format!("it cannot be started ({error})")))?;
        // Its words are read on a thread, so that a talkative one does not wait for a reader.
        let said = running.stderr.take().map(|stderr| {
            std::thread::spawn(move || {
                let mut said = Vec::new();
                let mut stderr = stderr;
                let _ = (&mut stderr).take(LARGEST_WORDS).read_to_end(&mut said);
                let _ = std::io::copy(&mut stderr, &mut std::io::sink());
                String::from_utf8_lossy(&said).into_owned()
            })
        });
        let started = Instant::now();
        let status = loop {
            match running.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if cancel.is_cancelled() => {
                    let _ = running.kill();
                    let _ = running.wait();
                    return Err(NotMade::Cancelled);
                }
                Ok(None) => std::thread::sleep(LOOK.min(started.elapsed() / 4 + Duration::from_millis(1))),
                Err(error) => return Err(self.failed(&error.to_string())),
            }
        };
        if status.success() {
            return Ok(());
        }
        let said = said.and_then(|reader| reader.join().ok()).unwrap_or_default();
        let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").to_owned();
        Err(self.failed(last.trim()))
    }

    fn failed(&self, why: &str) -> NotMade {
        let program = self.program.to_string_lossy();
        NotMade::Failed(Failure {
            reason: format!(
                "{} could not hear the recording: {}",
                program.display(),
                why.trim_end_matches('.').display()
            ),
            next_step: "Name its model file: whisper_model in the config or BABBLECAST_WHISPER_MODEL; or import with \
                        --transcriber none."
                .to_owned(),
            retryable: true,
        })
    }
}

/// Bytes of what the program says that are kept.
const LARGEST_WORDS: u64 = 64 * 1024;

#[derive(Deserialize)]
struct Answer {
    transcription: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    #[serde(default)]
    text: String,
    #[serde(default, deserialize_with = "lenient")]
    offsets: Option<Offsets>,
    #[serde(default, deserialize_with = "lenient")]
    tokens: Option<Vec<Token>>,
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    text: String,
    #[serde(default, deserialize_with = "lenient")]
    offsets: Option<Offsets>,
}

/// In milliseconds.
#[derive(Deserialize, Clone, Copy)]
struct Offsets {
    from: f64,
    to: f64,
}

/// The words of an answer. Tokens are parts of words: one that begins with a blank begins a word.
fn read(bytes: &[u8]) -> Result<Vec<File>, String> {
    // A letter of several bytes may be parted between two tokens.
    let text = String::from_utf8_lossy(bytes);
    let answer: Answer = serde_json::from_str(&text).map_err(|_| "its answer is not the JSON that was expected")?;
    let mut words: Vec<HeardWord> = Vec::new();
    for sentence in answer.transcription {
        let first = words.len();
        for token in sentence.tokens.unwrap_or_default() {
            // `[_BEG_]`, `[_TT_150]`
            let Some(Offsets { from, to }) = token.offsets.filter(|_| !token.text.starts_with("[_")) else { continue };
            if token.text.starts_with(' ') || words.len() == first {
                let (text, kind) = (token.text.trim_start().to_owned(), WordKind::Spoken);
                words.push(HeardWord { text, start_s: from / 1000.0, end_s: to / 1000.0, speaker: None, kind });
            } else if let Some(word) = words.last_mut() {
                word.text.push_str(&token.text);
                word.end_s = to / 1000.0;
            }
        }
        if words.len() == first
            && let Some(Offsets { from, to }) = sentence.offsets
        {
            let (start_s, end_s, kind) = (from / 1000.0, to / 1000.0, WordKind::Spoken);
            words.push(HeardWord { text: sentence.text, start_s, end_s, speaker: None, kind });
        }
    }
    Ok(vec![Heard { words }.without_brackets().file()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_become_words_and_marks_do_not() {
        let token =
            |text: &str, from: u32, to: u32| json!({"text": text, "offsets": {"from": from, "to": to}, "p": 0.9});
        let answer = json!({"transcription": [
            {"text": " Naps are work.", "offsets": {"from": 0, "to": 900}, "tokens": [
                token("[_BEG_]", 0, 0), token(" N", 100, 150), token("aps", 150, 300), token(" are", 300, 500),
                token(" work", 500, 800), token(".", 800, 900), token("[_TT_45]", 900, 900)]},
            {"text": " [Music] Two words", "offsets": {"from": 1000, "to": 2000}},
        ]});
        let files = read(answer.to_string().as_bytes()).unwrap();
        let heard: Heard = serde_json::from_slice(&files[0].bytes).unwrap();
        let told: Vec<(&str, f64, f64)> =
            heard.words.iter().map(|word| (word.text.as_str(), word.start_s, word.end_s)).collect();
        assert_eq!(told[..3], [("Naps", 0.1, 0.3), ("are", 0.3, 0.5), ("work.", 0.5, 0.9)]);
        assert!(read(b"usage: whisper-cli").is_err());
    }
}
