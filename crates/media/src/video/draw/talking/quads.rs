//! Pixels that can be looked at anywhere between them: each place holds its four neighbours in one word a channel, so a
//! sample is one load. Two channels that lie in the same places, such as the colours, are looked up together. Called by everything of the talking photo that draws; knows no face. Plain integer arithmetic in fixed point.

use bytemuck::cast;
use face::Point;
use wide::{i16x8, i32x8, u8x16, u16x8};

use crate::video::draw::planes::Plane;

/// A rectangle of a plane, in that plane's own pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
}

/// What rounding down the steps between corners can lose on the way through a cell, in 65,536ths of a pixel.
const LOST: f32 = 64.0;

/// A step as large as this, in 65,536ths of a pixel, does not fit 16 bits any more.
const STEEP: i32 = 2 << 16;

/// How many words a row of a cell may reach over. A power of two: what is masked to it needs no check.
const WINDOW: usize = 8192;

/// A part of planes of one size, ready to be sampled.
pub struct Quads<const CHANNELS: usize = 1> {
    /// Row by row, and a window's words more, so that one begins at every place.
    words: Vec<[u32; CHANNELS]>,
    part: Part,
}

/// Where a cell's pixels go.
pub struct Cell<'a, const CHANNELS: usize = 1> {
    pub planes: [&'a mut [u8]; CHANNELS],
    pub stride: usize,
    pub column: usize,
    pub row: usize,
    /// A power of two.
    pub side: usize,
    /// How many columns and rows of it are drawn.
    pub visible: (usize, usize),
}

impl Part {
    /// The part around these corners, at least two by two pixels, of a plane of this size.
    pub fn around(low: Point, high: Point, width: usize, height: usize) -> Self {
        let fitted = |low: f32, high: f32, size: usize| {
            let first = (low.max(0.0) as usize).min(size.saturating_sub(2));
            (first, (high.max(0.0).ceil() as usize).clamp((first + 2).min(size), size) - first)
        };
        let ((left, width), (top, height)) = (fitted(low.x, high.x, width), fitted(low.y, high.y, height));
        Self { left, top, width, height }
    }

    /// The same part of a plane with half as many rows and columns.
    pub fn halved(self) -> Self {
        let (left, top) = (self.left / 2, self.top / 2);
        let end = |start: usize, size: usize| (start + size).div_ceil(2);
        Self { left, top, width: end(self.left, self.width) - left, height: end(self.top, self.height) - top }
    }
}

impl Quads {
    pub fn of(plane: &Plane, part: Part) -> Self {
        Self::together([plane], part)
    }
}

impl<const CHANNELS: usize> Quads<CHANNELS> {
    /// Of planes that are equally large.
    pub fn together(planes: [&Plane; CHANNELS], part: Part) -> Self {
        let mut words = Vec::with_capacity(part.width * part.height + WINDOW);
        for y in part.top..part.top + part.height {
            let rows = planes.map(|plane| {
                let row = |y: usize| &plane.bytes[y.min(plane.height - 1) * plane.width..][..plane.width];
                (row(y), row(y + 1))
            });
            words.extend((part.left..part.left + part.width).map(|x| {
                rows.map(|(upper, lower)| {
                    let next = (x + 1).min(upper.len() - 1);
                    u32::from_le_bytes([upper[x], upper[next], lower[x], lower[next]])
                })
            }));
        }
        words.resize(words.len() + WINDOW, [0; CHANNELS]);
        Self { words, part }
    }

    /// The same pixels at another place of their plane.
    pub fn move_to(&mut self, left: usize, top: usize) {
        (self.part.left, self.part.top) = (left, top);
    }

    /// Bytes of memory.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.words.len() * 4 * CHANNELS
    }

    /// The values at a place, in pixels of the planes; beyond the part, those of its edge.
    #[inline]
    pub fn at(&self, x: f32, y: f32) -> [f32; CHANNELS] {
        let most = |size: usize| ((size as i32 - 1) << 8).max(0);
        let x = (((x - self.part.left as f32) * 256.0) as i32).clamp(0, most(self.part.width));
        let y = (((y - self.part.top as f32) * 256.0) as i32).clamp(0, most(self.part.height));
        let word = self.words[(y >> 8) as usize * self.part.width + (x >> 8) as usize];
        word.map(|word| between(word, (x & 255) as u32, (y & 255) as u32) as f32 / 65536.0)
    }

    /// Fills a cell whose corners (left and right above, left and right below) lie at these points of the picture, of
    /// which the plane has `scale` times as many rows and columns.
    #[inline]
    pub fn draw(&self, cell: &mut Cell<CHANNELS>, corners: &[Point; 4], scale: f32) {
        // Corners inside the part keep everything between them inside.
        let most = |size: usize| ((size.max(2) as i32 - 1) << 16) as f32 - 1.0;
        let (widest, highest) = (most(self.part.width), most(self.part.height));
        let fixed = |place: f32, first: usize, most: f32| {
            ((place * scale - 0.5 - first as f32) * 65536.0).clamp(LOST, most - LOST) as i32
        };
        let at = |point: &Point| (fixed(point.x, self.part.left, widest), fixed(point.y, self.part.top, highest));
        let [a, b, c, d] = [at(&corners[0]), at(&corners[1]), at(&corners[2]), at(&corners[3])];
        let shift = cell.side.trailing_zeros();
        let step = |from: i32, to: i32| (to - from) >> shift;
        let (left_step, right_step) = ((step(a.0, c.0), step(a.1, c.1)), (step(b.0, d.0), step(b.1, d.1)));
        let mut left = (a.0 + left_step.0 / 2, a.1 + left_step.1 / 2);
        let mut right = (b.0 + right_step.0 / 2, b.1 + right_step.1 / 2);
        for row in 0..cell.visible.1 {
            let along = (step(left.0, right.0), step(left.1, right.1));
            let from = (left.0 + along.0 / 2, left.1 + along.1 / 2);
            let start = (cell.row + row) * cell.stride + cell.column;
            let to = cell.planes.each_mut().map(|plane| &mut plane[start..start + cell.visible.0]);
            match cell.side {
                16 => self.line::<16>(from, along, to),
                8 => self.line::<8>(from, along, to),
                4 => self.line::<4>(from, along, to),
                _ => self.line::<2>(from, along, to),
            }
            left = (left.0 + left_step.0, left.1 + left_step.1);
            right = (right.0 + right_step.0, right.1 + right_step.1);
        }
    }

    /// A row of a cell from one place on, in steps, eight pixels at a time. All of its `SIDE` pixels are computed whether or
    /// not they are seen.
    #[inline]
    fn line<const SIDE: usize>(&self, from: (i32, i32), along: (i32, i32), mut to: [&mut [u8]; CHANNELS]) {
        const EIGHT: usize = 8;
        let last = (from.0 + along.0 * (SIDE as i32 - 1), from.1 + along.1 * (SIDE as i32 - 1));
        let (left, top) = (from.0.min(last.0) >> 16, from.1.min(last.1) >> 16);
        let (right, bottom) = (from.0.max(last.0) >> 16, from.1.max(last.1) >> 16);
        let width = self.part.width;
        let first = top as usize * width + left as usize;
        let reach = (bottom - top) as usize * width + (right - left) as usize;
        let window = self.words.get(first..).and_then(|words| words.first_chunk::<WINDOW>());
        let is_steep = along.0.abs().max(along.1.abs()) >= STEEP;
        let Some(window) = window.filter(|_| reach < WINDOW && !is_steep) else {
            return self.steep_line(from, along, to);
        };
        // From the window's first word on, all numbers are small: 16 bits are enough, eight of them in places of 256ths.
        let start = [from.0 - (left << 16), from.1 - (top << 16)].map(|from| i16x8::splat((from >> 8) as i16));
        let along = [along.0, along.1].map(|along| i16x8::splat((along >> 2) as i16));
        let byte = u16x8::splat(255);
        for begin in (0..SIDE).step_by(EIGHT) {
            let steps = i16x8::new(std::array::from_fn(|pixel| ((begin + pixel) << 10) as i16));
            // What rounding down took away may not lead out of the window.
            let place = |axis: usize| (start[axis] + along[axis].mul_keep_high(steps)).max(i16x8::ZERO);
            let [x, y] = [place(0), place(1)].map(cast::<i16x8, u16x8>);
            let index: u16x8 = (y >> 8) * u16x8::splat(width as u16) + (x >> 8);
            let (right, down) = (x & byte, y << 8);
            let near = u16x8::splat(256) - right;
            let words = index.to_array().map(|index| window[usize::from(index) & (WINDOW - 1)]);
            for (channel, to) in to.iter_mut().enumerate() {
                let words: i32x8 = cast(words.map(|word| word[channel]));
                // The lower and the upper halves of eight words: what lies above and what lies below.
                let half = |words: i32x8| cast::<i16x8, u16x8>(i16x8::from_i32x8_saturate(words >> 16));
                let mixed = |two: u16x8| -> u16x8 { (two & byte) * near + (two >> 8) * right };
                let (upper, lower) = (mixed(half(words << 16)), mixed(half(words)));
                let below = upper - upper.mul_keep_high(down) + lower.mul_keep_high(down);
                let values = cast::<u16x8, i16x8>((below + u16x8::splat(0x80)) >> 8);
                let values = u8x16::narrow_i16x8(values, i16x8::ZERO).to_array();
                let rest = to.get_mut(begin..).unwrap_or_default();
                // Nearly always all eight: a copy of a known length is one instruction.
                match (rest.first_chunk_mut::<EIGHT>(), values.first_chunk::<EIGHT>()) {
                    (Some(to), Some(values)) => *to = *values,
                    _ => rest.iter_mut().zip(values).for_each(|(to, value)| *to = value),
                }
            }
        }
    }

    /// A row whose places lie too far apart for a window: where landmarks are far from being a face.
    #[cold]
    fn steep_line(&self, from: (i32, i32), along: (i32, i32), mut to: [&mut [u8]; CHANNELS]) {
        for pixel in 0..to[0].len() {
            let (x, y) = (from.0 + along.0 * pixel as i32, from.1 + along.1 * pixel as i32);
            let word = self.words[(y >> 16) as usize * self.part.width + (x >> 16) as usize];
            for (to, word) in to.iter_mut().zip(word) {
                to[pixel] = ((between(word, (x >> 8 & 255) as u32, (y >> 8 & 255) as u32) + 0x8000) >> 16) as u8;
            }
        }
    }
}

/// The value between the four of a word, times 65,536; the shares of the right and of the lower ones are of 256.
#[inline]
fn between(word: u32, right: u32, down: u32) -> u32 {
    const PAIR: u32 = 0x00ff_00ff;
    let both = (word & PAIR) * (256 - right) + (word >> 8 & PAIR) * right;
    (both & 0xffff) * (256 - down) + (both >> 16) * down
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ramp() -> Plane {
        Plane { bytes: (0..64 * 32).map(|at| (at % 64 * 2 + at / 64) as u8).collect(), width: 64, height: 32 }
    }

    #[test]
    fn a_place_between_pixels_is_the_mean_of_its_neighbours() {
        let quads = Quads::of(&ramp(), Part { left: 10, top: 4, width: 20, height: 10 });
        let is = |x: f32, y: f32, value: f32| (quads.at(x, y)[0] - value).abs() < 1e-6;
        assert!(is(12.0, 6.0, 30.0) && is(12.5, 6.5, 31.5));
        assert!(is(-50.0, -50.0, quads.at(10.0, 4.0)[0]));
        assert!(quads.at(1e9, f32::NAN)[0] > 0.0);
    }

    #[test]
    fn an_unmoved_cell_copies_and_a_moved_one_stays_inside() {
        let plane = ramp();
        let quads = Quads::of(&plane, Part { left: 0, top: 0, width: 64, height: 32 });
        let mut bytes = vec![0; 64 * 32];
        let corner = |x: f32, y: f32| Point::new(x, y);
        let corners = [corner(8.0, 8.0), corner(24.0, 8.0), corner(8.0, 24.0), corner(24.0, 24.0)];
        let mut cell = Cell { planes: [&mut bytes], stride: 64, column: 8, row: 8, side: 16, visible: (16, 16) };
        quads.draw(&mut cell, &corners, 1.0);
        for y in 8..24 {
            assert_eq!(cell.planes[0][y * 64 + 8..y * 64 + 24], plane.bytes[y * 64 + 8..y * 64 + 24], "row {y}");
        }
        quads.draw(&mut cell, &[corner(-1e9, f32::NAN); 4], 0.5);
        quads.draw(&mut cell, &[corner(1e9, 1e9); 4], 1.0);
    }

    proptest! {
        #[test]
        fn a_turned_cell_shows_what_lies_at_its_places(
            (left, top) in (14.0..30.0_f32, 10.0..12.0_f32),
            (turn, size) in (-0.25..0.25_f32, 0.3..0.7_f32),
            is_mirrored in any::<bool>(),
        ) {
            let plane = ramp();
            let quads = Quads::of(&plane, Part { left: 0, top: 0, width: 64, height: 32 });
            let mut bytes = vec![0; 16 * 16];
            let sign = if is_mirrored { -1.0 } else { 1.0 };
            let (across, down) = ((sign * size * turn.cos(), size * turn.sin()), (-size * turn.sin(), size * turn.cos()));
            let corner = |x: f32, y: f32| {
                Point::new(left + 10.0 + across.0 * x + down.0 * y, top + across.1 * x + down.1 * y)
            };
            let corners = [corner(0.0, 0.0), corner(16.0, 0.0), corner(0.0, 16.0), corner(16.0, 16.0)];
            let mut cell = Cell { planes: [&mut bytes], stride: 16, column: 0, row: 0, side: 16, visible: (16, 16) };
            quads.draw(&mut cell, &corners, 1.0);
            for (at, &found) in bytes.iter().enumerate() {
                let place = corner((at % 16) as f32 + 0.5, (at / 16) as f32 + 0.5);
                let [wanted] = quads.at(place.x - 0.5, place.y - 0.5);
                prop_assert!((f32::from(found) - wanted).abs() < 1.2, "{at}: {found}, {wanted}");
            }
        }
    }

    #[test]
    fn parts_stay_inside_their_plane_and_halve_to_whole_pixels() {
        let part = Part::around(Point::new(-5.0, 3.2), Point::new(999.0, 7.1), 64, 32);
        assert_eq!(part, Part { left: 0, top: 3, width: 64, height: 5 });
        assert_eq!(part.halved(), Part { left: 0, top: 1, width: 32, height: 3 });
        assert_eq!(Part::around(Point::new(500.0, 500.0), Point::new(600.0, 600.0), 64, 32).width, 2);
    }
}
