//! A talking photo in a clip: the portrait on its plate, the rig of its face, and the pose of every frame. Called by `panel`.

use std::sync::Arc;

use image::RgbImage;

use super::painter::Painter;
use super::pose::Pose;
use super::rig::Rig;
use crate::video::draw::photo::Still;
use crate::video::draw::planes::Area;
use crate::video::frame::Frame;
use crate::video::perform::acting::{Part, Rhythm, act};
use baby;
use domain::Tone;
use face::{Landmarks, Marks, Point};

/// What is known of a photo that talks.
#[derive(Debug, Clone)]
pub struct Talking {
    /// In pixels of the portrait.
    pub landmarks: Landmarks,
    /// Whether the lids move: not where the portrait shows none.
    pub blinks: bool,
    /// What the face and the gestures depart from.
    pub tone: Tone,
}

impl Talking {
    /// Of what was found in the portrait; `None` where its face does not pass.
    pub fn new(marks: &Marks, tone: Tone) -> Option<Self> {
        let landmarks = marks.talking()?.clone();
        Some(Self { landmarks, blinks: marks.verdict.blinks(), tone })
    }
}

#[derive(Clone)]
pub struct Talker {
    still: Still,
    rig: Arc<Rig>,
    poses: Arc<[Pose]>,
    painter: Painter,
}

impl Talker {
    /// The area is the whole frame or one half of it.
    pub fn new(portrait: &RgbImage, talking: &Talking, part: Part, area: Area, rhythm: &Rhythm, scene: u64) -> Self {
        let still = Still::new(portrait, area, rhythm.frames() as u32);
        let placement = still.placement;
        let landmarks = talking.landmarks.moved(placement.scale, Point::new(placement.left, placement.top));
        let rig = Arc::new(Rig::new(still.plate.planes(), &landmarks, talking.blinks));
        let acted = act(seed(&talking.landmarks), talking.tone, part, rhythm, scene);
        let lips = |frame: usize| (part == Part::Speaks).then(|| rhythm.lips(frame));
        let pose = |(frame, acted): (usize, &baby::Pose)| Pose::of(acted, lips(frame), talking.tone);
        let poses = acted.iter().enumerate().map(pose).collect();
        Self { still, rig, poses, painter: Painter::default() }
    }

    pub fn draw(&mut self, number: u32, into: &mut Frame) {
        let pose = self.poses.get(number as usize).copied().unwrap_or_default();
        self.draw_pose(&pose, number, into);
    }

    fn draw_pose(&mut self, pose: &Pose, number: u32, into: &mut Frame) {
        let (camera, area) = (self.still.camera(number), self.still.area);
        self.painter.draw(&self.rig, pose, (&mut self.still.plate, camera), area, into);
    }
}

/// A number of the face's own: it blinks and looks about in its own way, and always the same.
fn seed(landmarks: &Landmarks) -> u64 {
    let bits = landmarks.triples().flatten().map(|number| u64::from(number.to_bits()));
    bits.fold(0xcbf2_9ce4_8422_2325, |seed, bits| (seed ^ bits).wrapping_mul(0x0000_0100_0000_01b3))
}
