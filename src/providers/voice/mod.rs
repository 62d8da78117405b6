//! Voice providers.

pub(crate) mod alignment;
pub(crate) mod builtin;
pub(crate) mod casting;
pub(crate) mod compatible;
mod cut;
mod deliveries;
pub(crate) mod elevenlabs;
mod finish;
pub(crate) mod history;
pub(crate) mod kokoro;
pub(crate) mod models;
pub mod neural;
pub mod pico;
pub(crate) mod received;
pub(crate) mod shape;
pub(crate) mod tones;
pub(crate) mod turns;
pub(crate) mod voices;

pub(crate) use alignment::Alignment;
pub(crate) use builtin::{Larger, Neural, Pico};
pub(crate) use compatible::CompatibleVoices;
pub(crate) use cut::Cutter;
pub(crate) use elevenlabs::ElevenLabs;
pub(crate) use shape::Shaper;
