//! A stream that another machine encoded, looked at before it is used as if it had been made here: its headers, its pictures
//! by number, and, where a caller draws, one of them against the picture that it should be. Takes hostile streams without a panic, in memory that
//! does not grow with their length.

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

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

/// Whether `stream` has the shape of what `encoder` makes of `wanted` pictures: its headers, how many pictures it has, and
/// where they begin. Decodes nothing, so it costs a hundredth of what encoding costs, and knows nothing of what is seen.
pub fn check_shape(stream: &[u8], wanted: u32, encoder: &Encoder) -> Result<(), ForeignError> {
    let sets = sets_of(encoder)?;
    let mut pictures = Pictures::new(stream, Framing::StartCode);
    let mut picture = Vec::new();
    let mut count = 0;
    while let Some(idr) = pictures.next(&mut picture).map_err(|error| unreadable(&error))? {
        if count >= wanted {
            return Err(ForeignError::Length { count: count + 1, wanted });
        }
        if idr != is_keyframe(count, wanted) {
            return Err(ForeignError::Beginnings { number: count });
        }
        if idr && *pictures.sets() != sets {
            return Err(ForeignError::Headers);
        }
        count += 1;
    }
    if count == wanted { Ok(()) } else { Err(ForeignError::Length { count, wanted }) }
}

/// Whether one picture of a stream of the right shape is that of `frames`. `sample` chooses it: it should be a number that who
/// made the stream could not foresee.
pub fn check_picture(stream: &[u8], frames: &mut dyn Frames, sample: u32) -> Result<(), ForeignError> {
    let wanted = frames.count();
    let beginnings: Vec<u32> = (0..wanted).filter(|&number| is_keyframe(number, wanted)).collect();
    let Some(&number) = beginnings.get(sample as usize % beginnings.len().max(1)) else { return Ok(()) };
    let mut pictures = Pictures::new(stream, Framing::StartCode);
    let mut picture = Vec::new();
    for count in 0..=number {
        let read = pictures.next(&mut picture).map_err(|error| unreadable(&error))?;
        read.ok_or(ForeignError::Length { count, wanted })?;
    }
    refuse_other_sizes(&pictures.sets().sps)?;
    let shown = PictureDecoder::new()?.decode(&picture)?;
    let mut drawn = Frame::black();
    frames.draw(number, &mut drawn)?;
    if largest_difference(&shown, &drawn) > MOST_DIFFERENCE {
        return Err(ForeignError::Picture { number });
    }
    Ok(())
}

/// The headers that every clip of this encoder has: found once, by a picture that is encoded for them.
fn sets_of(encoder: &Encoder) -> Result<ParameterSets, ForeignError> {
    static KNOWN: Mutex<Vec<(Encoder, ParameterSets)>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, sets)) = known.iter().find(|(other, _)| other == encoder) {
        return Ok(sets.clone());
    }
    let stream = encode(&mut Black, encoder, &mut |_| ControlFlow::Continue(()))?;
    let mut pictures = Pictures::new(stream.as_slice(), Framing::StartCode);
    pictures.next(&mut Vec::new()).map_err(|error| unreadable(&error))?;
    let sets = pictures.sets().clone();
    known.push((encoder.clone(), sets.clone()));
    Ok(sets)
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

    fn check(stream: &[u8], frames: &mut dyn Frames, sample: u32) -> Result<(), ForeignError> {
        check_shape(stream, frames.count(), &Encoder::Embedded)?;
        check_picture(stream, frames, sample)
    }

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
            check(&stream, &mut Bars(40), sample).unwrap();
        }
    }

    #[test]
    fn a_sound_stream_of_something_else_is_refused() {
        let stream = stream_of(&mut Bars(40));
        let refused = |frames: &mut dyn Frames| check(&stream, frames, 0).unwrap_err();
        assert!(matches!(refused(&mut Bars(39)), ForeignError::Length { .. } | ForeignError::Beginnings { .. }));
        assert!(matches!(refused(&mut Bars(41)), ForeignError::Length { .. } | ForeignError::Beginnings { .. }));
        assert!(matches!(refused(&mut Marked(40)), ForeignError::Picture { number: 0 }));
    }

    #[test]
    fn headers_of_another_encoder_and_beginnings_elsewhere_are_refused_without_decoding() {
        let mut stream = stream_of(&mut Bars(20));
        let twice = [stream.clone(), stream.clone()].concat();
        let refused = |stream: &[u8], wanted| check_shape(stream, wanted, &Encoder::Embedded).unwrap_err();
        assert!(matches!(refused(&twice, 40), ForeignError::Beginnings { number: 15 }));
        // The level, in the header before the first picture.
        let header = stream.windows(5).position(|bytes| bytes == [0, 0, 0, 1, 0x67]).unwrap();
        stream[header + 7] += 1;
        assert!(matches!(refused(&stream, 20), ForeignError::Headers));
    }

    #[test]
    fn garbage_is_refused_without_a_panic() {
        let stream = stream_of(&mut Bars(12));
        let mut cut = stream.clone();
        cut.truncate(stream.len() / 2);
        let other_headers = stream.iter().map(|byte| byte.wrapping_add(u8::from(*byte == 0x67))).collect();
        for bad in [Vec::new(), b"no stream".to_vec(), vec![0; 100_000], cut, other_headers] {
            check(&bad, &mut Bars(12), 0).unwrap_err();
        }
        for at in (0..stream.len()).step_by(stream.len() / 40) {
            let mut bent = stream.clone();
            bent[at] ^= 0x55;
            let _ = check(&bent, &mut Bars(12), at as u32);
            let _ = check_picture(&bent, &mut Bars(12), at as u32);
        }
    }
}
