//! Scales a plane, linearly between its pixels and exact to the last bit: first along the rows, eight rows at a time, then
//! between two rows. This is the most work in a frame of a photo, so it is laid out for vectors: a plane is kept in bands
//! of eight rows, column by column, so that one load brings two neighbouring columns of eight rows. Called by `plate`.

use std::ops::Range;

use wide::{u8x16, u16x8};

use super::planes::{Plane, row};
use super::plate::Camera;
use crate::video::lanes;

/// Rows in a band, and columns that are scaled together: what a vector of 16 bits a pixel holds.
const EIGHT: usize = 8;

/// A plane in bands of eight rows, each column by column; the last band repeats the last row.
pub struct Bands {
    bytes: Vec<u8>,
    width: usize,
    height: usize,
}

impl Bands {
    pub fn new(plane: &Plane) -> Bands {
        let (width, height) = (plane.width, plane.height);
        let mut bytes = vec![0; width * height.next_multiple_of(EIGHT)];
        for (number, band) in bytes.chunks_exact_mut(width * EIGHT).enumerate() {
            for (down, y) in (number * EIGHT..).take(EIGHT).enumerate() {
                let line = &plane.bytes[y.min(height - 1) * width..][..width];
                band.iter_mut().skip(down).step_by(EIGHT).zip(line).for_each(|(to, &from)| *to = from);
            }
        }
        Bands { bytes, width, height }
    }

    fn band(&self, number: usize) -> &[u8] {
        &self.bytes[number * self.width * EIGHT..][..self.width * EIGHT]
    }
}

/// How a plane is seen: by a camera that looks at an area that begins at this column and row of the frame.
pub struct Seen<'a> {
    pub camera: Camera,
    pub left: usize,
    pub top: usize,
    /// By how many of the plane's pixels what is seen at a height of the plane has risen.
    pub risen: &'a dyn Fn(f64) -> f64,
}

/// A place between two rows or columns: the first of them and the fraction of the second, of 256.
#[derive(Clone, Copy)]
struct Between {
    first: usize,
    share: u16,
}

fn between(place: f64, count: usize) -> Between {
    let fixed = (place.clamp(0.0, (count - 1) as f64) * 256.0) as usize;
    let first = (fixed >> 8).min(count - 2);
    Between { first, share: (fixed - (first << 8)) as u16 }
}

/// Where the middle of a pixel lies: pixels are judged there.
fn middle(start: f64, index: usize, step: f64) -> f64 {
    start + (index as f64 + 0.5) * step - 0.5
}

/// Where eight columns of the frame lie on a plane.
#[derive(Clone)]
struct Columns {
    /// The place of their first column in a band.
    at: [usize; EIGHT],
    share: [u16x8; EIGHT],
}

/// Room that is used again for each plane.
#[derive(Clone, Default)]
pub struct Scaler {
    columns: Vec<Columns>,
    /// The two bands that were scaled last, along their rows, times 256.
    scaled: [Scaled; 2],
}

#[derive(Clone, Default)]
struct Scaled {
    number: Option<usize>,
    rows: [Vec<u16>; EIGHT],
}

impl Scaler {
    /// Fills these columns and rows of a target.
    pub fn scale(
        &mut self,
        plane: &Bands,
        seen: &Seen,
        (columns, rows): (Range<usize>, Range<usize>),
        (target, stride): (&mut [u8], usize),
    ) {
        if plane.width < 2 || plane.height < 2 {
            for y in rows {
                row(target, stride, y, columns.clone()).fill(plane.bytes.first().copied().unwrap_or(128));
            }
            return;
        }
        self.look(plane, seen, &columns);
        for y in rows {
            let height = middle(seen.camera.top, y - seen.top, seen.camera.step);
            let Between { first, share } = between(height + (seen.risen)(height + 0.5), plane.height);
            self.keep(plane, first / EIGHT);
            self.keep(plane, (first + 1) / EIGHT);
            let [above, below] = [first, first + 1].map(|y| &self.scaled[y / EIGHT % 2].rows[y % EIGHT]);
            lanes::mix(row(target, stride, y, columns.clone()), above, below, share);
        }
    }

    /// Finds where the columns lie, for one camera.
    fn look(&mut self, plane: &Bands, seen: &Seen, columns: &Range<usize>) {
        self.scaled.iter_mut().for_each(|scaled| scaled.number = None);
        self.columns.clear();
        for first in columns.clone().step_by(EIGHT) {
            let places: [Between; EIGHT] = std::array::from_fn(|index| {
                let column = (first + index).min(columns.end - 1) - seen.left;
                between(middle(seen.camera.left, column, seen.camera.step), plane.width)
            });
            let share = places.map(|place| u16x8::splat(place.share));
            self.columns.push(Columns { at: places.map(|place| place.first * EIGHT), share });
        }
    }

    /// Scales a band along its rows, unless that is done.
    fn keep(&mut self, plane: &Bands, number: usize) {
        let scaled = &mut self.scaled[number % 2];
        if scaled.number == Some(number) {
            return;
        }
        scaled.number = Some(number);
        let width = self.columns.len() * EIGHT;
        scaled.rows.iter_mut().for_each(|row| row.resize(width, 0));
        let mut rows = scaled.rows.each_mut().map(|row| row.chunks_exact_mut(EIGHT));
        let band = plane.band(number);
        for columns in &self.columns {
            let mut across = [u16x8::ZERO; EIGHT];
            for ((across, &at), &share) in across.iter_mut().zip(&columns.at).zip(&columns.share) {
                let Some(two) = band[at..].first_chunk::<16>() else { continue };
                let two = u8x16::new(*two);
                let (left, right) = (u16x8::from_u8x16_low(two), u16x8::from_u8x16_high(two));
                // At most 255 * 256; the difference may be below zero, and wraps around and back.
                *across = (left << 8) + (right - left) * share;
            }
            for (row, eight) in rows.iter_mut().zip(u16x8::transpose(across)) {
                row.next().into_iter().for_each(|row| row.copy_from_slice(&eight.to_array()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The formula as it is written in books, a pixel at a time.
    fn one(plane: &Plane, camera: Camera, (x, y): (usize, usize)) -> u8 {
        let across = between(middle(camera.left, x, camera.step), plane.width);
        let down = between(middle(camera.top, y, camera.step), plane.height);
        let at = |right: usize, below: usize| {
            let weight = |second: usize, share: u16| u32::from(if second == 1 { share } else { 256 - share });
            let byte = plane.bytes[(down.first + below) * plane.width + across.first + right];
            u32::from(byte) * weight(right, across.share) * weight(below, down.share)
        };
        ((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 0x8000) >> 16) as u8
    }

    proptest! {
        #[test]
        fn every_pixel_is_the_mean_of_its_four_neighbours_to_the_last_bit(
            (width, height) in (2..40_usize, 2..40_usize),
            noise in prop::collection::vec(any::<u8>(), 40 * 40),
            (left, top, step) in (-9.0..40.0_f64, -9.0..40.0_f64, 0.05..3.5_f64),
            (first, last) in (0..30_usize, 1..40_usize),
        ) {
            let plane = Plane { bytes: noise[..width * height].to_vec(), width, height };
            let camera = Camera { left, top, step };
            let (columns, rows) = (first..first + last, 2..30);
            let mut target = vec![0; 80 * 30];
            let seen = Seen { camera, left: 0, top: 0, risen: &|_| 0.0 };
            let mut scaler = Scaler::default();
            scaler.scale(&Bands::new(&plane), &seen, (columns.clone(), rows.clone()), (&mut target, 80));
            for y in rows {
                for x in columns.clone() {
                    prop_assert_eq!(target[y * 80 + x], one(&plane, camera, (x, y)), "{} {}", x, y);
                }
            }
        }
    }
}
