//! Hair: what lies behind the head, the cap of strands on it, and what stands on top. Drawn once into the head
//! sprite by `stage`; hats and bows are in `headwear`.

use tiny_skia::{Path, Transform};

use super::canvas::{Canvas, linear, radial, veil};
use super::head;
use super::look::{HairStyle, HeadwearKind, Look, Scatter};
use super::palette::Rgb;
use super::shape::{
    Spot, area, blob, brush, curve, disc, ellipse, mirror, on_quadratic, path, rounded, strand, trace_curve,
};

/// True when a hat covers the crown, so that no style stands up through it.
fn covered(look: &Look) -> bool {
    look.headwear.is_some_and(|wear| matches!(wear.kind, HeadwearKind::Bonnet | HeadwearKind::Beanie))
}

/// What lies behind ears and head.
pub fn behind(canvas: &mut Canvas, look: &Look) {
    let hair = look.hair_colour;
    match look.hair {
        HairStyle::Afro if !covered(look) => afro_mass(canvas, look),
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
                    let (tone, share) = (if scatter.between(0.0, 1.0) < 0.5 { hair.light } else { hair.deep }, 0.32);
                    group.fill(&line, &veil(tone, share));
                    group.moved(mirror(), |other| other.fill(&line, &veil(tone, share)));
                }
            });
        }
        HairStyle::Bunches if !covered(look) => both_sides(canvas, |canvas, lit| bunch(canvas, look, lit)),
        HairStyle::Buns if !covered(look) => both_sides(canvas, |canvas, lit| bun(canvas, look, lit)),
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
            curls(canvas, look);
        }
        HairStyle::Afro => {
            cap(canvas, look, &CLOSE, (512.0, 240.0));
            coils(canvas, look);
        }
    }
}

/// The locks that a hat lets out; drawn before it.
pub fn under_hat(canvas: &mut Canvas, look: &Look) {
    if covered(look) && look.hair != HairStyle::Bald {
        peeking_locks(canvas, look);
    }
}

/// Hair that stands above the headphones' band.
pub fn above(canvas: &mut Canvas, look: &Look) {
    if covered(look) {
        return;
    }
    match look.hair {
        HairStyle::Tuft => tuft(canvas, look),
        HairStyle::Fountain => fountain(canvas, look),
        HairStyle::Mohawk => crest(canvas, look),
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
        let rim = head::WARM_LIGHT.mix(hair.light, 0.3);
        for (width, share) in [(30.0, 0.14), (14.0, 0.28)] {
            group.stroke(&shape, &linear((680.0, 300.0), (830.0, 380.0), &[(0.0, rim, 0.0), (1.0, rim, share)]), width);
        }
    });
}

/// The shadow that hair throws on the forehead.
fn contact_shadow(canvas: &mut Canvas, look: &Look, shape: &Path) {
    let outline = head::outline(look.build);
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
        let (colour, share) = if tone < 0.45 { (hair.light, 0.26) } else { (hair.deep, 0.30) };
        group.fill(&strand(start, by, end, scatter.between(3.0, 11.0)), &veil(colour, share));
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
    let outline = head::outline(look.build);
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

/// A lock with body: dark edge, lit back, a few strands.
fn lock(canvas: &mut Canvas, look: &Look, root: Spot, by: Spot, tip: Spot, width: f32) {
    let hair = look.hair_colour;
    let spots: Vec<Spot> = (0..=10).map(|step| on_quadratic(root, by, tip, step as f32 / 10.0)).collect();
    let body = brush(&spots, |t| width * (1.0 - t.powf(1.8)) * (0.72 + 0.28 * (t * 3.0).min(1.0)));
    canvas.fill(
        &body,
        &linear(
            root,
            tip,
            &[
                (0.0, hair.mid.mix(hair.deep, 0.45), 1.0),
                (0.5, hair.mid.mix(hair.light, 0.14), 1.0),
                (1.0, hair.mid, 1.0),
            ],
        ),
    );
    canvas.clipped(&body, |inside| {
        inside.stroke(&body, &veil(hair.deep, 0.3), 4.0);
        for offset in [-0.26_f32, -0.05, 0.2] {
            let shift = width * offset;
            let line = strand((root.0 + shift, root.1), (by.0 + shift, by.1), tip, width * 0.11);
            let tone = if offset < 0.0 { hair.light } else { hair.deep };
            inside.fill(&line, &veil(tone, 0.5));
        }
    });
}

/// A round curl with a coil of light in it.
fn curl(canvas: &mut Canvas, look: &Look, at: Spot, radius: f32, turn: f32) {
    let hair = look.hair_colour;
    let ball = radial(
        (at.0 - radius * 0.25, at.1 - radius * 0.3),
        (radius * 1.3, radius * 1.3),
        &[(0.0, hair.mid.mix(hair.light, 0.42), 1.0), (0.5, hair.mid, 1.0), (1.0, hair.deep, 1.0)],
    );
    canvas.fill(&disc(at, radius), &ball);
    let coil = |scale: f32, from: f32| -> Vec<Spot> {
        (0..=14)
            .map(|step| {
                let t = step as f32 / 14.0;
                let angle = turn + from + t * 4.6;
                let reach = radius * scale * (1.0 - 0.62 * t);
                (at.0 + angle.cos() * reach, at.1 + angle.sin() * reach)
            })
            .collect()
    };
    canvas.fill(&brush(&coil(0.82, 0.0), |t| radius * 0.17 * (1.0 - 0.6 * t)), &veil(hair.light, 0.42));
    canvas.fill(&brush(&coil(0.62, 0.5), |t| radius * 0.12 * (1.0 - 0.6 * t)), &veil(hair.deep, 0.6));
}

fn curls(canvas: &mut Canvas, look: &Look) {
    let mut scatter = Scatter(look.grain ^ 0xc0);
    // Rows from the crown to the hairline, so that the front ones lie over the others.
    for (row, (radius_x, radius_y, count)) in
        [(290.0_f32, 262.0_f32, 13), (236.0, 200.0, 11), (300.0, 150.0, 11)].into_iter().enumerate()
    {
        for index in 0..count {
            let t = (index as f32 + 0.5) / count as f32;
            let angle = (-180.0 + t * 180.0_f32).to_radians();
            let at = if row < 2 {
                (512.0 + angle.cos() * radius_x, 560.0 + angle.sin() * radius_y)
            } else {
                (512.0 + angle.cos() * radius_x, 570.0 + angle.sin() * radius_y)
            };
            let at = (at.0 + scatter.between(-8.0, 8.0), at.1 + scatter.between(-8.0, 8.0));
            curl(canvas, look, at, scatter.between(44.0, 58.0), scatter.between(0.0, 6.2));
        }
    }
}

/// Tight coils for an afro's hairline and body.
fn coils(canvas: &mut Canvas, look: &Look) {
    let mut scatter = Scatter(look.grain ^ 0xaf0);
    let hair = look.hair_colour;
    for _ in 0..200 {
        let angle = scatter.between(-2.9, -0.24);
        let reach = scatter.between(0.7, 1.06);
        let at = (512.0 + angle.cos() * 318.0 * reach, 590.0 + angle.sin() * 320.0 * reach);
        let radius = scatter.between(12.0, 22.0);
        let tone = scatter.between(0.0, 1.0);
        let spots: Vec<Spot> = (0..=6)
            .map(|step| {
                let turn = step as f32 * 0.75 + tone * 6.0;
                (at.0 + turn.cos() * radius, at.1 + turn.sin() * radius)
            })
            .collect();
        canvas.fill(
            &brush(&spots, |t| 6.0 * (1.0 - 0.5 * t)),
            &veil(if tone < 0.5 { hair.light } else { hair.deep }, 0.30),
        );
    }
    for index in 0..17 {
        let angle = (-177.0 + index as f32 * 10.9_f32).to_radians();
        let at = (512.0 + angle.cos() * 306.0, 586.0 + angle.sin() * 170.0);
        curl(canvas, look, at, scatter.between(28.0, 36.0), scatter.between(0.0, 6.2));
    }
}

fn afro_mass(canvas: &mut Canvas, look: &Look) {
    let hair = look.hair_colour;
    let mut scatter = Scatter(look.grain ^ 0x9a55);
    let centre = (512.0, 470.0);
    let spots: Vec<Spot> = (0..44)
        .map(|index| {
            let angle = (index as f32 * 360.0 / 44.0).to_radians();
            let reach = if index % 2 == 0 { 1.0 } else { 0.955 } * scatter.between(0.985, 1.015);
            (centre.0 + angle.cos() * 424.0 * reach, centre.1 + angle.sin() * 400.0 * reach)
        })
        .collect();
    let mass = blob(&spots);
    canvas.fill(
        &mass,
        &radial(
            (400.0, 300.0),
            (520.0, 520.0),
            &[(0.0, hair.mid.mix(hair.light, 0.25), 1.0), (0.5, hair.mid, 1.0), (1.0, hair.deep, 1.0)],
        ),
    );
    canvas.clipped(&mass, |group| {
        for _ in 0..320 {
            let angle = scatter.between(0.0, 6.283);
            let reach = scatter.between(0.5, 1.0);
            let at = (centre.0 + angle.cos() * 424.0 * reach, centre.1 + angle.sin() * 400.0 * reach);
            let tone = scatter.between(0.0, 1.0);
            let radius = scatter.between(10.0, 20.0);
            let arc: Vec<Spot> = (0..=5)
                .map(|step| {
                    let turn = step as f32 * 0.8 + tone * 6.0;
                    (at.0 + turn.cos() * radius, at.1 + turn.sin() * radius)
                })
                .collect();
            group.fill(&brush(&arc, |_| 5.0), &veil(if tone < 0.45 { hair.light } else { hair.deep }, 0.26));
        }
        let rim = head::WARM_LIGHT.mix(hair.light, 0.3);
        group.stroke(&mass, &linear((640.0, 300.0), (900.0, 300.0), &[(0.0, rim, 0.0), (1.0, rim, 0.34)]), 26.0);
    });
}

/// A puff on the side of the head, gathered by a tie.
fn bunch(canvas: &mut Canvas, look: &Look, lit: bool) {
    let hair = look.hair_colour;
    let puff = blob(&[
        (286.0, 330.0),
        (250.0, 226.0),
        (160.0, 190.0),
        (72.0, 236.0),
        (44.0, 340.0),
        (62.0, 440.0),
        (112.0, 508.0),
        (126.0, 440.0),
        (180.0, 420.0),
        (236.0, 396.0),
    ]);
    let lit_share = if lit { 0.34 } else { 0.12 };
    canvas.fill(
        &puff,
        &radial(
            (150.0, 280.0),
            (190.0, 230.0),
            &[(0.0, hair.mid.mix(hair.light, lit_share), 1.0), (0.6, hair.mid, 1.0), (1.0, hair.deep, 1.0)],
        ),
    );
    canvas.clipped(&puff, |group| {
        let mut scatter = Scatter(look.grain ^ 0xb17);
        for index in 0..34 {
            let angle = (112.0 + index as f32 * 5.0_f32 + scatter.between(-3.0, 3.0)).to_radians();
            let end = (150.0 + angle.cos() * 150.0, 350.0 - angle.sin() * 170.0);
            let by = ((270.0 + end.0) / 2.0 + scatter.between(-20.0, 10.0), (340.0 + end.1) / 2.0 - 46.0);
            let tone = if index % 2 == 0 { hair.light } else { hair.deep };
            group.fill(&strand((276.0, 352.0), by, end, scatter.between(4.0, 10.0)), &veil(tone, 0.34));
        }
        if !lit {
            group.stroke(&puff, &veil(head::WARM_LIGHT.mix(hair.light, 0.3), 0.4), 14.0);
        }
    });
    tie(canvas, look.scheme.pad, (262.0, 352.0), 40.0);
}

/// A soft hair tie, seen from the front.
fn tie(canvas: &mut Canvas, colour: Rgb, at: Spot, size: f32) {
    canvas.moved(Transform::from_rotate_at(-38.0, at.0, at.1), |group| {
        let shape = ellipse(at, (size * 0.6, size * 1.15));
        group.fill(
            &shape,
            &linear(
                (at.0 - size, at.1 - size),
                (at.0 + size, at.1 + size),
                &[(0.0, colour.lighter(0.35), 1.0), (0.5, colour, 1.0), (1.0, colour.darker(0.35), 1.0)],
            ),
        );
        for shift in [-0.5_f32, 0.0, 0.5] {
            let line = curve(&[
                (at.0 - size * 0.45, at.1 + size * shift - 4.0),
                (at.0 + size * 0.45, at.1 + size * shift + 4.0),
            ]);
            group.stroke(&line, &veil(colour.darker(0.4), 0.5), 4.0);
        }
    });
}

fn bun(canvas: &mut Canvas, look: &Look, lit: bool) {
    let hair = look.hair_colour;
    let at = (268.0, 250.0);
    let ball = blob(&[
        (268.0, 140.0),
        (352.0, 176.0),
        (378.0, 262.0),
        (330.0, 340.0),
        (238.0, 352.0),
        (164.0, 296.0),
        (158.0, 212.0),
        (206.0, 152.0),
    ]);
    let share = if lit { 0.38 } else { 0.14 };
    canvas.fill(
        &ball,
        &radial(
            (236.0, 210.0),
            (150.0, 150.0),
            &[(0.0, hair.mid.mix(hair.light, share), 1.0), (0.55, hair.mid, 1.0), (1.0, hair.deep, 1.0)],
        ),
    );
    canvas.clipped(&ball, |group| {
        for ring in 0..5 {
            let reach = 96.0 - ring as f32 * 17.0;
            let spots: Vec<Spot> = (0..=16)
                .map(|step| {
                    let angle = ring as f32 * 1.3 + step as f32 * 0.3;
                    (at.0 + angle.cos() * reach, at.1 + angle.sin() * reach * 0.92)
                })
                .collect();
            group.fill(
                &brush(&spots, |t| 11.0 * (4.0 * t * (1.0 - t)).sqrt()),
                &veil(if ring % 2 == 0 { hair.light } else { hair.deep }, 0.36),
            );
        }
        if !lit {
            group.stroke(&ball, &veil(head::WARM_LIGHT.mix(hair.light, 0.3), 0.4), 12.0);
        }
    });
    tie(canvas, look.scheme.pad, (318.0, 322.0), 34.0);
}

fn peeking_locks(canvas: &mut Canvas, look: &Look) {
    for (root, by, tip, width) in [
        ((470.0, 420.0), (440.0, 476.0), (476.0, 520.0), 46.0),
        ((548.0, 420.0), (580.0, 470.0), (552.0, 510.0), 42.0),
        ((510.0, 416.0), (490.0, 486.0), (530.0, 542.0), 56.0),
    ] {
        lock(canvas, look, root, by, tip, width);
    }
}

/// The one curl every cartoon baby is born with.
fn tuft(canvas: &mut Canvas, look: &Look) {
    lock(canvas, look, (520.0, 276.0), (610.0, 150.0), (640.0, 196.0), 54.0);
    lock(canvas, look, (500.0, 274.0), (400.0, 168.0), (392.0, 222.0), 48.0);
    lock(canvas, look, (512.0, 280.0), (500.0, 110.0), (566.0, 118.0), 62.0);
    let spiral: Vec<Spot> = (0..=18)
        .map(|step| {
            let t = step as f32 / 18.0;
            let angle = -1.9 + t * 6.4;
            let reach = 56.0 * (1.0 - 0.66 * t);
            (536.0 + angle.cos() * reach, 330.0 + angle.sin() * reach)
        })
        .collect();
    let hair = look.hair_colour;
    let curl = brush(&spiral, |t| 26.0 * (1.0 - 0.72 * t));
    canvas.moved(Transform::from_translate(3.0, 8.0), |shadow| shadow.fill(&curl, &veil(look.skin.shade, 0.25)));
    canvas.fill(
        &curl,
        &linear(
            (480.0, 280.0),
            (590.0, 390.0),
            &[(0.0, hair.mid.mix(hair.light, 0.4), 1.0), (1.0, hair.mid.mix(hair.deep, 0.3), 1.0)],
        ),
    );
    canvas.fill(&brush(&spiral[1..], |t| 6.0 * (1.0 - 0.72 * t)), &veil(hair.light, 0.6));
}

/// Hair gathered on top of the head, springing up and falling to all sides.
fn fountain(canvas: &mut Canvas, look: &Look) {
    let root = (512.0, 208.0);
    let tips: [(f32, f32, f32); 9] = [
        (352.0, 214.0, 40.0),
        (672.0, 214.0, 40.0),
        (372.0, 130.0, 48.0),
        (652.0, 128.0, 48.0),
        (420.0, 80.0, 52.0),
        (604.0, 78.0, 52.0),
        (470.0, 56.0, 54.0),
        (556.0, 56.0, 54.0),
        (512.0, 62.0, 52.0),
    ];
    for (x, y, width) in tips {
        let by = (root.0 + (x - root.0) * 0.62, y - 70.0 - (240.0 - y) * 0.05);
        lock(canvas, look, (root.0 + (x - root.0) * 0.09, root.1 + 6.0), (by.0, by.1.max(34.0)), (x, y), width);
    }
    let colour = look.scheme.pad;
    let band = rounded(466.0, 186.0, 92.0, 40.0, 20.0);
    canvas.fill(
        &band,
        &linear(
            (466.0, 186.0),
            (540.0, 232.0),
            &[(0.0, colour.lighter(0.4), 1.0), (0.5, colour, 1.0), (1.0, colour.darker(0.35), 1.0)],
        ),
    );
    for x in [484.0, 503.0, 522.0, 541.0] {
        canvas.stroke(&curve(&[(x - 2.0, 192.0), (x + 3.0, 220.0)]), &veil(colour.darker(0.45), 0.4), 4.0);
    }
}

/// A crest that curls over like a wave.
fn crest(canvas: &mut Canvas, look: &Look) {
    let hair = look.hair_colour;
    let wave = blob(&[
        (560.0, 388.0),
        (516.0, 400.0),
        (470.0, 356.0),
        (440.0, 300.0),
        (420.0, 214.0),
        (434.0, 136.0),
        (486.0, 82.0),
        (560.0, 62.0),
        (626.0, 84.0),
        (652.0, 128.0),
        (616.0, 128.0),
        (640.0, 166.0),
        (600.0, 172.0),
        (612.0, 220.0),
        (600.0, 300.0),
        (588.0, 350.0),
    ]);
    let outline = head::outline(look.build);
    canvas.clipped(&outline, |scalp| {
        scalp.soft(area(400.0, 200.0, 660.0, 500.0), 9.0, |soft| {
            soft.moved(Transform::from_translate(6.0, 14.0), |soft| soft.fill(&wave, &veil(look.skin.shade, 0.5)));
        });
    });
    let ink =
        [(0.0, hair.mid.mix(hair.light, 0.4), 1.0), (0.45, hair.mid, 1.0), (1.0, hair.mid.mix(hair.deep, 0.7), 1.0)];
    canvas.fill(&wave, &linear((430.0, 90.0), (630.0, 420.0), &ink));
    canvas.clipped(&wave, |group| {
        let mut scatter = Scatter(look.grain ^ 0xc4e57);
        for index in 0..40 {
            let t = index as f32 / 39.0;
            let from = (486.0 + t * 70.0, 430.0 - (t - 0.3).abs() * 40.0);
            let tip =
                (470.0 + t * 190.0 + scatter.between(-14.0, 14.0), 66.0 + t * t * 120.0 + scatter.between(-10.0, 10.0));
            let by = (404.0 + t * 170.0 + scatter.between(-14.0, 14.0), 190.0);
            let (tone, share) = if index % 2 == 0 { (hair.light, 0.34) } else { (hair.deep, 0.4) };
            group.fill(&strand(from, by, tip, scatter.between(4.0, 12.0)), &veil(tone, share));
        }
        let rim = head::WARM_LIGHT.mix(hair.light, 0.3);
        group.stroke(&wave, &linear((560.0, 0.0), (640.0, 0.0), &[(0.0, rim, 0.0), (1.0, rim, 0.5)]), 14.0);
    });
}
