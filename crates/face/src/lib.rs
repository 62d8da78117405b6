//! Finds the face in a portrait, its landmarks, and whether it can talk. Pure computing over pixels: knows no files, no
//! video and no campaign. The models are in assets, with their licence; crates/face-models runs them.

#![cfg_attr(not(test), warn(missing_docs))]
#![warn(clippy::unwrap_used, clippy::expect_used)]

mod colours;
mod cover;
mod crop;
mod finder;
mod geometry;
mod judge;
mod landmarks;
pub mod points;
mod skin;
#[cfg(test)]
mod tests;

pub use colours::{Colours, Yuv, rgb, yuv};
pub use cover::Cover;
pub use face_models::ModelError;
pub use finder::{Face, Finder, Seen};
pub use geometry::{Axes, Curve, Outline, Point, SAMPLES, smooth};
pub use judge::{MARKS_VERSION, Marks, Verdict};
pub use landmarks::{Eye, Head, Landmarks, Mouth};
pub use skin::{Skin, quantile};
