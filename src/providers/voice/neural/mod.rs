//! The neural voice made into babies: free, offline, and the same on one machine for the same request. It speaks the
//! drafts of English campaigns.

mod heard;
mod settings;
mod speak;

pub use settings::{VoiceSettings, settings_for};
pub(super) use settings::{baby_by_hash, delivered};
pub(super) use speak::finished;
pub use speak::{SpeakError, Spoken, speak};

/// Whether a word can be read: it has Latin letters, or no letters at all. What cannot be read is left out.
pub fn can_read(word: &str) -> bool {
    let mut letters = word.chars().filter(|letter| letter.is_alphabetic()).peekable();
    letters.peek().is_none() || letters.any(neural_voice::is_latin)
}
