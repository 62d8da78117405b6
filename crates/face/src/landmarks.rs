//! The landmarks of one face and the shapes of its parts: mouth, eyes and head as curves and lengths. Called by `judge`
//! and by the video room's talking photo. Pure geometry, in pixels of whatever picture the landmarks are moved into.

use super::geometry::{Axes, Curve, Outline, Point};
use super::points::{self, EYES, EyePoints};

/// The 478 landmarks of a face, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Landmarks {
    points: Vec<Point>,
    /// How far each stands out towards the viewer's back, in pixels; of the mesh only, 0 for the irises.
    depths: Vec<f32>,
}

/// A mouth at rest.
#[derive(Debug, Clone)]
pub struct Mouth {
    /// Along the mouth, around the middle between its inner corners.
    pub axes: Axes,
    /// Half the way between the inner corners.
    pub half: f32,
    /// From the line between the lips down to the chin.
    pub chin: f32,
    /// From that line up to the point below the nose.
    pub nose: f32,
    /// The lower edge of the upper lip, over `half`.
    pub upper: Curve,
    /// The upper edge of the lower lip, over `half`.
    pub lower: Curve,
    /// Half the way between the outer corners, never less than `half`.
    pub outer_half: f32,
    /// The upper edge of the upper lip, over `outer_half`.
    pub outer_upper: Curve,
    /// The lower edge of the lower lip, over `outer_half`.
    pub outer_lower: Curve,
    /// The widest opening between the lips.
    pub gap: f32,
}

/// A mouth is closed when its gap is a smaller share of half its width.
const CLOSED_BELOW: f32 = 0.06;

impl Mouth {
    /// Whether the lips touch, as far as landmarks can tell; between open ones teeth may show.
    pub fn is_closed(&self) -> bool {
        self.gap < CLOSED_BELOW * self.half
    }

    /// Between the lips, in the middle.
    pub fn line(&self) -> f32 {
        f32::midpoint(self.upper.at(0.0), self.lower.at(0.0))
    }

    /// The outer edge of the upper lip at a place along the inner corners.
    pub fn top_at(&self, place: f32) -> f32 {
        self.outer_upper.at(place * self.half / self.outer_half)
    }

    /// The outer edge of the lower lip at a place along the inner corners.
    pub fn bottom_at(&self, place: f32) -> f32 {
        self.outer_lower.at(place * self.half / self.outer_half)
    }
}

/// An open eye.
#[derive(Debug, Clone)]
pub struct Eye {
    /// Along the eye, around the middle between its corners.
    pub axes: Axes,
    /// Half the way between its corners.
    pub half: f32,
    /// The edge of the upper lid, over `half`.
    pub upper: Curve,
    /// The edge of the lower lid, over `half`.
    pub lower: Curve,
    /// The widest opening between the lids.
    pub height: f32,
    /// Middle of the brow.
    pub brow: Point,
    /// The brow's own outline.
    pub brow_outline: Outline,
    /// Middle of the iris.
    pub iris: Point,
    /// The mean of the four landmarks around its middle.
    pub iris_radius: f32,
    /// Whether the ear lies on the viewer's left.
    pub is_left: bool,
}

impl Eye {
    /// Whether a point belongs to the eye, its lids' edges or its lashes, which stand out further at the outer corner.
    pub fn is_near(&self, point: Point) -> bool {
        let place = self.axes.inside(point);
        let along = place.x / self.half;
        let far = if (along < 0.0) == self.is_left { 1.55 } else { 1.15 };
        if along.abs() > far {
            return false;
        }
        let room = (1.0 - (along.abs() / far).powi(4)).max(0.0) * self.height;
        place.y > self.upper.at(along) - 0.85 * room && place.y < self.lower.at(along) + 0.25 * room
    }

    /// The brow with a rim: hairs that stand out lend no colour to a lid.
    pub fn brow_and_more(&self) -> Outline {
        let middle = Point::middle(self.brow_outline.0.iter().copied());
        let grown = |point: &Point| {
            let (x, y) = (point.x - middle.x, point.y - middle.y);
            Point::new(middle.x + 1.2 * x, middle.y + 1.2 * y + y.signum() * 0.12 * self.half)
        };
        Outline(self.brow_outline.0.iter().map(grown).collect())
    }
}

/// The head around the face.
#[derive(Debug, Clone)]
pub struct Head {
    /// Along the line between the edges of the cheeks, around the middle of the face.
    pub axes: Axes,
    /// Half the width of the face's outline.
    pub half_width: f32,
    /// Half the height of the face's outline, from forehead to chin.
    pub half_height: f32,
    /// Of the face alone, without hair and ears, in pixels of the picture.
    pub outline: Outline,
}

impl Head {
    /// From one edge of the cheeks to the other, in pixels.
    pub fn width(&self) -> f32 {
        2.0 * self.half_width
    }
}

impl Landmarks {
    /// As they were found: x and y in pixels, and z. `None` where they are not as many as a face has or not all numbers.
    pub fn new(found: &[[f32; 3]]) -> Option<Self> {
        let all_numbers = found.iter().flatten().all(|number| number.is_finite() && number.abs() < 1e6);
        if found.len() != points::COUNT || !all_numbers {
            return None;
        }
        let points = found.iter().map(|[x, y, _]| Point::new(*x, *y)).collect();
        Some(Self { points, depths: found.iter().map(|[_, _, z]| *z).collect() })
    }

    /// In another picture, which shows this one `scale` times as large and moved by `by`.
    pub fn moved(&self, scale: f32, by: Point) -> Self {
        let moved = |point: &Point| Point::new(point.x * scale + by.x, point.y * scale + by.y);
        Self {
            points: self.points.iter().map(moved).collect(),
            depths: self.depths.iter().map(|depth| depth * scale).collect(),
        }
    }

    /// By its number in [`points`], which must be less than [`points::COUNT`].
    pub fn at(&self, point: usize) -> Point {
        self.points[point]
    }

    /// By the same numbers; less is nearer to the viewer, 0 for the irises.
    pub fn depth(&self, point: usize) -> f32 {
        self.depths[point]
    }

    /// As [`Self::new`] takes them, in the order of their numbers.
    pub fn triples(&self) -> impl Iterator<Item = [f32; 3]> {
        self.points.iter().zip(&self.depths).map(|(point, &depth)| [point.x, point.y, depth])
    }

    fn curve(&self, axes: &Axes, list: &[usize], half: f32) -> Curve {
        let points: Vec<Point> = list.iter().map(|&point| axes.inside(self.at(point))).collect();
        Curve::through(&points, half)
    }

    /// As it is in the picture; lengths are at least a pixel, so that they can be divided by.
    pub fn mouth(&self) -> Mouth {
        let axes = Axes::between(self.at(points::LEFT_CORNER), self.at(points::RIGHT_CORNER));
        let x = |point: usize| axes.inside(self.at(point)).x;
        let half = x(points::RIGHT_CORNER).max(1.0);
        let outer_half = x(points::RIGHT_OUTER_CORNER).max(-x(points::LEFT_OUTER_CORNER)).max(half);
        let upper = self.curve(&axes, &points::UPPER_LIP_INNER, half);
        let lower = self.curve(&axes, &points::LOWER_LIP_INNER, half);
        Mouth {
            half,
            outer_half,
            chin: (axes.inside(self.at(points::CHIN)).y - lower.at(0.0)).max(1.0),
            nose: (upper.at(0.0) - axes.inside(self.at(points::BELOW_NOSE)).y).max(1.0),
            gap: upper.most_below(&lower),
            outer_upper: self.curve(&axes, &points::UPPER_LIP_OUTER, outer_half),
            outer_lower: self.curve(&axes, &points::LOWER_LIP_OUTER, outer_half),
            axes,
            upper,
            lower,
        }
    }

    /// The eyes on the viewer's left and right.
    pub fn eyes(&self) -> [Eye; 2] {
        [self.eye(&EYES[0], true), self.eye(&EYES[1], false)]
    }

    fn eye(&self, points: &EyePoints, is_left: bool) -> Eye {
        let axes = Axes::between(self.at(points.upper[0]), self.at(points.upper[8]));
        let half = axes.inside(self.at(points.upper[8])).x.max(1.0);
        let (upper, lower) = (self.curve(&axes, &points.upper, half), self.curve(&axes, &points.lower, half));
        let around = (points.iris + 1..points.iris + 5).map(|point| self.at(point));
        let iris = self.at(points.iris);
        let outline = points.brow.0.iter().chain(points.brow.1.iter().rev()).map(|&point| self.at(point));
        Eye {
            height: upper.most_below(&lower).max(1.0),
            brow: Point::middle(points.brow.0.iter().map(|&point| self.at(point))),
            brow_outline: Outline(outline.collect()),
            iris_radius: around.map(|point| point.distance(iris)).sum::<f32>() / 4.0,
            iris,
            axes,
            half,
            upper,
            lower,
            is_left,
        }
    }

    /// Its middle lies a little above that of the face.
    pub fn head(&self) -> Head {
        let axes = Axes::between(self.at(points::LEFT_EDGE), self.at(points::RIGHT_EDGE));
        let (low, high) = Outline(points::OVAL.iter().map(|&point| axes.inside(self.at(point))).collect()).bounds();
        let half_width = ((high.x - low.x) / 2.0).max(1.0);
        // A little above the middle of the face lies the middle of the head.
        let middle = Point::new(f32::midpoint(low.x, high.x), f32::midpoint(low.y, high.y) - 0.12 * half_width);
        Head {
            axes: Axes { origin: axes.outside(middle), ..axes },
            half_width,
            half_height: ((high.y - low.y) / 2.0).max(1.0),
            outline: Outline(points::OVAL.iter().map(|&point| self.at(point)).collect()),
        }
    }

    /// How far the face is turned to a side: 0 looks here, about ±0.5 is a three-quarter view, ±1 a profile.
    pub fn turn(&self) -> f32 {
        let axes = self.head().axes;
        let x = |point: usize| axes.inside(self.at(point)).x;
        let (left, right) = (x(points::NOSE_TIP) - x(points::LEFT_EDGE), x(points::RIGHT_EDGE) - x(points::NOSE_TIP));
        (left - right) / (left + right).max(1.0)
    }

    /// How far the head leans, in degrees; positive leans to the viewer's right.
    pub fn lean(&self) -> f32 {
        let along = self.head().axes.along;
        along.y.atan2(along.x).to_degrees()
    }
}
