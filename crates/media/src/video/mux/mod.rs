//! Streams and sound into one checked MP4, and its captions beside it.

pub(super) mod episode;
pub(super) mod movie;
pub(super) mod mp4;
pub(super) mod subtitles;
