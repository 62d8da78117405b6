//! From drawn pixels to the planes of a frame: whole regions, and layers with transparency laid over them. Called by
//! everything that draws frames; knows nothing of what is drawn. The arithmetic of whole rows is in `lanes`.

use std::ops::Range;

use image::RgbImage;
use tiny_skia::Pixmap;

use crate::video::frame::{Frame, HEIGHT, WIDTH};
use crate::video::lanes::{self, U_OF, V_OF, Y_OF};

/// A rectangle of a frame with even edges, so that it holds whole colour samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

impl Area {
    pub const WHOLE: Area = Area { left: 0, top: 0, width: WIDTH, height: HEIGHT };

    /// The smallest area with even edges around these edges, cut to the frame.
    pub fn around(left: f32, top: f32, right: f32, bottom: f32) -> Area {
        let even_down = |value: f32, limit: u32| (value.max(0.0) as u32 & !1).min(limit);
        let even_up = |value: f32, limit: u32| (value.max(0.0).ceil() as u32).next_multiple_of(2).min(limit);
        let (left, top) = (even_down(left, WIDTH), even_down(top, HEIGHT));
        let (right, bottom) = (even_up(right, WIDTH).max(left), even_up(bottom, HEIGHT).max(top));
        Area { left, top, width: right - left, height: bottom - top }
    }

    pub fn columns(self) -> Range<usize> {
        self.left as usize..(self.left + self.width) as usize
    }

    pub fn half_columns(self) -> Range<usize> {
        (self.left / 2) as usize..(self.left + self.width) as usize / 2
    }

    pub fn rows(self) -> Range<usize> {
        self.top as usize..(self.top + self.height) as usize
    }

    pub fn half_rows(self) -> Range<usize> {
        (self.top / 2) as usize..(self.top + self.height) as usize / 2
    }

    fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }
}

pub const STRIDE: usize = WIDTH as usize;
pub const HALF: usize = STRIDE / 2;

/// The part of a plane's row.
pub fn row(plane: &mut [u8], stride: usize, y: usize, columns: Range<usize>) -> &mut [u8] {
    &mut plane[y * stride..][columns]
}

/// Writes opaque pixels, as large as `area`, into the frame.
pub fn write(pixels: &Pixmap, area: Area, into: &mut Frame) {
    if area.is_empty() {
        return;
    }
    let width = area.width as usize;
    for (y, pair) in area.rows().step_by(2).zip(pixels.data().chunks_exact(width * 8)) {
        let (upper, lower) = pair.split_at(width * 4);
        lanes::luma(upper, row(&mut into.y, STRIDE, y, area.columns()));
        lanes::luma(lower, row(&mut into.y, STRIDE, y + 1, area.columns()));
        let u = row(&mut into.u, HALF, y / 2, area.half_columns());
        let v = row(&mut into.v, HALF, y / 2, area.half_columns());
        lanes::chroma(upper, lower, u, v);
    }
}

/// One channel of a still picture of any even size.
pub struct Plane {
    pub bytes: Vec<u8>,
    pub width: usize,
    pub height: usize,
}

/// The planes of a picture: light, and its colours with half as many rows and columns. An odd last row or column is cut
/// off.
pub fn planes_of(picture: &RgbImage) -> [Plane; 3] {
    let (width, height) = (picture.width() as usize & !1, picture.height() as usize & !1);
    let plane = |part: usize| {
        let (width, height) = (width / part, height / part);
        Plane { bytes: vec![0; width * height], width, height }
    };
    let [mut light, mut u, mut v] = [plane(1), plane(2), plane(2)];
    let stride = picture.width() as usize * 3;
    let opaque = |y: usize| -> Vec<u8> {
        let rgb = &picture.as_raw()[y * stride..][..width * 3];
        rgb.chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]).collect()
    };
    for y in (0..height).step_by(2) {
        let (upper, lower) = (opaque(y), opaque(y + 1));
        lanes::luma(&upper, row(&mut light.bytes, width, y, 0..width));
        lanes::luma(&lower, row(&mut light.bytes, width, y + 1, 0..width));
        let u = row(&mut u.bytes, width / 2, y / 2, 0..width / 2);
        lanes::chroma(&upper, &lower, u, row(&mut v.bytes, width / 2, y / 2, 0..width / 2));
    }
    [light, u, v]
}

fn weighed(weights: [i16; 3], [red, green, blue]: [i32; 3]) -> i32 {
    let [of_red, of_green, of_blue] = weights.map(i32::from);
    of_red * red + of_green * green + of_blue * blue
}

/// Pixels with transparency, ready to be laid over frames: planes multiplied by their own opacity.
#[derive(Clone)]
pub struct Layer {
    area: Area,
    y: Vec<u8>,
    /// What is kept of the frame below, of 256.
    y_kept: Vec<u16>,
    u: Vec<u8>,
    v: Vec<u8>,
    colour_kept: Vec<u16>,
}

impl Layer {
    /// `pixels` are as large as `area`.
    pub fn new(pixels: &Pixmap, area: Area) -> Layer {
        let (width, height) = (area.width as usize, area.height as usize);
        let (luma, chroma) = (width * height, width * height / 4);
        let mut layer = Layer {
            area,
            y: Vec::with_capacity(luma),
            y_kept: Vec::with_capacity(luma),
            u: Vec::with_capacity(chroma),
            v: Vec::with_capacity(chroma),
            colour_kept: Vec::with_capacity(chroma),
        };
        for pixel in pixels.data().chunks_exact(4) {
            let [red, green, blue, alpha] = [pixel[0], pixel[1], pixel[2], pixel[3]].map(i32::from);
            let weighed = weighed(Y_OF, [red, green, blue]);
            layer.y.push(((weighed + alpha * 16 * 256 / 255 + 128) >> 8) as u8);
            layer.y_kept.push(kept(alpha));
        }
        for pair in pixels.data().chunks_exact(width.max(1) * 8) {
            let (upper, lower) = pair.split_at(width * 4);
            for (upper, lower) in upper.chunks_exact(8).zip(lower.chunks_exact(8)) {
                let sum = |channel: usize| -> i32 {
                    [upper[channel], upper[channel + 4], lower[channel], lower[channel + 4]].map(i32::from).iter().sum()
                };
                let (rgb, alpha) = ([sum(0), sum(1), sum(2)], sum(3));
                let middle = alpha * 128 * 256 / 255 + 512;
                layer.u.push(((weighed(U_OF, rgb) + middle) >> 10) as u8);
                layer.v.push(((weighed(V_OF, rgb) + middle) >> 10) as u8);
                layer.colour_kept.push(kept((alpha + 2) / 4));
            }
        }
        layer
    }

    /// Lays the pixels over the frame.
    pub fn lay(&self, into: &mut Frame) {
        let area = self.area;
        if area.is_empty() {
            return;
        }
        let (width, half) = (area.width as usize, area.width as usize / 2);
        for (y, (over, kept)) in area.rows().zip(self.y.chunks_exact(width).zip(self.y_kept.chunks_exact(width))) {
            lanes::lay(row(&mut into.y, STRIDE, y, area.columns()), over, kept);
        }
        for (index, y) in area.half_rows().enumerate() {
            let part = index * half..(index + 1) * half;
            let kept = &self.colour_kept[part.clone()];
            lanes::lay(row(&mut into.u, HALF, y, area.half_columns()), &self.u[part.clone()], kept);
            lanes::lay(row(&mut into.v, HALF, y, area.half_columns()), &self.v[part], kept);
        }
    }
}

fn kept(alpha: i32) -> u16 {
    (256 - (alpha + (alpha >> 7))) as u16
}

/// Takes light and colour away from an area: `light` and `colour` are what stays, of 256.
pub fn dim(area: Area, light: u16, colour: u16, into: &mut Frame) {
    for y in area.rows() {
        for value in row(&mut into.y, STRIDE, y, area.columns()) {
            *value = (((u16::from(*value) - 16.min(u16::from(*value))) * light) >> 8) as u8 + 16;
        }
    }
    let faded = |value: u8| (((i32::from(value) - 128) * i32::from(colour)) >> 8) as u8;
    for y in area.half_rows() {
        for plane in [&mut into.u, &mut into.v] {
            for value in row(plane, HALF, y, area.half_columns()) {
                *value = faded(*value).wrapping_add(128);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tiny_skia::Color;

    use super::*;

    fn filled(width: u32, height: u32, colour: Color) -> Pixmap {
        let mut pixels = Pixmap::new(width, height).unwrap();
        pixels.fill(colour);
        pixels
    }

    #[test]
    fn known_colours_become_their_bt709_values() {
        // From ITU-R BT.709-6 with 8-bit limited range.
        for (rgb, expected) in [
            ([0, 0, 0], [16, 128, 128]),
            ([255, 255, 255], [235, 128, 128]),
            ([255, 0, 0], [63, 102, 240]),
            ([0, 255, 0], [173, 42, 26]),
            ([0, 0, 255], [32, 240, 118]),
        ] {
            let pixels = filled(4, 4, Color::from_rgba8(rgb[0], rgb[1], rgb[2], 255));
            let mut frame = Frame::black();
            write(&pixels, Area { left: 8, top: 6, width: 4, height: 4 }, &mut frame);
            let found = [frame.y[6 * STRIDE + 8], frame.u[3 * HALF + 4], frame.v[3 * HALF + 4]];
            for (found, expected) in found.into_iter().zip(expected) {
                assert!(found.abs_diff(expected) <= 1, "{rgb:?}: {found} is not {expected}");
            }
            assert_eq!((frame.y[6 * STRIDE + 7], frame.u[2 * HALF + 4]), (16, 128), "beside the area");
        }
    }

    #[test]
    fn a_layer_shows_as_much_as_it_is_opaque() {
        let area = Area { left: 0, top: 0, width: 2, height: 2 };
        for (alpha, expected) in [(0, 100), (255, 235), (128, 168)] {
            let layer = Layer::new(&filled(2, 2, Color::from_rgba8(255, 255, 255, alpha)), area);
            let mut frame = Frame::black();
            frame.y.fill(100);
            frame.u.fill(60);
            layer.lay(&mut frame);
            assert!(frame.y[0].abs_diff(expected) <= 1, "{alpha}: {}", frame.y[0]);
            assert_eq!(frame.y[2], 100);
            assert_eq!(frame.u[1], 60);
        }
    }

    #[test]
    fn dimming_keeps_black_black_and_grey_grey() {
        let mut frame = Frame::black();
        frame.y[1] = 216;
        frame.u[0] = 28;
        dim(Area { left: 0, top: 0, width: 2, height: 2 }, 128, 128, &mut frame);
        assert_eq!((frame.y[0], frame.y[1], frame.u[0], frame.v[0]), (16, 116, 78, 128));
    }

    #[test]
    fn areas_have_even_edges_within_the_frame() {
        assert_eq!(Area::around(3.2, -5.0, 9.1, 7.0), Area { left: 2, top: 0, width: 8, height: 8 });
        assert_eq!(Area::around(1000.0, 1900.0, 2000.0, 2000.0), Area { left: 1000, top: 1900, width: 80, height: 20 });
        assert!(Area::around(2000.0, 0.0, 3000.0, 9.0).is_empty());
    }
}
