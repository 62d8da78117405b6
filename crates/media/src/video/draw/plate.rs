//! A still picture in planes that a camera moves over: the zoom of photos and pictures. Scaling happens in the planes,
//! which is half the work of scaling pixels and saves their conversion (`scaling` does it). Called by `photo` and `picture`;
//! knows nothing of what is shown.

use std::sync::Arc;

use image::RgbImage;

use super::planes::{Area, HALF, Plane, STRIDE, planes_of};
use super::scaling::{Bands, Scaler, Seen};
use crate::video::frame::Frame;

#[derive(Clone)]
pub struct Plate {
    /// Shared by everyone who draws from it.
    planes: Arc<[Plane; 3]>,
    bands: Arc<[Bands; 3]>,
    scaler: Scaler,
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
        let bands = planes.each_ref().map(Bands::new);
        Plate { planes: Arc::new(planes), bands: Arc::new(bands), scaler: Scaler::default() }
    }

    /// Fills the area with what the camera sees; beyond its edges the plate goes on as its last row or column.
    pub fn show(&mut self, camera: Camera, area: Area, into: &mut Frame) {
        self.show_part(camera, area, area, &|_| 0.0, into);
    }

    /// Fills a part of the area with what the camera sees there of the whole. `risen` says by how many of the plate's
    /// pixels what is seen at a height of the plate has risen.
    pub fn show_part(&mut self, camera: Camera, area: Area, part: Area, risen: &dyn Fn(f64) -> f64, into: &mut Frame) {
        let [light, u, v] = &*self.bands;
        let seen = Seen { camera, left: area.left as usize, top: area.top as usize, risen };
        self.scaler.scale(light, &seen, (part.columns(), part.rows()), (&mut into.y, STRIDE));
        let camera = Camera { left: camera.left / 2.0, top: camera.top / 2.0, ..camera };
        let (left, top) = (area.left as usize / 2, area.top as usize / 2);
        let seen = Seen { camera, left, top, risen: &|height| risen(2.0 * height) / 2.0 };
        for (colour, into) in [(u, &mut into.u), (v, &mut into.v)] {
            self.scaler.scale(colour, &seen, (part.half_columns(), part.half_rows()), (into, HALF));
        }
    }

    pub fn planes(&self) -> &[Plane; 3] {
        &self.planes
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
