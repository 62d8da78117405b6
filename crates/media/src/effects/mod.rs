//! Sound effects that are made of nothing but numbers: no recording of anybody is carried, and the same effect is the same
//! samples each time. Called by the maker of effects.

mod people;
mod synth;
mod things;

use domain::Effect;

use crate::sound::Sound;
use synth::{RATE, Track};

/// The highest sample of an effect: the mixer brings it to its loudness.
const PEAK: f32 = 0.7;

/// An effect as it is stored: one channel, 48,000 samples a second, as long as [`Effect::milliseconds`] says.
pub fn effect(effect: Effect) -> Sound {
    let seconds = effect.milliseconds() as f32 / 1000.0;
    let track = match effect {
        Effect::Rimshot => things::rimshot(seconds),
        Effect::LaughTrack => people::laughter(seconds),
        Effect::Applause => people::applause(seconds),
        Effect::Aww => people::aww(seconds),
        Effect::Jingle => things::jingle(seconds),
        Effect::Ding => things::ding(seconds),
        Effect::Whoosh => things::whoosh(seconds),
        Effect::Room => people::murmur(seconds),
    };
    sound(track)
}

/// Quiet music that goes on without an end: what is heard where music from words is not made yet.
pub fn music_box() -> Sound {
    sound(things::music_box())
}

fn sound(track: Track) -> Sound {
    Sound { rate: RATE, samples: track.finished(PEAK) }
}

#[cfg(test)]
mod tests;
