//! Pictures and sound: bytes in, pixels and samples out, and back. Pure; knows no files, providers or front ends.

pub mod container;
pub mod picture;
pub mod sound;
pub mod sound_file;
pub mod video;
