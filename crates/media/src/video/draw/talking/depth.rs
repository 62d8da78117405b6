//! How far each part of a head stands out, on a coarse grid: the mesh inside the face, an egg around it. By it a turned
//! head shows more of one side. Called when a portrait is rigged.

use face::{Head, Landmarks, Point, points};

/// Pixels between two places of the grid.
const CELL: f32 = 16.0;

/// How far a landmark's depth reaches, as a fraction of the face's width, and where its weight is as good as nothing, in
/// squares of that.
const REACH: f32 = 0.09;
const FARTHEST: f32 = 6.0;

pub struct Depth {
    heights: Vec<f32>,
    columns: usize,
    rows: usize,
}

impl Depth {
    /// For a picture of this size.
    pub fn new(landmarks: &Landmarks, head: &Head, width: usize, height: usize) -> Self {
        let (columns, rows) = (width / CELL as usize + 2, height / CELL as usize + 2);
        let stands_out: Vec<(Point, f32)> = (0..points::OF_MESH)
            .map(|point| (head.axes.inside(landmarks.at(point)), -landmarks.depth(point)))
            .collect();
        let edge = points::OVAL.iter().map(|&point| -landmarks.depth(point)).sum::<f32>() / points::OVAL.len() as f32;
        let reach = (REACH * head.width()).powi(2);
        let at = |index: usize| {
            let place = Point::new((index % columns) as f32 * CELL, (index / columns) as f32 * CELL);
            let place = head.axes.inside(place);
            let away = (place.x / head.half_width).hypot(place.y / (head.half_height * 1.12));
            let beyond = if away < 1.0 { 1.0 } else { 0.5 };
            let egg = edge + 0.25 * head.width() * (1.0 - away * away).max(-1.2) * beyond;
            let (mut sum, mut weights) = (egg * 0.02, 0.02);
            for (point, depth) in stands_out.iter().filter(|_| away < 1.5) {
                let distance = ((point.x - place.x).powi(2) + (point.y - place.y).powi(2)) / reach;
                if distance < FARTHEST {
                    let weight = (-distance).exp();
                    (sum, weights) = (sum + weight * depth, weights + weight);
                }
            }
            sum / weights - edge
        };
        let mut depth = Self { heights: (0..columns * rows).map(at).collect(), columns, rows };
        (0..3).for_each(|_| depth.soften());
        depth
    }

    fn soften(&mut self) {
        let (columns, rows, before) = (self.columns, self.rows, self.heights.clone());
        for (index, height) in self.heights.iter_mut().enumerate() {
            let (column, row) = (index % columns, index / columns);
            let at = |column: usize, row: usize| before[row.min(rows - 1) * columns + column.min(columns - 1)];
            let beside = at(column.saturating_sub(1), row) + at(column + 1, row);
            let around = beside + at(column, row.saturating_sub(1)) + at(column, row + 1);
            *height = 0.5 * before[index] + 0.125 * around;
        }
    }

    /// At a point of the picture, in pixels towards the viewer.
    #[inline]
    pub fn at(&self, point: Point) -> f32 {
        let place = |value: f32, size: usize| (value / CELL).clamp(0.0, size as f32 - 1.01);
        let (x, y) = (place(point.x, self.columns), place(point.y, self.rows));
        let (column, row) = (x as usize, y as usize);
        let (right, down) = (x - column as f32, y - row as f32);
        let first = row * self.columns + column;
        let of = |at: usize| self.heights[at] * (1.0 - right) + self.heights[at + 1] * right;
        of(first) * (1.0 - down) + of(first + self.columns) * down
    }
}
