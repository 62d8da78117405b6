//! The drawn baby of a portrait, talking: the same pictures that its clip is made of, for a front end that plays a voice.

use std::path::Path;
use std::sync::Arc;

use crate::media::sound_file;
use crate::media::video::{Figure, Frames, SceneSpec, Shown, frames_of, scene};
use crate::plan::Request;
use crate::providers::image::Sketch;

/// The pictures of a baby that says what is in `sound`; `None` for a portrait that is not drawn here, and for a sound that
/// cannot be read. Reads the file and draws nothing yet.
pub fn talking(portrait: &Request, sound: &Path, caption: &str) -> Option<Box<dyn Frames>> {
    let Request::Portrait(request) = portrait else { return None };
    if request.made_by.provider != "sketch" {
        return None;
    }
    let sound = sound_file::decode(&std::fs::read(sound).ok()?).ok()?;
    let figure = Figure::Drawn { look: Sketch::look(request), tone: request.tone };
    let frames = frames_of(sound.seconds());
    let (sound, caption) = (Some(Arc::new(sound)), Some(caption.to_owned()));
    Some(scene(SceneSpec { shown: Shown::Solo(figure), sound, timings: None, caption, frames }).0)
}
