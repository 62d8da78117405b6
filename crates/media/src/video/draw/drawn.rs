//! The drawn baby in a clip: its stage, and the pose of every frame. Called by `panel`.

use std::sync::Arc;

use baby::{Framing, Look, Pose, Stage};

use super::planes::{self, Area};
use super::ready;
use crate::video::frame::Frame;

#[derive(Clone)]
pub struct Drawn {
    stage: Stage,
    poses: Arc<[Pose]>,
    area: Area,
}

impl Drawn {
    /// The area is the whole frame or one half of it.
    pub fn new(look: &Look, poses: Vec<Pose>, area: Area) -> Drawn {
        let framing = if area == Area::WHOLE { Framing::Vertical } else { Framing::Half };
        Drawn { stage: ready::stage(look, framing), poses: poses.into(), area }
    }

    pub fn draw(&mut self, number: u32, into: &mut Frame) {
        let pose = self.poses.get(number as usize).unwrap_or(&Pose::REST);
        let pixels = self.stage.frame(pose);
        planes::write(pixels, self.area, into);
    }
}
