//! A picture in a media scene: a camera wanders over it slowly (the Ken Burns effect). Tall pictures fill the frame; wide
//! ones hang as a framed card before a blurred copy of themselves, above the caption where there is one. Called by
//! `scene`.

use image::RgbImage;
use tiny_skia::{Color, FillRule, Mask, Paint, Path, PathBuilder, Pixmap, Rect, Shader, Transform};

use super::fitted;
use super::pages::TOP;
use super::planes::{Area, Layer};
use super::plate::{Camera, Plate};
use crate::video::frame::{Frame, HEIGHT, WIDTH};
use crate::video::perform::curve::eased;

/// How much larger than the frame the picture is at the start, and how much it grows.
const MARGIN_SIZE: f64 = 0.03;
const ZOOM: f64 = 0.12;

/// How far the point that the camera goes towards wanders across, as a fraction of the width.
const PAN: f64 = 0.2;

/// Pictures up to this width for their height fill the frame.
const TALL: f32 = 0.72;

/// The plate has so many pixels for one of the frame.
const DETAIL: f64 = 1.15;

/// Room left and right of a card, above it, and between it and the caption.
const MARGIN: f32 = 48.0;
const ABOVE: f32 = 150.0;
const GAP: f32 = 40.0;

const CORNER: f32 = 36.0;

#[derive(Clone)]
pub struct Picture {
    plate: Plate,
    area: Area,
    frames: u32,
    /// What surrounds a card, and the pixels of the surroundings that lie over its corners.
    surroundings: Option<(Plate, Layer)>,
}

impl Picture {
    pub fn new(picture: &RgbImage, frames: u32, has_caption: bool) -> Picture {
        let aspect = fitted::aspect(picture);
        let filled = |area: Area| {
            let side = |length: u32| (f64::from(length) * DETAIL) as u32;
            Plate::new(&fitted::filled(picture, side(area.width), side(area.height)))
        };
        if aspect <= TALL {
            return Picture { plate: filled(Area::WHOLE), area: Area::WHOLE, frames, surroundings: None };
        }
        let area = card(aspect, has_caption);
        let behind = fitted::blurred(picture, WIDTH, HEIGHT);
        let corners = corners(&behind, area);
        Picture {
            plate: filled(area),
            area,
            frames,
            surroundings: Some((Plate::new(&shadowed(behind, area)), corners)),
        }
    }

    pub fn draw(&mut self, number: u32, into: &mut Frame) {
        if let Some((behind, _)) = &mut self.surroundings {
            behind.show(Camera { left: 0.0, top: 0.0, step: 1.0 }, Area::WHOLE, into);
        }
        let gone = f64::from(number) / f64::from(self.frames.saturating_sub(1).max(1));
        self.plate.show(camera(self.area, gone), self.area, into);
        if let Some((_, corners)) = &self.surroundings {
            corners.lay(into);
        }
    }
}

/// Grows and wanders from left to right, a little above the middle, where pictures have their subject.
fn camera(area: Area, gone: f64) -> Camera {
    let (width, height) = (f64::from(area.width), f64::from(area.height));
    let zoom = 1.0 + MARGIN_SIZE + ZOOM * gone;
    let towards = (width * (0.5 + PAN * (gone - 0.5)), height * 0.45);
    Camera { left: 0.0, top: 0.0, step: DETAIL }.zoomed(zoom, towards)
}

/// Where a wide picture hangs.
fn card(aspect: f32, has_caption: bool) -> Area {
    let width = WIDTH as f32 - 2.0 * MARGIN;
    let (top, bottom) = if has_caption { (ABOVE, TOP - GAP) } else { (ABOVE, HEIGHT as f32 - 420.0) };
    let high = (width / aspect).min(bottom - top).max(240.0);
    let wide = (high * aspect).min(width);
    let (x, y) = (WIDTH as f32 / 2.0, f32::midpoint(top, bottom));
    Area::around(x - wide / 2.0, y - high / 2.0, x + wide / 2.0, y + high / 2.0)
}

/// The surroundings with the soft shadow that the card casts.
fn shadowed(mut behind: RgbImage, card: Area) -> RgbImage {
    const REACH: f32 = 70.0;
    let (left, right) = (card.left as f32, (card.left + card.width) as f32);
    let (top, bottom) = (card.top as f32 + 16.0, (card.top + card.height) as f32 + 16.0);
    for (x, y, pixel) in behind.enumerate_pixels_mut() {
        let (x, y) = (x as f32, y as f32);
        let away = (left - x).max(x - right).max(0.0).hypot((top - y).max(y - bottom).max(0.0));
        let kept = 1.0 - 0.55 * (1.0 - eased(0.0, REACH, away));
        pixel.0 = pixel.0.map(|value| (f32::from(value) * kept) as u8);
    }
    behind
}

/// The corners of the area, cut out of the surroundings, and a fine bright edge around the card.
#[expect(clippy::expect_used, reason = "a card has a size")]
fn corners(behind: &RgbImage, card: Area) -> Layer {
    let shadowed = shadowed(behind.clone(), card);
    let mut pixels = Pixmap::new(card.width.max(2), card.height.max(2)).expect("a card has a size");
    let width = pixels.width();
    for (index, pixel) in pixels.pixels_mut().iter_mut().enumerate() {
        let (x, y) = (index as u32 % width, index as u32 / width);
        let at = shadowed.get_pixel((card.left + x).min(WIDTH - 1), (card.top + y).min(HEIGHT - 1)).0;
        *pixel = Color::from_rgba8(at[0], at[1], at[2], 255).premultiply().to_color_u8();
    }
    let (wide, high) = (pixels.width() as f32, pixels.height() as f32);
    if let (Some(window), Some(mut mask)) = (rounded(wide, high), Mask::new(pixels.width(), pixels.height())) {
        mask.fill_path(&window, FillRule::Winding, true, Transform::identity());
        mask.invert();
        pixels.apply_mask(&mask);
        let paint = Paint { shader: Shader::SolidColor(Color::from_rgba8(255, 255, 255, 70)), ..Paint::default() };
        let stroke = tiny_skia::Stroke { width: 4.0, ..tiny_skia::Stroke::default() };
        pixels.stroke_path(&window, &paint, &stroke, Transform::identity(), None);
    }
    Layer::new(&pixels, card)
}

fn rounded(width: f32, height: f32) -> Option<Path> {
    let corner = CORNER.min(width / 2.0).min(height / 2.0);
    let handle = corner * 0.447_7;
    let whole = Rect::from_xywh(0.0, 0.0, width, height)?;
    let mut pen = PathBuilder::new();
    pen.move_to(corner, whole.top());
    pen.line_to(width - corner, 0.0);
    pen.cubic_to(width - handle, 0.0, width, handle, width, corner);
    pen.line_to(width, height - corner);
    pen.cubic_to(width, height - handle, width - handle, height, width - corner, height);
    pen.line_to(corner, height);
    pen.cubic_to(handle, height, 0.0, height - handle, 0.0, height - corner);
    pen.line_to(0.0, corner);
    pen.cubic_to(0.0, handle, handle, 0.0, corner, 0.0);
    pen.close();
    pen.finish()
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn a_card_keeps_the_aspect_and_stays_off_the_caption() {
        for aspect in [0.8_f32, 1.0, 1.5, 16.0 / 9.0, 3.0] {
            let area = card(aspect, true);
            let shown = area.width as f32 / area.height as f32;
            assert!((shown / aspect - 1.0).abs() < 0.03, "{aspect}: {area:?}");
            assert!(area.top + area.height <= 980 && area.left + area.width <= WIDTH, "{aspect}: {area:?}");
        }
    }

    #[test]
    fn the_camera_moves_and_never_leaves_the_picture() {
        for area in [Area::WHOLE, card(1.0, true), card(16.0 / 9.0, false)] {
            let mut last = f64::INFINITY;
            for step in 0..=20 {
                let camera = camera(area, f64::from(step) / 20.0);
                let (width, height) = (f64::from(area.width) * DETAIL, f64::from(area.height) * DETAIL);
                assert!(camera.left >= 0.0 && camera.left + f64::from(area.width) * camera.step <= width, "{camera:?}");
                assert!(camera.top >= 0.0 && camera.top + f64::from(area.height) * camera.step <= height, "{camera:?}");
                assert!(camera.step < last);
                last = camera.step;
            }
        }
    }

    #[test]
    fn pictures_of_any_shape_fill_the_frame() {
        for (width, height) in [(1, 1), (1, 900), (900, 1), (64, 36)] {
            let picture = RgbImage::from_pixel(width, height, Rgb([220, 220, 220]));
            let mut frame = Frame::black();
            Picture::new(&picture, 90, true).draw(45, &mut frame);
            assert!(frame.y.iter().all(|&value| value > 30), "{width}×{height} leaves a hole");
        }
    }
}
