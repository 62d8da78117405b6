//! The hands on the table's edge, with their cuffs. Drawn once into the front sprite by `stage`.

use tiny_skia::Transform;

use crate::looks::look::Look;
use crate::paint::canvas::{Canvas, linear, radial, veil};
use crate::paint::palette::Rgb;
use crate::paint::shape::{area, blob, curve, ellipse, mirror, rounded};
use crate::torso::outfit;

/// Both hands on the table's edge, with their cuffs.
pub fn draw(canvas: &mut Canvas, look: &Look, table: f32) {
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
    let tone = outfit::on_the_arms(look).trim;
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
