//! Hair: what lies behind the head, the cap of strands on it, and what stands on top. Drawn once into the head
//! sprite by `stage`; hats and bows are in `headwear`.

use tiny_skia::{Path, Transform};

use crate::head::bare_head;
use crate::head::curls;
use crate::head::locks;
use crate::looks::look::{Look, Scatter};
use crate::looks::wardrobe::{HairStyle, HeadwearKind};
use crate::paint::canvas::{Canvas, linear, veil};
use crate::paint::shape::{Spot, area, blob, mirror, path, strand, trace_curve};

/// True when a hat covers the crown, so that no style stands up through it.
fn covered(look: &Look) -> bool {
    look.headwear.is_some_and(|wear| matches!(wear.kind, HeadwearKind::Bonnet | HeadwearKind::Beanie))
}

/// What lies behind ears and head.
pub fn behind(canvas: &mut Canvas, look: &Look) {
    let hair = look.hair_colour;
    match look.hair {
        HairStyle::Afro if !covered(look) => curls::afro_mass(canvas, look),
        HairStyle::Bob => {
            let back = blob(&[
                (512.0, 236.0),
                (760.0, 300.0),
                (872.0, 520.0),
                (896.0, 800.0),
                (868.0, 960.0),
                (780.0, 1010.0),
                (512.0, 960.0),
                (244.0, 1010.0),
                (156.0, 960.0),
                (128.0, 800.0),
                (152.0, 520.0),
                (264.0, 300.0),
            ]);
            canvas.fill(&back, &linear((0.0, 500.0), (0.0, 1010.0), &[(0.0, hair.deep, 1.0), (1.0, hair.mid, 1.0)]));
            canvas.clipped(&back, |group| {
                let mut scatter = Scatter(look.grain ^ 0xb0b);
                for _ in 0..46 {
                    let x = scatter.between(126.0, 250.0);
                    let end = x + scatter.between(-14.0, 26.0);
                    let line = strand((x, 560.0), (x - 24.0, 800.0), (end, 1010.0), scatter.between(3.0, 9.0));
                    let (tone, amount) = (if scatter.between(0.0, 1.0) < 0.5 { hair.light } else { hair.deep }, 0.32);
                    group.fill(&line, &veil(tone, amount));
                    group.moved(mirror(), |other| other.fill(&line, &veil(tone, amount)));
                }
            });
        }
        HairStyle::Bunches if !covered(look) => both_sides(canvas, |canvas, lit| {
            let smaller = Transform::from_translate(268.0, 356.0).pre_scale(0.86, 0.86).pre_translate(-262.0, -352.0);
            canvas.moved(smaller, |canvas| locks::bunch(canvas, look, lit));
        }),
        HairStyle::Buns if !covered(look) => both_sides(canvas, |canvas, lit| locks::bun(canvas, look, lit)),
        _ => {}
    }
}

fn both_sides(canvas: &mut Canvas, draw: impl Fn(&mut Canvas, bool)) {
    draw(canvas, true);
    canvas.moved(mirror(), |other| draw(other, false));
}

/// Hair on the head, under the headphones.
pub fn on_head(canvas: &mut Canvas, look: &Look) {
    if covered(look) {
        return fuzz(canvas, look, 0.3);
    }
    match look.hair {
        HairStyle::Bald => fuzz(canvas, look, 0.16),
        HairStyle::Tuft => fuzz(canvas, look, 0.30),
        HairStyle::Wispy => {
            fuzz(canvas, look, 0.34);
            wisps(canvas, look);
        }
        HairStyle::Mohawk => fuzz(canvas, look, 0.5),
        HairStyle::Sweep => cap(canvas, look, &SWEEP, (330.0, 300.0)),
        HairStyle::Fringe | HairStyle::Bob => cap(canvas, look, &FRINGE, (512.0, 240.0)),
        HairStyle::Bunches | HairStyle::Buns => cap(canvas, look, &PARTED, (512.0, 262.0)),
        HairStyle::Fountain => cap(canvas, look, &HIGH, (512.0, 200.0)),
        HairStyle::Curly => {
            cap(canvas, look, &CLOSE, (512.0, 240.0));
            curls::ringlets(canvas, look);
        }
        HairStyle::Afro => {
            cap(canvas, look, &CLOSE, (512.0, 240.0));
            curls::coils(canvas, look);
        }
    }
}

/// The locks that a hat lets out; drawn before it.
pub fn under_hat(canvas: &mut Canvas, look: &Look) {
    if covered(look) && look.hair != HairStyle::Bald {
        locks::peeking(canvas, look);
    }
}

/// Hair that stands above the headphones' band.
pub fn above(canvas: &mut Canvas, look: &Look) {
    if covered(look) {
        return;
    }
    match look.hair {
        HairStyle::Tuft => locks::tuft(canvas, look),
        HairStyle::Fountain => locks::fountain(canvas, look),
        HairStyle::Mohawk => locks::crest(canvas, look),
        _ => {}
    }
}

/// Hairlines from the viewer's right temple to the left one.
const SWEEP: [Spot; 12] = [
    (842.0, 668.0),
    (824.0, 580.0),
    (796.0, 512.0),
    (752.0, 462.0),
    (690.0, 446.0),
    (610.0, 452.0),
    (520.0, 446.0),
    (432.0, 418.0),
    (352.0, 372.0),
    (276.0, 440.0),
    (216.0, 548.0),
    (184.0, 668.0),
];

/// Locks fall over the forehead: every other spot is a tip.
const FRINGE: [Spot; 19] = [
    (844.0, 700.0),
    (826.0, 612.0),
    (798.0, 572.0),
    (780.0, 504.0),
    (722.0, 538.0),
    (700.0, 482.0),
    (636.0, 522.0),
    (610.0, 470.0),
    (544.0, 514.0),
    (522.0, 462.0),
    (454.0, 512.0),
    (434.0, 466.0),
    (368.0, 522.0),
    (350.0, 478.0),
    (292.0, 536.0),
    (276.0, 496.0),
    (226.0, 570.0),
    (206.0, 606.0),
    (180.0, 700.0),
];

const PARTED: [Spot; 11] = [
    (842.0, 670.0),
    (820.0, 560.0),
    (774.0, 490.0),
    (690.0, 446.0),
    (592.0, 400.0),
    (512.0, 336.0),
    (432.0, 400.0),
    (334.0, 446.0),
    (250.0, 490.0),
    (204.0, 560.0),
    (182.0, 670.0),
];

const HIGH: [Spot; 9] = [
    (842.0, 650.0),
    (816.0, 540.0),
    (756.0, 446.0),
    (640.0, 388.0),
    (512.0, 372.0),
    (384.0, 388.0),
    (268.0, 446.0),
    (208.0, 540.0),
    (182.0, 650.0),
];

const CLOSE: [Spot; 9] = [
    (844.0, 660.0),
    (812.0, 548.0),
    (748.0, 468.0),
    (640.0, 424.0),
    (512.0, 410.0),
    (384.0, 424.0),
    (276.0, 468.0),
    (212.0, 548.0),
    (180.0, 660.0),
];

/// The crown of the cap, from the left temple over the top to the right one.
const CROWN: [Spot; 9] = [
    (182.0, 676.0),
    (170.0, 556.0),
    (196.0, 420.0),
    (284.0, 304.0),
    (512.0, 230.0),
    (740.0, 304.0),
    (828.0, 420.0),
    (854.0, 556.0),
    (842.0, 676.0),
];

fn cap_path(hairline: &[Spot]) -> Path {
    path(|pen| {
        trace_curve(pen, &CROWN);
        let mut front = vec![CROWN[CROWN.len() - 1]];
        front.extend_from_slice(hairline);
        for window in 0..front.len() - 1 {
            let before = front[window.saturating_sub(1)];
            let (from, to) = (front[window], front[window + 1]);
            let after = front.get(window + 2).copied().unwrap_or(to);
            pen.cubic_to(
                from.0 + (to.0 - before.0) / 6.0,
                from.1 + (to.1 - before.1) / 6.0,
                to.0 - (after.0 - from.0) / 6.0,
                to.1 - (after.1 - from.1) / 6.0,
                to.0,
                to.1,
            );
        }
        pen.close();
    })
}

/// A cap of hair whose strands flow from `root` to the hairline.
fn cap(canvas: &mut Canvas, look: &Look, hairline: &[Spot], root: Spot) {
    let hair = look.hair_colour;
    let shape = cap_path(hairline);
    contact_shadow(canvas, look, &shape);
    let base = linear(
        (360.0, 240.0),
        (640.0, 700.0),
        &[(0.0, hair.mid.mix(hair.light, 0.18), 1.0), (0.45, hair.mid, 1.0), (1.0, hair.mid.mix(hair.deep, 0.7), 1.0)],
    );
    canvas.fill(&shape, &base);
    canvas.clipped(&shape, |group| {
        strands(group, look, hairline, root);
        sheen(group, look);
        group.glow((900.0, 560.0), (180.0, 320.0), hair.deep, 0.5);
        let rim = bare_head::WARM_LIGHT.mix(hair.light, 0.3);
        for (width, amount) in [(30.0, 0.14), (14.0, 0.28)] {
            group.stroke(
                &shape,
                &linear((680.0, 300.0), (830.0, 380.0), &[(0.0, rim, 0.0), (1.0, rim, amount)]),
                width,
            );
        }
    });
}

/// The shadow that hair throws on the forehead.
fn contact_shadow(canvas: &mut Canvas, look: &Look, shape: &Path) {
    let outline = bare_head::outline(look.build);
    let shade = look.skin.shade;
    canvas.clipped(&outline, |face| {
        face.soft(area(150.0, 200.0, 880.0, 800.0), 9.0, |soft| {
            soft.moved(Transform::from_translate(-3.0, 15.0), |soft| soft.fill(shape, &veil(shade, 0.6)));
        });
    });
}

fn strands(group: &mut Canvas, look: &Look, hairline: &[Spot], root: Spot) {
    let hair = look.hair_colour;
    let mut scatter = Scatter(look.grain ^ 0x57);
    let count = 96;
    for index in 0..count {
        let along = (index as f32 + scatter.between(0.0, 1.0)) / count as f32 * (hairline.len() - 1) as f32;
        let step = (along as usize).min(hairline.len() - 2);
        let part = along - step as f32;
        let (from, to) = (hairline[step], hairline[step + 1]);
        let end = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part + 18.0);
        let start = (root.0 + scatter.between(-34.0, 34.0), root.1 + scatter.between(-26.0, 26.0));
        // Strands leave the crown outwards before they fall: the head is a ball.
        let by = (start.0 + (end.0 - start.0) * 0.86, start.1 + (end.1 - start.1) * 0.22 - 16.0);
        let tone = scatter.between(0.0, 1.0);
        let (colour, amount) = if tone < 0.45 { (hair.light, 0.26) } else { (hair.deep, 0.30) };
        group.fill(&strand(start, by, end, scatter.between(3.0, 11.0)), &veil(colour, amount));
    }
}

/// A band of gloss across the crown, broken by the strands.
fn sheen(group: &mut Canvas, look: &Look) {
    let hair = look.hair_colour;
    let mut scatter = Scatter(look.grain ^ 0x5ee);
    group.glow((372.0, 350.0), (190.0, 74.0), hair.light, 0.36);
    for _ in 0..30 {
        let t = scatter.between(0.0, 1.0);
        let strength = 1.0 - 1.6 * (t - 0.4).abs();
        let angle = (202.0 + t * 100.0).to_radians();
        let reach = scatter.between(0.94, 1.06);
        let middle = (512.0 + angle.cos() * 300.0 * reach, 560.0 + angle.sin() * 246.0 * reach);
        let half = scatter.between(26.0, 60.0) * strength.max(0.3);
        let out = (angle.cos() * half, angle.sin() * half);
        let (from, to) = ((middle.0 - out.0, middle.1 - out.1), (middle.0 + out.0, middle.1 + out.1));
        group.fill(&strand(from, middle, to, scatter.between(3.0, 8.0)), &veil(hair.light, 0.26 * strength.max(0.1)));
    }
}

/// The down of a bald head.
fn fuzz(canvas: &mut Canvas, look: &Look, density: f32) {
    let hair = look.hair_colour;
    let outline = bare_head::outline(look.build);
    canvas.clipped(&outline, |scalp| {
        scalp.glow((512.0, 240.0), (420.0, 230.0), hair.mid, density);
        scalp.glow((512.0, 250.0), (330.0, 140.0), hair.mid, density * 0.6);
        let mut scatter = Scatter(look.grain ^ 0xf022);
        for _ in 0..90 {
            let angle = scatter.between(-2.6, -0.54);
            let reach = scatter.between(0.78, 0.98);
            let from = (512.0 + angle.cos() * 300.0 * reach, 560.0 + angle.sin() * 290.0 * reach);
            let fall = scatter.between(20.0, 38.0);
            let to = (from.0 + (from.0 - 512.0) * 0.09, from.1 + fall);
            scalp.fill(&strand(from, (from.0, from.1 + fall * 0.4), to, 3.0), &veil(hair.mid, density * 0.5));
        }
    });
}

fn wisps(canvas: &mut Canvas, look: &Look) {
    let hair = look.hair_colour;
    let mut scatter = Scatter(look.grain ^ 0x315);
    for index in 0..64 {
        let t = index as f32 / 63.0;
        let angle = (-168.0 + t * 156.0 + scatter.between(-4.0, 4.0)).to_radians();
        let reach = scatter.between(0.78, 1.02);
        let from = (540.0 + scatter.between(-50.0, 40.0), 244.0 + scatter.between(-6.0, 20.0));
        let to = (
            512.0 + angle.cos() * 300.0 * reach,
            424.0 + angle.sin() * 30.0 + (angle.cos() * 10.0).powi(2) * 0.9 * reach,
        );
        let by = (from.0 + (to.0 - from.0) * 0.8, from.1 + (to.1 - from.1) * 0.15);
        let tone = if index % 3 == 0 { hair.light } else { hair.mid };
        canvas.fill(&strand(from, by, to, scatter.between(3.5, 8.0)), &veil(tone, 0.62));
    }
}
