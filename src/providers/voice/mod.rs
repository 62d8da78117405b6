//! Voice providers.

pub mod alignment;
pub mod builtin;
pub mod casting;
pub mod compatible;
mod cut;
mod deliveries;
pub mod elevenlabs;
mod finish;
pub mod history;
pub mod kokoro;
pub mod models;
pub mod neural;
pub mod pico;
pub mod received;
pub mod shape;
pub mod tones;
pub mod turns;
pub mod voices;

pub use alignment::Alignment;
pub use builtin::{Larger, Neural, Pico};
pub use compatible::CompatibleVoices;
pub use cut::Cutter;
pub use elevenlabs::ElevenLabs;
pub use shape::Shaper;
