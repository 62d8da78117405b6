//! Pictures back out of a stream: for cross-fades, previews, thumbnails and the lint. Called with streams of any origin;
//! knows no files.

use std::io::Read;
use std::ops::Range;

use image::RgbImage;
use openh264::decoder::{DecodedYUV, Decoder};
use openh264::formats::YUVSource;

use crate::video::frame::{Frame, HEIGHT, WIDTH};
use crate::video::h264::sps::read_sps;
use crate::video::h264::stream::{Framing, Pictures};

/// Why no pictures came out of a stream.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DecodeError {
    /// It is no H.264 stream, or not one of ours any more.
    #[error("The clip is damaged ({reason}). Delete it and make it again.")]
    Damaged {
        /// In the decoder's words, as a clause.
        reason: String,
    },
    /// The stream is sound, and of no clip.
    #[error("The clip has pictures of {width}x{height}; they must be {WIDTH}x{HEIGHT}.")]
    Size {
        /// In pixels, as its header says.
        width: u32,
        /// In pixels, as its header says.
        height: u32,
    },
    /// The range goes beyond the end.
    #[error("The clip has {count} pictures; picture {asked} was asked for.")]
    TooShort {
        /// How many pictures there are.
        count: u32,
        /// The last one that was asked for, counted from 1.
        asked: u32,
    },
}

/// Decodes the pictures of a range. Starts at the last beginning before it, so that a range near the end of a long clip
/// costs no more than a second's pictures.
pub fn decode_frames(stream: &[u8], range: Range<u32>) -> Result<Vec<Frame>, DecodeError> {
    decode_from(|| stream, range)
}

/// As [`decode_frames`], for a stream that `open` opens: it is read twice, from the start.
pub(in crate::video) fn decode_from<Source: Read>(
    open: impl Fn() -> Source,
    range: Range<u32>,
) -> Result<Vec<Frame>, DecodeError> {
    let mut picture = Vec::new();
    let (mut count, mut start) = (0, 0);
    let mut pictures = Pictures::new(open(), Framing::StartCode);
    while count < range.end.max(1)
        && let Some(idr) = pictures.next(&mut picture).map_err(|error| unreadable(&error))?
    {
        if idr && count <= range.start {
            start = count;
        }
        count += 1;
    }
    if count < range.end || count == 0 {
        return Err(DecodeError::TooShort { count, asked: range.end.max(1) });
    }
    let mut decoder = PictureDecoder::new()?;
    let mut pictures = Pictures::new(open(), Framing::StartCode);
    let mut frames = Vec::with_capacity(range.len());
    for number in 0..range.end {
        pictures.next(&mut picture).map_err(|error| unreadable(&error))?;
        if number < start {
            continue;
        }
        if number == start {
            refuse_other_sizes(&pictures.sets().sps)?;
        }
        let frame = decoder.decode(&picture)?;
        if range.contains(&number) {
            frames.push(frame);
        }
    }
    Ok(frames)
}

/// Decodes pictures that come one by one, each shown when it was decoded.
pub(in crate::video) struct PictureDecoder(Decoder);

impl PictureDecoder {
    pub(in crate::video) fn new() -> Result<PictureDecoder, DecodeError> {
        Decoder::new().map(PictureDecoder).map_err(|error| damaged(&error))
    }

    /// The picture of these NAL units (with start codes). Refuse other sizes than the delivery format's before: a few
    /// bytes could ask for gigabytes.
    pub(in crate::video) fn decode(&mut self, picture: &[u8]) -> Result<Frame, DecodeError> {
        let nothing = || DecodeError::Damaged { reason: "a picture could not be decoded".into() };
        let decoded = self.0.decode(picture).map_err(|error| damaged(&error))?.ok_or_else(nothing)?;
        copy(&decoded)
    }
}

/// An error when a header announces pictures of another size, or none at all.
pub(in crate::video) fn refuse_other_sizes(sps: &[u8]) -> Result<(), DecodeError> {
    match read_sps(sps) {
        Some(sps) if (sps.width, sps.height) == (WIDTH, HEIGHT) => Ok(()),
        Some(sps) => Err(DecodeError::Size { width: sps.width, height: sps.height }),
        None => Err(DecodeError::Damaged { reason: "its header cannot be read".into() }),
    }
}

fn copy(decoded: &DecodedYUV<'_>) -> Result<Frame, DecodeError> {
    let (width, height) = decoded.dimensions();
    if (width, height) != (WIDTH as usize, HEIGHT as usize) {
        return Err(DecodeError::Size { width: width as u32, height: height as u32 });
    }
    let (y_stride, u_stride, v_stride) = decoded.strides();
    Ok(Frame {
        y: packed(decoded.y(), y_stride, width, height),
        u: packed(decoded.u(), u_stride, width / 2, height / 2),
        v: packed(decoded.v(), v_stride, width / 2, height / 2),
    })
}

fn packed(plane: &[u8], stride: usize, width: usize, height: usize) -> Vec<u8> {
    plane.chunks(stride).take(height).flat_map(|row| &row[..width]).copied().collect()
}

fn damaged(error: &openh264::Error) -> DecodeError {
    DecodeError::Damaged { reason: error.to_string() }
}

pub(super) fn unreadable(error: &std::io::Error) -> DecodeError {
    DecodeError::Damaged { reason: error.to_string() }
}

/// The picture as people look at it: RGB, for previews and thumbnails.
pub fn still(frame: &Frame) -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let luma = f32::from(frame.y[(y * WIDTH + x) as usize]) - 16.0;
        let at = (y / 2 * (WIDTH / 2) + x / 2) as usize;
        let (u, v) = (f32::from(frame.u[at]) - 128.0, f32::from(frame.v[at]) - 128.0);
        // BT.709 from limited range: ITU-R BT.709-6, 3.
        let bright = 1.164_384 * luma;
        let colour = [bright + 1.792_741 * v, bright - 0.213_249 * u - 0.532_909 * v, bright + 2.112_402 * u];
        image::Rgb(colour.map(|value| value.round().clamp(0.0, 255.0) as u8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::encode::encoder::{Encoder, encode};
    use crate::video::testing::Bars;

    fn clip(count: u32) -> Vec<u8> {
        encode(&mut Bars(count), &Encoder::Embedded, &mut |_| std::ops::ControlFlow::Continue(())).unwrap()
    }

    #[test]
    fn any_range_of_a_clip_is_decoded_to_the_pictures_that_were_drawn() {
        let clip = clip(18);
        for range in [0..2, 4..6, 12..18] {
            let frames = decode_frames(&clip, range.clone()).unwrap();
            assert_eq!(frames.len(), range.len());
            for (frame, number) in frames.iter().zip(range) {
                let error = Bars::difference(frame, number);
                assert!(error < 2.0, "picture {number} is off by {error}");
            }
        }
    }

    #[test]
    fn what_is_not_there_or_damaged_is_said() {
        let clip = clip(2);
        assert_eq!(decode_frames(&clip, 1..3).unwrap_err(), DecodeError::TooShort { count: 2, asked: 3 });
        assert_eq!(decode_frames(b"", 0..1).unwrap_err(), DecodeError::TooShort { count: 0, asked: 1 });
        assert!(decode_frames(&clip[..clip.len() / 8], 0..1).is_err());
    }

    #[test]
    fn a_still_has_the_colours_of_the_frame() {
        assert_eq!(still(&Frame::black()).get_pixel(0, 0).0, [0, 0, 0]);
        let mut red = Frame::black();
        (red.y, red.u, red.v) = (vec![63; Frame::LUMA], vec![102; Frame::CHROMA], vec![240; Frame::CHROMA]);
        let [r, g, b] = still(&red).get_pixel(540, 960).0;
        assert!(r > 250 && g < 5 && b < 5, "{r} {g} {b}");
    }
}
