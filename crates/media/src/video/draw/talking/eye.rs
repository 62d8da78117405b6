//! The eyes of a talking photo: what lies behind them when a lid comes down, and in each frame where the skin of a lid and a
//! looking iris come from.

use super::fill::{Grain, fill_in};
use super::mouth::plane_at;
use super::quads::Part;
use super::rig::{Sampled, sampled};
use crate::video::draw::planes::Plane;
use face::{Curve, Eye, Mouth, Point, Yuv, smooth};

pub struct EyeRig {
    pub shape: Eye,
    /// How far above the middle of the eye the skin that becomes a lid comes from.
    pub top: f32,
    /// Colour of the lashes.
    pub lash: Yuv,
    /// The plate without the eye: skin in its place.
    pub bare: Sampled,
}

/// How strong the grain of a cheek is laid over made-up skin.
const GRAIN: f32 = 0.8;

impl EyeRig {
    pub fn both(plate: &[Plane; 3], eyes: [Eye; 2], mouth: &Mouth) -> [EyeRig; 2] {
        let cheek = mouth.axes.outside(Point::new(1.55 * mouth.half, -0.55 * mouth.nose));
        let place = |value: f32, size: usize| (value.max(0.0) as usize).min(size - 1);
        let cheek = (place(cheek.x, plate[0].width), place(cheek.y, plate[0].height));
        let grain = Grain::of(&plate[0], cheek, ((0.35 * mouth.half) as usize).clamp(2, 40));
        eyes.map(|eye| Self::new(plate, eye, &grain))
    }

    fn new(plate: &[Plane; 3], shape: Eye, grain: &Grain) -> Self {
        let reach = 1.75 * shape.half;
        let (low, high) = (
            Point::new(shape.axes.origin.x - reach, shape.axes.origin.y - reach),
            Point::new(shape.axes.origin.x + reach, shape.axes.origin.y + reach),
        );
        let part = Part::around(low, high, plate[0].width, plate[0].height);
        // Whole pairs of rows and columns, so that the colours lie under the light.
        let part = Part { left: part.left & !1, top: part.top & !1, ..part };
        let bare = bare(plate, &shape, part, grain);
        Self {
            top: 0.8 * (shape.upper.at(0.0) - shape.axes.inside(shape.brow).y).max(0.8 * shape.height),
            lash: lash_colour(plate, &shape),
            bare,
            shape,
        }
    }
}

/// The plate around an eye with skin in its place.
fn bare(plate: &[Plane; 3], shape: &Eye, part: Part, grain: &Grain) -> Sampled {
    let brow = shape.brow_and_more();
    let planes = [0, 1, 2].map(|channel| {
        let (scale, part) = if channel == 0 { (1, part) } else { (2, part.halved()) };
        let source = &plate[channel];
        let rows =
            (part.top..part.top + part.height).map(|y| &source.bytes[y * source.width + part.left..][..part.width]);
        let mut plane = Plane { bytes: rows.flatten().copied().collect(), width: part.width, height: part.height };
        let point = |x: usize, y: usize| {
            let at = |index: usize| (index as f32 + 0.5) * scale as f32;
            Point::new(at(part.left + x), at(part.top + y))
        };
        fill_in(&mut plane, |x, y| !shape.is_near(point(x, y)) && !brow.holds(point(x, y)));
        if channel == 0 {
            for (at, value) in plane.bytes.iter_mut().enumerate() {
                let (x, y) = (at % part.width, at / part.width);
                if shape.is_near(point(x, y)) {
                    *value = (f32::from(*value) + GRAIN * grain.at(x, y)).round().clamp(0.0, 255.0) as u8;
                }
            }
        }
        plane
    });
    let whole = Part { left: 0, top: 0, width: planes[0].width, height: planes[0].height };
    let mut sampled = sampled(&planes, whole);
    let half = part.halved();
    sampled.light.move_to(part.left, part.top);
    sampled.colours.move_to(half.left, half.top);
    sampled
}

/// The darkest quarter along the upper lid.
fn lash_colour(plate: &[Plane; 3], shape: &Eye) -> Yuv {
    let places = (8..57).flat_map(|index| [-0.06, 0.0, 0.06].map(|off: f32| (Curve::place(index), off)));
    let mut along: Vec<Yuv> = places
        .map(|(along, off)| {
            let height = shape.upper.at(along) + off * shape.height;
            let point = shape.axes.outside(Point::new(along * shape.half, height));
            let half = Point::new(point.x / 2.0, point.y / 2.0);
            [plane_at(&plate[0], point), plane_at(&plate[1], half), plane_at(&plate[2], half)]
        })
        .collect();
    along.sort_by(|one, other| one[0].total_cmp(&other[0]));
    let darkest = &along[..along.len() / 4];
    std::array::from_fn(|part| darkest.iter().map(|colour| colour[part]).sum::<f32>() / darkest.len() as f32)
}

/// Where a point near an eye comes from while a lid is shut so far.
#[derive(Debug, Clone, Copy)]
pub struct Lidded {
    /// The skin above the lid's edge.
    pub skin: Point,
    /// What of the eye is seen below it.
    pub eye: Point,
    /// How far it lies below the lid's edge; above, negative.
    pub below_edge: f32,
    /// How far below the open lid's edge.
    pub below_open: f32,
    /// How far along the eye, −1 to 1 between the corners.
    pub along: f32,
}

impl EyeRig {
    /// Whether a point is near enough to the eye to move with its lid or its iris.
    pub fn is_near(&self, point: Point, margin: f32) -> bool {
        let (place, eye) = (self.shape.axes.inside(point), &self.shape);
        place.x.abs() < 1.6 * eye.half + margin
            && place.y > eye.upper.at(0.0) - self.top.max(1.1 * eye.height) - margin
            && place.y < eye.lower.at(0.0) + 0.35 * eye.height + margin
    }

    pub fn lidded(&self, point: Point, lid: f32, gaze: (f32, f32)) -> Lidded {
        let eye = &self.shape;
        let place = eye.axes.inside(point);
        let along = place.x / eye.half;
        let (upper, lower) = (eye.upper.at(along), eye.lower.at(along));
        // A little beyond the corners too: the mesh has them short.
        let open = (lower - upper).max(0.05 * eye.height * (1.0 - smooth(1.0, 1.2, along.abs())));
        let drop = lid * open;
        let below = place.y - upper;
        let pulled = |above: f32| {
            let share = (1.0 + above / self.top).clamp(0.0, 1.0);
            drop * share * share
        };
        let mut above = below - drop;
        for _ in 0..5 {
            above = 0.4 * above + 0.6 * (below - pulled(above.min(0.0)));
        }
        Lidded {
            skin: eye.axes.outside(Point::new(place.x, upper + above.min(0.0))),
            eye: self.looking(point, gaze),
            below_edge: below - drop,
            below_open: below,
            along,
        }
    }

    /// Where a point of the open eye comes from when it looks elsewhere: the iris moves in one piece under the lids, the
    /// white gives way, and nothing moves at the lids' edges.
    pub fn looking(&self, point: Point, gaze: (f32, f32)) -> Point {
        if gaze == (0.0, 0.0) {
            return point;
        }
        let eye = &self.shape;
        let place = eye.axes.inside(point);
        let along = place.x / eye.half;
        let (upper, lower) = (eye.upper.at(along), eye.lower.at(along));
        let edge = 0.14 * eye.height;
        let inside = smooth(0.0, edge, place.y - upper) * smooth(0.0, edge, lower - place.y);
        let middle = eye.axes.inside(eye.iris);
        let away = ((place.x - middle.x).abs() / eye.iris_radius - 0.75).max(0.0) * eye.iris_radius;
        // What is left of the white on the side of the point.
        let white = (eye.half - middle.x * (place.x - middle.x).signum() - 0.75 * eye.iris_radius).max(0.3 * eye.half);
        let holds = (1.0 - smooth(0.0, 1.0, away / white)) * inside;
        let (right, down) = (gaze.0 * eye.half * holds, gaze.1 * eye.half * holds);
        let along = eye.axes.along;
        Point::new(point.x - right * along.x + down * along.y, point.y - right * along.y - down * along.x)
    }
}
