//! What is worn on the head on great days: tiara and party hat. Drawn for `headwear`, over the headphones.

use tiny_skia::{Path, Transform};

use crate::head::bare_head::WARM_LIGHT;
use crate::paint::canvas::{Canvas, flat, linear, radial, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{MIDDLE, Spot, blob, curve, disc, ellipse, path};

/// A slender arc of metal with five stones, in the hair before the headphones' band.
pub fn tiara(canvas: &mut Canvas, colour: Rgb) {
    let on_arc = |t: f32| (MIDDLE + t * 214.0, 306.0 + 74.0 * t * t);
    let base: Vec<Spot> = (0..=12).map(|step| on_arc(step as f32 / 6.0 - 1.0)).collect();
    let peaks: [(f32, f32); 5] = [(-0.74, 62.0), (-0.4, 96.0), (0.0, 148.0), (0.4, 96.0), (0.74, 62.0)];
    let metal = [
        (0.0, colour.lighter(0.7), 1.0),
        (0.3, colour, 1.0),
        (0.55, colour.lighter(0.6), 1.0),
        (0.8, colour.darker(0.2), 1.0),
        (1.0, colour.lighter(0.3), 1.0),
    ];
    let ink = linear((300.0, 200.0), (724.0, 380.0), &metal);
    let arches: Vec<Path> = peaks
        .iter()
        .map(|&(t, height)| {
            let (from, to, top) = (on_arc(t - 0.21), on_arc(t + 0.21), on_arc(t));
            path(|pen| {
                pen.move_to(from.0, from.1);
                pen.quad_to(top.0 - 20.0, top.1 - height * 0.3, top.0, top.1 - height);
                pen.quad_to(top.0 + 20.0, top.1 - height * 0.3, to.0, to.1);
            })
        })
        .collect();
    let band = curve(&base);
    canvas.moved(Transform::from_translate(2.0, 10.0), |shadow| {
        shadow.stroke(&band, &veil(Rgb::hex(0x14_0812), 0.35), 18.0);
        for arch in &arches {
            shadow.stroke(arch, &veil(Rgb::hex(0x14_0812), 0.22), 10.0);
        }
    });
    for arch in &arches {
        canvas.fill(arch, &veil(colour.lighter(0.5), 0.3));
        canvas.stroke(arch, &flat(colour.darker(0.5)), 15.0);
        canvas.stroke(arch, &ink, 11.0);
    }
    canvas.stroke(&band, &flat(colour.darker(0.5)), 26.0);
    canvas.stroke(&band, &ink, 21.0);
    canvas.moved(Transform::from_translate(0.0, -4.0), |lit| lit.stroke(&band, &veil(WHITE, 0.7), 3.5));
    let stones = [Rgb::hex(0xf4_84a6), Rgb::hex(0x7c_c4f4), Rgb::hex(0xf2_5c88)];
    for (index, &(t, height)) in peaks.iter().enumerate() {
        let at = on_arc(t);
        let tone = stones[[0, 1, 2, 1, 0][index]];
        let size = if index == 2 { 25.0 } else { 15.0 };
        gem(canvas, (at.0, at.1 - height * 0.38), size, tone);
        pearl(canvas, (at.0, at.1 - height - 5.0), if index == 2 { 13.0 } else { 10.0 });
    }
    for step in -4..=4 {
        let at = on_arc(step as f32 * 0.22);
        canvas.fill(&disc(at, 5.2), &veil(WHITE, 0.95));
    }
    canvas.glow((MIDDLE - 16.0, 232.0), (52.0, 52.0), WHITE, 0.35);
}

fn gem(canvas: &mut Canvas, at: Spot, size: f32, tone: Rgb) {
    let ring = ellipse(at, (size * 0.9, size * 1.12));
    canvas.stroke(&ring, &flat(tone.darker(0.55)), 4.0);
    canvas.fill(
        &ring,
        &radial(
            (at.0 - size * 0.3, at.1 - size * 0.4),
            (size * 1.5, size * 1.6),
            &[(0.0, WHITE, 1.0), (0.3, tone.lighter(0.3), 1.0), (0.7, tone, 1.0), (1.0, tone.darker(0.45), 1.0)],
        ),
    );
}

fn pearl(canvas: &mut Canvas, at: Spot, size: f32) {
    canvas.fill(
        &disc(at, size),
        &radial(
            (at.0 - size * 0.3, at.1 - size * 0.4),
            (size * 1.5, size * 1.5),
            &[(0.0, WHITE, 1.0), (0.5, Rgb::hex(0xf6_eef2), 1.0), (1.0, Rgb::hex(0xb4_a4b8), 1.0)],
        ),
    );
}

/// A cone of card on one side of the head, with spots, a rim of tinsel and a pompom.
pub fn party_hat(canvas: &mut Canvas, colour: Rgb) {
    let place = Transform::from_translate(676.0, 296.0).pre_rotate(22.0);
    canvas.moved(place, |hat| {
        hat.glow((4.0, 14.0), (150.0, 62.0), Rgb::hex(0x14_0812), 0.5);
        let cone = path(|pen| {
            pen.move_to(-112.0, -6.0);
            pen.line_to(-7.0, -206.0);
            pen.quad_to(0.0, -216.0, 7.0, -206.0);
            pen.line_to(112.0, -6.0);
            pen.quad_to(0.0, 42.0, -112.0, -6.0);
            pen.close();
        });
        hat.fill(
            &cone,
            &linear(
                (-100.0, -30.0),
                (104.0, -10.0),
                &[
                    (0.0, colour.darker(0.12), 1.0),
                    (0.3, colour.lighter(0.42), 1.0),
                    (0.6, colour, 1.0),
                    (1.0, colour.darker(0.42), 1.0),
                ],
            ),
        );
        let spots = [Rgb::hex(0xff_fbf2), Rgb::hex(0xff_d35a), Rgb::hex(0x5c_c8c0), Rgb::hex(0xf4_84a6)];
        hat.clipped(&cone, |card| {
            for (index, (x, y)) in [
                (-62.0, -30.0),
                (-8.0, -22.0),
                (50.0, -34.0),
                (-36.0, -84.0),
                (22.0, -78.0),
                (66.0, -86.0),
                (-14.0, -134.0),
                (26.0, -142.0),
                (2.0, -178.0),
                (-84.0, -2.0),
                (92.0, -8.0),
            ]
            .into_iter()
            .enumerate()
            {
                let tone = spots.iter().copied().filter(|tone| distance(*tone, colour) > 90).nth(index % 3);
                card.fill(&ellipse((x, y), (15.0, 16.5)), &veil(tone.unwrap_or(WHITE), 0.92));
            }
            card.fill(
                &cone,
                &linear(
                    (-100.0, 0.0),
                    (110.0, 0.0),
                    &[
                        (0.0, Rgb::hex(0x14_0812), 0.16),
                        (0.3, WHITE, 0.16),
                        (0.55, WHITE, 0.0),
                        (1.0, Rgb::hex(0x14_0812), 0.34),
                    ],
                ),
            );
            card.stroke(
                &cone,
                &linear((30.0, 0.0), (112.0, 0.0), &[(0.0, WARM_LIGHT, 0.0), (1.0, WARM_LIGHT, 0.6)]),
                8.0,
            );
        });
        tuft(hat, (0.0, -206.0), 40.0, colour);
        for step in 0..=14 {
            let t = step as f32 / 7.0 - 1.0;
            tuft(hat, (t * 112.0, 17.0 - 22.0 * t * t), 17.0, Rgb::hex(0xff_f6e6));
        }
    });
}

/// How far apart two colours are, 0 to 765.
fn distance(one: Rgb, other: Rgb) -> u32 {
    u32::from(one.0.abs_diff(other.0)) + u32::from(one.1.abs_diff(other.1)) + u32::from(one.2.abs_diff(other.2))
}

/// A ball of paper strips.
fn tuft(canvas: &mut Canvas, at: Spot, size: f32, colour: Rgb) {
    let points = 22;
    let spots: Vec<Spot> = (0..points)
        .map(|index| {
            let angle = (index as f32 * 360.0 / points as f32).to_radians();
            let reach = if index % 2 == 0 { size } else { size * 0.8 };
            (at.0 + angle.cos() * reach, at.1 + angle.sin() * reach)
        })
        .collect();
    let pale = colour.lighter(0.55);
    canvas.fill(
        &blob(&spots),
        &radial(
            (at.0 - size * 0.3, at.1 - size * 0.35),
            (size * 1.5, size * 1.5),
            &[(0.0, WHITE, 1.0), (0.55, pale, 1.0), (1.0, colour.darker(0.3), 1.0)],
        ),
    );
    for index in 0..10 {
        let angle = (index as f32 * 137.5).to_radians();
        let (near, far) = (size * 0.25, size * 0.82);
        let line = curve(&[
            (at.0 + angle.cos() * near, at.1 + angle.sin() * near),
            (at.0 + angle.cos() * far, at.1 + angle.sin() * far),
        ]);
        canvas.stroke(&line, &veil(colour.darker(0.4), 0.2), size * 0.07);
    }
}
