//! Colours, shapes and pixels: what everything is drawn with. Knows nothing of babies.

pub mod blit;
pub mod canvas;
pub mod decal;
pub mod palette;
pub mod shape;
pub mod soften;
