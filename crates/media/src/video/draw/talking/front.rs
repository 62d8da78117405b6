//! What stands before the lower face, a microphone most of all: it stays where it is while the head behind it moves, so the
//! plate is needed once without it. Called when a portrait is rigged.

use super::fill::fill_in;
use super::quads::{Part, Quads};
use crate::video::draw::planes::Plane;
use face::{Cover, Point};

pub struct Front {
    /// How much of it is seen, 0 to 255, in full and in half size.
    light: Quads,
    colour: Quads,
    part: Part,
    /// What it does to each block of the plate.
    blocks: Vec<Hides>,
    columns: usize,
}

/// Pixels a side of a block.
const BLOCK: usize = 8;

/// How much of a place in the frame the front layer hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hides {
    Nothing,
    Some,
    All,
}

impl Front {
    /// The layer, and the plate as it would be without it.
    pub fn new(cover: &Cover, plate: &[Plane; 3]) -> Option<(Self, [Plane; 3])> {
        let (width, height) = (cover.width, cover.height);
        if cover.is_empty() {
            return None;
        }
        // Closed by one pixel more than it was grown by: holes of highlights belong to it.
        let closed = grown(&grown(&cover.holds, width, 4, true), width, 3, false);
        let hidden = grown(&closed, width, 2, true);
        let mut share: Vec<f32> = closed.iter().map(|&holds| f32::from(u8::from(holds))).collect();
        (0..3).for_each(|_| soften(&mut share, width));
        let colour = Plane { bytes: share.iter().map(|share| (share * 255.0).round() as u8).collect(), width, height };
        let part = bounds(&colour);
        let light = doubled(&colour);
        let clean = [0, 1, 2].map(|channel| {
            let scale = if channel == 0 { 2 } else { 1 };
            let source = &plate[channel];
            let mut plane = Plane { bytes: source.bytes.clone(), width: source.width, height: source.height };
            let is_known = |x: usize, y: usize| hidden.get(y / scale * width + x / scale).is_none_or(|&hidden| !hidden);
            fill_in(&mut plane, is_known);
            plane
        });
        let whole = Part { left: 2 * part.left, top: 2 * part.top, width: 2 * part.width, height: 2 * part.height };
        let (blocks, columns) = blocks(&light);
        let (light, colour) = (Quads::of(&light, whole), Quads::of(&colour, part));
        Some((Self { light, colour, part: whole, blocks, columns }, clean))
    }

    /// How much of it is seen at a place of the light's plane or of the colours', 0 to 1.
    #[inline]
    pub fn share(&self, is_light: bool, x: f32, y: f32) -> f32 {
        let quads = if is_light { &self.light } else { &self.colour };
        quads.at(x, y)[0] / 255.0
    }

    /// What it does to the rectangle between two points of the picture.
    pub fn hides(&self, low: Point, high: Point) -> Hides {
        // Cut off and not rounded, with a pixel more to each side: this is asked for every cell of every frame.
        let (left, top) = (low.x as i64 - 2, low.y as i64 - 2);
        let (right, bottom) = (high.x as i64 + 2, high.y as i64 + 2);
        let part = self.part;
        let (part_right, part_bottom) = ((part.left + part.width) as i64, (part.top + part.height) as i64);
        if right < part.left as i64 || bottom < part.top as i64 || left >= part_right || top >= part_bottom {
            return Hides::Nothing;
        }
        let rows = self.blocks.len() / self.columns.max(1);
        let block = |place: i64, count: usize| (place.max(0) as usize / BLOCK).min(count.saturating_sub(1));
        let (first, last) = (block(left, self.columns), block(right, self.columns));
        let mut found = None;
        for row in block(top, rows)..=block(bottom, rows) {
            for &hides in &self.blocks[row * self.columns + first..=row * self.columns + last] {
                found = if found.is_none_or(|found| found == hides) { Some(hides) } else { Some(Hides::Some) };
            }
        }
        found.unwrap_or(Hides::Nothing)
    }

    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.light.bytes() + self.colour.bytes()
    }
}

/// What a layer does to each block of the plate, row by row, and how many columns of blocks there are.
fn blocks(light: &Plane) -> (Vec<Hides>, usize) {
    let (columns, rows) = (light.width.div_ceil(BLOCK), light.height.div_ceil(BLOCK));
    let of = |at: usize| {
        let (left, top) = (at % columns * BLOCK, at / columns * BLOCK);
        let rows = (top..(top + BLOCK).min(light.height)).map(|y| &light.bytes[y * light.width..][..light.width]);
        let values: Vec<u8> = rows.flat_map(|row| row[left..(left + BLOCK).min(light.width)].iter().copied()).collect();
        match (values.iter().any(|&value| value > 0), values.iter().all(|&value| value == 255)) {
            (false, _) => Hides::Nothing,
            (true, false) => Hides::Some,
            (true, true) => Hides::All,
        }
    };
    ((0..columns * rows).map(of).collect(), columns)
}

/// Grown (or shrunk) by so many pixels, in a diamond.
fn grown(holds: &[bool], width: usize, times: usize, outwards: bool) -> Vec<bool> {
    let mut now = holds.to_vec();
    for _ in 0..times {
        let before = now.clone();
        for (at, holds) in now.iter_mut().enumerate() {
            let beside = [at.wrapping_sub(1), at + 1, at.wrapping_sub(width), at + width];
            if beside.into_iter().any(|at| before.get(at) == Some(&outwards)) {
                *holds = outwards;
            }
        }
    }
    now
}

fn soften(share: &mut [f32], width: usize) {
    let before = share.to_vec();
    for (at, share) in share.iter_mut().enumerate() {
        let beside = [at.wrapping_sub(1), at + 1, at.wrapping_sub(width), at + width];
        let around: f32 = beside.into_iter().map(|at| before.get(at).copied().unwrap_or(0.0)).sum();
        *share = 0.5 * before[at] + 0.125 * around;
    }
}

/// The part of a plane that is not zero, with a rim.
fn bounds(plane: &Plane) -> Part {
    let seen = plane.bytes.iter().enumerate().filter(|(_, value)| **value > 0).map(|(at, _)| at);
    let (mut low, mut high) = (Point::new(f32::MAX, f32::MAX), Point::default());
    for (x, y) in seen.map(|at| ((at % plane.width) as f32, (at / plane.width) as f32)) {
        low = Point::new(low.x.min(x - 1.0), low.y.min(y - 1.0));
        high = Point::new(high.x.max(x + 2.0), high.y.max(y + 2.0));
    }
    Part::around(low, high, plane.width, plane.height)
}

/// Twice as many rows and columns, with values between.
fn doubled(plane: &Plane) -> Plane {
    let quads = Quads::of(plane, Part { left: 0, top: 0, width: plane.width, height: plane.height });
    let (width, height) = (plane.width * 2, plane.height * 2);
    let at = |at: usize| quads.at((at % width) as f32 / 2.0 - 0.25, (at / width) as f32 / 2.0 - 0.25)[0];
    Plane { bytes: (0..width * height).map(|index| at(index) as u8).collect(), width, height }
}
