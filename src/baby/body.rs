//! The body down to the table: torso, sleeves, collar, pattern; and the hands, which lie in front of it. Drawn once
//! into sprites by `stage`, which lets the torso breathe.

use tiny_skia::{Path, Transform};

use super::canvas::{Canvas, Ink, flat, linear, radial, veil};
use super::head::{self, WARM_LIGHT};
use super::look::{Look, Outfit, Pattern};
use super::palette::{Rgb, WHITE};
use super::shape::{MIDDLE, Spot, area, blob, curve, disc, ellipse, heart, mirror, mirrored, path, rounded, star};

/// Everything behind the table's edge at `table`.
pub fn draw(canvas: &mut Canvas, look: &Look, table: f32) {
    let torso = torso(table);
    let cloth = look.scheme.cloth;
    if look.outfit == Outfit::Hoodie {
        hood(canvas, cloth);
    }
    let under = if look.outfit == Outfit::Dungarees { under_shirt(look) } else { cloth };
    canvas.fill(&torso, &shaded(under, table));
    canvas.clipped(&torso, |group| {
        let pattern = if look.outfit == Outfit::Dungarees { Pattern::Stripes } else { look.pattern };
        let trim = if look.outfit == Outfit::Dungarees {
            under.darker(0.12).mix(look.scheme.pad, 0.4)
        } else {
            look.scheme.trim
        };
        print(group, pattern, trim, table);
        match look.outfit {
            Outfit::Romper => romper(group, look),
            Outfit::Onesie => onesie(group, look, table),
            Outfit::Dungarees => dungarees(group, look, table),
            Outfit::Hoodie => hoodie(group, look, table),
            Outfit::Sweater => sweater(group, look),
        }
        light(group, look, &torso, table);
    });
    collar(canvas, look);
    sleeve(canvas, look, under, table, true);
    canvas.moved(mirror(), |other| sleeve(other, look, under, table, false));
    head::chin_shadow(canvas, cloth.darker(0.75));
}

fn under_shirt(look: &Look) -> Rgb {
    Rgb::hex(0xff_f8ec).mix(look.scheme.trim, 0.2)
}

fn shaded(cloth: Rgb, table: f32) -> Ink {
    linear(
        (250.0, 1040.0),
        (800.0, table),
        &[(0.0, cloth.lighter(0.22), 1.0), (0.45, cloth, 1.0), (1.0, cloth.darker(0.34), 1.0)],
    )
}

fn torso(table: f32) -> Path {
    let low = table + 40.0;
    let right: [Spot; 6] = [
        (600.0, 1032.0),
        (690.0, 1070.0),
        (756.0, 1140.0),
        (788.0, 1250.0),
        (800.0, 1250.0 + (low - 1250.0) * 0.5),
        (796.0, low),
    ];
    let spots: Vec<Spot> =
        right.iter().copied().chain(right.iter().rev().map(|&(x, y)| (2.0 * MIDDLE - x, y))).collect();
    blob(&spots)
}

/// Form shadows and rim light over whatever is worn.
fn light(group: &mut Canvas, look: &Look, torso: &Path, table: f32) {
    let dark = look.scheme.cloth.darker(0.8);
    group.glow((830.0, 1330.0), (230.0, 380.0), dark, 0.45);
    group.glow((210.0, 1420.0), (150.0, 300.0), dark, 0.3);
    group.glow((512.0, table + 40.0), (420.0, 150.0), dark, 0.5);
    group.glow((420.0, 1230.0), (190.0, 150.0), WHITE, 0.14);
    for (width, share) in [(30.0, 0.16), (12.0, 0.34)] {
        group.stroke(
            torso,
            &linear((640.0, 1100.0), (800.0, 1130.0), &[(0.0, WARM_LIGHT, 0.0), (1.0, WARM_LIGHT, share)]),
            width,
        );
    }
    // Creases from the armpits.
    for (from, by, to) in [
        ((318.0, 1262.0), (350.0, 1276.0), (380.0, 1310.0)),
        ((712.0, 1258.0), (676.0, 1276.0), (650.0, 1314.0)),
        ((330.0, 1316.0), (366.0, 1330.0), (392.0, 1362.0)),
    ] {
        group.stroke(&curve(&[from, by, to]), &veil(dark, 0.18), 7.0);
    }
}

/// Prints the cloth.
fn print(group: &mut Canvas, pattern: Pattern, trim: Rgb, table: f32) {
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
            grid(112.0, Box::new(|spot, row| group.fill(&star(spot, 27.0, row as f32 * 24.0 + spot.0 * 0.3), &ink)))
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

fn button(canvas: &mut Canvas, at: Spot, radius: f32, colour: Rgb) {
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

fn romper(group: &mut Canvas, look: &Look) {
    let dark = look.scheme.cloth.darker(0.5);
    group.stroke(&curve(&[(512.0, 1120.0), (514.0, 1300.0), (512.0, 1500.0)]), &veil(dark, 0.3), 5.0);
    for step in 0..5 {
        button(group, (512.0, 1198.0 + step as f32 * 86.0), 17.0, look.scheme.trim.lighter(0.4));
    }
}

fn onesie(group: &mut Canvas, look: &Look, table: f32) {
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

fn dungarees(group: &mut Canvas, look: &Look, table: f32) {
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
            shadow.stroke(&line, &veil(cloth.darker(0.8), 0.25), 52.0)
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
        shadow.stroke(&bib, &veil(cloth.darker(0.8), 0.22), 16.0)
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
            seam.stroke(&curve(&[(350.0, 1220.0), (512.0, 1241.0), (674.0, 1220.0)]), &veil(thread, 0.7), 3.5)
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

fn hood(canvas: &mut Canvas, cloth: Rgb) {
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
        for (width, share) in [(30.0, 0.14), (12.0, 0.3)] {
            inside.stroke(
                &back,
                &linear((680.0, 1000.0), (800.0, 1010.0), &[(0.0, WARM_LIGHT, 0.0), (1.0, WARM_LIGHT, share)]),
                width,
            );
        }
    });
}

fn hoodie(group: &mut Canvas, look: &Look, table: f32) {
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
            shadow.stroke(&cord, &veil(cloth.darker(0.8), 0.25), 10.0)
        });
        group.stroke(&cord, &flat(look.scheme.trim), 10.0);
        group.fill(&rounded(512.0 + side * 66.0 - 9.0, 1268.0 + side * 14.0, 18.0, 34.0, 8.0), &flat(look.scheme.pad));
    }
}

fn sweater(group: &mut Canvas, look: &Look) {
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

fn collar(canvas: &mut Canvas, look: &Look) {
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
            for (shape, share) in [(leaf.clone(), 0.0), (mirrored(&leaf), 0.14)] {
                canvas.moved(Transform::from_translate(2.0, 9.0), |shadow| shadow.fill(&shape, &veil(dark, 0.28)));
                let white = Rgb::hex(0xff_fcf6).mix(dark, share);
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
        Outfit::Onesie | Outfit::Sweater | Outfit::Dungarees => {
            let tone = if look.outfit == Outfit::Dungarees {
                under_shirt(look).darker(0.12).mix(scheme.pad, 0.4)
            } else {
                scheme.trim
            };
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

/// Drawn for the viewer's left arm.
fn sleeve(canvas: &mut Canvas, look: &Look, cloth: Rgb, table: f32, lit: bool) {
    let reach = table - 1440.0;
    let arm = blob(&[
        (316.0, 1092.0),
        (248.0, 1140.0),
        (190.0, 1232.0),
        (158.0, 1320.0 + reach * 0.4),
        (172.0, 1408.0 + reach * 0.9),
        (214.0, 1464.0 + reach),
        (256.0, 1486.0 + reach),
        (286.0, 1470.0 + reach),
        (302.0, 1420.0 + reach),
        (304.0, 1366.0 + reach * 0.9),
        (298.0, 1310.0 + reach * 0.4),
        (322.0, 1222.0),
        (352.0, 1140.0),
    ]);
    let dark = cloth.darker(0.8);
    canvas.soft(area(100.0, 1080.0, 460.0, table + 60.0), 12.0, |soft| {
        soft.moved(Transform::from_translate(12.0, 14.0), |soft| soft.fill(&arm, &veil(dark, 0.4)));
    });
    canvas.fill(
        &arm,
        &linear(
            (170.0, 1120.0),
            (350.0, table),
            &[(0.0, cloth.lighter(0.26), 1.0), (0.5, cloth, 1.0), (1.0, cloth.darker(0.34), 1.0)],
        ),
    );
    canvas.clipped(&arm, |inside| {
        let trim = if look.outfit == Outfit::Dungarees {
            cloth.darker(0.12).mix(look.scheme.pad, 0.4)
        } else {
            look.scheme.trim
        };
        let striped = look.pattern == Pattern::Stripes || look.outfit == Outfit::Dungarees;
        if striped {
            for step in 0..8 {
                let y = 1150.0 + step as f32 * 58.0;
                inside.stroke(
                    &curve(&[(130.0, y + 26.0), (250.0, y + 4.0), (370.0, y + 24.0)]),
                    &veil(trim, 0.9),
                    23.0,
                );
            }
        } else {
            print(inside, look.pattern, trim, table);
        }
        inside.glow((330.0, 1330.0 + reach * 0.5), (80.0, 220.0), dark, 0.5);
        inside.glow((210.0, 1250.0), (70.0, 130.0), WHITE, if lit { 0.2 } else { 0.04 });
        if !lit {
            inside.glow((250.0, 1330.0), (170.0, 260.0), dark, 0.36);
            for (width, share) in [(34.0, 0.16), (13.0, 0.42)] {
                inside.stroke(
                    &arm,
                    &linear((300.0, 1200.0), (190.0, 1190.0), &[(0.0, WARM_LIGHT, 0.0), (1.0, WARM_LIGHT, share)]),
                    width,
                );
            }
        }
        for (from, by, to) in [
            ((176.0, 1352.0 + reach * 0.5), (214.0, 1372.0 + reach * 0.5), (264.0, 1362.0 + reach * 0.5)),
            ((186.0, 1396.0 + reach * 0.8), (226.0, 1410.0 + reach * 0.8), (270.0, 1396.0 + reach * 0.8)),
        ] {
            inside.stroke(&curve(&[from, by, to]), &veil(dark, 0.12), 8.0);
        }
    });
}

/// Both hands on the table's edge, with their cuffs.
pub fn hands(canvas: &mut Canvas, look: &Look, table: f32) {
    hand(canvas, look, table, true);
    canvas.moved(mirror(), |other| hand(other, look, table, false));
}

/// A chubby hand resting on the edge: a round back and four short fingers curled over it.
fn hand(canvas: &mut Canvas, look: &Look, table: f32, lit: bool) {
    let skin = look.skin;
    let shift = Transform::from_translate(0.0, table - 1440.0);
    canvas.moved(shift, |hand| {
        hand.soft(area(230.0, 1390.0, 520.0, 1570.0), 9.0, |soft| {
            soft.fill(&ellipse((372.0, 1500.0), (92.0, 18.0)), &veil(Rgb::hex(0x14_0812), 0.6));
        });
        for (x, y, turn) in [(418.0, 1468.0, -16.0), (318.0, 1474.0, 8.0), (385.0, 1480.0, -6.0), (350.0, 1482.0, 1.0)]
        {
            hand.moved(Transform::from_rotate_at(turn, x, y), |finger| {
                let shape = rounded(x - 22.0, y - 36.0, 44.0, 62.0, 22.0);
                let ink = [
                    (0.0, skin.light.mix(skin.mid, 0.5), 1.0),
                    (0.6, skin.mid, 1.0),
                    (1.0, skin.deep.mix(skin.blush, 0.18), 1.0),
                ];
                finger.fill(&shape, &linear((x - 8.0, y - 30.0), (x + 6.0, y + 28.0), &ink));
                finger.stroke(&curve(&[(x - 21.0, y - 6.0), (x - 20.0, y + 8.0)]), &veil(skin.shade, 0.3), 4.0);
                finger.stroke(&curve(&[(x + 21.0, y - 6.0), (x + 20.0, y + 8.0)]), &veil(skin.shade, 0.3), 4.0);
            });
        }
        let back = blob(&[
            (278.0, 1416.0),
            (322.0, 1388.0),
            (384.0, 1390.0),
            (430.0, 1416.0),
            (440.0, 1450.0),
            (404.0, 1470.0),
            (340.0, 1474.0),
            (290.0, 1462.0),
        ]);
        hand.fill(
            &back,
            &radial(
                (346.0, 1402.0),
                (120.0, 88.0),
                &[(0.0, skin.light, 1.0), (0.6, skin.light.mix(skin.mid, 0.7), 1.0), (1.0, skin.mid, 1.0)],
            ),
        );
        // Dimples where grown-ups have knuckles.
        for (x, y) in [(322.0, 1450.0), (352.0, 1456.0), (384.0, 1454.0), (412.0, 1444.0)] {
            hand.glow((x, y), (13.0, 8.0), skin.shade, 0.36);
            hand.glow((x, y + 10.0), (13.0, 7.0), skin.light, 0.4);
        }
        let thumb =
            [(404.0, 1412.0), (444.0, 1420.0), (466.0, 1446.0), (458.0, 1468.0), (432.0, 1466.0), (408.0, 1444.0)];
        hand.fill(
            &blob(&thumb),
            &linear(
                (410.0, 1412.0),
                (456.0, 1472.0),
                &[(0.0, skin.light.mix(skin.mid, 0.6), 1.0), (1.0, skin.deep.mix(skin.mid, 0.35), 1.0)],
            ),
        );
        hand.stroke(&curve(&[(404.0, 1440.0), (424.0, 1462.0), (440.0, 1468.0)]), &veil(skin.shade, 0.28), 4.0);
        if !lit {
            hand.clipped(&back, |inside| inside.glow((360.0, 1450.0), (150.0, 90.0), skin.shade, 0.22));
        }
        cuff(hand, look);
    });
}

fn cuff(hand: &mut Canvas, look: &Look) {
    let tone = if look.outfit == Outfit::Dungarees {
        under_shirt(look).darker(0.12).mix(look.scheme.pad, 0.4)
    } else {
        look.scheme.trim
    };
    let dark = look.scheme.cloth.darker(0.7);
    let shape = blob(&[
        (236.0, 1398.0),
        (262.0, 1374.0),
        (292.0, 1372.0),
        (312.0, 1398.0),
        (316.0, 1436.0),
        (304.0, 1470.0),
        (276.0, 1482.0),
        (246.0, 1466.0),
        (232.0, 1434.0),
    ]);
    hand.stroke(&shape, &veil(dark, 0.28), 9.0);
    hand.fill(
        &shape,
        &linear(
            (220.0, 1380.0),
            (310.0, 1490.0),
            &[(0.0, tone.lighter(0.3), 1.0), (0.5, tone, 1.0), (1.0, tone.mix(dark, 0.35), 1.0)],
        ),
    );
    hand.clipped(&shape, |inside| {
        for step in 0..6 {
            let x = 232.0 + step as f32 * 15.0;
            inside.stroke(&curve(&[(x, 1366.0), (x + 12.0, 1426.0), (x, 1486.0)]), &veil(dark, 0.16), 5.0);
        }
    });
}
