//! The table in the foreground, its front and the toy that lies on it, in focus. Drawn once by `background` and
//! `stage`.

use tiny_skia::Transform;

use crate::head::bare_head::WARM_LIGHT;
use crate::looks::framing::Framing;
use crate::looks::look::Look;
use crate::looks::wardrobe::Toy;
use crate::paint::canvas::{Canvas, flat, linear, radial, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{Spot, area, blob, curve, disc, ellipse, rounded, star};

/// The table's edge in the foreground, its front below, and a toy on it.
pub fn draw(canvas: &mut Canvas, look: &Look, framing: Framing) {
    let edge = framing.visible();
    let table = framing.table();
    let (left, width) = (edge.left() - 10.0, edge.width() + 20.0);
    let wood = Rgb::hex(0xc0_8450).mix(look.scheme.curtain, 0.16);
    let below = edge.bottom() - table + 20.0;
    canvas.fill(
        &rounded(left, table, width, below, 2.0),
        &linear(
            (0.0, table),
            (0.0, table + 96.0),
            &[(0.0, wood.darker(0.25), 1.0), (0.5, wood, 1.0), (1.0, wood.lighter(0.22), 1.0)],
        ),
    );
    let lip = table + 64.0;
    canvas.fill(
        &rounded(left, lip, width, 20.0, 2.0),
        &linear((0.0, lip), (0.0, lip + 20.0), &[(0.0, wood.lighter(0.5), 1.0), (1.0, wood.darker(0.15), 1.0)]),
    );
    let front = lip + 20.0;
    canvas.fill(
        &rounded(left, front, width, below, 2.0),
        &linear(
            (0.0, front),
            (0.0, front + 420.0),
            &[(0.0, wood.darker(0.62), 1.0), (0.25, wood.darker(0.46), 1.0), (1.0, wood.darker(0.86), 1.0)],
        ),
    );
    canvas.glow((edge.right() - 120.0, table + 40.0), (460.0, 90.0), WARM_LIGHT, 0.5);
    canvas.glow((512.0, table + 6.0), (420.0, 46.0), Rgb::hex(0x1a_0a10), 0.5);
    for line in 0..5 {
        let y = table + 12.0 + line as f32 * 11.0;
        canvas.stroke(
            &curve(&[(left, y), (360.0, y + 3.0), (700.0, y - 2.0), (left + width, y + 2.0)]),
            &veil(wood.darker(0.5), 0.12),
            2.5,
        );
    }
    sound_bars(canvas, look, framing, front);
}

/// The studio's emblem on the table's front: bars of sound in the colours of the headphones.
fn sound_bars(canvas: &mut Canvas, look: &Look, framing: Framing, front: f32) {
    let room = framing.visible().bottom() - front;
    if room < 200.0 {
        return;
    }
    let middle = front + room * 0.5;
    for index in -8_i32..=8 {
        let x = 512.0 + index as f32 * 46.0;
        let swing = (index as f32 * 1.7).sin().abs() * 0.6 + 0.4;
        let height = room * 0.5 * swing * (1.0 - (index as f32 / 11.0).powi(2));
        let tone = look.scheme.pad.mix(look.scheme.cloth, (index as f32 + 8.0) / 16.0);
        canvas.glow((x, middle), (40.0, height * 0.7), tone, 0.2);
        canvas.fill(
            &rounded(x - 11.0, middle - height / 2.0, 22.0, height, 11.0),
            &linear(
                (x, middle - height / 2.0),
                (x, middle + height / 2.0),
                &[(0.0, tone.lighter(0.3), 0.9), (1.0, tone.darker(0.3), 0.9)],
            ),
        );
    }
}

/// What lies on the table, in focus, between the hands. Drawn into the front sprite.
pub fn toy(canvas: &mut Canvas, look: &Look, table: f32) {
    let shift = Transform::from_translate(-16.0, table - 1440.0);
    canvas.moved(shift, |toys| {
        toys.soft(area(16.0, 1440.0, 340.0, 1560.0), 9.0, |soft| {
            soft.fill(&ellipse((142.0, 1502.0), (96.0, 16.0)), &veil(Rgb::hex(0x14_0812), 0.6));
        });
        match look.toy {
            Toy::Duck => duck(toys),
            Toy::Blocks => blocks(toys, look),
            Toy::Rattle => rattle(toys, look),
            Toy::Bottle => bottle(toys),
        }
    });
}

fn ball_ink(centre: Spot, radius: f32, tone: Rgb) -> crate::paint::canvas::Ink {
    radial(
        (centre.0 - radius * 0.35, centre.1 - radius * 0.45),
        (radius * 1.55, radius * 1.55),
        &[(0.0, tone.lighter(0.6), 1.0), (0.4, tone, 1.0), (1.0, tone.darker(0.45), 1.0)],
    )
}

fn duck(toys: &mut Canvas) {
    let yellow = Rgb::hex(0xff_cf3e);
    let body = blob(&[
        (62.0, 1430.0),
        (96.0, 1446.0),
        (150.0, 1432.0),
        (212.0, 1440.0),
        (222.0, 1476.0),
        (184.0, 1506.0),
        (110.0, 1506.0),
        (70.0, 1480.0),
    ]);
    toys.fill(
        &body,
        &linear(
            (70.0, 1420.0),
            (200.0, 1520.0),
            &[(0.0, yellow.lighter(0.5), 1.0), (0.4, yellow, 1.0), (1.0, yellow.darker(0.4), 1.0)],
        ),
    );
    let wing = blob(&[(100.0, 1456.0), (144.0, 1452.0), (164.0, 1470.0), (130.0, 1488.0), (102.0, 1478.0)]);
    toys.fill(&wing, &veil(yellow.darker(0.3), 0.5));
    toys.fill(&disc((184.0, 1398.0), 46.0), &ball_ink((184.0, 1398.0), 46.0, yellow));
    let beak = blob(&[(218.0, 1392.0), (248.0, 1396.0), (254.0, 1408.0), (236.0, 1418.0), (216.0, 1412.0)]);
    toys.fill(
        &beak,
        &linear((0.0, 1392.0), (0.0, 1418.0), &[(0.0, Rgb::hex(0xff_9a3c), 1.0), (1.0, Rgb::hex(0xd2_5a1c), 1.0)]),
    );
    toys.fill(&disc((196.0, 1388.0), 8.0), &flat(Rgb::hex(0x1c_1014)));
    toys.fill(&disc((193.5, 1385.0), 2.8), &flat(WHITE));
}

fn blocks(toys: &mut Canvas, look: &Look) {
    for (x, y, tone, turn) in [
        (46.0, 1410.0, look.scheme.pad, 0.0),
        (146.0, 1410.0, Rgb::hex(0x5a_9be6), 0.0),
        (98.0, 1314.0, Rgb::hex(0xf9_c74a), -5.0),
    ] {
        toys.moved(Transform::from_rotate_at(turn, x + 47.0, y + 96.0), |block| {
            block.fill(
                &rounded(x, y, 95.0, 95.0, 14.0),
                &linear(
                    (x, y),
                    (x + 95.0, y + 95.0),
                    &[(0.0, tone.lighter(0.4), 1.0), (0.5, tone, 1.0), (1.0, tone.darker(0.4), 1.0)],
                ),
            );
            block.fill(&rounded(x + 12.0, y + 12.0, 71.0, 71.0, 9.0), &veil(WHITE, 0.24));
            block.fill(&star((x + 47.0, y + 48.0), 27.0, 0.0), &veil(tone.darker(0.4), 0.9));
        });
    }
}

fn rattle(toys: &mut Canvas, look: &Look) {
    let tone = look.scheme.pad;
    toys.stroke(
        &curve(&[(112.0, 1462.0), (226.0, 1494.0)]),
        &linear((160.0, 1464.0), (154.0, 1494.0), &[(0.0, Rgb::hex(0xff_ffff), 1.0), (1.0, Rgb::hex(0xc0_b8cc), 1.0)]),
        22.0,
    );
    toys.stroke(&ellipse((240.0, 1494.0), (18.0, 15.0)), &flat(Rgb::hex(0xe8_e2ee)), 11.0);
    toys.fill(&disc((92.0, 1444.0), 62.0), &ball_ink((92.0, 1444.0), 62.0, tone));
    toys.clipped(&disc((92.0, 1444.0), 62.0), |ball| {
        ball.stroke(&curve(&[(26.0, 1430.0), (92.0, 1452.0), (160.0, 1446.0)]), &veil(WHITE, 0.85), 17.0);
        ball.fill(&star((82.0, 1412.0), 15.0, 10.0), &veil(WHITE, 0.9));
        ball.fill(&star((108.0, 1482.0), 12.0, 30.0), &veil(WHITE, 0.8));
    });
}

fn bottle(toys: &mut Canvas) {
    let glass = rounded(88.0, 1330.0, 100.0, 176.0, 26.0);
    toys.fill(
        &glass,
        &linear(
            (88.0, 0.0),
            (188.0, 0.0),
            &[(0.0, Rgb::hex(0xd8_ecf6), 0.85), (0.5, Rgb::hex(0xf6_fcff), 0.75), (1.0, Rgb::hex(0x9a_b8cc), 0.9)],
        ),
    );
    toys.fill(
        &rounded(94.0, 1390.0, 88.0, 112.0, 22.0),
        &linear(
            (94.0, 0.0),
            (182.0, 0.0),
            &[(0.0, Rgb::hex(0xff_fbf2), 1.0), (0.6, Rgb::hex(0xff_f4e4), 1.0), (1.0, Rgb::hex(0xd8_c4b4), 1.0)],
        ),
    );
    for step in 0..4 {
        let y = 1404.0 + step as f32 * 22.0;
        toys.stroke(&curve(&[(150.0, y), (172.0, y)]), &veil(Rgb::hex(0x5a_9be6), 0.8), 4.0);
    }
    toys.fill(
        &rounded(84.0, 1304.0, 108.0, 34.0, 12.0),
        &linear(
            (84.0, 0.0),
            (192.0, 0.0),
            &[(0.0, Rgb::hex(0x8a_c0f2), 1.0), (0.4, Rgb::hex(0x5a_9be6), 1.0), (1.0, Rgb::hex(0x2e_5f9c), 1.0)],
        ),
    );
    let teat = blob(&[(112.0, 1304.0), (120.0, 1270.0), (138.0, 1244.0), (156.0, 1270.0), (164.0, 1304.0)]);
    toys.fill(
        &teat,
        &linear((112.0, 0.0), (164.0, 0.0), &[(0.0, Rgb::hex(0xff_e2c0), 1.0), (1.0, Rgb::hex(0xc8_8a5c), 1.0)]),
    );
    toys.fill(&rounded(102.0, 1350.0, 11.0, 130.0, 5.0), &veil(WHITE, 0.6));
}
