//! The drawn baby: a seed and a few words become a look, a tone becomes a pose, both become pixels, for the built-in
//! portrait and for every frame of a talking clip. Depends on `domain` only; knows no files, clocks or fonts.

#![warn(clippy::unwrap_used, clippy::expect_used)]

mod background;
mod blit;
mod body;
mod canvas;
mod curls;
mod decal;
mod extras;
mod eyes;
mod face;
mod festive;
mod framing;
mod glasses;
mod hair;
mod hands;
mod head;
mod headphones;
mod headwear;
mod knitwear;
mod locks;
mod look;
mod marks;
mod microphone;
mod mouth;
mod outfit;
mod palette;
mod pose;
mod shape;
#[cfg(test)]
mod shown;
mod soften;
mod stage;
mod table;
mod wardrobe;
mod words;

pub use framing::Framing;
pub use look::Look;
pub use pose::Pose;
pub use stage::{Stage, portrait, studio};
