//! The sound of an episode: read, mixed, brought to one loudness, encoded.

pub(super) mod aac;
pub(super) mod effects;
pub(super) mod loudness;
pub(super) mod recording;
pub(super) mod sample_spool;
pub(super) mod soundtrack;
pub(super) mod source;
