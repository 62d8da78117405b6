//! What is worn: prints, collars, buttons, bibs and zips. Drawn for `body`, clipped to the torso by it.

use tiny_skia::Transform;

use crate::head::bare_head::WARM_LIGHT;
use crate::looks::look::Look;
use crate::looks::wardrobe::{Outfit, Pattern};
use crate::paint::canvas::{Canvas, flat, linear, radial, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{MIDDLE, Spot, blob, curve, disc, ellipse, heart, mirrored, path, rounded, star};
use crate::torso::knitwear;

/// A cloth and what is printed on it.
pub struct Worn {
    pub cloth: Rgb,
    pub trim: Rgb,
    pub pattern: Pattern,
}

/// What covers the arms: the outfit itself, or the striped shirt under dungarees.
pub fn on_the_arms(look: &Look) -> Worn {
    let scheme = look.scheme;
    let shirt = look.shirt;
    match look.outfit {
        Outfit::Dungarees => {
            return Worn { cloth: shirt, trim: shirt.darker(0.12).mix(scheme.pad, 0.4), pattern: Pattern::Stripes };
        }
        Outfit::Waistcoat => return Worn { cloth: shirt, trim: shirt.darker(0.08), pattern: Pattern::Plain },
        _ => {}
    }
    Worn { cloth: scheme.cloth, trim: scheme.trim, pattern: look.pattern }
}

/// Prints the cloth.
pub fn print(group: &mut Canvas, pattern: Pattern, trim: Rgb, table: f32) {
    let ink = veil(trim, 0.9);
    // Staggered rows that bulge over the belly.
    let grid = |step: f32, mut draw: Box<dyn FnMut(Spot, usize) + '_>| {
        let mut row = 0;
        let mut y = 1086.0;
        while y < table + 50.0 {
            let shift = if row % 2 == 0 { 0.0 } else { step / 2.0 };
            for column in -5..=5 {
                let x = column as f32 * step + shift;
                draw((MIDDLE + x, y + 16.0 - x * x * 0.000_16), row);
            }
            row += 1;
            y += step * 0.82;
        }
    };
    match pattern {
        Pattern::Plain => {}
        Pattern::Stripes => {
            let mut y = 1070.0;
            while y < table + 60.0 {
                let line = curve(&[
                    (180.0, y - 16.0),
                    (340.0, y + 10.0),
                    (512.0, y + 18.0),
                    (684.0, y + 10.0),
                    (844.0, y - 16.0),
                ]);
                group.stroke(&line, &ink, 25.0);
                y += 66.0;
            }
        }
        Pattern::Dots => grid(92.0, Box::new(|spot, _| group.fill(&disc(spot, 17.0), &ink))),
        Pattern::Stars => {
            grid(112.0, Box::new(|spot, row| group.fill(&star(spot, 27.0, row as f32 * 24.0 + spot.0 * 0.3), &ink)));
        }
        Pattern::Hearts => grid(112.0, Box::new(|spot, _| group.fill(&heart(spot, 19.0), &ink))),
        Pattern::Checks => {
            let soft = veil(trim, 0.42);
            let mut y = 1090.0;
            while y < table + 60.0 {
                group.stroke(&curve(&[(180.0, y - 12.0), (512.0, y + 14.0), (844.0, y - 12.0)]), &soft, 34.0);
                y += 82.0;
            }
            for column in -4..=4 {
                let x = column as f32 * 82.0;
                group.stroke(
                    &curve(&[(MIDDLE + x * 0.8, 1030.0), (MIDDLE + x * 1.04, 1300.0), (MIDDLE + x, table + 60.0)]),
                    &soft,
                    34.0,
                );
            }
        }
    }
}

pub fn button(canvas: &mut Canvas, at: Spot, radius: f32, colour: Rgb) {
    canvas.fill(&disc((at.0 + 2.0, at.1 + 5.0), radius + 1.0), &veil(Rgb::hex(0x1a_0a1c), 0.28));
    canvas.fill(
        &disc(at, radius),
        &radial(
            (at.0 - 5.0, at.1 - 6.0),
            (radius * 1.4, radius * 1.4),
            &[(0.0, WHITE, 1.0), (0.45, colour, 1.0), (1.0, colour.darker(0.35), 1.0)],
        ),
    );
    canvas.stroke(&disc(at, radius * 0.72), &veil(colour.darker(0.4), 0.4), 2.5);
    for side in [-1.0, 1.0] {
        canvas.fill(&disc((at.0 + side * radius * 0.26, at.1), radius * 0.13), &veil(colour.darker(0.7), 0.8));
    }
}

pub fn romper(group: &mut Canvas, look: &Look) {
    let dark = look.scheme.cloth.darker(0.5);
    group.stroke(&curve(&[(512.0, 1120.0), (514.0, 1300.0), (512.0, 1500.0)]), &veil(dark, 0.3), 5.0);
    for step in 0..5 {
        button(group, (512.0, 1198.0 + step as f32 * 86.0), 17.0, look.scheme.trim.lighter(0.4));
    }
}

pub fn onesie(group: &mut Canvas, look: &Look, table: f32) {
    let scheme = &look.scheme;
    let belly = ellipse((512.0, 1370.0), (176.0, 210.0));
    if look.pattern == Pattern::Plain {
        group.fill(&belly, &veil(scheme.trim, 0.55));
    }
    let zip = curve(&[(512.0, 1110.0), (513.0, 1300.0), (512.0, table + 40.0)]);
    group.stroke(&zip, &veil(scheme.cloth.darker(0.35), 0.9), 20.0);
    group.stroke(&zip, &veil(Rgb::hex(0xe8_e8f0), 0.95), 7.0);
    let mut y = 1130.0;
    while y < table {
        group.stroke(&curve(&[(505.0, y), (519.0, y)]), &veil(Rgb::hex(0x77_7888), 0.8), 3.0);
        y += 12.0;
    }
    group.fill(
        &rounded(500.0, 1166.0, 24.0, 46.0, 11.0),
        &linear((500.0, 0.0), (524.0, 0.0), &[(0.0, WHITE, 1.0), (1.0, Rgb::hex(0x8c_8ea0), 1.0)]),
    );
}

pub fn dungarees(group: &mut Canvas, look: &Look, table: f32) {
    let cloth = look.scheme.cloth;
    let bib = path(|pen| {
        pen.move_to(356.0, 1216.0);
        pen.quad_to(512.0, 1238.0, 668.0, 1216.0);
        pen.cubic_to(684.0, 1290.0, 720.0, 1330.0, 830.0, 1350.0);
        pen.line_to(830.0, table + 80.0);
        pen.line_to(194.0, table + 80.0);
        pen.line_to(194.0, 1350.0);
        pen.cubic_to(304.0, 1330.0, 340.0, 1290.0, 356.0, 1216.0);
        pen.close();
    });
    let strap = curve(&[(300.0, 1040.0), (346.0, 1140.0), (392.0, 1236.0)]);
    for line in [strap.clone(), mirrored(&strap)] {
        group.moved(Transform::from_translate(3.0, 8.0), |shadow| {
            shadow.stroke(&line, &veil(cloth.darker(0.8), 0.25), 52.0);
        });
        group.stroke(
            &line,
            &linear(
                (300.0, 1040.0),
                (700.0, 1240.0),
                &[(0.0, cloth.lighter(0.2), 1.0), (1.0, cloth.darker(0.12), 1.0)],
            ),
            50.0,
        );
    }
    group.moved(Transform::from_translate(0.0, -6.0), |shadow| {
        shadow.stroke(&bib, &veil(cloth.darker(0.8), 0.22), 16.0);
    });
    group.fill(
        &bib,
        &linear(
            (300.0, 1200.0),
            (760.0, table),
            &[(0.0, cloth.lighter(0.16), 1.0), (0.5, cloth, 1.0), (1.0, cloth.darker(0.3), 1.0)],
        ),
    );
    group.clipped(&bib, |inside| {
        if look.pattern != Pattern::Stripes && look.pattern != Pattern::Checks {
            print(inside, look.pattern, look.scheme.trim, table);
        }
        let thread = cloth.lighter(0.5);
        inside.moved(Transform::from_translate(0.0, 12.0), |seam| {
            seam.stroke(&curve(&[(350.0, 1220.0), (512.0, 1241.0), (674.0, 1220.0)]), &veil(thread, 0.7), 3.5);
        });
    });
    let pocket = path(|pen| {
        pen.move_to(420.0, 1290.0);
        pen.quad_to(512.0, 1302.0, 604.0, 1290.0);
        pen.line_to(598.0, 1380.0);
        pen.quad_to(512.0, 1428.0, 426.0, 1380.0);
        pen.close();
    });
    group.fill(&pocket, &veil(cloth.darker(0.22), 0.55));
    group.stroke(&pocket, &veil(cloth.lighter(0.5), 0.7), 3.5);
    group.fill(&star((512.0, 1346.0), 34.0, 0.0), &flat(look.scheme.pad.lighter(0.1)));
    for x in [392.0, 632.0] {
        button(group, (x, 1242.0), 21.0, Rgb::hex(0xff_d25e));
    }
}

pub fn hood(canvas: &mut Canvas, cloth: Rgb) {
    let back = blob(&[
        (512.0, 900.0),
        (720.0, 930.0),
        (800.0, 1040.0),
        (720.0, 1150.0),
        (512.0, 1180.0),
        (304.0, 1150.0),
        (224.0, 1040.0),
        (304.0, 930.0),
    ]);
    canvas.fill(
        &back,
        &linear(
            (240.0, 960.0),
            (800.0, 1140.0),
            &[(0.0, cloth.lighter(0.12), 1.0), (0.5, cloth.darker(0.18), 1.0), (1.0, cloth.darker(0.5), 1.0)],
        ),
    );
    canvas.clipped(&back, |inside| {
        for (width, amount) in [(30.0, 0.14), (12.0, 0.3)] {
            inside.stroke(
                &back,
                &linear((680.0, 1000.0), (800.0, 1010.0), &[(0.0, WARM_LIGHT, 0.0), (1.0, WARM_LIGHT, amount)]),
                width,
            );
        }
    });
}

pub fn hoodie(group: &mut Canvas, look: &Look, table: f32) {
    let cloth = look.scheme.cloth;
    let pocket = path(|pen| {
        pen.move_to(410.0, table - 120.0);
        pen.line_to(614.0, table - 120.0);
        pen.quad_to(650.0, table - 70.0, 690.0, table + 40.0);
        pen.line_to(334.0, table + 40.0);
        pen.quad_to(374.0, table - 70.0, 410.0, table - 120.0);
        pen.close();
    });
    group.fill(&pocket, &veil(cloth.darker(0.2), 0.75));
    group.stroke(&pocket, &veil(cloth.lighter(0.4), 0.5), 4.0);
    for side in [-1.0_f32, 1.0] {
        let cord = curve(&[
            (512.0 + side * 66.0, 1130.0),
            (512.0 + side * 74.0, 1200.0),
            (512.0 + side * 66.0, 1274.0 + side * 14.0),
        ]);
        group.moved(Transform::from_translate(3.0, 7.0), |shadow| {
            shadow.stroke(&cord, &veil(cloth.darker(0.8), 0.25), 10.0);
        });
        group.stroke(&cord, &flat(look.scheme.trim), 10.0);
        group.fill(&rounded(512.0 + side * 66.0 - 9.0, 1268.0 + side * 14.0, 18.0, 34.0, 8.0), &flat(look.scheme.pad));
    }
}

pub fn sweater(group: &mut Canvas, look: &Look) {
    if look.pattern == Pattern::Plain {
        // A star knitted on the chest.
        group.fill(&star((512.0, 1300.0), 74.0, 0.0), &flat(look.scheme.trim));
        group.stroke(&star((512.0, 1300.0), 74.0, 0.0), &veil(look.scheme.pad, 0.9), 7.0);
    }
    let dark = look.scheme.cloth.darker(0.5);
    for column in -13..=13 {
        let x = column as f32 * 26.0;
        group.stroke(
            &curve(&[(MIDDLE + x * 0.92, 1040.0), (MIDDLE + x * 1.04, 1300.0), (MIDDLE + x, 1700.0)]),
            &veil(dark, 0.09),
            5.0,
        );
    }
}

/// A ballet dancer's bodice: a seam down the front, and sequins.
pub fn leotard(group: &mut Canvas, look: &Look) {
    let cloth = look.scheme.cloth;
    for side in [-1.0_f32, 1.0] {
        let seam =
            curve(&[(MIDDLE + side * 118.0, 1090.0), (MIDDLE + side * 96.0, 1220.0), (MIDDLE + side * 120.0, 1420.0)]);
        group.stroke(&seam, &veil(cloth.darker(0.5), 0.24), 6.0);
        group.moved(Transform::from_translate(-7.0, 0.0), |lit| lit.stroke(&seam, &veil(WHITE, 0.22), 5.0));
    }
    for index in 0..34 {
        let angle = (index as f32 * 137.5).to_radians();
        let reach = 18.0 * (index as f32).sqrt();
        let at = (MIDDLE - 12.0 + angle.cos() * reach, 1206.0 + angle.sin() * reach * 0.72);
        group.glow(at, (9.0, 9.0), WHITE, 0.4);
        group.fill(&disc(at, 2.8), &veil(WHITE, 0.9));
    }
}

/// A round neckline that shows the skin, with a ruffle.
fn scoop(canvas: &mut Canvas, look: &Look) {
    let (skin, scheme) = (look.skin, &look.scheme);
    let neck = ellipse((512.0, 1040.0), (158.0, 92.0));
    canvas.fill(
        &neck,
        &linear((400.0, 1040.0), (640.0, 1130.0), &[(0.0, skin.mid, 1.0), (1.0, skin.deep.mix(skin.shade, 0.3), 1.0)]),
    );
    let tone = scheme.cloth.lighter(0.45);
    for step in 0..=18 {
        let angle = (8.0 + step as f32 * 164.0 / 18.0_f32).to_radians();
        let at = (512.0 + angle.cos() * 158.0, 1042.0 + angle.sin() * 92.0);
        canvas.fill(
            &disc(at, 19.0),
            &radial(
                (at.0 - 5.0, at.1 - 7.0),
                (27.0, 27.0),
                &[(0.0, tone.lighter(0.5), 1.0), (0.6, tone, 1.0), (1.0, scheme.cloth.darker(0.25), 1.0)],
            ),
        );
    }
}

pub fn collar(canvas: &mut Canvas, look: &Look) {
    let scheme = &look.scheme;
    let dark = scheme.cloth.darker(0.7);
    match look.outfit {
        Outfit::Romper => {
            let leaf = blob(&[
                (512.0, 1086.0),
                (440.0, 1076.0),
                (376.0, 1040.0),
                (330.0, 1060.0),
                (322.0, 1116.0),
                (372.0, 1166.0),
                (450.0, 1178.0),
                (502.0, 1146.0),
            ]);
            for (shape, amount) in [(leaf.clone(), 0.0), (mirrored(&leaf), 0.14)] {
                canvas.moved(Transform::from_translate(2.0, 9.0), |shadow| shadow.fill(&shape, &veil(dark, 0.28)));
                let white = Rgb::hex(0xff_fcf6).mix(dark, amount);
                canvas.fill(
                    &shape,
                    &linear((330.0, 1050.0), (512.0, 1180.0), &[(0.0, white, 1.0), (1.0, white.mix(dark, 0.12), 1.0)]),
                );
                canvas.clipped(&shape, |inside| inside.stroke(&shape, &veil(scheme.pad, 0.75), 12.0));
            }
        }
        Outfit::Hoodie => {
            let edge = curve(&[(316.0, 1050.0), (396.0, 1116.0), (512.0, 1140.0), (628.0, 1116.0), (708.0, 1050.0)]);
            canvas.stroke(&edge, &veil(dark, 0.35), 66.0);
            canvas.stroke(
                &edge,
                &linear(
                    (316.0, 1050.0),
                    (708.0, 1140.0),
                    &[(0.0, scheme.cloth.lighter(0.24), 1.0), (1.0, scheme.cloth.darker(0.25), 1.0)],
                ),
                56.0,
            );
        }
        Outfit::Cardigan | Outfit::Waistcoat => knitwear::collar(canvas, look),
        Outfit::Leotard => scoop(canvas, look),
        Outfit::Onesie | Outfit::Sweater | Outfit::Dungarees => {
            let tone = on_the_arms(look).trim;
            let edge = curve(&[(350.0, 1056.0), (420.0, 1104.0), (512.0, 1120.0), (604.0, 1104.0), (674.0, 1056.0)]);
            canvas.stroke(&edge, &veil(dark, 0.3), 56.0);
            canvas.stroke(
                &edge,
                &linear(
                    (350.0, 1050.0),
                    (674.0, 1140.0),
                    &[(0.0, tone.lighter(0.2), 1.0), (1.0, tone.mix(dark, 0.2), 1.0)],
                ),
                46.0,
            );
            for index in -8..=8 {
                let x = index as f32 * 19.0;
                let y = 1120.0 - x * x * 0.0022;
                canvas.stroke(&curve(&[(MIDDLE + x * 0.94, y - 18.0), (MIDDLE + x, y + 18.0)]), &veil(dark, 0.14), 4.0);
            }
        }
    }
}
