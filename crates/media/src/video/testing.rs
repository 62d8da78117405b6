//! Moving test pictures for the tests of this room: drawn in a millisecond, different from each other, known by number.

use super::frame::{Frame, FrameError, Frames, HEIGHT, WIDTH};

/// So many pictures of bars that move four pixels a frame.
pub struct Bars(pub u32);

impl Frames for Bars {
    fn count(&self) -> u32 {
        self.0
    }

    fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
        let row: Vec<u8> = (0..WIDTH).map(|x| Self::luma(x, number)).collect();
        into.y.clear();
        for _ in 0..HEIGHT {
            into.y.extend_from_slice(&row);
        }
        into.u.fill(110);
        into.v.fill(150);
        Ok(())
    }

    fn another(&self) -> Option<Box<dyn Frames>> {
        Some(Box::new(Bars(self.0)))
    }
}

impl Bars {
    fn luma(x: u32, number: u32) -> u8 {
        let place = (x + 4 * number) % 216;
        (40 + if place < 108 { place } else { 216 - place }) as u8
    }

    /// How far the picture is from the one that was drawn, as the mean of the differences of brightness.
    pub fn difference(frame: &Frame, number: u32) -> f64 {
        let drawn = (0..Frame::LUMA as u32).map(|at| Self::luma(at % WIDTH, number));
        let sum: u64 = frame.y.iter().zip(drawn).map(|(&is, was)| u64::from(is.abs_diff(was))).sum();
        sum as f64 / Frame::LUMA as f64
    }
}
