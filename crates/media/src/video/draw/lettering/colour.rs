//! Glyphs that bring their own colours, emoji above all: layers and gradients (COLR) are painted, pictures (CBDT, sbix) are
//! read. Called by `glyphs`.

use skrifa::bitmap::{BitmapData, BitmapStrikes, Origin};
use skrifa::color::{Brush, ColorPainter, ColorStop, CompositeMode, Extend};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::BoundingBox;
use skrifa::outline::DrawSettings;
use skrifa::raw::TableProvider as _;
use skrifa::{FontRef, GlyphId, MetadataProvider};
use tiny_skia::{
    BlendMode, Color, FillRule, GradientStop, LinearGradient, Mask, Paint, Path, PathBuilder, Pixmap, PixmapPaint,
    Point, RadialGradient, Rect, Shader, SpreadMode, SweepGradient, Transform,
};

use super::glyphs::Pen;

/// A glyph as pixels, and how they come into its word.
#[derive(Debug, Clone)]
pub struct Picture {
    pub pixels: Pixmap,
    pub place: Transform,
}

/// The picture of a glyph, its origin at `at`; `None` for a glyph without colours.
pub fn picture(
    font: &FontRef<'_>,
    glyph: GlyphId,
    location: LocationRef<'_>,
    size: f32,
    at: (f32, f32),
) -> Option<Picture> {
    painted(font, glyph, location, size, at).or_else(|| read(font, glyph, size, at))
}

/// A glyph of layers. It is painted twice as large as it is shown, so that it stays sharp while it grows.
fn painted(
    font: &FontRef<'_>,
    glyph: GlyphId,
    location: LocationRef<'_>,
    size: f32,
    at: (f32, f32),
) -> Option<Picture> {
    const FINER: f32 = 2.0;
    let colours = font.color_glyphs().get(glyph)?;
    let em = f32::from(font.head().ok()?.units_per_em());
    let scale = size * FINER / em;
    // Emoji stay within an em and a half around their origin.
    let side = (size * FINER * 2.0).ceil() as u32;
    let origin = (size * FINER * 0.25, size * FINER * 1.5);
    let palette = font.cpal().ok().and_then(|cpal| Some(cpal.color_records_array()?.ok()?.to_vec()))?;
    let start = Transform::from_row(scale, 0.0, 0.0, -scale, origin.0, origin.1);
    let mut painter = Painter {
        font,
        location,
        palette: palette.iter().map(|record| [record.red, record.green, record.blue, record.alpha]).collect(),
        transforms: vec![start],
        clips: Vec::new(),
        layers: vec![(Pixmap::new(side, side)?, BlendMode::SourceOver)],
    };
    colours.paint(location, &mut painter).ok()?;
    let (pixels, _) = painter.layers.into_iter().next()?;
    let place =
        Transform::from_row(1.0 / FINER, 0.0, 0.0, 1.0 / FINER, at.0 - origin.0 / FINER, at.1 - origin.1 / FINER);
    Some(Picture { pixels, place })
}

/// A glyph that is a picture already.
fn read(font: &FontRef<'_>, glyph: GlyphId, size: f32, at: (f32, f32)) -> Option<Picture> {
    let bitmap = BitmapStrikes::new(font).glyph_for_size(Size::new(size), glyph)?;
    let BitmapData::Png(png) = bitmap.data else { return None };
    let pixels = Pixmap::decode_png(png).ok()?;
    let em = f32::from(font.head().ok()?.units_per_em());
    let scale = (size / bitmap.ppem_x, size / bitmap.ppem_y);
    let left = bitmap.bearing_x * size / em + bitmap.inner_bearing_x * scale.0;
    let up = bitmap.bearing_y * size / em + bitmap.inner_bearing_y * scale.1;
    let top = match bitmap.placement_origin {
        Origin::TopLeft => -up,
        Origin::BottomLeft => -up - pixels.height() as f32 * scale.1,
    };
    let place = Transform::from_row(scale.0, 0.0, 0.0, scale.1, at.0 + left, at.1 + top);
    Some(Picture { pixels, place })
}

/// Paints the layers of a glyph.
struct Painter<'f> {
    font: &'f FontRef<'f>,
    location: LocationRef<'f>,
    /// Red, green, blue and opacity.
    palette: Vec<[u8; 4]>,
    transforms: Vec<Transform>,
    clips: Vec<Mask>,
    layers: Vec<(Pixmap, BlendMode)>,
}

impl Painter<'_> {
    fn transform(&self) -> Transform {
        self.transforms.last().copied().unwrap_or_default()
    }

    fn push_clip(&mut self, path: Option<Path>) {
        let Some((layer, _)) = self.layers.last() else { return };
        let Some(mut mask) = Mask::new(layer.width(), layer.height()) else { return };
        if let Some(path) = path {
            match self.clips.last() {
                Some(outer) => {
                    mask = outer.clone();
                    mask.intersect_path(&path, FillRule::Winding, true, self.transform());
                }
                None => mask.fill_path(&path, FillRule::Winding, true, self.transform()),
            }
        }
        self.clips.push(mask);
    }

    fn colour(&self, palette_index: u16, alpha: f32) -> Color {
        // 65535 is the colour of the text.
        let [red, green, blue, opacity] =
            self.palette.get(usize::from(palette_index)).copied().unwrap_or([255, 255, 255, 255]);
        let mut colour = Color::from_rgba8(red, green, blue, opacity);
        colour.apply_opacity(alpha.clamp(0.0, 1.0));
        colour
    }

    fn stops(&self, stops: &[ColorStop]) -> Vec<GradientStop> {
        stops.iter().map(|stop| GradientStop::new(stop.offset, self.colour(stop.palette_index, stop.alpha))).collect()
    }

    fn shader(&self, brush: &Brush<'_>) -> Option<Shader<'static>> {
        let point = |point: skrifa::raw::types::Point<f32>| Point::from_xy(point.x, point.y);
        let spread = |extend: &Extend| match extend {
            Extend::Repeat => SpreadMode::Repeat,
            Extend::Reflect => SpreadMode::Reflect,
            _ => SpreadMode::Pad,
        };
        let transform = self.transform();
        match brush {
            Brush::Solid { palette_index, alpha } => Some(Shader::SolidColor(self.colour(*palette_index, *alpha))),
            Brush::LinearGradient { p0, p1, color_stops, extend } => {
                LinearGradient::new(point(*p0), point(*p1), self.stops(color_stops), spread(extend), transform)
            }
            Brush::RadialGradient { c0, r0, c1, r1, color_stops, extend } => {
                let (from, to) = (r0.max(0.0), r1.max(0.0));
                RadialGradient::new(
                    point(*c0),
                    from,
                    point(*c1),
                    to,
                    self.stops(color_stops),
                    spread(extend),
                    transform,
                )
            }
            Brush::SweepGradient { c0, start_angle, end_angle, color_stops, extend } => SweepGradient::new(
                point(*c0),
                *start_angle,
                *end_angle,
                self.stops(color_stops),
                spread(extend),
                transform,
            ),
        }
    }
}

impl ColorPainter for Painter<'_> {
    fn push_transform(&mut self, transform: skrifa::color::Transform) {
        let pushed =
            Transform::from_row(transform.xx, transform.yx, transform.xy, transform.yy, transform.dx, transform.dy);
        self.transforms.push(self.transform().pre_concat(pushed));
    }

    fn pop_transform(&mut self) {
        if self.transforms.len() > 1 {
            self.transforms.pop();
        }
    }

    fn push_clip_glyph(&mut self, glyph: GlyphId) {
        let mut path = PathBuilder::new();
        // The glyphs of layers are drawn in the font's own units, where y goes up.
        if let Some(outline) = self.font.outline_glyphs().get(glyph) {
            let mut pen = Pen { path: &mut path, at: (0.0, 0.0) };
            drop(outline.draw(DrawSettings::unhinted(Size::unscaled(), self.location), &mut pen));
        }
        let path = path.finish().and_then(|path| path.transform(Transform::from_scale(1.0, -1.0)));
        self.push_clip(path);
    }

    fn push_clip_box(&mut self, area: BoundingBox) {
        let area = Rect::from_ltrb(area.x_min, area.y_min, area.x_max, area.y_max);
        self.push_clip(area.map(PathBuilder::from_rect));
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn fill(&mut self, brush: Brush<'_>) {
        let Some(shader) = self.shader(&brush) else { return };
        let Some((layer, _)) = self.layers.last_mut() else { return };
        let Some(whole) = Rect::from_xywh(0.0, 0.0, layer.width() as f32, layer.height() as f32) else { return };
        let paint = Paint { shader, ..Paint::default() };
        layer.fill_rect(whole, &paint, Transform::identity(), self.clips.last());
    }

    fn push_layer(&mut self, mode: CompositeMode) {
        let size = self.layers.last().map(|(layer, _)| (layer.width(), layer.height()));
        if let Some(layer) = size.and_then(|(width, height)| Pixmap::new(width, height)) {
            self.layers.push((layer, blend(mode)));
        }
    }

    fn pop_layer(&mut self) {
        if self.layers.len() > 1
            && let Some((layer, blend_mode)) = self.layers.pop()
            && let Some((below, _)) = self.layers.last_mut()
        {
            let paint = PixmapPaint { blend_mode, ..PixmapPaint::default() };
            below.draw_pixmap(0, 0, layer.as_ref(), &paint, Transform::identity(), self.clips.last());
        }
    }
}

fn blend(mode: CompositeMode) -> BlendMode {
    match mode {
        CompositeMode::Clear => BlendMode::Clear,
        CompositeMode::Src => BlendMode::Source,
        CompositeMode::Dest => BlendMode::Destination,
        CompositeMode::DestOver => BlendMode::DestinationOver,
        CompositeMode::SrcIn => BlendMode::SourceIn,
        CompositeMode::DestIn => BlendMode::DestinationIn,
        CompositeMode::SrcOut => BlendMode::SourceOut,
        CompositeMode::DestOut => BlendMode::DestinationOut,
        CompositeMode::SrcAtop => BlendMode::SourceAtop,
        CompositeMode::DestAtop => BlendMode::DestinationAtop,
        CompositeMode::Xor => BlendMode::Xor,
        CompositeMode::Plus => BlendMode::Plus,
        CompositeMode::Screen => BlendMode::Screen,
        CompositeMode::Overlay => BlendMode::Overlay,
        CompositeMode::Darken => BlendMode::Darken,
        CompositeMode::Lighten => BlendMode::Lighten,
        CompositeMode::ColorDodge => BlendMode::ColorDodge,
        CompositeMode::ColorBurn => BlendMode::ColorBurn,
        CompositeMode::HardLight => BlendMode::HardLight,
        CompositeMode::SoftLight => BlendMode::SoftLight,
        CompositeMode::Difference => BlendMode::Difference,
        CompositeMode::Exclusion => BlendMode::Exclusion,
        CompositeMode::Multiply => BlendMode::Multiply,
        CompositeMode::HslHue => BlendMode::Hue,
        CompositeMode::HslSaturation => BlendMode::Saturation,
        CompositeMode::HslColor => BlendMode::Color,
        CompositeMode::HslLuminosity => BlendMode::Luminosity,
        _ => BlendMode::SourceOver,
    }
}
