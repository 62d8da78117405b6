//! The body down to the table: torso, sleeves and the light on them. Drawn once into a sprite by `stage`, which lets
//! it breathe; `outfit` says what is worn, `hands` draws what lies in front.

use tiny_skia::{Path, Transform};

use crate::head::bare_head::{self, WARM_LIGHT};
use crate::looks::look::Look;
use crate::looks::wardrobe::{Outfit, Pattern};
use crate::paint::canvas::{Canvas, Ink, linear, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{MIDDLE, Spot, area, blob, curve, mirror};
use crate::torso::extras;
use crate::torso::knitwear;
use crate::torso::outfit::{self, Worn};

/// Everything behind the table's edge at `table`.
pub fn draw(canvas: &mut Canvas, look: &Look, table: f32) {
    let torso = torso(table);
    let cloth = look.scheme.cloth;
    extras::behind(canvas, look, table);
    if look.outfit == Outfit::Hoodie {
        outfit::hood(canvas, cloth);
    }
    let worn = outfit::on_the_arms(look);
    canvas.fill(&torso, &shaded(worn.cloth, table));
    canvas.clipped(&torso, |group| {
        outfit::print(group, worn.pattern, worn.trim, table);
        match look.outfit {
            Outfit::Romper => outfit::romper(group, look),
            Outfit::Onesie => outfit::onesie(group, look, table),
            Outfit::Dungarees => outfit::dungarees(group, look, table),
            Outfit::Hoodie => outfit::hoodie(group, look, table),
            Outfit::Sweater => outfit::sweater(group, look),
            Outfit::Cardigan | Outfit::Waistcoat => knitwear::draw(group, look, table),
            Outfit::Leotard => outfit::leotard(group, look),
        }
        light(group, look, &torso, table);
    });
    outfit::collar(canvas, look);
    extras::round_the_waist(canvas, look, table);
    extras::on_the_chest(canvas, look);
    sleeve(canvas, &worn, table, true);
    canvas.moved(mirror(), |other| sleeve(other, &worn, table, false));
    bare_head::chin_shadow(canvas, cloth.darker(0.75));
    extras::at_the_neck(canvas, look);
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
    for (width, amount) in [(30.0, 0.16), (12.0, 0.34)] {
        group.stroke(
            torso,
            &linear((640.0, 1100.0), (800.0, 1130.0), &[(0.0, WARM_LIGHT, 0.0), (1.0, WARM_LIGHT, amount)]),
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

/// Drawn for the viewer's left arm.
fn sleeve(canvas: &mut Canvas, worn: &Worn, table: f32, lit: bool) {
    let cloth = worn.cloth;
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
        if worn.pattern == Pattern::Stripes {
            let mut y = 1150.0;
            while y < table + 60.0 {
                let line = curve(&[(130.0, y + 26.0), (250.0, y + 4.0), (370.0, y + 24.0)]);
                inside.stroke(&line, &veil(worn.trim, 0.9), 23.0);
                y += 58.0;
            }
        } else {
            outfit::print(inside, worn.pattern, worn.trim, table);
        }
        inside.glow((330.0, 1330.0 + reach * 0.5), (80.0, 220.0), dark, 0.5);
        inside.glow((210.0, 1250.0), (70.0, 130.0), WHITE, if lit { 0.2 } else { 0.04 });
        if !lit {
            inside.glow((250.0, 1330.0), (170.0, 260.0), dark, 0.36);
            for (width, amount) in [(34.0, 0.16), (13.0, 0.42)] {
                inside.stroke(
                    &arm,
                    &linear((300.0, 1200.0), (190.0, 1190.0), &[(0.0, WARM_LIGHT, 0.0), (1.0, WARM_LIGHT, amount)]),
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
