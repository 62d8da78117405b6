//! The files for people: `output/`, its manifest and the finished videos.

pub mod episode;
pub mod files;
pub mod videos;
