//! What can be asked for and changed, a file a subject.

pub(super) mod answers;
pub(super) mod assets;
pub(super) mod bodies;
pub(super) mod campaigns;
pub(super) mod cast;
pub(super) mod events;
pub(super) mod farm;
pub(super) mod gallery;
pub(super) mod health;
pub(super) mod jobs;
pub(super) mod phone;
pub(super) mod posted_mode;
pub(super) mod posting;
pub(super) mod range;
pub(super) mod spend;
pub(super) mod takes;
pub(super) mod voices;
