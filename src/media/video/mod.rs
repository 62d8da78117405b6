//! Talking clips and the finished vertical video: pictures by number in, one checked MP4 out. Knows no plan, store,
//! provider or front end.

mod acting;
mod align;
mod bars;
mod captions;
mod card;
mod curve;
mod drawn;
mod duo;
mod fitted;
mod frame;
mod lettering;
mod lips;
mod pages;
mod panel;
mod photo;
mod picture;
mod planes;
mod plate;
mod scene;
mod voice;
mod waveform;
mod words;

pub use duo::Side;
pub use frame::{FPS, Frame, FrameError, Frames, HEIGHT, SAMPLE_RATE, SAMPLES_PER_FRAME, WIDTH, frames_of};
pub use panel::Figure;
pub use scene::{Captions, RENDERER_VERSION, SceneSpec, Shown, scene};
pub use words::{CharacterTime, Word};
