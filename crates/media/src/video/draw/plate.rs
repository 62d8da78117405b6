//! A still picture in planes that a camera moves over: the zoom of photos and pictures. Scaling happens in the planes,
//! which is half the work of scaling pixels and saves their conversion. Called by `photo` and `picture`; knows nothing of
//! what is shown.

use std::ops::Range;
use std::sync::Arc;

use image::RgbImage;

use super::planes::{Area, HALF, Plane, STRIDE, planes_of, row};
use crate::video::frame::Frame;

#[derive(Clone)]
pub struct Plate {
    /// Shared by everyone who draws from it.
    planes: Arc<[Plane; 3]>,
    /// Room for one row between its two directions of scaling.
    line: Vec<u16>,
    /// Where the columns of light and of the colours lie, as the camera last saw them: the parts of a frame share them.
    across: [Across; 2],
}

/// Where the camera looks: the plate's point under the left top corner of the area, and how many of the plate's pixels
/// go by for each pixel of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    pub left: f64,
    pub top: f64,
    pub step: f64,
}

impl Camera {
    /// Looks at the same as `self` would, `zoom` times as large around a point of the area that stands still.
    pub fn zoomed(self, zoom: f64, around: (f64, f64)) -> Camera {
        let step = self.step / zoom;
        Camera { left: self.left + around.0 * (self.step - step), top: self.top + around.1 * (self.step - step), step }
    }

    /// The picture moved by so many pixels of the frame, right and down.
    pub fn moved(self, right: f64, down: f64) -> Camera {
        Camera { left: self.left - right * self.step, top: self.top - down * self.step, ..self }
    }
}

impl Plate {
    /// A plate of at least two by two pixels; a smaller picture shows as black.
    pub fn new(picture: &RgbImage) -> Plate {
        let big_enough = picture.width() >= 2 && picture.height() >= 2;
        let planes = if big_enough { planes_of(picture) } else { planes_of(&RgbImage::new(2, 2)) };
        Plate { planes: Arc::new(planes), line: Vec::new(), across: Default::default() }
    }

    /// Fills the area with what the camera sees; beyond its edges the plate goes on as its last row or column.
    pub fn show(&mut self, camera: Camera, area: Area, into: &mut Frame) {
        self.show_part(camera, area, area, &|_| 0.0, into);
    }

    /// Fills a part of the area with what the camera sees there of the whole. `risen` says by how many of the plate's
    /// pixels what is seen at a height of the plate has risen.
    pub fn show_part(&mut self, camera: Camera, area: Area, part: Area, risen: &dyn Fn(f64) -> f64, into: &mut Frame) {
        let [light, u, v] = &*self.planes;
        let line = &mut self.line;
        let [of_light, of_colours] = &mut self.across;
        let across = of_light.seen_by(camera, area.columns(), light.width);
        let seen = Seen { camera, across, left: area.left as usize, top: area.top as usize, risen };
        scale(light, line, &seen, (part.columns(), part.rows()), &mut into.y, STRIDE);
        let camera = Camera { left: camera.left / 2.0, top: camera.top / 2.0, ..camera };
        let across = of_colours.seen_by(camera, area.half_columns(), u.width);
        let (left, top) = (area.left as usize / 2, area.top as usize / 2);
        let seen = Seen { camera, across, left, top, risen: &|height| risen(2.0 * height) / 2.0 };
        let half = (part.half_columns(), part.half_rows());
        scale(u, line, &seen, half.clone(), &mut into.u, HALF);
        scale(v, line, &seen, half, &mut into.v, HALF);
    }

    pub fn planes(&self) -> &[Plane; 3] {
        &self.planes
    }
}

/// How a plane is seen: by a camera that looks at an area that begins at this column and row of the frame.
struct Seen<'a> {
    camera: Camera,
    /// Where the columns of the area lie.
    across: &'a [Between],
    left: usize,
    top: usize,
    risen: &'a dyn Fn(f64) -> f64,
}

/// A place between two rows or columns: the first of them and the share of the second, of 256.
#[derive(Clone, Copy)]
struct Between {
    first: usize,
    share: u32,
}

fn between(place: f64, count: usize) -> Between {
    let fixed = (place.clamp(0.0, (count - 1) as f64) * 256.0) as usize;
    let first = (fixed >> 8).min(count - 2);
    Between { first, share: (fixed - (first << 8)) as u32 }
}

/// Where the columns of an area lie on a plane, for one camera.
#[derive(Clone, Default)]
struct Across {
    places: Vec<Between>,
    of: Option<(Camera, Range<usize>, usize)>,
}

impl Across {
    fn seen_by(&mut self, camera: Camera, columns: Range<usize>, width: usize) -> &[Between] {
        let of = Some((camera, columns.clone(), width));
        if self.of != of {
            self.places.clear();
            if width >= 2 {
                let place = |column: usize| between(middle(camera.left, column, camera.step), width);
                self.places.extend((0..columns.len()).map(place));
            }
            self.of = of;
        }
        &self.places
    }
}

/// Where the middle of a pixel lies: pixels are judged there.
fn middle(start: f64, index: usize, step: f64) -> f64 {
    start + (index as f64 + 0.5) * step - 0.5
}

fn scale(
    plane: &Plane,
    line: &mut Vec<u16>,
    seen: &Seen,
    (columns, rows): (Range<usize>, Range<usize>),
    target: &mut [u8],
    stride: usize,
) {
    let camera = seen.camera;
    if plane.width < 2 || plane.height < 2 {
        for y in rows {
            row(target, stride, y, columns.clone()).fill(plane.bytes.first().copied().unwrap_or(128));
        }
        return;
    }
    let across = &seen.across[columns.start - seen.left..columns.end - seen.left];
    let (Some(first), Some(last)) = (across.first(), across.last()) else { return };
    let used = first.first..last.first + 2;
    for y in rows {
        let height = middle(camera.top, y - seen.top, camera.step);
        let down = between(height + (seen.risen)(height + 0.5), plane.height);
        let above = &plane.bytes[down.first * plane.width..][used.clone()];
        let below = &plane.bytes[(down.first + 1) * plane.width..][used.clone()];
        line.resize(used.len(), 0);
        let (near, far) = ((256 - down.share) as u16, down.share as u16);
        for ((mixed, &above), &below) in line.iter_mut().zip(above).zip(below) {
            *mixed = u16::from(above) * near + u16::from(below) * far;
        }
        for (to, at) in row(target, stride, y, columns.clone()).iter_mut().zip(across) {
            let two = &line[at.first - used.start..][..2];
            *to = ((u32::from(two[0]) * (256 - at.share) + u32::from(two[1]) * at.share + 0x8000) >> 16) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    /// Grey that rises from left to right.
    fn ramp(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, _| Rgb([(x * 255 / (width - 1)) as u8; 3]))
    }

    #[test]
    fn a_camera_that_does_not_move_copies_the_plate() {
        let picture = ramp(64, 16);
        let planes = planes_of(&picture);
        let mut frame = Frame::black();
        let area = Area { left: 4, top: 8, width: 64, height: 16 };
        Plate::new(&picture).show(Camera { left: 0.0, top: 0.0, step: 1.0 }, area, &mut frame);
        assert_eq!(&frame.y[8 * STRIDE + 4..][..64], &planes[0].bytes[..64]);
        assert_eq!(&frame.u[4 * HALF + 2..][..32], &planes[1].bytes[..32]);
        assert_eq!(frame.y[8 * STRIDE + 68], 16);
    }

    #[test]
    fn a_zoom_keeps_its_still_point_still() {
        let still = Camera { left: 10.0, top: 20.0, step: 1.5 };
        let zoomed = still.zoomed(1.12, (540.0, 880.0));
        let seen = |camera: Camera| (camera.left + 540.0 * camera.step, camera.top + 880.0 * camera.step);
        assert!((seen(still).0 - seen(zoomed).0).abs() < 1e-9 && (seen(still).1 - seen(zoomed).1).abs() < 1e-9);
    }

    #[test]
    fn the_slowest_camera_moves_with_every_frame() {
        // Steep enough everywhere that a third of a pixel is more than rounding takes away.
        let steep = RgbImage::from_fn(216, 64, |x, _| Rgb([(x * 37 % 256) as u8; 3]));
        let mut plate = Plate::new(&steep);
        let area = Area { left: 0, top: 0, width: 200, height: 2 };
        let mut last = Vec::new();
        for step in 0..20 {
            let mut frame = Frame::black();
            let camera = Camera { left: 0.0, top: 0.0, step: 1.0 }.moved(-f64::from(step) * 0.3, 0.0);
            plate.show(camera, area, &mut frame);
            assert!(frame.y[..200] != last, "step {step} does not move");
            last = frame.y[..200].to_vec();
        }
    }

    #[test]
    fn a_camera_beyond_the_edge_or_on_a_tiny_plate_draws() {
        let mut frame = Frame::black();
        for (width, height) in [(2, 2), (3, 5), (40, 2)] {
            let mut plate = Plate::new(&ramp(width, height));
            for camera in [
                Camera { left: -50.0, top: -50.0, step: 0.1 },
                Camera { left: 500.0, top: 500.0, step: 3.0 },
                Camera { left: f64::NAN, top: 0.0, step: 0.001 },
            ] {
                plate.show(camera, Area::WHOLE, &mut frame);
            }
        }
        Plate::new(&RgbImage::new(1, 1)).show(Camera { left: 0.0, top: 0.0, step: 1.0 }, Area::WHOLE, &mut frame);
    }
}
