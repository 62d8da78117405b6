//! Providers.

pub mod voice;
