//! An animated picture as a media scene: it plays at its own pace and is repeated to the end of the scene, fitted into the
//! frame over a blurred copy of its first picture. Called by `scene` as any source of frames.

use image::{RgbImage, imageops};

use super::fitted;
use super::planes::Area;
use super::plate::{Camera, Plate};
use crate::animation::Animation;
use crate::picture;
use crate::video::frame::{FPS, Frame, FrameError, Frames, HEIGHT, WIDTH};

/// An animation that lasts as many pictures as the scene.
pub struct Animated {
    animation: Animation,
    count: u32,
    behind: RgbImage,
    /// The picture of the animation that is seen, and its number.
    shown: Option<(usize, Plate)>,
}

impl Animated {
    /// `count` is the length of the scene in frames; the animation may be shorter or longer.
    pub fn new(animation: Animation, count: u32) -> Animated {
        let behind = fitted::blurred(animation.frame(0), WIDTH, HEIGHT);
        Animated { animation, count, behind, shown: None }
    }
}

impl Frames for Animated {
    fn count(&self) -> u32 {
        self.count
    }

    fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
        let wanted = self.animation.frame_at(f64::from(number) / f64::from(FPS));
        let is_shown = self.shown.as_ref().is_some_and(|(shown, _)| *shown == wanted);
        if !is_shown {
            let picture = picture::fit(self.animation.frame(wanted), WIDTH, HEIGHT);
            let mut whole = self.behind.clone();
            let middle = |room: u32, length: u32| i64::from((room - length) / 2);
            let (left, top) = (middle(WIDTH, picture.width()), middle(HEIGHT, picture.height()));
            imageops::replace(&mut whole, &picture, left, top);
            self.shown = Some((wanted, Plate::new(&whole)));
        }
        if let Some((_, plate)) = &mut self.shown {
            plate.show(Camera { left: 0.0, top: 0.0, step: 1.0 }, Area::WHOLE, into);
        }
        Ok(())
    }

    fn another(&self) -> Option<Box<dyn Frames>> {
        Some(Box::new(Animated::new(self.animation.clone(), self.count)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::animation::animation;
    use crate::animation::tests::three_colours;

    #[test]
    fn an_animated_gif_plays_and_loops() {
        let animation = animation(&three_colours()).unwrap().unwrap();
        let once = (animation.seconds() * f64::from(FPS)).round() as u32;
        let mut animated = Animated::new(animation, 3 * once);
        let mut drawn = |number: u32| {
            let mut frame = Frame::black();
            animated.draw(number, &mut frame).unwrap();
            frame
        };
        let first = drawn(0);
        assert!(first.y.iter().any(|&value| value > 60), "it shows something");
        assert!(drawn(once / 2) != first, "it moves");
        assert!(drawn(once) == first && drawn(2 * once) == first, "it is repeated");
    }
}
