//! A photo portrait in a clip: a slow zoom goes on for the whole scene. One that does not talk moves as a whole and is never
//! warped; the voice adds a small bounce, and a row of bars that shows who speaks. Called by `panel`, and by `talking` for
//! its plate and camera.

use image::RgbImage;

use crate::picture::Placement;

use super::bars::{Row, WARM};
use super::fitted;
use super::planes::Area;
use super::plate::{Camera, Plate};
use crate::video::frame::Frame;
use crate::video::perform::curve::{Chance, averaged, followed, second_of};
use crate::video::perform::voice::Voice;

/// How much larger the photo is at the end of the scene.
const ZOOM: f64 = 0.12;

/// What a loud moment adds: size, and pixels that the photo goes up.
const BOUNCE: f64 = 0.012;
const LIFT: f64 = 6.0;

/// Kept beyond each edge, as a fraction of the size, so that a lifted photo shows no edge.
const MARGIN: f64 = 0.015;

/// The height that stands still while the photo grows: where a chin is, so that it never sinks into the captions.
const STILL_AT: f64 = 880.0;

/// The plate has so many pixels for one of the frame: what the zoom ends at.
const DETAIL: f64 = 1.12;

const BARS: usize = 17;

/// A photo on its plate under its camera.
#[derive(Clone)]
pub struct Still {
    pub plate: Plate,
    pub area: Area,
    /// How the portrait lies on the plate.
    pub placement: Placement,
    frames: u32,
}

impl Still {
    pub fn new(picture: &RgbImage, area: Area, frames: u32) -> Self {
        let (width, height) = plate_size(area);
        let fitted = if area == Area::WHOLE { fitted::photo } else { fitted::narrow_photo };
        let plate = Plate::new(&fitted(picture, width, height));
        Self { plate, area, placement: placement(picture, area), frames }
    }

    /// Where the camera looks in a frame.
    pub fn camera(&self, number: u32) -> Camera {
        camera(self.area, number, self.frames, 0.0)
    }
}

fn plate_size(area: Area) -> (u32, u32) {
    ((f64::from(area.width) * DETAIL) as u32, (f64::from(area.height) * DETAIL) as u32)
}

/// How a portrait lies on the plate of an area.
pub fn placement(picture: &RgbImage, area: Area) -> Placement {
    let (width, height) = plate_size(area);
    let fitted = if area == Area::WHOLE { fitted::photo_placement } else { fitted::narrow_placement };
    fitted(picture, width, height)
}

/// Between these everything that a camera sees in a clip lies: at its beginning and its end, in silence and at its loudest.
pub fn outermost_cameras(area: Area, frames: u32) -> [Camera; 4] {
    let last = frames.saturating_sub(1);
    [(0, 0.0), (0, 1.0), (last, 0.0), (last, 1.0)].map(|(number, level)| camera(area, number, frames, level))
}

#[derive(Clone)]
pub struct Photo {
    still: Still,
    /// How far the voice lifts the photo in each frame, 0 to 1; empty for one who listens.
    bounce: Vec<f32>,
    chance: Chance,
}

impl Photo {
    /// Without a voice the photo listens.
    pub fn new(picture: &RgbImage, area: Area, frames: u32, voice: Option<&Voice>, scene: u64) -> Photo {
        let bounce = voice.map_or_else(Vec::new, |voice| bounce(voice, frames as usize));
        Photo { still: Still::new(picture, area, frames), bounce, chance: Chance(scene).of("bars") }
    }

    pub fn draw(&mut self, number: u32, into: &mut Frame) {
        let level = self.bounce.get(number as usize).copied().unwrap_or(0.0);
        let still = &mut self.still;
        still.plate.show(camera(still.area, number, still.frames, level), still.area, into);
        if !self.bounce.is_empty() {
            self.draw_bars(number, level, into);
        }
    }

    /// The voice as bars below the captions, tallest in the middle.
    fn draw_bars(&self, number: u32, level: f32, into: &mut Frame) {
        let whole = self.still.area;
        let middle = whole.left as f32 + whole.width as f32 * if whole == Area::WHOLE { 0.467 } else { 0.5 };
        let (pitch, half) = (20.0, BARS as f32 * 10.0 + 6.0);
        let area = Area::around(middle - half, 1292.0, middle + half, 1402.0);
        let row = Row { area, thickness: 11.0, pitch, first: area.width as f32 / 2.0 - (BARS / 2) as f32 * pitch };
        let second = second_of(number as usize);
        let bar = |index: usize| {
            let from_middle = (index as f32 - (BARS / 2) as f32).abs() / (BARS / 2) as f32;
            let wave = 0.62 + 0.38 * Chance(self.chance.0 ^ index as u64).drift(second, 0.11);
            (level * wave * (1.0 - 0.75 * from_middle * from_middle), WARM)
        };
        row.layer((0..BARS).map(bar)).lay(into);
    }
}

/// Loudness with a fast attack and a slow release, as a body follows its voice.
fn bounce(voice: &Voice, frames: usize) -> Vec<f32> {
    let levels: Vec<f32> = (0..frames).map(|frame| voice.level_at(second_of(frame))).collect();
    averaged(&followed(&levels, 0.6, 0.16), 1)
}

fn camera(area: Area, number: u32, frames: u32, level: f32) -> Camera {
    let gone = f64::from(number) / f64::from(frames.saturating_sub(1).max(1));
    let level = f64::from(level);
    let zoom = (1.0 + MARGIN) * (1.0 + ZOOM * gone) * (1.0 + BOUNCE * level);
    let still = (f64::from(area.width) / 2.0, STILL_AT);
    Camera { left: 0.0, top: 0.0, step: DETAIL }.zoomed(zoom, still).moved(0.0, -LIFT * level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::perform::voice::tests::buzz;

    #[test]
    fn the_photo_grows_by_an_eighth_and_its_edges_never_show() {
        let size = |number| 1.0 / camera(Area::WHOLE, number, 300, 0.0).step;
        assert!((size(299) / size(0) - 1.12).abs() < 1e-6);
        for (number, level) in [(0, 0.0), (0, 1.0), (150, 0.5), (299, 1.0)] {
            let camera = camera(Area::WHOLE, number, 300, level);
            assert!(camera.left >= 0.0 && camera.top >= 0.0, "{number}: {camera:?}");
            assert!(camera.left + 1080.0 * camera.step <= 1080.0 * DETAIL, "{number}: {camera:?}");
            assert!(camera.top + 1920.0 * camera.step <= 1920.0 * DETAIL, "{number}: {camera:?}");
        }
    }

    #[test]
    fn a_loud_moment_lifts_the_photo_and_lets_it_down_slowly() {
        let voice = Voice::new(&buzz(2.0, |second| if (0.5..1.0).contains(&second) { 1.0 } else { 0.0 }));
        let bounce = bounce(&voice, 60);
        assert!(bounce[10] == 0.0 && bounce[20] > 0.85);
        assert!(bounce[31] > 0.5 && bounce[45] < 0.2, "{bounce:?}");
    }

    #[test]
    fn a_chin_stays_where_it_is_while_the_photo_grows() {
        let on_frame = |plate_y: f64, number| {
            let camera = camera(Area::WHOLE, number, 300, 0.0);
            (plate_y - camera.top) / camera.step
        };
        let chin = 0.48 * 1920.0 * DETAIL;
        assert!(on_frame(chin, 0) <= 940.0 && on_frame(chin, 299) <= 940.0, "{}", on_frame(chin, 299));
    }
}
