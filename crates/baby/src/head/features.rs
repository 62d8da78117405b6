//! The features that move: brows, eyes, lids, nose, cheeks and mouth, drawn over the head sprite in every frame.
//! Called by `stage`; reads a `Pose` that is already within range. No blurs here: each frame has milliseconds.

use tiny_skia::Transform;

use crate::head::eyes;
use crate::head::glasses;
use crate::head::marks;
use crate::head::mouth;
use crate::looks::look::Look;
use crate::looks::pose::Pose;
use crate::paint::canvas::{Canvas, veil};
use crate::paint::decal::Decal;
use crate::paint::palette::WHITE;
use crate::paint::shape::{MIDDLE, Spot, brush, curve, on_quadratic};

/// What of a face is drawn once.
pub struct Decals {
    iris: Decal,
    marks: Option<Decal>,
    glasses: Option<Decal>,
}

impl Decals {
    pub fn new(look: &Look, scale: f32) -> Decals {
        Decals {
            iris: eyes::iris_decal(look, scale),
            marks: marks::decal(look, scale),
            glasses: glasses::decal(look, scale),
        }
    }
}

/// Draws every feature; the canvas is already turned with the head.
pub fn draw(canvas: &mut Canvas, look: &Look, decals: &Decals, pose: &Pose) {
    cheeks(canvas, look, pose);
    // Features slide over the ball of the head: the nearer to the viewer, the further.
    let slide = |depth: f32| Transform::from_translate(pose.turn * 26.0 * depth, -pose.nod * 24.0 * depth);
    canvas.moved(slide(0.7), |face| {
        if let Some(marks) = &decals.marks {
            marks.place(face, (0.0, 0.0));
        }
        marks::dimples(face, look, pose);
    });
    canvas.moved(slide(1.0), |face| mouth::draw(face, look, pose));
    canvas.moved(slide(0.85), |face| {
        eyes::draw(face, look, &decals.iris, pose);
        brows(face, look, pose);
    });
    canvas.moved(slide(1.35), |face| nose(face, look));
    if let Some(glasses) = &decals.glasses {
        canvas.moved(slide(1.05), |face| glasses.place(face, (0.0, 0.0)));
    }
}

fn cheeks(canvas: &mut Canvas, look: &Look, pose: &Pose) {
    let lift = pose.smile.max(0.0) * 12.0 + pose.nod * 14.0;
    let colour = look.skin.blush;
    for x in [300.0, 724.0] {
        let centre = (x + pose.turn * 14.0, 862.0 - lift);
        canvas.glow(centre, (112.0, 88.0), colour, 0.12 + 0.40 * pose.blush);
    }
    let gleam = look.skin.light.mix(WHITE, 0.6);
    for (x, amount) in [(262.0, 0.36), (748.0, 0.2)] {
        canvas.glow(
            (x + pose.turn * 14.0, 828.0 - lift),
            (42.0, 26.0),
            gleam,
            amount * (0.4 + 0.6 * pose.smile.max(0.0)),
        );
    }
}

fn nose(canvas: &mut Canvas, look: &Look) {
    let skin = look.skin;
    let broad = 1.0 + 0.16 * look.build.nose;
    canvas.glow((MIDDLE + 6.0, 834.0), (58.0 * broad, 30.0), skin.shade, 0.42);
    canvas.glow((MIDDLE, 812.0), (46.0 * broad, 38.0), skin.mid.mix(skin.blush, 0.32), 0.8);
    for side in [-1.0, 1.0] {
        canvas.glow((MIDDLE + side * 16.0 * broad, 828.0), (11.0, 7.5), skin.shade, 0.75);
    }
    canvas.glow((MIDDLE - 8.0, 800.0), (24.0, 17.0), skin.light.mix(WHITE, 0.7), 0.75);
}

fn brows(canvas: &mut Canvas, look: &Look, pose: &Pose) {
    let hair = look.hair_colour;
    let colour = hair.mid.mix(hair.deep, 0.55).mix(look.skin.shade, 0.2);
    for side in [-1.0_f32, 1.0] {
        let extra = if side > 0.0 { pose.brow_asymmetry } else { 0.0 };
        let eye = eyes::centre(look, side);
        let height = 556.0 - pose.brow_lift - extra + (1.0 - pose.eye_height) * 26.0 + pose.lid * 8.0;
        let inner = (eye.0 - side * 54.0, height - pose.brow_slope * 1.15 + 4.0);
        let outer = (eye.0 + side * 60.0, height + pose.brow_slope * 0.75 + 8.0);
        let arch = (eye.0 + side * 8.0, height - 30.0 - extra.max(0.0) * 0.3 - pose.brow_lift.max(0.0) * 0.25);
        let spots: Vec<Spot> = (0..=10).map(|step| on_quadratic(inner, arch, outer, step as f32 / 10.0)).collect();
        let body = brush(&spots, |t| 19.0 * (1.0 - t * 0.55) * (0.45 + 0.55 * (t * 9.0).min(1.0)) * (1.0 - t.powi(6)));
        canvas.fill(&body, &veil(colour, 0.78));
        // A few hairs against the light keep the brow from looking cut out of felt.
        for hair_index in 0..6 {
            let t = 0.08 + hair_index as f32 * 0.14;
            let from = on_quadratic(inner, arch, outer, t);
            let to = on_quadratic(inner, arch, outer, t + 0.13);
            let hair_line = curve(&[(from.0, from.1 + 4.0), (to.0, to.1 - 5.0)]);
            canvas.stroke(&hair_line, &veil(hair.mid.mix(hair.light, 0.35), 0.5), 2.6);
        }
    }
}
