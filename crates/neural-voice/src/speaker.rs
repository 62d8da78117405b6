//! What a network does for a voice: sounds in, samples and durations out. Called by `voice`; the carried network and an
//! installed one are speakers.

use crate::Error;
use crate::network::Processors;

/// What was said at once.
pub struct Breath {
    /// At [`crate::RATE`] samples a second.
    pub samples: Vec<f32>,
    /// In units, one for each sound.
    pub durations: Vec<f32>,
}

/// How something is said at once.
pub struct Manner<'a> {
    pub speed: f32,
    pub seed: u64,
    /// Changes the pitch that the network would choose, in Hz, one value a frame.
    pub bend: &'a dyn Fn(&mut [f32]),
    pub cancelled: &'a dyn Fn() -> bool,
}

pub trait Speaker {
    /// The middle of the melody that the speaker would choose, in Hz.
    fn usual_hz(&self) -> f32;

    /// Says sounds by their numbers, silence at both ends among them.
    fn say(&self, sounds: &[i32], manner: &Manner<'_>, processors: &Processors) -> Result<Breath, Error>;
}
