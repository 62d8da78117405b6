//! The toy that lies on the table, in focus, in the colour that was asked for or in its own. Drawn once by `stage`.

use tiny_skia::Transform;

use crate::looks::look::Look;
use crate::looks::wardrobe::Toy;
use crate::paint::canvas::{Canvas, flat, linear, radial, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{Spot, area, blob, curve, disc, ellipse, rounded, star};

/// What lies on the table, in focus, between the hands. Drawn into the front sprite.
pub fn draw(canvas: &mut Canvas, look: &Look, table: f32) {
    let colour = |own: Rgb| look.toy_colour.unwrap_or(own);
    let shift = Transform::from_translate(-16.0, table - 1440.0);
    canvas.moved(shift, |toys| {
        toys.soft(area(16.0, 1440.0, 340.0, 1560.0), 9.0, |soft| {
            soft.fill(&ellipse((142.0, 1502.0), (96.0, 16.0)), &veil(Rgb::hex(0x14_0812), 0.6));
        });
        match look.toy {
            Toy::Duck => duck(toys, colour(Rgb::hex(0xff_cf3e))),
            Toy::Blocks => blocks(toys, look),
            Toy::Rattle => rattle(toys, colour(look.scheme.pad)),
            Toy::Bottle => bottle(toys, colour(Rgb::hex(0x5a_9be6))),
            Toy::Ball => ball(toys, colour(look.scheme.pad)),
            Toy::Teddy => teddy(toys, colour(Rgb::hex(0xb0_7a48)), look.scheme.pad),
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

fn duck(toys: &mut Canvas, tone: Rgb) {
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
            &[(0.0, tone.lighter(0.5), 1.0), (0.4, tone, 1.0), (1.0, tone.darker(0.4), 1.0)],
        ),
    );
    let wing = blob(&[(100.0, 1456.0), (144.0, 1452.0), (164.0, 1470.0), (130.0, 1488.0), (102.0, 1478.0)]);
    toys.fill(&wing, &veil(tone.darker(0.3), 0.5));
    toys.fill(&disc((184.0, 1398.0), 46.0), &ball_ink((184.0, 1398.0), 46.0, tone));
    let beak = blob(&[(218.0, 1392.0), (248.0, 1396.0), (254.0, 1408.0), (236.0, 1418.0), (216.0, 1412.0)]);
    toys.fill(
        &beak,
        &linear((0.0, 1392.0), (0.0, 1418.0), &[(0.0, Rgb::hex(0xff_9a3c), 1.0), (1.0, Rgb::hex(0xd2_5a1c), 1.0)]),
    );
    toys.fill(&disc((196.0, 1388.0), 8.0), &flat(Rgb::hex(0x1c_1014)));
    toys.fill(&disc((193.5, 1385.0), 2.8), &flat(WHITE));
}

fn blocks(toys: &mut Canvas, look: &Look) {
    let own = [look.scheme.pad, Rgb::hex(0x5a_9be6), Rgb::hex(0xf9_c74a)];
    let [left, right, top] = look.toy_colour.map_or(own, |tone| [tone, tone.darker(0.16), tone.lighter(0.24)]);
    for (x, y, tone, turn) in [(46.0, 1410.0, left, 0.0), (146.0, 1410.0, right, 0.0), (98.0, 1314.0, top, -5.0)] {
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

fn rattle(toys: &mut Canvas, tone: Rgb) {
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

fn bottle(toys: &mut Canvas, cap: Rgb) {
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
        toys.stroke(&curve(&[(150.0, y), (172.0, y)]), &veil(cap, 0.8), 4.0);
    }
    toys.fill(
        &rounded(84.0, 1304.0, 108.0, 34.0, 12.0),
        &linear(
            (84.0, 0.0),
            (192.0, 0.0),
            &[(0.0, cap.lighter(0.35), 1.0), (0.4, cap, 1.0), (1.0, cap.darker(0.42), 1.0)],
        ),
    );
    let teat = blob(&[(112.0, 1304.0), (120.0, 1270.0), (138.0, 1244.0), (156.0, 1270.0), (164.0, 1304.0)]);
    toys.fill(
        &teat,
        &linear((112.0, 0.0), (164.0, 0.0), &[(0.0, Rgb::hex(0xff_e2c0), 1.0), (1.0, Rgb::hex(0xc8_8a5c), 1.0)]),
    );
    toys.fill(&rounded(102.0, 1350.0, 11.0, 130.0, 5.0), &veil(WHITE, 0.6));
}

/// A beach ball: panels of its colour between white ones.
fn ball(toys: &mut Canvas, tone: Rgb) {
    let (centre, radius) = ((138.0, 1420.0), 88.0);
    let ball = disc(centre, radius);
    toys.fill(&ball, &ball_ink(centre, radius, Rgb::hex(0xff_f8ee)));
    toys.clipped(&ball, |inside| {
        let pole = (116.0, 1366.0);
        for turn in [0.0_f32, 120.0, 240.0] {
            let edge = |degrees: f32| {
                let angle = (turn + degrees).to_radians();
                (pole.0 + angle.cos() * 210.0, pole.1 + angle.sin() * 210.0)
            };
            let bent = |degrees: f32| {
                let angle = (turn + degrees).to_radians();
                (pole.0 + angle.cos() * 84.0 + 10.0, pole.1 + angle.sin() * 84.0 + 16.0)
            };
            let panel = blob(&[pole, bent(6.0), edge(14.0), edge(46.0), bent(54.0)]);
            inside.fill(&panel, &flat(tone));
        }
        inside.fill(&disc(pole, 15.0), &flat(tone.darker(0.2)));
        // The same light falls on all panels.
        inside.fill(
            &ball,
            &radial(
                (centre.0 - 30.0, centre.1 - 40.0),
                (radius * 1.5, radius * 1.5),
                &[(0.0, WHITE, 0.34), (0.4, WHITE, 0.0), (1.0, Rgb::hex(0x14_0812), 0.5)],
            ),
        );
    });
    toys.fill(&ellipse((104.0, 1378.0), (17.0, 11.0)), &veil(WHITE, 0.75));
}

/// A teddy that sits, with a ribbon round its neck.
fn teddy(toys: &mut Canvas, fur: Rgb, ribbon: Rgb) {
    let pale = fur.lighter(0.5);
    let limb = |toys: &mut Canvas, at: Spot, radii: Spot, turn: f32| {
        toys.moved(Transform::from_rotate_at(turn, at.0, at.1), |toys| {
            toys.fill(&ellipse(at, radii), &ball_ink(at, radii.0.max(radii.1), fur.darker(0.06)));
        });
    };
    limb(toys, (70.0, 1424.0), (24.0, 44.0), 32.0);
    limb(toys, (206.0, 1424.0), (24.0, 44.0), -32.0);
    let belly = (138.0, 1440.0);
    toys.fill(&ellipse(belly, (66.0, 70.0)), &ball_ink(belly, 72.0, fur));
    toys.fill(&ellipse((138.0, 1448.0), (40.0, 44.0)), &veil(pale, 0.85));
    for x in [84.0, 192.0] {
        let foot = (x, 1488.0);
        toys.fill(&ellipse(foot, (36.0, 30.0)), &ball_ink(foot, 36.0, fur));
        toys.fill(&ellipse((x, 1490.0), (20.0, 17.0)), &veil(pale, 0.95));
    }
    for x in [86.0, 190.0] {
        let ear = (x, 1302.0);
        toys.fill(&disc(ear, 27.0), &ball_ink(ear, 27.0, fur));
        toys.fill(&disc((x, 1304.0), 15.0), &veil(pale, 0.9));
    }
    let head = (138.0, 1340.0);
    toys.fill(&ellipse(head, (68.0, 60.0)), &ball_ink(head, 70.0, fur));
    toys.fill(&ellipse((138.0, 1358.0), (34.0, 26.0)), &veil(pale, 0.95));
    for x in [112.0, 164.0] {
        toys.fill(&disc((x, 1330.0), 9.0), &flat(Rgb::hex(0x1c_1014)));
        toys.fill(&disc((x - 3.0, 1327.0), 3.0), &flat(WHITE));
    }
    toys.fill(&ellipse((138.0, 1348.0), (12.0, 8.5)), &flat(Rgb::hex(0x2a_1812)));
    toys.stroke(&curve(&[(122.0, 1366.0), (138.0, 1374.0), (154.0, 1366.0)]), &veil(Rgb::hex(0x2a_1812), 0.8), 4.0);
    let knot = (138.0, 1402.0);
    toys.stroke(&curve(&[(88.0, 1388.0), knot, (188.0, 1388.0)]), &flat(ribbon.darker(0.1)), 12.0);
    for side in [-1.0, 1.0] {
        let wing = blob(&[
            knot,
            (knot.0 + side * 26.0, knot.1 - 20.0),
            (knot.0 + side * 40.0, knot.1),
            (knot.0 + side * 26.0, knot.1 + 20.0),
        ]);
        toys.fill(&wing, &ball_ink((knot.0 + side * 22.0, knot.1), 30.0, ribbon));
    }
    toys.fill(&disc(knot, 9.0), &flat(ribbon.darker(0.25)));
}
