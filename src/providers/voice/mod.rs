//! Voice providers.

pub mod builtin;
pub mod pico;

pub use builtin::Pico;
