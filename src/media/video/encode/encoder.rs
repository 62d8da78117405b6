//! Clips: pictures in, a silent H.264 stream out, the same headers in every clip of one encoder, so that clips are
//! copied into an episode and never encoded again. Called by whoever makes a clip, a cross-fade or a transcoded video.
//! Knows nothing of what is drawn.
//!
//! Several clips are made at once, and what a clip looks like does not hang on the machine.

use std::io::{self, Write};
use std::ops::ControlFlow;

use super::chunks::encode_in_stretches;
use super::fade::FADE_HALF;
use super::ffmpeg::{Ffmpeg, FfmpegError};
use super::worker_pool::CREW;
use crate::media::video::frame::{FPS, FrameError, Frames};

/// Which encoder the person asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EncoderChoice {
    /// The embedded one: it takes half the time of ffmpeg's x264 (6 to 10 ms a picture against 17, on one core and without
    /// assembly), is on every machine, and the same clips come out everywhere.
    #[default]
    Auto,
    Embedded,
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
    told: &mut dyn FnMut(u32) -> ControlFlow<()>,
) -> Result<Vec<u8>, EncodeError> {
    let mut stream = Vec::new();
    encode_to(frames, encoder, &mut stream, told)?;
    Ok(stream)
}

/// As [`encode`], written where it goes while it is made: for clips too long to hold in memory.
pub fn encode_to(
    frames: &mut dyn Frames,
    encoder: &Encoder,
    to: &mut (dyn Write + Send),
    told: &mut dyn FnMut(u32) -> ControlFlow<()>,
) -> Result<(), EncodeError> {
    match encoder {
        Encoder::Embedded => encode_in_stretches(&CREW, frames, to, told),
        Encoder::Ffmpeg(ffmpeg) => ffmpeg.encode(frames, to, told),
    }
}

/// Whether a clip of `count` pictures begins anew (IDR) at this one: at least once a second, and where a cross-fade cuts
/// it, so that the rest is copied as it is.
pub(in crate::media::video) fn begins_anew(number: u32, count: u32) -> bool {
    if !can_fade(count) {
        return number.is_multiple_of(FPS);
    }
    let (body, tail) = (FADE_HALF, count - FADE_HALF);
    number == 0 || number == tail || (number >= body && number < tail && (number - body).is_multiple_of(FPS))
}

/// Whether a clip of so many pictures is long enough to give some to a cross-fade at either end.
pub fn can_fade(count: u32) -> bool {
    count >= 3 * FADE_HALF
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_begins_anew_every_second_and_where_a_fade_cuts_it() {
        let beginnings = |count: u32| (0..count).filter(|&number| begins_anew(number, count)).collect::<Vec<_>>();
        assert_eq!(beginnings(100), [0, 5, 35, 65, 95]);
        assert_eq!(beginnings(15), [0, 5, 10]);
        assert_eq!(beginnings(14), [0]);
        assert_eq!(beginnings(40), [0, 5, 35]);
        for count in 1..200 {
            let beginnings = beginnings(count);
            assert!(beginnings.windows(2).all(|pair| pair[1] - pair[0] <= FPS), "{count}: {beginnings:?}");
            assert!(count - beginnings.last().unwrap() <= FPS);
        }
    }
}
