//! Cardigan and waistcoat: knitted, open in a V over a shirt, buttoned down the front. Drawn for `body`; the arms show
//! the shirt or the wool, as `outfit` says.

use tiny_skia::{Path, Transform};

use crate::looks::look::Look;
use crate::looks::wardrobe::Pattern;
use crate::paint::canvas::{Canvas, linear, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{MIDDLE, blob, curve, mirrored, path, rounded};
use crate::torso::outfit;

/// Where the two sides meet.
const FASTENED: f32 = 1262.0;

fn opening() -> Path {
    path(|pen| {
        pen.move_to(372.0, 1000.0);
        pen.quad_to(404.0, 1150.0, MIDDLE, FASTENED);
        pen.quad_to(620.0, 1150.0, 652.0, 1000.0);
        pen.close();
    })
}

pub fn draw(group: &mut Canvas, look: &Look, table: f32) {
    let wool = look.scheme.cloth;
    let dark = wool.darker(0.5);
    let whole = rounded(150.0, 1000.0, 724.0, table - 940.0, 1.0);
    group.fill(
        &whole,
        &linear(
            (250.0, 1040.0),
            (800.0, table),
            &[(0.0, wool.lighter(0.22), 1.0), (0.45, wool, 1.0), (1.0, wool.darker(0.34), 1.0)],
        ),
    );
    if look.pattern != Pattern::Plain {
        outfit::print(group, look.pattern, look.scheme.trim, table);
    }
    stitches(group, dark, table);
    shirt(group, look);
    band(group, look, table);
    for step in 0..5 {
        let at = (MIDDLE, FASTENED + 30.0 + step as f32 * 74.0);
        outfit::button(group, at, 16.0, look.scheme.pad.lighter(0.12));
    }
}

/// Columns of stitches, each a small V.
fn stitches(group: &mut Canvas, dark: Rgb, table: f32) {
    for column in -10..=10 {
        let x = column as f32 * 34.0;
        let mut y = 1030.0;
        while y < table + 30.0 {
            let bulge = x * (1.0 + (y - 1240.0) * 0.000_12);
            for side in [-1.0_f32, 1.0] {
                let stitch = curve(&[(MIDDLE + bulge + side * 11.0, y), (MIDDLE + bulge + side * 1.5, y + 15.0)]);
                group.stroke(&stitch, &veil(dark, 0.17), 6.0);
                group.moved(Transform::from_translate(-2.5, -3.5), |lit| lit.stroke(&stitch, &veil(WHITE, 0.1), 4.0));
            }
            y += 21.0;
        }
    }
}

fn shirt(group: &mut Canvas, look: &Look) {
    let (shirt, opening) = (look.shirt, opening());
    group.fill(
        &opening,
        &linear((420.0, 1040.0), (600.0, 1250.0), &[(0.0, shirt.lighter(0.3), 1.0), (1.0, shirt.darker(0.14), 1.0)]),
    );
    group.clipped(&opening, |inside| {
        let dark = shirt.darker(0.6);
        inside.stroke(&curve(&[(512.0, 1100.0), (513.0, 1262.0)]), &veil(dark, 0.3), 4.0);
        for y in [1168.0, 1214.0] {
            outfit::button(inside, (512.0, y), 8.0, WHITE);
        }
        inside.moved(Transform::from_translate(7.0, 5.0), |shadow| shadow.stroke(&opening, &veil(dark, 0.34), 36.0));
    });
}

/// The ribbed band round the opening and down the front.
fn band(group: &mut Canvas, look: &Look, table: f32) {
    let wool = look.scheme.cloth;
    let edge = if wool.lightness() > 0.6 { wool.darker(0.22) } else { wool.lighter(0.2) };
    let left = curve(&[(372.0, 1000.0), (398.0, 1090.0), (442.0, 1180.0), (MIDDLE, FASTENED)]);
    let front = curve(&[(MIDDLE, FASTENED - 8.0), (MIDDLE + 1.0, 1400.0), (MIDDLE, table + 40.0)]);
    for (line, width, shade) in [(front, 52.0, 0.06), (left.clone(), 38.0, 0.0), (mirrored(&left), 38.0, 0.14)] {
        group.stroke(&line, &veil(wool.darker(0.6), 0.35), width + 8.0);
        group.stroke(&line, &veil(edge.darker(shade), 1.0), width);
        for offset in [-0.26_f32, 0.0, 0.26] {
            group.moved(Transform::from_translate(width * offset, 0.0), |rib| {
                rib.stroke(&line, &veil(wool.darker(0.6), 0.18), 4.0);
            });
        }
    }
}

/// The points of the shirt's collar, over the wool.
pub fn collar(canvas: &mut Canvas, look: &Look) {
    let shirt = look.shirt;
    let dark = shirt.darker(0.7);
    let leaf = blob(&[
        (508.0, 1098.0),
        (452.0, 1084.0),
        (396.0, 1040.0),
        (366.0, 1064.0),
        (382.0, 1128.0),
        (432.0, 1166.0),
        (478.0, 1140.0),
    ]);
    for (shape, amount) in [(leaf.clone(), 0.0), (mirrored(&leaf), 0.12)] {
        canvas.moved(Transform::from_translate(2.0, 9.0), |shadow| shadow.fill(&shape, &veil(dark, 0.3)));
        let tone = shirt.lighter(0.35).mix(dark, amount);
        canvas.fill(
            &shape,
            &linear((370.0, 1050.0), (512.0, 1170.0), &[(0.0, tone, 1.0), (1.0, tone.mix(dark, 0.14), 1.0)]),
        );
        canvas.clipped(&shape, |inside| inside.stroke(&shape, &veil(dark, 0.22), 6.0));
    }
}
