//! Hats, bows and flowers. Drawn once into the head sprite: hats under the headphones, small things over them.

use tiny_skia::{Path, Transform};

use crate::head::bare_head;
use crate::head::festive;
use crate::looks::look::Look;
use crate::looks::wardrobe::{HairStyle, HeadwearKind};
use crate::paint::canvas::{Canvas, flat, linear, radial, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{MIDDLE, Spot, area, blob, curve, disc, ellipse, path, rounded, star, trace_curve};

/// What the headphones sit on.
pub fn under_headphones(canvas: &mut Canvas, look: &Look) {
    let Some(wear) = look.headwear else { return };
    match wear.kind {
        HeadwearKind::Bonnet => bonnet(canvas, look, wear.colour),
        HeadwearKind::Beanie => beanie(canvas, look, wear.colour),
        HeadwearKind::Headband => headband(canvas, look, wear.colour),
        HeadwearKind::Bow
        | HeadwearKind::Flower
        | HeadwearKind::Crown
        | HeadwearKind::Tiara
        | HeadwearKind::PartyHat => {}
    }
}

/// What sits on the headphones or on the hair in front of them.
pub fn over_headphones(canvas: &mut Canvas, look: &Look) {
    let Some(wear) = look.headwear else { return };
    match wear.kind {
        HeadwearKind::Bow => bow(canvas, wear.colour, (650.0, 268.0), 1.0, 14.0),
        HeadwearKind::Flower => flower(canvas, wear.colour, (690.0, 300.0), 78.0),
        // As high as a clip shows.
        HeadwearKind::Crown => {
            canvas.moved(Transform::from_translate(0.0, 34.0), |canvas| crown(canvas, wear.colour));
        }
        HeadwearKind::Tiara => festive::tiara(canvas, wear.colour),
        HeadwearKind::PartyHat => festive::party_hat(canvas, wear.colour),
        HeadwearKind::Headband => bow(canvas, wear.colour, (512.0, 380.0), 0.72, 0.0),
        HeadwearKind::Beanie => pompom(canvas, wear.colour.lighter(0.75)),
        HeadwearKind::Bonnet => {}
    }
}

/// A bow on each side, where the hair is gathered, else at the temples.
pub fn hair_bows(canvas: &mut Canvas, look: &Look) {
    let Some(colour) = look.hair_bows else { return };
    let (at, size, turn) = match look.hair {
        HairStyle::Bunches => ((196.0, 342.0), 0.62, -52.0),
        HairStyle::Buns => ((286.0, 292.0), 0.56, -36.0),
        _ => ((286.0, 402.0), 0.52, -38.0),
    };
    bow(canvas, colour, at, size, turn);
    // Not mirrored: the light comes from one side.
    bow(canvas, colour.darker(0.06), (2.0 * MIDDLE - at.0, at.1), size, -turn);
}

/// A hat's outline down to the brim through `front`, right to left.
fn hat(top: f32, front: &[Spot]) -> Path {
    path(|pen| {
        trace_curve(
            pen,
            &[
                (164.0, 690.0),
                (154.0, 540.0),
                (190.0, 390.0),
                (300.0, top + 66.0),
                (512.0, top),
                (724.0, top + 66.0),
                (834.0, 390.0),
                (870.0, 540.0),
                (860.0, 690.0),
            ],
        );
        for spot in front {
            pen.line_to(spot.0, spot.1);
        }
        pen.close();
    })
}

fn brim(height: f32, depth: f32, drop: f32) -> Vec<Spot> {
    (0..=24)
        .map(|step| {
            let t = step as f32 / 12.0 - 1.0;
            (MIDDLE - t * 346.0, height + depth * t.abs().powf(2.3) + drop * t * t)
        })
        .collect()
}

fn shadow_on_face(canvas: &mut Canvas, look: &Look, shape: &Path, drop: f32) {
    let shade = look.skin.shade;
    canvas.clipped(&bare_head::outline(look.build), |face| {
        face.soft(area(140.0, 200.0, 890.0, 860.0), 10.0, |soft| {
            soft.moved(Transform::from_translate(-2.0, drop), |soft| soft.fill(shape, &veil(shade, 0.6)));
        });
    });
}

fn cloth(colour: Rgb) -> crate::paint::canvas::Ink {
    radial(
        (400.0, 340.0),
        (560.0, 520.0),
        &[(0.0, colour.lighter(0.32), 1.0), (0.45, colour, 1.0), (1.0, colour.darker(0.42), 1.0)],
    )
}

fn bonnet(canvas: &mut Canvas, look: &Look, colour: Rgb) {
    let front = brim(404.0, 286.0, 0.0);
    let shape = hat(222.0, &front);
    shadow_on_face(canvas, look, &shape, 44.0);
    canvas.fill(&shape, &cloth(colour));
    canvas.clipped(&shape, |group| {
        for x in [300.0_f32, 400.0, 512.0, 624.0, 724.0] {
            let line = curve(&[
                (MIDDLE + (x - MIDDLE) * 0.35, 226.0),
                (MIDDLE + (x - MIDDLE) * 1.1, 330.0),
                (MIDDLE + (x - MIDDLE) * 1.28, 470.0),
            ]);
            group.stroke(&line, &veil(colour.darker(0.4), 0.25), 9.0);
            group.moved(Transform::from_translate(9.0, 0.0), |light| light.stroke(&line, &veil(WHITE, 0.18), 6.0));
        }
    });
    // The frill: two rows of scallops, the upper one whiter.
    for (row, lift, size) in [(0, 6.0, 36.0), (1, -14.0, 30.0)] {
        for step in 0..=20 {
            let t = step as f32 / 10.0 - 1.0;
            let spot = (MIDDLE + t * 340.0, 404.0 + 286.0 * t.abs().powf(2.3) + lift);
            let tone = if row == 0 { Rgb::hex(0xf3_ecf6) } else { WHITE };
            canvas.fill(
                &disc(spot, size),
                &radial(
                    (spot.0 - 8.0, spot.1 - 12.0),
                    (size * 1.3, size * 1.3),
                    &[(0.0, tone, 1.0), (0.6, tone, 1.0), (1.0, tone.mix(colour.darker(0.3), 0.4), 1.0)],
                ),
            );
        }
    }
}

fn beanie(canvas: &mut Canvas, look: &Look, colour: Rgb) {
    let front = brim(416.0, 130.0, 60.0);
    let shape = hat(214.0, &front);
    shadow_on_face(canvas, look, &shape, 34.0);
    canvas.fill(&shape, &cloth(colour));
    canvas.clipped(&shape, |group| {
        for index in -7..=7 {
            let x = index as f32 * 50.0;
            let rib = curve(&[
                (MIDDLE + x * 0.28, 214.0),
                (MIDDLE + x * 0.84, 300.0),
                (MIDDLE + x, 440.0),
                (MIDDLE + x * 1.02, 640.0),
            ]);
            group.stroke(&rib, &veil(colour.darker(0.4), 0.30), 7.0);
            group.moved(Transform::from_translate(11.0, 0.0), |light| light.stroke(&rib, &veil(WHITE, 0.16), 8.0));
        }
    });
    // The turned-up cuff.
    let cuff_top = brim(354.0, 130.0, 60.0);
    let mut outline: Vec<Spot> = front.clone();
    outline.extend(cuff_top.iter().rev().map(|&(x, y)| (MIDDLE + (x - MIDDLE) * 0.99, y)));
    let cuff = path(|pen| {
        pen.move_to(outline[0].0, outline[0].1);
        for spot in &outline[1..] {
            pen.line_to(spot.0, spot.1);
        }
        pen.close();
    });
    let trim = colour.lighter(0.34);
    canvas.stroke(&cuff, &veil(colour.darker(0.5), 0.25), 12.0);
    canvas.fill(
        &cuff,
        &linear(
            (220.0, 360.0),
            (850.0, 560.0),
            &[(0.0, trim.lighter(0.25), 1.0), (0.5, trim, 1.0), (1.0, trim.darker(0.35), 1.0)],
        ),
    );
    canvas.clipped(&cuff, |group| {
        for index in -16..=16 {
            let x = MIDDLE + index as f32 * 21.5;
            let lift = brim_height(x);
            let line = curve(&[(x, lift - 64.0), (x + 1.0, lift)]);
            group.stroke(&line, &veil(colour.darker(0.3), 0.22), 7.0);
        }
    });
}

fn brim_height(x: f32) -> f32 {
    let t = (x - MIDDLE) / 346.0;
    416.0 + 130.0 * t.abs().powf(2.3) + 60.0 * t * t
}

fn pompom(canvas: &mut Canvas, colour: Rgb) {
    let at = (512.0, 168.0);
    let spots: Vec<Spot> = (0..36)
        .map(|index| {
            let angle = (index as f32 * 10.0).to_radians();
            let reach = if index % 2 == 0 { 84.0 } else { 72.0 };
            (at.0 + angle.cos() * reach, at.1 + angle.sin() * reach * 0.94)
        })
        .collect();
    let ball = blob(&spots);
    canvas.fill(
        &ball,
        &radial(
            (486.0, 138.0),
            (120.0, 120.0),
            &[(0.0, WHITE, 1.0), (0.5, colour, 1.0), (1.0, colour.darker(0.4), 1.0)],
        ),
    );
    for index in 0..26 {
        let angle = (index as f32 * 137.5).to_radians();
        let reach = 12.0 + 2.3 * index as f32;
        let from = (at.0 + angle.cos() * reach, at.1 + angle.sin() * reach);
        let to = (from.0 + angle.cos() * 16.0, from.1 + angle.sin() * 16.0);
        canvas.stroke(&curve(&[from, to]), &veil(colour.darker(0.4), 0.2), 5.0);
    }
}

fn headband(canvas: &mut Canvas, look: &Look, colour: Rgb) {
    let band = curve(&[
        (176.0, 560.0),
        (250.0, 446.0),
        (380.0, 388.0),
        (512.0, 374.0),
        (644.0, 388.0),
        (774.0, 446.0),
        (848.0, 560.0),
    ]);
    let shade = look.skin.shade;
    canvas.clipped(&bare_head::outline(look.build), |face| {
        face.moved(Transform::from_translate(0.0, 9.0), |shadow| shadow.stroke(&band, &veil(shade, 0.28), 54.0));
        face.stroke(
            &band,
            &linear(
                (180.0, 380.0),
                (850.0, 560.0),
                &[(0.0, colour.lighter(0.3), 1.0), (0.5, colour, 1.0), (1.0, colour.darker(0.4), 1.0)],
            ),
            48.0,
        );
        face.moved(Transform::from_translate(0.0, -12.0), |light| light.stroke(&band, &veil(WHITE, 0.25), 6.0));
    });
}

/// A bow of two loops, two tails and a knot.
pub fn bow(canvas: &mut Canvas, colour: Rgb, at: Spot, scale: f32, turn: f32) {
    let place = Transform::from_translate(at.0, at.1).pre_rotate(turn).pre_scale(scale, scale);
    canvas.moved(place, |group| {
        group.glow((4.0, 22.0), (150.0, 96.0), Rgb::hex(0x14_0812), 0.3);
        for side in [-1.0_f32, 1.0] {
            let tail = blob(&[
                (side * 10.0, 10.0),
                (side * 74.0, 74.0),
                (side * 62.0, 112.0),
                (side * 30.0, 96.0),
                (side * 6.0, 40.0),
            ]);
            group.fill(
                &tail,
                &linear((0.0, 0.0), (side * 60.0, 110.0), &[(0.0, colour.darker(0.4), 1.0), (1.0, colour, 1.0)]),
            );
        }
        loops(group, colour);
    });
}

/// The two loops of a bow and its knot, around the origin.
pub fn loops(group: &mut Canvas, colour: Rgb) {
    for side in [-1.0_f32, 1.0] {
        let looped = blob(&[
            (side * 6.0, -6.0),
            (side * 62.0, -66.0),
            (side * 122.0, -68.0),
            (side * 138.0, -6.0),
            (side * 118.0, 54.0),
            (side * 60.0, 42.0),
            (side * 8.0, 12.0),
        ]);
        let lit = if side < 0.0 { 0.42 } else { 0.22 };
        group.fill(
            &looped,
            &radial(
                (side * 86.0, -24.0),
                (110.0, 100.0),
                &[(0.0, colour.lighter(lit), 1.0), (0.6, colour, 1.0), (1.0, colour.darker(0.34), 1.0)],
            ),
        );
        for fold in [(70.0, -24.0), (78.0, 4.0), (66.0, 26.0)] {
            let line = curve(&[(side * 14.0, fold.1 * 0.2), (side * fold.0, fold.1)]);
            group.stroke(&line, &veil(colour.darker(0.5), 0.35), 6.0);
        }
    }
    group.fill(
        &rounded(-26.0, -30.0, 52.0, 60.0, 22.0),
        &linear(
            (-20.0, -30.0),
            (22.0, 30.0),
            &[(0.0, colour.lighter(0.4), 1.0), (0.5, colour, 1.0), (1.0, colour.darker(0.35), 1.0)],
        ),
    );
}

fn flower(canvas: &mut Canvas, colour: Rgb, at: Spot, size: f32) {
    let petal_tone = colour.lighter(0.2);
    for index in 0..6 {
        let angle = index as f32 * 60.0 + 14.0;
        canvas.moved(Transform::from_translate(at.0, at.1).pre_rotate(angle), |petal| {
            let shape = ellipse((0.0, -size * 0.62), (size * 0.42, size * 0.52));
            petal.fill(
                &shape,
                &linear(
                    (0.0, -size * 1.1),
                    (0.0, 0.0),
                    &[(0.0, petal_tone.lighter(0.4), 1.0), (0.6, petal_tone, 1.0), (1.0, colour.darker(0.35), 1.0)],
                ),
            );
        });
    }
    canvas.fill(
        &disc(at, size * 0.36),
        &radial(
            (at.0 - 8.0, at.1 - 10.0),
            (size * 0.5, size * 0.5),
            &[(0.0, Rgb::hex(0xff_f2a8), 1.0), (0.6, Rgb::hex(0xff_cf4a), 1.0), (1.0, Rgb::hex(0xd9_8f24), 1.0)],
        ),
    );
}

fn crown(canvas: &mut Canvas, colour: Rgb) {
    let shape = path(|pen| {
        pen.move_to(384.0, 236.0);
        pen.line_to(362.0, 96.0);
        pen.quad_to(420.0, 150.0, 446.0, 152.0);
        pen.quad_to(486.0, 120.0, 512.0, 62.0);
        pen.quad_to(538.0, 120.0, 578.0, 152.0);
        pen.quad_to(604.0, 150.0, 662.0, 96.0);
        pen.line_to(640.0, 236.0);
        pen.quad_to(512.0, 200.0, 384.0, 236.0);
        pen.close();
    });
    canvas.fill(
        &shape,
        &linear(
            (370.0, 100.0),
            (650.0, 240.0),
            &[
                (0.0, colour.lighter(0.55), 1.0),
                (0.4, colour, 1.0),
                (0.7, colour.darker(0.25), 1.0),
                (1.0, colour.lighter(0.2), 1.0),
            ],
        ),
    );
    let rim = curve(&[(384.0, 224.0), (512.0, 190.0), (640.0, 224.0)]);
    canvas.stroke(&rim, &veil(colour.lighter(0.5), 1.0), 16.0);
    for (spot, tone) in [((362.0, 92.0), 0xf2_5c78), ((512.0, 56.0), 0x5a_9be6), ((662.0, 92.0), 0x58_c08a)] {
        canvas.fill(
            &disc(spot, 20.0),
            &radial(
                (spot.0 - 6.0, spot.1 - 7.0),
                (26.0, 26.0),
                &[(0.0, WHITE, 1.0), (0.35, Rgb::hex(tone), 1.0), (1.0, Rgb::hex(tone).darker(0.4), 1.0)],
            ),
        );
    }
    canvas.fill(&star((512.0, 152.0), 26.0, 0.0), &flat(colour.lighter(0.75)));
}
