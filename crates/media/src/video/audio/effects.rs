//! Sound effects in the mix: each begins at its sample, is brought to one loudness, sounds on under what follows and makes room
//! where somebody speaks. Called by the mixer. Knows no campaign.

use std::path::{Path, PathBuf};

use super::loudness::{Meter, from_db};
use super::source::{SoundSource, SourceError};
use crate::video::frame::{SAMPLE_RATE, SAMPLES_PER_FRAME};

/// The loudness that an effect is brought to, and the highest sample that it may have there.
const EFFECT_LUFS: f64 = -18.0;
const HIGHEST_SAMPLE: f32 = 0.9;

/// How much quieter it is while somebody speaks; it goes down within so many pictures, and comes back within so many.
const UNDER_SPEECH_DB: f64 = -12.0;
const DOWN: usize = 4;
const UP: usize = 1;

/// Above this level (−45 dB) a moment counts as speech.
const SPEECH_LEVEL: f32 = 0.0056;

/// An effect that is still heard when the video ends goes down over so many pictures.
const LAST_FADE: usize = 9;

/// An effect and where it begins.
pub(in crate::video) struct Placed {
    pub(in crate::video) file: PathBuf,
    /// In samples from the beginning of the episode.
    pub(in crate::video) begins: u64,
    /// How messages name it.
    pub(in crate::video) name: String,
}

impl Placed {
    /// `seconds` after the picture with this number; never before the first.
    pub(in crate::video) fn new(file: &Path, frames: u64, seconds: f64, name: String) -> Self {
        let samples = frames as f64 * f64::from(SAMPLES_PER_FRAME) + seconds * f64::from(SAMPLE_RATE);
        Self { file: file.to_owned(), begins: samples.max(0.0).round() as u64, name }
    }
}

/// All effects of an episode, mixed picture by picture.
pub(super) struct Effects {
    /// The next one last.
    waiting: Vec<Placed>,
    playing: Vec<Playing>,
    /// At the beginning of each picture, and at the end of the last.
    volumes: Vec<f32>,
    at: u64,
}

struct Playing {
    source: SoundSource,
    read: Vec<f32>,
    ended: bool,
    gain: f32,
    name: String,
}

impl Effects {
    pub(super) fn new(mut placed: Vec<Placed>, speech: &[f32]) -> Self {
        placed.sort_by_key(|placed| std::cmp::Reverse(placed.begins));
        Self { waiting: placed, playing: Vec::new(), volumes: volumes(speech), at: 0 }
    }

    /// Adds what is heard under the next picture. The error names the effect.
    pub(super) fn play(&mut self, onto: &mut [f32]) -> Result<(), (String, SourceError)> {
        let frame = (self.at / u64::from(SAMPLES_PER_FRAME)) as usize;
        let volume = |index: usize| self.volumes.get(index).copied().unwrap_or(0.0);
        let (from, to) = (volume(frame), volume(frame + 1));
        let count = onto.len();
        let volume_at = |index: usize| from + (to - from) * index as f32 / count as f32;
        for playing in &mut self.playing {
            playing.play(onto, 0, volume_at)?;
        }
        while let Some(next) = self.waiting.pop_if(|next| next.begins < self.at + count as u64) {
            let mut playing = Playing::open(next)?;
            playing.0.play(onto, (playing.1 - self.at) as usize, volume_at)?;
            self.playing.push(playing.0);
        }
        self.playing.retain(|playing| !playing.ended || !playing.read.is_empty());
        self.at += count as u64;
        Ok(())
    }
}

impl Playing {
    fn open(placed: Placed) -> Result<(Self, u64), (String, SourceError)> {
        let failed = |error| (placed.name.clone(), error);
        let mut source = SoundSource::open(&placed.file).map_err(failed)?;
        let (mut meter, mut peak, mut piece) = (Meter::new(), 0.0_f32, Vec::new());
        while source.read(&mut piece).map_err(failed)? {
            meter.add(&piece);
            peak = piece.iter().fold(peak, |peak, sample| peak.max(sample.abs()));
            piece.clear();
        }
        // What is too short for the standard's measure is as loud as its peak lets it.
        let gain = meter.loudness().map_or(f32::INFINITY, |loudness| from_db(EFFECT_LUFS - loudness));
        let gain = gain.min(HIGHEST_SAMPLE / peak.max(1e-4));
        let source = SoundSource::open(&placed.file).map_err(failed)?;
        Ok((Self { source, read: Vec::new(), ended: false, gain, name: placed.name }, placed.begins))
    }

    fn play(
        &mut self,
        onto: &mut [f32],
        first: usize,
        volume_at: impl Fn(usize) -> f32,
    ) -> Result<(), (String, SourceError)> {
        let wanted = onto.len() - first;
        while !self.ended && self.read.len() < wanted {
            self.ended = !self.source.read(&mut self.read).map_err(|error| (self.name.clone(), error))?;
        }
        let count = wanted.min(self.read.len());
        for (index, (onto, sample)) in onto[first..].iter_mut().zip(self.read.drain(..count)).enumerate() {
            *onto += sample * self.gain * volume_at(first + index);
        }
        Ok(())
    }
}

/// How loud effects are at the beginning of each picture and at the end of the last. They go down just before somebody speaks,
/// and are back as soon as nobody does: an effect that follows a line is heard from its first stroke.
fn volumes(speech: &[f32]) -> Vec<f32> {
    let count = speech.len();
    let is_under = |at: usize| speech[at.min(count)..(at + DOWN).min(count)].iter().any(|&level| level > SPEECH_LEVEL);
    let mut decibels = if is_under(0) { UNDER_SPEECH_DB } else { 0.0 };
    let mut volumes = Vec::with_capacity(count + 1);
    for at in 0..=count {
        let step = if is_under(at) { UNDER_SPEECH_DB / DOWN as f64 } else { -UNDER_SPEECH_DB / UP as f64 };
        decibels = (decibels + step).clamp(UNDER_SPEECH_DB, 0.0);
        let left = (count - at) as f32 / LAST_FADE as f32;
        volumes.push(from_db(decibels) * left.min(1.0));
    }
    volumes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::Sound;
    use crate::sound_file::encode_wav;

    const PIECE: usize = SAMPLES_PER_FRAME as usize;

    fn tone(folder: &Path, name: &str, samples: usize) -> PathBuf {
        let path = folder.join(name);
        let sample = |at: usize| 0.3 * (at as f32 * 0.13).sin();
        std::fs::write(&path, encode_wav(&Sound { rate: SAMPLE_RATE, samples: (0..samples).map(sample).collect() }))
            .unwrap();
        path
    }

    fn mixed(effects: &mut Effects, pictures: usize) -> Vec<f32> {
        let mut all = Vec::new();
        for _ in 0..pictures {
            let mut piece = vec![0.0; PIECE];
            effects.play(&mut piece).unwrap();
            all.extend(piece);
        }
        all
    }

    #[test]
    fn an_effect_begins_at_its_sample_and_sounds_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = tone(folder.path(), "a.wav", 30_000);
        let placed = Placed::new(&file, 3, 0.25, "scene 1".to_owned());
        assert_eq!(placed.begins, 3 * PIECE as u64 + 12_000);
        let begins = placed.begins as usize;
        let all = mixed(&mut Effects::new(vec![placed], &[0.0; 60]), 60);
        assert!(all[..begins].iter().all(|&sample| sample == 0.0));
        assert!(all[begins..begins + 30].iter().any(|&sample| sample.abs() > 0.01));
        assert!(all[begins + 29_900..begins + 30_000].iter().any(|&sample| sample.abs() > 0.01));
        assert!(all[begins + 30_000..].iter().all(|&sample| sample == 0.0));
        assert_eq!(Placed::new(&file, 0, -5.0, String::new()).begins, 0, "nothing begins before the video");
    }

    #[test]
    fn effects_that_overlap_are_both_heard_and_one_at_the_end_fades() {
        let folder = tempfile::tempdir().unwrap();
        let file = tone(folder.path(), "a.wav", 48_000);
        let one = |at| Placed::new(&file, 0, at, String::new());
        let alone = mixed(&mut Effects::new(vec![one(0.0)], &[0.0; 60]), 60);
        let later = mixed(&mut Effects::new(vec![one(0.5)], &[0.0; 60]), 60);
        let both = mixed(&mut Effects::new(vec![one(0.5), one(0.0)], &[0.0; 60]), 60);
        assert!(both.iter().zip(alone.iter().zip(&later)).all(|(both, (a, b))| (both - a - b).abs() < 1e-5));
        let cut = mixed(&mut Effects::new(vec![one(0.0)], &[0.0; 20]), 20);
        let last = &cut[cut.len() - 50..];
        assert!(last.iter().all(|sample| sample.abs() < 0.01), "no click: {:?}", last.last());
    }

    #[test]
    fn an_effect_makes_room_for_a_line_and_is_whole_right_behind_one() {
        let speech: Vec<f32> = (0..60).map(|at| if (20..40).contains(&at) { 0.1 } else { 0.0 }).collect();
        let volumes = volumes(&speech);
        let under = from_db(UNDER_SPEECH_DB);
        assert!(
            (volumes[10] - 1.0).abs() < 1e-6 && volumes[20..40].iter().all(|&volume| (volume - under).abs() < 1e-3)
        );
        assert!(volumes[40] > 0.9 && volumes[16] > under, "{:?}", &volumes[15..45]);
    }

    #[test]
    fn one_that_is_gone_is_named() {
        let placed = Placed::new(Path::new("gone.wav"), 0, 0.0, "scene 7".to_owned());
        let refused = Effects::new(vec![placed], &[0.0; 3]).play(&mut [0.0; PIECE]).unwrap_err();
        assert_eq!(refused.0, "scene 7");
    }
}
