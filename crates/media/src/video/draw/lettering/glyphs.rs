//! Glyphs as pixels' outlines: a run of shaped glyphs becomes one path and, where its font has colours, small pictures.
//! Called by `typesetter`.

use parley::layout::GlyphRun;
use parley::style::Brush;
use skrifa::instance::{LocationRef, NormalizedCoord, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use tiny_skia::{FilterQuality, LineJoin, Path, PathBuilder, Pixmap, PixmapPaint, Stroke, Transform};

use super::colour::{Picture, picture};

/// A word as outlines: its first letter begins at 0, its line is at 0, y goes down.
#[derive(Debug, Clone, Default)]
pub struct Lettered {
    /// `None` when it has no letters that are outlines.
    pub path: Option<Path>,
    /// The letters that have colours of their own.
    pictures: Vec<Picture>,
}

/// The letters of a word as they are added.
#[derive(Default)]
pub struct Drawing {
    path: PathBuilder,
    pictures: Vec<Picture>,
}

impl Lettered {
    /// The outlines with their beginning at this place, `scale` times as large.
    pub fn placed(&self, x: f32, y: f32, scale: f32) -> Option<Path> {
        self.path.clone()?.transform(Transform::from_row(scale, 0.0, 0.0, scale, x, y))
    }

    /// Draws the letters that have colours of their own, `opacity` from 0 to 1.
    pub fn draw_pictures(&self, pixels: &mut Pixmap, (x, y): (f32, f32), scale: f32) {
        let paint = PixmapPaint { quality: FilterQuality::Bicubic, ..PixmapPaint::default() };
        for picture in &self.pictures {
            let place = picture.place.post_concat(Transform::from_row(scale, 0.0, 0.0, scale, x, y));
            pixels.draw_pixmap(0, 0, picture.pixels.as_ref(), &paint, place, None);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.path.is_none() && self.pictures.is_empty()
    }
}

impl Drawing {
    /// Adds a run of glyphs, its beginning at `x`.
    pub fn add<B: Brush>(&mut self, run: &GlyphRun<'_, B>, x: f32) {
        let shaped = run.run();
        let Ok(font) = FontRef::from_index(shaped.font().data.as_ref(), shaped.font().index) else { return };
        let coords: Vec<NormalizedCoord> =
            shaped.normalized_coords().iter().map(|coord| NormalizedCoord::from_bits(coord.to_bits())).collect();
        let location = LocationRef::new(&coords);
        let size = shaped.font_size();
        let outlines = font.outline_glyphs();
        let mut letters = PathBuilder::new();
        for glyph in run.positioned_glyphs() {
            let id = GlyphId::new(glyph.id);
            let at = (x + glyph.x - run.offset(), glyph.y - run.baseline());
            // The box of a letter that the font does not have.
            if glyph.id == 0 {
                continue;
            }
            if let Some(picture) = picture(&font, id, location, size, at) {
                self.pictures.push(picture);
            } else if let Some(outline) = outlines.get(id) {
                let mut pen = Pen { path: &mut letters, at };
                // A glyph that cannot be read draws nothing; what was drawn of it stays within its width.
                drop(outline.draw(DrawSettings::unhinted(Size::new(size), location), &mut pen));
            }
        }
        let Some(letters) = letters.finish() else { return };
        if shaped.synthesis().embolden() {
            let bold = Stroke { width: size * 0.045, line_join: LineJoin::Round, ..Stroke::default() };
            if let Some(edge) = letters.stroke(&bold, 1.0) {
                self.path.push_path(&edge);
            }
        }
        self.path.push_path(&letters);
    }

    /// The word, which begins at `x`.
    pub fn finish(self, x: f32) -> Lettered {
        let path = self.path.finish().and_then(|path| path.transform(Transform::from_translate(-x, 0.0)));
        let moved = |picture: Picture| Picture { place: picture.place.post_translate(-x, 0.0), ..picture };
        Lettered { path, pictures: self.pictures.into_iter().map(moved).collect() }
    }
}

/// Draws an outline into a path, its origin at a place.
pub struct Pen<'p> {
    pub path: &'p mut PathBuilder,
    pub at: (f32, f32),
}

impl Pen<'_> {
    fn point(&self, x: f32, y: f32) -> (f32, f32) {
        (self.at.0 + x, self.at.1 - y)
    }
}

impl OutlinePen for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.point(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.point(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let ((cx, cy), (x, y)) = (self.point(cx, cy), self.point(x, y));
        self.path.quad_to(cx, cy, x, y);
    }

    fn curve_to(&mut self, cx: f32, cy: f32, dx: f32, dy: f32, x: f32, y: f32) {
        let ((cx, cy), (dx, dy), (x, y)) = (self.point(cx, cy), self.point(dx, dy), self.point(x, y));
        self.path.cubic_to(cx, cy, dx, dy, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
