//! Why a clip was not encoded, as sentences. Every encoder ends with these.

use std::io;

use crate::video::frame::FrameError;

/// Why a clip was not encoded.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("Encoding was stopped.")]
    Stopped,
    #[error("The embedded encoder failed ({reason}). Try again, or encode with ffmpeg: --encoder ffmpeg.")]
    Embedded { reason: String },
    #[error(transparent)]
    Ffmpeg(#[from] FfmpegError),
    #[error("The clip could not be written: {0}. Check that there is room on the disk.")]
    Write(#[from] io::Error),
}

/// The oldest major version of ffmpeg whose options are used.
pub(super) const OLDEST: u32 = 4;

/// What is wrong with the ffmpeg of this machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FfmpegError {
    #[error("ffmpeg was not found on the PATH. Install it, or use the built-in encoder: --encoder embedded.")]
    NotFound,
    #[error("ffmpeg {version} is too old; version {OLDEST} or later is needed. Update it, or use --encoder embedded.")]
    TooOld { version: String },
    #[error("This ffmpeg ({version}) has no libx264. Install one that has, or use --encoder embedded.")]
    NoX264 { version: String },
    #[error("ffmpeg could not be run ({reason}). Check `ffmpeg -version`, or use --encoder embedded.")]
    Broken { reason: String },
    #[error("ffmpeg made no progress for {seconds} seconds and was ended. Try again, or use --encoder embedded.")]
    Hangs { seconds: u64 },
    #[error("ffmpeg failed: {said}")]
    Failed { said: String },
}
