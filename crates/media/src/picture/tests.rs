//! The promises of `picture`, over pictures made here rather than kept as files.

use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

const RED: Rgb<u8> = Rgb([250, 20, 10]);
const BLUE: Rgb<u8> = Rgb([10, 20, 250]);

/// Red above, blue below: tells orientation and where a crop fell.
fn two_halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |_, y| if y < height / 2 { RED } else { BLUE })
}

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG of one chunk, the header, for a size that no pixels back.
fn header_only_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encode_png(&RgbImage::new(1, 1));
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    bytes.truncate(33);
    bytes
}

/// A JPEG with an Exif segment that says how the camera was held.
fn jpeg_held(image: &RgbImage, orientation: u8) -> Vec<u8> {
    let jpeg = encoded(image.clone(), ImageFormat::Jpeg);
    let tiff = [&b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation, 0, 0, 0, 0, 0, 0]].concat();
    let length = (2 + 6 + tiff.len()) as u16;
    [&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), b"Exif\0\0", &tiff, &jpeg[2..]].concat()
}

fn is_near(pixel: Rgb<u8>, expected: Rgb<u8>) -> bool {
    pixel.0.iter().zip(expected.0).all(|(a, b)| a.abs_diff(b) < 12)
}

#[test]
fn what_is_encoded_decodes_to_the_same_pixels() {
    let image = RgbImage::from_fn(67, 41, |x, y| Rgb([x as u8, y as u8, (x * y) as u8]));
    let bytes = encode_png(&image);
    assert_eq!(decode(&bytes), Ok(image));
    assert_eq!(inspect(&bytes), Ok(PictureInfo { format: PictureFormat::Png, width: 67, height: 41 }));
}

#[test]
fn every_kind_of_png_becomes_rgb() {
    let grey = encoded(GrayImage::from_pixel(3, 2, Luma([90])), ImageFormat::Png);
    let sixteen = encoded(
        DynamicImage::ImageRgb16(ImageBuffer::from_pixel(3, 2, Rgb([90 * 257 + 100, 90 * 257 - 100, 90 * 257]))),
        ImageFormat::Png,
    );
    let mut palette = Vec::new();
    let mut encoder = png::Encoder::new(&mut palette, 3, 2);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Two);
    encoder.set_palette(vec![0, 0, 0, 90, 90, 90]);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0b0101_0100, 0b0101_0100]).unwrap();
    writer.finish().unwrap();
    for bytes in [grey, sixteen, palette] {
        assert_eq!(decode(&bytes), Ok(RgbImage::from_pixel(3, 2, Rgb([90, 90, 90]))));
    }
}

#[test]
fn transparency_is_laid_on_white() {
    let half = encoded(RgbaImage::from_pixel(2, 2, Rgba([0, 100, 255, 128])), ImageFormat::Png);
    assert_eq!(decode(&half).unwrap().get_pixel(0, 0), &Rgb([127, 177, 255]));
    let none = encoded(GrayAlphaImage::from_pixel(2, 2, LumaA([7, 0])), ImageFormat::Png);
    assert_eq!(decode(&none).unwrap().get_pixel(1, 1), &BACKGROUND);
}

#[test]
fn webp_and_jpeg_are_read() {
    let image = two_halves(32, 48);
    let webp = encoded(image.clone(), ImageFormat::WebP);
    assert_eq!(inspect(&webp), Ok(PictureInfo { format: PictureFormat::WebP, width: 32, height: 48 }));
    assert_eq!(decode(&webp).as_ref(), Ok(&image));
    let jpeg = decode(&encoded(image, ImageFormat::Jpeg)).unwrap();
    assert!(is_near(*jpeg.get_pixel(5, 5), RED) && is_near(*jpeg.get_pixel(5, 40), BLUE));
}

#[test]
fn a_photograph_taken_sideways_stands_upright() {
    let bytes = jpeg_held(&two_halves(32, 48), 6);
    assert_eq!(inspect(&bytes), Ok(PictureInfo { format: PictureFormat::Jpeg, width: 48, height: 32 }));
    let image = decode(&bytes).unwrap();
    assert_eq!(image.dimensions(), (48, 32));
    assert!(is_near(*image.get_pixel(2, 16), BLUE) && is_near(*image.get_pixel(45, 16), RED));
}

#[test]
fn a_picture_cut_on_the_way_is_refused_at_every_length() {
    let image = two_halves(32, 48);
    for (format, bytes) in [
        (PictureFormat::Png, encode_png(&image)),
        (PictureFormat::Jpeg, encoded(image.clone(), ImageFormat::Jpeg)),
        (PictureFormat::WebP, encoded(image.clone(), ImageFormat::WebP)),
    ] {
        for length in 16..bytes.len() {
            assert_eq!(decode(&bytes[..length]), Err(PictureError::CutShort { format }), "{length} of {}", bytes.len());
        }
    }
}

#[test]
fn bytes_behind_the_end_are_refused() {
    let image = two_halves(32, 48);
    for (format, bytes) in [
        (PictureFormat::Png, encode_png(&image)),
        (PictureFormat::Jpeg, encoded(image.clone(), ImageFormat::Jpeg)),
        (PictureFormat::WebP, encoded(image.clone(), ImageFormat::WebP)),
    ] {
        let longer = [&bytes[..], b"<html>"].concat();
        assert_eq!(decode(&longer), Err(PictureError::TrailingBytes { format, count: 6 }));
    }
}

#[test]
fn the_further_pictures_that_a_phone_announces_are_no_garbage() {
    let jpeg = encoded(two_halves(32, 48), ImageFormat::Jpeg);
    let segment = b"\xff\xe2\x00\x08MPF\0\0\0";
    let phone = [&jpeg[..2], segment, &jpeg[2..], &jpeg].concat();
    assert_eq!(decode(&phone).unwrap().dimensions(), (32, 48));
}

#[test]
fn a_changed_byte_of_pixels_is_noticed() {
    let mut bytes = encode_png(&two_halves(32, 48));
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    assert!(matches!(decode(&bytes), Err(PictureError::Damaged { format: PictureFormat::Png, .. })));
}

#[test]
fn a_huge_picture_is_refused_by_its_header() {
    for bytes in [header_only_png(30_000, 30_000), header_only_png(8_193, 1), header_only_png(1, u32::MAX)] {
        assert!(matches!(inspect(&bytes), Err(PictureError::TooLarge { .. })));
        assert!(matches!(decode(&bytes), Err(PictureError::TooLarge { .. })));
    }
    let message = inspect(&header_only_png(30_000, 30_000)).unwrap_err().to_string();
    assert!(message.contains("30000×30000") && message.contains("8192"), "{message}");
}

#[test]
fn a_picture_of_allowed_sides_but_too_many_bytes_is_refused() {
    // 16-bit RGBA at 8192×8192 is 512 MiB; eight bytes a pixel, so bit depth and colour type of the header decide.
    let mut bytes = encoded(DynamicImage::ImageRgba16(ImageBuffer::new(4, 4)), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&8192_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&8192_u32.to_be_bytes());
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert!(matches!(inspect(&bytes), Err(PictureError::TooLarge { width: 8192, height: 8192, .. })));
}

/// The checksum of a PNG chunk, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

#[test]
fn a_web_page_is_called_a_web_page() {
    let error = decode(b"<!DOCTYPE html><html><body>Sign in</body></html>").unwrap_err();
    assert_eq!(error, PictureError::NotAPicture { found: "a web page" });
    assert_eq!(error.to_string(), "This is not a picture: the file is a web page. Use a PNG, JPEG, WebP or GIF file.");
    assert_eq!(inspect(b""), Err(PictureError::NotAPicture { found: "empty" }));
    assert_eq!(inspect(b"ID3\x04"), Err(PictureError::NotAPicture { found: "an MP3 recording" }));
}

#[test]
fn a_portrait_that_is_right_stays_as_it_is() {
    let bytes = encode_png(&two_halves(PORTRAIT.0, PORTRAIT.1));
    assert!(is_portrait_png(&bytes));
    assert_eq!(optimize(&bytes), Ok(Optimized::AlreadyRight));
    let cut = &bytes[..bytes.len() - 20];
    assert_eq!(optimize(cut), Err(PictureError::CutShort { format: PictureFormat::Png }));
}

#[test]
fn a_portrait_is_checked_as_strictly_by_rows_as_by_pixels() {
    let whole = encode_png(&two_halves(PORTRAIT.0, PORTRAIT.1));
    // Beyond the header, so that it stays a portrait's.
    let places = (33..whole.len()).step_by(whole.len() / 40);
    let mut refused = 0;
    for (place, flip) in places.flat_map(|place| [(place, 1_u8), (place, 0x80)]) {
        let mut bytes = whole.clone();
        bytes[place] ^= flip;
        let (by_rows, by_pixels) = (optimize(&bytes).err(), decode(&bytes).err());
        assert_eq!(by_rows.is_some(), by_pixels.is_some(), "byte {place}: {by_rows:?} and {by_pixels:?}");
        refused += usize::from(by_rows.is_some());
    }
    assert!(refused > 60, "only {refused} of 80 damaged portraits were refused");
}

#[test]
fn every_other_picture_becomes_a_portrait() {
    let (width, height) = PORTRAIT;
    for bytes in [
        encode_png(&two_halves(1024, 1792)),
        encode_png(&two_halves(1, 1)),
        encode_png(&two_halves(300, 20)),
        encoded(RgbaImage::from_pixel(width, height, Rgba([1, 2, 3, 255])), ImageFormat::Png),
        encoded(two_halves(width, height), ImageFormat::Jpeg),
        encoded(GrayImage::new(width, height), ImageFormat::Png),
    ] {
        let Ok(Optimized::Rewritten(portrait)) = optimize(&bytes) else { panic!("it was not right before") };
        assert!(is_portrait_png(&portrait));
        assert_eq!(optimize(&portrait), Ok(Optimized::AlreadyRight));
    }
}

#[test]
fn a_transparent_colour_is_not_right_for_video() {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, PORTRAIT.0, PORTRAIT.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_trns(vec![0, 0, 0, 0, 0, 0]);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(RgbImage::new(PORTRAIT.0, PORTRAIT.1).as_raw()).unwrap();
    writer.finish().unwrap();
    assert!(!is_portrait_png(&bytes));
    assert!(matches!(optimize(&bytes), Ok(Optimized::Rewritten(_))));
}

#[test]
fn filling_crops_and_never_squeezes() {
    // A circle stays a circle: as wide as high, whatever the shape of its surroundings.
    let circle = |width: u32, height: u32| {
        RgbImage::from_fn(width, height, |x, y| {
            let from_centre = (f64::from(x) - f64::from(width) / 2.0).hypot(f64::from(y) - f64::from(height) / 2.0);
            if from_centre < 100.0 { RED } else { BLUE }
        })
    };
    for (width, height) in [(400, 900), (900, 400), (512, 768)] {
        let filled = fill(&circle(width, height), 512, 768);
        let is_red = |x: u32, y: u32| is_near(*filled.get_pixel(x, y), RED);
        let across = (0..512).map(|x| (0..768).filter(|&y| is_red(x, y)).count()).max().unwrap();
        let along = (0..768).map(|y| (0..512).filter(|&x| is_red(x, y)).count()).max().unwrap();
        assert!(across.abs_diff(along) <= 3, "{width}×{height}: {across} by {along}");
    }
}

#[test]
fn a_tall_picture_loses_less_above_than_below() {
    // 100×400 to 100×100: 300 rows go, a quarter of them above.
    let tall = RgbImage::from_fn(100, 400, |_, y| Rgb([(y / 2) as u8, 0, 0]));
    let filled = fill(&tall, 100, 100);
    assert!(filled.get_pixel(50, 0)[0].abs_diff(75 / 2) <= 1);
}

#[test]
fn fitting_keeps_the_aspect_inside_the_pane() {
    let image = two_halves(1024, 1536);
    assert_eq!(fit(&image, 600, 900).dimensions(), (600, 900));
    assert_eq!(fit(&image, 900, 900).dimensions(), (600, 900));
    assert_eq!(fit(&image, 120, 90).dimensions(), (60, 90));
    assert_eq!(fit(&image, 2048, 9000).dimensions(), (2048, 3072));
    assert_eq!(fit(&image, 0, 0).dimensions(), (1, 1));
    assert_eq!(fit(&RgbImage::new(8000, 1), 100, 100).dimensions(), (100, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_fitted_picture_touches_the_pane_and_stays_inside(
        (width, height) in (1..200_u32, 1..200_u32), (pane_width, pane_height) in (1..200_u32, 1..200_u32)
    ) {
        let (fitted_width, fitted_height) = fit(&RgbImage::new(width, height), pane_width, pane_height).dimensions();
        prop_assert!(fitted_width <= pane_width && fitted_height <= pane_height);
        prop_assert!(fitted_width == pane_width || fitted_height == pane_height);
    }

    #[test]
    fn no_damage_makes_decoding_fail_loudly(at in 0..400_usize, byte in any::<u8>(), which in 0..3_usize) {
        let image = two_halves(24, 24);
        let mut bytes = match which {
            0 => encode_png(&image),
            1 => jpeg_held(&image, 3),
            _ => encoded(image, ImageFormat::WebP),
        };
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = (inspect(&bytes), decode(&bytes));
    }
}
