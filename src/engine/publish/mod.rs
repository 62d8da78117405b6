//! The files for people: `output/`, its manifest and the finished videos, and what they are posted with.

pub mod episode;
pub(crate) mod files;
pub(crate) mod finishing;
mod ingredients;
pub mod platforms;
pub mod post_words;
pub(crate) mod videos;
pub mod youtube;
