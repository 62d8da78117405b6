//! Moving pixels: a bilinear blit that can turn, scale and bend a sprite, and a fast blur. Called by `canvas` and
//! `stage`; knows nothing of what the pixels show. This is the inner loop of every video frame.

use tiny_skia::{Pixmap, Transform};

/// How a sprite is bent on its way to the screen: for each source row, where on the sprite (in rows) the pixel is
/// taken from. An open mouth pulls the chin down with it.
pub type Bend = [f32];

/// Average scale of a transform.
pub fn scale_of(view: Transform) -> f32 {
    (view.sx * view.sy - view.kx * view.ky).abs().sqrt()
}

const ONE: i64 = 1 << 16;

/// Draws `source` over `target` where `to_target` puts it, with bilinear sampling and transparent edges.
pub fn blit(target: &mut Pixmap, source: &Pixmap, to_target: Transform, bend: Option<&Bend>) {
    let Some(back) = to_target.invert() else { return };
    let (width, height) = (i64::from(source.width()), i64::from(source.height()));
    let (target_width, target_height) = (target.width() as usize, target.height() as usize);
    let fixed = |value: f32| (f64::from(value) * ONE as f64) as i64;
    let (step_x, step_y) = (fixed(back.sx), fixed(back.ky));
    let table: Option<Vec<i64>> = bend.map(|rows| rows.iter().map(|&row| fixed(row)).collect());
    let texels = source.data();
    let stretched = if bend.is_some() { 64 * ONE } else { 0 };
    let Some((first_row, last_row)) = rows_touched(source, to_target, target_height, bend.is_some()) else { return };
    for y in first_row..last_row {
        let middle = y as f32 + 0.5;
        let start_x = fixed(back.sx * 0.5 + back.kx * middle + back.tx - 0.5);
        let start_y = fixed(back.ky * 0.5 + back.sy * middle + back.ty - 0.5);
        let span_x = span(start_x, step_x, -ONE, width * ONE, target_width);
        let span_y = span(start_y, step_y, -ONE, height * ONE + stretched, target_width);
        let (from, to) = (span_x.0.max(span_y.0), span_x.1.min(span_y.1));
        if from >= to {
            continue;
        }
        let mut sample_x = start_x + step_x * from as i64;
        let mut sample_y = start_y + step_y * from as i64;
        let row = &mut target.data_mut()[(y * target_width + from) * 4..(y * target_width + to) * 4];
        for pixel in row.chunks_exact_mut(4) {
            let bent = table.as_deref().map_or(sample_y, |table| bent_row(table, sample_y));
            let sample = bilinear(texels, width, height, sample_x, bent);
            sample_x += step_x;
            sample_y += step_y;
            let alpha = sample >> 24;
            if alpha == 255 {
                pixel.copy_from_slice(&sample.to_le_bytes());
            } else if alpha != 0 {
                let below = u32::from_le_bytes([pixel[0], pixel[1], pixel[2], pixel[3]]);
                pixel.copy_from_slice(&(sample + scaled(below, 256 - alpha - (alpha >> 7))).to_le_bytes());
            }
        }
    }
}

/// The target rows a blit can reach.
fn rows_touched(source: &Pixmap, to_target: Transform, height: usize, bent: bool) -> Option<(usize, usize)> {
    let reach = if bent { 64.0 } else { 0.0 };
    let (right, low) = (source.width() as f32 + 1.0, source.height() as f32 + 1.0 + reach);
    let corner = |x: f32, y: f32| to_target.ky * x + to_target.sy * y + to_target.ty;
    let ys = [corner(-1.0, -1.0), corner(right, -1.0), corner(-1.0, low), corner(right, low)];
    let top = ys.iter().copied().fold(f32::INFINITY, f32::min).floor().clamp(0.0, height as f32) as usize;
    let bottom = ys.iter().copied().fold(f32::NEG_INFINITY, f32::max).ceil().clamp(0.0, height as f32) as usize;
    (top < bottom).then_some((top, bottom))
}

/// The run of pixel indices for which `start + step * index` lies inside `low..high`.
fn span(start: i64, step: i64, low: i64, high: i64, limit: usize) -> (usize, usize) {
    if step == 0 {
        return if (low..high).contains(&start) { (0, limit) } else { (0, 0) };
    }
    let (near, far) = if step > 0 { (low, high) } else { (high, low) };
    let first = (near - start).div_euclid(step) + 1;
    let last = (far - start).div_euclid(step);
    (first.clamp(0, limit as i64) as usize, last.clamp(0, limit as i64) as usize)
}

fn bent_row(table: &[i64], row: i64) -> i64 {
    let index = (row >> 16).clamp(0, table.len() as i64 - 2) as usize;
    let part = row - ((index as i64) << 16);
    table[index] + (((table[index + 1] - table[index]) * part) >> 16)
}

/// One premultiplied sample at a 16.16 place; outside the picture everything is transparent.
#[inline]
fn bilinear(texels: &[u8], width: i64, height: i64, x: i64, y: i64) -> u32 {
    let (column, line) = (x >> 16, y >> 16);
    let texel = |column: i64, line: i64| -> u32 {
        if column < 0 || line < 0 || column >= width || line >= height {
            return 0;
        }
        let at = ((line * width + column) * 4) as usize;
        u32::from_le_bytes([texels[at], texels[at + 1], texels[at + 2], texels[at + 3]])
    };
    let (above_left, above_right, below_left, below_right);
    if column >= 0 && line >= 0 && column + 1 < width && line + 1 < height {
        let at = ((line * width + column) * 4) as usize;
        let next = at + (width * 4) as usize;
        let (above, below) = (&texels[at..at + 8], &texels[next..next + 8]);
        above_left = u32::from_le_bytes([above[0], above[1], above[2], above[3]]);
        above_right = u32::from_le_bytes([above[4], above[5], above[6], above[7]]);
        below_left = u32::from_le_bytes([below[0], below[1], below[2], below[3]]);
        below_right = u32::from_le_bytes([below[4], below[5], below[6], below[7]]);
    } else {
        above_left = texel(column, line);
        above_right = texel(column + 1, line);
        below_left = texel(column, line + 1);
        below_right = texel(column + 1, line + 1);
    }
    if above_left == above_right && above_left == below_left && above_left == below_right {
        return above_left;
    }
    let across = ((x >> 8) & 255) as u32;
    let down = ((y >> 8) & 255) as u32;
    let above = between(above_left, above_right, across);
    let below = between(below_left, below_right, across);
    between(above, below, down)
}

/// Four channels at once, two and two: `(a * (256 − share) + b * share) / 256`.
#[inline]
fn between(a: u32, b: u32, share: u32) -> u32 {
    const PAIR: u32 = 0x00ff_00ff;
    let even = (a & PAIR) * (256 - share) + (b & PAIR) * share;
    let odd = ((a >> 8) & PAIR) * (256 - share) + ((b >> 8) & PAIR) * share;
    ((even >> 8) & PAIR) | (odd & !PAIR)
}

/// Every channel times `share` / 256.
#[inline]
fn scaled(a: u32, share: u32) -> u32 {
    const PAIR: u32 = 0x00ff_00ff;
    ((((a & PAIR) * share) >> 8) & PAIR) | ((((a >> 8) & PAIR) * share) & !PAIR)
}

/// Three box blurs, close to a Gaussian of `sigma` pixels.
pub fn blur(pixmap: &mut Pixmap, sigma: f32) {
    let radius = (((4.0 * sigma * sigma + 1.0).sqrt() - 1.0) / 2.0).round() as usize;
    if radius == 0 {
        return;
    }
    let (width, height) = (pixmap.width() as usize, pixmap.height() as usize);
    let mut line = vec![0_u8; width.max(height) * 4];
    for _ in 0..3 {
        for y in 0..height {
            box_line(pixmap.data_mut(), &mut line, y * width * 4, 4, width, radius);
        }
        for x in 0..width {
            box_line(pixmap.data_mut(), &mut line, x * 4, width * 4, height, radius);
        }
    }
}

/// One line of a box blur, edges repeated. `start` and `stride` are in bytes.
fn box_line(bytes: &mut [u8], line: &mut [u8], start: usize, stride: usize, count: usize, radius: usize) {
    for index in 0..count {
        let at = start + index * stride;
        line[index * 4..index * 4 + 4].copy_from_slice(&bytes[at..at + 4]);
    }
    let size = (2 * radius + 1) as u32;
    let texel = |index: isize| {
        let index = index.clamp(0, count as isize - 1) as usize * 4;
        [line[index], line[index + 1], line[index + 2], line[index + 3]].map(u32::from)
    };
    let mut sum = [0_u32; 4];
    for index in -(radius as isize)..=(radius as isize) {
        let value = texel(index);
        for channel in 0..4 {
            sum[channel] += value[channel];
        }
    }
    for index in 0..count {
        let at = start + index * stride;
        for (channel, total) in sum.iter().enumerate() {
            bytes[at + channel] = ((total + size / 2) / size) as u8;
        }
        let (leaving, entering) =
            (texel(index as isize - radius as isize), texel(index as isize + radius as isize + 1));
        for channel in 0..4 {
            sum[channel] = sum[channel] + entering[channel] - leaving[channel];
        }
    }
}
