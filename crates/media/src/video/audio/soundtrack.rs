//! The whole sound of an episode: every voice at its exact sample, brought to one loudness; room tone and music under
//! them; the mix brought to the platforms' loudness, limited, and encoded once. Called by `episode`. Knows sounds and how
//! many pictures each is heard under; no pictures.
//!
//! Three passes, each from disk to disk: voices, mix, finished sound. Memory does not grow with the length.

use std::fs::File;
use std::io::{self, BufWriter};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::aac::{AacFailure, AacWriter};
use super::effects::{Effects, Placed};
use super::loudness::{HIGHEST_PEAK_DB, Limiter, Meter, SILENT_BELOW_LUFS, TARGET_LUFS, from_db};
use super::sample_spool::{Spool, SpoolWriter};
use super::source::{SoundSource, SourceError};
use crate::video::frame::{FPS, SAMPLES_PER_FRAME};

/// What is heard under a number of pictures.
pub(in crate::video) struct Line<'a> {
    pub(in crate::video) sound: Option<&'a Path>,
    /// An effect, and how many seconds after the first picture it begins.
    pub(in crate::video) effect: Option<(&'a Path, f64)>,
    pub(in crate::video) frames: u32,
    /// How messages name it.
    pub(in crate::video) name: String,
}

/// The finished sound.
pub(in crate::video) struct Soundtrack {
    /// The access units one after the other, and the size of each.
    pub(in crate::video) units: File,
    pub(in crate::video) sizes: Vec<u32>,
    /// The decoder's configuration.
    pub(in crate::video) configuration: Vec<u8>,
    pub(in crate::video) samples: u64,
    pub(in crate::video) notes: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum SoundtrackError {
    #[error("The sound of {name} cannot be used. {error}")]
    Voice { name: String, error: SourceError },
    #[error("The effect of {name} cannot be used. {error}")]
    Effect { name: String, error: SourceError },
    #[error("The music cannot be used. {0}")]
    Music(SourceError),
    #[error("The sound could not be encoded: {0}. Check that there is room on the disk.")]
    Encode(#[from] AacFailure),
    #[error("The sound could not be mixed: {0}. Check that there is room on the disk.")]
    Spool(#[from] io::Error),
    #[error("The work was stopped.")]
    Stopped,
}

/// Voices are brought to this loudness before they are mixed, by at most so much.
const VOICE_LUFS: f64 = -16.0;
const MOST_VOICE_DB: f64 = 24.0;

/// Below this peak (−60 dB) a recording holds no voice, and is not turned up.
const NO_VOICE_BELOW: f32 = 0.001;

/// Above this level (−45 dB) a moment counts as speech, and the music makes room.
const SPEECH_LEVEL: f32 = 0.0056;

const MUSIC_LUFS: f64 = -26.0;
const MUSIC_UNDER_SPEECH_LUFS: f64 = -36.0;

/// The music goes down so long before speech and waits so long after it; going from one to the other takes as long as the
/// first.
const DUCK_BEFORE: usize = 8;
const DUCK_AFTER: usize = 15;

/// The music fades in and out over so many pictures.
const MUSIC_FADE_IN: u32 = FPS / 2;
const MUSIC_FADE_OUT: u32 = 2 * FPS;

/// The hiss of a quiet room (−72 dB): between lines it keeps players and ears from falling into digital silence.
const ROOM_TONE: f32 = 0.000_25;

/// A sound that is longer than its scene ends over so many samples instead of with a click.
const CUT_FADE: usize = 480;

/// The limiter's ceiling: the encoder may add some tenths of a decibel, and the file must stay below the highest peak.
const CEILING_DB: f64 = HIGHEST_PEAK_DB - 1.0;

const PIECE: usize = SAMPLES_PER_FRAME as usize;

/// Makes the soundtrack; temporary files stand in `folder`. `told` hears how far the work is, 0 to 1.
pub(in crate::video) fn soundtrack(
    lines: &[Line<'_>],
    music: Option<&PathBuf>,
    folder: &Path,
    on_progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<Soundtrack, SoundtrackError> {
    let mut go_on = |share| if on_progress(share).is_break() { Err(SoundtrackError::Stopped) } else { Ok(()) };
    let (mut spool, voices) = lay_voices(lines, folder, &mut |share| go_on(0.4 * share))?;
    let bed = music.map(|path| Bed::open(path, &voices.levels)).transpose().map_err(SoundtrackError::Music)?;
    let effects = Effects::new(placed(lines), &voices.levels);
    let mut mix = mix(&mut spool, &voices, bed, effects, folder)?;
    drop(spool);
    go_on(0.5)?;
    let gain = gain_for_target(&mut mix)?;
    go_on(0.7)?;
    let mut writer = AacWriter::new(BufWriter::new(tempfile::tempfile_in(folder)?))?;
    limit(&mut mix, gain, |samples| Ok(writer.write(samples)?))?;
    let (units, sizes, configuration) = writer.finish()?;
    let units = units.into_inner().map_err(io::IntoInnerError::into_error)?;
    go_on(1.0)?;
    Ok(Soundtrack { units, sizes, configuration, samples: mix.count(), notes: voices.notes })
}

/// The effects of all lines, each at its sample.
fn placed(lines: &[Line<'_>]) -> Vec<Placed> {
    let mut frames = 0;
    let mut placed = Vec::new();
    for line in lines {
        placed.extend(line.effect.map(|(file, seconds)| Placed::new(file, frames, seconds, line.name.clone())));
        frames += u64::from(line.frames);
    }
    placed
}

/// What the first pass learned.
struct Voices {
    /// By line: the number of pictures and what its voice is multiplied by.
    gains: Vec<(u32, f32)>,
    /// By picture: how loud the voices are with their gain (root of the mean square).
    levels: Vec<f32>,
    notes: Vec<String>,
}

fn lay_voices(
    lines: &[Line<'_>],
    folder: &Path,
    on_progress: &mut dyn FnMut(f32) -> Result<(), SoundtrackError>,
) -> Result<(Spool, Voices), SoundtrackError> {
    let mut spool = SpoolWriter::new(folder)?;
    let mut voices = Voices { gains: Vec::new(), levels: Vec::new(), notes: Vec::new() };
    for (index, line) in lines.iter().enumerate() {
        let mut laid = Laid::new(line.frames);
        if let Some(path) = line.sound {
            let failed = |error| SoundtrackError::Voice { name: line.name.clone(), error };
            let mut source = SoundSource::open(path).map_err(failed)?;
            let mut piece = Vec::new();
            while !laid.is_full() && source.read(&mut piece).map_err(failed)? {
                laid.add(&mut piece, &mut spool)?;
                piece.clear();
                on_progress(index as f32 / lines.len() as f32)?;
            }
            piece.clear();
            if laid.is_full() && source.read(&mut piece).map_err(failed)? && !piece.is_empty() {
                voices.notes.push(format!("The sound of {} is longer than its pictures and was cut.", line.name));
            }
        }
        let (gain, levels) = laid.finish(&mut spool)?;
        voices.gains.push((line.frames, gain));
        voices.levels.extend(levels.into_iter().map(|level| level * gain));
        on_progress((index + 1) as f32 / lines.len() as f32)?;
    }
    Ok((spool.finish()?, voices))
}

/// One voice on its way into the spool.
struct Laid {
    room: usize,
    placed: usize,
    meter: Meter,
    peak: f32,
    /// By picture: the sum of the squares.
    energies: Vec<f64>,
}

impl Laid {
    fn new(frames: u32) -> Laid {
        let energies = vec![0.0; frames as usize];
        Laid { room: frames as usize * PIECE, placed: 0, meter: Meter::new(), peak: 0.0, energies }
    }

    fn is_full(&self) -> bool {
        self.placed == self.room
    }

    fn add(&mut self, samples: &mut [f32], spool: &mut SpoolWriter) -> io::Result<()> {
        let count = samples.len().min(self.room - self.placed);
        let is_cut = count < samples.len();
        let samples = &mut samples[..count];
        if is_cut {
            let fade = CUT_FADE.min(count);
            for (index, sample) in samples[count - fade..].iter_mut().enumerate() {
                *sample *= 1.0 - index as f32 / fade as f32;
            }
        }
        self.meter.add(samples);
        for (offset, sample) in samples.iter().enumerate() {
            self.peak = self.peak.max(sample.abs());
            self.energies[(self.placed + offset) / PIECE] += f64::from(sample * sample);
        }
        self.placed += count;
        spool.write(samples)
    }

    /// Pads with silence to whole pictures; gives back the voice's gain and how loud it is by picture.
    fn finish(mut self, spool: &mut SpoolWriter) -> io::Result<(f32, Vec<f32>)> {
        let silence = [0.0; PIECE];
        while !self.is_full() {
            let count = PIECE.min(self.room - self.placed);
            spool.write(&silence[..count])?;
            self.placed += count;
        }
        let levels = self.energies.iter().map(|energy| (energy / PIECE as f64).sqrt() as f32).collect();
        // What is too short for the standard's measure is judged by its energy: a full-scale square wave is 3 dB below 0.
        let energy: f64 = self.energies.iter().sum::<f64>() / self.room.max(1) as f64;
        let loudness = self.meter.loudness().unwrap_or_else(|| 10.0 * energy.log10() + 2.3);
        let gain = if self.peak < NO_VOICE_BELOW || !loudness.is_finite() {
            1.0
        } else {
            from_db((VOICE_LUFS - loudness).clamp(-MOST_VOICE_DB, MOST_VOICE_DB))
        };
        Ok((gain, levels))
    }
}

/// The second pass: voices with their gains, effects, music and room tone.
fn mix(
    voices: &mut Spool,
    known: &Voices,
    mut bed: Option<Bed>,
    mut effects: Effects,
    folder: &Path,
) -> Result<Spool, SoundtrackError> {
    let mut spool = SpoolWriter::new(folder)?;
    let mut gains = known.gains.iter().flat_map(|&(frames, gain)| std::iter::repeat_n(gain, frames as usize));
    let mut room = Room(0x2545_f491);
    let mut frame = 0;
    voices.each::<SoundtrackError>(PIECE, |samples| {
        let gain = gains.next().unwrap_or(1.0);
        for sample in samples.iter_mut() {
            *sample = *sample * gain + room.next();
        }
        if let Some(bed) = &mut bed {
            bed.play(frame, samples).map_err(SoundtrackError::Music)?;
        }
        effects.play(samples).map_err(|(name, error)| SoundtrackError::Effect { name, error })?;
        frame += 1;
        Ok(spool.write(samples)?)
    })?;
    Ok(spool.finish()?)
}

/// Noise of a generator with a fixed beginning: the same episode sounds the same.
struct Room(u32);

impl Room {
    fn next(&mut self) -> f32 {
        // Xorshift, Marsaglia (2003).
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 as f32 / u32::MAX as f32 - 0.5) * 2.0 * ROOM_TONE * 1.732
    }
}

/// A piece of music that is played again and again under everything, lower where somebody speaks.
struct Bed {
    path: PathBuf,
    source: SoundSource,
    waiting: Vec<f32>,
    /// The volume at the beginning of each picture, and at the end of the last.
    volumes: Vec<f32>,
}

impl Bed {
    fn open(path: &Path, speech: &[f32]) -> Result<Bed, SourceError> {
        /// Two minutes tell how loud a piece is.
        const ENOUGH: usize = 120 * crate::video::frame::SAMPLE_RATE as usize;
        let mut source = SoundSource::open(path)?;
        let (mut meter, mut piece, mut heard) = (Meter::new(), Vec::new(), 0);
        while heard < ENOUGH && source.read(&mut piece)? {
            meter.add(&piece);
            heard += piece.len();
            piece.clear();
        }
        let loudness = meter.loudness().unwrap_or(MUSIC_LUFS);
        let volumes = music_volumes(speech).map(|lufs_and_fade| {
            let (lufs, fade) = lufs_and_fade;
            from_db(lufs - loudness) * fade
        });
        Ok(Bed {
            path: path.to_owned(),
            source: SoundSource::open(path)?,
            waiting: Vec::new(),
            volumes: volumes.collect(),
        })
    }

    fn play(&mut self, frame: usize, onto: &mut [f32]) -> Result<(), SourceError> {
        let mut read_in_vain = false;
        while self.waiting.len() < onto.len() {
            if self.source.read(&mut self.waiting)? {
                read_in_vain = false;
            } else if read_in_vain {
                // A file that became empty meanwhile.
                return Ok(());
            } else {
                self.source = SoundSource::open(&self.path)?;
                read_in_vain = true;
            }
        }
        let volume = |index: usize| self.volumes.get(index).copied().unwrap_or(0.0);
        let (from, to) = (volume(frame), volume(frame + 1));
        let count = onto.len();
        for (index, (onto, music)) in onto.iter_mut().zip(self.waiting.drain(..count)).enumerate() {
            *onto += music * (from + (to - from) * index as f32 / count as f32);
        }
        Ok(())
    }
}

/// The loudness that the music should have at the beginning of each picture and at the end of the last, and the fraction of
/// it that the fades leave.
fn music_volumes(speech: &[f32]) -> impl Iterator<Item = (f64, f32)> {
    let count = speech.len();
    let is_speech: Vec<bool> = speech.iter().map(|&level| level > SPEECH_LEVEL).collect();
    let ducked = move |at: usize| {
        let (from, to) = (at.saturating_sub(DUCK_AFTER), (at + DUCK_BEFORE).min(count));
        is_speech[from.min(count)..to].contains(&true)
    };
    let step = (MUSIC_LUFS - MUSIC_UNDER_SPEECH_LUFS) / DUCK_BEFORE as f64;
    let mut lufs = if ducked(0) { MUSIC_UNDER_SPEECH_LUFS } else { MUSIC_LUFS };
    (0..=count).map(move |at| {
        lufs = if ducked(at) { lufs - step } else { lufs + step };
        lufs = lufs.clamp(MUSIC_UNDER_SPEECH_LUFS, MUSIC_LUFS);
        let fade_in = at as f32 / MUSIC_FADE_IN as f32;
        let fade_out = (count - at) as f32 / MUSIC_FADE_OUT as f32;
        (lufs, fade_in.min(fade_out).min(1.0))
    })
}

/// The gain that makes the limited mix as loud as it should be. The limiter takes some loudness away, so the answer is
/// tried and corrected.
fn gain_for_target(mix: &mut Spool) -> Result<f32, SoundtrackError> {
    /// Voices are levelled before: what needs more than this is clicks and noises, which no gain makes loud.
    const MOST_DB: f64 = 24.0;
    let mut gain_db = 0.0_f64;
    let mut meter = Meter::new();
    mix.each::<io::Error>(PIECE, |samples| {
        meter.add(samples);
        Ok(())
    })?;
    let Some(mut loudness) = meter.loudness().filter(|&loudness| loudness > SILENT_BELOW_LUFS) else {
        return Ok(1.0);
    };
    for _ in 0..4 {
        gain_db = (gain_db + TARGET_LUFS - loudness).min(MOST_DB);
        let mut meter = Meter::new();
        limit(mix, from_db(gain_db), |samples| {
            meter.add(samples);
            Ok(())
        })?;
        loudness = meter.loudness().unwrap_or(TARGET_LUFS);
        if (TARGET_LUFS - loudness).abs() < 0.1 {
            break;
        }
    }
    Ok(from_db(gain_db))
}

fn limit(
    mix: &mut Spool,
    gain: f32,
    mut take: impl FnMut(&[f32]) -> Result<(), SoundtrackError>,
) -> Result<(), SoundtrackError> {
    let mut limiter = Limiter::new(CEILING_DB);
    let mut out = Vec::with_capacity(2 * PIECE);
    mix.each::<SoundtrackError>(PIECE, |samples| {
        limiter.push(samples, gain, &mut out);
        take(&out)?;
        out.clear();
        Ok(())
    })?;
    limiter.finish(&mut out);
    take(&out)
}
