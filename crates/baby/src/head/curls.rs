//! Curled hair: ringlets, tight coils and the round of an afro. Drawn for `hair`.

use crate::head::bare_head;
use crate::looks::look::{Look, Scatter};
use crate::paint::canvas::{Canvas, linear, radial, veil};
use crate::paint::shape::{Spot, blob, brush, disc};

/// A round curl with a coil of light in it.
fn curl(canvas: &mut Canvas, look: &Look, at: Spot, radius: f32, turn: f32) {
    let hair = look.hair_colour;
    let ball = radial(
        (at.0 - radius * 0.25, at.1 - radius * 0.3),
        (radius * 1.3, radius * 1.3),
        &[(0.0, hair.mid.mix(hair.light, 0.42), 1.0), (0.5, hair.mid, 1.0), (1.0, hair.deep, 1.0)],
    );
    canvas.fill(&disc(at, radius), &ball);
    let coil = |scale: f32, from: f32| -> Vec<Spot> {
        (0..=14)
            .map(|step| {
                let t = step as f32 / 14.0;
                let angle = turn + from + t * 4.6;
                let reach = radius * scale * (1.0 - 0.62 * t);
                (at.0 + angle.cos() * reach, at.1 + angle.sin() * reach)
            })
            .collect()
    };
    canvas.fill(&brush(&coil(0.82, 0.0), |t| radius * 0.17 * (1.0 - 0.6 * t)), &veil(hair.light, 0.42));
    canvas.fill(&brush(&coil(0.62, 0.5), |t| radius * 0.12 * (1.0 - 0.6 * t)), &veil(hair.deep, 0.6));
}

pub fn ringlets(canvas: &mut Canvas, look: &Look) {
    let mut scatter = Scatter(look.grain ^ 0xc0);
    // Rows from the crown to the hairline, so that the front ones lie over the others.
    for (row, (radius_x, radius_y, count)) in
        [(290.0_f32, 262.0_f32, 13), (236.0, 200.0, 11), (300.0, 150.0, 11)].into_iter().enumerate()
    {
        for index in 0..count {
            let t = (index as f32 + 0.5) / count as f32;
            let angle = (-180.0 + t * 180.0_f32).to_radians();
            let at = if row < 2 {
                (512.0 + angle.cos() * radius_x, 560.0 + angle.sin() * radius_y)
            } else {
                (512.0 + angle.cos() * radius_x, 570.0 + angle.sin() * radius_y)
            };
            let at = (at.0 + scatter.between(-8.0, 8.0), at.1 + scatter.between(-8.0, 8.0));
            curl(canvas, look, at, scatter.between(44.0, 58.0), scatter.between(0.0, 6.2));
        }
    }
}

/// Tight coils for an afro's hairline and body.
pub fn coils(canvas: &mut Canvas, look: &Look) {
    let mut scatter = Scatter(look.grain ^ 0xaf0);
    let hair = look.hair_colour;
    for _ in 0..200 {
        let angle = scatter.between(-2.9, -0.24);
        let reach = scatter.between(0.7, 1.06);
        let at = (512.0 + angle.cos() * 318.0 * reach, 590.0 + angle.sin() * 320.0 * reach);
        let radius = scatter.between(12.0, 22.0);
        let tone = scatter.between(0.0, 1.0);
        let spots: Vec<Spot> = (0..=6)
            .map(|step| {
                let turn = step as f32 * 0.75 + tone * 6.0;
                (at.0 + turn.cos() * radius, at.1 + turn.sin() * radius)
            })
            .collect();
        canvas.fill(
            &brush(&spots, |t| 6.0 * (1.0 - 0.5 * t)),
            &veil(if tone < 0.5 { hair.light } else { hair.deep }, 0.30),
        );
    }
    for index in 0..17 {
        let angle = (-177.0 + index as f32 * 10.9_f32).to_radians();
        let at = (512.0 + angle.cos() * 306.0, 586.0 + angle.sin() * 170.0);
        curl(canvas, look, at, scatter.between(28.0, 36.0), scatter.between(0.0, 6.2));
    }
}

pub fn afro_mass(canvas: &mut Canvas, look: &Look) {
    let hair = look.hair_colour;
    let mut scatter = Scatter(look.grain ^ 0x9a55);
    let centre = (512.0, 470.0);
    let spots: Vec<Spot> = (0..44)
        .map(|index| {
            let angle = (index as f32 * 360.0 / 44.0).to_radians();
            let reach = if index % 2 == 0 { 1.0 } else { 0.955 } * scatter.between(0.985, 1.015);
            (centre.0 + angle.cos() * 424.0 * reach, centre.1 + angle.sin() * 400.0 * reach)
        })
        .collect();
    let mass = blob(&spots);
    canvas.fill(
        &mass,
        &radial(
            (400.0, 300.0),
            (520.0, 520.0),
            &[(0.0, hair.mid.mix(hair.light, 0.25), 1.0), (0.5, hair.mid, 1.0), (1.0, hair.deep, 1.0)],
        ),
    );
    canvas.clipped(&mass, |group| {
        for _ in 0..320 {
            let angle = scatter.between(0.0, std::f32::consts::TAU);
            let reach = scatter.between(0.5, 1.0);
            let at = (centre.0 + angle.cos() * 424.0 * reach, centre.1 + angle.sin() * 400.0 * reach);
            let tone = scatter.between(0.0, 1.0);
            let radius = scatter.between(10.0, 20.0);
            let arc: Vec<Spot> = (0..=5)
                .map(|step| {
                    let turn = step as f32 * 0.8 + tone * 6.0;
                    (at.0 + turn.cos() * radius, at.1 + turn.sin() * radius)
                })
                .collect();
            group.fill(&brush(&arc, |_| 5.0), &veil(if tone < 0.45 { hair.light } else { hair.deep }, 0.26));
        }
        let rim = bare_head::WARM_LIGHT.mix(hair.light, 0.3);
        group.stroke(&mass, &linear((640.0, 300.0), (900.0, 300.0), &[(0.0, rim, 0.0), (1.0, rim, 0.34)]), 26.0);
    });
}
