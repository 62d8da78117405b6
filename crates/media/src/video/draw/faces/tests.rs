//! What a caption promises to a face: tables of bounds, and whole frames of one photo in the public domain (NASA's portrait
//! of Eileen Collins).

use std::sync::{Arc, LazyLock};

use image::{RgbImage, imageops};

use super::*;
use crate::picture;
use crate::sound::Sound;
use crate::video::draw::duo::Side;
use crate::video::draw::scene::{Lettering, SceneSpec, Shown, scene};
use crate::video::draw::talking::Talking;
use crate::video::encode::decode::still;
use crate::video::frame::Frame;
use crate::video::perform::voice::tests::buzz;
use domain::{CaptionLook, CaptionPosition, CaptionStyle, Tone};
use face::{Finder, Marks};

/// A face in the middle of the frame between these rows, proportioned as faces are.
fn face(forehead: f32, chin: f32) -> Face {
    let high = chin - forehead;
    let rows = |from: f32, to: f32, wide: f32| Bounds {
        left: 540.0 - wide * high / 2.0,
        top: forehead + from * high,
        right: 540.0 + wide * high / 2.0,
        bottom: forehead + to * high,
    };
    Face { whole: rows(0.0, 1.0, 0.75), mouth: rows(0.55, 0.85, 0.35), eyes: rows(0.3, 0.42, 0.6) }
}

/// Two lines of the usual size.
const LETTERS: Range<f32> = 26.0..242.0;

#[test]
fn a_caption_keeps_clear_of_a_face_where_the_frame_has_room() {
    for (name, forehead, chin, expected) in [
        ("far away", 300.0, 800.0, TOP),
        ("a chin right above the usual place", 400.0, 1006.0, TOP),
        ("room below the chin", 500.0, 1020.0, 994.0),
        ("just room below the chin", 500.0, 1032.0, 1006.0),
        ("room above the forehead", 600.0, 1300.0, 358.0),
        ("just room above the forehead", 504.0, 1500.0, 262.0),
        ("far down", 1300.0, 1900.0, TOP),
    ] {
        let top = caption_top(&LETTERS, &[face(forehead, chin)]);
        assert!((top - expected).abs() < 0.1, "{name}: {top}, not {expected}");
        let (first, last) = (top + LETTERS.start, top + LETTERS.end);
        assert!(first >= SAFE.start && last <= SAFE.end, "{name}: {first} to {last}");
        assert!(last <= forehead || first >= chin, "{name}: {first} to {last}");
    }
}

#[test]
fn a_face_that_fills_the_frame_keeps_its_mouth_then_its_eyes() {
    let shared = |face: Face, top: f32| {
        let caption = Bounds { left: LEFT, top: top + LETTERS.start, right: RIGHT, bottom: top + LETTERS.end };
        (face.mouth.shared(&caption), face.eyes.shared(&caption))
    };
    for (forehead, chin) in [(300.0, 1240.0), (250.0, 1400.0), (350.0, 1180.0)] {
        let face = face(forehead, chin);
        let top = caption_top(&LETTERS, &[face]);
        assert_eq!(shared(face, top), (0, 0), "{forehead} to {chin}: {top}");
    }
    // Eyes at the upper edge and a mouth that reaches the lower one.
    let rows = |top: f32, bottom: f32| Bounds { left: 100.0, top, right: 900.0, bottom };
    let large = Face { whole: rows(0.0, 1900.0), mouth: rows(640.0, 1250.0), eyes: rows(288.0, 500.0) };
    let top = caption_top(&LETTERS, &[large]);
    let (mouth, eyes) = shared(large, top);
    assert!(mouth == 0 && eyes > 0, "{top}: {mouth} of the mouth, {eyes} of the eyes");
}

#[test]
fn of_two_faces_neither_is_covered() {
    let half = |face: Face, by: f32| {
        let moved = |bounds: Bounds| Bounds { left: bounds.left + by, right: bounds.right + by, ..bounds };
        Face { whole: moved(face.whole), mouth: moved(face.mouth), eyes: moved(face.eyes) }
    };
    for (left, right) in [((400.0, 800.0), (560.0, 1026.0)), ((620.0, 1100.0), (560.0, 1200.0))] {
        let faces = [half(face(left.0, left.1), -270.0), half(face(right.0, right.1), 270.0)];
        let top = caption_top(&LETTERS, &faces);
        let caption = Bounds { left: LEFT, top: top + LETTERS.start, right: RIGHT, bottom: top + LETTERS.end };
        assert!(faces.iter().all(|face| face.whole.shared(&caption) == 0), "{left:?} {right:?}: {top}");
    }
}

#[test]
fn faces_anywhere_leave_the_caption_in_the_frame() {
    let everywhere = Bounds { left: -1e9, top: f32::MIN, right: f32::MAX, bottom: 1e9 };
    let nowhere = Bounds { left: f32::NAN, top: f32::NAN, right: f32::NAN, bottom: f32::NAN };
    for bounds in [everywhere, nowhere] {
        let face = Face { whole: bounds, mouth: bounds, eyes: bounds };
        for letters in [LETTERS, 0.0..268.0, -4.0..272.0] {
            let top = caption_top(&letters, &[face; 2]);
            assert!((200.0..=1010.0).contains(&top), "{top}");
        }
    }
    assert_eq!(caption_top(&LETTERS, &[]).to_bits(), TOP.to_bits());
}

/// The photo so close that the face is this wide in a frame of 1080, its middle at this share of the height.
fn close_portrait(face_px: f32, middle: f32) -> (RgbImage, Marks) {
    static PHOTO: LazyLock<(RgbImage, Marks)> = LazyLock::new(|| {
        let bytes = include_bytes!("../../../../../../tests/fixtures/faces/astronaut.jpg");
        let photo = image::load_from_memory(bytes).unwrap().into_rgb8();
        let photo = picture::fill(&photo, picture::PORTRAIT.0, picture::PORTRAIT.1);
        let marks = Marks::find(&photo).unwrap();
        (photo, marks)
    });
    let (photo, marks) = &*PHOTO;
    let head = marks.landmarks.as_ref().unwrap().head();
    let (width, height) = (head.width() * 1080.0 / face_px, head.width() * 1920.0 / face_px);
    let place = |value: f32| value.max(0.0) as u32;
    let (left, top) = (place(head.axes.origin.x - width / 2.0), place(head.axes.origin.y - middle * height));
    let portrait = imageops::crop_imm(photo, left, top, width as u32, height as u32).to_image();
    let portrait = picture::fill(&portrait, 720, 1280);
    let marks = Marks::find(&portrait).unwrap();
    (portrait, marks)
}

const FRAMES: u32 = 60;

/// A picture of two seconds of speech whose words stand as they are asked to.
fn frame(shown: Shown, look: CaptionLook, number: u32) -> Frame {
    let loud = |second: f64| if (0.2..1.8).contains(&second) { 1.0 } else { 0.0 };
    let sound: Sound = buzz(2.0, loud);
    let spec = SceneSpec {
        shown,
        sound: Some(Arc::new(sound)),
        timings: None,
        caption: Some("Naps for everybody!".to_owned()),
        lettering: Lettering { look, ..Lettering::default() },
        frames: FRAMES,
    };
    let mut frame = Frame::black();
    scene(spec).0.draw(number, &mut frame).unwrap();
    frame
}

/// Caption pixels in the whole frame, and inside mouth and nose of every face that is found in the frame without words.
fn pixels_of_words(shown: impl Fn() -> Shown, look: CaptionLook, number: u32) -> (usize, usize) {
    let bare = frame(shown(), CaptionLook { style: CaptionStyle::None, ..look }, number);
    let words = frame(shown(), look, number);
    let finder = Finder::built_in().unwrap();
    let picture = still(&bare);
    let seen = finder.faces(&picture).unwrap();
    assert!(!seen.is_empty(), "no face is seen");
    let area = |seen| {
        let found = finder.face(&picture, seen).unwrap().unwrap().landmarks;
        Bounds::around(points::LIPS.iter().chain([&points::NOSE_TIP]).map(|&point| found.at(point)))
    };
    let areas: Vec<Bounds> = seen.iter().map(area).collect();
    let changed = (0..bare.y.len()).filter(|&at| bare.y[at] != words.y[at]);
    let places: Vec<(f32, f32)> = changed.map(|at| ((at % 1080) as f32, (at / 1080) as f32)).collect();
    let covers = |area: &Bounds, (x, y): (f32, f32)| {
        (area.left..area.right).contains(&x) && (area.top..area.bottom).contains(&y)
    };
    (places.len(), places.iter().filter(|place| areas.iter().any(|area| covers(area, **place))).count())
}

#[test]
fn no_letter_lies_over_mouth_or_nose_of_a_close_portrait() {
    for (face_px, middle) in [(840.0, 0.44), (1000.0, 0.42)] {
        let (portrait, marks) = close_portrait(face_px, middle);
        let landmarks = marks.landmarks.clone().unwrap();
        let talking = Talking { landmarks: landmarks.clone(), blinks: true, tone: Tone::Warm };
        let talks = || Shown::Solo(Figure::Talking(portrait.clone(), talking.clone()));
        let stands = || Shown::Solo(Figure::Photo(portrait.clone(), Some(landmarks.clone())));
        for number in [10, 30, 58] {
            for (name, (all, over_mouth)) in [
                ("talks", pixels_of_words(talks, CaptionLook::default(), number)),
                ("moves as a whole", pixels_of_words(stands, CaptionLook::default(), number)),
            ] {
                assert!(all > 5_000 && over_mouth == 0, "{face_px}, {name}, {number}: {over_mouth} of {all}");
            }
        }
        // Where a campaign names a place, that is where its words stand.
        let bottom = CaptionLook { position: Some(CaptionPosition::Bottom), ..CaptionLook::default() };
        let (_, over_mouth) = pixels_of_words(talks, bottom, 30);
        assert!(over_mouth > 1_000, "the portrait is not close enough to show anything: {over_mouth}");
    }
}

#[test]
fn no_letter_lies_over_the_mouths_of_two_who_share_a_frame() {
    let (portrait, marks) = close_portrait(760.0, 0.62);
    let landmarks = marks.landmarks.clone().unwrap();
    let talking = Talking { landmarks: landmarks.clone(), blinks: true, tone: Tone::Warm };
    let shown = || Shown::Duo {
        left: Figure::Talking(portrait.clone(), talking.clone()),
        right: Figure::Photo(portrait.clone(), Some(landmarks.clone())),
        speaking: Side::Left,
    };
    let (all, over_mouths) = pixels_of_words(shown, CaptionLook::default(), 50);
    assert!(all > 5_000 && over_mouths == 0, "{over_mouths} of {all}");
}

#[test]
fn a_caption_stays_in_its_place_through_a_clip() {
    let (portrait, marks) = close_portrait(840.0, 0.52);
    let landmarks = marks.landmarks.clone().unwrap();
    let first_row = |number: u32| {
        let shown = || Shown::Solo(Figure::Photo(portrait.clone(), Some(landmarks.clone())));
        let look = CaptionLook { style: CaptionStyle::Plain, words_per_page: Some(20), ..CaptionLook::default() };
        let bare = frame(shown(), CaptionLook { style: CaptionStyle::None, ..look }, number);
        let words = frame(shown(), look, number);
        (0..bare.y.len()).find(|&at| bare.y[at] != words.y[at]).map(|at| at / 1080)
    };
    let first = first_row(20);
    let (first, later) = (first.unwrap(), first_row(40).unwrap());
    assert!(first.abs_diff(later) <= 1, "{first} and {later}");
}
