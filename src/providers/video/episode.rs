//! `episode`: the clips of a campaign joined, their sound mixed once, subtitles beside it, and every rule of the delivery
//! format read back from the finished file. One that breaks a rule is not made.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::clip::{go_on, stopped_or_failed};
use super::clip_facts::ClipFacts;
use crate::media::picture::encode_png;
use crate::media::video::{self, EpisodeSpec, Join, LintReport, Part};
use crate::plan::{EpisodePart, EpisodeRequest, Failure, JobKey, ProviderId, Request, Role};
use crate::providers::own;
use crate::providers::provider::{
    Facts, File, Input, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request,
};
use crate::providers::stored::unreadable;

/// Written into every video, as platforms ask.
pub const COMMENT: &str = "AI-generated: pictures and voices were made by babblecast.";

pub struct Episodes;

impl Provider for Episodes {
    fn lane(&self) -> Lane {
        Lane::processor()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let Request::Episode(episode) = request else {
                return Err(wrong_request(ProviderId::Episode, request));
            };
            let episode = episode.clone();
            compute("Joining the episode", move || make(&episode, &context)).await
        })
    }
}

/// The music as it was planned with.
fn music(
    request: &EpisodeRequest,
    inputs: &HashMap<JobKey, &Input>,
    context: &JobContext,
) -> Result<Option<PathBuf>, NotMade> {
    if let Some(made) = request.made_music {
        let file = inputs.get(&made).and_then(|input| input.file(Role::Sound));
        return file.map(|file| Some(file.to_owned())).ok_or_else(|| unreadable("the music is missing"));
    }
    let Some(planned) = request.music else { return Ok(None) };
    let source = own::source_of(context)?;
    own::check_unchanged(source, own::open(source)?, planned)?;
    Ok(Some(source.path.clone()))
}

#[expect(clippy::expect_used, reason = "a report is always JSON")]
fn make(request: &EpisodeRequest, context: &JobContext) -> Result<Vec<File>, NotMade> {
    let inputs: HashMap<JobKey, &Input> = context.inputs.iter().map(|input| (input.key, input)).collect();
    let parts = request.parts.iter().map(|part| part_of(part, &inputs)).collect::<Result<Vec<_>, _>>()?;
    let spec = EpisodeSpec {
        parts,
        music: music(request, &inputs, context)?,
        title: request.title.clone(),
        comment: COMMENT.to_owned(),
    };
    let movie = context.movie.as_deref().unwrap_or(Path::new(""));
    let on_progress = &mut |fraction: f32| {
        (context.progress)(fraction);
        go_on(context)
    };
    let made =
        video::episode(&spec, movie, on_progress).map_err(|error| stopped_or_failed(context, &error.to_string()))?;
    if !made.report.passed() {
        return Err(unfit(&made.report));
    }
    made.notes.into_iter().for_each(|note| (context.note)(note));
    let milliseconds = (made.seconds * 1000.0).round() as u32;
    let size = Facts::Picture { width: made.thumbnail.width(), height: made.thumbnail.height() };
    let report = serde_json::to_vec_pretty(&made.report).expect("a report is always JSON");
    Ok(vec![
        File { role: Role::Movie, bytes: Vec::new(), facts: Facts::Movie { milliseconds } },
        File { role: Role::Srt, bytes: made.srt.into_bytes(), facts: Facts::Srt },
        File { role: Role::Vtt, bytes: made.vtt.into_bytes(), facts: Facts::Vtt },
        File { role: Role::Thumbnail, bytes: encode_png(&made.thumbnail), facts: size },
        File { role: Role::Lint, bytes: report, facts: Facts::Json },
    ])
}

fn part_of(part: &EpisodePart, inputs: &HashMap<JobKey, &Input>) -> Result<Part, NotMade> {
    let input = |key: JobKey| inputs.get(&key).copied().ok_or_else(|| unreadable("a clip is missing"));
    let clip = input(part.clip)?;
    let facts = ClipFacts::of(clip)?;
    let sound = match part.voice {
        Some(voice) => input(voice)?.file(Role::Sound),
        None => clip.file(Role::Sound),
    };
    let caption = match clip.request.as_ref() {
        Request::Clip(request) => request.caption.clone(),
        _ => None,
    };
    // A cross-fade without a stream found its clips too short, and has said so.
    let join = match part.fade.map(input).transpose()? {
        Some(fade) => fade.file(Role::Video).map_or(Join::Cut, |stream| Join::Fade(stream.to_owned())),
        None => Join::Cut,
    };
    let effect = part.effect.map(input).transpose()?.and_then(|effect| effect.file(Role::Sound));
    Ok(Part {
        effect: effect.map(Path::to_owned).zip(facts.effect_at),
        video: clip.file(Role::Video).ok_or_else(|| unreadable("a clip has no picture"))?.to_owned(),
        frames: facts.frames,
        sound: sound.map(Path::to_owned),
        words: facts.words,
        caption,
        speaker: part.speaker.clone(),
        join,
    })
}

/// What the finished file gets wrong, in its own numbers.
fn unfit(report: &LintReport) -> NotMade {
    let broken: Vec<String> = report
        .lines
        .iter()
        .filter(|line| !line.pass)
        .map(|line| format!("{} is {} and should be {}", line.rule, line.measured, line.wanted))
        .collect();
    NotMade::Failed(Failure {
        reason: format!("The finished video breaks the delivery format: {}", broken.join("; ")),
        next_step: "Choose another --encoder, or report this with the campaign file.".to_owned(),
        retryable: true,
    })
}
