//! Clips and cross-fades that one machine makes for another: what is handed back, and what is looked at before it counts. The
//! parts that come may be anybody's: sizes, shapes and words are compared with what this machine knows of the request, in most
//! clips one picture with the one drawn here, and now and then everything that is not the stream is made here and compared too.

use serde::{Deserialize, Serialize};

use super::clip::{Beside, assemble, beside, draw, length, lettering, middle, spoken_words, stage, stopped_or_failed};
use super::clip_facts::ClipFacts;
use super::fade;
use crate::media::picture::{self, PictureFormat};
use crate::media::video::fonts::Font;
use crate::media::video::{
    self, Encoder, FADE_FRAMES, HEIGHT, Track, WIDTH, WORKERS, Word, can_fade, check_picture, check_shape,
};
use crate::plan::{ClipRequest, FadeRequest, ProviderId, Request, Role, Shown};
use crate::providers::provider::{File, JobContext, NotMade, compute, wrong_request};
use crate::providers::stored::input;

/// Makes parts for others, and takes those that others made.
pub struct Away {
    encoder: Encoder,
}

/// What travels back of a job: each file by what it is. The stream of a cross-fade, or of a clip the stream, the still, the words
/// with the sizes of its sound (as JSON), and that sound.
pub type Parts = Vec<(Role, Vec<u8>)>;

/// How closely parts are looked at. In any case: headers, pictures, beginnings, lengths, sizes and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrutiny {
    /// By chance one picture of the stream or the still against the one drawn here, where that costs little: everywhere but in
    /// clips of photos that talk. Of one cross-fade in four its first picture.
    Usual,
    /// The same everywhere, and every part but the stream made again and compared byte for byte.
    Whole,
}

/// Why parts are not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// They are not those of this job; the reason is a clause.
    Unfit(String),
    /// Whoever had made them, the job could not be finished here.
    NotMade(NotMade),
}

/// The words of a clip and the sizes of the units of its sound.
#[derive(Serialize, Deserialize)]
struct Told {
    words: Vec<Word>,
    units: Vec<u32>,
}

impl Away {
    pub fn new(encoder: Encoder) -> Self {
        Self { encoder }
    }

    /// Whether a job is worth a journey: clips too short for a cross-fade are joined by a cut, which is no work.
    pub fn is_work(request: &Request, context: &JobContext) -> bool {
        let is_long = |key| input(key, context).and_then(ClipFacts::of).is_ok_and(|facts| can_fade(facts.frames));
        match request {
            // An effect makes another sound and no other picture: it is mixed in where its sound lies.
            Request::Clip(clip) => clip.effect.is_none(),
            Request::Fade(fade) => fade.inputs().into_iter().all(is_long),
            _ => false,
        }
    }

    /// Makes the parts of a job for another machine. `lent` are fonts that came with it.
    pub async fn make(&self, request: &Request, lent: Vec<Font>, context: JobContext) -> Result<Parts, NotMade> {
        let encoder = self.encoder.clone();
        match request.clone() {
            Request::Clip(clip) => {
                compute("Making the clip", move || {
                    let _permit = WORKERS.acquire();
                    let mut take = stage(&clip, &encoder, &lent, &context)?;
                    let stream = draw(&mut take, &encoder, &context)?;
                    Ok(parts(stream, beside(&clip, &mut take, &context)?))
                })
                .await
            }
            Request::Fade(fade) => {
                compute("Making the cross-fade", move || {
                    let _permit = WORKERS.acquire();
                    Ok(vec![(Role::Video, fade::stream(&fade, &encoder, &context)?)])
                })
                .await
            }
            other => Err(wrong_request(ProviderId::Clip, &other)),
        }
    }

    /// The files of a job whose parts another machine made.
    pub async fn take(
        &self,
        request: &Request,
        parts: Parts,
        scrutiny: Scrutiny,
        context: JobContext,
    ) -> Result<Vec<File>, NotTaken> {
        let (request, encoder) = (request.clone(), self.encoder.clone());
        let taken = compute("Looking at what came back", move || {
            let _permit = WORKERS.acquire();
            let taken = match &request {
                Request::Clip(clip) => take_clip(clip, parts, scrutiny, &encoder, &context),
                Request::Fade(fade) => take_fade(fade, parts, scrutiny, &encoder, &context),
                other => Err(NotTaken::NotMade(wrong_request(ProviderId::Clip, other))),
            };
            match taken {
                Err(NotTaken::NotMade(not_made)) => Err(not_made),
                other => Ok(other),
            }
        });
        taken.await.unwrap_or_else(|not_made| Err(NotTaken::NotMade(not_made)))
    }
}

fn parts(stream: Vec<u8>, beside: Beside) -> Parts {
    let Beside { words, still, track, effect_at: _ } = beside;
    #[expect(clippy::expect_used, reason = "words and numbers are always JSON")]
    let told = serde_json::to_vec(&Told { words, units: track.sizes }).expect("words and numbers are always JSON");
    vec![(Role::Video, stream), (Role::Still, still), (Role::Words, told), (Role::Sound, track.units)]
}

/// The parts of a clip, told apart.
fn read(parts: Parts) -> Result<(Vec<u8>, Beside), String> {
    let [(Role::Video, stream), (Role::Still, still), (Role::Words, told), (Role::Sound, units)] =
        <[(Role, Vec<u8>); 4]>::try_from(parts).map_err(|_| "it has other parts".to_owned())?
    else {
        return Err("it has other parts".to_owned());
    };
    let told: Told = serde_json::from_slice(&told).map_err(|error| format!("its words cannot be read: {error}"))?;
    Ok((stream, Beside { words: told.words, still, track: Track { units, sizes: told.units }, effect_at: None }))
}

fn take_clip(
    request: &ClipRequest,
    parts: Parts,
    scrutiny: Scrutiny,
    encoder: &Encoder,
    context: &JobContext,
) -> Result<Vec<File>, NotTaken> {
    let (stream, came) = read(parts).map_err(NotTaken::Unfit)?;
    let ready = || stage(request, encoder, &[], context).map_err(NotTaken::NotMade);
    // A sound of the user's own tells its length only when it is opened; then everything is looked at.
    let (count, mut staged) = match length(request, context).map_err(NotTaken::NotMade)? {
        Some(count) => (count, None),
        None => ready().map(|take| (take.frames.count(), Some(take)))?,
    };
    let is_whole = scrutiny == Scrutiny::Whole || staged.is_some();
    check_shape(&stream, count, encoder).map_err(unfit)?;
    came.track.check(count).map_err(unfit)?;
    check_still(&came.still)?;
    if staged.is_none() && (is_whole || is_soon_ready(request)) {
        staged = Some(ready()?);
    }
    let notes = match &mut staged {
        Some(take) => {
            check_words(&came.words, &take.words)?;
            // Parts of another job differ in both; to look at one of them, which nobody foresees, costs half.
            let is_stream = is_whole || fastrand::bool();
            if is_stream {
                check_picture(&stream, take.frames.as_mut(), fastrand::u32(..)).map_err(unfit)?;
            }
            if is_whole && beside(request, take, context).map_err(NotTaken::NotMade)? != came {
                return Err(NotTaken::Unfit("its still or its sound is not that of this clip".to_owned()));
            }
            if !is_stream
                && middle(take, context).map_err(NotTaken::NotMade)? != picture::decode(&came.still).map_err(unfit)?
            {
                return Err(NotTaken::Unfit("its still shows something else".to_owned()));
            }
            take.notes.clone()
        }
        None => {
            picture::decode(&came.still).map_err(unfit)?;
            check_words(&came.words, &spoken_words(request, count, context).map_err(NotTaken::NotMade)?)?;
            notes(request).map_err(NotTaken::NotMade)?
        }
    };
    for note in notes {
        (context.note)(note);
    }
    let own_sound = staged.as_ref().and_then(|take| take.own_sound());
    assemble(request, count, own_sound, stream, came, context).map_err(NotTaken::NotMade)
}

/// Whether a picture of it is soon drawn: a photo that talks takes longer to be made ready than all else, and is not kept so.
fn is_soon_ready(request: &ClipRequest) -> bool {
    match &request.shown {
        Shown::Solo { talks, .. } => talks.is_none(),
        Shown::Duo { left_talks, right_talks, .. } => left_talks.is_none() && right_talks.is_none(),
        Shown::Media { .. } | Shown::Card { .. } | Shown::Missing { .. } => true,
    }
}

fn take_fade(
    request: &FadeRequest,
    parts: Parts,
    scrutiny: Scrutiny,
    encoder: &Encoder,
    context: &JobContext,
) -> Result<Vec<File>, NotTaken> {
    let Ok([(Role::Video, stream)]) = <[(Role, Vec<u8>); 1]>::try_from(parts) else {
        return Err(NotTaken::Unfit("it has other parts".to_owned()));
    };
    check_shape(&stream, FADE_FRAMES, encoder).map_err(unfit)?;
    if scrutiny == Scrutiny::Whole || fastrand::u32(..4) == 0 {
        let [from, to] = fade::streams(request, context).map_err(NotTaken::NotMade)?;
        let opening = video::fade_opening(&from, &to);
        let mut opening = opening.map_err(|error| NotTaken::NotMade(stopped_or_failed(context, &error.to_string())))?;
        check_picture(&stream, opening.as_mut(), 0).map_err(unfit)?;
    }
    Ok(fade::files(stream))
}

fn check_words(came: &[Word], heard: &[Word]) -> Result<(), NotTaken> {
    if came == heard { Ok(()) } else { Err(NotTaken::Unfit("its words are not those of its caption".to_owned())) }
}

/// By its header and its end alone.
fn check_still(still: &[u8]) -> Result<(), NotTaken> {
    let info = picture::inspect_whole(still).map_err(unfit)?;
    if (info.format, info.width, info.height) != (PictureFormat::Png, WIDTH, HEIGHT) {
        return Err(NotTaken::Unfit("its still is of another kind or size".to_owned()));
    }
    Ok(())
}

/// What a person should know of a clip that is not drawn here.
fn notes(request: &ClipRequest) -> Result<Vec<String>, NotMade> {
    let title = if let Shown::Card { title } = &request.shown { title } else { "" };
    Ok(video::unwritable(request.caption.as_deref().unwrap_or_default(), title, &lettering(request, &[])?))
}

fn unfit(error: impl std::fmt::Display) -> NotTaken {
    NotTaken::Unfit(error.to_string().trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::providers::video::{EncoderChoice, VideoStudio};

    fn context(movie: Option<&tempfile::NamedTempFile>) -> JobContext {
        JobContext {
            cancel: CancellationToken::new(),
            progress: Arc::new(|_| {}),
            note: Arc::new(|_| {}),
            source: None,
            inputs: Vec::new(),
            movie: movie.map(|movie| movie.path().to_owned()),
        }
    }

    fn card(title: &str) -> Request {
        let made_by = VideoStudio::new(EncoderChoice::Embedded).clip_made_by();
        Request::Clip(ClipRequest::card(made_by, title.to_owned(), Vec::new(), 200))
    }

    /// What is wrong with these parts, when only their shape is looked at.
    async fn fault(request: &Request, parts: Parts, scrutiny: Scrutiny) -> String {
        let movie = tempfile::NamedTempFile::new().unwrap();
        match Away::new(Encoder::Embedded).take(request, parts, scrutiny, context(Some(&movie))).await {
            Ok(files) => {
                let roles: Vec<Role> = files.iter().map(|file| file.role).collect();
                assert_eq!(roles, [Role::Words, Role::Still, Role::Video, Role::Movie]);
                String::new()
            }
            Err(NotTaken::Unfit(why)) => why,
            Err(NotTaken::NotMade(not_made)) => panic!("{not_made:?}"),
        }
    }

    #[tokio::test]
    async fn parts_of_another_shape_are_refused_without_drawing_anything() {
        let away = Away::new(Encoder::Embedded);
        let parts = away.make(&card("Naps"), Vec::new(), context(None)).await.unwrap();
        assert_eq!(fault(&card("Naps"), parts.clone(), Scrutiny::Usual).await, "");
        let with = |part: usize, bytes: &[u8]| {
            let mut parts = parts.clone();
            parts[part].1 = bytes.to_vec();
            parts
        };
        let png = picture::encode_png(&image::RgbImage::new(8, 8));
        let words = br#"{"words": [{"text": "Boo", "start_s": 0.0, "end_s": 0.1}], "units": [9]}"#;
        let longer = away.make(&card_of(400), Vec::new(), context(None)).await.unwrap();
        for (parts, why) in [
            (longer, "its sound"),
            (with(0, b"no stream"), "pictures"),
            (with(1, &png), "its still is of another kind or size"),
            (with(1, &parts[1].1[..parts[1].1.len() / 2]), "PNG picture stops in the middle"),
            (with(2, b"{}"), "its words cannot be read"),
            (with(2, words), "its sound has 1 units"),
            (with(3, b"short"), "the units of its sound"),
            (parts[..3].to_vec(), "it has other parts"),
            (parts.iter().rev().cloned().collect(), "it has other parts"),
        ] {
            let said = fault(&card("Naps"), parts, Scrutiny::Usual).await;
            assert!(said.contains(why) || (why == "its sound" && said.contains("pictures")), "{why}: {said}");
        }
    }

    fn card_of(milliseconds: u32) -> Request {
        let Request::Clip(clip) = card("Naps") else { unreachable!() };
        Request::Clip(ClipRequest { milliseconds: Some(milliseconds), ..clip })
    }

    #[tokio::test]
    async fn words_that_nobody_says_are_refused() {
        let parts = Away::new(Encoder::Embedded).make(&card("Naps"), Vec::new(), context(None)).await.unwrap();
        let mut told: serde_json::Value = serde_json::from_slice(&parts[2].1).unwrap();
        told["words"] = serde_json::json!([{"text": "Boo", "start_s": 0.0, "end_s": 0.1}]);
        let mut lying = parts.clone();
        lying[2].1 = serde_json::to_vec(&told).unwrap();
        assert_eq!(fault(&card("Naps"), lying, Scrutiny::Usual).await, "its words are not those of its caption");
    }

    #[tokio::test]
    async fn a_clip_of_another_job_is_refused_when_it_is_looked_at_in_full() {
        let away = Away::new(Encoder::Embedded);
        let (right, other) =
            (away.make(&card("Naps"), Vec::new(), context(None)).await.unwrap(), card("Snacks, please"));
        let mut still = right.clone();
        still[1] = away.make(&other, Vec::new(), context(None)).await.unwrap().swap_remove(1);
        assert_eq!(fault(&card("Naps"), right.clone(), Scrutiny::Whole).await, "");
        assert!(fault(&other, right, Scrutiny::Whole).await.contains("shows something else"));
        assert!(fault(&card("Naps"), still, Scrutiny::Whole).await.contains("its still or its sound"));
    }
}
