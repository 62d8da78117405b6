//! Who makes sounds that are no voices: built-in ones on this machine, and others from words.

mod built_in;
pub mod prompted;

pub use built_in::BuiltInSounds;
