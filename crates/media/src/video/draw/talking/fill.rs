//! Makes up what is hidden: a hole is filled with what flows in from around it, from coarse to fine (push-pull), and gets
//! the grain of the skin beside it. Called when a portrait is rigged; knows no face.

use crate::video::draw::planes::Plane;

/// One size of a plane on its way to coarser ones: sums of what is known, and how much that is.
struct Level {
    width: usize,
    height: usize,
    values: Vec<(f32, f32)>,
}

impl Level {
    fn halved(&self) -> Level {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let mut values = Vec::with_capacity(width * height);
        for (row, column) in (0..width * height).map(|at| (at / width, at % width)) {
            let (mut sum, mut known) = (0.0, 0.0);
            for (down, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let (row, column) = ((2 * row + down).min(self.height - 1), (2 * column + right).min(self.width - 1));
                let (value, weight) = self.values[row * self.width + column];
                (sum, known) = (sum + value, known + weight);
            }
            // A little known is as good as all: it is the nearest there is.
            let weight = f32::min(known, 1.0);
            values.push(if known > 0.0 { (sum / known * weight, weight) } else { (0.0, 0.0) });
        }
        Level { width, height, values }
    }

    /// This level's values where they are known, and those of the coarser one between its pixels elsewhere.
    fn filled(&self, coarse: &[f32], width: usize, height: usize) -> Vec<f32> {
        let place = |index: usize, size: usize| {
            let place = (index as f32 / 2.0 - 0.25).clamp(0.0, size as f32 - 1.0);
            (place as usize, (place as usize + 1).min(size - 1), place.fract())
        };
        let mut filled = Vec::with_capacity(self.values.len());
        for (at, &(value, weight)) in self.values.iter().enumerate() {
            if weight >= 1.0 {
                filled.push(value);
                continue;
            }
            let ((left, right, across), (above, below, down)) =
                (place(at % self.width, width), place(at / self.width, height));
            let of = |row: usize| coarse[row * width + left] * (1.0 - across) + coarse[row * width + right] * across;
            filled.push(value + (1.0 - weight) * (of(above) * (1.0 - down) + of(below) * down));
        }
        filled
    }
}

/// Fills the pixels that are not known from those that are.
pub fn fill_in(plane: &mut Plane, is_known: impl Fn(usize, usize) -> bool) {
    let (width, height) = (plane.width, plane.height);
    let known = |(at, &value): (usize, &u8)| {
        if is_known(at % width, at / width) { (f32::from(value), 1.0) } else { (0.0, 0.0) }
    };
    let mut levels = vec![Level { width, height, values: plane.bytes.iter().enumerate().map(known).collect() }];
    while let Some(last) = levels.last()
        && last.width > 4
        && last.height > 4
    {
        levels.push(last.halved());
    }
    let coarsest = levels.last().map(|last| (last.width, last.height));
    let Some((mut coarse_width, mut coarse_height)) = coarsest else { return };
    let of_coarsest = levels.iter().last().map(|last| last.values.iter());
    let value = |&(value, weight): &(f32, f32)| if weight > 0.0 { value / weight } else { 128.0 };
    let mut coarse: Vec<f32> = of_coarsest.into_iter().flatten().map(value).collect();
    for level in levels.iter().rev().skip(1) {
        coarse = level.filled(&coarse, coarse_width, coarse_height);
        (coarse_width, coarse_height) = (level.width, level.height);
    }
    for (at, (to, value)) in plane.bytes.iter_mut().zip(coarse).enumerate() {
        if !is_known(at % width, at / width) {
            *to = value.round().clamp(0.0, 255.0) as u8;
        }
    }
}

/// The fine part of a patch of skin: how much each pixel differs from those three pixels around it, at most six levels.
pub struct Grain {
    side: usize,
    values: Vec<f32>,
}

const DIFFERS_AT_MOST: f32 = 6.0;

impl Grain {
    /// Of the square around a pixel.
    pub fn of(plane: &Plane, (x, y): (usize, usize), reach: usize) -> Self {
        let side = 2 * reach + 1;
        let at = |x: isize, y: isize| {
            let (x, y) = (x.clamp(0, plane.width as isize - 1), y.clamp(0, plane.height as isize - 1));
            f32::from(plane.bytes[y as usize * plane.width + x as usize])
        };
        let values = (0..side * side).map(|index| {
            let x = x as isize + (index % side) as isize - reach as isize;
            let y = y as isize + (index / side) as isize - reach as isize;
            let around = at(x - 3, y) + at(x + 3, y) + at(x, y - 3) + at(x, y + 3);
            (at(x, y) - around / 4.0).clamp(-DIFFERS_AT_MOST, DIFFERS_AT_MOST)
        });
        Self { side, values: values.collect() }
    }

    /// The grain at any place: the patch again and again, mirrored so that no seam shows.
    pub fn at(&self, x: usize, y: usize) -> f32 {
        let folded = |index: usize| {
            let index = index % (2 * self.side);
            if index < self.side { index } else { 2 * self.side - 1 - index }
        };
        self.values[folded(y) * self.side + folded(x)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_takes_the_colours_around_it_and_nothing_else_changes() {
        let slope = |x: usize| (60 + x) as u8;
        let mut plane = Plane { bytes: (0..100 * 80).map(|at| slope(at % 100)).collect(), width: 100, height: 80 };
        let is_known = |x: usize, y: usize| !((40..60).contains(&x) && (30..50).contains(&y));
        for (x, y) in (30..50).flat_map(|y| (40..60).map(move |x| (x, y))) {
            plane.bytes[y * 100 + x] = 255;
        }
        fill_in(&mut plane, is_known);
        for y in 0..80 {
            for x in 0..100 {
                let away = plane.bytes[y * 100 + x].abs_diff(slope(x));
                assert!(away <= if is_known(x, y) { 0 } else { 8 }, "{x}, {y}: {away}");
            }
        }
    }

    #[test]
    fn a_plane_of_which_nothing_is_known_is_filled_all_the_same() {
        for (width, height) in [(1, 1), (3, 40), (50, 2)] {
            let mut plane = Plane { bytes: vec![7; width * height], width, height };
            fill_in(&mut plane, |_, _| false);
            assert!(plane.bytes.iter().all(|&value| value == 128));
        }
    }

    #[test]
    fn grain_has_no_seam_and_no_level_of_its_own() {
        let plane = Plane { bytes: (0..40 * 40).map(|at| (100 + at % 3) as u8).collect(), width: 40, height: 40 };
        let grain = Grain::of(&plane, (20, 20), 5);
        assert!((grain.at(10, 3) - grain.at(11, 3)).abs() < 1e-6);
        assert!(grain.at(4, 4).abs() <= 2.0);
    }
}
