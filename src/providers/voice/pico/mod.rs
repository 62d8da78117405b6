//! The embedded voice: SVOX Pico made into babies. Free, offline and deterministic; it speaks the drafts.

mod reading;
mod script;
mod settings;
mod speak;

pub use pico_engine::Language;
pub use settings::{VoiceSettings, settings_for};
pub use speak::{RATE, SpeakError, speak};
