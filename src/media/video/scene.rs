//! One scene of an episode as a source of frames: what is shown, moved by its sound, under its caption. The door of the
//! drawing half of the video room; called by whoever makes clips. Knows no files and no encoder. The same spec gives the
//! same bytes.

use std::sync::Arc;

use image::RgbImage;
use sha2::{Digest, Sha256};

use crate::media::sound::Sound;

use super::acting::{Part, Rhythm};
use super::captions::Captioning;
use super::card::Card;
use super::duo::{Duo, Side};
use super::frame::{FPS, Frame, FrameError, Frames, Word};
use super::lettering;
use super::lips::lips;
use super::panel::{Figure, Hearing, Panel};
use super::picture::Picture;
use super::planes::Area;
use super::voice::Voice;
use super::waveform::Waveform;
use super::words::{self, CharacterTime};

/// Part of a clip's key: raised whenever the same spec would give other pictures.
pub const RENDERER_VERSION: u32 = 1;

/// What a scene shows.
pub enum Shown {
    Solo(Figure),
    Duo {
        left: Figure,
        right: Figure,
        speaking: Side,
    },
    /// A picture of a media scene.
    Picture(RgbImage),
    /// A media scene that is only a sound.
    Waveform,
    /// A title, or what stands for a scene that cannot be shown.
    Card {
        title: String,
        lines: Vec<String>,
    },
}

/// All that a clip is made from.
pub struct SceneSpec {
    pub shown: Shown,
    pub sound: Option<Arc<Sound>>,
    /// When the characters of the caption are heard, where the voice's provider tells it.
    pub timings: Option<Vec<CharacterTime>>,
    pub caption: Option<String>,
    /// The length, in frames; at least one is drawn.
    pub frames: u32,
}

/// What the caption says when, and what a person should know about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Captions {
    pub words: Vec<Word>,
    /// Sentences, for instance which characters the caption's font lacks.
    pub notes: Vec<String>,
}

/// Makes a scene ready to be drawn. Pictures and sounds of any shape are taken; nothing fails.
pub fn scene(spec: SceneSpec) -> (Box<dyn Frames>, Captions) {
    let frames = spec.frames.max(1);
    let scene_s = f64::from(frames) / f64::from(FPS);
    let voice = spec.sound.as_deref().map(Voice::new).unwrap_or_default();
    let text = spec.caption.unwrap_or_default();
    let number = number_of(&text, &spec.shown);
    let timings = spec.timings.as_deref();
    let is_spoken = matches!(spec.shown, Shown::Solo(_) | Shown::Duo { .. });
    let (words, captioning) = if is_spoken {
        let words = words::spoken(&text, timings, &voice, scene_s);
        let captioning = Captioning::spoken(&words, scene_s);
        (words, captioning)
    } else {
        let words = words::standing(&text, scene_s);
        let captioning = Captioning::standing(&words, scene_s);
        (words, captioning)
    };
    let characters = words::characters(&words, timings);
    let view = match &spec.shown {
        Shown::Solo(figure) => {
            let rhythm = Rhythm::new(&voice, lips(frames as usize, &voice, &characters));
            let hearing = Hearing { voice: &voice, rhythm: &rhythm, frames, scene: number };
            View::Solo(Panel::new(figure, Part::Speaks, Area::WHOLE, &hearing))
        }
        Shown::Duo { left, right, speaking } => {
            let rhythm = Rhythm::new(&voice, lips(frames as usize, &voice, &characters));
            let hearing = Hearing { voice: &voice, rhythm: &rhythm, frames, scene: number };
            View::Duo(Box::new(Duo::new(left, right, *speaking, &hearing)))
        }
        Shown::Picture(picture) => View::Picture(Box::new(Picture::new(picture, frames, !captioning.is_empty()))),
        Shown::Waveform => View::Waveform(Box::new(Waveform::new(voice, number))),
        Shown::Card { title, lines } => View::Card(Box::new(Card::new(title, lines, number))),
    };
    let captions = Captions { notes: notes(&text), words };
    (Box::new(Scene { view, captioning, frames }), captions)
}

/// A number of the scene's own, so that the same baby blinks elsewhere in another scene.
fn number_of(text: &str, shown: &Shown) -> u64 {
    let title = if let Shown::Card { title, .. } = shown { title } else { "" };
    let digest = Sha256::new().chain_update(text).chain_update([0]).chain_update(title).finalize();
    digest.iter().take(8).fold(0, |number, &byte| number << 8 | u64::from(byte))
}

fn notes(text: &str) -> Vec<String> {
    let missing = lettering::missing(text);
    if missing.is_empty() {
        return Vec::new();
    }
    let listed: Vec<String> = missing.iter().take(12).map(|letter| format!("“{letter}”")).collect();
    let more = if missing.len() > listed.len() { " and others" } else { "" };
    vec![format!(
        "The caption's font has no {}{more}: the picture leaves them out, the subtitle files have them.",
        listed.join(" ")
    )]
}

enum View {
    Solo(Panel),
    Duo(Box<Duo>),
    Picture(Box<Picture>),
    Waveform(Box<Waveform>),
    Card(Box<Card>),
}

struct Scene {
    view: View,
    captioning: Captioning,
    frames: u32,
}

impl Frames for Scene {
    fn count(&self) -> u32 {
        self.frames
    }

    fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
        if number >= self.frames {
            return Err(FrameError(format!("The scene has {} pictures, there is no number {number}.", self.frames)));
        }
        match &mut self.view {
            View::Solo(panel) => panel.draw(number, into),
            View::Duo(duo) => duo.draw(number, into),
            View::Picture(picture) => picture.draw(number, into),
            View::Waveform(waveform) => waveform.draw(number, into),
            View::Card(card) => card.draw(number, into),
        }
        self.captioning.draw(number, into);
        Ok(())
    }
}
