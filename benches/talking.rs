//! What a talking photo costs in processor time, so that a busy machine does not change the answer: finding a face, and a
//! frame of a face of two sizes, with sway, speech and blinks, beside the same photo that only moves as a whole.
//!
//! `cargo bench --bench talking`; a figure over its limit ends it with an error. Elsewhere than on Linux the clock on the
//! wall is taken.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use babblecast::domain::Tone;
use babblecast::face::Marks;
use babblecast::media::picture;
use babblecast::media::sound::Sound;
use babblecast::media::video::{Figure, Frame, Frames, Lettering, SceneSpec, Shown, Talking, scene};
use image::{RgbImage, imageops};

const FRAMES: u32 = 150;

/// What a frame of a photo that moves as a whole may take; talking may add 5 ms to it, or 8 to a large face.
const PLATE: f64 = 3.6;

static BEGUN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);

/// Milliseconds that this thread had a processor for.
fn processor_ms() -> f64 {
    let of_linux = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = of_linux.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| BEGUN.elapsed().as_secs_f64() * 1e3, |nanoseconds| nanoseconds / 1e6)
}

fn main() -> ExitCode {
    let photo = include_bytes!("../tests/fixtures/faces/astronaut.jpg");
    let photo = picture::decode(photo).expect("the photo is one");
    let portrait = picture::fill(&photo, picture::PORTRAIT.0, picture::PORTRAIT.1);
    Marks::find(&portrait).expect("the models are whole");
    let begun = processor_ms();
    let marks = Marks::find(&portrait).expect("the models are whole");
    let mut figures = vec![("finding and judging a face", processor_ms() - begun, 700.0, "ms")];
    let head = marks.landmarks.as_ref().expect("there is a face").head();
    for (name, rigging, face_px, limit) in [
        ("a frame that talks, face 450 pixels wide", "rigging it", 450.0, PLATE + 5.0),
        ("a frame that talks, face 600 pixels wide", "rigging it", 600.0, PLATE + 8.0),
    ] {
        // So much of the portrait that the face is that wide in a frame of 1080.
        let side = head.width() * 1080.0 / face_px;
        let (left, top) = (head.axes.origin.x - side / 2.0, head.axes.origin.y - 0.35 * 1.5 * side);
        let part =
            imageops::crop_imm(&portrait, left.max(0.0) as u32, top.max(0.0) as u32, side as u32, (1.5 * side) as u32);
        let part = picture::fill(&part.to_image(), picture::PORTRAIT.0, picture::PORTRAIT.1);
        let marks = Marks::find(&part).expect("the models are whole");
        let begun = processor_ms();
        let mut frames = clip(&part, &marks);
        figures.push((rigging, processor_ms() - begun, 300.0, "ms"));
        let mut frame = Frame::black();
        frames.draw(0, &mut frame).expect("the frame is drawn");
        let begun = processor_ms();
        (0..FRAMES).for_each(|number| frames.draw(number, &mut frame).expect("the frame is drawn"));
        let talking = (processor_ms() - begun) / f64::from(FRAMES);
        let mut frames = still_clip(&part);
        frames.draw(0, &mut frame).expect("the frame is drawn");
        let begun = processor_ms();
        (0..FRAMES).for_each(|number| frames.draw(number, &mut frame).expect("the frame is drawn"));
        let still = (processor_ms() - begun) / f64::from(FRAMES);
        figures.push(("a frame of the photo as a whole", still, PLATE, "ms"));
        figures.push((name, talking, limit, "ms"));
    }
    println!("{:<58} {:>12} {:>16}", "", "found", "wanted");
    for (name, found, wanted, unit) in &figures {
        println!("{name:<58} {:>12} {:>16}", format!("{found:.2} {unit}"), format!("{wanted:.2} {unit}"));
    }
    if figures.iter().all(|(_, found, wanted, _)| found <= wanted) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Five seconds of speech without a caption.
fn clip(portrait: &RgbImage, marks: &Marks) -> Box<dyn Frames> {
    let rate = 16_000_u32;
    let loud = |second: f32| (second * 5.0).sin().abs() * f32::from(u8::from(second.fract() < 0.8));
    let sample = |at: u32| {
        let second = at as f32 / rate as f32;
        0.4 * loud(second) * (second * 1_400.0).sin()
    };
    let sound = Sound { rate, samples: (0..rate * FRAMES / 30).map(sample).collect() };
    let talking = Talking::new(marks, Tone::Energetic).expect("the face talks");
    let shown = Shown::Solo(Figure::Talking(portrait.clone(), talking));
    scene(SceneSpec {
        shown,
        sound: Some(Arc::new(sound)),
        timings: None,
        caption: None,
        lettering: Lettering::default(),
        frames: FRAMES,
    })
    .0
}

/// The same length without a face.
fn still_clip(portrait: &RgbImage) -> Box<dyn Frames> {
    let shown = Shown::Solo(Figure::Photo(portrait.clone(), None));
    scene(SceneSpec {
        shown,
        sound: None,
        timings: None,
        caption: None,
        lettering: Lettering::default(),
        frames: FRAMES,
    })
    .0
}
