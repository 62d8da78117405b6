//! The cross-fade between two clips: a small stream of its own, made from the end of one and the beginning of the other.
//! Everything else of both clips is copied into the episode as it is. Called as a job of its own.
//!
//! A fade takes no time away: it lies over the last pictures of the one and the first of the other, so that every scene,
//! sound and caption stays where a plain cut would have it. Before the cut the coming clip waits on its first picture,
//! after it the going clip on its last: a sixth of a second each, while it is mostly invisible.

use std::ops::ControlFlow;

use super::decode::{DecodeError, decode_frames};
use super::encoder::{Encoder, encode};
use super::error::EncodeError;
use super::keyframes::{FADE_FRAMES, FADE_HALF, can_fade};
use crate::video::frame::{Frame, FrameError, Frames};
use crate::video::h264::stream::{Framing, Pictures};
use crate::video::lanes;

/// Why there is no cross-fade.
#[derive(Debug, thiserror::Error)]
pub enum FadeError {
    /// One of the two clips cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The pictures in between could not be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// See [`can_fade`].
    #[error("A clip of {count} pictures is too short for a cross-fade; use a cut.")]
    TooShort {
        /// The pictures of the shorter clip.
        count: u32,
    },
}

/// The cross-fade from one clip into the next, as a stream of [`FADE_FRAMES`] pictures.
pub fn fade(
    from: &[u8],
    to: &[u8],
    encoder: &Encoder,
    on_progress: &mut dyn FnMut(u32) -> ControlFlow<()>,
) -> Result<Vec<u8>, FadeError> {
    Ok(encode(fading(from, to)?.as_mut(), encoder, on_progress)?)
}

/// The pictures of a cross-fade, before they are encoded.
fn fading(from: &[u8], to: &[u8]) -> Result<Box<dyn Frames>, FadeError> {
    blend(from, to, FADE_HALF)
}

/// As the pictures of a cross-fade, of which only the first can be drawn: the one that its stream begins with, and so the one that
/// can be looked at alone. A fifth of the work.
pub fn fade_opening(from: &[u8], to: &[u8]) -> Result<Box<dyn Frames>, FadeError> {
    blend(from, to, 1)
}

/// Blends the last [`FADE_HALF`] pictures of one clip with the first of the other; of both the first `decoded` are there.
fn blend(from: &[u8], to: &[u8], decoded: u32) -> Result<Box<dyn Frames>, FadeError> {
    let from_count = count(from)?;
    for count in [from_count, count(to)?] {
        if !can_fade(count) {
            return Err(FadeError::TooShort { count });
        }
    }
    let begins = from_count - FADE_HALF;
    let (from, to) = (decode_frames(from, begins..begins + decoded)?, decode_frames(to, 0..decoded)?);
    Ok(Box::new(Blend { from, to }))
}

fn count(stream: &[u8]) -> Result<u32, DecodeError> {
    let mut pictures = Pictures::new(stream, Framing::Length);
    let (mut picture, mut count) = (Vec::new(), 0);
    while pictures.next(&mut picture).map_err(|error| DecodeError::Damaged { reason: error.to_string() })?.is_some() {
        count += 1;
    }
    Ok(count)
}

struct Blend {
    from: Vec<Frame>,
    to: Vec<Frame>,
}

impl Frames for Blend {
    fn count(&self) -> u32 {
        FADE_FRAMES
    }

    fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
        let from = self.from.get(number.min(FADE_HALF - 1) as usize);
        let to = self.to.get(number.saturating_sub(FADE_HALF) as usize);
        let Some((from, to)) = from.zip(to) else {
            return Err(FrameError(format!("Picture {number} of the cross-fade is not decoded.")));
        };
        // Slow at both ends: 3t² − 2t³.
        let along = (number + 1) as f32 / (FADE_FRAMES + 1) as f32;
        let share = (along * along * (3.0 - 2.0 * along) * 256.0).round() as u16;
        for (into, from, to) in
            [(&mut into.y, &from.y, &to.y), (&mut into.u, &from.u, &to.u), (&mut into.v, &from.v, &to.v)]
        {
            lanes::fade(into, from, to, share);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::testing::Bars;

    struct Plain(u8);
    impl Frames for Plain {
        fn count(&self) -> u32 {
            15
        }
        fn draw(&mut self, _: u32, into: &mut Frame) -> Result<(), FrameError> {
            into.y.fill(self.0);
            Ok(())
        }
    }

    fn clip(frames: &mut dyn Frames) -> Vec<u8> {
        encode(frames, &Encoder::Embedded, &mut |_| ControlFlow::Continue(())).unwrap()
    }

    #[test]
    fn a_fade_goes_from_the_one_clip_to_the_other_without_a_jump() {
        let faded =
            fade(&clip(&mut Plain(40)), &clip(&mut Plain(200)), &Encoder::Embedded, &mut |_| ControlFlow::Continue(()))
                .unwrap();
        let frames = decode_frames(&faded, 0..FADE_FRAMES).unwrap();
        let levels: Vec<u8> = frames.iter().map(|frame| frame.y[Frame::LUMA / 2]).collect();
        assert!(levels[0] < 50 && levels[9] > 190, "{levels:?}");
        assert!(levels.windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] < 30), "{levels:?}");
    }

    #[test]
    fn a_clip_too_short_for_a_fade_is_named() {
        let (short, long) = (clip(&mut Bars(14)), clip(&mut Plain(90)));
        let faded = fade(&long, &short, &Encoder::Embedded, &mut |_| ControlFlow::Continue(()));
        assert!(matches!(faded, Err(FadeError::TooShort { count: 14 })));
    }

    #[test]
    fn the_opening_is_the_first_picture_of_the_fade_and_no_other() {
        let stream =
            |frames: &mut dyn Frames| encode(frames, &Encoder::Embedded, &mut |_| ControlFlow::Continue(())).unwrap();
        let (from, to) = (stream(&mut Bars(40)), stream(&mut Plain(90)));
        let (mut whole, mut opening) = (fading(&from, &to).unwrap(), fade_opening(&from, &to).unwrap());
        let (mut one, mut other) = (Frame::black(), Frame::black());
        whole.draw(0, &mut one).unwrap();
        opening.draw(0, &mut other).unwrap();
        assert!(one == other);
        assert!(opening.draw(1, &mut other).is_err() && opening.draw(FADE_FRAMES - 1, &mut other).is_err());
        assert!(fade_opening(&from, b"no stream").is_err());
    }
}
