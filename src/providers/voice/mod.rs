//! Voices.

pub mod pico;
