//! Moving pixels: a bilinear blit that turns, scales and stretches pictures. Called by `canvas` and `stage`; knows
//! nothing of what the pixels show. This is the inner loop of every video frame.

use tiny_skia::{Pixmap, Transform};

/// What lies around a picture when it is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    Clear,
    Repeated,
}

/// A picture made ready for sampling: four channels spread over one word each, so that one multiplication weighs all
/// four, and a border of one pixel so that the inner loop needs no tests.
#[derive(Clone)]
pub struct Texels {
    spread: Vec<u64>,
    width: usize,
    height: usize,
    /// For each row (border included) the run of columns that is not empty.
    runs: Vec<(u32, u32)>,
}

const LANES: u64 = 0x00ff_00ff_00ff_00ff;

fn spread(bytes: [u8; 4]) -> u64 {
    let word = u64::from(u32::from_le_bytes(bytes));
    (word & 0x00ff_00ff) | ((word & 0xff00_ff00) << 24)
}

fn packed(lanes: u64) -> [u8; 4] {
    (((lanes & 0x00ff_00ff) | ((lanes >> 24) & 0xff00_ff00)) as u32).to_le_bytes()
}

/// Average scale of a transform.
pub fn scale_of(view: Transform) -> f32 {
    (view.sx * view.sy - view.kx * view.ky).abs().sqrt()
}

impl Texels {
    pub fn new(pixmap: &Pixmap, edge: Edge) -> Texels {
        let (inner_width, inner_height) = (pixmap.width() as usize, pixmap.height() as usize);
        let (width, height) = (inner_width + 2, inner_height + 2);
        let mut words = vec![0; width * height];
        for (row, bytes) in pixmap.data().chunks_exact(inner_width * 4).enumerate() {
            let line = &mut words[(row + 1) * width..(row + 2) * width];
            for (word, pixel) in line[1..].iter_mut().zip(bytes.chunks_exact(4)) {
                *word = spread([pixel[0], pixel[1], pixel[2], pixel[3]]);
            }
            if edge == Edge::Repeated {
                line[0] = line[1];
                line[width - 1] = line[width - 2];
            }
        }
        if edge == Edge::Repeated {
            words.copy_within(width..2 * width, 0);
            words.copy_within((height - 2) * width..(height - 1) * width, (height - 1) * width);
        }
        let mut texels = Texels { spread: words, width, height, runs: vec![(0, 0); height] };
        (0..height).for_each(|row| texels.measure(row));
        texels
    }

    fn measure(&mut self, row: usize) {
        let line = &self.spread[row * self.width..(row + 1) * self.width];
        let first = line.iter().position(|&word| word != 0).unwrap_or(0);
        let last = line.iter().rposition(|&word| word != 0).map_or(0, |at| at + 1);
        self.runs[row] = (first as u32, last as u32);
    }

    /// The same picture with `extra` empty rows below, room to be stretched into.
    pub fn with_room_below(mut self, extra: usize) -> Texels {
        self.height += extra;
        self.spread.resize(self.width * self.height, 0);
        self.runs.resize(self.height, (0, 0));
        self
    }

    /// Takes each row of this picture from `from` at the row that `source` names; rows above `first` stay.
    pub fn stretch(&mut self, from: &Texels, first: usize, source: impl Fn(f32) -> f32) {
        for row in first..self.height {
            let wanted = source(row as f32).clamp(0.0, (from.height - 2) as f32);
            let above = wanted as usize;
            let share = ((wanted - above as f32) * 256.0) as u64;
            let (near, far) = from.spread[above * from.width..(above + 2) * from.width].split_at(from.width);
            let line = &mut self.spread[row * self.width..(row + 1) * self.width];
            for ((word, near), far) in line.iter_mut().zip(near).zip(far) {
                *word = ((near * (256 - share) + far * share) >> 8) & LANES;
            }
            let (near, far) = (from.runs[above], from.runs[above + 1]);
            self.runs[row] = if near.1 == 0 {
                far
            } else if far.1 == 0 {
                near
            } else {
                (near.0.min(far.0), near.1.max(far.1))
            };
        }
    }

    /// The columns in use over a span of rows.
    fn run_over(&self, first: usize, last: usize) -> (u32, u32) {
        let used = self.runs[first..=last].iter().filter(|run| run.1 > 0);
        used.fold((u32::MAX, 0), |(low, high), run| (low.min(run.0), high.max(run.1)))
    }
}

/// Draws the picture over `target` where `to_target` puts it.
pub fn blit(target: &mut Pixmap, texels: &Texels, to_target: Transform) {
    let Some(back) = to_target.invert() else { return };
    let (width, height) = (texels.width as i64, texels.height as i64);
    let target_width = target.width() as usize;
    let fixed = |value: f32| (f64::from(value) * 65_536.0).round() as i64;
    let (step_x, step_y) = (fixed(back.sx), fixed(back.ky));
    let upright = step_x == 1 << 16 && step_y == 0;
    for (y, row) in target.data_mut().chunks_exact_mut(target_width * 4).enumerate() {
        let middle = y as f32 + 0.5;
        // The border moves every sample by one.
        let start_x = fixed(back.sx * 0.5 + back.kx * middle + back.tx + 0.5);
        let start_y = fixed(back.ky * 0.5 + back.sy * middle + back.ty + 0.5);
        let (first, last) = span(start_y, step_y, height, target_width, 0, height - 1);
        if first >= last {
            continue;
        }
        let row_at = |column: usize| ((start_y + step_y * column as i64) >> 16).clamp(0, height - 2) as usize;
        let (one, other) = (row_at(first), row_at(last - 1));
        let (low, high) = texels.run_over(one.min(other), one.max(other) + 1);
        if high == 0 {
            continue;
        }
        let (left, right) = (i64::from(low) - 1, i64::from(high));
        let across = span(start_x, step_x, width, target_width, left.max(0), right.min(width - 1));
        let (from, to) = (first.max(across.0), last.min(across.1));
        if from >= to {
            continue;
        }
        let place = (start_x + step_x * from as i64, start_y + step_y * from as i64);
        let pixels = &mut row[from * 4..to * 4];
        if upright && (place.0 | place.1) & 0xff00 == 0 {
            let at = (place.1 >> 16) as usize * texels.width + (place.0 >> 16) as usize;
            for (pixel, &lanes) in pixels.chunks_exact_mut(4).zip(&texels.spread[at..]) {
                put(pixel, lanes);
            }
        } else {
            sampled(pixels, texels, place, (step_x, step_y));
        }
    }
}

fn sampled(pixels: &mut [u8], texels: &Texels, place: (i64, i64), step: (i64, i64)) {
    let (mut x, mut y) = place;
    let width = texels.width;
    for pixel in pixels.chunks_exact_mut(4) {
        let at = (y >> 16) as usize * width + (x >> 16) as usize;
        let above = &texels.spread[at..at + 2];
        let below = &texels.spread[at + width..at + width + 2];
        if above[0] | above[1] | below[0] | below[1] != 0 {
            let (across, down) = (((x >> 8) & 255) as u64, ((y >> 8) & 255) as u64);
            let corner = (across * down + 128) >> 8;
            let (right, low) = (across - corner, down - corner);
            let sum = above[0] * (256 - across - low) + above[1] * right + below[0] * low + below[1] * corner;
            put(pixel, (sum >> 8) & LANES);
        }
        x += step.0;
        y += step.1;
    }
}

/// One premultiplied pixel over another.
#[inline]
fn put(pixel: &mut [u8], lanes: u64) {
    let alpha = lanes >> 48;
    if alpha == 255 {
        pixel.copy_from_slice(&packed(lanes));
    } else if alpha != 0 {
        let below = spread([pixel[0], pixel[1], pixel[2], pixel[3]]);
        let kept = (below * (256 - alpha - (alpha >> 7)) >> 8) & LANES;
        pixel.copy_from_slice(&packed(lanes + kept));
    }
}

/// The run of target columns whose sample along one axis has its left (upper) texel in `low..high` of `0..limit - 1`.
fn span(start: i64, step: i64, limit: i64, columns: usize, low: i64, high: i64) -> (usize, usize) {
    let (low, high) = (low.max(0) << 16, high.min(limit - 1) << 16);
    if step == 0 {
        return if (low..high).contains(&start) { (0, columns) } else { (0, 0) };
    }
    // Indices i with low <= start + step * i < high.
    let (first, last) = if step > 0 {
        ((low - start + step - 1).div_euclid(step), (high - start + step - 1).div_euclid(step))
    } else {
        ((start - high).div_euclid(-step) + 1, (start - low).div_euclid(-step) + 1)
    };
    (first.clamp(0, columns as i64) as usize, last.clamp(0, columns as i64) as usize)
}
