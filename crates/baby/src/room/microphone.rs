//! The microphone on its boom, from the lower right towards the mouth and never over it. Drawn once into the front
//! sprite; `stage` says how far below the portrait's place it hangs.

use tiny_skia::Transform;

use crate::head::bare_head::WARM_LIGHT;
use crate::looks::look::Look;
use crate::paint::canvas::{Canvas, flat, linear, radial, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{Spot, area, curve, disc, ellipse, path, rounded};

const STEEL: [(f32, Rgb, f32); 5] = [
    (0.0, Rgb::hex(0x24_2630), 1.0),
    (0.3, Rgb::hex(0xa4_a9ba), 1.0),
    (0.5, Rgb::hex(0x5c_6070), 1.0),
    (0.85, Rgb::hex(0x1c_1d26), 1.0),
    (1.0, Rgb::hex(0x3a_3a44), 1.0),
];

pub fn draw(canvas: &mut Canvas, look: &Look) {
    let accent = look.scheme.pad;
    canvas.soft(area(540.0, 1000.0, 1060.0, 1560.0), 16.0, |soft| {
        soft.moved(Transform::from_translate(-16.0, 26.0), |soft| {
            soft.stroke(
                &curve(&[(1060.0, 1480.0), (872.0, 1262.0), (770.0, 1196.0)]),
                &veil(Rgb::hex(0x10_0612), 0.4),
                40.0,
            );
            soft.fill(&ellipse((700.0, 1136.0), (96.0, 130.0)), &veil(Rgb::hex(0x10_0612), 0.5));
        });
    });
    boom(canvas);
    canvas.moved(
        Transform::from_translate(40.0, 22.0).pre_concat(Transform::from_rotate_at(-38.0, 690.0, 1150.0)),
        |mic| {
            basket(mic);
            mic_body(mic, accent);
        },
    );
}

fn boom(canvas: &mut Canvas) {
    let arm = [(1320.0, 1776.0), (892.0, 1278.0)];
    let (dx, dy): Spot = (13.0, -11.0);
    canvas.stroke(&curve(&arm), &linear((990.0 - dx, 1390.0 - dy), (990.0 + dx, 1390.0 + dy), &STEEL), 34.0);
    canvas.moved(Transform::from_translate(9.0, -8.0), |rim| rim.stroke(&curve(&arm), &veil(WARM_LIGHT, 0.5), 4.0));
    let neck = [(892.0, 1278.0), (790.0, 1222.0)];
    canvas.stroke(
        &curve(&neck),
        &linear(
            (834.0, 1268.0),
            (846.0, 1238.0),
            &[(0.0, Rgb::hex(0x1c_1d26), 1.0), (0.6, Rgb::hex(0x80_8496), 1.0), (1.0, Rgb::hex(0x33_3540), 1.0)],
        ),
        26.0,
    );
    let joint = disc((892.0, 1276.0), 33.0);
    canvas.fill(
        &joint,
        &radial(
            (882.0, 1262.0),
            (44.0, 44.0),
            &[(0.0, Rgb::hex(0x8e_93a4), 1.0), (0.5, Rgb::hex(0x44_4754), 1.0), (1.0, Rgb::hex(0x1a_1b22), 1.0)],
        ),
    );
    canvas.fill(
        &disc((892.0, 1276.0), 13.0),
        &radial((888.0, 1271.0), (16.0, 16.0), &[(0.0, Rgb::hex(0xe8_eaf2), 1.0), (1.0, Rgb::hex(0x6a_6e7c), 1.0)]),
    );
}

fn basket(mic: &mut Canvas) {
    let shape = path(|pen| {
        pen.move_to(608.0, 1132.0);
        pen.line_to(608.0, 1064.0);
        pen.cubic_to(608.0, 1006.0, 644.0, 976.0, 690.0, 976.0);
        pen.cubic_to(736.0, 976.0, 772.0, 1006.0, 772.0, 1064.0);
        pen.line_to(772.0, 1132.0);
        pen.close();
    });
    mic.fill(&shape, &flat(Rgb::hex(0x1c_1e27)));
    mic.clipped(&shape, |mesh| {
        for row in 0..16 {
            for column in 0..15 {
                let x = 606.0 + column as f32 * 12.4 + if row % 2 == 0 { 0.0 } else { 6.2 };
                let y = 974.0 + row as f32 * 10.8;
                // Wires crowd together towards the edges of the round basket.
                let bulge = 690.0 + ((x - 690.0) / 88.0).clamp(-1.0, 1.0).asin() * 54.0;
                mesh.fill(&disc((bulge, y), 3.9), &flat(Rgb::hex(0x6d_7182)));
            }
        }
        mesh.fill(
            &shape,
            &linear(
                (606.0, 0.0),
                (774.0, 0.0),
                &[
                    (0.0, Rgb::hex(0x0a_0a10), 0.6),
                    (0.28, WHITE, 0.16),
                    (0.5, Rgb::hex(0x0a_0a10), 0.10),
                    (1.0, Rgb::hex(0x08_0810), 0.72),
                ],
            ),
        );
        mesh.glow((646.0, 1024.0), (40.0, 56.0), WHITE, 0.5);
        mesh.stroke(
            &shape,
            &linear((720.0, 0.0), (774.0, 0.0), &[(0.0, WARM_LIGHT, 0.0), (1.0, WARM_LIGHT, 0.85)]),
            14.0,
        );
    });
    mic.stroke(&curve(&[(690.0, 978.0), (690.0, 1126.0)]), &veil(Rgb::hex(0xa4_a9ba), 0.55), 7.0);
}

fn mic_body(mic: &mut Canvas, accent: Rgb) {
    let dark = [
        (0.0, Rgb::hex(0x12_131a), 1.0),
        (0.3, Rgb::hex(0x5a_5e6e), 1.0),
        (0.55, Rgb::hex(0x2e_303c), 1.0),
        (1.0, Rgb::hex(0x0e_0f15), 1.0),
    ];
    mic.fill(&rounded(618.0, 1136.0, 144.0, 176.0, 40.0), &linear((618.0, 0.0), (762.0, 0.0), &dark));
    mic.fill(&rounded(626.0, 1258.0, 128.0, 54.0, 26.0), &linear((618.0, 0.0), (762.0, 0.0), &STEEL));
    let ring = [
        (0.0, accent.darker(0.45), 1.0),
        (0.3, accent.lighter(0.5), 1.0),
        (0.55, accent, 1.0),
        (1.0, accent.darker(0.5), 1.0),
    ];
    mic.fill(&rounded(615.0, 1154.0, 150.0, 22.0, 9.0), &linear((615.0, 0.0), (765.0, 0.0), &ring));
    mic.fill(&rounded(602.0, 1118.0, 176.0, 28.0, 13.0), &linear((602.0, 0.0), (778.0, 0.0), &STEEL));
    mic.fill(&disc((690.0, 1216.0), 15.0), &flat(Rgb::hex(0x14_151c)));
    mic.glow((690.0, 1216.0), (26.0, 26.0), Rgb::hex(0xff_4a3c), 0.7);
    mic.fill(&disc((690.0, 1216.0), 8.0), &flat(Rgb::hex(0xff_7a66)));
    mic.fill(&rounded(640.0, 1182.0, 8.0, 70.0, 4.0), &veil(WHITE, 0.4));
    mic.fill(&rounded(752.0, 1150.0, 7.0, 140.0, 3.5), &veil(WARM_LIGHT, 0.6));
}
