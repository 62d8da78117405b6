//! A part of the face as pixels, drawn once and put where the face is in every frame: what is too fine to draw again, or
//! needs a blur. Called by the files that draw such parts; knows nothing of faces.

use tiny_skia::{Rect, Transform};

use crate::paint::blit::{self, Edge, Texels};
use crate::paint::canvas::Canvas;
use crate::paint::shape::Spot;

pub struct Decal {
    texels: Texels,
    /// The left top corner in art units.
    corner: Spot,
    scale: f32,
}

impl Decal {
    /// Draws the part at `scale` pixels an art unit; `extent` (art units) must hold all of it.
    pub fn new(scale: f32, extent: Rect, draw: impl FnOnce(&mut Canvas)) -> Decal {
        let size = |length: f32| (length * scale).ceil() as u32;
        let corner = (extent.left(), extent.top());
        let view = Transform::from_scale(scale, scale).pre_translate(-corner.0, -corner.1);
        let mut canvas = Canvas::new(size(extent.width()), size(extent.height()), view);
        draw(&mut canvas);
        Decal { texels: Texels::new(&canvas.pixmap, Edge::Clear), corner, scale }
    }

    /// Puts the part on the canvas, `shift` art units from where it was drawn.
    pub fn place(&self, canvas: &mut Canvas, shift: Spot) {
        let corner = Transform::from_translate(self.corner.0 + shift.0, self.corner.1 + shift.1);
        let to_pixels = canvas.view.pre_concat(corner).pre_scale(1.0 / self.scale, 1.0 / self.scale);
        blit::blit(&mut canvas.pixmap, &self.texels, to_pixels);
    }
}
