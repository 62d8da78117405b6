//! What the baby sits in: curtain, table, toy, microphone.

pub mod background;
pub mod microphone;
pub mod table;
pub mod toys;
