//! `fade`: the cross-fade between two clips, a stream of its own, so that both clips are copied into the episode as they
//! are. Clips that turn out to be too short for one are joined by a cut: a missing third of a second of blending is no
//! reason for a missing episode.

use super::clip::{go_on, stopped_or_failed};
use super::clip_facts::ClipFacts;
use crate::media::video::{self, Encoder, FADE_FRAMES, FPS, WORKERS, can_fade};
use crate::plan::{FadeRequest, ProviderId, Request, Role};
use crate::providers::provider::{Facts, File, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request};
use crate::providers::stored::{input, read};

const TOO_SHORT: &str = "a clip beside it is shorter than half a second: a cut stands in its place";

pub struct Fades {
    encoder: Encoder,
}

impl Fades {
    pub fn new(encoder: Encoder) -> Self {
        Self { encoder }
    }
}

impl Provider for Fades {
    fn lane(&self) -> Lane {
        Lane::processor()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let Request::Fade(fade) = request else {
                return Err(wrong_request(ProviderId::Fade, request));
            };
            let (fade, encoder) = (fade.clone(), self.encoder.clone());
            compute("Making the cross-fade", move || make(&fade, &encoder, &context)).await
        })
    }
}

fn make(request: &FadeRequest, encoder: &Encoder, context: &JobContext) -> Result<Vec<File>, NotMade> {
    let _permit = WORKERS.acquire();
    let clips = [input(request.from, context)?, input(request.to, context)?];
    for clip in clips {
        if !can_fade(ClipFacts::of(clip)?.frames) {
            (context.note)(TOO_SHORT.to_owned());
            return Ok(vec![ClipFacts { frames: 0, words: Vec::new(), effect_at: None }.file()]);
        }
    }
    Ok(files(stream(request, encoder, context)?))
}

/// The stream of a cross-fade between clips that are long enough: nearly all of its work.
pub(super) fn stream(request: &FadeRequest, encoder: &Encoder, context: &JobContext) -> Result<Vec<u8>, NotMade> {
    let [from, to] = streams(request, context)?;
    let told = &mut |done: u32| {
        (context.progress)(done as f32 / FADE_FRAMES as f32);
        go_on(context)
    };
    video::fade(&from, &to, encoder, told).map_err(|error| stopped_or_failed(context, &error.to_string()))
}

/// The clip that goes and the clip that comes.
pub(super) fn streams(request: &FadeRequest, context: &JobContext) -> Result<[Vec<u8>; 2], NotMade> {
    Ok([read(input(request.from, context)?, Role::Video)?, read(input(request.to, context)?, Role::Video)?])
}

/// The files of a cross-fade, whoever made its stream.
pub(super) fn files(stream: Vec<u8>) -> Vec<File> {
    let facts = Facts::Stream { milliseconds: FADE_FRAMES * 1000 / FPS };
    let words = ClipFacts { frames: FADE_FRAMES, words: Vec::new(), effect_at: None };
    vec![words.file(), File { role: Role::Video, bytes: stream, facts }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::video::frames_of;
    use crate::plan::SHORTEST_FADED_MILLISECONDS;

    #[test]
    fn what_the_plan_holds_for_long_enough_is_long_enough() {
        assert!(can_fade(frames_of(f64::from(SHORTEST_FADED_MILLISECONDS) / 1000.0)));
    }
}
