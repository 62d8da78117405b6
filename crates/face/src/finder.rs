//! Finds faces in a picture and the landmarks of each: MediaPipe's BlazeFace (short range), then its face mesh with
//! attention. Called by `judge`. The same picture gives the same numbers.

use std::sync::LazyLock;

use image::RgbImage;

use super::crop::Square;
use super::geometry::Point;
use super::landmarks::Landmarks;
use super::points;
use face_models::{Answer, Model, ModelError};

/// Of the wheel `mediapipe` 0.10.14: see assets/NOTICE.
pub fn detector() -> Vec<u8> {
    carried(include_bytes!("../assets/detector.tflite.zst"))
}

/// Of the same wheel.
pub fn landmarks() -> Vec<u8> {
    carried(include_bytes!("../assets/landmarks.tflite.zst"))
}

#[expect(clippy::expect_used, reason = "it is part of the program, and a test reads it")]
fn carried(file: &[u8]) -> Vec<u8> {
    carried_files::unpacked_numbers::<2>(file).expect("a carried model is whole")
}

/// A face as it was seen: where it is, not yet what it looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// How sure the detector is, 0 to 1.
    pub score: f32,
    /// Of the detector's box around eyes, nose and mouth, in pixels of the picture.
    pub middle: Point,
    /// Of that box, in pixels.
    pub width: f32,
    /// Of that box, in pixels.
    pub height: f32,
    /// The middles of the eyes on the viewer's left and right.
    eyes: [Point; 2],
}

/// A face with its landmarks.
#[derive(Debug, Clone, PartialEq)]
pub struct Face {
    /// The detector's box that the landmarks were looked for in first.
    pub seen: Seen,
    /// How sure the landmark model is that this is a face, 0 to 1.
    pub presence: f32,
    /// In pixels of the picture.
    pub landmarks: Landmarks,
}

/// The two models, read and ready to run.
pub struct Finder {
    detector: Model,
    landmarks: Model,
}

/// Sides of the models' inputs in pixels.
const DETECTOR_SIDE: usize = 128;
const LANDMARKS_SIDE: usize = 192;

/// Where the detector looks for faces: cells a side, and how many guesses each cell makes.
const GRIDS: [(usize, usize); 2] = [(16, 2), (8, 6)];

/// Numbers of one guess: middle, size, and six points of which the first two are the eyes.
const GUESS: usize = 16;

/// What is seen with less certainty is no face.
const LEAST_SCORE: f32 = 0.4;

/// A face this sure in the whole picture needs no closer look at its parts.
const SURE_SCORE: f32 = 0.8;

/// Two boxes that share this much of the smaller one are one face.
const SAME_FACE: f32 = 0.3;

/// How many times the landmarks are looked at, each time from where the last look found them.
const LOOKS: usize = 3;

/// How much larger than the face the square is in which landmarks are looked for.
const ROOM: f32 = 1.5;

impl Finder {
    /// Of the bytes of the two TFLite files: BlazeFace (short range) and the face mesh with attention.
    pub fn new(detector: &[u8], landmarks: &[u8]) -> Result<Self, ModelError> {
        Ok(Self { detector: Model::read(detector)?, landmarks: Model::read(landmarks)? })
    }

    /// The one with the built-in models, read at its first use.
    pub fn built_in() -> Result<&'static Self, ModelError> {
        static BUILT_IN: LazyLock<Result<Finder, ModelError>> =
            LazyLock::new(|| Finder::new(&detector(), &landmarks()));
        BUILT_IN.as_ref().map_err(Clone::clone)
    }

    /// All faces of a picture, the surest first. The whole picture is looked at, and unless a sure face is in it, squares
    /// that slide over it in two smaller sizes.
    pub fn faces(&self, picture: &RgbImage) -> Result<Vec<Seen>, ModelError> {
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let middle = Point::new(width / 2.0, height / 2.0);
        let mut all = self.faces_in(picture, middle, width.max(height))?;
        if !all.iter().any(|seen| seen.score > SURE_SCORE) {
            for share in [1.0, 0.55] {
                let side = width.min(height) * share;
                for middle in squares(width, height, side) {
                    all.extend(self.faces_in(picture, middle, side)?);
                }
            }
        }
        all.sort_by(|one, other| other.score.total_cmp(&one.score));
        let mut kept: Vec<Seen> = Vec::new();
        for seen in all {
            if !kept.iter().any(|known| known.shared(&seen) > SAME_FACE) {
                kept.push(seen);
            }
        }
        Ok(kept)
    }

    fn faces_in(&self, picture: &RgbImage, middle: Point, side: f32) -> Result<Vec<Seen>, ModelError> {
        let square = Square { middle, side, turn: 0.0 };
        let answer = self.detector.run(square.sample(picture, DETECTOR_SIDE, -1.0, 1.0))?;
        let count = GRIDS.iter().map(|(side, guesses)| side * side * guesses).sum::<usize>();
        let (guesses, scores) =
            (answer.numbers("regressors", count * GUESS)?, answer.numbers("classificators", count)?);
        let cells = GRIDS.iter().flat_map(|&(side, guesses)| {
            (0..side * side * guesses).map(move |index| {
                let cell = index / guesses;
                let place = |index: usize| (index as f32 + 0.5) / side as f32;
                (place(cell % side), place(cell / side))
            })
        });
        let guessed = cells.zip(scores).zip(guesses.chunks_exact(GUESS));
        let seen = guessed.filter_map(|((cell, &score), guess)| {
            let score = sigmoid(score);
            let place = |at: usize| {
                let scale = DETECTOR_SIDE as f32;
                square.place(guess[at] / scale + cell.0, guess[at + 1] / scale + cell.1)
            };
            let size = |at: usize| side * guess[at] / DETECTOR_SIDE as f32;
            (score > LEAST_SCORE).then(|| Seen {
                score,
                middle: place(0),
                width: size(2),
                height: size(3),
                eyes: [place(4), place(6)],
            })
        });
        Ok(seen.collect())
    }

    /// The landmarks of a face; `None` where they are not numbers.
    pub fn face(&self, picture: &RgbImage, seen: &Seen) -> Result<Option<Face>, ModelError> {
        let [left, right] = seen.eyes;
        let mut square = Square {
            middle: seen.middle,
            side: seen.width.max(seen.height) * ROOM,
            turn: (right.y - left.y).atan2(right.x - left.x),
        };
        let mut found = None;
        for _ in 0..LOOKS {
            let answer = self.landmarks.run(square.sample(picture, LANDMARKS_SIDE, 0.0, 1.0))?;
            let presence = sigmoid(answer.numbers("conv_faceflag", 1)?[0]);
            let Some(landmarks) = Landmarks::new(&landmarks_of(&answer, &square)?) else { return Ok(None) };
            square = around(&landmarks);
            found = Some(Face { seen: seen.clone(), presence, landmarks });
        }
        Ok(found)
    }
}

impl Seen {
    /// How much of the smaller box is the other's too.
    fn shared(&self, other: &Seen) -> f32 {
        let overlap = |middle: f32, size: f32, other_middle: f32, other_size: f32| {
            let end = (middle + size / 2.0).min(other_middle + other_size / 2.0);
            (end - (middle - size / 2.0).max(other_middle - other_size / 2.0)).max(0.0)
        };
        let shared = overlap(self.middle.x, self.width, other.middle.x, other.width)
            * overlap(self.middle.y, self.height, other.middle.y, other.height);
        shared / (self.width * self.height).min(other.width * other.height).max(1e-6)
    }
}

/// The middles of squares that slide over a picture by half their side.
fn squares(width: f32, height: f32, side: f32) -> Vec<Point> {
    let places = |length: f32| {
        let steps = ((length - side) / (side * 0.5)).ceil().clamp(0.0, 16.0) as usize;
        (0..=steps).map(move |step| {
            let share = if steps == 0 { 0.5 } else { step as f32 / steps as f32 };
            side / 2.0 + (length - side) * share
        })
    };
    places(height).flat_map(|y| places(width).map(move |x| Point::new(x, y))).collect()
}

/// The mesh, with lips, eyes and irises as the closer looks gave them, in pixels of the picture.
fn landmarks_of(answer: &Answer, square: &Square) -> Result<Vec<[f32; 3]>, ModelError> {
    let mesh = answer.numbers("output_mesh_identity", 3 * points::OF_MESH)?;
    let mut found: Vec<[f32; 3]> = mesh.as_chunks().0.iter().take(points::OF_MESH).copied().collect();
    found.resize(points::COUNT, [0.0; 3]);
    let irises = points::EYES.map(|eye| eye.iris).map(|first| (first..first + 5).collect::<Vec<_>>());
    let regions: [(&'static str, &[usize]); 5] = [
        ("output_lips", &points::LIPS),
        ("output_left_eye", &points::LEFT_EYE),
        ("output_right_eye", &points::RIGHT_EYE),
        ("output_left_iris", &irises[0]),
        ("output_right_iris", &irises[1]),
    ];
    for (name, list) in regions {
        let places = answer.numbers(name, 2 * list.len())?;
        for (&point, place) in list.iter().zip(places.chunks_exact(2)) {
            found[point][..2].copy_from_slice(place);
        }
    }
    let scale = LANDMARKS_SIDE as f32;
    for point in &mut found {
        let place = square.place(point[0] / scale, point[1] / scale);
        *point = [place.x, place.y, point[2] * square.side / scale];
    }
    Ok(found)
}

/// The square around a face, level with its eyes.
fn around(landmarks: &Landmarks) -> Square {
    let (left, right) = (landmarks.at(33), landmarks.at(263));
    let turn = (right.y - left.y).atan2(right.x - left.x);
    let (sin, cos) = turn.sin_cos();
    let (mut low, mut high) = (Point::new(f32::MAX, f32::MAX), Point::new(f32::MIN, f32::MIN));
    for point in (0..points::OF_MESH).map(|point| landmarks.at(point)) {
        let (x, y) = (cos * point.x + sin * point.y, cos * point.y - sin * point.x);
        low = Point::new(low.x.min(x), low.y.min(y));
        high = Point::new(high.x.max(x), high.y.max(y));
    }
    let (x, y) = (f32::midpoint(low.x, high.x), f32::midpoint(low.y, high.y));
    let middle = Point::new(cos * x - sin * y, sin * x + cos * y);
    Square { middle, side: (high.x - low.x).max(high.y - low.y) * ROOM, turn }
}

fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value.clamp(-100.0, 100.0)).exp())
}
