//! Drawing in art units on a tiny-skia pixmap: inks, soft glows, clipped groups and blurred groups. Called by every
//! file that draws a part; knows nothing of babies. Shapes come from `shape`, resampling from `blit`.

use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Mask, Paint, Path, PathBuilder, Pixmap,
    PixmapPaint, Point, RadialGradient, Rect, Shader, SpreadMode, Stroke, Transform,
};

use crate::paint::blit::{self, Edge, Texels};
use crate::paint::palette::Rgb;
use crate::paint::soften::{self, Meeting};

/// What a shape is filled with.
pub type Ink = Paint<'static>;

/// One stop of a gradient: place 0 to 1, colour, opacity 0 to 1.
pub type Stop = (f32, Rgb, f32);

pub fn colour(rgb: Rgb, alpha: f32) -> Color {
    let mut colour = Color::from_rgba8(rgb.0, rgb.1, rgb.2, 255);
    colour.set_alpha(alpha.clamp(0.0, 1.0));
    colour
}

fn paint(shader: Shader<'static>) -> Ink {
    Paint { shader, ..Paint::default() }
}

pub fn flat(rgb: Rgb) -> Ink {
    paint(Shader::SolidColor(colour(rgb, 1.0)))
}

pub fn veil(rgb: Rgb, alpha: f32) -> Ink {
    paint(Shader::SolidColor(colour(rgb, alpha)))
}

fn stops(list: &[Stop]) -> Vec<GradientStop> {
    list.iter().map(|&(place, rgb, alpha)| GradientStop::new(place, colour(rgb, alpha))).collect()
}

/// The first stop stands in where a gradient has no extent.
fn first_stop(list: &[Stop]) -> Shader<'static> {
    Shader::SolidColor(list.first().map_or(Color::TRANSPARENT, |&(_, rgb, alpha)| colour(rgb, alpha)))
}

pub fn linear(from: (f32, f32), to: (f32, f32), list: &[Stop]) -> Ink {
    let (from, to) = (Point::from_xy(from.0, from.1), Point::from_xy(to.0, to.1));
    let shader = LinearGradient::new(from, to, stops(list), SpreadMode::Pad, Transform::identity());
    paint(shader.unwrap_or_else(|| first_stop(list)))
}

/// A radial gradient stretched to an ellipse.
pub fn radial(centre: (f32, f32), radii: (f32, f32), list: &[Stop]) -> Ink {
    let unit = Point::from_xy(0.0, 0.0);
    let place = Transform::from_row(radii.0, 0.0, 0.0, radii.1, centre.0, centre.1);
    let shader = RadialGradient::new(unit, 0.0, unit, 1.0, stops(list), SpreadMode::Pad, place);
    paint(shader.unwrap_or_else(|| first_stop(list)))
}

/// A pixmap and the way from art units to its pixels.
pub struct Canvas {
    pub pixmap: Pixmap,
    pub view: Transform,
}

impl Canvas {
    /// A transparent canvas of at least one pixel.
    #[expect(clippy::expect_used, reason = "one pixel is a valid size")]
    pub fn new(width: u32, height: u32, view: Transform) -> Canvas {
        let one_pixel = || Pixmap::new(1, 1).expect("one pixel is a valid size");
        Canvas { pixmap: Pixmap::new(width, height).unwrap_or_else(one_pixel), view }
    }

    pub fn fill(&mut self, path: &Path, ink: &Ink) {
        self.pixmap.fill_path(path, ink, FillRule::Winding, self.view, None);
    }

    pub fn stroke(&mut self, path: &Path, ink: &Ink, width: f32) {
        let stroke = Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        self.pixmap.stroke_path(path, ink, &stroke, self.view, None);
    }

    /// An ellipse of light (or shade) that fades out smoothly: softness without a blur.
    pub fn glow(&mut self, centre: (f32, f32), radii: (f32, f32), rgb: Rgb, alpha: f32) {
        let unit = self.view.pre_concat(Transform::from_row(radii.0, 0.0, 0.0, radii.1, centre.0, centre.1));
        soften::glow(&mut self.pixmap, unit, rgb, alpha, Meeting::Covers);
    }

    /// A glow that only brightens what is there; for opaque canvases.
    pub fn shine(&mut self, centre: (f32, f32), radii: (f32, f32), rgb: Rgb, alpha: f32) {
        let unit = self.view.pre_concat(Transform::from_row(radii.0, 0.0, 0.0, radii.1, centre.0, centre.1));
        soften::glow(&mut self.pixmap, unit, rgb, alpha, Meeting::Brightens);
    }

    /// Draws with the art space moved by `motion`.
    pub fn moved(&mut self, motion: Transform, draw: impl FnOnce(&mut Canvas)) {
        let view = self.view;
        self.view = view.pre_concat(motion);
        draw(self);
        self.view = view;
    }

    /// Draws a group that shows only inside `outline`.
    pub fn clipped(&mut self, outline: &Path, draw: impl FnOnce(&mut Canvas)) {
        let Some(((left, top), mut cell)) = self.cell(outline.bounds(), 1.0) else { return };
        draw(&mut cell);
        if let Some(mut mask) = Mask::new(cell.pixmap.width(), cell.pixmap.height()) {
            mask.fill_path(outline, FillRule::Winding, true, cell.view);
            cell.pixmap.apply_mask(&mask);
        }
        self.pixmap.draw_pixmap(left, top, cell.pixmap.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
    }

    /// Draws a group out of focus: at a quarter of the size, blurred by `sigma` art units, scaled up again. `area`
    /// holds the group's extent in art units, blur included.
    pub fn soft(&mut self, area: Rect, sigma: f32, draw: impl FnOnce(&mut Canvas)) {
        let Some(((left, top), mut cell)) = self.cell(area, 0.25) else { return };
        draw(&mut cell);
        soften::blur(&mut cell.pixmap, sigma * blit::scale_of(cell.view));
        let to_pixels = Transform::from_row(4.0, 0.0, 0.0, 4.0, left as f32, top as f32);
        blit::blit(&mut self.pixmap, &Texels::new(&cell.pixmap, Edge::Clear), to_pixels);
    }

    /// An empty canvas over the pixels of `area` (art units), at `scale` of this one's size, and where its left top
    /// pixel lies on this one. None when nothing of it would show.
    fn cell(&self, area: Rect, scale: f32) -> Option<((i32, i32), Canvas)> {
        let shown = area.transform(self.view)?;
        let (width, height) = (self.pixmap.width() as f32, self.pixmap.height() as f32);
        let (left, top) = ((shown.left() - 1.0).floor().max(0.0), (shown.top() - 1.0).floor().max(0.0));
        let (right, bottom) = ((shown.right() + 1.0).ceil().min(width), (shown.bottom() + 1.0).ceil().min(height));
        if right <= left || bottom <= top {
            return None;
        }
        let (across, down) = (((right - left) * scale).ceil() as u32, ((bottom - top) * scale).ceil() as u32);
        let view = self.view.post_translate(-left, -top).post_scale(scale, scale);
        Some(((left as i32, top as i32), Canvas::new(across, down, view)))
    }
}

/// An ellipse, or nothing when it has no extent.
pub fn oval(centre: (f32, f32), radii: (f32, f32)) -> Option<Path> {
    let rect = Rect::from_ltrb(centre.0 - radii.0, centre.1 - radii.1, centre.0 + radii.0, centre.1 + radii.1)?;
    PathBuilder::from_oval(rect)
}
