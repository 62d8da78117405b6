//! What stands before the lower face: a microphone, a hand, a pacifier. It is told by its colour, by its size and by how it
//! lies: lips are no cover, and what only touches the chin's outline (hood, collar, hair) goes along with the jaw. Called
//! by `judge`, and by the video room, where what stands in front stays still.

use super::colours::{Colours, Yuv};
use super::geometry::{Outline, Point};
use super::landmarks::{Landmarks, Mouth};
use super::skin::Skin;

/// What stands before a face, in half the size of the picture.
pub struct Cover {
    /// That of [`Colours`], in pixels.
    pub width: usize,
    /// That of [`Colours`], in pixels.
    pub height: usize,
    /// Whether a pixel belongs to it.
    pub holds: Vec<bool>,
    /// The fraction of the lips that it covers.
    pub over_lips: f32,
}

/// What a pixel of the lower face and below it is that is not skin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Foreign {
    No,
    InFace,
    OnLips,
    Beside,
}

/// A piece within the face counts when it is a larger share of the lower face.
const LEAST_IN_FACE: f32 = 0.006;
/// A piece of which more lies on the lips is the lips themselves.
const MOST_ON_LIPS: f32 = 0.7;
/// A piece beside the face counts when it is a larger share of the lower face and rises so far above the chin's outline,
/// as a fraction of the way from the lips to the chin.
const LEAST_BESIDE: f32 = 0.005;
const LEAST_RISE: f32 = 0.055;

struct Region<'a> {
    mouth: &'a Mouth,
    /// In half size.
    outline: Outline,
    inner: Outline,
    half_width: f32,
}

impl Region<'_> {
    /// Whether a point in the mouth's axes is in the part of the picture that is looked at.
    fn holds(&self, place: Point) -> bool {
        let line = self.mouth.line();
        place.x.abs() <= 1.25 * self.half_width
            && (line - 0.85 * self.mouth.nose..=line + 2.5 * self.mouth.chin).contains(&place.y)
    }

    fn is_on_lips(&self, place: Point) -> bool {
        let (mouth, along) = (self.mouth, place.x / self.mouth.half);
        along.abs() < 1.35
            && place.y > mouth.outer_upper.at(along * 0.8) - 0.12 * mouth.half
            && place.y < mouth.outer_lower.at(along * 0.8) + 0.16 * mouth.half
    }

    /// How far a pixel stands above the chin's outline before the jaw, in pixels of the picture.
    fn rise(&self, pixel: Point) -> f32 {
        let place = self.mouth.axes.inside(Point::new(2.0 * pixel.x, 2.0 * pixel.y));
        let is_before = place.x.abs() <= 1.7 * self.mouth.half && place.y >= self.mouth.line() + 0.4 * self.mouth.chin;
        let floor = self.outline.bottom(pixel.x).filter(|_| is_before);
        floor.map_or(0.0, |floor| 2.0 * (floor - pixel.y))
    }
}

impl Cover {
    /// The landmarks are in pixels of the full size; `skin` is that of this face.
    pub fn find(colours: &Colours, landmarks: &Landmarks, skin: &Skin) -> Self {
        let (width, height) = (colours.width, colours.height);
        let (mouth, head) = (landmarks.mouth(), landmarks.head());
        let half = |point: &Point| Point::new(point.x / 2.0, point.y / 2.0);
        let outline = Outline(head.outline.0.iter().map(half).collect());
        let inner = outline.scaled(0.93);
        let region = Region { mouth: &mouth, outline, inner, half_width: head.half_width };
        let mut foreign = vec![Foreign::No; width * height];
        let (mut face, mut lips) = (0_usize, 0_usize);
        for (at, found) in foreign.iter_mut().enumerate() {
            let pixel = Point::new((at % width) as f32, (at / width) as f32);
            let place = mouth.axes.inside(Point::new(2.0 * pixel.x, 2.0 * pixel.y));
            if !region.holds(place) {
                continue;
            }
            let (is_in_face, is_on_lips) = (region.inner.holds(pixel), region.is_on_lips(place));
            face += usize::from(is_in_face);
            lips += usize::from(is_in_face && is_on_lips);
            let colour: Yuv = colours.pixels[at].map(f32::from);
            if skin.is(colour) {
                continue;
            }
            *found = match (is_in_face, is_on_lips) {
                (true, true) => Foreign::OnLips,
                (true, false) => Foreign::InFace,
                (false, _) if place.y > mouth.line() => Foreign::Beside,
                (false, _) => Foreign::No,
            };
        }
        without_threads(&mut foreign, width);
        let mut cover = Self { width, height, holds: vec![false; width * height], over_lips: 0.0 };
        let mut covered = 0;
        for piece in pieces(&foreign, width) {
            let within = piece.iter().filter(|&&at| foreign[at] != Foreign::Beside).count();
            let on_lips = piece.iter().filter(|&&at| foreign[at] == Foreign::OnLips).count();
            let is_in_face =
                within as f32 > LEAST_IN_FACE * face as f32 && (on_lips as f32) < MOST_ON_LIPS * within as f32;
            let rise = |&at: &usize| region.rise(Point::new((at % width) as f32, (at / width) as f32));
            let is_beside = (piece.len() - within) as f32 > LEAST_BESIDE * face as f32
                && piece.iter().map(rise).fold(0.0, f32::max) > LEAST_RISE * mouth.chin;
            if is_in_face {
                covered += on_lips;
            }
            for &at in &piece {
                cover.holds[at] |= is_in_face || is_beside && foreign[at] != Foreign::OnLips;
            }
        }
        cover.over_lips = covered as f32 / lips.max(1) as f32;
        cover
    }

    /// Whether nothing stands before the face.
    pub fn is_empty(&self) -> bool {
        !self.holds.contains(&true)
    }
}

/// Takes away what is a pixel thin.
fn without_threads(foreign: &mut [Foreign], width: usize) {
    let before = foreign.to_vec();
    for (at, found) in foreign.iter_mut().enumerate() {
        let beside = [at.checked_sub(1), Some(at + 1), at.checked_sub(width), Some(at + width)];
        let is_edge = beside.into_iter().any(|at| at.and_then(|at| before.get(at)) == Some(&Foreign::No));
        if is_edge {
            *found = Foreign::No;
        }
    }
}

/// The pieces that hang together, each begun outside the lips.
fn pieces(foreign: &[Foreign], width: usize) -> Vec<Vec<usize>> {
    let mut seen = vec![false; foreign.len()];
    let mut pieces = Vec::new();
    for start in 0..foreign.len() {
        if seen[start] || matches!(foreign[start], Foreign::No | Foreign::OnLips) {
            continue;
        }
        let (mut piece, mut next) = (Vec::new(), vec![start]);
        seen[start] = true;
        while let Some(at) = next.pop() {
            piece.push(at);
            for beside in [at.wrapping_sub(1), at + 1, at.wrapping_sub(width), at + width] {
                if foreign.get(beside).is_some_and(|&found| found != Foreign::No) && !seen[beside] {
                    seen[beside] = true;
                    next.push(beside);
                }
            }
        }
        pieces.push(piece);
    }
    pieces
}
