//! Which picture of a clip stands for it: the one with the widest spread of brightness among those that are decoded cheaply.

use std::path::Path;

use image::RgbImage;

use super::decode::{DecodeError, still};
use super::reel::Reel;
use crate::video::frame::{Frame, Frames};

/// The liveliest of a clip's keyframes; its first and last tenth, where scenes give way to each other, only if there is no
/// other.
pub fn liveliest(clip: &Path) -> Result<RgbImage, DecodeError> {
    let mut reel = Reel::open(clip)?;
    let inner = reel.count() / 10..reel.count() - reel.count() / 10;
    let mut candidates: Vec<u32> = reel.keyframes().iter().copied().filter(|number| inner.contains(number)).collect();
    if candidates.is_empty() {
        candidates.push(reel.count() / 2);
    }
    let mut best: Option<(f64, Frame)> = None;
    let mut frame = Frame::black();
    for number in candidates {
        reel.draw(number, &mut frame).map_err(|error| DecodeError::Damaged { reason: error.to_string() })?;
        let lively = liveliness(&frame);
        if best.as_ref().is_none_or(|(so_far, _)| lively > *so_far) {
            best = Some((lively, frame.clone()));
        }
    }
    best.map(|(_, frame)| still(&frame)).ok_or(DecodeError::TooShort { count: 0, asked: 1 })
}

/// The spread of brightness over every 16th pixel: 0 for one flat colour.
pub(in crate::video) fn liveliness(frame: &Frame) -> f64 {
    let values: Vec<f64> = frame.y.iter().step_by(16).map(|&value| f64::from(value)).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::encode::encoder::{Encoder, encode};
    use crate::video::encode::keyframes::is_keyframe;
    use crate::video::frame::FrameError;

    /// Flat pictures, and one keyframe with stripes.
    struct Flat {
        count: u32,
        striped: u32,
    }

    impl Frames for Flat {
        fn count(&self) -> u32 {
            self.count
        }

        fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
            into.clone_from(&Frame::black());
            if number == self.striped {
                into.y.iter_mut().enumerate().filter(|(at, _)| at / 1080 % 64 < 32).for_each(|(_, y)| *y = 200);
            }
            Ok(())
        }
    }

    #[test]
    fn the_picture_with_most_in_it_stands_for_the_clip() {
        let within = (30..70).find(|number| is_keyframe(*number, 100)).unwrap();
        for (count, striped) in [(100, within), (8, 0)] {
            let file = tempfile::NamedTempFile::new().unwrap();
            let stream =
                encode(&mut Flat { count, striped }, &Encoder::Embedded, &mut |_| std::ops::ControlFlow::Continue(()));
            std::fs::write(file.path(), stream.unwrap()).unwrap();
            let picture = liveliest(file.path()).unwrap();
            assert!(picture.pixels().any(|pixel| pixel.0[0] > 150), "{count} pictures");
        }
        assert!(liveliest(Path::new("no-such-clip")).is_err());
    }
}
