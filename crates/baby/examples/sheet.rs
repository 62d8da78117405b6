//! Contact sheets of the drawn baby, to look at while drawing: one PNG a subject, full size and small, still and moving,
//! and how long a frame takes. `cargo run -p babblecast-baby --example sheet -- FOLDER [time, or NAME or TEXT...]`

use std::path::{Path, PathBuf};
use std::time::Instant;

use babblecast_baby::{Framing, Look, Pose, Stage, portrait};
use domain::Tone;
use image::{RgbImage, imageops};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name the folder that the sheets go to")?);
    std::fs::create_dir_all(&folder)?;
    let asked: Vec<String> = arguments.collect();
    if asked.is_empty() || asked == ["time"] {
        println!("{:.2} ms a frame", milliseconds_a_frame());
    }
    if asked == ["time"] {
        return Ok(());
    }
    let drawn: Vec<_> =
        SUBJECTS.iter().filter(|(name, _)| asked.is_empty() || asked.iter().any(|one| one == name)).collect();
    if drawn.is_empty() {
        moving(&folder, "asked", &asked)?;
        return Ok(sheet(&asked, 512, 3).save(folder.join("asked.png"))?);
    }
    for (name, subjects) in drawn {
        let subjects: Vec<String> = subjects.iter().map(|&text| text.to_owned()).collect();
        let large = sheet(&subjects, 400, 4);
        imageops::thumbnail(&large, large.width() / 4, large.height() / 4)
            .save(folder.join(format!("{name}-small.png")))?;
        large.save(folder.join(format!("{name}.png")))?;
        moving(&folder, name, &subjects)?;
    }
    Ok(())
}

const SUBJECTS: [(&str, &[&str]); 4] = [
    (
        "hair",
        &[
            "two red bunches with green bows",
            "black buns with yellow bows",
            "a pink bow in her black curls",
            "blond bob, tiara",
            "party hat, brown hair",
            "gold crown, black afro",
            "silver bonnet with a frill",
            "purple bows, short hair",
        ],
    ),
    (
        "face",
        &[
            "round glasses, brown hair",
            "square black glasses",
            "red heart glasses",
            "yellow star glasses",
            "purple cat-eye glasses",
            "sunglasses",
            "brown skin, freckles, gap teeth",
            "crumbs on one cheek, beauty spot, long lashes, dimples, chubby cheeks",
        ],
    ),
    (
        "clothes",
        &[
            "blue dungarees",
            "pink tutu",
            "red superhero cape, blue romper",
            "white bib, green onesie",
            "red bow tie, white shirt",
            "pacifier on a clip, grey sweater",
            "brown knitted waistcoat",
            "green cardigan",
        ],
    ),
    ("seeds", &["", " ", "  ", "   ", "    ", "     ", "      ", "       "]),
];

/// A seed of the text, so that each subject is one child.
fn seed(text: &str) -> [u8; 32] {
    let mut seed = [0_u8; 32];
    for (index, byte) in text.bytes().enumerate() {
        seed[index % 32] = seed[index % 32].wrapping_mul(31).wrapping_add(byte);
    }
    seed[31] = seed[31].wrapping_add(text.len() as u8);
    seed
}

/// The portraits of these babies side by side, each `width` wide.
fn sheet(subjects: &[String], width: u32, across: u32) -> RgbImage {
    let tones = [Tone::Warm, Tone::Neutral, Tone::Energetic, Tone::Curious];
    tiled(
        across,
        subjects.iter().enumerate().map(|(index, text)| {
            let picture = portrait(&Look::new(seed(text), text), &Pose::for_tone(tones[index % tones.len()]));
            imageops::thumbnail(&picture, width, width * 3 / 2)
        }),
    )
}

/// A talking, blinking, turning baby for each text, as clips show it.
fn moving(folder: &Path, name: &str, subjects: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let poses = [
        Pose { open: 1.0, ..Pose::for_tone(Tone::Warm) },
        Pose { lid: 1.0, tilt: 12.0, bob: (20.0, -10.0), ..Pose::for_tone(Tone::Curious) },
        Pose { turn: 1.0, nod: 1.0, open: 0.6, round: 0.8, ..Pose::REST },
        Pose { turn: -1.0, nod: -1.0, tilt: -14.0, lean: 1.0, open: 0.5, ..Pose::for_tone(Tone::Sleepy) },
    ];
    let frames = subjects.iter().flat_map(|text| {
        let mut stage = Stage::new(&Look::new(seed(text), text), Framing::Vertical);
        poses.map(|pose| {
            let frame = stage.frame(&pose);
            let mut picture = RgbImage::new(frame.width(), frame.height());
            for (to, from) in picture.pixels_mut().zip(frame.data().chunks_exact(4)) {
                to.0.copy_from_slice(&from[..3]);
            }
            let shown = imageops::crop_imm(&picture, 0, 0, 1080, 1500).to_image();
            imageops::thumbnail(&shown, 216, 300)
        })
    });
    Ok(tiled(8, frames).save(folder.join(format!("{name}-moving.png")))?)
}

fn tiled(across: u32, pictures: impl Iterator<Item = RgbImage>) -> RgbImage {
    let pictures: Vec<RgbImage> = pictures.collect();
    let (width, height) = pictures.first().map_or((1, 1), RgbImage::dimensions);
    let rows = (pictures.len() as u32).div_ceil(across);
    let mut whole = RgbImage::new(width * across, height * rows.max(1));
    for (index, picture) in (0..).zip(&pictures) {
        let (column, row) = (index % across, index / across);
        imageops::replace(&mut whole, picture, i64::from(column * width), i64::from(row * height));
    }
    whole
}

/// The best of some runs over babies with all that moves, as a clip's frames are drawn.
fn milliseconds_a_frame() -> f64 {
    let run = || {
        let mut total = 0.0;
        for text in ["", "glasses, freckles", "brown hair"] {
            let mut stage = Stage::new(&Look::new(seed(text), text), Framing::Vertical);
            let _ = stage.frame(&Pose::REST);
            let begun = Instant::now();
            for step in 0..100_u16 {
                let wave = (f32::from(step) * 0.3).sin();
                let pose = Pose { open: wave.abs(), tilt: wave * 5.0, breath: wave.abs(), turn: wave, ..Pose::REST };
                let _ = stage.frame(&pose);
            }
            total += begun.elapsed().as_secs_f64() * 1000.0 / 300.0;
        }
        total
    };
    (0..5).map(|_| run()).fold(f64::INFINITY, f64::min)
}
