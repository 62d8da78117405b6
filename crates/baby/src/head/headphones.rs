//! The big over-ear headphones. Drawn once into the head sprite, over hair and hats.

use tiny_skia::{Path, Transform};

use crate::head::bare_head::WARM_LIGHT;
use crate::looks::look::Look;
use crate::looks::wardrobe::{HeadphoneTrim, HeadwearKind};
use crate::paint::canvas::{Canvas, flat, linear, radial, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{Spot, area, blob, brush, curve, ellipse, heart, mirror, mirrored, path, rounded, star};

pub fn draw(canvas: &mut Canvas, look: &Look) {
    let hatted = look.headwear.is_some_and(|wear| matches!(wear.kind, HeadwearKind::Bonnet | HeadwearKind::Beanie));
    if !hatted {
        ears_on_top(canvas, look);
    }
    band(canvas, look);
    cup(canvas, look, true);
    canvas.moved(mirror(), |other| cup(other, look, false));
}

fn arc(inset: f32) -> Path {
    path(|pen| {
        pen.move_to(152.0 + inset, 640.0);
        pen.cubic_to(146.0 + inset, 340.0, 310.0, 206.0 + inset, 512.0, 206.0 + inset);
        pen.cubic_to(714.0, 206.0 + inset, 878.0 - inset, 340.0, 872.0 - inset, 640.0);
    })
}

fn band(canvas: &mut Canvas, look: &Look) {
    let (shell, pad) = (look.scheme.shell, look.scheme.pad);
    // What the band throws on hair and brow.
    canvas.soft(area(100.0, 150.0, 924.0, 720.0), 9.0, |soft| {
        soft.moved(Transform::from_translate(0.0, 14.0), |soft| {
            soft.stroke(&arc(16.0), &veil(Rgb::hex(0x12_0814), 0.34), 60.0);
        });
    });
    let metal = [
        (0.0, shell.darker(0.34), 1.0),
        (0.22, shell.lighter(0.35), 1.0),
        (0.5, shell, 1.0),
        (0.8, shell.darker(0.16), 1.0),
        (1.0, shell.darker(0.45), 1.0),
    ];
    let under: Vec<Spot> = (0..=20)
        .map(|step| {
            let angle = (-160.0 + step as f32 * 7.0_f32).to_radians();
            (512.0 + angle.cos() * 322.0, 548.0 + angle.sin() * 306.0)
        })
        .collect();
    let cushion = brush(&under, |t| 46.0 * (4.0 * t * (1.0 - t)).powf(0.35));
    let soft = [(0.0, pad.darker(0.12), 1.0), (0.5, pad, 1.0), (1.0, pad.darker(0.4), 1.0)];
    canvas.fill(&cushion, &linear((250.0, 240.0), (774.0, 380.0), &soft));
    for index in 0..9 {
        let angle = (-142.0 + index as f32 * 13.0_f32).to_radians();
        let at = (512.0 + angle.cos() * 304.0, 548.0 + angle.sin() * 288.0);
        let seam = curve(&[at, (at.0 + angle.cos() * 22.0, at.1 + angle.sin() * 22.0)]);
        canvas.stroke(&seam, &veil(pad.darker(0.55), 0.4), 4.0);
    }
    canvas.stroke(&arc(0.0), &veil(shell.darker(0.55), 1.0), 62.0);
    canvas.stroke(&arc(0.0), &linear((140.0, 600.0), (884.0, 500.0), &metal), 57.0);
    let lit = path(|pen| {
        pen.move_to(150.0, 520.0);
        pen.cubic_to(168.0, 330.0, 316.0, 192.0, 504.0, 190.0);
    });
    canvas.stroke(&lit, &veil(WHITE, if shell.lightness() > 0.5 { 0.85 } else { 0.34 }), 9.0);
    let rim = path(|pen| {
        pen.move_to(560.0, 184.0);
        pen.cubic_to(724.0, 196.0, 866.0, 320.0, 886.0, 560.0);
    });
    canvas.stroke(
        &rim,
        &linear((560.0, 200.0), (860.0, 400.0), &[(0.0, WARM_LIGHT, 0.0), (1.0, WARM_LIGHT, 0.85)]),
        9.0,
    );
}

/// One side, drawn for the viewer's left; the other is its mirror image in shadow.
fn cup(canvas: &mut Canvas, look: &Look, lit: bool) {
    let (shell, pad) = (look.scheme.shell, look.scheme.pad);
    let dark = Rgb::hex(0x1c_1822);
    // The yoke that holds the cup.
    let yoke = rounded(132.0, 520.0, 40.0, 120.0, 18.0);
    canvas.fill(
        &yoke,
        &linear(
            (132.0, 0.0),
            (172.0, 0.0),
            &[(0.0, Rgb::hex(0x6e_7080), 1.0), (0.4, Rgb::hex(0xd8_dae6), 1.0), (1.0, Rgb::hex(0x55_5664), 1.0)],
        ),
    );
    canvas.soft(area(60.0, 540.0, 330.0, 920.0), 10.0, |soft| {
        soft.fill(&rounded(150.0, 596.0, 92.0, 240.0, 46.0), &veil(Rgb::hex(0x16_080c), 0.5));
    });
    let cushion = blob(&[
        (190.0, 574.0),
        (222.0, 596.0),
        (238.0, 660.0),
        (240.0, 710.0),
        (234.0, 770.0),
        (216.0, 824.0),
        (186.0, 840.0),
        (150.0, 820.0),
        (140.0, 700.0),
        (152.0, 590.0),
    ]);
    canvas.fill(
        &cushion,
        &linear(
            (150.0, 0.0),
            (244.0, 0.0),
            &[(0.0, dark, 1.0), (0.55, dark.mix(pad, 0.18), 1.0), (0.78, dark.lighter(0.24), 1.0), (1.0, dark, 1.0)],
        ),
    );
    let seam = curve(&[(206.0, 584.0), (222.0, 650.0), (225.0, 710.0), (220.0, 766.0), (204.0, 830.0)]);
    canvas.stroke(&seam, &veil(WHITE, 0.14), 4.0);
    let shape = blob(&[
        (142.0, 558.0),
        (180.0, 574.0),
        (202.0, 632.0),
        (208.0, 706.0),
        (202.0, 780.0),
        (180.0, 838.0),
        (142.0, 854.0),
        (104.0, 838.0),
        (80.0, 780.0),
        (74.0, 706.0),
        (80.0, 632.0),
        (104.0, 574.0),
    ]);
    canvas.fill(
        &shape,
        &linear(
            (70.0, 560.0),
            (214.0, 850.0),
            &[(0.0, shell.lighter(0.45), 1.0), (0.4, shell, 1.0), (1.0, shell.darker(0.42), 1.0)],
        ),
    );
    canvas.clipped(&shape, |inside| {
        inside.stroke(&shape, &veil(WHITE, if lit { 0.5 } else { 0.2 }), 6.0);
        if !lit {
            inside.fill(
                &rounded(60.0, 540.0, 160.0, 330.0, 1.0),
                &linear(
                    (76.0, 0.0),
                    (210.0, 0.0),
                    &[
                        (0.0, WARM_LIGHT, 0.5),
                        (0.16, WARM_LIGHT, 0.10),
                        (0.4, Rgb::hex(0x1a_0a20), 0.10),
                        (1.0, Rgb::hex(0x1a_0a20), 0.34),
                    ],
                ),
            );
        }
    });
    let disc = ellipse((141.0, 706.0), (44.0, 104.0));
    canvas.stroke(&disc, &veil(shell.darker(0.5), 0.45), 7.0);
    canvas.fill(
        &disc,
        &radial(
            (124.0, 660.0),
            (76.0, 170.0),
            &[(0.0, pad.lighter(0.42), 1.0), (0.5, pad, 1.0), (1.0, pad.darker(0.38), 1.0)],
        ),
    );
    emblem(canvas, look.headphones, pad, (141.0, 712.0));
    let gleam = curve(&[(112.0, 690.0), (116.0, 648.0), (132.0, 620.0)]);
    canvas.stroke(&gleam, &veil(WHITE, if lit { 0.75 } else { 0.3 }), 9.0);
}

fn emblem(canvas: &mut Canvas, trim: HeadphoneTrim, pad: Rgb, at: Spot) {
    let tone = if pad.lightness() > 0.72 { pad.darker(0.5) } else { pad.lighter(0.82) };
    // Seen from the side, everything on the cup is narrower.
    canvas.moved(Transform::from_translate(at.0, at.1).pre_scale(0.62, 1.0), |group| match trim {
        HeadphoneTrim::Star => group.fill(&star((0.0, 0.0), 48.0, 0.0), &flat(tone)),
        HeadphoneTrim::Heart => group.fill(&heart((0.0, 2.0), 36.0), &flat(tone)),
        HeadphoneTrim::BearEars | HeadphoneTrim::CatEars => {
            group.fill(&ellipse((0.0, 18.0), (26.0, 20.0)), &flat(tone));
            for (x, y) in [(-30.0, -8.0), (-11.0, -24.0), (11.0, -24.0), (30.0, -8.0)] {
                group.fill(&ellipse((x, y), (9.5, 11.0)), &flat(tone));
            }
        }
        HeadphoneTrim::Plain => {
            for (reach, amount) in [(52.0, 0.5), (34.0, 0.6), (16.0, 0.8)] {
                group.stroke(&ellipse((0.0, -4.0), (reach * 0.8, reach)), &veil(tone, amount), 6.0);
            }
        }
    });
}

fn ears_on_top(canvas: &mut Canvas, look: &Look) {
    let (shell, pad) = (look.scheme.shell, look.scheme.pad);
    let (outer, inner) = match look.headphones {
        HeadphoneTrim::BearEars => (
            blob(&[
                (262.0, 320.0),
                (196.0, 284.0),
                (180.0, 208.0),
                (226.0, 144.0),
                (304.0, 138.0),
                (360.0, 186.0),
                (366.0, 250.0),
            ]),
            blob(&[
                (270.0, 286.0),
                (226.0, 262.0),
                (216.0, 214.0),
                (248.0, 178.0),
                (298.0, 176.0),
                (328.0, 208.0),
                (330.0, 248.0),
            ]),
        ),
        HeadphoneTrim::CatEars => (cat_ear(1.0), cat_ear(0.6)),
        _ => return,
    };
    for (outer, inner, lit) in [(outer.clone(), inner.clone(), true), (mirrored(&outer), mirrored(&inner), false)] {
        let (from, to) = if lit { ((190.0, 140.0), (360.0, 320.0)) } else { ((664.0, 140.0), (840.0, 320.0)) };
        canvas.fill(
            &outer,
            &linear(from, to, &[(0.0, shell.lighter(0.4), 1.0), (0.5, shell, 1.0), (1.0, shell.darker(0.4), 1.0)]),
        );
        canvas.fill(&inner, &linear(from, to, &[(0.0, pad.darker(0.18), 1.0), (1.0, pad.lighter(0.25), 1.0)]));
        if !lit {
            canvas.clipped(&outer, |ear| ear.stroke(&outer, &veil(WARM_LIGHT, 0.55), 10.0));
        }
    }
}

fn cat_ear(scale: f32) -> Path {
    let at = |x: f32, y: f32| (280.0 + (x - 280.0) * scale, 246.0 + (y - 246.0) * scale);
    let (left, tip, right) = (at(206.0, 340.0), at(204.0, 118.0), at(372.0, 230.0));
    path(|pen| {
        pen.move_to(left.0, left.1);
        pen.cubic_to(
            left.0 - 26.0 * scale,
            left.1 - 90.0 * scale,
            tip.0 - 22.0 * scale,
            tip.1 + 40.0 * scale,
            tip.0 + 2.0,
            tip.1 + 12.0 * scale,
        );
        pen.quad_to(tip.0 + 8.0 * scale, tip.1 - 8.0 * scale, tip.0 + 28.0 * scale, tip.1 + 6.0 * scale);
        pen.cubic_to(
            tip.0 + 80.0 * scale,
            tip.1 + 34.0 * scale,
            right.0 - 26.0 * scale,
            right.1 - 40.0 * scale,
            right.0,
            right.1,
        );
        pen.close();
    })
}
