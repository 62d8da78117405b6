//! What the baby sits in: curtain, table, microphone.

pub mod background;
pub mod microphone;
pub mod table;
