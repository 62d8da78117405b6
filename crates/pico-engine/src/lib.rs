//! The SVOX Pico synthesiser with its two English voices behind a small, safe interface: a language and a marked-up text
//! in, 16-bit samples out. Knows no babies, no settings and no jobs.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use ttspico::{EngineStatus, PicoError, System, Voice};

mod files;

/// The rate of what Pico says, in Hz.
pub const RATE: u32 = 16_000;

/// The memory a voice works in, in bytes. Pico needs under 4 MB of it, but reads some of that before it has written it, and
/// then speaks differently depending on what was there. A block of this size every allocator fetches fresh from the
/// operating system (glibc from 32 MiB on), hence zeroed; its untouched pages cost nothing.
const MEMORY: usize = 64 * 1024 * 1024;

/// The longest path that Pico's file layer has room for is 511 bytes; it does not check.
const LONGEST_PATH: usize = 511;

/// A portion of text becomes at most this many samples, four minutes: more is an engine that does not end.
const MOST_SAMPLES: usize = 4 * 60 * RATE as usize;

/// A portion of text takes at most this many steps; a long one takes some tens of thousands.
const MOST_STEPS: usize = 5_000_000;

/// Pico keeps all its state in the memory it is given but for one counter in its signal generation, which every frame of
/// sound increments without a lock. One voice at a time speaks; at a hundredth of real time nobody waits long.
static SPEAKING: Mutex<()> = Mutex::new(());

/// The accent of the speaker, each a voice of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    #[serde(rename = "en-US")]
    AmericanEnglish,
    #[serde(rename = "en-GB")]
    BritishEnglish,
}

impl Language {
    /// The language tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::AmericanEnglish => "en-US",
            Language::BritishEnglish => "en-GB",
        }
    }

    /// The other accent.
    #[must_use]
    pub fn other(self) -> Language {
        match self {
            Language::AmericanEnglish => Language::BritishEnglish,
            Language::BritishEnglish => Language::AmericanEnglish,
        }
    }
}

/// Why nothing was said.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("it was cancelled")]
    Cancelled,
    #[error("the built-in voice could not be put into {}: {source}. Free some space or choose another --home", directory.display())]
    Files { directory: PathBuf, source: std::io::Error },
    #[error("the built-in voice cannot open {}: its path is too long or not Unicode. Choose another --home", path.display())]
    Path { path: PathBuf },
    #[error("the built-in voice failed: {reason}. Change the line a little")]
    Synthesiser { reason: String },
}

/// A voice that is ready to speak.
pub struct Engine {
    engine: ttspico::Engine,
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
        let system = System::new(MEMORY)?;
        let text_analysis = System::load_resource(system.clone(), text_analysis)?;
        let signal_generation = System::load_resource(system.clone(), signal_generation)?;
        let voice = System::create_voice(system, "baby")?;
        voice.borrow_mut().add_resource(text_analysis)?;
        voice.borrow_mut().add_resource(signal_generation)?;
        #[allow(unsafe_code, reason = "ttspico offers no other way to an engine")]
        // SAFETY: the one demand is that a text analysis and a signal generation resource were added to the voice; both
        // were, just above, from files that hold the bytes carried in this program.
        let engine = unsafe { Voice::create_engine(voice) }?;
        Ok(Engine { engine })
    }

    /// Speaks a text with Pico's markup; the caller must let nothing of a stranger's text through that is markup. `cancelled` is asked on the way.
    pub fn say(&mut self, markup: &str, cancelled: &dyn Fn() -> bool) -> Result<Vec<i16>, Error> {
        let _turn = SPEAKING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut samples = Vec::new();
        let mut unread = [markup.as_bytes(), b"\0"].concat(); // the zero says: that was all, speak
        let mut buffer = [0_i16; 4096];
        for step in 0..MOST_STEPS {
            if !unread.is_empty() {
                let taken = self.engine.put_text(&unread)?;
                unread.drain(..taken);
            }
            let (count, status) = self.engine.get_data(&mut buffer[..])?;
            samples.extend_from_slice(&buffer[..count]);
            if status == EngineStatus::Idle && unread.is_empty() {
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

fn path_for_pico(path: &Path) -> Result<&str, Error> {
    let fits = |path: &&str| path.len() <= LONGEST_PATH;
    path.to_str().filter(fits).ok_or_else(|| Error::Path { path: path.to_owned() })
}
