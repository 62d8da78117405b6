//! The colour of a face's own skin: what is told apart from it is lips, hair, cloth, a microphone. Relative to the face,
//! so that it holds for every skin and light.

use super::colours::{Colours, Yuv};
use super::geometry::Point;
use super::landmarks::Landmarks;
use super::points;

/// The colours that count as skin of one face.
#[derive(Debug, Clone, Copy)]
pub struct Skin {
    /// The middle of what was sampled on cheeks, nose and forehead, each number by itself.
    pub mean: Yuv,
    /// How far three quarters of its pixels are from the mean at most, and a fifth more.
    spread: Yuv,
}

/// Samples a side around each landmark, and the way between them as a fraction of the face's width.
const SIDE: i32 = 7;
const STEP: f32 = 0.006;

/// How far from the mean, in spreads, the colour of skin may be.
const FARTHEST: f32 = 3.2;
/// Added to each spread, in levels: what the grain of any photo is.
const GRAIN: f32 = 5.0;
/// Skin in shade and in highlight, as shares of the mean's light.
const DARKEST: f32 = 0.38;
const BRIGHTEST: f32 = 1.5;

impl Skin {
    /// Sampled on cheeks, upper lip, nose and forehead. Medians: a few samples of something else do not count.
    pub fn of(colours: &Colours, landmarks: &Landmarks) -> Self {
        let step = STEP * landmarks.head().width();
        let mut samples = Vec::with_capacity(points::SKIN.len() * (SIDE * SIDE) as usize);
        for middle in points::SKIN.map(|point| landmarks.at(point)) {
            for (down, right) in (0..SIDE * SIDE).map(|part| (part / SIDE - SIDE / 2, part % SIDE - SIDE / 2)) {
                samples.push(colours.at(Point::new(middle.x + right as f32 * step, middle.y + down as f32 * step)));
            }
        }
        let mean = std::array::from_fn(|part| quantile(samples.iter().map(|sample| sample[part]), 1, 2));
        let spread = std::array::from_fn(|part| {
            1.2 * quantile(samples.iter().map(|sample: &Yuv| (sample[part] - mean[part]).abs()), 3, 4)
        });
        Self { mean, spread }
    }

    /// Whether a colour is skin, in light and in shade.
    pub fn is(&self, colour: Yuv) -> bool {
        let away = |part: usize| (colour[part] - self.mean[part]) / (self.spread[part] + GRAIN);
        let light = colour[0] / self.mean[0];
        away(1).hypot(away(2)) < FARTHEST && (DARKEST..BRIGHTEST).contains(&light)
    }
}

/// The value below which `share` of `parts` of the values lie.
pub fn quantile(values: impl Iterator<Item = f32>, share: usize, parts: usize) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((values.len() * share / parts).min(last)).copied().unwrap_or(0.0)
}
