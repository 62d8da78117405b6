//! The built-in makers of what moves: clips, cross-fades and episodes, free, on this machine's own processors.

#[cfg(feature = "farm")]
mod away;
mod clip;
mod clip_facts;
mod episode;
mod fade;
pub(super) mod figure;
mod material;
mod preview;
mod studio;

pub use crate::media::video::EncoderChoice;
#[cfg(feature = "farm")]
pub(crate) use away::{Away, NotTaken, Parts, Scrutiny};
pub(crate) use preview::{Preview, preview};
pub(crate) use studio::VideoStudio;
