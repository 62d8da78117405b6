//! Eyes: ball, iris, catch lights, lids and lashes, at any height, gaze and lid. Called by `features` for every frame.

use tiny_skia::{Path, Transform};

use crate::head::bare_head;
use crate::looks::look::Look;
use crate::looks::pose::Pose;
use crate::paint::canvas::{Canvas, colour, flat, linear, veil};
use crate::paint::decal::Decal;
use crate::paint::palette::{BLACK, Iris, Rgb, WHITE};
use crate::paint::shape::{Spot, area, blob, brush, curve, disc, ellipse, on_quadratic, rounded};

/// Where the eye on the viewer's left (−1) or right (1) sits.
pub fn centre(look: &Look, side: f32) -> Spot {
    (512.0 + side * (143.0 + 6.0 * look.build.gap), 714.0)
}

fn iris_radius(look: &Look) -> f32 {
    86.0 * (1.0 + 0.06 * look.build.eyes)
}

/// The iris as pixels: its rays are too many to draw again in every frame. It is drawn around the origin.
pub fn iris_decal(look: &Look, scale: f32) -> Decal {
    let radius = iris_radius(look);
    let reach = radius + 6.0;
    Decal::new(scale, area(-reach, -reach, reach, reach), |canvas| iris(canvas, look.eyes, (0.0, 0.0), radius))
}

fn iris(canvas: &mut Canvas, colours: Iris, at: Spot, radius: f32) {
    let (x, y) = at;
    canvas.fill(&disc(at, radius + 2.5), &flat(colours.rim.mix(BLACK, 0.25)));
    let bright = colours.body.mix(colours.glow, 0.55);
    let body = [(0.0, colours.rim, 1.0), (0.4, colours.body.mix(colours.rim, 0.3), 1.0), (1.0, bright, 1.0)];
    canvas.fill(&disc(at, radius - 4.0), &linear((x, y - radius), (x, y + radius), &body));
    canvas.clipped(&disc(at, radius - 4.0), |inside| {
        inside.glow((x + 4.0, y + radius * 0.52), (radius * 0.78, radius * 0.5), colours.glow, 0.85);
    });
    for ray in 0..28 {
        let angle = (ray as f32 * 12.857 + 7.0).to_radians();
        let (sine, cosine) = angle.sin_cos();
        let length = 0.82 + 0.08 * (ray % 3) as f32;
        let from = (x + cosine * radius * 0.5, y + sine * radius * 0.5);
        let to = (x + cosine * radius * length, y + sine * radius * length);
        let amount = if sine > 0.0 { 0.24 } else { 0.10 };
        canvas.stroke(&curve(&[from, to]), &veil(colours.glow, amount), 2.6);
    }
    canvas.fill(&disc(at, radius * 0.55), &flat(Rgb::hex(0x0a_0508)));
    canvas.glow((x, y + radius * 0.2), (radius * 0.4, radius * 0.3), colours.body.mix(BLACK, 0.3), 0.5);
}

/// One eye, measured.
struct Eye<'a> {
    look: &'a Look,
    pose: &'a Pose,
    side: f32,
    centre: Spot,
    radii: Spot,
}

pub fn draw(canvas: &mut Canvas, look: &Look, iris: &Decal, pose: &Pose) {
    let size = 1.0 + 0.06 * look.build.eyes;
    for side in [-1.0, 1.0] {
        let radii = (97.0 * size, 104.0 * size * pose.eye_height);
        Eye { look, pose, side, centre: centre(look, side), radii }.draw(canvas, iris);
    }
}

impl Eye<'_> {
    fn draw(&self, canvas: &mut Canvas, iris: &Decal) {
        if self.pose.lid > 0.0 || self.pose.squint > 0.0 {
            canvas.fill(&self.socket(), &bare_head::lid_ink(self.look, self.centre, self.radii));
        }
        self.crease(canvas);
        if !self.is_shut() {
            canvas.clipped(&self.opening(), |ball| {
                self.ball(ball);
                iris.place(ball, self.iris_place());
                self.lid_shadow(ball);
                self.catch_lights(ball);
            });
        }
        self.lower_lid(canvas);
        self.lashes(canvas);
    }

    /// The height of the lower lid's edge below the middle as a fraction of the radius: a smile pushes it up, a closing
    /// eye meets the upper lid with it.
    fn lower(&self) -> f32 {
        let open = 1.0 - 0.42 * self.pose.squint;
        let closing = ((self.pose.lid - 0.55) / 0.45).clamp(0.0, 1.0);
        open + (0.7 - open) * closing.powi(2)
    }

    /// A point on the outline of the eye, `t` from −1 (inner corner) to 1 (outer corner), `height` as a fraction of the
    /// radius, negative below the middle.
    fn on_edge(&self, t: f32, height: f32) -> Spot {
        let round = (1.0 - t.abs().powf(2.15)).max(0.0).powf(0.5);
        // The outer corner of a baby's eye sits a little higher than the inner one.
        (self.centre.0 + self.side * t * self.radii.0, self.centre.1 - height * round * self.radii.1 - t * 5.0)
    }

    /// A point on the edge of the upper lid. The lid is bowed over the ball: on its way down its edge sags in the
    /// middle; anger lowers its inner end.
    fn on_upper(&self, t: f32) -> Spot {
        let lid = self.pose.lid;
        let height = 1.0 - 1.5 * lid;
        let (x, y) = self.on_edge(t, height);
        let sag = 0.30 * lid * (1.0 - t * t) * self.radii.1;
        let slant = (1.0 - height.abs()) * t * self.pose.brow_slope * 0.7;
        (x, (y + sag + slant).min(self.on_edge(t, -self.lower()).1))
    }

    /// Steps along an edge, closer towards the corners, where it turns fastest.
    fn steps() -> impl DoubleEndedIterator<Item = f32> {
        (0..=16).map(|step| ((step as f32 / 8.0 - 1.0) * std::f32::consts::FRAC_PI_2).sin())
    }

    /// The whole eye, lids included.
    fn socket(&self) -> Path {
        let above = Self::steps().map(|t| self.on_edge(t, 1.0));
        let below = Self::steps().rev().skip(1).take(15).map(|t| self.on_edge(t, -1.0));
        blob(&above.chain(below).collect::<Vec<Spot>>())
    }

    /// What the lids leave of the eye.
    fn opening(&self) -> Path {
        let above = Self::steps().map(|t| self.on_upper(t));
        let below = Self::steps().rev().skip(1).take(15).map(|t| self.on_edge(t, -self.lower()));
        blob(&above.chain(below).collect::<Vec<Spot>>())
    }

    fn is_shut(&self) -> bool {
        self.on_edge(0.0, -self.lower()).1 - self.on_upper(0.0).1 < 1.5
    }

    fn ball(&self, ball: &mut Canvas) {
        let (x, y) = self.centre;
        ball.pixmap.fill(colour(Rgb::hex(0xcf_c8d8), 1.0));
        ball.glow((x, y + 14.0), (self.radii.0 * 1.7, self.radii.1 * 1.7), Rgb::hex(0xff_fdfa), 1.0);
        // The inner corner shows a touch of red.
        ball.glow(self.on_edge(-1.0, 0.0), (34.0, 34.0), self.look.skin.blush, 0.4);
    }

    fn iris_place(&self) -> Spot {
        let (dx, dy) = self.pose.look;
        // At rest the eyes converge a little on the viewer.
        (self.centre.0 - self.side * 7.0 + dx, self.centre.1 + 6.0 + dy)
    }

    /// The lid and its lashes keep light off the top of the ball.
    fn lid_shadow(&self, ball: &mut Canvas) {
        let top = self.on_upper(0.0).1 - 6.0;
        let depth = self.radii.1 * 0.62;
        let shade = Rgb::hex(0x2a_1430);
        let ink = linear((0.0, top), (0.0, top + depth), &[(0.0, shade, 0.62), (0.35, shade, 0.26), (1.0, shade, 0.0)]);
        let (x, _) = self.centre;
        ball.fill(&rounded(x - 130.0, top - 60.0, 260.0, depth + 60.0, 1.0), &ink);
    }

    fn catch_lights(&self, ball: &mut Canvas) {
        let (x, y) = self.iris_place();
        let radius = iris_radius(self.look);
        let (dx, dy) = (self.pose.look.0 * 0.25, self.pose.look.1 * 0.25);
        // The window light stays where it is while the eye turns under it, and under a low lid it slides down.
        let low = (self.pose.lid - 0.15).max(0.0) * 58.0;
        let main = (x - radius * 0.34 - dx, y - radius * 0.40 - dy + low);
        ball.moved(Transform::from_rotate_at(-22.0, main.0, main.1), |light| {
            light.fill(&ellipse(main, (radius * 0.30, radius * 0.35)), &flat(WHITE));
        });
        ball.fill(&disc((x + radius * 0.36 - dx, y + radius * 0.38 - dy), radius * 0.135), &veil(WHITE, 0.92));
        ball.fill(&disc((x + radius * 0.10 - dx, y + radius * 0.60 - dy), radius * 0.06), &veil(WHITE, 0.75));
        ball.glow((x + radius * 0.46, y - radius * 0.36), (radius * 0.26, radius * 0.22), bare_head::WARM_LIGHT, 0.35);
    }

    /// The fold above the eye; it follows the lid down.
    fn crease(&self, canvas: &mut Canvas) {
        let height = 1.12 - self.pose.lid * 0.12;
        let spots: Vec<Spot> =
            (0..=8).map(|step| self.on_edge(-0.72 + step as f32 * 0.19, height)).map(|(x, y)| (x, y - 4.0)).collect();
        let line = brush(&spots, |t| 7.0 * (4.0 * t * (1.0 - t)).sqrt());
        canvas.fill(&line, &veil(self.look.skin.shade, 0.36));
    }

    /// A thin wet edge, and the cheek pushed up under it by a smile.
    fn lower_lid(&self, canvas: &mut Canvas) {
        let lower = self.lower();
        let skin = self.look.skin;
        let spots: Vec<Spot> = (0..=10).map(|step| self.on_edge(-0.85 + step as f32 * 0.17, -lower)).collect();
        canvas.fill(&brush(&spots, |t| 4.0 * (4.0 * t * (1.0 - t)).sqrt()), &veil(skin.shade, 0.55));
        let under: Vec<Spot> = spots.iter().map(|&(x, y)| (x, y + 12.0 + 6.0 * self.pose.squint)).collect();
        canvas.fill(
            &brush(&under[2..9], |t| 5.0 * (4.0 * t * (1.0 - t)).sqrt()),
            &veil(skin.shade, 0.12 + 0.2 * self.pose.squint),
        );
    }

    fn lashes(&self, canvas: &mut Canvas) {
        let colour = self.look.hair_colour.deep.mix(Rgb::hex(0x1a_0d10), 0.6);
        let line: Vec<Spot> = (0..=18).map(|step| self.on_upper(((step as f32 / 9.0 - 1.0) * 1.5).sin())).collect();
        let thickness = if self.look.long_lashes { 15.0 } else { 12.0 };
        let edge = brush(&line, |t| {
            2.0 + thickness * (0.32 + 0.68 * t) * (3.4 * t.max(0.02)).min(1.0) * (1.0 - 0.75 * t.powi(9))
        });
        canvas.fill(&edge, &flat(colour));
        let count = if self.look.long_lashes { 4 } else { 2 };
        // Lashes point up from an open lid and droop with a closing one.
        let lift = 1.0 - 1.75 * self.pose.lid;
        for index in 0..count {
            let t = 0.965 - index as f32 * 0.115;
            let root = self.on_upper(t);
            let length = if self.look.long_lashes { 40.0 - 5.0 * index as f32 } else { 26.0 - 5.0 * index as f32 };
            let out = (
                self.side * length * (0.78 - 0.16 * index as f32),
                -length * (0.42 + 0.2 * index as f32) * lift + length * 0.18,
            );
            let tip = (root.0 + out.0, root.1 + out.1 - 4.0);
            let by = (root.0 + out.0 * 0.65, root.1 + out.1 * 0.18);
            let spots: Vec<Spot> = (0..=5).map(|step| on_quadratic(root, by, tip, step as f32 / 5.0)).collect();
            canvas.fill(&brush(&spots, |t| 9.5 * (1.0 - t) + 0.8), &flat(colour));
        }
    }
}
