//! What finding and judging promise, on one small photo in the public domain (NASA's portrait of Eileen Collins) and on what
//! can be made of it.

use std::sync::LazyLock;

use image::{Rgb, RgbImage, imageops};
use sha2::{Digest, Sha256};

use super::finder::{detector, landmarks};
use super::*;
use face_models::{Model, Tensor};

/// The photo, 300 × 450.
fn astronaut() -> RgbImage {
    let bytes = include_bytes!("../../../tests/fixtures/faces/astronaut.jpg");
    image::load_from_memory(bytes).unwrap().into_rgb8()
}

static FOUND: LazyLock<Marks> = LazyLock::new(|| Marks::find(&astronaut()).unwrap());

fn verdict(picture: &RgbImage) -> Verdict {
    Marks::find(picture).unwrap().verdict
}

#[test]
fn the_models_are_those_of_their_notice() {
    let notice = include_str!("../assets/NOTICE");
    for (name, bytes) in [("detector.tflite", detector()), ("landmarks.tflite", landmarks())] {
        let hash: String = Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        assert!(notice.contains(&format!("{hash}  {name}")), "{name} is {hash}");
    }
}

#[test]
fn damaged_models_are_an_error_or_answer_and_never_panic() {
    let detector = detector();
    for share in [0, 1, 7, 50, 99] {
        let cut = &detector[..detector.len() * share / 100];
        assert!(Model::read(cut).is_err(), "{share} % of it");
    }
    // Tables and weights lie at either end of the file.
    let mut place = 17_usize;
    for _ in 0..400 {
        place = place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut bytes = detector.clone();
        let tables = bytes.len() - 65_536;
        let at = if place.is_multiple_of(2) { (place >> 20) % 65_536 } else { tables + (place >> 20) % 65_536 };
        bytes[at] ^= 1 << (place >> 50 & 7);
        if let Ok(model) = Model::read(&bytes) {
            // Input of another size: refused before anything is computed.
            assert!(model.run(Tensor::zeros(&[1, 4, 4, 3])).is_err());
        }
    }
    assert!(Finder::new(&landmarks(), &detector).unwrap().faces(&astronaut()).is_err(), "models in each other's place");
}

#[test]
fn a_face_is_found_where_it_is() {
    assert_eq!(FOUND.verdict, Verdict::Talks);
    let landmarks = FOUND.landmarks.as_ref().unwrap();
    // As seen by a person in the picture.
    for (name, point, x, y) in [
        ("left corner of the mouth", points::LEFT_OUTER_CORNER, 131.0, 140.0),
        ("right corner of the mouth", points::RIGHT_OUTER_CORNER, 173.0, 141.0),
        ("tip of the nose", points::NOSE_TIP, 151.0, 131.0),
        ("left iris", points::EYES[0].iris, 131.0, 101.0),
        ("right iris", points::EYES[1].iris, 175.0, 103.0),
    ] {
        let found = landmarks.at(point);
        assert!(found.distance(Point::new(x, y)) < 5.0, "{name}: {found:?}");
    }
    assert!(landmarks.turn().abs() < 0.25 && landmarks.lean().abs() < 8.0);
    assert!(!landmarks.mouth().is_closed(), "she smiles");
}

#[test]
fn what_the_same_face_gives_does_not_depend_on_where_and_how_large_it_is() {
    let larger = imageops::resize(&astronaut(), 600, 900, imageops::FilterType::Triangle);
    let (small, large) = (FOUND.landmarks.as_ref().unwrap(), Marks::find(&larger).unwrap().landmarks.unwrap());
    let eyes = small.at(points::EYES[0].iris).distance(small.at(points::EYES[1].iris));
    let off = |point: usize| {
        let found = large.at(point);
        small.at(point).distance(Point::new(found.x / 2.0, found.y / 2.0)) / eyes
    };
    let mean = (0..points::COUNT).map(off).sum::<f32>() / points::COUNT as f32;
    assert!(mean < 0.025, "{:.2} % of the way between the eyes", 100.0 * mean);
}

/// Whether a verdict is right.
type Expected = fn(Verdict) -> bool;

#[test]
fn a_face_that_would_be_smeared_does_not_talk_and_says_why() {
    let photo = astronaut();
    let painted = |left: u32, top: u32, right: u32, bottom: u32, colour: [u8; 3]| {
        let mut photo = photo.clone();
        for (x, y) in (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))) {
            photo.put_pixel(x, y, Rgb(colour));
        }
        photo
    };
    let two = RgbImage::from_fn(600, 450, |x, y| *photo.get_pixel(x % 300, y));
    let small =
        RgbImage::from_fn(1200, 900, |x, y| if x < 300 && y < 450 { *photo.get_pixel(x, y) } else { Rgb([90; 3]) });
    let half = imageops::crop_imm(&photo, 152, 0, 148, 450).to_image();
    let cases: [(&str, RgbImage, Expected); 5] = [
        ("a black bar over the mouth", painted(120, 132, 185, 165, [8, 8, 8]), |verdict| !verdict.talks()),
        ("sunglasses", painted(108, 92, 198, 112, [10, 10, 12]), |verdict| !verdict.blinks()),
        ("two faces", two, |verdict| verdict == Verdict::SeveralFaces),
        ("half out of the picture", half, |verdict| !verdict.talks()),
        ("a small face", small, |verdict| verdict == Verdict::TooSmall),
    ];
    for (name, picture, is_right) in cases {
        let found = verdict(&picture);
        assert!(is_right(found), "{name}: {}", found.words());
    }
}

#[test]
fn what_has_no_face_says_so() {
    let noise = RgbImage::from_fn(200, 200, |x, y| Rgb([(x * 7 + y * 13) as u8, (x * y) as u8, (x ^ y) as u8]));
    for (name, picture) in [
        ("without pixels", RgbImage::new(0, 0)),
        ("one pixel", RgbImage::new(1, 1)),
        ("plain", RgbImage::from_pixel(64, 96, Rgb([128; 3]))),
        ("noise", noise),
        ("upside down", imageops::rotate180(&astronaut())),
    ] {
        let found = verdict(&picture);
        assert!(!found.talks(), "{name}: {}", found.words());
    }
}

#[test]
fn pictures_of_any_size_and_kind_are_judged_and_named() {
    let photo = astronaut();
    let face = imageops::crop_imm(&photo, 70, 40, 160, 160).to_image();
    let larger = |width: u32, height: u32| imageops::resize(&photo, width, height, imageops::FilterType::Triangle);
    let out_of =
        |left: u32, top: u32, width: u32, height: u32| imageops::crop_imm(&photo, left, top, width, height).to_image();
    let moves_as_a_whole: Expected = |verdict| verdict.words().starts_with("moves as a whole: ");
    let talks: Expected = Verdict::talks;
    for (name, picture, is_right) in [
        ("200 by 200", imageops::resize(&face, 200, 200, imageops::FilterType::Triangle), talks),
        ("8192 by 8192", imageops::resize(&face, 8192, 8192, imageops::FilterType::Nearest), talks),
        ("as wide as a wall", larger(4096, 40), moves_as_a_whole),
        ("grey", image::DynamicImage::from(larger(600, 900)).grayscale().into_rgb8(), talks),
        ("upside down", imageops::rotate180(&larger(600, 900)), moves_as_a_whole),
        ("lying on a side", imageops::rotate90(&larger(600, 900)), moves_as_a_whole),
        ("its left half", out_of(0, 0, 150, 450), moves_as_a_whole),
        ("its right half", out_of(155, 0, 145, 450), moves_as_a_whole),
        ("without a chin", out_of(0, 0, 300, 138), moves_as_a_whole),
        ("without eyes", out_of(0, 112, 300, 338), moves_as_a_whole),
    ] {
        let found = verdict(&picture);
        assert!(is_right(found), "{name}: {}", found.words());
    }
}

/// The photo as if the face looked to a side: what lies left of its nose is so much narrower.
fn turned(share: f32) -> RgbImage {
    let (photo, nose) = (astronaut(), 151.0);
    RgbImage::from_fn(300, 450, |x, y| {
        let from_nose = x as f32 - nose;
        let from = if from_nose < 0.0 { nose + from_nose / share } else { x as f32 };
        *photo.get_pixel(from.clamp(0.0, 299.0) as u32, y)
    })
}

#[test]
fn a_face_that_is_turned_by_a_third_still_blinks() {
    let found = [0.6, 0.53, 0.46, 0.4].map(|share| Marks::find(&turned(share)).unwrap());
    let turn = |marks: &Marks| marks.landmarks.as_ref().map_or(0.0, |landmarks| landmarks.turn().abs());
    let about_a_third: Vec<&Marks> = found.iter().filter(|marks| (0.3..0.4).contains(&turn(marks))).collect();
    assert!(!about_a_third.is_empty(), "{:?}", found.each_ref().map(turn));
    for marks in about_a_third {
        assert_eq!(marks.verdict, Verdict::Talks, "turned by {}", turn(marks));
    }
}

#[test]
fn a_grey_photo_talks_too() {
    let grey = image::DynamicImage::from(astronaut()).grayscale().into_rgb8();
    assert!(verdict(&grey).talks(), "{}", verdict(&grey).words());
}

#[test]
fn who_asks_for_it_makes_a_doubtful_face_talk_but_none_where_there_is_none() {
    let of = |verdict: Verdict| Marks { verdict, landmarks: None }.forced().verdict;
    assert!(of(Verdict::MouthCovered).talks() && of(Verdict::TurnedAway).talks() && of(Verdict::SeveralFaces).talks());
    assert!(!of(Verdict::NoFace).talks() && !of(Verdict::CutOff).talks() && !of(Verdict::TooSmall).talks());
    assert_eq!(of(Verdict::Talks), Verdict::Talks);
}

#[test]
fn a_media_type_names_its_verdict() {
    for verdict in [Verdict::Talks, Verdict::NoFace, Verdict::MouthCovered, Verdict::Drawn] {
        assert_eq!(Verdict::of_media_type(verdict.media_type()), Some(verdict));
    }
    assert_eq!(Verdict::of_media_type("application/json"), None);
}
