//! Pictures and sound: bytes in, pixels and samples out, and back. Pure; knows no files, providers or front ends.

pub mod container;
pub mod picture;
