//! What is drawn: a look from a seed and words, a pose from a tone, and how the baby stands in the picture.

pub mod framing;
pub mod look;
pub mod pose;
pub mod wardrobe;
pub mod words;
