//! A media scene that is only a sound: its waveform runs past a mark in the empty studio. Called by `scene`.

use baby::studio;

use super::bars::{QUIET, Row, Tint, WARM};
use super::card::studio_look;
use super::planes::Area;
use super::plate::{Camera, Plate};
use crate::video::frame::Frame;
use crate::video::perform::curve::{eased, second_of};
use crate::video::perform::voice::Voice;

/// Bars across the frame, and the sound that each stands for, in seconds.
const BARS: usize = 36;
const BAR_S: f64 = 0.1;

#[derive(Clone)]
pub struct Waveform {
    room: Plate,
    voice: Voice,
}

impl Waveform {
    pub fn new(voice: Voice, scene: u64) -> Waveform {
        Waveform { room: Plate::new(&studio(&studio_look(scene))), voice }
    }

    pub fn draw(&mut self, number: u32, into: &mut Frame) {
        self.room.show(Camera { left: 0.0, top: 0.0, step: 1.0 }, Area::WHOLE, into);
        let area = Area { left: 0, top: 420, width: 1080, height: 440 };
        let pitch = area.width as f32 / BARS as f32;
        // The row glides by less than a bar; the bar whose turn it is stands in the middle.
        let now = second_of(number as usize) / BAR_S;
        let first_bar = now.floor() as i64 - BARS as i64 / 2;
        let glided = (now - now.floor()) as f32 * pitch;
        let row = Row { area, thickness: pitch * 0.56, pitch, first: pitch * 0.5 - glided };
        let bar = |index: i64| {
            let bar = first_bar + index;
            let from_now = (bar as f64 + 0.5 - now) as f32;
            let level = self.level_of(bar) * (0.62 + 0.38 * (1.0 - eased(0.0, 3.0, from_now.abs())));
            // Towards the edges of the frame the bars fade.
            let seen = 1.0 - eased(10.0, 18.5, from_now.abs());
            let heard = if from_now <= 0.0 { WARM } else { QUIET };
            (level, Tint { opacity: heard.opacity * seen, ..heard })
        };
        row.layer((0..=BARS as i64).map(bar)).lay(into);
    }

    /// The loudest moment of a bar; bars before and after the sound are flat.
    fn level_of(&self, bar: i64) -> f32 {
        let moment = |part: i32| self.voice.level_at((bar as f64 + f64::from(part) / 4.0) * BAR_S);
        (0..4).map(moment).fold(0.0, f32::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::perform::voice::tests::buzz;

    fn drawn(voice: Voice, number: u32) -> Frame {
        let mut frame = Frame::black();
        Waveform::new(voice, 1).draw(number, &mut frame);
        frame
    }

    #[test]
    fn the_waveform_moves_with_its_sound_and_silence_lies_flat() {
        let loud = || Voice::new(&buzz(4.0, |second| (second * 7.0).sin().abs() as f32));
        let differs =
            |one: &Frame, other: &Frame| one.y.iter().zip(&other.y).filter(|(a, b)| a.abs_diff(**b) > 20).count();
        assert!(differs(&drawn(loud(), 40), &drawn(loud(), 60)) > 5_000);
        assert!(differs(&drawn(loud(), 40), &drawn(Voice::default(), 40)) > 20_000);
        let tall = drawn(Voice::default(), 40);
        let empty = drawn(Voice::default(), 43);
        let high_up: Vec<usize> = (430 * 1080..560 * 1080).filter(|&at| tall.y[at] != empty.y[at]).collect();
        assert!(high_up.is_empty(), "silence has tall bars");
    }
}
