//! `clip`: one scene as video. Its silent stream is what the episode is joined from; an MP4 of it with its sound is made
//! beside it, for people.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::RgbImage;

use super::clip_facts::ClipFacts;
use super::figure::figure;
use super::material::{self, Material};
use crate::domain::tags;
use crate::media::picture::encode_png;
use crate::media::sound::Sound;
use crate::media::sound_file;
use crate::media::video::fonts::Font;
use crate::media::video::{
    self, Captions, CharacterTime, Encoder, EpisodeSpec, FPS, Frame, Frames, HEIGHT, Join, Lettering, Part, SceneSpec,
    Shown, Track, WIDTH, WORKERS, encode, fonts, frames_of, scene, still,
};
use crate::plan::{self, ClipRequest, Failure, FontUsed, ProviderId, Request, Role};
use crate::providers::provider::{Facts, File, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request};
use crate::providers::stored::{input, read, unreadable};
use crate::providers::voice::Alignment;
use crate::providers::voice::builtin::sound_file as sound_output;

/// The fraction of a clip's work that drawing and encoding are; the rest is its MP4.
const DRAWING: f32 = 0.95;

pub struct Clips {
    encoder: Encoder,
}

/// Everything that is drawn and heard in one clip.
pub(super) struct Take {
    pub frames: Box<dyn Frames>,
    pub words: Vec<video::Word>,
    pub notes: Vec<String>,
    sound: Option<Arc<Sound>>,
    /// A media scene's own sound, which no voice job has.
    own_sound: bool,
    /// When the effect begins, in seconds from the first picture.
    effect_at: Option<f64>,
}

impl Take {
    pub fn own_sound(&self) -> Option<&Sound> {
        self.sound.as_deref().filter(|_| self.own_sound)
    }
}

impl Clips {
    pub fn new(encoder: Encoder) -> Self {
        Self { encoder }
    }
}

impl Provider for Clips {
    fn lane(&self) -> Lane {
        Lane::processor()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let Request::Clip(clip) = request else {
                return Err(wrong_request(ProviderId::Clip, request));
            };
            let (clip, encoder) = (clip.clone(), self.encoder.clone());
            compute("Making the clip", move || make(&clip, &encoder, &context)).await
        })
    }
}

fn make(request: &ClipRequest, encoder: &Encoder, context: &JobContext) -> Result<Vec<File>, NotMade> {
    let _permit = WORKERS.acquire();
    let mut take = stage(request, encoder, &[], context)?;
    take.notes.iter().for_each(|note| (context.note)(note.clone()));
    let stream = draw(&mut take, encoder, context)?;
    let beside = beside(request, &mut take, context)?;
    assemble(request, take.frames.count(), take.own_sound(), stream, beside, context)
}

/// The silent stream of a clip: nearly all of its work.
pub(super) fn draw(take: &mut Take, encoder: &Encoder, context: &JobContext) -> Result<Vec<u8>, NotMade> {
    let count = take.frames.count();
    encode(take.frames.as_mut(), encoder, &mut |done| {
        (context.progress)(DRAWING * done as f32 / count as f32);
        go_on(context)
    })
    .map_err(|error| stopped_or_failed(context, &error.to_string()))
}

/// What is made of a clip beside its stream.
#[derive(PartialEq)]
pub(super) struct Beside {
    /// When each word of the caption is heard.
    pub words: Vec<video::Word>,
    /// Its middle picture as it was drawn, as PNG.
    pub still: Vec<u8>,
    /// The sound of its MP4.
    pub track: Track,
    /// When the effect begins in it.
    pub effect_at: Option<f64>,
}

/// The still of a clip, before it is a file.
pub(super) fn middle(take: &mut Take, context: &JobContext) -> Result<RgbImage, NotMade> {
    let mut middle = Frame::black();
    let drawn = take.frames.draw(take.frames.count() / 2, &mut middle);
    drawn.map_err(|error| stopped_or_failed(context, &error.to_string()))?;
    Ok(still(&middle))
}

pub(super) fn beside(request: &ClipRequest, take: &mut Take, context: &JobContext) -> Result<Beside, NotMade> {
    let count = take.frames.count();
    let still = encode_png(&middle(take, context)?);
    let folder = context.movie.as_deref().and_then(Path::parent).map_or_else(std::env::temp_dir, Path::to_owned);
    let heard = match take.sound.as_deref() {
        Some(sound) => {
            let mut file = tempfile::NamedTempFile::new().map_err(|error| disk(&error))?;
            file.write_all(&sound_file::encode_wav(sound)).map_err(|error| disk(&error))?;
            Some(file)
        }
        None => None,
    };
    let heard = heard.as_ref().map(|file| file.path().to_owned());
    let spec = movie_of(request, count, PathBuf::new(), (heard, effect(request, take.effect_at, context)?));
    let on_progress = &mut |fraction: f32| {
        (context.progress)(DRAWING + (1.0 - DRAWING) * 0.8 * fraction);
        go_on(context)
    };
    let track = video::track(&spec, &folder, on_progress);
    let track = track.map_err(|error| stopped_or_failed(context, &error.to_string()))?;
    Ok(Beside { words: std::mem::take(&mut take.words), still, track, effect_at: take.effect_at })
}

/// The files of a clip, whoever made its parts.
pub(super) fn assemble(
    request: &ClipRequest,
    count: u32,
    own_sound: Option<&Sound>,
    stream: Vec<u8>,
    beside: Beside,
    context: &JobContext,
) -> Result<Vec<File>, NotMade> {
    let Beside { words, still, track, effect_at } = beside;
    let mut video = tempfile::NamedTempFile::new().map_err(|error| disk(&error))?;
    video.write_all(&stream).map_err(|error| disk(&error))?;
    let spec = movie_of(request, count, video.path().to_owned(), (None, None));
    let movie = context.movie.as_deref().unwrap_or(Path::new(""));
    video::movie(&spec, &track, movie, &mut |_| go_on(context))
        .map_err(|error| stopped_or_failed(context, &error.to_string()))?;
    let milliseconds = (u64::from(count) * 1000 / u64::from(FPS)) as u32;
    let mut files = vec![ClipFacts { frames: count, words, effect_at }.file()];
    files.extend(own_sound.map(sound_output));
    files.push(File { role: Role::Still, bytes: still, facts: Facts::Picture { width: WIDTH, height: HEIGHT } });
    files.push(File { role: Role::Video, bytes: stream, facts: Facts::Stream { milliseconds } });
    files.push(File { role: Role::Movie, bytes: Vec::new(), facts: Facts::Movie { milliseconds } });
    Ok(files)
}

/// How many pictures a clip has, as far as that is known without making it ready to be drawn.
#[cfg(feature = "farm")]
pub(super) fn length(request: &ClipRequest, context: &JobContext) -> Result<Option<u32>, NotMade> {
    let asked = request.milliseconds.map(|milliseconds| f64::from(milliseconds) / 1000.0);
    let seconds = match &request.shown {
        plan::Shown::Solo { .. } | plan::Shown::Duo { .. } => Some(with_breath(request, &*voice(request, context)?)),
        plan::Shown::Media { .. } => asked.filter(|_| material::is_picture(context)),
        plan::Shown::Card { .. } | plan::Shown::Missing { .. } => Some(asked.unwrap_or_default()),
    };
    Ok(seconds.map(frames_of))
}

/// When the words of a line are heard, without making its clip ready to be drawn; none where nobody speaks.
#[cfg(feature = "farm")]
pub(super) fn spoken_words(
    request: &ClipRequest,
    count: u32,
    context: &JobContext,
) -> Result<Vec<video::Word>, NotMade> {
    if !matches!(request.shown, plan::Shown::Solo { .. } | plan::Shown::Duo { .. }) {
        return Ok(Vec::new());
    }
    let (sound, timings) = (voice(request, context)?, timings(request, context));
    let caption = request.caption.as_deref().unwrap_or_default();
    Ok(video::spoken_words(caption, timings.as_deref(), &sound, count))
}

/// Brings together what the clip shows and what is heard.
/// `lent` are fonts that this machine need not have.
pub(super) fn stage(
    request: &ClipRequest,
    encoder: &Encoder,
    lent: &[Font],
    context: &JobContext,
) -> Result<Take, NotMade> {
    let asked = request.milliseconds.map(|milliseconds| f64::from(milliseconds) / 1000.0);
    let (shown, sound, own_sound, seconds, note) = match &request.shown {
        plan::Shown::Solo { portrait, talks } => {
            let sound = voice(request, context)?;
            let seconds = with_breath(request, &sound);
            (Shown::Solo(figure(*portrait, *talks, context)?), Some(sound), false, seconds, None)
        }
        plan::Shown::Duo { left, right, speaking, left_talks, right_talks } => {
            let sound = voice(request, context)?;
            let seconds = with_breath(request, &sound);
            let speaking = match speaking {
                plan::Side::Left => video::Side::Left,
                plan::Side::Right => video::Side::Right,
            };
            let (left, right) = (figure(*left, *left_talks, context)?, figure(*right, *right_talks, context)?);
            let shown = Shown::Duo { left, right, speaking };
            (shown, Some(sound), false, seconds, None)
        }
        plan::Shown::Media { source } => {
            let Material { shown, sound, seconds, note } = material::open(*source, asked, encoder, context)?;
            let own_sound = sound.is_some();
            (shown, sound, own_sound, seconds, note)
        }
        plan::Shown::Card { title } => {
            let shown = Shown::Card { title: title.clone() };
            (shown, None, false, asked.unwrap_or_default(), None)
        }
        plan::Shown::Missing { title, lines } => {
            let shown = Shown::Missing { title: title.clone(), lines: lines.clone() };
            (shown, None, false, asked.unwrap_or_default(), None)
        }
    };
    let voice_seconds = sound.as_ref().filter(|_| !own_sound).map_or(0.0, |sound| sound.seconds());
    let effect_at = request.effect.as_ref().map(|effect| effect.begins(voice_seconds));
    let waits = request.effect.as_ref().map_or(0.0, |effect| effect.least_seconds(voice_seconds));
    let is_line = request.voice.is_some();
    let frames = frames_of(if is_line { f64::max(seconds, waits) } else { seconds });
    let (timings, caption) = (timings(request, context), request.caption.clone());
    let (frames, Captions { words, notes }) = scene(SceneSpec {
        shown,
        sound: sound.clone(),
        timings,
        caption,
        lettering: lettering(request, lent)?,
        frames,
    });
    Ok(Take { frames, words, notes: notes.into_iter().chain(note).collect(), sound, own_sound, effect_at })
}

/// How the words of a clip are written: in the fonts that it names and in no others.
pub(super) fn lettering(request: &ClipRequest, lent: &[Font]) -> Result<Lettering, NotMade> {
    let font = |used: &FontUsed| {
        let is_it = |font: &&Font| font.hash == *used.file.as_bytes() && font.index == used.index;
        let lent = lent.iter().find(is_it).cloned();
        let found = lent.or_else(|| fonts::of_machine().find(&used.name, *used.file.as_bytes(), used.index));
        found.ok_or_else(|| {
            NotMade::Failed(Failure {
                reason: format!("The font {} is not as it was when this was planned", used.name),
                next_step: "Generate again: it is planned with the fonts that are there now.".to_owned(),
                retryable: true,
            })
        })
    };
    let fonts = request.fonts.iter().map(font).collect::<Result<_, _>>()?;
    Ok(Lettering { fonts, look: request.look, label: request.label.clone() })
}

/// How long a line takes, in seconds.
fn with_breath(request: &ClipRequest, sound: &Sound) -> f64 {
    sound.seconds() + f64::from(request.breath_milliseconds()) / 1000.0
}

fn voice(request: &ClipRequest, context: &JobContext) -> Result<Arc<Sound>, NotMade> {
    let key = request.voice.ok_or_else(|| unreadable("it has no voice"))?;
    let bytes = read(input(key, context)?, Role::Sound)?;
    sound_file::decode(&bytes).map(Arc::new).map_err(|error| unreadable(&error.to_string()))
}

/// When each character is heard, where the voice came with it and the caption is what is spoken.
fn timings(request: &ClipRequest, context: &JobContext) -> Option<Vec<CharacterTime>> {
    let voice = input(request.voice?, context).ok()?;
    let alignment: Alignment = serde_json::from_slice(&std::fs::read(voice.file(Role::Alignment)?).ok()?).ok()?;
    let times = alignment.starts.into_iter().zip(alignment.ends);
    let of_each = alignment.characters.into_iter().zip(times);
    let of_each = of_each.flat_map(|(text, (start_s, end_s))| {
        let characters: Vec<char> = text.chars().collect();
        characters.into_iter().map(move |character| CharacterTime { character, start_s, end_s })
    });
    Some(without_tags(of_each.collect()))
}

/// Without the characters of audio tags: a voice that performs them times them too, and no caption shows them.
fn without_tags(times: Vec<CharacterTime>) -> Vec<CharacterTime> {
    let text: String = times.iter().map(|time| time.character).collect();
    let tags = tags::tags(&text);
    let is_tag = |at: usize| tags.iter().any(|tag| tag.range.contains(&at));
    let places = text.char_indices().map(|(at, _)| at);
    times.into_iter().zip(places).filter(|(_, at)| !is_tag(*at)).map(|(time, _)| time).collect()
}

/// The file of the effect and when it begins.
fn effect(request: &ClipRequest, begins: Option<f64>, context: &JobContext) -> Result<Option<(PathBuf, f64)>, NotMade> {
    let Some((effect, at)) = request.effect.as_ref().zip(begins) else { return Ok(None) };
    let file = input(effect.sound, context)?.file(Role::Sound).ok_or_else(|| unreadable("the effect has no sound"))?;
    Ok(Some((file.to_owned(), at)))
}

/// The clip as a small episode of its own, with what is heard in it: the voice or its own sound, and an effect.
fn movie_of(
    request: &ClipRequest,
    frames: u32,
    video: PathBuf,
    (sound, effect): (Option<PathBuf>, Option<(PathBuf, f64)>),
) -> EpisodeSpec {
    let (words, speaker, caption) = (Vec::new(), None, request.caption.clone());
    let part = Part { video, frames, sound, effect, words, caption: caption.clone(), speaker, join: Join::Cut };
    let (title, comment) = (caption.unwrap_or_default(), super::episode::COMMENT.to_owned());
    EpisodeSpec { parts: vec![part], music: None, title, comment }
}

pub fn go_on(context: &JobContext) -> ControlFlow<()> {
    if context.cancel.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

pub fn stopped_or_failed(context: &JobContext, why: &str) -> NotMade {
    if context.cancel.is_cancelled() {
        return NotMade::Cancelled;
    }
    NotMade::Failed(Failure {
        reason: format!("The video could not be made: {}", why.trim_end_matches('.')),
        next_step: "What it is made of is kept; generate again, or choose another --encoder.".to_owned(),
        retryable: true,
    })
}

pub fn disk(error: &std::io::Error) -> NotMade {
    NotMade::Failed(Failure {
        reason: format!("The video could not be written: {error}"),
        next_step: "Make room on the disk and generate again.".to_owned(),
        retryable: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_tag_is_the_time_of_no_word() {
        let text = "[laughs] Hé (giggles) you";
        let time =
            |(at, character): (usize, char)| CharacterTime { character, start_s: at as f64, end_s: at as f64 + 1.0 };
        let times: Vec<CharacterTime> = text.chars().enumerate().map(time).collect();
        let kept = without_tags(times.clone());
        assert_eq!(kept.iter().map(|time| time.character).collect::<String>(), " Hé  you");
        assert_eq!((kept[1].start_s, kept.last().map(|time| time.start_s)), (9.0, Some(24.0)));
        let plain: Vec<CharacterTime> = times.into_iter().skip(8).take(4).collect();
        assert_eq!(without_tags(plain.clone()), plain);
    }
}
