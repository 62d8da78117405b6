//! `cut`: takes one line out of a dialogue, free and on this machine. The times of its characters come along.

use super::alignment::Alignment;
use super::builtin::sound_file as sound_output;
use super::turns::Turns;
use crate::media::sound::Sound;
use crate::media::sound_file;
use crate::plan::{CutVoiceRequest, Failure, ProviderId, Request, Role};
use crate::providers::provider::{Facts, File, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request};
use crate::providers::stored::{input, read};

pub struct Cutter;

impl Provider for Cutter {
    fn lane(&self) -> Lane {
        Lane::processor()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let Request::CutVoice(cut) = request else {
                return Err(wrong_request(ProviderId::Cut, request));
            };
            let cut = cut.clone();
            compute("Cutting the line", move || line(&cut, &context)).await
        })
    }
}

fn line(cut: &CutVoiceRequest, context: &JobContext) -> Result<Vec<File>, NotMade> {
    let dialogue = input(cut.dialogue, context)?;
    let (sound, turns) = (read(dialogue, Role::Sound)?, read(dialogue, Role::Turns)?);
    files(&sound, &turns, cut.line).map_err(|why| unreadable(&why))
}

/// The sound of one line, and its alignment where the dialogue came with one.
fn files(sound: &[u8], turns: &[u8], line: usize) -> Result<Vec<File>, String> {
    let sound = sound_file::decode(sound).map_err(|error| error.to_string())?;
    let turns = Turns::read(turns)?;
    let samples = turns.of(line, sound.samples.len()).ok_or("its lines do not fit its sound")?;
    let alignment = turns.lines[line].alignment.clone();
    let heard = Sound { rate: sound.rate, samples: sound.samples[samples].to_vec() };
    Ok(std::iter::once(sound_output(&heard)).chain(alignment.and_then(|alignment| times(&alignment))).collect())
}

fn times(alignment: &Alignment) -> Option<File> {
    let bytes = serde_json::to_vec(alignment).ok()?;
    Some(File { role: Role::Alignment, bytes, facts: Facts::Alignment })
}

fn unreadable(why: &str) -> NotMade {
    NotMade::Failed(Failure {
        reason: format!("The dialogue that the line is cut from cannot be read: {}", why.trim_end_matches('.')),
        next_step: "`babblecast verify` looks for damaged files; generate again after it.".to_owned(),
        retryable: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::voice::turns::Turn;

    #[test]
    fn the_lines_together_are_the_whole_sound() {
        let samples: Vec<f32> = (0..24_000_u16).map(|at| f32::from(at % 100) / 200.0).collect();
        let whole = Sound { rate: 24_000, samples };
        let times = Alignment { characters: vec!["a".to_owned()], starts: vec![0.0], ends: vec![0.2] };
        let turns = Turns {
            lines: vec![
                Turn { from: 0, alignment: None },
                Turn { from: 8_000, alignment: Some(times) },
                Turn { from: 16_800, alignment: None },
            ],
        };
        let (sound, turns) = (sound_file::encode_wav(&whole), turns.file().unwrap().bytes);
        let lines: Vec<Vec<File>> = (0..3).map(|line| files(&sound, &turns, line).unwrap()).collect();
        let heard = lines.iter().flat_map(|files| sound_file::decode(&files[0].bytes).unwrap().samples);
        let again = sound_file::decode(&sound).unwrap().samples;
        assert_eq!(heard.collect::<Vec<_>>(), again);
        assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2, 1]);
    }

    #[test]
    fn what_does_not_fit_is_told_and_never_cut() {
        let sound = sound_file::encode_wav(&Sound { rate: 24_000, samples: vec![0.1; 2_400] });
        for (turns, line) in [
            (r#"{"lines":[{"from":0},{"from":9000}]}"#, 0),
            (r#"{"lines":[{"from":0},{"from":9000}]}"#, 1),
            (r#"{"lines":[{"from":0},{"from":0}]}"#, 0),
            (r#"{"lines":[{"from":0}]}"#, 1),
            (r#"{"lines":[]}"#, 0),
            ("<html>", 0),
        ] {
            assert!(files(&sound, turns.as_bytes(), line).is_err(), "{turns} {line}");
        }
    }
}
