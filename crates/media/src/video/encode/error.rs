//! Why a clip was not encoded, as sentences. Every encoder ends with these.

use std::io;

use crate::video::frame::FrameError;

/// Why a clip was not encoded.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The source could not draw one of its pictures.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// `on_progress` answered with `Break`. What was written is to be thrown away.
    #[error("Encoding was stopped.")]
    Stopped,
    /// openh264 refused a picture or its settings.
    #[error("The embedded encoder failed ({reason}). Try again, or encode with ffmpeg: --encoder ffmpeg.")]
    Embedded {
        /// In its own words.
        reason: String,
    },
    /// ffmpeg failed while it encoded or showed a video file.
    #[error(transparent)]
    Ffmpeg(#[from] FfmpegError),
    /// The stream could not be put where it was wanted.
    #[error("The clip could not be written: {0}. Check that there is room on the disk.")]
    Write(#[from] io::Error),
}

/// The oldest major version of ffmpeg whose options are used.
pub(super) const OLDEST: u32 = 4;

/// What is wrong with the ffmpeg of this machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FfmpegError {
    /// No folder of the PATH has it.
    #[error("ffmpeg was not found on the PATH. Install it, or use the built-in encoder: --encoder embedded.")]
    NotFound,
    /// Its major version is below the oldest whose options are used.
    #[error("ffmpeg {version} is too old; version {OLDEST} or later is needed. Update it, or use --encoder embedded.")]
    TooOld {
        /// As ffmpeg tells it.
        version: String,
    },
    /// It was built without the encoder; it can still read files.
    #[error("This ffmpeg ({version}) has no libx264. Install one that has, or use --encoder embedded.")]
    NoX264 {
        /// As ffmpeg tells it.
        version: String,
    },
    /// It did not start, or did not say what it is.
    #[error("ffmpeg could not be run ({reason}). Check `ffmpeg -version`, or use --encoder embedded.")]
    Broken {
        /// The system's words, or what was found wrong.
        reason: String,
    },
    /// It made no progress and was killed.
    #[error("ffmpeg made no progress for {seconds} seconds and was ended. Try again, or use --encoder embedded.")]
    Hangs {
        /// How long it was waited for.
        seconds: u64,
    },
    /// It ended with an error.
    #[error("ffmpeg failed: {said}")]
    Failed {
        /// What it said of the file, or how it ended where it said nothing.
        said: String,
    },
}
