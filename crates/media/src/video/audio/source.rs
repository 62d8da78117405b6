//! A sound file as samples at the rate of the video, piece by piece: memory does not grow with its length. Called by the
//! mixer. Knows no scenes.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rubato::audioadapter_buffers::owned::SequentialOwned;
use rubato::{Async, Resampler};

use crate::sound;
use crate::sound_file::{MAX_MINUTES, SampleReader, SoundError};
use crate::video::encode::own_file::{OwnFileError, as_wav};
use crate::video::frame::SAMPLE_RATE;

/// Why a sound cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("{}: {error}", path.display())]
    Open { path: PathBuf, error: io::Error },
    #[error("{}: {error}", path.display())]
    Sound { path: PathBuf, error: SoundError },
    #[error("{}: {error}", path.display())]
    Converted { path: PathBuf, error: Box<OwnFileError> },
}

pub(in crate::video) struct SoundSource {
    path: PathBuf,
    samples: SampleReader<'static>,
    resampling: Option<Resampling>,
    read: u64,
    given: u64,
    ended: bool,
}

pub(super) struct Resampling {
    resampler: Async<f32>,
    ratio: f64,
    waiting: Vec<f32>,
    /// What the resampler puts out before the sound begins.
    to_skip: usize,
}

impl SoundSource {
    pub(in crate::video) fn open(path: &Path) -> Result<SoundSource, SourceError> {
        let file = File::open(path).map_err(|error| SourceError::Open { path: path.to_owned(), error })?;
        let unusable = |error| SourceError::Sound { path: path.to_owned(), error };
        let samples = match SampleReader::new(file) {
            Err(SoundError::NeedsFfmpeg { found }) => {
                let wav = as_wav(path, found, MAX_MINUTES)
                    .map_err(|error| SourceError::Converted { path: path.to_owned(), error: Box::new(error) })?;
                // The open file outlives its name.
                let file = wav.reopen().map_err(|error| SourceError::Open { path: path.to_owned(), error })?;
                SampleReader::new(file).map_err(unusable)?
            }
            samples => samples.map_err(unusable)?,
        };
        Ok(SoundSource { path: path.to_owned(), samples, resampling: None, read: 0, given: 0, ended: false })
    }

    /// Appends the next samples to `into`; false when there are no more.
    pub(in crate::video) fn read(&mut self, into: &mut Vec<f32>) -> Result<bool, SourceError> {
        if self.ended {
            return Ok(false);
        }
        let before = into.len();
        let next = match self.samples.next() {
            Ok(next) => next,
            Err(error) => return Err(SourceError::Sound { path: self.path.clone(), error }),
        };
        if let Some(next) = next {
            self.read += next.len() as u64;
            // The rate is known only now.
            let piece = next.to_vec();
            let rate = self.samples.rate();
            if rate == SAMPLE_RATE {
                into.extend_from_slice(&piece);
            } else {
                self.resampling.get_or_insert_with(|| Resampling::new(rate, SAMPLE_RATE)).push(&piece, into);
            }
        } else {
            self.ended = true;
            if let Some(resampling) = &mut self.resampling {
                let whole = (self.read as f64 * resampling.ratio).ceil() as u64;
                while self.given + ((into.len() - before) as u64) < whole {
                    resampling.push_silence(into);
                }
                into.truncate(before + (whole - self.given) as usize);
            }
        }
        self.given += (into.len() - before) as u64;
        Ok(true)
    }
}

impl Resampling {
    pub(super) fn new(from: u32, to: u32) -> Resampling {
        let ratio = f64::from(to) / f64::from(from);
        let resampler = sound::resampler(ratio);
        let to_skip = resampler.output_delay();
        Resampling { resampler, ratio, waiting: Vec::new(), to_skip }
    }

    #[expect(clippy::expect_used, reason = "the input is as long as was asked for; one channel of that many frames")]
    pub(super) fn push(&mut self, piece: &[f32], into: &mut Vec<f32>) {
        self.waiting.extend_from_slice(piece);
        let mut at = 0;
        while self.waiting.len() - at >= self.resampler.input_frames_next() {
            let count = self.resampler.input_frames_next();
            let input = SequentialOwned::new_from(self.waiting[at..at + count].to_vec(), 1, count)
                .expect("one channel of that many frames");
            let output =
                self.resampler.process(&input, None).expect("the input is as long as was asked for").take_data();
            at += count;
            let skipped = self.to_skip.min(output.len());
            self.to_skip -= skipped;
            into.extend_from_slice(&output[skipped..]);
        }
        self.waiting.drain(..at);
    }

    pub(super) fn push_silence(&mut self, into: &mut Vec<f32>) {
        let missing = self.resampler.input_frames_next().saturating_sub(self.waiting.len()).max(1);
        self.push(&vec![0.0; missing], into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::Sound;
    use crate::sound_file::{decode, encode_wav};

    fn read_all(path: &Path) -> Vec<f32> {
        let mut source = SoundSource::open(path).unwrap();
        let mut samples = Vec::new();
        while source.read(&mut samples).unwrap() {}
        samples
    }

    #[test]
    fn a_sound_read_in_pieces_is_the_sound_read_at_once() {
        let folder = tempfile::tempdir().unwrap();
        for rate in [8_000, 16_000, 44_100, 48_000] {
            let wave = |at: u32| 0.5 * (at as f32 * 0.05).sin();
            let bytes = encode_wav(&Sound { rate, samples: (0..rate / 3 + 7).map(wave).collect() });
            let path = folder.path().join(format!("{rate}.wav"));
            std::fs::write(&path, &bytes).unwrap();
            let whole = decode(&bytes).unwrap().at_rate(SAMPLE_RATE).samples;
            let pieces = read_all(&path);
            assert_eq!(pieces.len(), whole.len(), "{rate}");
            let difference = pieces.iter().zip(&whole).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(difference < 1e-4, "{rate}: {difference}");
        }
    }

    #[test]
    fn a_sound_that_is_missing_or_no_sound_is_named_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let missing = SoundSource::open(&folder.path().join("gone.wav")).err().unwrap().to_string();
        assert!(missing.contains("gone.wav"), "{missing}");
        let path = folder.path().join("page.wav");
        std::fs::write(&path, "<!DOCTYPE html><p>Payment required").unwrap();
        let refused = SoundSource::open(&path).err().unwrap().to_string();
        assert!(refused.contains("page.wav"), "{refused}");
    }
}
