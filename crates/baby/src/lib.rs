//! The drawn baby: a seed and a few words become a look, a tone becomes a pose, both become pixels, for the built-in
//! portrait and for every frame of a talking clip. Depends on `domain` only; knows no files, clocks or fonts.

#![cfg_attr(not(test), warn(missing_docs))]
#![warn(clippy::unwrap_used, clippy::expect_used)]

mod head;
mod looks;
mod paint;
mod room;
#[cfg(test)]
mod shown;
mod stage;
mod torso;

pub use looks::framing::Framing;
pub use looks::look::Look;
pub use looks::pose::Pose;
pub use stage::{Stage, portrait, studio};
