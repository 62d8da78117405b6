//! The built-in makers of what moves: clips and episodes, free, on this machine's own processors.

mod clip;
mod clip_facts;
mod episode;
mod figure;
mod material;
mod studio;

pub use crate::media::video::EncoderChoice;
pub use clip::Clips;
pub use episode::Episodes;
pub use studio::VideoStudio;
