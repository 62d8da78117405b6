//! Talking clips and the finished vertical video: pictures by number in, one checked MP4 out. Knows no plan, store,
//! provider or front end.

mod aac;
mod decode;
mod encode;
mod episode;
mod fade;
mod ffmpeg;
mod frame;
mod lint;
mod loudness;
mod media_file;
mod mp4;
mod openh264;
mod sound_source;
mod soundtrack;
mod spool;
mod sps;
mod stream;
mod subtitles;
#[cfg(test)]
mod testing;

pub use decode::{DecodeError, decode_frames, still};
pub use encode::{EncodeError, Encoder, EncoderChoice, can_fade, encode, encode_to};
pub use episode::{Episode, EpisodeError, EpisodeSpec, Join, Part, episode};
pub use fade::{FADE_FRAMES, FADE_HALF, FadeError, fade};
pub use ffmpeg::{Ffmpeg, FfmpegError};
pub use frame::{FPS, Frame, FrameError, Frames, HEIGHT, SAMPLE_RATE, SAMPLES_PER_FRAME, WIDTH, Word, frames_of};
pub use lint::{LintError, LintLine, LintReport, lint};
pub use media_file::{MediaFileError, VideoFile, transcode};
