//! A stream that another machine encoded, looked at before it is used as if it had been made here: its headers, its pictures
//! by number, and one of them against the picture that it should be. Takes hostile streams without a panic, in memory that
//! does not grow with their length.

use std::ops::ControlFlow;

use super::decode::{DecodeError, PictureDecoder, refuse_other_sizes, unreadable};
use super::encoder::{Encoder, encode};
use super::error::EncodeError;
use super::keyframes::is_keyframe;
use crate::video::frame::{Frame, FrameError, Frames, WIDTH};
use crate::video::h264::stream::{Framing, ParameterSets, Pictures};

/// Differences are looked for in squares of so many pixels: one other word in a caption is much there, and next to nothing
/// in the whole picture.
const SQUARE: usize = 24;

/// The mean difference of brightness in a square that encoding explains: about 3 were seen; another word makes more than 60.
const MOST_DIFFERENCE: u32 = 24;

/// Why a stream is not used.
#[derive(Debug, thiserror::Error)]
pub enum ForeignError {
    /// It is no stream of ours.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It has other headers than the clips of this encoder, so no episode could be joined from it.
    #[error("its headers are not those of this encoder")]
    Headers,
    /// It is longer or shorter than the scene.
    #[error("it has {count} pictures and should have {wanted}")]
    Length {
        /// How many it has, as far as they were counted.
        count: u32,
        /// How many the scene has.
        wanted: u32,
    },
    /// A cross-fade could not cut it there.
    #[error("picture {number} is no beginning, or is one where none belongs")]
    Beginnings {
        /// Counted from 0.
        number: u32,
    },
    /// It is a sound stream of something else.
    #[error("picture {number} shows something else")]
    Picture {
        /// Counted from 0.
        number: u32,
    },
    /// The picture could not be drawn here.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The encoder that it is compared with does not work here.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Whether `stream` can be what `encoder` makes of `frames`. `sample` chooses the picture that is compared: it should be a
/// number that who made the stream could not foresee.
pub fn check_foreign(
    stream: &[u8],
    frames: &mut dyn Frames,
    encoder: &Encoder,
    sample: u32,
) -> Result<(), ForeignError> {
    let wanted = frames.count();
    let beginnings = (0..wanted).filter(|&number| is_keyframe(number, wanted)).count() as u32;
    let sampled = (0..wanted).filter(|&number| is_keyframe(number, wanted)).nth((sample % beginnings.max(1)) as usize);
    let mut pictures = Pictures::new(stream, Framing::StartCode);
    let mut picture = Vec::new();
    let mut compared = Vec::new();
    let mut count = 0;
    while let Some(idr) = pictures.next(&mut picture).map_err(|error| unreadable(&error))? {
        if count >= wanted {
            return Err(ForeignError::Length { count: count + 1, wanted });
        }
        if idr != is_keyframe(count, wanted) {
            return Err(ForeignError::Beginnings { number: count });
        }
        if idr && *pictures.sets() != sets_of(encoder)? {
            return Err(ForeignError::Headers);
        }
        if Some(count) == sampled {
            refuse_other_sizes(&pictures.sets().sps)?;
            compared.clone_from(&picture);
        }
        count += 1;
    }
    if count != wanted {
        return Err(ForeignError::Length { count, wanted });
    }
    let Some(number) = sampled else { return Ok(()) };
    let shown = PictureDecoder::new()?.decode(&compared)?;
    let mut drawn = Frame::black();
    frames.draw(number, &mut drawn)?;
    if largest_difference(&shown, &drawn) > MOST_DIFFERENCE {
        return Err(ForeignError::Picture { number });
    }
    Ok(())
}

/// The headers that every clip of this encoder has.
fn sets_of(encoder: &Encoder) -> Result<ParameterSets, ForeignError> {
    let stream = encode(&mut Black, encoder, &mut |_| ControlFlow::Continue(()))?;
    let mut pictures = Pictures::new(stream.as_slice(), Framing::StartCode);
    pictures.next(&mut Vec::new()).map_err(|error| unreadable(&error))?;
    Ok(pictures.sets().clone())
}

/// One black picture.
struct Black;

impl Frames for Black {
    fn count(&self) -> u32 {
        1
    }

    fn draw(&mut self, _: u32, into: &mut Frame) -> Result<(), FrameError> {
        *into = Frame::black();
        Ok(())
    }
}

/// The largest mean difference of brightness in any square.
fn largest_difference(one: &Frame, other: &Frame) -> u32 {
    let width = WIDTH as usize;
    let mut largest = 0;
    for (rows, other_rows) in one.y.chunks(width * SQUARE).zip(other.y.chunks(width * SQUARE)) {
        let mut sums = vec![(0_u32, 0_u32); width.div_ceil(SQUARE)];
        for (at, (is, was)) in rows.iter().zip(other_rows).enumerate() {
            let (sum, count) = &mut sums[at % width / SQUARE];
            *sum += u32::from(is.abs_diff(*was));
            *count += 1;
        }
        largest = sums.iter().map(|(sum, count)| sum / count.max(&1)).fold(largest, u32::max);
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::testing::Bars;

    fn stream_of(frames: &mut dyn Frames) -> Vec<u8> {
        encode(frames, &Encoder::Embedded, &mut |_| ControlFlow::Continue(())).unwrap()
    }

    /// Bars with a dark square, as large as a letter.
    struct Marked(u32);

    impl Frames for Marked {
        fn count(&self) -> u32 {
            self.0
        }

        fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
            Bars(self.0).draw(number, into)?;
            for row in 960..1008 {
                into.y[row * WIDTH as usize + 480..][..48].fill(235);
            }
            Ok(())
        }
    }

    #[test]
    fn what_this_encoder_makes_elsewhere_is_taken_whichever_picture_is_compared() {
        let stream = stream_of(&mut Bars(40));
        for sample in 0..5 {
            check_foreign(&stream, &mut Bars(40), &Encoder::Embedded, sample).unwrap();
        }
    }

    #[test]
    fn a_sound_stream_of_something_else_is_refused() {
        let stream = stream_of(&mut Bars(40));
        let refused = |frames: &mut dyn Frames| check_foreign(&stream, frames, &Encoder::Embedded, 0).unwrap_err();
        assert!(matches!(refused(&mut Bars(39)), ForeignError::Length { .. } | ForeignError::Beginnings { .. }));
        assert!(matches!(refused(&mut Bars(41)), ForeignError::Length { .. } | ForeignError::Beginnings { .. }));
        assert!(matches!(refused(&mut Marked(40)), ForeignError::Picture { number: 0 }));
    }

    #[test]
    fn garbage_is_refused_without_a_panic() {
        let stream = stream_of(&mut Bars(12));
        let mut cut = stream.clone();
        cut.truncate(stream.len() / 2);
        let other_headers = stream.iter().map(|byte| byte.wrapping_add(u8::from(*byte == 0x67))).collect();
        for bad in [Vec::new(), b"no stream".to_vec(), vec![0; 100_000], cut, other_headers] {
            check_foreign(&bad, &mut Bars(12), &Encoder::Embedded, 0).unwrap_err();
        }
        for at in (0..stream.len()).step_by(stream.len() / 40) {
            let mut bent = stream.clone();
            bent[at] ^= 0x55;
            let _ = check_foreign(&bent, &mut Bars(12), &Encoder::Embedded, at as u32);
        }
    }
}
