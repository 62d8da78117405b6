//! Moving pixels: a bilinear blit that turns, scales and stretches pictures. Called by `canvas` and `stage`; knows
//! nothing of what the pixels show. This is the inner loop of every video frame.

use tiny_skia::{Pixmap, Transform};

/// What lies around a picture when it is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    Clear,
    Repeated,
}

/// A picture made ready for sampling: one word a pixel, with a border of one pixel so that the inner loop needs no
/// tests.
#[derive(Clone)]
pub struct Texels {
    words: Vec<u32>,
    width: usize,
    height: usize,
    /// For each row (border included) the run of columns that is not empty.
    runs: Vec<(u32, u32)>,
}

/// Every other channel of a pixel, with eight bits of room above each: one multiplication weighs two.
const PAIR: u32 = 0x00ff_00ff;

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
                *word = word_of(pixel);
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
        let mut texels = Texels { words, width, height, runs: vec![(0, 0); height] };
        (0..height).for_each(|row| texels.measure(row));
        texels
    }

    fn measure(&mut self, row: usize) {
        let line = &self.words[row * self.width..(row + 1) * self.width];
        let first = line.iter().position(|&word| word != 0).unwrap_or(0);
        let last = line.iter().rposition(|&word| word != 0).map_or(0, |at| at + 1);
        self.runs[row] = (first as u32, last as u32);
    }

    /// The same picture with `extra` empty rows below, room to be stretched into.
    pub fn with_room_below(mut self, extra: usize) -> Texels {
        self.height += extra;
        self.words.resize(self.width * self.height, 0);
        self.runs.resize(self.height, (0, 0));
        self
    }

    /// Takes each row of this picture from `from` at the row that `source` names; rows above `first` stay.
    pub fn stretch(&mut self, from: &Texels, first: usize, source: impl Fn(f32) -> f32) {
        for row in first..self.height {
            let wanted = source(row as f32).clamp(0.0, (from.height - 2) as f32);
            let above = wanted as usize;
            let amount = ((wanted - above as f32) * 256.0) as u32;
            let (near, far) = from.words[above * from.width..(above + 2) * from.width].split_at(from.width);
            let line = &mut self.words[row * self.width..(row + 1) * self.width];
            for ((word, near), far) in line.iter_mut().zip(near).zip(far) {
                *word = weighed([*near, *far], [256 - amount, amount]);
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
    let width = target.width() as usize;
    for (y, row) in target.data_mut().chunks_exact_mut(width * 4).enumerate() {
        blit_row(row, y, texels, back);
    }
}

fn blit_row(row: &mut [u8], y: usize, texels: &Texels, back: Transform) {
    let (width, height) = (texels.width as i64, texels.height as i64);
    let fixed = |value: f32| (f64::from(value) * 65_536.0).round() as i64;
    let (step_x, step_y) = (fixed(back.sx), fixed(back.ky));
    let middle = y as f32 + 0.5;
    // The border moves every sample by one.
    let start_x = fixed(back.sx * 0.5 + back.kx * middle + back.tx + 0.5);
    let start_y = fixed(back.ky * 0.5 + back.sy * middle + back.ty + 0.5);
    let (first, last) = span(start_y, step_y, (0, height - 1), (0, row.len() / 4));
    if first >= last {
        return;
    }
    let row_at = |column: usize| ((start_y + step_y * column as i64) >> 16).clamp(0, height - 2) as usize;
    let (one, other) = (row_at(first), row_at(last - 1));
    let (low, high) = texels.run_over(one.min(other), one.max(other) + 1);
    if high == 0 {
        return;
    }
    let used = ((i64::from(low) - 1).max(0), i64::from(high).min(width - 1));
    let (from, to) = span(start_x, step_x, used, (first, last));
    if from >= to {
        return;
    }
    let place = (start_x + step_x * from as i64, start_y + step_y * from as i64);
    let pixels = &mut row[from * 4..to * 4];
    let upright = step_x == 1 << 16 && step_y == 0;
    if upright && (place.0 | place.1) & 0xff00 == 0 {
        let at = (place.1 >> 16) as usize * texels.width + (place.0 >> 16) as usize;
        for (pixel, &word) in pixels.chunks_exact_mut(4).zip(&texels.words[at..]) {
            put(pixel, word);
        }
    } else if upright && place.0 & 0xff00 == 0 {
        risen(pixels, texels, place);
    } else {
        sampled(pixels, texels, place, (step_x, step_y));
    }
}

/// Rows that only moved up or down: every pixel is weighed from the one above and the one below, as a breath needs.
fn risen(pixels: &mut [u8], texels: &Texels, place: (i64, i64)) {
    let amount = ((place.1 >> 8) & 255) as u32;
    let at = (place.1 >> 16) as usize * texels.width + (place.0 >> 16) as usize;
    let (above, below) = (&texels.words[at..], &texels.words[at + texels.width..]);
    for ((pixel, &above), &below) in pixels.chunks_exact_mut(4).zip(above).zip(below) {
        if above | below != 0 {
            put(pixel, weighed([above, below], [256 - amount, amount]));
        }
    }
}

/// The rotated or scaled rows: every pixel is weighed from its four neighbours.
fn sampled(pixels: &mut [u8], texels: &Texels, place: (i64, i64), step: (i64, i64)) {
    // 16.16 in 32 bits: half the work of 64, and no picture is 32768 pixels wide.
    let (mut x, mut y) = (place.0 as i32, place.1 as i32);
    let (step_x, step_y) = (step.0 as i32, step.1 as i32);
    let width = texels.width;
    let words = texels.words.as_slice();
    for pixel in pixels.chunks_exact_mut(4) {
        let at = (y >> 16) as usize * width + (x >> 16) as usize;
        let (across, down) = (((x >> 8) & 255) as u32, ((y >> 8) & 255) as u32);
        x += step_x;
        y += step_y;
        let Some(block) = words.get(at..at + width + 2) else { continue };
        let corner = (across * down + 128) >> 8;
        let (right, low) = (across - corner, down - corner);
        let texels = [block[0], block[1], block[width], block[width + 1]];
        put(pixel, weighed(texels, [256 - across - low, right, low, corner]));
    }
}

/// The sum of pixels, each times its weight; the weights add up to 256.
#[inline]
fn weighed<const COUNT: usize>(texels: [u32; COUNT], weights: [u32; COUNT]) -> u32 {
    let (mut even, mut odd) = (0, 0);
    for (texel, weight) in texels.into_iter().zip(weights) {
        even += (texel & PAIR) * weight;
        odd += ((texel >> 8) & PAIR) * weight;
    }
    ((even >> 8) & PAIR) | (odd & !PAIR)
}

fn word_of(pixel: &[u8]) -> u32 {
    u32::from_le_bytes([pixel[0], pixel[1], pixel[2], pixel[3]])
}

/// One premultiplied pixel over another.
#[inline]
fn put(pixel: &mut [u8], word: u32) {
    let alpha = word >> 24;
    if alpha == 255 {
        pixel.copy_from_slice(&word.to_le_bytes());
    } else if alpha != 0 {
        let kept = weighed([word_of(pixel)], [256 - alpha]);
        pixel.copy_from_slice(&(word + kept).to_le_bytes());
    }
}

/// The part of `columns` whose samples along one axis start in the texels `used.0..used.1`.
fn span(start: i64, step: i64, used: (i64, i64), columns: (usize, usize)) -> (usize, usize) {
    let (low, high) = (used.0 << 16, used.1 << 16);
    if step == 0 {
        return if (low..high).contains(&start) { columns } else { (0, 0) };
    }
    // Columns c with low <= start + step * c < high.
    let (first, last) = if step > 0 {
        ((low - start + step - 1).div_euclid(step), (high - start + step - 1).div_euclid(step))
    } else {
        ((start - high).div_euclid(-step) + 1, (start - low).div_euclid(-step) + 1)
    };
    let within = |column: i64| column.clamp(columns.0 as i64, columns.1 as i64) as usize;
    (within(first), within(last))
}
