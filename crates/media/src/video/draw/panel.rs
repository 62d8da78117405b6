//! One baby in its part of the frame, drawn or photographed, talking or moving as a whole. Called by `scene` for one who has the frame to itself and
//! for each of two who share it.

use image::RgbImage;

use baby::Look;
use domain::Tone;
use face::Landmarks;

use super::drawn::Drawn;
use super::photo::Photo;
use super::planes::Area;
use super::talking::{Talker, Talking};
use crate::video::frame::Frame;
use crate::video::perform::acting::{Part, Rhythm, act};
use crate::video::perform::voice::Voice;

/// Who is shown.
pub enum Figure {
    /// The built-in baby, which always talks.
    Drawn {
        /// Who it is.
        look: Look,
        /// What its face and its gestures depart from.
        tone: Tone,
    },
    /// A photo that moves as a whole, and its face where one was found.
    Photo(RgbImage, Option<Landmarks>),
    /// A photo that talks.
    Talking(RgbImage, Talking),
}

/// What the figures of a scene have in common.
pub struct Hearing<'a> {
    pub voice: &'a Voice,
    pub rhythm: &'a Rhythm,
    pub frames: u32,
    /// Makes two scenes of the same baby differ.
    pub scene: u64,
}

#[derive(Clone)]
pub enum Panel {
    Drawn(Box<Drawn>),
    Photo(Box<Photo>),
    Talking(Box<Talker>),
}

impl Panel {
    pub fn new(figure: &Figure, part: Part, area: Area, hearing: &Hearing) -> Panel {
        match figure {
            Figure::Drawn { look, tone } => {
                let poses = act(look.grain, *tone, part, hearing.rhythm, hearing.scene);
                Panel::Drawn(Box::new(Drawn::new(look, poses, area)))
            }
            Figure::Photo(picture, _) => {
                let voice = (part == Part::Speaks).then_some(hearing.voice);
                Panel::Photo(Box::new(Photo::new(picture, area, hearing.frames, voice, hearing.scene)))
            }
            Figure::Talking(picture, talking) => {
                let talker = Talker::new(picture, talking, part, area, hearing.rhythm, hearing.scene);
                Panel::Talking(Box::new(talker))
            }
        }
    }

    pub fn draw(&mut self, number: u32, into: &mut Frame) {
        match self {
            Panel::Drawn(drawn) => drawn.draw(number, into),
            Panel::Photo(photo) => photo.draw(number, into),
            Panel::Talking(talker) => talker.draw(number, into),
        }
    }
}
