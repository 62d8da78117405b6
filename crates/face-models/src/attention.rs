//! The three operators by which the landmark model looks again, more closely, at lips and eyes: it finds a region by its
//! first guess of the landmarks, samples its features there, and moves what it finds back. Called by `model`.
//!
//! After MediaPipe, `mediapipe/util/tflite/operations`, version 2 of each (Apache-2.0).

use super::regions::{LEFT_EYE, LIPS, RIGHT_EYE};
use super::tensor::{Tensor, size};

/// A part of the face that is looked at more closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    Lips,
    LeftEye,
    RightEye,
}

impl Region {
    /// In the order in which the model looks at them.
    pub const ALL: [Region; 3] = [Region::Lips, Region::LeftEye, Region::RightEye];

    /// Its landmarks, and the two between which it lies level.
    fn points(self) -> (&'static [usize], usize, usize) {
        match self {
            Region::Lips => (&LIPS, 61, 291),
            Region::LeftEye => (&LEFT_EYE, 33, 133),
            Region::RightEye => (&RIGHT_EYE, 362, 263),
        }
    }
}

/// Side of the sampled square of features, and how much larger than its landmarks a region is.
const SIDE: f32 = 16.0;
const ROOM: f32 = 1.5;

/// From places in the sampled square to places among the features: a 4 × 4 matrix, by the landmarks (x, y, z each).
pub fn matrix(landmarks: &Tensor, region: Region) -> Option<Tensor> {
    let (points, left, right) = region.points();
    let at = |point: usize| Some((*landmarks.numbers.get(3 * point)?, *landmarks.numbers.get(3 * point + 1)?));
    let (left, right) = (at(left)?, at(right)?);
    let (sin, cos) = (-(right.1 - left.1).atan2(right.0 - left.0)).sin_cos();
    let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
    for &point in points {
        let (x, y) = at(point)?;
        let turned = (cos * x - sin * y, sin * x + cos * y);
        low = (low.0.min(turned.0), low.1.min(turned.1));
        high = (high.0.max(turned.0), high.1.max(turned.1));
    }
    let middle = (f32::midpoint(low.0, high.0), f32::midpoint(low.1, high.1));
    let centre = (cos * middle.0 + sin * middle.1, cos * middle.1 - sin * middle.0);
    let (wide, high) = (ROOM * (high.0 - low.0) / SIDE, ROOM * (high.1 - low.1) / SIDE);
    let (a, b, c, d) = (cos * wide, sin * high, -sin * wide, cos * high);
    let half = SIDE / 2.0;
    #[rustfmt::skip]
    let numbers = vec![
        a, b, 0.0, centre.0 - half * (a + b),
        c, d, 0.0, centre.1 - half * (c + d),
        0.0, 0.0, 1.0, 0.0,
        0.0, 0.0, 0.0, 1.0,
    ];
    Some(Tensor::new(vec![1, 4, 4], numbers))
}

/// The features of a picture at the places of the square, between pixels; zero outside it.
pub fn sampled(features: &Tensor, matrix: &Tensor, shape: &[usize]) -> Option<Tensor> {
    let (rows, columns, channels) = features.picture()?;
    let &[1, wide_rows, wide_columns, wide_channels] = shape else { return None };
    let m: &[f32; 16] = matrix.numbers.as_slice().try_into().ok()?;
    size(shape)?;
    if wide_channels != channels {
        return None;
    }
    let (left, top) = (m[3] + 0.5 * (m[0] + m[1]) - 0.5, m[7] + 0.5 * (m[4] + m[5]) - 0.5);
    let mut output = Tensor::zeros(shape);
    for (place, values) in output.numbers.chunks_exact_mut(channels).enumerate().take(wide_rows * wide_columns) {
        let (row, column) = ((place / wide_columns) as f32, (place % wide_columns) as f32);
        let (x, y) = (m[0] * column + m[1] * row + left, m[4] * column + m[5] * row + top);
        // Not a number lies nowhere.
        if !((0.0..=(columns - 1) as f32).contains(&x) && (0.0..=(rows - 1) as f32).contains(&y)) {
            continue;
        }
        let (first, above) = (x as usize, y as usize);
        let (second, below) = ((first + 1).min(columns - 1), (above + 1).min(rows - 1));
        let (right, down) = (x - first as f32, y - above as f32);
        let of = |row: usize, column: usize| &features.numbers[(row * columns + column) * channels..][..channels];
        let corners = [of(above, first), of(above, second), of(below, first), of(below, second)];
        for (channel, value) in values.iter_mut().enumerate() {
            let [one, two, three, four] = corners.map(|corner| corner[channel]);
            let upper = one + (two - one) * right;
            *value = upper + (three + (four - three) * right - upper) * down;
        }
    }
    Some(output)
}

/// Points of the square (x, y each) moved to where they lie among the features.
pub fn points(points: &Tensor, matrix: &Tensor) -> Option<Tensor> {
    let m: &[f32; 16] = matrix.numbers.as_slice().try_into().ok()?;
    let moved = points.numbers.as_chunks().0.iter();
    let moved = moved.flat_map(|&[x, y]| [m[0] * x + m[1] * y + m[3], m[4] * x + m[5] * y + m[7]]);
    Some(Tensor::new(points.shape.clone(), moved.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_region_is_sampled_around_its_middle_with_half_its_size_more() {
        let mut landmarks = Tensor::zeros(&[1, 1, 1, 3 * 468]);
        for (number, &point) in LIPS.iter().enumerate() {
            landmarks.numbers[3 * point] = if number % 2 == 0 { 10.0 } else { 26.0 };
            landmarks.numbers[3 * point + 1] = 40.0;
        }
        (landmarks.numbers[3 * 61], landmarks.numbers[3 * 291]) = (10.0, 26.0);
        let matrix = matrix(&landmarks, Region::Lips).unwrap();
        let square = Tensor::new(vec![1, 4], vec![0.0, 8.0, 16.0, 8.0]);
        let moved = points(&square, &matrix).unwrap();
        assert_eq!(moved.numbers, [6.0, 40.0, 30.0, 40.0]);
    }

    #[test]
    fn beyond_the_features_there_is_nothing_and_nan_is_nowhere() {
        let features = Tensor::new(vec![1, 1, 2, 1], vec![2.0, 4.0]);
        let mut matrix = Tensor::zeros(&[1, 4, 4]);
        (matrix.numbers[0], matrix.numbers[5]) = (1.0, 1.0);
        let found = sampled(&features, &matrix, &[1, 1, 3, 1]).unwrap();
        assert_eq!(found.numbers, [2.0, 4.0, 0.0]);
        matrix.numbers[3] = f32::NAN;
        assert_eq!(sampled(&features, &matrix, &[1, 1, 3, 1]).unwrap().numbers, [0.0; 3]);
    }
}
