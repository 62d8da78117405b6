//! The mouth of a talking photo: the colours of lips, tongue and gums when it is rigged, and in each frame where every point
//! of the lower face comes from. The lips are cut along the line between them; above it the picture depends on the upper lip,
//! below it on the jaw.

use super::pose::Pose;
use super::rig::Rig;
use super::seam::seam;
use crate::video::draw::planes::Plane;
use face::{Colours, Curve, Mouth, Point, Yuv, quantile, rgb, smooth, yuv};

pub struct MouthRig {
    pub shape: Mouth,
    /// How far the lips are apart in the photo; 0 where they are closed.
    pub gap: f32,
    /// Inside: the dark behind, the tongue, the gums; and the mean of the lips.
    pub deep: Yuv,
    pub tongue: Yuv,
    pub gum: Yuv,
    pub lip: Yuv,
    /// How many pixels an edge of this photo takes.
    pub edge: f32,
}

/// A photo is grey when its lips have less colour, in levels.
const GREY_BELOW: f32 = 4.0;

impl MouthRig {
    pub fn new(plate: &[Plane; 3], colours: &Colours, mut shape: Mouth) -> Self {
        let light = |point: Point| plane_at(&plate[0], point);
        let gap = if shape.is_closed() {
            let line = seam(&shape, light);
            (shape.upper, shape.lower) = (line.clone(), line);
            0.0
        } else {
            shape.gap
        };
        let lip = lip_colour(colours, &shape);
        let lips = rgb(lip);
        let is_grey = (lip[1] - 128.0).abs() + (lip[2] - 128.0).abs() < GREY_BELOW;
        let tint = |factors: [f32; 3]| {
            let mean = factors.iter().sum::<f32>() / 3.0;
            if is_grey { yuv([lips[0] * mean; 3]) } else { yuv([0, 1, 2].map(|part| lips[part] * factors[part])) }
        };
        Self {
            gap,
            deep: tint([0.40, 0.20, 0.20]),
            tongue: tint([0.98, 0.86, 0.90]),
            gum: tint([1.05, 0.92, 0.94]),
            lip,
            edge: edge_width(&shape, light),
            shape,
        }
    }
}

/// The light of a plane between its pixels.
pub fn plane_at(plane: &Plane, point: Point) -> f32 {
    if plane.width < 2 || plane.height < 2 {
        return 16.0;
    }
    let place = |value: f32, size: usize| (value - 0.5).clamp(0.0, size as f32 - 1.001);
    let (x, y) = (place(point.x, plane.width), place(point.y, plane.height));
    let (column, row) = (x as usize, y as usize);
    let of = |row: usize| {
        let pair = &plane.bytes[row * plane.width + column..][..2];
        f32::from(pair[0]) * (1.0 - x.fract()) + f32::from(pair[1]) * x.fract()
    };
    of(row) * (1.0 - y.fract()) + of(row + 1) * y.fract()
}

/// The mean of the lower lip.
fn lip_colour(colours: &Colours, shape: &Mouth) -> Yuv {
    let places = (4..61).flat_map(|index| [0.35, 0.5, 0.65].map(|share: f32| (Curve::place(index), share)));
    let samples: Vec<Yuv> = places
        .map(|(along, share)| {
            let inner = shape.lower.at(along);
            let height = inner + share * (shape.bottom_at(along) - inner).max(0.0);
            colours.at(shape.axes.outside(Point::new(along * shape.half, height)))
        })
        .collect();
    std::array::from_fn(|part| samples.iter().map(|sample| sample[part]).sum::<f32>() / samples.len() as f32)
}

/// How many pixels an edge of this photo takes: contrast over the steepest step, across the lower lip.
fn edge_width(shape: &Mouth, light: impl Fn(Point) -> f32) -> f32 {
    let widths = (16..49).map(|index| {
        let along = Curve::place(index);
        let middle = shape.lower.at(along);
        let across =
            (-12..=12).map(|off| light(shape.axes.outside(Point::new(along * shape.half, middle + off as f32))));
        let line: Vec<f32> = across.collect();
        let (low, high) = line.iter().fold((f32::MAX, f32::MIN), |(low, high), &at| (low.min(at), high.max(at)));
        let steepest = line.windows(2).map(|two| (two[1] - two[0]).abs()).fold(0.1, f32::max);
        (high - low) / steepest
    });
    (quantile(widths, 1, 4) * 0.5).clamp(1.2, 5.0)
}

/// The mouth of one frame.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// How far the lips should be apart, in pixels.
    pub gap: f32,
    /// How far the lower lip goes down and the upper one up.
    pub low: f32,
    pub up: f32,
    /// Shares of an open photo's gap by which the lips are shut.
    pub shut_low: f32,
    pub shut_up: f32,
    pub round: f32,
    pub wide: f32,
    pub smile: f32,
    pub open: f32,
}

/// The widest opening, as shares of half the mouth and of the way to the chin.
const WIDEST: (f32, f32) = (0.66, 0.40);

/// How far apart lips go at most, in pixels.
pub fn widest_opening(mouth: &Mouth) -> f32 {
    (WIDEST.0 * mouth.half).min(WIDEST.1 * mouth.chin)
}

/// How much of an opening the lower lip makes; the upper one makes the rest.
const BY_JAW: f32 = 0.86;
const SHUT_BY_JAW: f32 = 0.8;

impl Shape {
    pub fn of(mouth: &MouthRig, pose: &Pose) -> Self {
        let gap = if pose.keeps_mouth { mouth.gap } else { pose.open * widest_opening(&mouth.shape) };
        let opens = (gap - mouth.gap).max(0.0);
        let shut = if mouth.gap > 0.0 { ((mouth.gap - gap) / mouth.gap).clamp(0.0, 1.0) } else { 0.0 };
        Self {
            gap,
            low: BY_JAW * opens,
            up: (1.0 - BY_JAW) * opens,
            shut_low: SHUT_BY_JAW * shut,
            shut_up: (1.0 - SHUT_BY_JAW) * shut,
            round: pose.round,
            wide: pose.wide,
            smile: pose.smile,
            open: pose.open,
        }
    }

    /// Whether any pixel moves.
    pub fn moves(&self) -> bool {
        self.low > 0.05 || self.shut_low > 0.0 || self.round > 0.01 || self.wide > 0.01 || self.smile.abs() > 0.005
    }
}

/// Where a point of the moved mouth comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sheets {
    /// As part of the upper lip and what is above, and as part of the lower one.
    pub upper: Point,
    pub lower: Point,
    /// How far it lies below the upper lip and above the lower one, in pixels: inside the mouth where both are positive.
    pub below_upper: f32,
    pub above_lower: f32,
    /// How far along the mouth it lies, −1 to 1 between the corners.
    pub along: f32,
}

/// The outline of the opening between the corners, 0 to 1. Its ends are rounder than a parabola's, or it looks cut with
/// scissors.
fn arch(along: f32, round: f32) -> f32 {
    let along = along / 0.965;
    (1.0 - along * along).max(0.0).powf(0.74 - 0.22 * round)
}

impl Rig {
    /// Where a point of the lower face comes from.
    pub fn mouth_at(&self, point: Point, shape: &Shape) -> Sheets {
        let mouth = &self.mouth.shape;
        let place = mouth.axes.inside(point);
        let below = place.y - mouth.line();
        // Across: corners in for round, out for wide; the wider open, the narrower.
        let reach = if below < 0.0 { 1.15 * mouth.nose + 0.35 * mouth.half } else { 0.85 * mouth.chin };
        let away = (place.x / (1.75 * mouth.half)).powi(2) + (below / reach).powi(2);
        let near = (1.0 - away.min(1.0)).powi(2);
        let narrower = 0.42 * shape.round + 0.07 * shape.open - 0.17 * shape.wide - 0.06 * shape.smile;
        let across = place.x * (1.0 + narrower * near);
        let along = across / mouth.half;
        let (upper, lower) = (mouth.upper.at(along), mouth.lower.at(along));
        // Corners up for wide and smiling: a hill around each corner.
        let (beside, off) = ((along.abs() - 1.0) * 1.25, below / (0.9 * mouth.half));
        let hill = (-2.2 * (beside * beside + off * off)).exp();
        let lift = 0.07 * shape.wide + 0.10 * shape.smile - 0.05 * shape.open - 0.03 * shape.round;
        let height = place.y + mouth.half * hill * lift;
        let opening = if along.abs() < 1.0 { arch(along, shape.round) } else { 0.0 };
        let (low, up) = (
            shape.low * opening - shape.shut_low * (lower - upper),
            shape.up * opening - shape.shut_up * (lower - upper),
        );
        // Lips that are drawn together stand out and are thicker.
        let thicker = 1.0 - 1.0 / (1.0 + 0.16 * shape.round * near.sqrt());
        let jaw = Jaw::at(self, shape, across, along, low);
        let mut depth = height - lower - low;
        for _ in 0..5 {
            depth = 0.35 * depth + 0.65 * (height - lower - jaw.down(depth));
        }
        if depth > 0.0 {
            depth *= 1.0 - thicker * (1.0 - smooth(0.0, 0.5 * jaw.chin, depth));
        }
        // The upper lip goes up a little, the nose stays.
        let mut rise = height - upper + up;
        for _ in 0..3 {
            rise = height - upper + up * (1.0 - smooth(0.0, 0.95 * mouth.nose, -rise));
        }
        if rise < 0.0 {
            rise *= 1.0 - thicker * (1.0 - smooth(0.0, 0.9 * mouth.nose, -rise));
        }
        // What an open photo shows between the lips depends on the upper one.
        let ceiling = if self.mouth.gap > 0.0 { lower - shape.up * opening } else { upper - up };
        Sheets {
            upper: mouth.axes.outside(Point::new(across, upper + rise)),
            lower: mouth.axes.outside(Point::new(across, lower + depth)),
            below_upper: height - ceiling,
            above_lower: lower + low - height,
            along,
        }
    }
}

/// How far the jaw takes down what lies below the lips, over one column of the face.
struct Jaw {
    /// The way from the lip to the chin here.
    chin: f32,
    across: f32,
    lip: f32,
    /// Of the chin in the middle.
    most: f32,
    half_mouth: f32,
    half_face: f32,
}

impl Jaw {
    fn at(rig: &Rig, shape: &Shape, across: f32, along: f32, lip: f32) -> Self {
        let mouth = &rig.mouth.shape;
        Self {
            chin: mouth.chin * (1.0 - 0.25 * (along / 2.2).powi(2)).max(0.3),
            across,
            lip,
            most: 0.92 * shape.low - 0.35 * shape.shut_low * rig.mouth.gap,
            half_mouth: mouth.half,
            half_face: rig.head.half_width,
        }
    }

    /// At so many pixels below the lip: the lip's own way first, then the jaw's, which is as wide as the face or the chin
    /// becomes a point; over the neck it fades out.
    fn down(&self, depth: f32) -> f32 {
        let narrow = 1.3 * self.half_mouth;
        let widens = (1.02 * self.half_face - narrow).max(0.6 * self.half_mouth);
        let reach = narrow + widens * smooth(0.0, 0.8, depth / self.chin);
        let wide = (1.0 - (self.across / reach).powi(2)).max(0.0);
        let wide = wide * wide * (3.0 - 2.0 * wide);
        let jaw = smooth(0.0, 0.75 * self.chin, depth);
        let own = self.lip * (1.0 - jaw) + self.most * wide * jaw;
        let fades = 1.0 - smooth(0.97 * self.chin, 1.5 * self.chin, depth);
        own * fades * (1.0 - 0.12 * smooth(0.3 * self.chin, self.chin, depth))
    }
}
