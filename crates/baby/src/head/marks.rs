//! What is on the skin of a face: freckles, a beauty spot, crumbs, and the dimples of a smile. All but the dimples are
//! drawn once, by `features`, and slide with the cheeks.

use crate::looks::look::{Look, Scatter};
use crate::looks::pose::Pose;
use crate::looks::wardrobe::Mark;
use crate::paint::canvas::{Canvas, radial, veil};
use crate::paint::decal::Decal;
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{MIDDLE, Spot, area, blob, brush, disc, ellipse, on_quadratic};

/// The marks as pixels; `None` on a plain face.
pub fn decal(look: &Look, scale: f32) -> Option<Decal> {
    let has = |mark: Mark| look.marks.contains(&mark);
    (has(Mark::Freckles) || has(Mark::Mole) || has(Mark::Crumbs)).then(|| {
        Decal::new(scale, area(200.0, 760.0, 824.0, 990.0), |face| {
            if has(Mark::Freckles) {
                freckles(face, look);
            }
            if has(Mark::Mole) {
                mole(face, look);
            }
            if has(Mark::Crumbs) {
                crumbs(face, look);
            }
        })
    })
}

/// Thick on the cheeks, thinner over the nose.
fn freckles(face: &mut Canvas, look: &Look) {
    let mut scatter = Scatter(look.grain ^ 0xf2ec);
    let tone = look.skin.shade.mix(look.skin.deep, 0.35);
    let mut freckle = |spot: Spot, size: f32, amount: f32| {
        face.glow(spot, (size * 1.7, size * 1.5), tone, amount * 0.5);
        face.fill(&ellipse(spot, (size, size * 0.86)), &veil(tone, amount));
    };
    for side in [-1.0_f32, 1.0] {
        for _ in 0..15 {
            let across = scatter.between(-84.0, 84.0);
            let down = scatter.between(-34.0, 34.0) * (1.0 - (across / 110.0).powi(2));
            let spot = (MIDDLE + side * 168.0 + across, 842.0 + down + across.abs() * 0.1);
            freckle(spot, scatter.between(3.4, 6.8), scatter.between(0.4, 0.62));
        }
    }
    for _ in 0..5 {
        let spot = (MIDDLE + scatter.between(-44.0, 44.0), 792.0 + scatter.between(-12.0, 12.0));
        freckle(spot, scatter.between(2.8, 4.4), 0.36);
    }
}

/// A beauty spot high on the cheek.
fn mole(face: &mut Canvas, look: &Look) {
    let at = (MIDDLE + 204.0, 864.0);
    let tone = look.skin.shade.mix(Rgb::hex(0x2a_1410), 0.6);
    face.glow((at.0 + 1.5, at.1 + 3.0), (15.0, 14.0), look.skin.shade, 0.45);
    face.fill(
        &disc(at, 8.2),
        &radial((at.0 - 2.5, at.1 - 3.0), (11.0, 11.0), &[(0.0, tone.lighter(0.2), 1.0), (1.0, tone, 1.0)]),
    );
    face.glow((at.0 - 2.6, at.1 - 3.0), (4.2, 3.6), WHITE, 0.5);
}

/// Somebody had a biscuit.
fn crumbs(face: &mut Canvas, look: &Look) {
    let mut scatter = Scatter(look.grain ^ 0xc4_0b5);
    let crust = [Rgb::hex(0xe6_b466), Rgb::hex(0xcf_8c42), Rgb::hex(0xf0_cc8c)];
    let places: [(f32, f32, f32); 9] = [
        (312.0, 888.0, 19.0),
        (350.0, 912.0, 15.0),
        (284.0, 912.0, 12.0),
        (326.0, 932.0, 10.0),
        (384.0, 930.0, 9.0),
        (262.0, 880.0, 8.0),
        (346.0, 874.0, 8.0),
        (402.0, 908.0, 6.5),
        (362.0, 948.0, 6.5),
    ];
    for (index, (x, y, size)) in places.into_iter().enumerate() {
        let at = (x + scatter.between(-5.0, 5.0), y + scatter.between(-5.0, 5.0));
        let turn = scatter.between(0.0, 6.2);
        let outline: Vec<Spot> = (0..7)
            .map(|corner| {
                let angle = turn + corner as f32 * std::f32::consts::TAU / 7.0;
                let reach = size * scatter.between(0.72, 1.12);
                (at.0 + angle.cos() * reach, at.1 + angle.sin() * reach * 0.86)
            })
            .collect();
        let tone = crust[index % crust.len()];
        face.glow((at.0 + 2.0, at.1 + size * 0.62), (size * 1.35, size * 0.95), look.skin.shade.darker(0.2), 0.5);
        face.fill(
            &blob(&outline),
            &radial(
                (at.0 - size * 0.35, at.1 - size * 0.45),
                (size * 1.7, size * 1.6),
                &[(0.0, tone.lighter(0.5), 1.0), (0.45, tone, 1.0), (1.0, tone.darker(0.34), 1.0)],
            ),
        );
        // Pores, and the light on the crust.
        face.fill(&disc((at.0 + size * 0.24, at.1 + size * 0.1), size * 0.15), &veil(tone.darker(0.55), 0.5));
        face.fill(&disc((at.0 - size * 0.1, at.1 + size * 0.36), size * 0.11), &veil(tone.darker(0.55), 0.45));
        face.glow((at.0 - size * 0.36, at.1 - size * 0.4), (size * 0.5, size * 0.36), WHITE, 0.6);
    }
}

/// A dent on each cheek that a smile deepens.
pub fn dimples(canvas: &mut Canvas, look: &Look, pose: &Pose) {
    if !look.marks.contains(&Mark::Dimples) {
        return;
    }
    let skin = look.skin;
    for side in [-1.0_f32, 1.0] {
        let depth = (0.35 + 0.65 * pose.smile.max(0.0) + 0.3 * (pose.side_smile * side).max(0.0)).min(1.0);
        let at = (MIDDLE + side * (158.0 + 8.0 * depth), 886.0 - 12.0 * pose.smile.max(0.0));
        canvas.glow(at, (22.0, 30.0), skin.shade, 0.34 * depth);
        canvas.glow((at.0 - side * 14.0, at.1 + 2.0), (14.0, 24.0), skin.light.mix(WHITE, 0.3), 0.22 * depth);
        let spots: Vec<Spot> = (0..=6)
            .map(|step| {
                let (from, to) = ((at.0 - side * 2.0, at.1 - 17.0), (at.0 - side * 2.0, at.1 + 15.0));
                on_quadratic(from, (at.0 + side * 15.0, at.1), to, step as f32 / 6.0)
            })
            .collect();
        canvas.fill(&brush(&spots, |t| 6.5 * (4.0 * t * (1.0 - t)).sqrt()), &veil(skin.shade, 0.36 * depth));
    }
}
