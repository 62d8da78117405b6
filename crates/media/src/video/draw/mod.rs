//! What a frame shows: babies, photos, pictures, cards and captions, drawn by frame number.

pub(super) mod animation;
pub(super) mod bars;
pub(super) mod captions;
pub(super) mod card;
pub(super) mod drawn;
pub(super) mod duo;
pub(super) mod faces;
pub(super) mod fitted;
pub(super) mod label;
pub(super) mod lettering;
pub(super) mod pages;
pub(super) mod panel;
pub(super) mod photo;
pub(super) mod picture;
pub(super) mod placeholder;
pub(super) mod planes;
pub(super) mod plate;
pub(super) mod ready;
pub(super) mod scaling;
pub(super) mod scene;
pub(super) mod talking;
pub(super) mod waveform;
