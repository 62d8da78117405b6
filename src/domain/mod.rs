//! Campaigns, scenes, profiles and the words that describe them. Pure: no I/O, no clock, no async.

pub mod tone;

pub use tone::Tone;
