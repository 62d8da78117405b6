//! Talking clips and the finished vertical video: pictures by number in, one checked MP4 out. Knows no plan, store,
//! provider or front end.

mod audio;
mod draw;
mod encode;
mod frame;
mod h264;
mod lanes;
mod lint;
mod mux;
mod perform;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod whole_tests;

pub use audio::recording::{LEVEL_S, Recording, RecordingError};
pub use draw::animation::Animated;
pub use draw::duo::Side;
pub use draw::lettering::fonts;
pub use draw::panel::Figure;
pub use draw::ready::{KeepsReady, keep_ready};
pub use draw::scene::{Captions, Lettering, RENDERER_VERSION, SceneSpec, Shown, scene, spoken_words, unwritable};
pub use draw::talking::{TALKING_VERSION, Talking};
pub use encode::decode::{DecodeError, decode_frames, still};
pub use encode::encoder::{Encoder, EncoderChoice, encode, encode_to};
pub use encode::error::{EncodeError, FfmpegError};
pub use encode::facts::Facts;
pub use encode::fade::{FadeError, fade, fade_opening};
pub use encode::ffmpeg::Ffmpeg;
pub use encode::foreign::{ForeignError, check_picture, check_shape};
pub use encode::keyframes::{FADE_FRAMES, FADE_HALF, can_fade};
pub use encode::liveliest::liveliest;
pub use encode::media_file::{MediaFileError, VideoFile, facts_of, frames_in, sound_in};
pub use encode::own_file::{OwnFileError, own_picture, recording};
pub use encode::reel::Reel;
pub use encode::worker_pool::WORKERS;
pub use frame::{FPS, Frame, FrameError, Frames, HEIGHT, SAMPLE_RATE, SAMPLES_PER_FRAME, WIDTH, Word, frames_of};
pub use lint::{LintError, LintLine, LintReport, lint, lint_published};
pub use mux::episode::{Episode, EpisodeError, EpisodeSpec, Join, Part, episode};
pub use mux::movie::{Track, TrackError, movie, track};
pub use perform::words::{CharacterTime, guessed_words};
