//! The embedded voice: SVOX Pico made into babies. Free, offline and deterministic; it speaks the drafts.

pub mod files;
pub mod script;
pub mod settings;

pub use settings::{Language, VoiceSettings, settings_for};
