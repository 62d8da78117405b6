//! What is known of a talking photo before its first frame: where mouth, eyes and head are, what they are coloured like,
//! and the pixels that are hidden while nothing moves. Made once for a portrait in its place in the frame; called by
//! `talker`.

use super::depth::Depth;
use super::eye::EyeRig;
use super::front::Front;
use super::mouth::MouthRig;
use super::quads::{Part, Quads};
use crate::video::draw::planes::Plane;
use face::{Colours, Cover, Head, Landmarks, Point, Skin};

/// How far from the middle of the head it still moves, in shares of its half width and height; above and below the middle
/// apart, because the neck stands still. Up to the first share it moves as one piece.
pub const HEAD_WIDE: f32 = 1.32;
pub const HEAD_ABOVE: f32 = 1.45;
pub const HEAD_BELOW: f32 = 1.12;
pub const HOLDS: f32 = 0.85;
pub const LETS_GO: f32 = 1.42;

/// Light, and the two colours in half size.
pub struct Sampled {
    pub light: Quads,
    pub colours: Quads<2>,
}

pub struct Rig {
    pub mouth: MouthRig,
    pub eyes: [EyeRig; 2],
    /// Whether the lids can be shut.
    pub blinks: bool,
    pub head: Head,
    /// What the head turns about, in the neck.
    pub pivot: Point,
    pub depth: Depth,
    pub front: Option<Front>,
    /// The plate around the head, without what stands in front.
    pub bare_head: Sampled,
    /// The plate as it is, where something stands in front.
    pub own_front: Option<Sampled>,
    /// The height at which the chest begins to rise, and where it has risen in full.
    pub chest: (f32, f32),
}

/// A part of all three planes, ready to be sampled.
pub fn sampled(planes: &[Plane; 3], part: Part) -> Sampled {
    let [light, u, v] = planes;
    Sampled { light: Quads::of(light, part), colours: Quads::together([u, v], part.halved()) }
}

/// The planes in half size, as colours are compared in.
pub fn colours_of(planes: &[Plane; 3]) -> Colours {
    let [light, u, v] = planes;
    let (width, height) = (u.width, u.height);
    let pixel = |at: usize| {
        let first = 2 * (at / width) * light.width + 2 * (at % width);
        let four = [first, first + 1, first + light.width, first + light.width + 1];
        let sum: u32 = four.iter().map(|&at| u32::from(light.bytes[at])).sum();
        [((sum + 2) / 4) as u8, u.bytes[at], v.bytes[at]]
    };
    Colours { width, height, pixels: (0..width * height).map(pixel).collect() }
}

impl Rig {
    /// Of a plate with the face's landmarks in its pixels.
    pub fn new(plate: &[Plane; 3], landmarks: &Landmarks, blinks: bool) -> Self {
        let (width, height) = (plate[0].width, plate[0].height);
        let (colours, head) = (colours_of(plate), landmarks.head());
        let skin = Skin::of(&colours, landmarks);
        let mouth = MouthRig::new(plate, &colours, landmarks.mouth());
        let eyes = EyeRig::both(plate, landmarks.eyes(), &mouth.shape);
        let (wide, high) = (head.half_width * HEAD_WIDE * LETS_GO, head.half_height * HEAD_ABOVE * LETS_GO);
        // A leaning head's box is wider than the head.
        let corner = |sign: f32| {
            let lean = head.axes.along.y.abs();
            let reach = Point::new(wide + lean * high + 24.0, high + lean * wide + 24.0);
            Point::new(head.axes.origin.x + sign * reach.x, head.axes.origin.y + sign * reach.y)
        };
        let part = Part::around(corner(-1.0), corner(1.0), width, height);
        let front = Front::new(&Cover::find(&colours, landmarks, &skin), plate);
        let own_front = front.as_ref().map(|_| sampled(plate, part));
        let (front, bare_head) = match front {
            Some((front, clean)) => (Some(front), sampled(&clean, part)),
            None => (None, sampled(plate, part)),
        };
        let shape = &mouth.shape;
        let pivot = shape.axes.outside(Point::new(0.0, shape.lower.at(0.0) + 1.7 * shape.chin));
        let chin = shape.axes.outside(Point::new(0.0, shape.lower.at(0.0) + shape.chin)).y;
        Self {
            depth: Depth::new(landmarks, &head, width, height),
            chest: (chin + 0.1 * head.width(), chin + 0.75 * head.width()),
            mouth,
            eyes,
            blinks,
            pivot,
            head,
            front,
            bare_head,
            own_front,
        }
    }

    /// What it takes of memory, in bytes, beside the plate itself.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        let of = |sampled: &Sampled| sampled.light.bytes() + sampled.colours.bytes();
        let eyes: usize = self.eyes.iter().map(|eye| of(&eye.bare)).sum();
        let front = self.front.as_ref().map_or(0, Front::bytes) + self.own_front.as_ref().map_or(0, of);
        of(&self.bare_head) + eyes + front
    }
}
