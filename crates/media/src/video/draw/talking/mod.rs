//! Talking photos: one portrait gets a speaking mouth, blinks, glances, brows, nods, sway and breath. It is rigged once and
//! warped in each frame, one look-up a pixel. Called by `panel`; where the face is, `face` says.
//!
//! Positions are in pixels of the plate, right and down. Everything is scaled by the face's own lengths: half the mouth,
//! the way from the lips to the chin and to the nose, half an eye, the face's width. The constants were set by eye on
//! photos of different age, skin, pose and light.

mod cave;
mod depth;
mod eye;
mod fill;
mod front;
mod head;
mod lid;
mod mouth;
mod painter;
mod pose;
mod quads;
mod rest;
mod rig;
mod seam;
mod talker;
#[cfg(test)]
mod tests;

/// Part of the key of clips in which a photo may talk: raised whenever the same spec would give other pictures.
pub const TALKING_VERSION: u32 = 3;

pub use mouth::widest_opening;
pub use talker::{Talker, Talking};
