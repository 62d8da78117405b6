//! Portrait providers.

pub mod sketch;

pub use sketch::Sketch;
