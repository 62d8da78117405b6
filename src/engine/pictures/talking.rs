//! The baby of a portrait, talking: the same pictures that its clip is made of, for a front end that plays a voice.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::domain::{CaptionLook, Tone};
use crate::face::Marks;
use crate::media::video::{Figure, Frames, Lettering, SceneSpec, Shown, Talking, fonts, frames_of, scene};
use crate::media::{picture, sound_file};
use crate::plan::Request;
use crate::providers::face::MarksFile;
use crate::providers::image::Sketch;

/// Whose picture is to move.
#[derive(Debug, Clone, PartialEq)]
pub enum Talker {
    /// The baby that this request draws.
    Drawn(Box<Request>),
    /// A photo, where the marks of its face are, once they are made, and the tone that it speaks in.
    Photo { picture: PathBuf, marks: Option<PathBuf>, tone: Tone },
}

/// The pictures of a baby that says what is in `sound` and is then silent for a breath; `None` for a portrait that does not
/// talk, and for a file that cannot be read. Reads the files and draws nothing yet.
pub fn talking(
    talker: &Talker,
    sound: &Path,
    breath: Duration,
    caption: &str,
    look: CaptionLook,
) -> Option<Box<dyn Frames>> {
    let figure = figure(talker)?;
    let sound = sound_file::decode(&std::fs::read(sound).ok()?).ok()?;
    let frames = frames_of(sound.seconds() + breath.as_secs_f64());
    let lettering = Lettering { fonts: fonts::needed(caption), look, label: None };
    let (sound, caption) = (Some(Arc::new(sound)), Some(caption.to_owned()));
    Some(scene(SceneSpec { shown: Shown::Solo(figure), sound, timings: None, caption, lettering, frames }).0)
}

fn figure(talker: &Talker) -> Option<Figure> {
    match talker {
        Talker::Drawn(request) => match request.as_ref() {
            Request::Portrait(request) if request.is_drawn() => {
                Some(Figure::Drawn { look: Sketch::look(request), tone: request.tone })
            }
            _ => None,
        },
        Talker::Photo { picture, marks, tone } => {
            let photo = picture::decode(&std::fs::read(picture).ok()?).ok()?;
            let marks = match marks {
                Some(marks) => MarksFile::read(&std::fs::read(marks).ok()?).ok()?,
                None => Marks::find(&photo).ok()?,
            };
            Some(Figure::Talking(photo, Talking::new(&marks, *tone)?))
        }
    }
}
