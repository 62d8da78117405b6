//! Paints one frame of a talking photo: every pixel is looked up once, through camera, head, brows and mouth or lid. Only
//! cells that move are painted so; the rest is the plate as any camera shows it.

use std::ops::Range;

use super::cave::Cave;
use super::front::{Front, Hides};
use super::head::Movement;
use super::mouth::{Shape, Sheets};
use super::pose::Pose;
use super::quads::{Cell, Quads};
use super::rest::rest_of;
use super::rig::{Rig, Sampled};
use crate::video::draw::planes::{Area, HALF, STRIDE};
use crate::video::draw::plate::{Camera, Plate};
use crate::video::frame::Frame;
use face::{Point, Yuv, smooth};

/// Pixels a side of a cell of the head; the lower face is looked up in quarters of that, where lips meet.
const CELL: usize = 16;
/// Between two places where the mouth is computed.
pub(super) const FINE: usize = 4;
/// Of a cell that shows one sheet of the mouth, and of a lid.
pub(super) const MIDDLE: usize = 8;
/// Lips cast a shade: so many pixels beside them are painted as lips.
const SHADE: f32 = 9.0;

#[derive(Clone, Default)]
pub struct Painter {
    /// The corners of the cells.
    nodes: Vec<Node>,
    /// The mouth at finer places, as far as it was needed: those whose mark is that of this frame.
    field: Vec<Sheets>,
    marks: Vec<u32>,
    mark: u32,
}

/// A corner of cells.
#[derive(Clone, Copy)]
struct Node {
    /// Where it comes from as part of the head.
    from: Point,
    /// Where it lies on the plate while nothing but the chest moves.
    still: Point,
}

/// What moves by less, in pixels of the plate, is not seen to.
const UNSEEN: f32 = 1.0 / 128.0;

impl Node {
    fn stands(&self) -> bool {
        (self.from.x - self.still.x).abs() < UNSEEN && (self.from.y - self.still.y).abs() < UNSEEN
    }
}

/// One frame's view: everything that painting a cell needs.
pub(super) struct View<'a> {
    pub(super) rig: &'a Rig,
    camera: Camera,
    area: Area,
    movement: Movement,
    shape: Shape,
    pub(super) pose: Pose,
    cave: Cave<'a>,
    columns: usize,
}

/// The four corners of a cell: left and right above, left and right below.
pub(super) type Corners = [Point; 4];

pub(super) fn between<T: Copy>(corners: [T; 4], right: f32, down: f32, mix: impl Fn(T, T, f32) -> T) -> T {
    let upper = mix(corners[0], corners[1], right);
    mix(upper, mix(corners[2], corners[3], right), down)
}

pub(super) fn mixed(one: f32, other: f32, share: f32) -> f32 {
    one + (other - one) * share
}

pub(super) fn spot(corners: &Corners, right: f32, down: f32) -> Point {
    between(*corners, right, down, |one, other, share| {
        Point::new(mixed(one.x, other.x, share), mixed(one.y, other.y, share))
    })
}

/// A quarter of a cell.
pub(super) fn quarter(corners: &Corners, right: usize, down: usize) -> Corners {
    let (right, down) = (right as f32 / 2.0, down as f32 / 2.0);
    [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5)].map(|(x, y)| spot(corners, right + x, down + y))
}

impl View<'_> {
    /// Where a place of the area lies on the plate while nothing but the chest moves.
    #[inline]
    fn on_plate(&self, x: usize, y: usize) -> Point {
        let camera = self.camera;
        let point =
            Point::new((camera.left + x as f64 * camera.step) as f32, (camera.top + y as f64 * camera.step) as f32);
        Point::new(point.x, point.y + self.movement.risen(point.y, self.rig))
    }
}

impl Painter {
    /// Fills the area with what the camera sees of the portrait in this pose.
    pub fn draw(
        &mut self,
        rig: &Rig,
        pose: &Pose,
        (plate, camera): (&mut Plate, Camera),
        area: Area,
        into: &mut Frame,
    ) {
        let shape = Shape::of(&rig.mouth, pose);
        let columns = (area.width as usize).div_ceil(CELL);
        let rows = (area.height as usize).div_ceil(CELL);
        let cave = Cave::new(&rig.mouth, &shape);
        let movement = Movement::of(pose, rig);
        let view = View { rig, camera, area, movement, shape, pose: *pose, cave, columns };
        self.nodes.clear();
        for row in 0..=rows {
            for column in 0..=columns {
                let still = view.on_plate(column * CELL, row * CELL);
                self.nodes.push(Node { from: rig.head_at(still, &view.movement), still });
            }
        }
        let fine = (columns * CELL / FINE + 1) * (rows * CELL / FINE + 1);
        if self.field.len() != fine {
            (self.field, self.marks, self.mark) = (vec![Sheets::default(); fine], vec![0; fine], 0);
        }
        self.mark = self.mark.wrapping_add(1);
        if self.mark == 0 {
            self.marks.fill(0);
            self.mark = 1;
        }
        let risen = |y: f64| f64::from(view.movement.risen(y as f32, rig));
        let mut moved = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                moved.push(self.cell(&view, column, row, into));
            }
        }
        for (columns, rows) in rest_of(&moved, columns) {
            plate.show_part(camera, area, part_of(area, columns, rows), &risen, into);
        }
    }

    /// Paints a cell; `false` where nothing of it moves.
    fn cell(&mut self, view: &View, column: usize, row: usize, into: &mut Frame) -> bool {
        let first = row * (view.columns + 1) + column;
        let below = first + view.columns + 1;
        let nodes = [self.nodes[first], self.nodes[first + 1], self.nodes[below], self.nodes[below + 1]];
        let corners = nodes.map(|node| node.from);
        let (rig, margin) = (view.rig, CELL as f32 * view.camera.step as f32);
        let in_front = rig.front.as_ref().map_or(Hides::Nothing, |front| front.hides(nodes[0].still, nodes[3].still));
        let (x, y) = (column * CELL, row * CELL);
        if in_front == Hides::All {
            return false;
        }
        let is_mouth = view.shape.moves() && rig.is_lower_face(corners[0], margin);
        let eye = rig.eyes.iter().find(|eye| eye.is_near(corners[0], margin)).filter(|_| view.moves_eyes());
        if is_mouth {
            self.mouth_cell(view, (x, y), &corners, into);
        } else if let Some(eye) = eye {
            view.eye_cell(eye, (x, y), &corners, into);
        } else {
            if nodes.iter().all(Node::stands) {
                return false;
            }
            view.square(&rig.bare_head, (x, y), CELL, &corners, into);
        }
        if in_front == Hides::Some {
            view.lay_front((x, y), CELL, into);
        }
        true
    }

    fn mouth_cell(&mut self, view: &View, (x, y): (usize, usize), corners: &Corners, into: &mut Frame) {
        let step = MIDDLE / FINE;
        for (down, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let (x, y) = (x + right * MIDDLE, y + down * MIDDLE);
            let offset = (right * step, down * step);
            let at = |painter: &mut Self, right: usize, down: usize| {
                painter.sheets(view, (x, y), corners, (offset.0, offset.1), (right, down))
            };
            let four = [at(self, 0, 0), at(self, step, 0), at(self, 0, step), at(self, step, step)];
            let most = |of: fn(&Sheets) -> f32| four.iter().map(of).fold(f32::MIN, f32::max);
            let is_below = most(|at| at.above_lower) < -SHADE;
            let is_above = most(|at| at.below_upper) < -SHADE && most(|at| -at.above_lower) < -3.0
                || four.iter().all(|at| at.along.abs() > 1.12 && at.above_lower > 1.0);
            if is_below {
                view.square(&view.rig.bare_head, (x, y), MIDDLE, &four.map(|at| at.lower), into);
            } else if is_above {
                view.square(&view.rig.bare_head, (x, y), MIDDLE, &four.map(|at| at.upper), into);
            } else {
                for (down, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(x, y)| at(self, right + x, down + y));
                    view.lips((x + right * FINE, y + down * FINE), &four, into);
                }
            }
        }
    }

    /// The mouth at a fine place of a cell, computed once a frame.
    fn sheets(
        &mut self,
        view: &View,
        (x, y): (usize, usize),
        corners: &Corners,
        offset: (usize, usize),
        (right, down): (usize, usize),
    ) -> Sheets {
        let row = view.columns * CELL / FINE + 1;
        let at = (y / FINE + down) * row + x / FINE + right;
        let share = |offset: usize| offset as f32 / (CELL / FINE) as f32;
        if self.marks[at] != self.mark {
            let point = spot(corners, share(offset.0 + right), share(offset.1 + down));
            self.field[at] = view.rig.mouth_at(point, &view.shape);
            self.marks[at] = self.mark;
        }
        self.field[at]
    }
}

/// The part of an area that these columns and rows of cells are.
fn part_of(area: Area, columns: Range<usize>, rows: Range<usize>) -> Area {
    let pixels = |range: Range<usize>, most: u32| {
        let start = ((range.start * CELL) as u32).min(most);
        (start, ((range.end * CELL) as u32).clamp(start, most) - start)
    };
    let ((left, width), (top, height)) = (pixels(columns, area.width), pixels(rows, area.height));
    Area { left: area.left + left, top: area.top + top, width, height }
}

impl Rig {
    /// Whether the mouth moves what is near a point.
    fn is_lower_face(&self, point: Point, margin: f32) -> bool {
        let mouth = &self.mouth.shape;
        let place = mouth.axes.inside(point);
        let wide = (1.06 * self.head.half_width).max(2.0 * mouth.half);
        (-wide - margin..wide).contains(&place.x)
            && (-1.2 * mouth.nose - 0.4 * mouth.half - margin..1.55 * mouth.chin).contains(&place.y)
    }
}

/// How far right and down in a cell the middle of a pixel lies, 0 to 1.
pub(super) struct Pixel {
    pub right: f32,
    pub down: f32,
}

impl View<'_> {
    fn moves_eyes(&self) -> bool {
        self.rig.blinks && (self.pose.lid > 0.01 || self.pose.gaze != (0.0, 0.0))
    }

    /// A cell as the planes need it: side, place and scale of each channel.
    pub(super) fn square(
        &self,
        from: &Sampled,
        (x, y): (usize, usize),
        side: usize,
        corners: &Corners,
        into: &mut Frame,
    ) {
        let (left, top) = (self.area.left as usize + x, self.area.top as usize + y);
        let (width, height) = (self.area.width as usize, self.area.height as usize);
        let visible = (side.min(width.saturating_sub(x)), side.min(height.saturating_sub(y)));
        let mut light = Cell { planes: [&mut into.y], stride: STRIDE, column: left, row: top, side, visible };
        from.light.draw(&mut light, corners, 1.0);
        let mut colours = Cell {
            planes: [&mut into.u, &mut into.v],
            stride: HALF,
            column: left / 2,
            row: top / 2,
            side: side / 2,
            visible: (visible.0 / 2, visible.1 / 2),
        };
        from.colours.draw(&mut colours, corners, 0.5);
    }

    /// Every visible pixel of a cell: those of light, then those of both colours. `each` says what they become, and is given
    /// what they are.
    #[inline]
    pub(super) fn pixels(
        &self,
        (x, y): (usize, usize),
        side: usize,
        into: &mut Frame,
        light: impl Fn(&Pixel, [f32; 1]) -> [f32; 1],
        colours: impl Fn(&Pixel, [f32; 2]) -> [f32; 2],
    ) {
        let (left, top) = (self.area.left as usize + x, self.area.top as usize + y);
        let wide = side.min((self.area.width as usize).saturating_sub(x));
        let high = side.min((self.area.height as usize).saturating_sub(y));
        each_pixel([&mut into.y], STRIDE, (left, top), (wide, high), side, light);
        let half = ((left / 2, top / 2), (wide / 2, high / 2));
        each_pixel([&mut into.u, &mut into.v], HALF, half.0, half.1, side / 2, colours);
    }

    /// Four by four pixels where lips meet: the upper part, the inside, the lower part, with soft edges.
    fn lips(&self, place: (usize, usize), four: &[Sheets; 4], into: &mut Frame) {
        let (mouth, from) = (&self.rig.mouth, &self.rig.bare_head);
        let light = |pixel: &Pixel, _| {
            let lip = Lip::at(pixel, four, mouth.edge);
            let ([mut upper], [mut bottom]) = (lip.upper(&from.light, 1.0), lip.lower(&from.light, 1.0));
            // Lips round off into the mouth.
            let half = mouth.shape.half;
            let dark = smooth(1.0, 0.10 * half, (lip.below_upper + lip.above_lower).max(0.0));
            let near = (1.0 + lip.below_upper / (0.075 * half)).clamp(0.0, 1.0);
            upper = 16.0 + (upper - 16.0) * (1.0 - 0.30 * dark * near * near);
            let near = (1.0 + lip.above_lower / (0.060 * half)).clamp(0.0, 1.0);
            bottom = 16.0 + (bottom - 16.0) * (1.0 - 0.16 * dark * near * near);
            if let Some([inside, ..]) = lip.cave(&self.cave) {
                upper = mixed(upper, inside, lip.inside);
            }
            [mixed(upper, bottom, lip.lower)]
        };
        let colours = |pixel: &Pixel, _| {
            let lip = Lip::at(pixel, four, mouth.edge);
            let (mut upper, bottom) = (lip.upper(&from.colours, 0.5), lip.lower(&from.colours, 0.5));
            if let Some([_, u, v]) = lip.cave(&self.cave) {
                upper = [mixed(upper[0], u, lip.inside), mixed(upper[1], v, lip.inside)];
            }
            [mixed(upper[0], bottom[0], lip.lower), mixed(upper[1], bottom[1], lip.lower)]
        };
        self.pixels(place, FINE, into, light, colours);
    }

    /// Lays what stands in front over a cell, where the camera alone sees it.
    fn lay_front(&self, (x, y): (usize, usize), side: usize, into: &mut Frame) {
        let (Some(front), Some(own)) = (&self.rig.front, &self.rig.own_front) else { return };
        for (down, right) in (0..side / MIDDLE).flat_map(|down| (0..side / MIDDLE).map(move |right| (down, right))) {
            let (x, y) = (x + right * MIDDLE, y + down * MIDDLE);
            let corners = [(0, 0), (1, 0), (0, 1), (1, 1)];
            let corners = corners.map(|(right, down)| self.on_plate(x + right * MIDDLE, y + down * MIDDLE));
            match front.hides(corners[0], corners[3]) {
                Hides::Nothing => {}
                Hides::All => self.square(own, (x, y), MIDDLE, &corners, into),
                Hides::Some => self.lay_part(front, own, (x, y), &corners, into),
            }
        }
    }

    fn lay_part(&self, front: &Front, own: &Sampled, place: (usize, usize), corners: &Corners, into: &mut Frame) {
        let light = |pixel: &Pixel, [behind]: [f32; 1]| {
            let point = spot(corners, pixel.right, pixel.down);
            let (x, y) = (point.x - 0.5, point.y - 0.5);
            let share = front.share(true, x, y);
            [if share > 0.0 { mixed(behind, own.light.at(x, y)[0], share) } else { behind }]
        };
        let colours = |pixel: &Pixel, behind: [f32; 2]| {
            let point = spot(corners, pixel.right, pixel.down);
            let (x, y) = (point.x * 0.5 - 0.5, point.y * 0.5 - 0.5);
            let share = front.share(false, x, y);
            if share <= 0.0 {
                return behind;
            }
            let [u, v] = own.colours.at(x, y);
            [mixed(behind[0], u, share), mixed(behind[1], v, share)]
        };
        self.pixels(place, MIDDLE, into, light, colours);
    }
}

/// One pixel where lips meet: how much of which part of the mouth it shows.
struct Lip {
    below_upper: f32,
    above_lower: f32,
    along: f32,
    /// The fraction of what lies below the lower lip's edge, and that of the inside before what lies above the upper one's.
    lower: f32,
    inside: f32,
    /// Where either part comes from.
    from: [Point; 2],
}

impl Lip {
    #[inline]
    fn at(pixel: &Pixel, four: &[Sheets; 4], edge: f32) -> Self {
        let of = |part: fn(&Sheets) -> f32| between(four.each_ref().map(part), pixel.right, pixel.down, mixed);
        let (below_upper, above_lower, along) = (of(|at| at.below_upper), of(|at| at.above_lower), of(|at| at.along));
        let soft = 0.5 * edge;
        Self {
            lower: smooth(-soft, soft, -above_lower),
            inside: smooth(-soft, soft, below_upper) * smooth(1.03, 0.96, along.abs()),
            from: [
                Point::new(of(|at| at.upper.x), of(|at| at.upper.y)),
                Point::new(of(|at| at.lower.x), of(|at| at.lower.y)),
            ],
            below_upper,
            above_lower,
            along,
        }
    }

    fn upper<const CHANNELS: usize>(&self, quads: &Quads<CHANNELS>, scale: f32) -> [f32; CHANNELS] {
        let from = self.from[0];
        if self.lower < 1.0 { quads.at(from.x * scale - 0.5, from.y * scale - 0.5) } else { [0.0; CHANNELS] }
    }

    fn lower<const CHANNELS: usize>(&self, quads: &Quads<CHANNELS>, scale: f32) -> [f32; CHANNELS] {
        let from = self.from[1];
        if self.lower > 0.0 { quads.at(from.x * scale - 0.5, from.y * scale - 0.5) } else { [0.0; CHANNELS] }
    }

    /// What is seen between the lips; `None` where nothing of it is.
    fn cave(&self, cave: &Cave) -> Option<Yuv> {
        (self.inside > 0.0 && self.lower < 1.0).then(|| cave.at(self.along, self.below_upper, self.above_lower))
    }
}

/// Every visible pixel of a cell in planes of one size.
#[inline]
fn each_pixel<const CHANNELS: usize>(
    mut planes: [&mut [u8]; CHANNELS],
    stride: usize,
    (left, top): (usize, usize),
    (wide, high): (usize, usize),
    side: usize,
    becomes: impl Fn(&Pixel, [f32; CHANNELS]) -> [f32; CHANNELS],
) {
    let whole = side as f32;
    for row in 0..high {
        for column in 0..wide {
            let at = (top + row) * stride + left + column;
            let pixel = Pixel { right: (column as f32 + 0.5) / whole, down: (row as f32 + 0.5) / whole };
            let before = planes.each_ref().map(|plane| f32::from(plane[at]));
            let after = becomes(&pixel, before);
            planes.iter_mut().zip(after).for_each(|(plane, value)| plane[at] = (value + 0.5) as u8);
        }
    }
}
