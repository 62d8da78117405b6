//! Paints the cells near an eye: a lid of pulled skin with its lashes, or an open eye that looks elsewhere. Called by
//! `painter`.

use super::eye::{EyeRig, Lidded};
use super::painter::{Corners, FINE, MIDDLE, View, between, mixed, quarter, spot};
use super::rig::Sampled;
use crate::video::frame::Frame;
use face::smooth;

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
        self.pixels(place, MIDDLE, into, |channel, scale, pixel, value| {
            let of = |part: fn(&Lidded) -> f32| between(four.each_ref().map(part), pixel.right, pixel.down, mixed);
            let (below, under, along) = (of(|at| at.below_edge), of(|at| at.below_open), of(|at| at.along));
            let base = spot(corners, pixel.right, pixel.down);
            let look = |sampled: &Sampled, x: f32, y: f32| sampled[channel].at(x * scale - 0.5, y * scale - 0.5);
            let inside = smooth(1.0, 0.93, along.abs());
            let covered = smooth(soft, -soft, below);
            let bare = look(&rigged.bare, base.x, base.y);
            let mut eyeball = look(from, of(|at| at.eye.x), of(|at| at.eye.y));
            if channel == 0 {
                let shadow = (1.0 - below / (0.22 * eye.height)).clamp(0.0, 1.0) * inside * lid;
                eyeball = 16.0 + (eyeball - 16.0) * (1.0 - 0.35 * shadow);
            }
            // Skin of the lid: what lies above, and the further it is shut, the more of what was made up.
            let seen = look(from, of(|at| at.skin.x), of(|at| at.skin.y));
            let near = smooth(-1.1 * eye.height, -0.5 * eye.height, under) * smooth(1.75, 1.35, along.abs());
            // Made up early, or the lashes of the open eye stay as a ghost on the lid.
            let mut skin = mixed(seen, bare, smooth(0.0, 0.4, lid) * near);
            if channel == 0 {
                // A lid is a ball: lighter in its middle, darker at its fold and towards its edge.
                let up = (-below / (0.75 * eye.height)).clamp(0.0, 1.0);
                let ball = 0.045 * (up * (1.0 - up) * 4.0) - 0.07 * (1.0 - up).powi(3);
                skin = 16.0 + (skin - 16.0) * (1.0 + lid * inside * ball);
            }
            // The mesh has corners a little short: what of the eye is left there gives way to skin.
            let corner = smooth(0.80, 0.97, along.abs()) * smooth(1.7, 1.4, along.abs()) * smooth(0.55, 1.0, lid);
            let mut seen = mixed(mixed(eyeball, bare, corner), skin, covered);
            let line = lash_line(rigged, below, along) * inside * smooth(0.0, 0.25, lid);
            if channel == 0 {
                seen += (rigged.lash[0] + 14.0 - seen).min(0.0) * line * (0.68 - 0.25 * along * along);
                seen += (rigged.lash[0] - seen) * 0.45 * comb(rigged, below, along) * smooth(0.75, 1.0, lid) * inside;
            } else {
                seen += (128.0 + (bare - 128.0) * 0.7 - seen) * line * 0.5;
            }
            *value = (seen + 0.5) as u8;
        });
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
