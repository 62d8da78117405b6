//! Where closed lips meet: the mesh has the line a few pixels off, and a cut beside it shows. The true line is the darkest
//! path from corner to corner near the mesh's. Called when a portrait is rigged.

use face::{Axes, Curve, Mouth, Point, SAMPLES};

/// How far from the mesh's line the path may go, as a fraction of half the mouth, and at least so many pixels.
const REACH: f32 = 0.16;
const LEAST_REACH: f32 = 4.0;
/// How far above and below it must be lighter, as a fraction of half the mouth.
const BESIDE: f32 = 0.07;
/// How many steps of the grid the path may climb from one sample to the next.
const STEEPEST: usize = 3;

/// The line between closed lips, as heights over the mouth. `light` gives the light at a point of the picture.
pub fn seam(mouth: &Mouth, light: impl Fn(Point) -> f32) -> Curve {
    let reach = (REACH * mouth.half).max(LEAST_REACH);
    let steps = (reach * 2.0).round() as usize * 2 + 1;
    let mesh: Vec<f32> =
        (0..SAMPLES).map(|index| f32::midpoint(mouth.upper.heights[index], mouth.lower.heights[index])).collect();
    let off = |step: usize| reach * (2.0 * step as f32 / (steps - 1) as f32 - 1.0);
    let cost = |index: usize, step: usize| {
        cost(&mouth.axes, mouth.half, (index, mesh[index] + off(step)), &light) + 12.0 * (off(step) / reach).powi(2)
    };
    let climb = |from: usize, to: usize| 3.0 * ((from as f32 - to as f32) * 2.0 * reach / steps as f32).powi(2);
    // Dynamic programming: the cheapest path to each step of a sample, and where it comes from.
    let mut paths: Vec<Vec<(f32, usize)>> = vec![(0..steps).map(|step| (cost(0, step), step)).collect()];
    for index in 1..SAMPLES {
        let before = &paths[index - 1];
        let best = |step: usize| {
            let near = step.saturating_sub(STEEPEST)..(step + STEEPEST + 1).min(steps);
            let ways = near.map(|from| (before[from].0 + climb(from, step), from));
            let (sum, from) = ways.min_by(|one, other| one.0.total_cmp(&other.0)).unwrap_or((f32::MAX, step));
            (sum + cost(index, step), from)
        };
        paths.push((0..steps).map(best).collect());
    }
    let last = &paths[SAMPLES - 1];
    let mut step = (0..steps).min_by(|&one, &other| last[one].0.total_cmp(&last[other].0)).unwrap_or(steps / 2);
    let mut line = Curve { heights: [0.0; SAMPLES] };
    for index in (0..SAMPLES).rev() {
        line.heights[index] = mesh[index] + off(step);
        step = paths[index][step].1;
    }
    line.soften(6);
    line
}

/// What a point of the path costs: it is dark, and darker than above and below.
fn cost(axes: &Axes, half: f32, (index, height): (usize, f32), light: impl Fn(Point) -> f32) -> f32 {
    let at = |height: f32| light(axes.outside(Point::new(Curve::place(index) * half, height)));
    let here = at(height);
    0.5 * here + 2.0 * here - at(height - BESIDE * half) - at(height + BESIDE * half)
}
