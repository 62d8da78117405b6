//! The mouth: one shape from pressed shut to wide open, smiling, sulking, round or one-sided, so that talking never
//! jumps. Called by `features` for every frame.

use tiny_skia::{Path, PathBuilder};

use crate::looks::look::Look;
use crate::looks::pose::Pose;
use crate::looks::wardrobe::Teeth;
use crate::paint::canvas::{Canvas, linear, radial, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{MIDDLE, Spot, brush, curve, ellipse, on_quadratic, path, rounded};

/// The height of the lips when closed.
const LINE: f32 = 912.0;

struct Mouth {
    left: Spot,
    right: Spot,
    /// Middle of the upper and the lower edge of the opening.
    top: f32,
    bottom: f32,
    /// How far the edges run out flat before they turn up into the corners, 0 to 1.
    fullness: f32,
}

impl Mouth {
    fn new(pose: &Pose) -> Mouth {
        let smile = pose.smile;
        let happy = smile.max(0.0);
        let wide = (58.0 + 34.0 * happy + 6.0 * (-smile).max(0.0) + 12.0 * pose.open) * (1.0 - 0.52 * pose.round);
        let rise = smile * 19.0 * (1.0 - 0.8 * pose.round);
        let one_sided = |side: f32| (pose.side_smile * side).max(0.0);
        let slack = |side: f32| (-pose.side_smile * side).max(0.0);
        let corner = |side: f32| {
            let reach = wide + 20.0 * one_sided(side) - 16.0 * slack(side);
            let up = rise + 20.0 * one_sided(side) - 20.0 * slack(side) * smile.max(0.4);
            (MIDDLE + side * reach + pose.side_smile * 8.0, LINE - up)
        };
        let sag = smile * 13.0 * (1.0 - 0.7 * pose.open) * (1.0 - pose.round);
        let drop = pose.open * (74.0 + 34.0 * happy) * (1.0 - 0.1 * pose.round) + 8.0 * pose.round * pose.open.min(0.4);
        let top = LINE + sag - pose.open * 10.0 - pose.round * (4.0 + 26.0 * pose.open);
        Mouth {
            left: corner(-1.0),
            right: corner(1.0),
            top,
            bottom: top + drop + pose.round * 10.0 * pose.open.sqrt(),
            fullness: 0.55 + 0.12 * pose.round,
        }
    }

    /// Continues from the corner on the viewer's left along an edge whose middle lies at `middle`.
    fn edge(&self, pen: &mut PathBuilder, middle: f32, backwards: bool, full: f32) {
        let (from, to) = if backwards { (self.right, self.left) } else { (self.left, self.right) };
        let centre = f32::midpoint(self.left.0, self.right.0);
        let reach = (to.0 - from.0) / 2.0;
        let turn = |corner: Spot| corner.1 + (middle - corner.1) * full;
        pen.cubic_to(from.0 + reach * 0.12, turn(from), centre - reach * self.fullness, middle, centre, middle);
        pen.cubic_to(centre + reach * self.fullness, middle, to.0 - reach * 0.12, turn(to), to.0, to.1);
    }

    fn opening(&self) -> Path {
        path(|pen| {
            pen.move_to(self.left.0, self.left.1);
            self.edge(pen, self.top, false, 0.55);
            self.edge(pen, self.bottom, true, 0.78);
            pen.close();
        })
    }

    fn upper_edge(&self) -> Path {
        path(|pen| {
            pen.move_to(self.left.0, self.left.1);
            self.edge(pen, self.top, false, 0.55);
        })
    }

    fn lower_edge(&self) -> Path {
        path(|pen| {
            pen.move_to(self.right.0, self.right.1);
            self.edge(pen, self.bottom, true, 0.78);
        })
    }
}

pub fn draw(canvas: &mut Canvas, look: &Look, pose: &Pose) {
    let mouth = Mouth::new(pose);
    lips(canvas, look, pose, &mouth);
    if pose.open > 0.02 {
        let opening = mouth.opening();
        canvas.clipped(&opening, |inside| interior(inside, look, &mouth));
    }
    let line = look.skin.lips.mix(Rgb::hex(0x4a_1420), 0.55);
    canvas.stroke(&mouth.upper_edge(), &veil(line, 0.95), 7.0);
    if pose.open > 0.02 {
        canvas.stroke(&mouth.lower_edge(), &veil(line, 0.35), 4.0);
    }
    corners(canvas, look, pose, &mouth);
}

/// Soft lips around the opening, the lower one fuller and with a gleam.
fn lips(canvas: &mut Canvas, look: &Look, pose: &Pose, mouth: &Mouth) {
    let skin = look.skin;
    let colour = skin.lips.mix(skin.mid, 0.4);
    let middle = f32::midpoint(mouth.left.0, mouth.right.0);
    let reach = (mouth.right.0 - mouth.left.0) / 2.0;
    // The shadow below the lower lip, and the two ridges above the upper.
    canvas.glow((middle + 4.0, mouth.bottom + 36.0), (reach * 0.72, 17.0), skin.shade, 0.38);
    let pout = 1.0 - 0.35 * pose.smile.clamp(0.0, 1.0);
    let lower: Vec<Spot> = (0..=8)
        .map(|step| {
            let t = step as f32 / 4.0 - 1.0;
            let amount = (1.0 - t * t).max(0.0);
            let corner = if t < 0.0 { mouth.left.1 } else { mouth.right.1 };
            (middle + t * reach * 0.8, corner + (mouth.bottom - corner) * amount.powf(0.5).min(0.98) + 7.0)
        })
        .collect();
    canvas.fill(&brush(&lower, |t| (17.0 * pout + 4.0) * (4.0 * t * (1.0 - t)).sqrt()), &veil(colour, 0.5));
    let upper_y = mouth.top;
    let rise = 15.0 * pout + 5.0 * pose.round;
    let bow = path(|pen| {
        pen.move_to(mouth.left.0 + reach * 0.1, mouth.left.1);
        pen.quad_to(middle - reach * 0.55, upper_y - rise * 0.7, middle - reach * 0.2, upper_y - rise);
        pen.quad_to(middle, upper_y - rise * 0.55, middle + reach * 0.2, upper_y - rise);
        pen.quad_to(middle + reach * 0.55, upper_y - rise * 0.7, mouth.right.0 - reach * 0.1, mouth.right.1);
        pen.quad_to(middle, upper_y + 10.0, mouth.left.0 + reach * 0.1, mouth.left.1);
        pen.close();
    });
    canvas.fill(&bow, &veil(colour.mix(skin.shade, 0.08), 0.45));
    if pose.round > 0.0 {
        let ring = ellipse(
            (middle, f32::midpoint(mouth.top, mouth.bottom)),
            (reach + 9.0, (mouth.bottom - mouth.top) / 2.0 + 12.0),
        );
        canvas.fill(&ring, &veil(colour, 0.75 * pose.round));
    }
    canvas.glow((middle - reach * 0.16, mouth.bottom + 11.0), (reach * 0.3, 6.0), WHITE, 0.36);
}

fn interior(inside: &mut Canvas, look: &Look, mouth: &Mouth) {
    let middle = f32::midpoint(mouth.left.0, mouth.right.0);
    let reach = (mouth.right.0 - mouth.left.0) / 2.0;
    let depth = mouth.bottom - mouth.top;
    let dark = Rgb::hex(0x4a_0f1c);
    let whole = rounded(mouth.left.0 - 10.0, mouth.top - 60.0, reach * 2.0 + 20.0, depth + 90.0, 1.0);
    inside.fill(
        &whole,
        &linear(
            (0.0, mouth.top),
            (0.0, mouth.bottom),
            &[(0.0, dark.mix(Rgb::hex(0x1a_0408), 0.55), 1.0), (1.0, Rgb::hex(0x8a_2430), 1.0)],
        ),
    );
    let tongue_top = mouth.bottom - depth * 0.40 - 4.0;
    let tongue = ellipse((middle, tongue_top + depth * 0.34 + 12.0), (reach * 0.66, depth * 0.36 + 12.0));
    inside.fill(
        &tongue,
        &radial(
            (middle, tongue_top + depth * 0.2),
            (reach * 0.66, depth * 0.5 + 8.0),
            &[(0.0, Rgb::hex(0xff_9a98), 1.0), (0.6, Rgb::hex(0xee_6f78), 1.0), (1.0, Rgb::hex(0xc4_4456), 1.0)],
        ),
    );
    let groove = curve(&[(middle, tongue_top + 8.0), (middle + 1.0, mouth.bottom)]);
    inside.stroke(&groove, &veil(Rgb::hex(0xa8_3448), 0.35), 4.0);
    match look.teeth {
        Teeth::Upper => teeth(inside, middle, mouth.top - 4.0, (depth * 0.34).min(25.0), 2.0),
        Teeth::Gap => teeth(inside, middle, mouth.top - 4.0, (depth * 0.38).min(30.0), 22.0),
        Teeth::Lower => lower_teeth(inside, middle, mouth.bottom + 4.0, (depth * 0.3).min(23.0)),
        Teeth::None => {
            let gum = ellipse((middle, mouth.top - 4.0), (reach * 0.62, (depth * 0.16).min(14.0)));
            inside.fill(&gum, &veil(Rgb::hex(0xe8_7a82), 0.9));
        }
    }
    let shade = Rgb::hex(0x1a_0408);
    inside.fill(
        &rounded(mouth.left.0, mouth.top - 60.0, reach * 2.0, 60.0 + depth * 0.3, 1.0),
        &linear((0.0, mouth.top - 6.0), (0.0, mouth.top + depth * 0.3), &[(0.0, shade, 0.45), (1.0, shade, 0.0)]),
    );
}

/// Two milk teeth of the upper jaw, `gap` apart.
fn teeth(inside: &mut Canvas, middle: f32, top: f32, height: f32, gap: f32) {
    for left in [middle - 26.0 - gap / 2.0, middle + gap / 2.0] {
        tooth(inside, (left, top - 14.0), height, height + 14.0);
    }
}

fn lower_teeth(inside: &mut Canvas, middle: f32, bottom: f32, height: f32) {
    for left in [middle - 27.0, middle + 1.0] {
        tooth(inside, (left, bottom - height), height, height + 14.0);
    }
}

/// `shown` of its `height` can be seen.
fn tooth(inside: &mut Canvas, (left, top): Spot, shown: f32, height: f32) {
    if shown >= 3.0 {
        let pearl = [(0.0, Rgb::hex(0xff_ffff), 1.0), (1.0, Rgb::hex(0xe6_e2ee), 1.0)];
        let shape = rounded(left, top, 26.0, height, 9.0);
        inside.fill(&shape, &linear((left, top), (left + 8.0, top + height), &pearl));
    }
}

/// Dimples and the fold a smile makes beside the mouth.
fn corners(canvas: &mut Canvas, look: &Look, pose: &Pose, mouth: &Mouth) {
    let shade = look.skin.shade;
    for (corner, side) in [(mouth.left, -1.0_f32), (mouth.right, 1.0)] {
        let pull = (pose.smile.max(0.0) * (1.0 - pose.round) + (pose.side_smile * side).max(0.0)) * 0.8;
        canvas.glow((corner.0 + side * 6.0, corner.1), (15.0, 13.0), shade, 0.45);
        if pull > 0.05 {
            let fold = [
                (corner.0 + side * 13.0, corner.1 - 19.0),
                (corner.0 + side * 20.0, corner.1 - 2.0),
                (corner.0 + side * 13.0, corner.1 + 14.0),
            ];
            let spots: Vec<Spot> = (0..=6)
                .map(|step| on_quadratic(fold[0], (fold[1].0 + side * 7.0, fold[1].1), fold[2], step as f32 / 6.0))
                .collect();
            canvas.fill(&brush(&spots, |t| 6.5 * (4.0 * t * (1.0 - t)).sqrt()), &veil(shade, 0.42 * pull.min(1.0)));
        } else if pose.smile < -0.05 {
            let fold = curve(&[(corner.0 + side * 4.0, corner.1 + 2.0), (corner.0 + side * 11.0, corner.1 + 12.0)]);
            canvas.stroke(&fold, &veil(shade, 0.4 * (-pose.smile).min(1.0)), 5.0);
        }
    }
}
