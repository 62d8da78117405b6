//! The embedded voice: SVOX Pico made into babies. Free, offline and deterministic; it speaks the drafts of
//! campaigns that began with it, and what is not English.

mod foreign;
mod reading;
mod script;
mod settings;
mod speak;

pub use pico_engine::Language;
pub use settings::{VoiceSettings, settings_for, settings_in};
pub use speak::{SpeakError, speak};
