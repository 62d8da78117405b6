//! Clips: pictures in, a silent H.264 stream out, the same headers in every clip of one encoder, so that clips are
//! copied into an episode and never encoded again. Called by the makers of a clip, a cross-fade or a transcoded video.
//! Knows nothing of what is drawn.
//!
//! Several clips are made at once, and what a clip looks like does not depend on the machine.

use std::io::Write;
use std::ops::ControlFlow;

use super::chunks::encode_in_chunks;
use super::error::{EncodeError, FfmpegError};
use super::ffmpeg::Ffmpeg;
use super::worker_pool::WORKERS;
use crate::video::frame::Frames;

/// Which encoder the user asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EncoderChoice {
    /// The embedded one: it takes half the time of ffmpeg's x264 (6 to 10 ms a picture against 17, on one core and without
    /// assembly), is on every machine, and the same clips come out everywhere.
    #[default]
    Auto,
    /// openh264, because the user said so.
    Embedded,
    /// libx264; where this machine has none, [`Encoder::find`] fails.
    Ffmpeg,
}

/// An encoder that was found to work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encoder {
    /// openh264, compiled into this program.
    Embedded,
    /// libx264 in the ffmpeg of this machine.
    Ffmpeg(Ffmpeg),
}

impl Encoder {
    /// The encoder of this choice, tried out before it is relied on.
    pub fn find(choice: EncoderChoice) -> Result<Encoder, FfmpegError> {
        match choice {
            EncoderChoice::Auto | EncoderChoice::Embedded => Ok(Encoder::Embedded),
            EncoderChoice::Ffmpeg => Ffmpeg::find().map(Encoder::Ffmpeg),
        }
    }

    /// The name that settings and reports use.
    pub fn name(&self) -> &'static str {
        match self {
            Encoder::Embedded => "embedded",
            Encoder::Ffmpeg(_) => "ffmpeg",
        }
    }

    /// The encoder as a person reads it.
    pub fn described(&self) -> String {
        match self {
            Encoder::Embedded if super::openh264::HAS_ASSEMBLY => "openh264 (with assembly)".to_owned(),
            Encoder::Embedded => "openh264 (without assembly)".to_owned(),
            Encoder::Ffmpeg(ffmpeg) => format!("ffmpeg {} (libx264)", ffmpeg.version()),
        }
    }

    /// What would make it faster, as a sentence.
    pub fn advice(&self) -> Option<&'static str> {
        let is_slow = matches!(self, Encoder::Embedded) && !super::openh264::HAS_ASSEMBLY;
        // Elsewhere openh264 has no assembly code, or needs no assembler of its own for it.
        (is_slow && cfg!(any(target_arch = "x86", target_arch = "x86_64")))
            .then_some("Built again with nasm installed, it takes about half the time.")
    }

    /// Part of a clip's key, with `name`: changes whenever the same pictures become another stream.
    pub fn version(&self) -> u32 {
        match self {
            Encoder::Embedded | Encoder::Ffmpeg(_) => 1,
        }
    }
}

/// A silent clip: H.264 Annex B, IDR first, closed groups of at most a second, the same headers in every clip of one
/// encoder. `told` hears the number of frames done after each, and stops the work with `Break`.
pub fn encode(
    frames: &mut dyn Frames,
    encoder: &Encoder,
    on_progress: &mut dyn FnMut(u32) -> ControlFlow<()>,
) -> Result<Vec<u8>, EncodeError> {
    let mut stream = Vec::new();
    encode_to(frames, encoder, &mut stream, on_progress)?;
    Ok(stream)
}

/// As [`encode`], written where it goes while it is made: for clips too long to hold in memory.
pub fn encode_to(
    frames: &mut dyn Frames,
    encoder: &Encoder,
    to: &mut (dyn Write + Send),
    on_progress: &mut dyn FnMut(u32) -> ControlFlow<()>,
) -> Result<(), EncodeError> {
    match encoder {
        Encoder::Embedded => encode_in_chunks(&WORKERS, frames, to, on_progress),
        Encoder::Ffmpeg(ffmpeg) => ffmpeg.encode(frames, to, on_progress),
    }
}
