//! One picture of a clip as the clip will show it, without making the clip. Called through the engine.

use std::sync::{Arc, Mutex, PoisonError};

use image::RgbImage;
use tokio_util::sync::CancellationToken;

use super::clip::{stage, stopped_or_failed};
use crate::media::video::{Encoder, FPS, Frame, still};
use crate::plan::ClipRequest;
use crate::providers::provider::{Input, JobContext, NotMade, Source};

/// A picture of a clip.
pub struct Preview {
    pub picture: RgbImage,
    /// Where it is and how long the clip is, in seconds.
    pub at_s: f64,
    pub clip_s: f64,
    /// What a person should know about the clip.
    pub notes: Vec<String>,
}

/// Draws the picture at `second`, or the last one of a shorter clip. Blocks for as long as one picture takes.
pub fn preview(
    request: &ClipRequest,
    inputs: Vec<Input>,
    source: Option<Source>,
    second: f64,
) -> Result<Preview, NotMade> {
    let noted = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&noted);
    let context = JobContext {
        cancel: CancellationToken::new(),
        progress: Arc::new(|_| {}),
        note: Arc::new(move |note| notes.lock().unwrap_or_else(PoisonError::into_inner).push(note)),
        source,
        inputs,
        movie: None,
    };
    // Nothing is encoded; a video file is read by ffmpeg in either case.
    let mut take = stage(request, &Encoder::Embedded, &[], &context)?;
    let last = take.frames.count().saturating_sub(1);
    let number = ((second * f64::from(FPS)).max(0.0) as u32).min(last);
    let mut frame = Frame::black();
    take.frames.draw(number, &mut frame).map_err(|error| stopped_or_failed(&context, &error.to_string()))?;
    let mut notes = std::mem::take(&mut *noted.lock().unwrap_or_else(PoisonError::into_inner));
    notes.append(&mut take.notes);
    let seconds = |frames: u32| f64::from(frames) / f64::from(FPS);
    Ok(Preview { picture: still(&frame), at_s: seconds(number), clip_s: seconds(last + 1), notes })
}
