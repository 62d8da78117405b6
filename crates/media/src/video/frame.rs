//! What every part of the video room agrees on: the size and pace of the pictures, the pace of the sound, one picture,
//! and a source of pictures by number. Used by what draws frames and by what encodes them; knows neither.

use serde::{Deserialize, Serialize};

/// Pixels across, in the delivery format of vertical video that TikTok, Reels and Shorts share.
pub const WIDTH: u32 = 1080;
/// Pixels down, in the same format.
pub const HEIGHT: u32 = 1920;
/// Pictures a second, at a constant rate.
pub const FPS: u32 = 30;

/// Samples of sound a second.
pub const SAMPLE_RATE: u32 = 48_000;
/// Samples that are heard while one picture is seen: 1,600, with no rest.
pub const SAMPLES_PER_FRAME: u32 = SAMPLE_RATE / FPS;

/// One picture as video wants it: I420, BT.709, limited range, planes without padding (rows of 1080, 540 and 540 bytes).
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Brightness, 16 to 235; [`Self::LUMA`] bytes.
    pub y: Vec<u8>,
    /// Blue difference, 16 to 240 around 128; [`Self::CHROMA`] bytes.
    pub u: Vec<u8>,
    /// Red difference, 16 to 240 around 128; [`Self::CHROMA`] bytes.
    pub v: Vec<u8>,
}

impl Frame {
    /// The bytes of the bright plane, one a pixel.
    pub const LUMA: usize = (WIDTH * HEIGHT) as usize;
    /// The bytes of each colour plane, one for two by two pixels.
    pub const CHROMA: usize = Self::LUMA / 4;

    /// Black in limited range: brightness 16, no colour.
    pub fn black() -> Frame {
        Frame { y: vec![16; Self::LUMA], u: vec![128; Self::CHROMA], v: vec![128; Self::CHROMA] }
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mean = self.y.iter().map(|&value| u64::from(value)).sum::<u64>() / self.y.len().max(1) as u64;
        write!(formatter, "Frame {{ {WIDTH}x{HEIGHT}, mean brightness {mean} }}")
    }
}

/// Why a picture could not be drawn: a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FrameError(pub String);

/// Pictures by number. `draw` is called with rising numbers, but is also right when it starts anywhere.
pub trait Frames: Send {
    /// How many pictures there are; the same at every call.
    fn count(&self) -> u32;

    /// Paints picture `number`, which is below `count`, over whatever `into` held.
    fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError>;

    /// The same pictures for another thread to draw; `None` where they only come one after the other.
    fn another(&self) -> Option<Box<dyn Frames>> {
        None
    }
}

/// A spoken word and when it is heard, in seconds from the start of the sound it is part of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// With its punctuation, as the caption shows it.
    pub text: String,
    /// When it becomes audible.
    pub start_s: f64,
    /// Not before `start_s`; the next word may begin later.
    pub end_s: f64,
}

/// The whole frames that show so many seconds: rounded up, at least 1. What is within a thousandth of a frame of a
/// whole number counts as it, so that lengths which went through floating point do not grow a frame.
pub fn frames_of(seconds: f64) -> u32 {
    let frames = (seconds * f64::from(FPS) - 1e-3).ceil();
    if frames.is_finite() { frames.max(1.0) as u32 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_become_whole_frames_and_never_none() {
        for (seconds, frames) in [
            (0.0, 1),
            (-3.0, 1),
            (f64::NAN, 1),
            (1.0 / 30.0, 1),
            (0.034, 2),
            (1.0, 30),
            (0.1 + 0.2, 9),
            (1200.0, 36_000),
        ] {
            assert_eq!(frames_of(seconds), frames, "{seconds} s");
        }
    }

    #[test]
    fn black_is_black_in_limited_range() {
        let black = Frame::black();
        assert_eq!((black.y.len(), black.u.len(), black.v.len()), (2_073_600, 518_400, 518_400));
        assert!(black.y.iter().all(|&value| value == 16) && black.u == black.v && black.u[0] == 128);
    }
}
