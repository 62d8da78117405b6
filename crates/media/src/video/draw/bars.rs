//! Bars of sound: a row of rounded bars as a layer. Called by `photo`, `waveform` and `card`; knows no sound, only
//! heights.

use tiny_skia::{
    Color, FillRule, GradientStop, LinearGradient, Paint, PathBuilder, Pixmap, Point, Shader, SpreadMode, Transform,
};

use super::planes::{Area, Layer};

/// The colours of bars, at the top and at the bottom.
#[derive(Debug, Clone, Copy)]
pub struct Tint {
    pub top: [u8; 3],
    pub bottom: [u8; 3],
    pub opacity: f32,
}

/// What is heard: warm as the studio's lamp.
pub const WARM: Tint = Tint { top: [255, 214, 92], bottom: [255, 104, 104], opacity: 1.0 };

/// What is not heard yet.
pub const QUIET: Tint = Tint { top: [255, 240, 230], bottom: [255, 240, 230], opacity: 0.34 };

/// A row of bars in the middle of an area.
pub struct Row {
    pub area: Area,
    pub thickness: f32,
    /// From the middle of one bar to that of the next.
    pub pitch: f32,
    /// Where the middle of the first bar is, from the left of the area.
    pub first: f32,
}

impl Row {
    /// Bars of these heights (0 to 1 of the area), each in its tint.
    #[expect(clippy::expect_used, reason = "bars have room")]
    pub fn layer(&self, bars: impl Iterator<Item = (f32, Tint)>) -> Layer {
        let (width, height) = (self.area.width.max(2), self.area.height.max(2));
        let mut pixels = Pixmap::new(width, height).expect("bars have room");
        for (index, (level, tint)) in bars.enumerate() {
            let x = self.first + index as f32 * self.pitch;
            let tall = (level.clamp(0.0, 1.0) * height as f32).max(self.thickness);
            self.bar(&mut pixels, x, tall, tint);
        }
        Layer::new(&pixels, self.area)
    }

    fn bar(&self, pixels: &mut Pixmap, x: f32, tall: f32, tint: Tint) {
        let middle = pixels.height() as f32 / 2.0;
        let (half, reach) = (self.thickness / 2.0, (tall - self.thickness) / 2.0);
        // A capsule: two half circles and what lies between them.
        let curve = half * 0.552_3;
        let (left, right, top, bottom) = (x - half, x + half, middle - reach, middle + reach);
        let mut pen = PathBuilder::new();
        pen.move_to(left, top);
        pen.cubic_to(left, top - curve, x - curve, top - half, x, top - half);
        pen.cubic_to(x + curve, top - half, right, top - curve, right, top);
        pen.line_to(right, bottom);
        pen.cubic_to(right, bottom + curve, x + curve, bottom + half, x, bottom + half);
        pen.cubic_to(x - curve, bottom + half, left, bottom + curve, left, bottom);
        pen.close();
        let Some(path) = pen.finish() else { return };
        let colour = |rgb: [u8; 3]| {
            let mut colour = Color::from_rgba8(rgb[0], rgb[1], rgb[2], 255);
            colour.set_alpha(tint.opacity.clamp(0.0, 1.0));
            colour
        };
        let stops = vec![GradientStop::new(0.0, colour(tint.top)), GradientStop::new(1.0, colour(tint.bottom))];
        let (from, to) = (Point::from_xy(0.0, 0.0), Point::from_xy(0.0, middle * 2.0));
        let gradient = LinearGradient::new(from, to, stops, SpreadMode::Pad, Transform::identity());
        let shader = gradient.unwrap_or(Shader::SolidColor(colour(tint.top)));
        let paint = Paint { shader, ..Paint::default() };
        pixels.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
    }
}
