//! Whether a speaker's photo talks, in words: known from its marks as soon as it is there, before any clip is made. Called by
//! every front end.

use std::path::Path;

use crate::domain::{Motion, SpeakerIndex};
use crate::engine::event::Made;
use crate::face::{Marks, Verdict};
use crate::media::picture;
use crate::plan::{Graph, JobKey, Role};

/// `talks`, or `moves as a whole: more than one face`; `None` for a drawn baby, for a photo that is to stay still, and
/// while its face was not looked for.
pub fn motion<'a>(
    graph: &Graph,
    speaker: SpeakerIndex,
    outputs: impl Fn(JobKey) -> &'a [Made],
) -> Option<&'static str> {
    let marks = graph.marks.get(speaker.position()).copied().flatten()?;
    found(outputs(graph.jobs[marks].key))
}

/// The same of a picture of the user's own, looked at now; `None` where it cannot be read.
pub fn motion_of_file(picture: &Path, motion: Motion) -> Option<&'static str> {
    let photo = picture::decode(&std::fs::read(picture).ok()?).ok()?;
    let marks = Marks::find(&picture::fill(&photo, picture::PORTRAIT.0, picture::PORTRAIT.1)).ok()?;
    Some(if motion == Motion::Talk { marks.forced() } else { marks }.verdict.words())
}

/// The same of the job that looks for the face.
pub fn found(outputs: &[Made]) -> Option<&'static str> {
    let marks = outputs.iter().find(|made| made.output.role == Role::Marks)?;
    Verdict::of_media_type(&marks.output.media_type).map(Verdict::words)
}
