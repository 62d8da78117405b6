//! Talking clips and the finished vertical video: pictures by number in, one checked MP4 out. Knows no plan, store,
//! provider or front end.

mod frame;

pub use frame::{FPS, Frame, FrameError, Frames, HEIGHT, SAMPLE_RATE, SAMPLES_PER_FRAME, WIDTH, Word, frames_of};
