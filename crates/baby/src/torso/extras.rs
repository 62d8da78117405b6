//! What is worn over the clothes: cape, tutu, bib, bow tie, and a pacifier on its clip. Drawn for `body`, in its sprite,
//! so that all of it breathes with the chest.

use tiny_skia::{Path, Transform};

use crate::head::bare_head::WARM_LIGHT;
use crate::head::headwear;
use crate::looks::look::Look;
use crate::paint::canvas::{Canvas, flat, linear, radial, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{MIDDLE, Spot, area, blob, curve, disc, ellipse, heart, mirror, path, rounded, star};

/// What hangs down behind the back.
pub fn behind(canvas: &mut Canvas, look: &Look, table: f32) {
    if let Some(colour) = look.extras.cape {
        cape(canvas, colour, table);
    }
}

/// What stands out round the waist, behind the arms.
pub fn round_the_waist(canvas: &mut Canvas, look: &Look, table: f32) {
    if let Some(colour) = look.extras.tutu {
        tutu(canvas, colour, table);
    }
}

/// What lies on the chest, over the collar.
pub fn on_the_chest(canvas: &mut Canvas, look: &Look) {
    if let Some(colour) = look.extras.bib {
        bib(canvas, look, colour);
    }
    if let Some(colour) = look.extras.cape {
        clasp(canvas, colour);
    }
    if let Some(colour) = look.extras.pacifier {
        pacifier(canvas, look, colour);
    }
}

/// What sits right under the chin, out of its shadow.
pub fn at_the_neck(canvas: &mut Canvas, look: &Look) {
    if let Some(colour) = look.extras.bow_tie {
        let at = Transform::from_translate(MIDDLE, 1132.0).pre_scale(0.74, 0.74);
        canvas.moved(at, |tie| {
            tie.glow((4.0, 24.0), (170.0, 84.0), Rgb::hex(0x14_0812), 0.34);
            headwear::loops(tie, colour);
            tie.glow((10.0, -70.0), (190.0, 74.0), colour.darker(0.9), 0.4);
        });
    }
}

fn cape(canvas: &mut Canvas, colour: Rgb, table: f32) {
    let low = table + 30.0;
    let right: [Spot; 6] = [
        (600.0, 1016.0),
        (704.0, 1056.0),
        (804.0, 1130.0),
        (866.0, 1240.0),
        (898.0, 1240.0 + (low - 1240.0) * 0.55),
        (930.0, low),
    ];
    let spots: Vec<Spot> =
        right.iter().copied().chain(right.iter().rev().map(|&(x, y)| (2.0 * MIDDLE - x, y))).collect();
    let cloth = blob(&spots);
    let lining = colour.darker(0.16);
    canvas.fill(
        &cloth,
        &linear(
            (140.0, 1080.0),
            (880.0, low),
            &[
                (0.0, colour.lighter(0.14), 1.0),
                (0.35, colour, 1.0),
                (0.7, lining, 1.0),
                (1.0, colour.darker(0.5), 1.0),
            ],
        ),
    );
    canvas.clipped(&cloth, |inside| {
        for (top, bottom, width) in [
            (300.0, 96.0, 26.0),
            (330.0, 160.0, 34.0),
            (700.0, 862.0, 34.0),
            (726.0, 926.0, 24.0),
            (350.0, 226.0, 24.0),
        ] {
            let by = f32::midpoint(top, bottom);
            let fold = curve(&[(top, 1050.0), (by - (MIDDLE - by) * 0.22, 1230.0), (bottom, low + 10.0)]);
            inside.stroke(&fold, &veil(colour.darker(0.6), 0.34), width);
            inside.moved(Transform::from_translate(-width * 0.8, 0.0), |lit| {
                lit.stroke(&fold, &veil(colour.lighter(0.55), 0.3), width * 0.45);
            });
        }
        for (width, amount) in [(34.0, 0.2), (13.0, 0.5)] {
            inside.stroke(
                &cloth,
                &linear((760.0, 1100.0), (900.0, 1130.0), &[(0.0, WARM_LIGHT, 0.0), (1.0, WARM_LIGHT, amount)]),
                width,
            );
        }
    });
}

/// The cape's collar over both shoulders, held by a golden star.
fn clasp(canvas: &mut Canvas, colour: Rgb) {
    let drape = blob(&[
        (512.0, 1112.0),
        (430.0, 1092.0),
        (352.0, 1042.0),
        (284.0, 1066.0),
        (240.0, 1124.0),
        (300.0, 1128.0),
        (366.0, 1116.0),
        (440.0, 1146.0),
        (508.0, 1158.0),
    ]);
    let drawn = |canvas: &mut Canvas, lit: bool| {
        canvas.moved(Transform::from_translate(2.0, 12.0), |shadow| {
            shadow.fill(&drape, &veil(Rgb::hex(0x14_0812), 0.26));
        });
        let (near, far) = if lit { (colour.lighter(0.3), colour.darker(0.1)) } else { (colour, colour.darker(0.4)) };
        canvas.fill(&drape, &linear((300.0, 1040.0), (470.0, 1160.0), &[(0.0, near, 1.0), (1.0, far, 1.0)]));
        canvas.clipped(&drape, |inside| {
            for shift in [0.0, 22.0, 44.0] {
                let fold = curve(&[(270.0 + shift, 1126.0), (370.0, 1072.0 + shift * 0.9), (504.0, 1132.0)]);
                inside.stroke(&fold, &veil(colour.darker(0.6), 0.3), 7.0);
            }
        });
    };
    drawn(canvas, true);
    canvas.moved(mirror(), |other| drawn(other, false));
    let gold = Rgb::hex(0xff_cf4a);
    canvas.fill(&disc((514.0, 1144.0), 37.0), &veil(Rgb::hex(0x14_0812), 0.3));
    canvas.fill(
        &disc((512.0, 1136.0), 37.0),
        &radial(
            (500.0, 1120.0),
            (60.0, 60.0),
            &[(0.0, gold.lighter(0.7), 1.0), (0.5, gold, 1.0), (1.0, gold.darker(0.4), 1.0)],
        ),
    );
    canvas.stroke(&disc((512.0, 1136.0), 31.0), &veil(gold.darker(0.45), 0.6), 3.0);
    canvas.fill(&star((512.0, 1137.0), 25.0, 0.0), &flat(gold.lighter(0.7)));
}

/// A layer of tulle that stands out from the waist: highest at its sides, `hem` below in the middle, scalloped.
fn tulle(waist: f32, hem: f32, reach: f32, scallops: usize) -> Path {
    let edge = |t: f32| (MIDDLE + t * reach, waist + (hem - waist) * (1.0 - 0.5 * t.abs().powf(2.4)));
    path(|pen| {
        pen.move_to(MIDDLE - 180.0, waist - 10.0);
        let (first, last) = (edge(-1.0), edge(1.0));
        pen.quad_to(MIDDLE - reach * 0.72, waist - 14.0, first.0, first.1);
        let step = 2.0 / scallops as f32;
        for index in 0..scallops {
            let t = -1.0 + step * index as f32;
            let (by, to) = (edge(t + step / 2.0), edge(t + step));
            pen.quad_to(by.0 + (t + step / 2.0) * 18.0, by.1 + 40.0, to.0, to.1);
        }
        pen.line_to(last.0, last.1);
        pen.quad_to(MIDDLE + reach * 0.72, waist - 14.0, MIDDLE + 180.0, waist - 10.0);
        pen.quad_to(MIDDLE, waist + 26.0, MIDDLE - 180.0, waist - 10.0);
        pen.close();
    })
}

fn tutu(canvas: &mut Canvas, colour: Rgb, table: f32) {
    let waist = 1256.0 + (table - 1440.0) * 0.4;
    let length = table - waist - 34.0;
    for layer in 0..5 {
        let (down, reach) = (length * (1.0 - 0.155 * layer as f32), 440.0 - 30.0 * layer as f32);
        let shape = tulle(waist, waist + down, reach, 13 - layer);
        let tone = colour.lighter([0.0, 0.12, 0.24, 0.36, 0.48][layer]);
        canvas.soft(area(40.0, waist - 40.0, 984.0, table + 60.0), 8.0, |soft| {
            soft.moved(Transform::from_translate(0.0, 12.0), |soft| soft.fill(&shape, &veil(colour.darker(0.7), 0.3)));
        });
        canvas.fill(
            &shape,
            &linear(
                (200.0, waist),
                (840.0, waist + down),
                &[(0.0, tone.lighter(0.35), 0.94), (0.5, tone, 0.92), (1.0, tone.darker(0.26), 0.96)],
            ),
        );
        canvas.clipped(&shape, |inside| {
            for fold in -16..=16 {
                let across = fold as f32 / 16.0 + layer as f32 * 0.02;
                let fall = 1.0 - 0.5 * across.abs().powf(2.4);
                let line = curve(&[
                    (MIDDLE + across * 172.0, waist - 8.0),
                    (MIDDLE + across * reach * 0.72, waist + down * 0.3 * fall),
                    (MIDDLE + across * reach * 1.04, waist + down * fall + 30.0),
                ]);
                inside.stroke(&line, &veil(colour.darker(0.4), 0.18), 7.0);
                inside.moved(Transform::from_translate(-8.0, 0.0), |lit| lit.stroke(&line, &veil(WHITE, 0.3), 4.0));
            }
            inside.stroke(&shape, &veil(WHITE, 0.5), 7.0);
            inside.glow((880.0, waist + down * 0.5), (150.0, 150.0), colour.darker(0.8), 0.3);
        });
    }
    let band = curve(&[(MIDDLE - 186.0, waist - 4.0), (MIDDLE, waist + 20.0), (MIDDLE + 186.0, waist - 4.0)]);
    let satin = [(0.0, colour.lighter(0.25), 1.0), (0.5, colour.darker(0.04), 1.0), (1.0, colour.darker(0.35), 1.0)];
    canvas.stroke(&band, &linear((330.0, waist), (700.0, waist), &satin), 34.0);
    canvas.moved(Transform::from_translate(0.0, -9.0), |lit| lit.stroke(&band, &veil(WHITE, 0.35), 4.0));
    headwear::bow(canvas, colour, (MIDDLE - 60.0, waist + 16.0), 0.4, -4.0);
}

fn bib(canvas: &mut Canvas, look: &Look, colour: Rgb) {
    let edge =
        if look.scheme.pad.lightness() > colour.lightness() - 0.08 { colour.darker(0.4) } else { look.scheme.pad };
    let shape = blob(&[
        (512.0, 1104.0),
        (440.0, 1090.0),
        (392.0, 1052.0),
        (352.0, 1066.0),
        (344.0, 1140.0),
        (366.0, 1226.0),
        (426.0, 1292.0),
        (512.0, 1312.0),
        (598.0, 1292.0),
        (658.0, 1226.0),
        (680.0, 1140.0),
        (672.0, 1066.0),
        (632.0, 1052.0),
        (584.0, 1090.0),
    ]);
    canvas.soft(area(300.0, 1020.0, 730.0, 1380.0), 10.0, |soft| {
        soft.moved(Transform::from_translate(4.0, 16.0), |soft| soft.fill(&shape, &veil(Rgb::hex(0x14_0812), 0.42)));
    });
    canvas.fill(
        &shape,
        &linear(
            (370.0, 1070.0),
            (660.0, 1310.0),
            &[(0.0, colour.lighter(0.35), 1.0), (0.5, colour, 1.0), (1.0, colour.darker(0.2), 1.0)],
        ),
    );
    canvas.clipped(&shape, |inside| {
        // Towelling: rows of tiny loops.
        for row in 0..24 {
            for column in 0..30 {
                let at = (346.0 + column as f32 * 11.6 + (row % 2) as f32 * 5.8, 1062.0 + row as f32 * 10.6);
                inside.fill(&disc(at, 2.2), &veil(colour.darker(0.5), 0.1));
            }
        }
        inside.stroke(&shape, &flat(edge), 25.0);
        inside.stroke(&shape, &veil(WHITE, 0.22), 9.0);
    });
    let at = (500.0, 1204.0);
    sewn_heart(canvas, at, edge);
}

/// A heart sewn on with a seam.
fn sewn_heart(canvas: &mut Canvas, at: Spot, tone: Rgb) {
    canvas.fill(&heart((at.0 + 2.0, at.1 + 4.0), 46.0), &veil(Rgb::hex(0x14_0812), 0.2));
    canvas.fill(
        &heart(at, 46.0),
        &linear(
            (at.0 - 40.0, at.1 - 40.0),
            (at.0 + 40.0, at.1 + 46.0),
            &[(0.0, tone.lighter(0.3), 1.0), (1.0, tone, 1.0)],
        ),
    );
    canvas.stroke(&heart(at, 38.0), &veil(WHITE, 0.6), 3.0);
}

/// A pacifier that hangs from a clip on the chest by its ribbon.
fn pacifier(canvas: &mut Canvas, look: &Look, colour: Rgb) {
    let (clip, end) = ((410.0, 1166.0), (420.0, 1322.0));
    let ribbon = curve(&[clip, (382.0, 1216.0), (390.0, 1272.0), end]);
    let band = look.scheme.trim.mix(colour, 0.25);
    canvas.moved(Transform::from_translate(5.0, 9.0), |shadow| {
        shadow.stroke(&ribbon, &veil(Rgb::hex(0x14_0812), 0.26), 24.0);
        shadow.fill(&ellipse((end.0, end.1 + 26.0), (66.0, 44.0)), &veil(Rgb::hex(0x14_0812), 0.26));
    });
    canvas.stroke(&ribbon, &flat(band.darker(0.3)), 25.0);
    canvas.stroke(
        &ribbon,
        &linear((380.0, 1160.0), (420.0, 1180.0), &[(0.0, band.lighter(0.3), 1.0), (1.0, band, 1.0)]),
        21.0,
    );
    for at in [(390.0, 1200.0), (384.0, 1232.0), (388.0, 1262.0), (400.0, 1290.0)] {
        canvas.fill(&disc(at, 5.6), &veil(colour, 0.95));
    }
    let ball = |at: Spot, size: f32, tone: Rgb| {
        radial(
            (at.0 - size * 0.35, at.1 - size * 0.45),
            (size * 1.6, size * 1.6),
            &[(0.0, tone.lighter(0.65), 1.0), (0.45, tone, 1.0), (1.0, tone.darker(0.4), 1.0)],
        )
    };
    canvas.moved(Transform::from_rotate_at(16.0, clip.0, clip.1), |group| {
        let metal = [(0.0, Rgb::hex(0xf4_f5fa), 1.0), (0.5, Rgb::hex(0xb0_b4c4), 1.0), (1.0, Rgb::hex(0x70_7486), 1.0)];
        group.fill(
            &rounded(clip.0 - 17.0, clip.1 - 40.0, 34.0, 40.0, 9.0),
            &linear((clip.0 - 17.0, 0.0), (clip.0 + 17.0, 0.0), &metal),
        );
    });
    canvas.fill(&disc(clip, 29.0), &ball(clip, 29.0, colour));
    canvas.fill(&heart((clip.0, clip.1 + 1.0), 13.0), &veil(WHITE, 0.9));
    let at = (end.0, end.1 + 22.0);
    let ring = ellipse((at.0 + 3.0, at.1 + 34.0), (27.0, 30.0));
    canvas.stroke(&ring, &flat(colour.darker(0.45)), 14.0);
    canvas.stroke(
        &ring,
        &linear((at.0 - 26.0, 0.0), (at.0 + 30.0, 0.0), &[(0.0, colour.lighter(0.5), 1.0), (1.0, colour, 1.0)]),
        10.0,
    );
    let shield = blob(&[
        (at.0, at.1 - 31.0),
        (at.0 + 46.0, at.1 - 38.0),
        (at.0 + 70.0, at.1),
        (at.0 + 46.0, at.1 + 36.0),
        (at.0, at.1 + 29.0),
        (at.0 - 46.0, at.1 + 36.0),
        (at.0 - 70.0, at.1),
        (at.0 - 46.0, at.1 - 38.0),
    ]);
    canvas.fill(&shield, &ball(at, 58.0, colour.lighter(0.25)));
    canvas.stroke(&shield, &veil(colour.darker(0.45), 0.45), 4.0);
    for side in [-1.0, 1.0] {
        canvas.fill(&ellipse((at.0 + side * 44.0, at.1), (9.0, 12.0)), &veil(colour.darker(0.6), 0.5));
    }
    canvas.fill(&disc(at, 25.0), &ball(at, 25.0, Rgb::hex(0xff_fcf4)));
    canvas.stroke(
        &curve(&[(at.0 - 52.0, at.1 - 12.0), (at.0 - 40.0, at.1 - 25.0), (at.0 - 20.0, at.1 - 24.0)]),
        &veil(WHITE, 0.7),
        6.0,
    );
}
