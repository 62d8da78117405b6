//! Who listens to recordings: ElevenLabs for money, a server that speaks OpenAI's language, or the whisper.cpp program of
//! this machine. Whoever it is, what was heard is kept in one form.

pub mod changer;
pub mod compatible;
mod heard;
pub mod scribe;
pub mod whisper;

pub use compatible::CompatibleTranscripts;
pub use heard::Heard;
pub use whisper::Whisper;

use std::path::PathBuf;

use crate::providers::http::Part;

/// The sound as a part of a form.
fn sound_part(name: &str, sound: PathBuf) -> Part {
    let file = Some(("recording.wav".to_owned(), "audio/wav"));
    Part { name: name.to_owned(), content: Vec::new(), file, stored: Some(sound) }
}
