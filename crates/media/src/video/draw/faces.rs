//! Where the faces of a scene are over its whole length, and the place of a caption that keeps clear of them. Called by
//! `scene`; pure geometry in pixels of the frame.

use std::ops::Range;

use face::{Landmarks, Point, points};

use super::pages::{LEFT, RIGHT, TOP};
use super::panel::Figure;
use super::photo;
use super::planes::Area;
use super::talking::widest_opening;

#[cfg(test)]
mod tests;

/// The rows that every platform leaves free of its controls.
const SAFE: Range<f32> = 288.0..1248.0;

/// Left free between letters and a face.
const GAP: f32 = 10.0;

/// How far a head that talks sways, as a fraction of its width.
const SWAY: f32 = 0.035;

/// A rectangle of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

/// Everywhere that a face and its parts are during a clip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    pub whole: Bounds,
    /// Mouth, and the nose from its tip on.
    pub mouth: Bounds,
    pub eyes: Bounds,
}

impl Bounds {
    fn around(points: impl Iterator<Item = Point>) -> Self {
        let none = Self { left: f32::MAX, top: f32::MAX, right: f32::MIN, bottom: f32::MIN };
        points.fold(none, |bounds, point| Self {
            left: bounds.left.min(point.x),
            top: bounds.top.min(point.y),
            right: bounds.right.max(point.x),
            bottom: bounds.bottom.max(point.y),
        })
    }

    fn grown(self, by: f32) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    /// Square pixels that both cover.
    pub fn shared(&self, other: &Bounds) -> u32 {
        let wide = self.right.min(other.right) - self.left.max(other.left);
        let high = self.bottom.min(other.bottom) - self.top.max(other.top);
        (wide.max(0.0) * high.max(0.0)) as u32
    }
}

impl Face {
    /// The face of a drawn baby that has the frame to itself, and its chin, in any pose: its hair and headphones lie around.
    pub const DRAWN_WHOLE: [Bounds; 2] = [
        Bounds { left: 190.0, top: 170.0, right: 870.0, bottom: 860.0 },
        Bounds { left: 360.0, top: 860.0, right: 700.0, bottom: 980.0 },
    ];

    /// Of a figure in its area; `None` where no face was found, and for a drawn baby that has the frame to itself: the usual
    /// place was made for it.
    pub fn of(figure: &Figure, area: Area, frames: u32) -> Option<Self> {
        let (picture, landmarks, talks) = match figure {
            Figure::Drawn { .. } => return (area != Area::WHOLE).then(|| Self::drawn_half(area)),
            Figure::Photo(picture, landmarks) => (picture, landmarks.as_ref()?, false),
            Figure::Talking(picture, talking) => (picture, &talking.landmarks, true),
        };
        let placement = photo::placement(picture, area);
        let on_plate = landmarks.moved(placement.scale, Point::new(placement.left, placement.top));
        let views = photo::outermost_cameras(area, frames).map(|camera| {
            let by = Point::new((-camera.left / camera.step) as f32, (-camera.top / camera.step) as f32);
            let seen = on_plate.moved(1.0 / camera.step as f32, by);
            seen.moved(1.0, Point::new(area.left as f32, area.top as f32))
        });
        let around = |list: &[usize], by: f32| {
            let places = views.iter().flat_map(|seen: &Landmarks| list.iter().map(|&point| seen.at(point)));
            Bounds::around(places).grown(by + GAP)
        };
        let largest = |of: fn(&Landmarks) -> f32| views.iter().map(of).fold(0.0, f32::max);
        let (sway, opens) = if talks {
            (SWAY * largest(|seen| seen.head().width()), largest(|seen| widest_opening(&seen.mouth())))
        } else {
            (0.0, 0.0)
        };
        let lids: Vec<usize> = points::EYES.iter().flat_map(|eye| eye.upper.into_iter().chain(eye.lower)).collect();
        let lips: Vec<usize> = points::LIPS.into_iter().chain([points::NOSE_TIP]).collect();
        let [mut whole, mut mouth] = [around(&points::OVAL, sway), around(&lips, sway)];
        // The chin goes down with the lower lip.
        whole.bottom += opens;
        mouth.bottom += opens;
        let lashes = 0.5 * largest(|seen| seen.eyes()[0].height.max(seen.eyes()[1].height));
        Some(Self { whole, mouth, eyes: around(&lids, sway + lashes) })
    }

    /// The face of a drawn baby in one half of the frame, whatever it looks like.
    fn drawn_half(area: Area) -> Self {
        let (left, right) = (area.left as f32, (area.left + area.width) as f32);
        let rows = |top: f32, bottom: f32| Bounds { left, top, right, bottom };
        Self { whole: rows(400.0, 940.0), mouth: rows(770.0, 900.0), eyes: rows(620.0, 760.0) }
    }
}

/// The upper edge of the caption's box in a frame with these faces: the usual place where it is clear of them, else below
/// the chin, else above the forehead. Where there is no such room, as little of a mouth as possible is covered, then of eyes,
/// then of a face. `letters` are the rows of the box that letters take.
pub fn caption_top(letters: &Range<f32>, faces: &[Face]) -> f32 {
    // Whole pairs of rows, as colours have.
    let highest = ((SAFE.start - letters.start) / 2.0).ceil() as i32;
    let lowest = ((SAFE.end - letters.end) / 2.0).floor() as i32;
    let usual = (TOP / 2.0) as i32;
    let covers = |pair: &i32| {
        let top = 2.0 * *pair as f32;
        let caption = Bounds { left: LEFT, top: top + letters.start, right: RIGHT, bottom: top + letters.end };
        let most = |of: fn(&Face) -> &Bounds| faces.iter().map(|face| of(face).shared(&caption)).sum::<u32>();
        (
            most(|face| &face.mouth),
            most(|face| &face.eyes),
            most(|face| &face.whole),
            *pair < usual,
            pair.abs_diff(usual),
        )
    };
    (highest..=lowest).chain([usual]).min_by_key(covers).map_or(TOP, |pair| 2.0 * pair as f32)
}
