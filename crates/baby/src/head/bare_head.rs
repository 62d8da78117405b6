//! The head without its moving features: outline, ears, skin and its light. Drawn once into the head sprite by
//! `stage`; `hair` and `headphones` are drawn over it, `features` on top of each frame.

use tiny_skia::Path;

use crate::looks::look::{Build, Look};
use crate::looks::wardrobe::HairStyle;
use crate::paint::canvas::{Canvas, Ink, linear, radial, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{MIDDLE, Spot, area, blob, curve, ellipse, mirrored};

/// The lamp at the top right, behind the baby.
pub const WARM_LIGHT: Rgb = Rgb::hex(0xff_c07a);

/// The outline of the head: broad cheeks, round crown.
pub fn outline(build: Build) -> Path {
    let right = right_side(build);
    let left = right.iter().rev().map(|&(x, y)| (2.0 * MIDDLE - x, y));
    let chin = (MIDDLE, 1056.0 + 10.0 * build.length);
    let spots: Vec<Spot> = std::iter::once((MIDDLE, 258.0))
        .chain(right.iter().copied())
        .chain(std::iter::once(chin))
        .chain(left)
        .collect();
    blob(&spots)
}

fn right_side(build: Build) -> [Spot; 8] {
    let Build { cheeks, length, brow, .. } = build;
    [
        (660.0 + 8.0 * brow, 284.0),
        (768.0 + 12.0 * brow, 378.0),
        (820.0 + 12.0 * brow, 520.0),
        (834.0 + 8.0 * brow + 4.0 * cheeks, 670.0),
        (846.0 + 14.0 * cheeks, 806.0),
        (806.0 + 18.0 * cheeks, 930.0 + 6.0 * length),
        (706.0 + 12.0 * cheeks, 1016.0 + 8.0 * length),
        (602.0, 1050.0 + 10.0 * length),
    ]
}

/// Ears, skin and the light on it.
pub fn draw(canvas: &mut Canvas, look: &Look) {
    let outline = outline(look.build);
    ears(canvas, look);
    let skin = look.skin;
    let base = radial(
        (440.0, 600.0),
        (500.0, 560.0),
        &[
            (0.0, skin.light, 1.0),
            (0.42, skin.light.mix(skin.mid, 0.62), 1.0),
            (0.72, skin.mid, 1.0),
            (1.0, skin.deep, 1.0),
        ],
    );
    canvas.fill(&outline, &base);
    canvas.clipped(&outline, |face| {
        shade(face, look);
        lights(face, look);
        rims(face, look, &outline);
    });
}

fn ears(canvas: &mut Canvas, look: &Look) {
    let skin = look.skin;
    let ear = blob(&[
        (196.0, 700.0),
        (150.0, 716.0),
        (126.0, 774.0),
        (134.0, 838.0),
        (160.0, 888.0),
        (194.0, 902.0),
        (216.0, 860.0),
        (220.0, 760.0),
    ]);
    let fold = curve(&[(186.0, 742.0), (156.0, 760.0), (152.0, 812.0), (172.0, 852.0)]);
    for (shape, crease, x, lit) in
        [(ear.clone(), fold.clone(), 168.0, true), (mirrored(&ear), mirrored(&fold), 856.0, false)]
    {
        let warm = skin.mid.mix(skin.blush, 0.34);
        let edge = if lit { skin.light.mix(skin.blush, 0.12) } else { skin.deep.mix(skin.blush, 0.25) };
        canvas.fill(
            &shape,
            &radial(
                (x, 810.0),
                (62.0, 108.0),
                &[(0.0, skin.deep.mix(skin.blush, 0.4), 1.0), (0.55, warm, 1.0), (1.0, edge, 1.0)],
            ),
        );
        canvas.stroke(&crease, &veil(skin.shade, 0.35), 9.0);
        if !lit {
            canvas.clipped(&shape, |ear| ear.stroke(&shape, &veil(WARM_LIGHT, 0.5), 12.0));
        }
    }
}

/// Form shadows: away from the light, under the hair, round the eyes, under the chin.
fn shade(face: &mut Canvas, look: &Look) {
    let skin = look.skin;
    face.glow((930.0, 780.0), (300.0, 520.0), skin.shade, 0.42);
    face.glow((512.0, 1130.0), (480.0, 190.0), skin.shade, 0.5);
    face.glow((120.0, 900.0), (150.0, 300.0), skin.shade, 0.25);
    if !matches!(look.hair, HairStyle::Bald | HairStyle::Tuft | HairStyle::Wispy | HairStyle::Mohawk) {
        face.glow((512.0, 330.0), (420.0, 190.0), skin.shade, 0.35);
    }
    for x in [368.0, 656.0] {
        face.glow((x, 716.0), (140.0, 150.0), skin.deep, 0.32);
        face.glow((x, 720.0), (126.0, 138.0), skin.shade, 0.34);
    }
    // Light passes through thin skin and comes out red: cheeks and the turn into shadow.
    face.glow((800.0, 850.0), (130.0, 190.0), skin.blush, 0.16);
    face.glow((512.0, 850.0), (120.0, 90.0), skin.blush, 0.10);
}

fn lights(face: &mut Canvas, look: &Look) {
    let skin = look.skin;
    let gleam = skin.light.mix(WHITE, 0.55);
    face.glow((420.0, 470.0), (230.0, 130.0), gleam, 0.42);
    face.glow((292.0, 812.0), (120.0, 92.0), gleam, 0.28);
    face.glow((716.0, 816.0), (110.0, 86.0), gleam, 0.16);
    face.glow((500.0, 1000.0), (110.0, 44.0), gleam, 0.32);
    face.glow((506.0, 770.0), (44.0, 90.0), gleam, 0.22);
    // The soft fold of a second chin.
    let fold = curve(&[(440.0, 1024.0), (478.0, 1037.0), (512.0, 1040.0), (546.0, 1037.0), (584.0, 1024.0)]);
    face.stroke(&fold, &veil(skin.shade, 0.20), 7.0);
}

/// The lamp behind draws a warm edge on the right, the curtain a faint coloured one on the left.
fn rims(face: &mut Canvas, look: &Look, outline: &Path) {
    let warm = WARM_LIGHT.mix(look.skin.light, 0.25);
    let cool = look.scheme.curtain_lit.mix(look.skin.light, 0.35);
    for (width, amount) in [(40.0, 0.16), (24.0, 0.26), (11.0, 0.5)] {
        let right = linear((690.0, 600.0), (850.0, 640.0), &[(0.0, warm, 0.0), (1.0, warm, amount)]);
        face.stroke(outline, &right, width);
        let left = linear((330.0, 900.0), (190.0, 880.0), &[(0.0, cool, 0.0), (1.0, cool, amount * 0.55)]);
        face.stroke(outline, &left, width * 0.8);
    }
}

/// The shadow the head throws on the body: drawn by `body` under the chin.
pub fn chin_shadow(canvas: &mut Canvas, dark: Rgb) {
    canvas.soft(area(200.0, 980.0, 824.0, 1240.0), 16.0, |soft| {
        soft.fill(&ellipse((526.0, 1070.0), (230.0, 66.0)), &veil(dark, 0.55));
    });
}

/// Plain skin for lids and the like, lit as the face is at height `y`.
pub fn lid_ink(look: &Look, centre: Spot, radii: Spot) -> Ink {
    let skin = look.skin;
    let top = skin.mid.mix(skin.deep, 0.55);
    linear(
        (centre.0, centre.1 - radii.1),
        (centre.0, centre.1 + radii.1 * 0.7),
        &[(0.0, top, 1.0), (0.55, skin.mid.mix(skin.light, 0.25), 1.0), (1.0, skin.mid.mix(skin.blush, 0.12), 1.0)],
    )
}
