//! The files for people: `output/`, its manifest and the finished videos.

pub mod episode;
pub(crate) mod files;
pub(crate) mod videos;
