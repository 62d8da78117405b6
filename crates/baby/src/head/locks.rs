//! Hair in locks: what stands up, is gathered in ties or peeks out of a hat. Drawn for `hair`.

use tiny_skia::Transform;

use crate::head::bare_head;
use crate::looks::look::{Look, Scatter};
use crate::paint::canvas::{Canvas, linear, radial, veil};
use crate::paint::palette::Rgb;
use crate::paint::shape::{Spot, area, blob, brush, curve, ellipse, on_quadratic, rounded, strand};

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

/// A puff on the side of the head, gathered by a tie.
pub fn bunch(canvas: &mut Canvas, look: &Look, lit: bool) {
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
            let angle = (46.0 + index as f32 * 7.0_f32 + scatter.between(-3.0, 3.0)).to_radians();
            let end = (150.0 + angle.cos() * 150.0, 350.0 - angle.sin() * 170.0);
            let by = (f32::midpoint(270.0, end.0) + scatter.between(-20.0, 10.0), f32::midpoint(340.0, end.1) - 46.0);
            let tone = if index % 2 == 0 { hair.light } else { hair.deep };
            group.fill(&strand((276.0, 352.0), by, end, scatter.between(4.0, 10.0)), &veil(tone, 0.34));
        }
        if !lit {
            group.stroke(&puff, &veil(bare_head::WARM_LIGHT.mix(hair.light, 0.3), 0.4), 14.0);
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

pub fn bun(canvas: &mut Canvas, look: &Look, lit: bool) {
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
    let amount = if lit { 0.38 } else { 0.14 };
    canvas.fill(
        &ball,
        &radial(
            (236.0, 210.0),
            (150.0, 150.0),
            &[(0.0, hair.mid.mix(hair.light, amount), 1.0), (0.55, hair.mid, 1.0), (1.0, hair.deep, 1.0)],
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
            group.stroke(&ball, &veil(bare_head::WARM_LIGHT.mix(hair.light, 0.3), 0.4), 12.0);
        }
    });
    tie(canvas, look.scheme.pad, (318.0, 322.0), 34.0);
}

pub fn peeking(canvas: &mut Canvas, look: &Look) {
    for (root, by, tip, width) in [
        ((470.0, 420.0), (440.0, 476.0), (476.0, 520.0), 46.0),
        ((548.0, 420.0), (580.0, 470.0), (552.0, 510.0), 42.0),
        ((510.0, 416.0), (490.0, 486.0), (530.0, 542.0), 56.0),
    ] {
        lock(canvas, look, root, by, tip, width);
    }
}

/// The one curl every cartoon baby is born with.
pub fn tuft(canvas: &mut Canvas, look: &Look) {
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
pub fn fountain(canvas: &mut Canvas, look: &Look) {
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
pub fn crest(canvas: &mut Canvas, look: &Look) {
    let hair = look.hair_colour;
    let wave = blob(&[
        (560.0, 402.0),
        (500.0, 404.0),
        (446.0, 366.0),
        (428.0, 300.0),
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
        (622.0, 300.0),
        (612.0, 364.0),
    ]);
    let outline = bare_head::outline(look.build);
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
            let (tone, amount) = if index % 2 == 0 { (hair.light, 0.34) } else { (hair.deep, 0.4) };
            group.fill(&strand(from, by, tip, scatter.between(4.0, 12.0)), &veil(tone, amount));
        }
        let rim = bare_head::WARM_LIGHT.mix(hair.light, 0.3);
        group.stroke(&wave, &linear((560.0, 0.0), (640.0, 0.0), &[(0.0, rim, 0.0), (1.0, rim, 0.5)]), 14.0);
    });
}
