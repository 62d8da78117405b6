//! Talking clips and the finished vertical video: pictures by number in, one checked MP4 out. Knows no plan, store,
//! provider or front end.

mod aac;
mod acting;
mod align;
mod bars;
mod captions;
mod card;
mod crew;
mod curve;
mod decode;
mod drawn;
mod duo;
mod encode;
mod episode;
mod fade;
mod ffmpeg;
mod fitted;
mod frame;
mod gap;
mod lettering;
mod lint;
mod lips;
mod loudness;
mod media_file;
mod mp4;
mod openh264;
mod pages;
mod panel;
mod photo;
mod picture;
mod planes;
mod plate;
mod scene;
mod sound_source;
mod soundtrack;
mod spool;
mod sps;
mod stream;
mod stretches;
mod subtitles;
mod talking;
#[cfg(test)]
mod testing;
mod voice;
mod waveform;
#[cfg(test)]
mod whole_tests;
mod words;

pub use crew::CREW;
pub use decode::{DecodeError, decode_frames, still};
pub use duo::Side;
pub use encode::{EncodeError, Encoder, EncoderChoice, can_fade, encode, encode_to};
pub use episode::{Episode, EpisodeError, EpisodeSpec, Join, Part, episode, movie};
pub use fade::{FADE_FRAMES, FADE_HALF, FadeError, fade};
pub use ffmpeg::{Ffmpeg, FfmpegError};
pub use frame::{FPS, Frame, FrameError, Frames, HEIGHT, SAMPLE_RATE, SAMPLES_PER_FRAME, WIDTH, Word, frames_of};
pub use lint::{LintError, LintLine, LintReport, lint};
pub use media_file::{MediaFileError, VideoFile, frames_in, sound_in};
pub use panel::Figure;
pub use scene::{Captions, RENDERER_VERSION, SceneSpec, Shown, scene};
pub use talking::{TALKING_VERSION, Talking};
pub use words::CharacterTime;
