//! A square of a picture as the input of a model: turned, averaged where it shrinks, black beyond the edges.

use image::RgbImage;

use super::geometry::Point;
use face_models::Tensor;

/// Which square of the picture is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Square {
    pub middle: Point,
    /// In pixels.
    pub side: f32,
    /// In radians; positive leans to the viewer's right.
    pub turn: f32,
}

/// The most samples along either axis that are averaged for one number.
const MOST_SAMPLES: usize = 6;

impl Square {
    /// Where a point of the square, whose side is 1, lies in the picture.
    pub fn place(&self, x: f32, y: f32) -> Point {
        let (right, down) = ((x - 0.5) * self.side, (y - 0.5) * self.side);
        let (sin, cos) = self.turn.sin_cos();
        Point::new(self.middle.x + cos * right - sin * down, self.middle.y + sin * right + cos * down)
    }

    /// The square as `size` × `size` pixels of three numbers from `low` to `high`.
    pub fn sample(&self, picture: &RgbImage, size: usize, low: f32, high: f32) -> Tensor {
        let step = self.side / size as f32;
        let samples = (step.ceil() as usize).clamp(1, MOST_SAMPLES);
        let scale = (high - low) / (255.0 * (samples * samples) as f32);
        let mut numbers = Vec::with_capacity(size * size * 3);
        let (sin, cos) = self.turn.sin_cos();
        let half = self.side / 2.0;
        let offset = |index: usize, part: usize| (index as f32 + (part as f32 + 0.5) / samples as f32) * step - half;
        for row in 0..size {
            for column in 0..size {
                let mut sum = [0.0; 3];
                for (down, right) in (0..samples * samples).map(|part| (part / samples, part % samples)) {
                    let (right, down) = (offset(column, right), offset(row, down));
                    let x = self.middle.x + cos * right - sin * down - 0.5;
                    add(picture, x, self.middle.y + sin * right + cos * down - 0.5, &mut sum);
                }
                numbers.extend(sum.map(|sum| low + scale * sum));
            }
        }
        Tensor::new(vec![1, size, size, 3], numbers)
    }
}

/// Adds the colour between four pixels; nothing beyond the picture.
#[inline]
fn add(picture: &RgbImage, x: f32, y: f32, sum: &mut [f32; 3]) {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let (left, top) = (x.floor(), y.floor());
    if !(left >= -1.0 && top >= -1.0 && left < width as f32 && top < height as f32) {
        return;
    }
    let (right, down) = (x - left, y - top);
    let pixels = picture.as_raw();
    let corners = [
        (0, 0, (1.0 - right) * (1.0 - down)),
        (1, 0, right * (1.0 - down)),
        (0, 1, (1.0 - right) * down),
        (1, 1, right * down),
    ];
    for (beside, below, share) in corners {
        let (column, row) = (left as isize + beside, top as isize + below);
        if column >= 0 && row >= 0 && (column as usize) < width && (row as usize) < height {
            let pixel = &pixels[(row as usize * width + column as usize) * 3..][..3];
            sum.iter_mut().zip(pixel).for_each(|(sum, &value)| *sum += share * f32::from(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn a_square_is_averaged_turned_and_black_beyond_the_picture() {
        let picture = RgbImage::from_fn(40, 40, |x, _| if x < 20 { Rgb([0, 255, 100]) } else { Rgb([255, 255, 100]) });
        let square = Square { middle: Point::new(20.0, 20.0), side: 40.0, turn: 0.0 };
        let halves = square.sample(&picture, 2, -1.0, 1.0);
        assert!(halves.numbers[0] < -0.9 && halves.numbers[3] > 0.9 && halves.numbers[1] > 0.9, "{halves:?}");
        let turned = Square { turn: std::f32::consts::FRAC_PI_2, ..square }.sample(&picture, 2, 0.0, 1.0);
        assert!(turned.numbers[0] > 0.9 && turned.numbers[6] < 0.1, "{turned:?}");
        let beyond = Square { middle: Point::new(900.0, -900.0), ..square }.sample(&picture, 2, 0.0, 1.0);
        assert_eq!(beyond.numbers, [0.0; 12]);
    }

    #[test]
    fn a_square_of_a_picture_without_pixels_is_black() {
        let square = Square { middle: Point::default(), side: 0.0, turn: 0.0 };
        assert_eq!(square.sample(&RgbImage::new(0, 0), 4, 0.0, 1.0).numbers, [0.0; 48]);
    }
}
