//! A picture as light and colour in half its size: what skin, lips and microphones are told apart by. BT.709 in limited
//! range, as in video.

use image::RgbImage;

use super::geometry::Point;

/// Light, blue and red difference: 16 to 235 and 16 to 240.
pub type Yuv = [f32; 3];

/// Each pixel is the mean of two by two of the picture.
pub struct Colours {
    /// Half that of the picture, rounded down.
    pub width: usize,
    /// Half that of the picture, rounded down.
    pub height: usize,
    /// Row by row from the top left; the three numbers of [`Yuv`], rounded.
    pub pixels: Vec<[u8; 3]>,
}

impl Colours {
    /// An odd last row or column of the picture is left out.
    pub fn of(picture: &RgbImage) -> Self {
        let (width, height) = (picture.width() as usize / 2, picture.height() as usize / 2);
        let stride = picture.width() as usize * 3;
        let rows = picture.as_raw().chunks_exact((2 * stride).max(1)).take(height);
        let pixels = rows.flat_map(|two| {
            (0..width).map(move |column| {
                let at = 6 * column;
                let sum = |channel: usize| {
                    let at = at + channel;
                    [at, at + 3, at + stride, at + stride + 3].map(|at| f32::from(two[at])).iter().sum::<f32>() / 4.0
                };
                yuv([sum(0), sum(1), sum(2)]).map(|value| value.round() as u8)
            })
        });
        Self { width, height, pixels: pixels.collect() }
    }

    /// Between the pixels, at a point of the picture in its full size; beyond the edges, as at them.
    pub fn at(&self, point: Point) -> Yuv {
        if self.width < 2 || self.height < 2 {
            return [16.0, 128.0, 128.0];
        }
        let x = (point.x / 2.0 - 0.5).clamp(0.0, self.width as f32 - 1.001);
        let y = (point.y / 2.0 - 0.5).clamp(0.0, self.height as f32 - 1.001);
        let (column, row) = (x as usize, y as usize);
        let (right, down) = (x - column as f32, y - row as f32);
        let first = row * self.width + column;
        std::array::from_fn(|channel| {
            let value = |at: usize| f32::from(self.pixels[at][channel]);
            let upper = value(first) * (1.0 - right) + value(first + 1) * right;
            let lower = value(first + self.width) * (1.0 - right) + value(first + self.width + 1) * right;
            upper * (1.0 - down) + lower * down
        })
    }
}

/// Of red, green and blue from 0 to 255 (ITU-R BT.709-6).
pub fn yuv([red, green, blue]: [f32; 3]) -> Yuv {
    [
        16.0 + (46.56 * red + 156.63 * green + 15.81 * blue) / 255.0,
        128.0 + (-25.66 * red - 86.34 * green + 112.0 * blue) / 255.0,
        128.0 + (112.0 * red - 101.73 * green - 10.27 * blue) / 255.0,
    ]
}

/// Red, green and blue from 0 to 255.
pub fn rgb([light, blue_difference, red_difference]: Yuv) -> [f32; 3] {
    let (light, u, v) = (1.164_38 * (light - 16.0), blue_difference - 128.0, red_difference - 128.0);
    [light + 1.792_74 * v, light - 0.213_25 * u - 0.532_91 * v, light + 2.1124 * u].map(|value| value.clamp(0.0, 255.0))
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn colours_go_to_video_and_back() {
        for colour in [[200.0, 150.0, 120.0], [20.0, 30.0, 25.0], [255.0, 255.0, 255.0]] {
            let back = rgb(yuv(colour));
            assert!(colour.iter().zip(back).all(|(one, other)| (one - other).abs() < 0.5), "{colour:?} {back:?}");
        }
    }

    #[test]
    fn pixels_are_means_and_a_picture_without_any_is_black() {
        let picture = RgbImage::from_fn(5, 4, |x, _| if x < 2 { Rgb([255; 3]) } else { Rgb([0; 3]) });
        let colours = Colours::of(&picture);
        assert_eq!((colours.width, colours.height), (2, 2));
        assert_eq!(colours.pixels[0], [235, 128, 128]);
        assert!((colours.at(Point::new(2.0, 1.0))[0] - 125.5).abs() < 1.0);
        assert!((Colours::of(&RgbImage::new(1, 0)).at(Point::new(4.0, 4.0))[0] - 16.0).abs() < 1e-6);
    }
}
