//! Pictures and sound: bytes in, pixels and samples out, and back; knows no providers or front ends. Pure but for `video`,
//! which reads and writes files so that the length of an episode costs no memory.

#![cfg_attr(not(test), warn(missing_docs))]
#![warn(clippy::unwrap_used, clippy::expect_used)]

pub mod animation;
pub mod child;
pub mod container;
pub mod cues;
pub mod effects;
pub mod mark;
mod mp3;
pub mod picture;
pub mod psola;
pub mod qr;
pub mod sound;
pub mod sound_file;
pub mod video;
