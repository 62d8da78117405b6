//! Points, axes, outlines and curves: the plane geometry of a face. Pixels are judged at their middle, which lies at a
//! half; positions go to the right and down. Knows no landmarks.

/// A position or a distance in pixels, right and down.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// From the left edge to the right.
    pub x: f32,
    /// From the top edge down.
    pub y: f32,
}

impl Point {
    /// Right and down, in pixels.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// As the crow flies, in pixels.
    pub fn distance(self, other: Point) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The mean of the points; of none, the top left corner.
    pub fn middle(points: impl IntoIterator<Item = Point>) -> Point {
        let (mut sum, mut count) = (Point::default(), 0.0_f32);
        for point in points {
            sum = Point::new(sum.x + point.x, sum.y + point.y);
            count += 1.0;
        }
        Point::new(sum.x / count.max(1.0), sum.y / count.max(1.0))
    }
}

/// From 0 at `low` to 1 at `high` without a corner; falls where `low` is the higher one.
#[inline]
pub fn smooth(low: f32, high: f32, value: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A turned system of axes of a part of the face, as long as the picture's own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axes {
    /// In the picture; 0, 0 in these axes.
    pub origin: Point,
    /// Which way its first axis goes; the second goes down from it.
    pub along: Point,
}

impl Axes {
    /// From one point to another, around their middle. Two points in one place make axes that are not turned.
    pub fn between(from: Point, to: Point) -> Self {
        let length = from.distance(to);
        let along = Point::new((to.x - from.x) / length, (to.y - from.y) / length);
        let along =
            if length > 1e-3 && along.x.is_finite() && along.y.is_finite() { along } else { Point::new(1.0, 0.0) };
        Self { origin: Point::new(f32::midpoint(from.x, to.x), f32::midpoint(from.y, to.y)), along }
    }

    /// Where a point of the picture lies in these axes.
    #[inline]
    pub fn inside(&self, point: Point) -> Point {
        let (x, y) = (point.x - self.origin.x, point.y - self.origin.y);
        Point::new(x * self.along.x + y * self.along.y, y * self.along.x - x * self.along.y)
    }

    /// Where a point of these axes lies in the picture.
    #[inline]
    pub fn outside(&self, point: Point) -> Point {
        let (u, v) = (point.x, point.y);
        let x = self.origin.x + u * self.along.x - v * self.along.y;
        Point::new(x, self.origin.y + u * self.along.y + v * self.along.x)
    }
}

/// How many samples a curve has.
pub const SAMPLES: usize = 65;

/// A height over the way from one corner (−1) to the other (1).
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// In pixels, down; the first is at the left corner, the last at the right one.
    pub heights: [f32; SAMPLES],
}

impl Curve {
    /// Through points that go from left to right, `half` of their unit to either side of the middle.
    pub fn through(points: &[Point], half: f32) -> Self {
        let mut heights = [0.0; SAMPLES];
        if points.len() >= 2 {
            for (index, height) in heights.iter_mut().enumerate() {
                let x = Self::place(index) * half;
                let next = points.partition_point(|point| point.x <= x).clamp(1, points.len() - 1);
                let (before, after) = (points[next - 1], points[next]);
                let share = ((x - before.x) / (after.x - before.x).max(1e-3)).clamp(0.0, 1.0);
                *height = before.y + (after.y - before.y) * share;
            }
        }
        let mut curve = Self { heights };
        curve.soften(2);
        curve
    }

    /// Where a sample lies, from −1 to 1.
    pub fn place(index: usize) -> f32 {
        index as f32 / (SAMPLES / 2) as f32 - 1.0
    }

    /// Averages neighbours, 1 : 2 : 1, so many times; the ends stay.
    pub fn soften(&mut self, times: usize) {
        for _ in 0..times {
            let before = self.heights;
            for index in 1..SAMPLES - 1 {
                self.heights[index] = 0.25 * before[index - 1] + 0.5 * before[index] + 0.25 * before[index + 1];
            }
        }
    }

    /// The height at a place from −1 to 1; beyond, that of the end.
    #[inline]
    pub fn at(&self, place: f32) -> f32 {
        let position = (place.clamp(-1.0, 1.0) + 1.0) * (SAMPLES / 2) as f32;
        let index = (position as usize).min(SAMPLES - 2);
        let share = position - index as f32;
        self.heights[index] + (self.heights[index + 1] - self.heights[index]) * share
    }

    /// The largest height of another curve above this one.
    pub fn most_below(&self, lower: &Curve) -> f32 {
        self.heights.iter().zip(&lower.heights).map(|(upper, lower)| lower - upper).fold(0.0, f32::max)
    }
}

/// A closed outline.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outline(pub Vec<Point>);

impl Outline {
    /// Its edges, each from one point to the next.
    fn edges(&self) -> impl Iterator<Item = (Point, Point)> {
        let points = &self.0;
        (0..points.len()).map(move |index| (points[(index + points.len() - 1) % points.len()], points[index]))
    }

    /// Whether a point lies inside, by the even-odd rule. An empty outline holds nothing.
    pub fn holds(&self, point: Point) -> bool {
        let crosses = |(from, to): (Point, Point)| {
            (from.y > point.y) != (to.y > point.y)
                && point.x < (to.x - from.x) * (point.y - from.y) / (to.y - from.y) + from.x
        };
        self.edges().filter(|&edge| crosses(edge)).count() % 2 == 1
    }

    /// Its lowest height at a column; `None` beside it.
    pub fn bottom(&self, x: f32) -> Option<f32> {
        let heights = self.edges().filter(|(from, to)| (from.x > x) != (to.x > x));
        heights.map(|(from, to)| from.y + (to.y - from.y) * (x - from.x) / (to.x - from.x)).reduce(f32::max)
    }

    /// The same outline around its own middle, `scale` times as large.
    pub fn scaled(&self, scale: f32) -> Outline {
        let middle = Point::middle(self.0.iter().copied());
        let moved = |point: &Point| {
            Point::new(middle.x + (point.x - middle.x) * scale, middle.y + (point.y - middle.y) * scale)
        };
        Outline(self.0.iter().map(moved).collect())
    }

    /// Its corners: the least and the greatest position.
    pub fn bounds(&self) -> (Point, Point) {
        let (mut low, mut high) = (Point::new(f32::MAX, f32::MAX), Point::new(f32::MIN, f32::MIN));
        for point in &self.0 {
            low = Point::new(low.x.min(point.x), low.y.min(point.y));
            high = Point::new(high.x.max(point.x), high.y.max(point.y));
        }
        (low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_take_points_in_and_out_again() {
        let axes = Axes::between(Point::new(10.0, 20.0), Point::new(40.0, 60.0));
        let point = Point::new(3.0, -8.0);
        let back = axes.outside(axes.inside(point));
        assert!(back.distance(point) < 1e-4, "{back:?}");
        assert!((axes.inside(Point::new(40.0, 60.0)).x - 25.0).abs() < 1e-4);
        assert!(axes.inside(axes.outside(Point::new(0.0, 5.0))).y > 0.0);
        let same = Axes::between(point, point);
        assert_eq!(same.along, Point::new(1.0, 0.0));
    }

    #[test]
    fn a_curve_goes_through_its_points_and_stays_at_its_ends() {
        let curve = Curve::through(&[Point::new(-4.0, 2.0), Point::new(0.0, 6.0), Point::new(4.0, 2.0)], 4.0);
        assert!((curve.at(-1.0) - 2.0).abs() < 1e-4 && (curve.at(7.0) - 2.0).abs() < 1e-4);
        assert!((curve.at(0.5) - 4.0).abs() < 0.1 && curve.at(0.0) > 5.8);
        assert!(Curve::through(&[], 4.0).at(0.0).abs() < 1e-6);
    }

    #[test]
    fn an_outline_knows_what_is_inside_and_its_bottom() {
        let square =
            Outline(vec![Point::new(0.0, 0.0), Point::new(4.0, 0.0), Point::new(4.0, 4.0), Point::new(0.0, 4.0)]);
        assert!(square.holds(Point::new(2.0, 2.0)) && !square.holds(Point::new(5.0, 2.0)));
        assert_eq!(square.bottom(1.0), Some(4.0));
        assert_eq!(square.bottom(9.0), None);
        assert!(!square.scaled(0.5).holds(Point::new(0.5, 2.0)));
        assert!(!Outline::default().holds(Point::default()));
    }
}
