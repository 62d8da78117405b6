//! Glasses of every shape, clear or dark. Drawn once by `features` as pixels, because their shadow is soft; every frame
//! moves them with the features.

use tiny_skia::{Path, Transform};

use crate::head::bare_head::WARM_LIGHT;
use crate::head::eyes;
use crate::looks::look::Look;
use crate::looks::wardrobe::{Glasses, GlassesShape};
use crate::paint::canvas::{Canvas, linear, veil};
use crate::paint::decal::Decal;
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{MIDDLE, Spot, area, blob, curve, ellipse, path, rounded};

pub fn decal(look: &Look, scale: f32) -> Option<Decal> {
    let glasses = look.glasses?;
    Some(Decal::new(scale, area(180.0, 520.0, 844.0, 910.0), |face| draw(face, look, glasses)))
}

fn draw(face: &mut Canvas, look: &Look, glasses: Glasses) {
    let lenses = [-1.0, 1.0].map(|side| lens(glasses.shape, eyes::centre(look, side), side));
    let bridge = bridge(look, glasses.shape);
    let arms = [-1.0, 1.0].map(|side| arm(look, glasses.shape, side));
    let shade = look.skin.shade;
    face.soft(area(180.0, 520.0, 844.0, 910.0), 6.0, |soft| {
        soft.moved(Transform::from_translate(2.0, 15.0), |soft| {
            for line in lenses.iter().chain([&bridge]) {
                soft.stroke(line, &veil(shade, 0.6), 15.0);
            }
            for line in &arms {
                soft.stroke(line, &veil(shade, 0.5), 11.0);
            }
        });
    });
    for (outline, eye) in lenses.iter().zip([-1.0, 1.0].map(|side| eyes::centre(look, side))) {
        face.clipped(
            outline,
            |inside| if glasses.dark { dark_glass(inside, eye, glasses) } else { clear_glass(inside, eye) },
        );
    }
    for line in &arms {
        rod(face, line, glasses.frame.darker(0.15), 13.0);
    }
    rod(face, &bridge, glasses.frame, 15.0);
    for outline in &lenses {
        rod(face, outline, glasses.frame, 17.0);
    }
    if glasses.shape == GlassesShape::CatEye {
        jewels(face, look);
    }
}

fn lens(shape: GlassesShape, eye: Spot, side: f32) -> Path {
    let (x, y) = eye;
    match shape {
        GlassesShape::Round => ellipse((x, y + 4.0), (126.0, 130.0)),
        GlassesShape::Square => rounded(x - 123.0, y - 108.0, 246.0, 226.0, 44.0),
        GlassesShape::Heart => heart((x, y - 2.0), 134.0),
        GlassesShape::Star => star((x + side * 8.0, y + 8.0), 166.0),
        GlassesShape::CatEye => blob(
            &[
                (-116.0, -34.0),
                (-92.0, -92.0),
                (-10.0, -108.0),
                (78.0, -122.0),
                (148.0, -152.0),
                (136.0, -64.0),
                (118.0, 40.0),
                (52.0, 112.0),
                (-40.0, 116.0),
                (-102.0, 58.0),
            ]
            .map(|(across, down)| (x + side * across, y + down)),
        ),
    }
}

/// A heart as wide and as high as an eye needs.
fn heart((x, y): Spot, reach: f32) -> Path {
    let at = |across: f32, down: f32| (x + across * reach, y + down * reach);
    path(|pen| {
        let (tip, dent) = (at(0.0, 1.16), at(0.0, -0.62));
        pen.move_to(tip.0, tip.1);
        for side in [-1.0, 1.0] {
            let (from, top, by) = (at(side * 0.56, 0.94), at(side * 0.58, -1.04), at(side * 1.06, 0.58));
            let (cheek, lobe, inner) = (at(side * 1.06, -0.22), at(side * 1.06, -0.78), at(side * 0.22, -1.02));
            if side < 0.0 {
                pen.cubic_to(from.0, from.1, by.0, by.1, cheek.0, cheek.1);
                pen.cubic_to(lobe.0, lobe.1, top.0, top.1, at(side * 0.5, -1.0).0, at(side * 0.5, -1.0).1);
                pen.quad_to(inner.0, inner.1, dent.0, dent.1);
            } else {
                pen.quad_to(inner.0, inner.1, at(side * 0.5, -1.0).0, at(side * 0.5, -1.0).1);
                pen.cubic_to(top.0, top.1, lobe.0, lobe.1, cheek.0, cheek.1);
                pen.cubic_to(by.0, by.1, from.0, from.1, tip.0, tip.1);
            }
        }
        pen.close();
    })
}

/// A star so plump that the eye has room in it.
fn star(centre: Spot, reach: f32) -> Path {
    let spots: Vec<Spot> = (0..10)
        .map(|point| {
            let angle = (point as f32 * 36.0 - 90.0).to_radians();
            let far = if point % 2 == 0 { reach } else { reach * 0.645 };
            (centre.0 + angle.cos() * far, centre.1 + angle.sin() * far)
        })
        .collect();
    path(|pen| {
        let between = |a: Spot, b: Spot, amount: f32| (a.0 + (b.0 - a.0) * amount, a.1 + (b.1 - a.1) * amount);
        for index in 0..5 {
            let (inner, tip, next) = (spots[(index * 2 + 9) % 10], spots[index * 2], spots[index * 2 + 1]);
            let (before, after) = (between(tip, inner, 0.3), between(tip, next, 0.3));
            if index == 0 {
                pen.move_to(inner.0, inner.1);
            } else {
                pen.line_to(inner.0, inner.1);
            }
            pen.line_to(before.0, before.1);
            pen.quad_to(tip.0, tip.1, after.0, after.1);
        }
        pen.close();
    })
}

fn bridge(look: &Look, shape: GlassesShape) -> Path {
    let (left, right) = (eyes::centre(look, -1.0), eyes::centre(look, 1.0));
    let (reach, height) = match shape {
        GlassesShape::Round => (122.0, 702.0),
        GlassesShape::Square => (120.0, 676.0),
        GlassesShape::Heart => (134.0, 678.0),
        GlassesShape::Star => (128.0, 690.0),
        GlassesShape::CatEye => (108.0, 670.0),
    };
    curve(&[(left.0 + reach, height), (MIDDLE, height - 12.0), (right.0 - reach, height)])
}

fn arm(look: &Look, shape: GlassesShape, side: f32) -> Path {
    let eye = eyes::centre(look, side);
    let from = match shape {
        GlassesShape::Round => (124.0, -16.0),
        GlassesShape::Square => (123.0, -50.0),
        GlassesShape::Heart => (136.0, -30.0),
        GlassesShape::Star => (158.0, -44.0),
        GlassesShape::CatEye => (138.0, -92.0),
    };
    curve(&[(eye.0 + side * from.0, eye.1 + from.1), (MIDDLE + side * 290.0, eye.1 - 34.0)])
}

/// A round bar of acetate: dark edge, lit body, a gleam along its upper left.
fn rod(face: &mut Canvas, line: &Path, colour: Rgb, width: f32) {
    face.stroke(line, &veil(colour.darker(0.5), 1.0), width + 3.0);
    let body = [(0.0, colour.lighter(0.3), 1.0), (0.45, colour, 1.0), (1.0, colour.darker(0.3), 1.0)];
    face.stroke(line, &linear((250.0, 560.0), (780.0, 860.0), &body), width);
    face.moved(Transform::from_translate(-1.5, -width * 0.2), |light| {
        light.stroke(line, &veil(WHITE, 0.42), width * 0.2);
    });
    face.moved(Transform::from_translate(width * 0.24, 0.0), |rim| {
        rim.stroke(
            line,
            &linear((560.0, 700.0), (800.0, 700.0), &[(0.0, WARM_LIGHT, 0.0), (1.0, WARM_LIGHT, 0.5)]),
            2.6,
        );
    });
}

fn clear_glass(inside: &mut Canvas, (x, y): Spot) {
    let tint = [(0.0, Rgb::hex(0xd8_ecff), 0.17), (0.5, WHITE, 0.04), (1.0, WHITE, 0.1)];
    inside.fill(&rounded(x - 180.0, y - 180.0, 360.0, 370.0, 1.0), &linear((x, y - 130.0), (x, y + 130.0), &tint));
    gleams(inside, (x, y), 0.2);
}

fn dark_glass(inside: &mut Canvas, (x, y): Spot, glasses: Glasses) {
    let glass = glasses.frame.mix(Rgb::hex(0x14_101c), 0.72);
    let tint = [(0.0, glass.darker(0.4), 0.97), (0.55, glass, 0.9), (1.0, glass.mix(glasses.frame, 0.35), 0.72)];
    inside.fill(&rounded(x - 180.0, y - 180.0, 360.0, 370.0, 1.0), &linear((x, y - 130.0), (x, y + 140.0), &tint));
    // The studio's lamp and its curtain, as the glass sees them.
    inside.glow((x + 62.0, y - 62.0), (62.0, 44.0), WARM_LIGHT, 0.5);
    inside.glow((x, y + 120.0), (150.0, 70.0), glasses.frame.lighter(0.4), 0.3);
    gleams(inside, (x, y), 0.34);
}

/// Two bands of window light across the glass.
fn gleams(inside: &mut Canvas, (x, y): Spot, amount: f32) {
    inside.moved(Transform::from_rotate_at(32.0, x, y), |glass| {
        for (left, width, amount) in [(-84.0, 30.0, amount), (-42.0, 11.0, amount * 0.8)] {
            let ink = linear((0.0, y - 130.0), (0.0, y + 110.0), &[(0.0, WHITE, amount), (1.0, WHITE, amount * 0.2)]);
            glass.fill(&rounded(x + left, y - 170.0, width, 340.0, 4.0), &ink);
        }
    });
}

/// Three small stones at the outer corners.
fn jewels(face: &mut Canvas, look: &Look) {
    for side in [-1.0_f32, 1.0] {
        let eye = eyes::centre(look, side);
        for (across, down, size) in [(134.0, -134.0, 6.0), (112.0, -128.0, 5.0), (92.0, -121.0, 4.0)] {
            let at = (eye.0 + side * across, eye.1 + down);
            face.glow(at, (size * 2.0, size * 2.0), WHITE, 0.55);
            face.fill(&ellipse(at, (size, size)), &veil(WHITE, 0.95));
        }
    }
}
