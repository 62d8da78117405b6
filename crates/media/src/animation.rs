//! Moving pictures that are picture files: animated GIF and WebP, frame by frame. Called by `picture`, which takes the first
//! frame, and by the video room, which plays them. Knows no video.

use std::io::Cursor;
use std::sync::Arc;

use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, DynamicImage, Frames, RgbImage};

use super::container::{self, Kind};
use super::picture::{self, PictureError, PictureFormat, PictureInfo};

/// An animated picture, decoded in full.
#[derive(Debug, Clone)]
pub struct Animation {
    frames: Arc<[RgbImage]>,
    /// How long each frame stands, in seconds.
    delays: Arc<[f64]>,
}

/// Frames that stand shorter than this are shown for [`USUAL`], as browsers do, in seconds.
const SHORTEST: f64 = 0.02;
const USUAL: f64 = 0.1;

/// All frames together may take so many bytes; those of a longer or larger animation are scaled down.
const MOST_BYTES: f64 = 256.0 * 1024.0 * 1024.0;

/// The animation in these bytes, or `None` for a picture that stands still.
pub fn animation(bytes: &[u8]) -> Result<Option<Animation>, PictureError> {
    let format = match container::kind(bytes) {
        Some(Kind::Gif) => PictureFormat::Gif,
        Some(Kind::WebP) => PictureFormat::WebP,
        _ => return Ok(None),
    };
    let PictureInfo { width, height, .. } = picture::inspect_own(bytes)?;
    let damaged = |error: image::ImageError| PictureError::Damaged { format, reason: error.to_string() };
    let Some(counted) = frames(bytes, format)? else { return Ok(None) };
    let mut delays = Vec::new();
    for frame in counted {
        let (numerator, denominator) = frame.map_err(damaged)?.delay().numer_denom_ms();
        let delay = f64::from(numerator) / f64::from(denominator.max(1)) / 1000.0;
        delays.push(if delay < SHORTEST { USUAL } else { delay });
    }
    if delays.len() < 2 {
        return Ok(None);
    }
    let bytes_of_all = 3.0 * f64::from(width) * f64::from(height) * delays.len() as f64;
    let scale = (MOST_BYTES / bytes_of_all).sqrt().min(1.0);
    let side = |length: u32| ((f64::from(length) * scale) as u32).max(1);
    let Some(decoded) = frames(bytes, format)? else { return Ok(None) };
    let shown = decoded.map(|frame| {
        let shown = picture::flatten(DynamicImage::ImageRgba8(frame.map_err(damaged)?.into_buffer()));
        Ok(if scale < 1.0 { picture::fit(&shown, side(width), side(height)) } else { shown })
    });
    let shown = shown.collect::<Result<Vec<RgbImage>, PictureError>>()?;
    Ok(Some(Animation { frames: shown.into(), delays: delays.into() }))
}

impl Animation {
    /// How long it takes once through, in seconds.
    pub fn seconds(&self) -> f64 {
        self.delays.iter().sum()
    }

    /// The number of the frame that is seen so many seconds after the start, the animation being repeated.
    pub fn frame_at(&self, seconds: f64) -> usize {
        let mut left = seconds.max(0.0) % self.seconds();
        for (number, delay) in self.delays.iter().enumerate() {
            // A thousandth of a second early is not early: times went through floating point.
            if left < delay - 1e-3 {
                return number;
            }
            left -= delay;
        }
        0
    }

    /// Frame `number` as it is seen; after the last comes the first.
    pub fn frame(&self, number: usize) -> &RgbImage {
        &self.frames[number % self.frames.len()]
    }
}

fn frames(bytes: &[u8], format: PictureFormat) -> Result<Option<Frames<'_>>, PictureError> {
    let damaged = |error: image::ImageError| PictureError::Damaged { format, reason: error.to_string() };
    let source = Cursor::new(bytes);
    Ok(match format {
        PictureFormat::Gif => Some(GifDecoder::new(source).map_err(damaged)?.into_frames()),
        PictureFormat::WebP => {
            let decoder = WebPDecoder::new(source).map_err(damaged)?;
            decoder.has_animation().then(|| decoder.into_frames())
        }
        PictureFormat::Png | PictureFormat::Jpeg => None,
    })
}

#[cfg(test)]
pub mod tests {
    use image::codecs::gif::{GifEncoder, Repeat};
    use image::{Delay, Frame, Rgba, RgbaImage};

    use super::*;

    /// A GIF of three colours, each of which stands a tenth of a second.
    pub fn three_colours() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new(&mut bytes);
        encoder.set_repeat(Repeat::Infinite).unwrap();
        for colour in [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]] {
            let picture = RgbaImage::from_pixel(60, 80, Rgba(colour));
            encoder.encode_frame(Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(100, 1))).unwrap();
        }
        drop(encoder);
        bytes
    }

    #[test]
    fn an_animated_gif_shows_its_frames_in_turn_and_again() {
        let animation = animation(&three_colours()).unwrap().unwrap();
        assert!((animation.seconds() - 0.3).abs() < 1e-9, "{}", animation.seconds());
        let colours = [0, 1, 2, 3].map(|number| animation.frame(number).get_pixel(30, 40).0);
        assert_eq!(colours, [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 0, 0]]);
        let seen = [0.0, 0.05, 0.1, 0.25, 0.3, 0.41].map(|seconds| animation.frame_at(seconds));
        assert_eq!(seen, [0, 0, 1, 2, 0, 1]);
    }

    #[test]
    fn a_picture_that_stands_still_is_no_animation() {
        let still = picture::encode_png(&RgbImage::new(4, 4));
        assert!(animation(&still).unwrap().is_none());
        let one_frame = include_bytes!("../../../tests/fixtures/real-files/media/reaction.gif");
        assert!(animation(one_frame).unwrap().is_none());
        let cut = three_colours();
        assert!(animation(&cut[..cut.len() / 2]).map_or(true, |found| found.is_none()));
    }
}
