//! Pictures of any shape made to fill an area without being squeezed: cropped where they are tall enough, else in front
//! of a blurred copy of themselves. Called by `photo` and `picture`; knows no time.

use image::{Rgb, RgbImage, imageops};

use crate::picture::{self, Placement, fill_placement};

/// How far the edge of a photo fades into what lies behind it, as a fraction of the area's height.
const FADE: f32 = 0.11;

/// A photo of a face so placed that the face is in the upper part: portraits cover the area, wider photos, whose faces lie
/// lower, are held against its top and fade out below.
pub fn photo(photo: &RgbImage, width: u32, height: u32) -> RgbImage {
    let shown = photo_height(photo, height);
    if shown >= height {
        return filled(photo, width, height);
    }
    laid_over(blurred(photo, width, height), &filled(photo, width, shown), 0, Edges::Below)
}

/// Where `photo` puts it.
pub fn photo_placement(photo: &RgbImage, width: u32, height: u32) -> Placement {
    fill_placement(photo.dimensions(), (width, photo_height(photo, height).min(height)))
}

/// How high a photo is shown in an area of this height.
fn photo_height(photo: &RgbImage, height: u32) -> u32 {
    let aspect = aspect(photo);
    // 2:3 is what portraits are made in; the wider a photo, the less room it leaves above and below a face.
    let share = if aspect <= 0.7 { 1.0 } else { (0.56 / aspect).clamp(0.55, 1.0) };
    if share >= 1.0 { height } else { (height as f32 * share) as u32 }
}

/// A photo in a narrow area: as wide as the area with a little cut off, somewhat below the top, fading out above and
/// below.
pub fn narrow_photo(photo: &RgbImage, width: u32, height: u32) -> RgbImage {
    let (shown, top) = narrow_height(photo, width, height);
    laid_over(blurred(photo, width, height), &filled(photo, width, shown), top, Edges::Both)
}

/// Where `narrow_photo` puts it.
pub fn narrow_placement(photo: &RgbImage, width: u32, height: u32) -> Placement {
    let (shown, top) = narrow_height(photo, width, height);
    let placement = fill_placement(photo.dimensions(), (width, shown));
    Placement { top: placement.top + top as f32, ..placement }
}

/// How high a photo is shown in a narrow area, and where it begins.
fn narrow_height(photo: &RgbImage, width: u32, height: u32) -> (u32, u32) {
    let wanted = width as f32 / aspect(photo) * 1.06;
    (wanted.clamp(height as f32 * 0.33, height as f32 * 0.48) as u32, (height as f32 * 0.075) as u32)
}

/// The picture blurred and darkened, filling the area.
pub fn blurred(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    let small = filled(picture, (width / 12).max(2), (height / 12).max(2));
    let mut soft = imageops::blur(&small, 3.2);
    soft.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(|value| (u16::from(value) * 150 / 256) as u8));
    filled(&soft, width, height)
}

/// Scaled and cropped to the size; black for a picture without pixels.
pub fn filled(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    let has_pixels = picture.width() > 0 && picture.height() > 0;
    if has_pixels { picture::fill(picture, width, height) } else { RgbImage::new(width, height) }
}

pub fn aspect(picture: &RgbImage) -> f32 {
    picture.width().max(1) as f32 / picture.height().max(1) as f32
}

#[derive(Clone, Copy, PartialEq)]
enum Edges {
    Below,
    Both,
}

fn laid_over(mut behind: RgbImage, shown: &RgbImage, top: u32, edges: Edges) -> RgbImage {
    let fade = behind.height() as f32 * FADE;
    for (y, row) in shown.rows().enumerate() {
        let to_edge = (shown.height() as usize - y) as f32;
        let from_edge = if edges == Edges::Both { y as f32 } else { f32::INFINITY };
        let share = crate::video::perform::curve::eased(0.0, fade, to_edge.min(from_edge));
        let y = top + y as u32;
        if y >= behind.height() {
            break;
        }
        for (x, &front) in row.enumerate() {
            let Rgb(back) = *behind.get_pixel(x as u32, y);
            let mixed = |front: u8, back: u8| (f32::from(back) + (f32::from(front) - f32::from(back)) * share) as u8;
            let Rgb([red, green, blue]) = front;
            behind.put_pixel(x as u32, y, Rgb([mixed(red, back[0]), mixed(green, back[1]), mixed(blue, back[2])]));
        }
    }
    behind
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disc in the middle of a picture, as wide as half its shorter side.
    fn disc(width: u32, height: u32) -> RgbImage {
        let (centre_x, centre_y) = (width as f32 / 2.0, height as f32 / 2.0);
        let radius = width.min(height) as f32 / 4.0;
        RgbImage::from_fn(width, height, |x, y| {
            let inside = (x as f32 - centre_x).hypot(y as f32 - centre_y) < radius;
            if inside { Rgb([250, 250, 250]) } else { Rgb([20, 60, 20]) }
        })
    }

    /// Width and height of what is bright, and its lowest row.
    fn bright(picture: &RgbImage) -> (u32, u32, u32) {
        let spots: Vec<(u32, u32)> =
            picture.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] > 190).map(|(x, y, _)| (x, y)).collect();
        let width = spots.iter().map(|spot| spot.0).max().unwrap() - spots.iter().map(|spot| spot.0).min().unwrap();
        let (top, bottom) =
            (spots.iter().map(|spot| spot.1).min().unwrap(), spots.iter().map(|spot| spot.1).max().unwrap());
        (width, bottom - top, bottom)
    }

    #[test]
    fn no_photo_is_squeezed() {
        for (width, height) in [(1024, 1536), (600, 600), (1600, 900), (300, 400), (500, 1500)] {
            let (wide, high, _) = bright(&photo(&disc(width, height), 1080, 1920));
            assert!(wide.abs_diff(high) <= 6, "{width}×{height}: the disc is {wide}×{high}");
        }
    }

    #[test]
    fn a_face_in_the_middle_of_a_wide_photo_stays_off_the_captions() {
        for (width, height) in [(600, 600), (1600, 900), (1200, 1500)] {
            let (_, _, lowest) = bright(&photo(&disc(width, height), 1080, 1920));
            assert!(lowest <= 960, "{width}×{height}: down to {lowest}");
            let (_, _, lowest) = bright(&narrow_photo(&disc(width, height), 540, 1920));
            assert!(lowest <= 940, "{width}×{height} in half: down to {lowest}");
        }
    }

    #[test]
    fn pictures_of_any_shape_fill_the_area() {
        for (width, height) in [(1, 1), (1, 4000), (4000, 1), (17, 3)] {
            let odd = RgbImage::from_pixel(width, height, Rgb([200, 90, 30]));
            for filled in [photo(&odd, 1080, 1920), narrow_photo(&odd, 1080, 1920)] {
                assert_eq!(filled.dimensions(), (1080, 1920));
                assert!(filled.pixels().all(|pixel| pixel.0[0] > 90), "{width}×{height} leaves a hole");
            }
        }
    }
}
