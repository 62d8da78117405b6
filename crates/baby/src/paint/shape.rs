//! Shapes as paths: smooth blobs through points, tapered strokes, stars, mirrored parts. Called by the drawing files;
//! pure geometry in art units, no colours.

use tiny_skia::{Path, PathBuilder, Rect, Transform};

pub use crate::paint::canvas::oval;

/// A point in art units.
pub type Spot = (f32, f32);

/// The middle of the portrait: the baby is built around this line.
pub const MIDDLE: f32 = 512.0;

/// A path from its outline drawn by `trace`; an empty one becomes a speck that draws nothing.
pub fn path(trace: impl FnOnce(&mut PathBuilder)) -> Path {
    let mut builder = PathBuilder::new();
    trace(&mut builder);
    builder.finish().unwrap_or_else(|| {
        let mut speck = PathBuilder::new();
        speck.move_to(0.0, 0.0);
        speck.line_to(0.0, 0.0);
        speck.finish().unwrap_or_else(|| PathBuilder::from_rect(unit_rect()))
    })
}

#[expect(clippy::expect_used, reason = "a fixed rectangle is valid")]
fn unit_rect() -> Rect {
    Rect::from_xywh(-1.0, -1.0, 0.01, 0.01).expect("a fixed rectangle is valid")
}

/// A closed smooth outline through every spot (Catmull-Rom).
pub fn blob(spots: &[Spot]) -> Path {
    path(|pen| {
        let count = spots.len();
        if count < 3 {
            return;
        }
        pen.move_to(spots[0].0, spots[0].1);
        for index in 0..count {
            let at = |step: usize| spots[(index + step) % count];
            bend_to(pen, spots[(index + count - 1) % count], at(0), at(1), at(2));
        }
        pen.close();
    })
}

/// An open smooth line through every spot.
pub fn curve(spots: &[Spot]) -> Path {
    path(|pen| trace_curve(pen, spots))
}

/// Continues `pen` smoothly through every spot; the first is moved to.
pub fn trace_curve(pen: &mut PathBuilder, spots: &[Spot]) {
    let (Some(&first), Some(&last)) = (spots.first(), spots.last()) else { return };
    pen.move_to(first.0, first.1);
    for index in 0..spots.len() - 1 {
        let before = if index == 0 { first } else { spots[index - 1] };
        let after = spots.get(index + 2).copied().unwrap_or(last);
        bend_to(pen, before, spots[index], spots[index + 1], after);
    }
}

fn bend_to(pen: &mut PathBuilder, before: Spot, from: Spot, to: Spot, after: Spot) {
    pen.cubic_to(
        from.0 + (to.0 - before.0) / 6.0,
        from.1 + (to.1 - before.1) / 6.0,
        to.0 - (after.0 - from.0) / 6.0,
        to.1 - (after.1 - from.1) / 6.0,
        to.0,
        to.1,
    );
}

/// A brush stroke through `spots`, as wide as `width(t)` at `t` from 0 to 1 of its spots.
pub fn brush(spots: &[Spot], width: impl Fn(f32) -> f32) -> Path {
    let count = spots.len();
    if count < 2 {
        return path(|_| ());
    }
    let mut sides = (Vec::with_capacity(count), Vec::with_capacity(count));
    for (index, &(x, y)) in spots.iter().enumerate() {
        let (before, after) = (spots[index.saturating_sub(1)], spots[(index + 1).min(count - 1)]);
        let (run, rise) = (after.0 - before.0, after.1 - before.1);
        let length = run.hypot(rise).max(0.001);
        let half = width(index as f32 / (count - 1) as f32).max(0.2) / 2.0;
        sides.0.push((x - rise / length * half, y + run / length * half));
        sides.1.push((x + rise / length * half, y - run / length * half));
    }
    sides.1.reverse();
    let outline: Vec<Spot> = sides.0.into_iter().chain(sides.1).collect();
    blob(&outline)
}

/// A strand: thin at both ends, `width` in the middle.
pub fn strand(from: Spot, by: Spot, to: Spot, width: f32) -> Path {
    let spots: Vec<Spot> = (0..=6).map(|step| on_quadratic(from, by, to, step as f32 / 6.0)).collect();
    brush(&spots, |t| width * (4.0 * t * (1.0 - t)).sqrt())
}

/// The point at `t` of a quadratic curve.
pub fn on_quadratic(from: Spot, by: Spot, to: Spot, t: f32) -> Spot {
    let rest = 1.0 - t;
    let along = |a: f32, b: f32, c: f32| rest * rest * a + 2.0 * rest * t * b + t * t * c;
    (along(from.0, by.0, to.0), along(from.1, by.1, to.1))
}

pub fn rounded(left: f32, top: f32, width: f32, height: f32, radius: f32) -> Path {
    let radius = radius.min(width / 2.0).min(height / 2.0);
    let (right, bottom, pull) = (left + width, top + height, radius * 0.448);
    path(|pen| {
        pen.move_to(left + radius, top);
        pen.line_to(right - radius, top);
        pen.cubic_to(right - pull, top, right, top + pull, right, top + radius);
        pen.line_to(right, bottom - radius);
        pen.cubic_to(right, bottom - pull, right - pull, bottom, right - radius, bottom);
        pen.line_to(left + radius, bottom);
        pen.cubic_to(left + pull, bottom, left, bottom - pull, left, bottom - radius);
        pen.line_to(left, top + radius);
        pen.cubic_to(left, top + pull, left + pull, top, left + radius, top);
        pen.close();
    })
}

/// A circle; `radius` must be positive to show.
pub fn disc(centre: Spot, radius: f32) -> Path {
    oval(centre, (radius, radius)).unwrap_or_else(|| path(|_| ()))
}

pub fn ellipse(centre: Spot, radii: Spot) -> Path {
    oval(centre, radii).unwrap_or_else(|| path(|_| ()))
}

/// A plump star with five rounded points.
pub fn star(centre: Spot, radius: f32, turn: f32) -> Path {
    let spots: Vec<Spot> = (0..10)
        .map(|point| {
            let angle = (turn + point as f32 * 36.0 - 90.0).to_radians();
            let reach = if point % 2 == 0 { radius } else { radius * 0.56 };
            (centre.0 + angle.cos() * reach, centre.1 + angle.sin() * reach)
        })
        .collect();
    path(|pen| {
        pen.move_to(f32::midpoint(spots[9].0, spots[0].0), f32::midpoint(spots[9].1, spots[0].1));
        for index in 0..10 {
            let (spot, next) = (spots[index], spots[(index + 1) % 10]);
            pen.quad_to(spot.0, spot.1, f32::midpoint(spot.0, next.0), f32::midpoint(spot.1, next.1));
        }
        pen.close();
    })
}

pub fn heart(centre: Spot, size: f32) -> Path {
    let (x, y) = centre;
    path(|pen| {
        pen.move_to(x, y + size);
        pen.cubic_to(x - size * 1.5, y, x - size * 0.9, y - size * 1.1, x, y - size * 0.35);
        pen.cubic_to(x + size * 0.9, y - size * 1.1, x + size * 1.5, y, x, y + size);
        pen.close();
    })
}

/// The same shape on the other side of the middle.
pub fn mirrored(path: &Path) -> Path {
    path.clone().transform(mirror()).unwrap_or_else(|| path.clone())
}

/// The transform that swaps left and right around the middle.
pub fn mirror() -> Transform {
    Transform::from_row(-1.0, 0.0, 0.0, 1.0, 2.0 * MIDDLE, 0.0)
}

/// A rectangle from its corners, swapped where needed.
pub fn area(left: f32, top: f32, right: f32, bottom: f32) -> Rect {
    Rect::from_ltrb(left.min(right), top.min(bottom), left.max(right), top.max(bottom)).unwrap_or_else(unit_rect)
}
