//! `shape`: bends a voice that was spoken or recorded, free and on this machine. The times of its words move along.

use crate::domain::VoiceShape;
use crate::media::psola::{Bend, bend};
use crate::media::sound_file;
use crate::plan::{Failure, ProviderId, Request, Role};
use crate::providers::provider::{Facts, File, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request};

use super::alignment::Alignment;
use super::builtin::sound_file as sound_output;

pub struct Shaper;

impl Provider for Shaper {
    fn lane(&self) -> Lane {
        Lane::processor()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let Request::ShapedVoice(shaped) = request else {
                return Err(wrong_request(ProviderId::Shape, request));
            };
            let (voice, shape) = (shaped.voice, shaped.shape);
            compute("Shaping the voice", move || {
                let input = context.inputs.iter().find(|input| input.key == voice);
                let read = |role| input.and_then(|input| input.file(role)).map(std::fs::read).transpose();
                let (sound, alignment) =
                    (read(Role::Sound).map_err(|error| unreadable(&error))?, read(Role::Alignment).ok().flatten());
                let sound = sound.ok_or_else(|| unreadable(&"it has no sound"))?;
                files(&sound, alignment.as_deref(), shape)
            })
            .await
        })
    }
}

/// The bent sound, and its alignment where the voice came with one.
fn files(sound: &[u8], alignment: Option<&[u8]>, shape: VoiceShape) -> Result<Vec<File>, NotMade> {
    let sound = sound_file::decode(sound).map_err(|error| unreadable(&error))?;
    let asked = Bend { pitch: shape.pitch(), formant: shape.formant(), speed: shape.speed() };
    let mut files = vec![sound_output(&bend(&sound, asked))];
    let alignment = alignment.and_then(|bytes| serde_json::from_slice::<Alignment>(bytes).ok());
    let moved = alignment.map(|alignment| alignment.at_speed(shape.speed()));
    if let Some(bytes) = moved.and_then(|alignment| serde_json::to_vec(&alignment).ok()) {
        files.push(File { role: Role::Alignment, bytes, facts: Facts::Alignment });
    }
    Ok(files)
}

fn unreadable(why: &impl std::fmt::Display) -> NotMade {
    NotMade::Failed(Failure {
        reason: format!("The voice to be shaped cannot be read: {}", why.to_string().trim_end_matches('.')),
        next_step: "`babblecast verify` looks for damaged files; generate again after it.".to_owned(),
        retryable: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::sound::Sound;

    fn tone() -> Vec<u8> {
        let sample = |at: usize| (at as f32 * 0.05).sin() * 0.4 + (at as f32 * 0.1).sin() * 0.2;
        sound_file::encode_wav(&Sound { rate: 24_000, samples: (0..24_000).map(sample).collect() })
    }

    #[test]
    fn words_are_heard_when_the_faster_voice_says_them() {
        let alignment = Alignment {
            characters: vec!["a".to_owned(), "b".to_owned()],
            starts: vec![0.0, 0.5],
            ends: vec![0.5, 1.0],
        };
        let alignment = serde_json::to_vec(&alignment).unwrap();
        let shape = VoiceShape::new(0.0, 0.0, 1.25).unwrap();
        let files = files(&tone(), Some(&alignment), shape).unwrap();
        assert_eq!(files[0].facts, Facts::Sound { milliseconds: 800 });
        let moved: Alignment = serde_json::from_slice(&files[1].bytes).unwrap();
        assert_eq!((moved.starts, moved.ends), (vec![0.0, 0.4], vec![0.4, 0.8]));
    }

    #[test]
    fn the_same_voice_and_shape_are_the_same_bytes() {
        let shape = VoiceShape::preset("chipmunk").unwrap();
        assert_eq!(files(&tone(), None, shape).unwrap(), files(&tone(), None, shape).unwrap());
        assert!(matches!(files(b"<html>", None, shape), Err(NotMade::Failed(_))));
    }
}
