//! The SVOX Pico synthesiser with its six voices behind a small, safe interface: a language and a marked-up text
//! in, 16-bit samples out. Knows no babies, no settings and no jobs.

#![cfg_attr(not(test), warn(missing_docs))]

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use self::synthesiser::{PicoError, Step, Synthesiser};
use serde::{Deserialize, Serialize};

mod files;
#[allow(unsafe_code, reason = "the synthesiser is C")]
mod synthesiser;

/// The rate of what Pico says, in Hz.
pub const RATE: u32 = 16_000;

/// The longest path that Pico's file layer has room for is 511 bytes; it does not check.
const LONGEST_PATH: usize = 511;

/// A portion of text becomes at most this many samples, four minutes: more is an engine that does not end.
const MOST_SAMPLES: usize = 4 * 60 * RATE as usize;

/// A portion of text takes at most this many steps; a long one takes some tens of thousands.
const MOST_STEPS: usize = 5_000_000;

/// Pico keeps all its state in the memory it is given but for one counter in its signal generation, which every frame of
/// sound increments without a lock. One voice at a time speaks; at a hundredth of real time nobody waits long.
static SPEAKING: Mutex<()> = Mutex::new(());

/// The language and accent of the speaker, each a voice of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// `en-US`.
    #[serde(rename = "en-US")]
    AmericanEnglish,
    /// `en-GB`.
    #[serde(rename = "en-GB")]
    BritishEnglish,
    /// `de-DE`.
    #[serde(rename = "de-DE")]
    German,
    /// `es-ES`.
    #[serde(rename = "es-ES")]
    Spanish,
    /// `fr-FR`.
    #[serde(rename = "fr-FR")]
    French,
    /// `it-IT`.
    #[serde(rename = "it-IT")]
    Italian,
}

impl Language {
    /// The language tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::AmericanEnglish => "en-US",
            Language::BritishEnglish => "en-GB",
            Language::German => "de-DE",
            Language::Spanish => "es-ES",
            Language::French => "fr-FR",
            Language::Italian => "it-IT",
        }
    }

    /// The other accent of English; other languages have one.
    #[must_use]
    pub fn other(self) -> Language {
        match self {
            Language::AmericanEnglish => Language::BritishEnglish,
            Language::BritishEnglish => Language::AmericanEnglish,
            only @ (Language::German | Language::Spanish | Language::French | Language::Italian) => only,
        }
    }
}

/// Why nothing was said.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's `cancelled` said so; the samples so far are dropped.
    #[error("it was cancelled")]
    Cancelled,
    /// The voice's files could not be written, synced or renamed.
    #[error("the built-in voice could not be put into {}: {source}. Free some space or choose another --home", directory.display())]
    Files {
        /// Where they were to be laid down.
        directory: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Pico takes at most 511 bytes of UTF-8 as a path.
    #[error("the built-in voice cannot open {}: its path is too long or not Unicode. Choose another --home", path.display())]
    Path {
        /// The file that it was to open.
        path: PathBuf,
    },
    /// Pico refused the text or the files, or did not come to an end.
    #[error("the built-in voice failed: {reason}. Change the line a little")]
    Synthesiser {
        /// Its own words, or what was found wrong, as a clause.
        reason: String,
    },
}

/// A voice that is ready to speak.
pub struct Engine {
    synthesiser: Synthesiser,
}

impl Engine {
    /// Opens the voice of a language. Its files are laid down in `directory` first, byte for byte as they are carried in
    /// the program: the synthesiser opens files only, and is never given one of another origin.
    pub fn open(directory: &Path, language: Language) -> Result<Engine, Error> {
        let files = files::lay_down(directory, language)
            .map_err(|source| Error::Files { directory: directory.to_owned(), source })?;
        let text_analysis = path_for_pico(&files.text_analysis)?;
        let signal_generation = path_for_pico(&files.signal_generation)?;
        let _turn = SPEAKING.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Engine { synthesiser: Synthesiser::new(&text_analysis, &signal_generation)? })
    }

    /// Speaks a text with Pico's markup; the caller must let nothing of a stranger's text through that is markup.
    /// `cancelled` is asked on the way.
    pub fn say(&mut self, markup: &str, cancelled: &dyn Fn() -> bool) -> Result<Vec<i16>, Error> {
        let _turn = SPEAKING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut samples = Vec::new();
        let mut unread = [markup.as_bytes(), b"\0"].concat(); // the zero says: that was all, speak
        let mut buffer = [0_i16; 4096];
        for step in 0..MOST_STEPS {
            if !unread.is_empty() {
                let taken = self.synthesiser.put_text(&unread)?;
                unread.drain(..taken);
            }
            let (count, then) = self.synthesiser.samples(&mut buffer)?;
            samples.extend_from_slice(&buffer[..count]);
            if then == Step::Idle && unread.is_empty() {
                return Ok(samples);
            }
            if samples.len() > MOST_SAMPLES {
                break;
            }
            if step % 1024 == 0 && cancelled() {
                return Err(Error::Cancelled);
            }
        }
        Err(Error::Synthesiser { reason: "it did not come to an end".into() })
    }
}

impl From<PicoError> for Error {
    fn from(error: PicoError) -> Error {
        Error::Synthesiser { reason: error.to_string() }
    }
}

fn path_for_pico(path: &Path) -> Result<CString, Error> {
    let text = path.to_str().filter(|path| path.len() <= LONGEST_PATH);
    text.and_then(|text| CString::new(text).ok()).ok_or_else(|| Error::Path { path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_line_sounds_the_same_and_leaves_no_file_open() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("voices");
        let say = |language| {
            let mut engine = Engine::open(&directory, language).unwrap();
            engine.say("Hello there, little one.", &|| false).unwrap()
        };
        let first = say(Language::BritishEnglish);
        assert!(first.len() > RATE as usize / 2, "more than half a second");
        assert!(first != say(Language::AmericanEnglish));
        assert!(first == say(Language::BritishEnglish), "other lines before it change nothing");
        let others = [Language::German, Language::Spanish, Language::French, Language::Italian].map(say);
        assert!(others.iter().all(|said| said.len() > RATE as usize / 2), "every language has its voice");
        let open_files = |directory: &Path| {
            let open = std::fs::read_dir("/proc/self/fd").ok()?;
            let paths = open.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
            Some(paths.filter(|path| path.starts_with(directory)).count())
        };
        // Only some systems say which files are open.
        assert_eq!(open_files(&directory).unwrap_or(0), 0);
    }

    #[test]
    fn a_path_that_pico_cannot_take_is_an_error() {
        let long = Path::new("/tmp").join("x".repeat(600));
        assert!(matches!(path_for_pico(&long), Err(Error::Path { .. })));
        assert!(Synthesiser::new(c"/nowhere/ta.bin", c"/nowhere/sg.bin").is_err());
    }
}
