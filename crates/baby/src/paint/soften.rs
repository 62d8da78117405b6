//! Softness: a blur for what is out of focus, and glows, ellipses of light or shade that fade out without any blur.
//! Called by `canvas`; works on pixels only.

use tiny_skia::{Pixmap, Transform};

use crate::paint::palette::Rgb;

/// How a glow meets what is below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// Like a coat of paint.
    Covers,
    /// Like light: it only brightens (the screen of two pictures).
    Brightens,
}

/// An ellipse of colour, strongest in the middle and gone at the edge. `unit` takes the unit circle to pixels.
pub fn glow(pixmap: &mut Pixmap, unit: Transform, rgb: Rgb, alpha: f32, meeting: Meeting) {
    let Some(back) = unit.invert() else { return };
    let (width, height) = (pixmap.width() as usize, pixmap.height() as usize);
    let (reach_x, reach_y) = (unit.sx.hypot(unit.kx), unit.ky.hypot(unit.sy));
    let bound = |value: f32, limit: usize| value.clamp(0.0, limit as f32) as usize;
    let (left, right) = (bound((unit.tx - reach_x).floor(), width), bound((unit.tx + reach_x).ceil(), width));
    let (top, bottom) = (bound((unit.ty - reach_y).floor(), height), bound((unit.ty + reach_y).ceil(), height));
    let target = [i32::from(rgb.0), i32::from(rgb.1), i32::from(rgb.2), 255];
    let strength = alpha.clamp(0.0, 1.0) * 65_536.0;
    for y in top..bottom {
        let middle = y as f32 + 0.5;
        let (base_u, base_v) = (back.kx * middle + back.tx, back.sy * middle + back.ty);
        let row = &mut pixmap.data_mut()[(y * width + left) * 4..(y * width + right) * 4];
        for (column, pixel) in row.chunks_exact_mut(4).enumerate() {
            let x = (left + column) as f32 + 0.5;
            let (u, v) = (back.sx * x + base_u, back.ky * x + base_v);
            // A bell without a square root: q² (0.35 + 0.65 q) for q = 1 − r².
            let q = 1.0 - u * u - v * v;
            if q <= 0.0 {
                continue;
            }
            let amount = (q * q * (0.35 + 0.65 * q) * strength) as i32;
            match meeting {
                Meeting::Covers => {
                    for (channel, &target) in pixel.iter_mut().zip(&target) {
                        let below = i32::from(*channel);
                        *channel = (below + (((target - below) * amount + 32_768) >> 16)) as u8;
                    }
                }
                Meeting::Brightens => {
                    for (channel, &target) in pixel[..3].iter_mut().zip(&target) {
                        let below = i32::from(*channel);
                        let added = (target * amount) >> 16;
                        *channel = (below + added * (255 - below) / 255) as u8;
                    }
                }
            }
        }
    }
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
