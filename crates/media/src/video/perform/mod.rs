//! How a voice becomes a performance: loudness, the times of words, lips and gestures, all as numbers per frame.

pub(super) mod acting;
pub(super) mod align;
pub(super) mod curve;
pub(super) mod lips;
pub(super) mod voice;
pub(super) mod words;
