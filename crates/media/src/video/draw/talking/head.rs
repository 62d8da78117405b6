//! Where a point of the moved head comes from: it turns, nods, leans and shifts as one piece, and lets go towards neck and
//! background. The brows rise on it.

use super::pose::Pose;
use super::rig::{HEAD_ABOVE, HEAD_BELOW, HEAD_WIDE, HOLDS, LETS_GO, Rig};
use face::{Point, smooth};

/// How far raised brows go, as a fraction of the face's width, and how wide and high they take their skin along, in halves of
/// the eye's width.
const BROW: f32 = 0.022;
const BROW_REACH: (f32, f32) = (1.15, 0.75);

/// How far a full breath lifts the chest and the head, as shares of the face's width.
const CHEST: f32 = 0.0045;
const HEAD: f32 = 0.0022;

/// A pose with all that is the same for every point of a frame.
pub struct Movement {
    sin: f32,
    /// One less its cosine.
    versine: f32,
    yaw: f32,
    pitch: f32,
    lean: f32,
    shift: Point,
    brow: f32,
    chest: f32,
}

impl Movement {
    pub fn of(pose: &Pose, rig: &Rig) -> Self {
        let width = rig.head.width();
        let (sin, cos) = pose.roll.sin_cos();
        Self {
            sin,
            versine: 1.0 - cos,
            yaw: pose.yaw,
            pitch: pose.pitch,
            lean: pose.lean,
            shift: Point::new(pose.shift.0 * width, pose.shift.1 * width - HEAD * width * pose.breath),
            brow: pose.brow * BROW * width,
            chest: CHEST * width * pose.breath,
        }
    }

    /// How far the picture at this height has risen with the breath, in pixels. A breath moves whole rows: so little is
    /// seen of it that nobody sees the wall breathe, and it costs nothing.
    #[inline]
    pub fn risen(&self, y: f32, rig: &Rig) -> f32 {
        if self.chest == 0.0 { 0.0 } else { self.chest * smooth(rig.chest.0, rig.chest.1, y) }
    }
}

impl Rig {
    /// Where a point of the frame, already in pixels of the plate, comes from as part of the head.
    pub fn head_at(&self, point: Point, movement: &Movement) -> Point {
        let place = self.head.axes.inside(point);
        let high = if place.y < 0.0 { HEAD_ABOVE } else { HEAD_BELOW } * self.head.half_height;
        let away = (place.x / (self.head.half_width * HEAD_WIDE)).powi(2) + (place.y / high).powi(2);
        if away >= LETS_GO * LETS_GO {
            return point;
        }
        let away = away.sqrt();
        let holds = 1.0 - smooth(HOLDS, LETS_GO, away);
        let (x, y) = (point.x - self.pivot.x, point.y - self.pivot.y);
        let depth = self.depth.at(point) * (1.0 - smooth(0.9, 1.35, away));
        let m = movement;
        let right = -y * m.sin - x * m.versine + m.yaw * depth + m.lean * x + m.shift.x;
        let down = x * m.sin - y * m.versine + m.pitch * depth + m.lean * y + m.shift.y;
        // The picture moves that way: look the other way.
        self.brow_at(Point::new(point.x - holds * right, point.y - holds * down), m)
    }

    fn brow_at(&self, point: Point, movement: &Movement) -> Point {
        if movement.brow == 0.0 {
            return point;
        }
        let near = |brow: Point, half: f32| {
            let (x, y) = ((point.x - brow.x) / (BROW_REACH.0 * half), (point.y - brow.y) / (BROW_REACH.1 * half));
            let away = x * x + y * y;
            if away < 9.0 { (-away).exp() } else { 0.0 }
        };
        let lift: f32 = self.eyes.iter().map(|eye| near(eye.shape.brow, eye.shape.half)).sum();
        Point::new(point.x, point.y + movement.brow * lift)
    }
}
