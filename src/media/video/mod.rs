//! Talking clips and the finished vertical video: pictures by number in, one checked MP4 out. Knows no plan, store,
//! provider or front end.

mod decode;
mod encode;
mod fade;
mod ffmpeg;
mod frame;
mod openh264;
mod sps;
mod stream;
#[cfg(test)]
mod testing;

pub use decode::{DecodeError, decode_frames, still};
pub use encode::{EncodeError, Encoder, EncoderChoice, can_fade, encode, encode_to};
pub use fade::{FADE_FRAMES, FADE_HALF, FadeError, fade};
pub use ffmpeg::{Ffmpeg, FfmpegError};
pub use frame::{FPS, Frame, FrameError, Frames, HEIGHT, SAMPLE_RATE, SAMPLES_PER_FRAME, WIDTH, Word, frames_of};
