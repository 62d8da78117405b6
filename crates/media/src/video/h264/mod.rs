//! An H.264 stream read: its headers and its pictures.

pub(super) mod sps;
pub(super) mod stream;
