//! Paints the cells near an eye: a lid of pulled skin with its lashes, or an open eye that looks elsewhere. Called by
//! `painter`.

use super::eye::{EyeRig, Lidded};
use super::painter::{Corners, FINE, MIDDLE, Pixel, View, between, mixed, quarter, spot};
use super::quads::Quads;
use crate::video::frame::Frame;
use face::{Eye, Point, smooth};

impl View<'_> {
    /// A cell near an eye, a quarter at a time.
    pub(super) fn eye_cell(&self, eye: &EyeRig, (x, y): (usize, usize), corners: &Corners, into: &mut Frame) {
        for (down, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let corners = quarter(corners, right, down);
            let place = (x + right * MIDDLE, y + down * MIDDLE);
            if self.pose.lid <= 0.01 {
                for (down, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let corners = quarter(&corners, right, down);
                    let looked = corners.map(|point| eye.looking(point, self.pose.gaze));
                    let place = (place.0 + right * FINE, place.1 + down * FINE);
                    self.square(&self.rig.bare_head, place, FINE, &looked, into);
                }
            } else {
                self.lid(eye, place, &corners, into);
            }
        }
    }

    /// A quarter of a cell while the lid is down: skin pulled over the eye, lashes along its edge.
    fn lid(&self, rigged: &EyeRig, place: (usize, usize), corners: &Corners, into: &mut Frame) {
        let (eye, lid, from) = (&rigged.shape, self.pose.lid.min(1.0), &self.rig.bare_head);
        let four = corners.map(|point| rigged.lidded(point, lid, self.pose.gaze));
        let soft = 0.7 * self.rig.mouth.edge;
        let light = |pixel: &Pixel, _| {
            let spot = Spot::at(pixel, &four, corners);
            let (below, along) = (spot.below, spot.along);
            let inside = spot.inside();
            let [bare] = Spot::look(&rigged.bare.light, spot.base, 1.0);
            let [eyeball] = Spot::look(&from.light, spot.eye, 1.0);
            let shadow = (1.0 - below / (0.22 * eye.height)).clamp(0.0, 1.0) * inside * lid;
            let eyeball = 16.0 + (eyeball - 16.0) * (1.0 - 0.35 * shadow);
            let [seen] = Spot::look(&from.light, spot.skin, 1.0);
            let skin = mixed(seen, bare, spot.made_up(eye, lid));
            // A lid is a ball: lighter in its middle, darker at its fold and towards its edge.
            let up = (-below / (0.75 * eye.height)).clamp(0.0, 1.0);
            let ball = 0.045 * (up * (1.0 - up) * 4.0) - 0.07 * (1.0 - up).powi(3);
            let skin = 16.0 + (skin - 16.0) * (1.0 + lid * inside * ball);
            let mut seen = mixed(mixed(eyeball, bare, spot.corner(lid)), skin, spot.covered(soft));
            let line = spot.line(rigged, lid);
            seen += (rigged.lash[0] + 14.0 - seen).min(0.0) * line * (0.68 - 0.25 * along * along);
            [seen + (rigged.lash[0] - seen) * 0.45 * comb(rigged, below, along) * smooth(0.75, 1.0, lid) * inside]
        };
        let colours = |pixel: &Pixel, _| {
            let spot = Spot::at(pixel, &four, corners);
            let bare = Spot::look(&rigged.bare.colours, spot.base, 0.5);
            let eyeball = Spot::look(&from.colours, spot.eye, 0.5);
            let seen = Spot::look(&from.colours, spot.skin, 0.5);
            let (made_up, corner, covered) = (spot.made_up(eye, lid), spot.corner(lid), spot.covered(soft));
            let line = spot.line(rigged, lid);
            std::array::from_fn(|channel| {
                let bare = bare[channel];
                let skin = mixed(seen[channel], bare, made_up);
                let seen = mixed(mixed(eyeball[channel], bare, corner), skin, covered);
                seen + (128.0 + (bare - 128.0) * 0.7 - seen) * line * 0.5
            })
        };
        self.pixels(place, MIDDLE, into, light, colours);
    }
}

/// One pixel near a lid that is on its way.
struct Spot {
    /// Below the lid's edge, below that of the open lid, and along the eye.
    below: f32,
    under: f32,
    along: f32,
    /// Where it lies itself, and where the eye and the skin in its place come from.
    base: Point,
    eye: Point,
    skin: Point,
}

impl Spot {
    #[inline]
    fn at(pixel: &Pixel, four: &[Lidded; 4], corners: &Corners) -> Self {
        let of = |part: fn(&Lidded) -> f32| between(four.each_ref().map(part), pixel.right, pixel.down, mixed);
        Self {
            below: of(|at| at.below_edge),
            under: of(|at| at.below_open),
            along: of(|at| at.along),
            base: spot(corners, pixel.right, pixel.down),
            eye: Point::new(of(|at| at.eye.x), of(|at| at.eye.y)),
            skin: Point::new(of(|at| at.skin.x), of(|at| at.skin.y)),
        }
    }

    #[inline]
    fn look<const CHANNELS: usize>(quads: &Quads<CHANNELS>, from: Point, scale: f32) -> [f32; CHANNELS] {
        quads.at(from.x * scale - 0.5, from.y * scale - 0.5)
    }

    fn inside(&self) -> f32 {
        smooth(1.0, 0.93, self.along.abs())
    }

    fn covered(&self, soft: f32) -> f32 {
        smooth(soft, -soft, self.below)
    }

    /// How much of the lid's skin is made up instead of pulled down: more, the further it is shut, and early, or the lashes of
    /// the open eye stay as a ghost on the lid.
    fn made_up(&self, eye: &Eye, lid: f32) -> f32 {
        let near = smooth(-1.1 * eye.height, -0.5 * eye.height, self.under) * smooth(1.75, 1.35, self.along.abs());
        smooth(0.0, 0.4, lid) * near
    }

    /// The mesh has corners a little short: what of the eye is left there gives way to skin.
    fn corner(&self, lid: f32) -> f32 {
        let along = self.along.abs();
        smooth(0.80, 0.97, along) * smooth(1.7, 1.4, along) * smooth(0.55, 1.0, lid)
    }

    fn line(&self, rigged: &EyeRig, lid: f32) -> f32 {
        lash_line(rigged, self.below, self.along) * self.inside() * smooth(0.0, 0.25, lid)
    }
}

/// How dark the line of lashes along a lid's edge is.
fn lash_line(rigged: &EyeRig, below: f32, along: f32) -> f32 {
    let height = rigged.shape.height;
    let thick = 0.055 * height * (1.0 - 0.75 * along * along).max(0.0) + 0.4;
    let away = (below - 0.02 * height) / (1.6 * (thick + 0.5));
    let near = (1.0 - away * away).max(0.0);
    near * near
}

/// The lashes of a closed eye, which point down.
fn comb(rigged: &EyeRig, below: f32, along: f32) -> f32 {
    let reach = 0.26 * rigged.shape.height;
    if !(-0.5..reach).contains(&below) {
        return 0.0;
    }
    let tooth = 0.5 + 0.5 * (along * 34.0 + below * along * 0.09 + (along * 61.0).sin()).sin();
    (1.0 - (below / reach).clamp(0.0, 1.0)).powi(2) * smooth(-0.5, 1.5, below) * tooth * tooth
}
