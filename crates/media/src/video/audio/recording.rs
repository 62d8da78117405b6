//! A long recording to be cut into lines: decoded piece by piece into a temporary file of 16-bit samples, so that memory
//! stays flat over hours, with its loudness in moments of 10 ms. Cuts are taken from it sample by sample. Called for
//! imports. Knows no words and no speakers.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::ops::Range;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::source::Resampling;
use crate::cues;
use crate::sound::Sound;
use crate::sound_file::{MOST_RECORDING_MINUTES, SampleReader, SoundError};
use crate::video::encode::own_file::{OwnFileError, as_wav};

/// How far the moments of [`Recording::levels`] are apart, in seconds.
pub const LEVEL_S: f64 = 0.01;

/// The stretch whose energy says how quiet a place is, and how far apart such places are, in seconds.
const QUIET_S: f64 = 0.005;
const STEP_S: f64 = 0.001;

/// More than this is never looked through for a quiet place, in seconds.
const LONGEST_LOOK_S: f64 = 2.0;

/// Why a recording cannot be used: a sentence with what to do.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file cannot be opened.
    #[error("{} cannot be read ({error}).", path.display())]
    Read {
        /// The person's file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// It is no sound, or damaged.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// Only ffmpeg reads it, and it is missing or failed.
    #[error(transparent)]
    Converted(#[from] OwnFileError),
    /// The temporary file could not be written or read.
    #[error("A temporary file in {} cannot be used ({error}). Make room on the disk.", folder.display())]
    Temporary {
        /// Where it lies.
        folder: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The part that was asked for begins behind the end.
    #[error("The recording is {seconds:.1} s long, and was asked for from {from_s:.1} s on. Ask for an earlier part.")]
    Behind {
        /// The length of the recording.
        seconds: f64,
        /// What was asked for.
        from_s: f64,
    },
    /// The person gave up.
    #[error("Reading the recording was stopped.")]
    Stopped,
}

/// A recording, or a part of one, as samples on disk.
#[derive(Debug)]
pub struct Recording {
    file: NamedTempFile,
    rate: u32,
    count: u64,
    levels: Vec<f32>,
    hash: [u8; 32],
}

impl Recording {
    /// Reads the part of a file from `from_s` to `to_s` seconds, its channels mixed to one, into a temporary file in
    /// `folder`. `on_progress` is told how many seconds were read.
    pub fn read(
        path: &Path,
        (from_s, to_s): (f64, Option<f64>),
        folder: &Path,
        on_progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
    ) -> Result<Recording, RecordingError> {
        let unread = |error| RecordingError::Read { path: path.to_owned(), error };
        let unusable = |error| RecordingError::Temporary { folder: folder.to_owned(), error };
        let source = File::open(path).map_err(unread)?;
        if !source.metadata().map_err(unread)?.is_file() {
            return Err(unread(io::Error::other("it is no plain file")));
        }
        let mut samples = match SampleReader::of_recording(source) {
            Err(SoundError::NeedsFfmpeg { found }) => {
                let wav = as_wav(path, found, MOST_RECORDING_MINUTES)?;
                // The open file outlives its name.
                SampleReader::of_recording(wav.reopen().map_err(unusable)?)?
            }
            samples => samples?,
        };
        let file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).map_err(unusable)?;
        let mut written = Written::new(file.as_file().try_clone().map_err(unusable)?);
        let mut read = 0_u64;
        while let Some(piece) = samples.next()? {
            let piece = piece.to_vec();
            let rate = f64::from(samples.rate());
            let first = (from_s.max(0.0) * rate).round() as u64;
            let end = to_s.map_or(u64::MAX, |to_s| (to_s.max(0.0) * rate).round() as u64);
            let within = |at: u64| (at.saturating_sub(read) as usize).min(piece.len());
            written.take(&piece[within(first)..within(end).max(within(first))], samples.rate()).map_err(unusable)?;
            read += piece.len() as u64;
            if on_progress(read as f64 / rate).is_break() {
                return Err(RecordingError::Stopped);
            }
            if read >= end {
                break;
            }
        }
        let rate = samples.rate().max(1);
        let (count, levels, hash) = written.end().map_err(unusable)?;
        if count == 0 {
            return Err(RecordingError::Behind { seconds: read as f64 / f64::from(rate), from_s });
        }
        Ok(Recording { file, rate, count, levels, hash })
    }

    /// Samples a second.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Its length in seconds.
    pub fn seconds(&self) -> f64 {
        self.count as f64 / f64::from(self.rate)
    }

    /// The loudness of each moment of [`LEVEL_S`], 0 to 1: the root of its mean square.
    pub fn levels(&self) -> &[f32] {
        &self.levels
    }

    /// The SHA-256 of its rate and its samples.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The sample that is heard at a second, held to the recording.
    pub fn at(&self, seconds: f64) -> u64 {
        ((seconds.max(0.0) * f64::from(self.rate)).round() as u64).min(self.count)
    }

    /// Samples just as they are.
    pub fn samples(&self, range: Range<u64>) -> io::Result<Vec<i16>> {
        let (start, end) = (range.start.min(self.count), range.end.min(self.count));
        let mut bytes = vec![0; 2 * end.saturating_sub(start) as usize];
        let mut file = self.file.reopen()?;
        file.seek(SeekFrom::Start(2 * start))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect())
    }

    /// A part of it as a sound.
    pub fn sound(&self, range: Range<u64>) -> io::Result<Sound> {
        let samples = self.samples(range)?;
        Ok(Sound { rate: self.rate, samples: samples.into_iter().map(|sample| f32::from(sample) / FULL).collect() })
    }

    /// The recording as a WAV of 16,000 samples a second, which is all that a recogniser of speech hears: a sixth of the size.
    pub fn write_for_listening(&self, folder: &Path) -> io::Result<NamedTempFile> {
        const PIECE: u64 = 1 << 18;
        let rate = self.rate.min(LISTENING_RATE);
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).suffix(".wav").tempfile_in(folder)?;
        let whole = ((self.count as f64 * f64::from(rate) / f64::from(self.rate)).ceil() as u64).min(LARGEST_SOUND);
        let mut resampling = (rate != self.rate).then(|| Resampling::new(self.rate, rate));
        let mut writer = BufWriter::with_capacity(256 * 1024, file.as_file_mut());
        // The head of a WAV without samples, told of as many as follow.
        let mut head = cues::wav(rate, &[], &[]);
        head[4..8].copy_from_slice(&(36 + 2 * whole as u32).to_le_bytes());
        head[40..44].copy_from_slice(&(2 * whole as u32).to_le_bytes());
        writer.write_all(&head)?;
        let (mut at, mut given) = (0, 0);
        let mut ready: Vec<f32> = Vec::new();
        while given < whole {
            ready.clear();
            let piece = self.sound(at..at + PIECE)?.samples;
            match &mut resampling {
                Some(resampling) if piece.is_empty() => resampling.push_silence(&mut ready),
                Some(resampling) => resampling.push(&piece, &mut ready),
                None => ready.extend_from_slice(&piece),
            }
            at += piece.len() as u64;
            ready.truncate((whole - given) as usize);
            given += ready.len() as u64;
            let bytes: Vec<u8> = ready.iter().flat_map(|sample| whole_sample(*sample).to_le_bytes()).collect();
            writer.write_all(&bytes)?;
        }
        writer.flush()?;
        drop(writer);
        Ok(file)
    }

    /// The quietest sample between two seconds; of places that are about equally quiet, the one nearest to `wish_s`.
    pub fn quiet_near(&self, from_s: f64, to_s: f64, wish_s: f64) -> io::Result<u64> {
        let (from_s, to_s) = (from_s.max(wish_s - LONGEST_LOOK_S / 2.0), to_s.min(wish_s + LONGEST_LOOK_S / 2.0));
        let (from, to, wish) = (self.at(from_s), self.at(to_s), self.at(wish_s));
        if to <= from {
            return Ok(wish);
        }
        let half = ((f64::from(self.rate) * QUIET_S / 2.0) as u64).max(1);
        let step = ((f64::from(self.rate) * STEP_S) as usize).max(1);
        let start = from.saturating_sub(half);
        let heard = self.samples(start..to + half)?;
        let energy = |at: u64| {
            let place = at.saturating_sub(start) as usize;
            let around = &heard[place.saturating_sub(half as usize)..(place + half as usize).min(heard.len())];
            around.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>() / around.len().max(1) as f64
        };
        let places: Vec<(u64, f64)> =
            (from..=to).step_by(step).chain([wish.clamp(from, to)]).map(|at| (at, energy(at))).collect();
        let least = places.iter().map(|(_, energy)| *energy).fold(f64::INFINITY, f64::min);
        // Rounding to 16 bits alone makes an energy of a twelfth.
        let quiet = places.iter().filter(|(_, energy)| *energy <= 2.0 * least + 1.0);
        let place = quiet.map(|(at, _)| *at).min_by_key(|at| at.abs_diff(wish)).unwrap_or(wish);
        // Within the quiet place, the sample that comes closest to none: a cut there does not click.
        let reach = (step as u64).max(1);
        let near = place.saturating_sub(reach).max(from)..=(place + reach).min(to);
        let size = |at: &u64| heard.get(at.saturating_sub(start) as usize).map_or(0, |sample| sample.unsigned_abs());
        Ok(near.min_by_key(|at| (size(at), at.abs_diff(place))).unwrap_or(place))
    }
}

/// How the names of temporary files begin; what a killed program leaves in a studio home is found by it.
const UNFINISHED: &str = ".babblecast-unfinished-recording-";

/// What recognisers of speech hear with, in samples a second.
const LISTENING_RATE: u32 = 16_000;

/// One step beyond the largest sample.
const FULL: f32 = 32_768.0;

/// As many samples as a WAV of 4 GiB holds.
const LARGEST_SOUND: u64 = (u32::MAX as u64 - 64) / 2;

fn whole_sample(sample: f32) -> i16 {
    (sample * FULL).round().clamp(-FULL, FULL - 1.0) as i16
}

/// Samples on their way to the disk, measured as they pass.
struct Written {
    file: BufWriter<File>,
    hash: Sha256,
    count: u64,
    levels: Vec<f32>,
    /// The energy of the moment that is not full yet, and how many samples it has.
    moment: (f64, u64),
    rate: u32,
}

impl Written {
    fn new(file: File) -> Written {
        let file = BufWriter::with_capacity(256 * 1024, file);
        Written { file, hash: Sha256::new(), count: 0, levels: Vec::new(), moment: (0.0, 0), rate: 0 }
    }

    fn take(&mut self, piece: &[f32], rate: u32) -> io::Result<()> {
        if self.rate == 0 {
            self.rate = rate;
            self.hash.update(rate.to_le_bytes());
        }
        let mut bytes = Vec::with_capacity(2 * piece.len());
        for sample in piece {
            bytes.extend(whole_sample(*sample).to_le_bytes());
            self.moment.0 += f64::from(*sample).powi(2);
            self.moment.1 += 1;
            self.count += 1;
            // Moments are counted from the start, so that they stay in step at rates that have no whole one.
            if self.count as f64 >= (self.levels.len() + 1) as f64 * LEVEL_S * f64::from(rate) {
                self.end_moment();
            }
        }
        self.hash.update(&bytes);
        self.file.write_all(&bytes)
    }

    fn end_moment(&mut self) {
        let (energy, count) = std::mem::take(&mut self.moment);
        self.levels.push((energy / count.max(1) as f64).sqrt().min(1.0) as f32);
    }

    fn end(mut self) -> io::Result<(u64, Vec<f32>, [u8; 32])> {
        if self.moment.1 > 0 {
            self.end_moment();
        }
        self.file.flush()?;
        Ok((self.count, self.levels, self.hash.finalize().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path, part: (f64, Option<f64>)) -> Result<Recording, RecordingError> {
        Recording::read(path, part, path.parent().unwrap(), &mut |_| ControlFlow::Continue(()))
    }

    fn written(samples: &[i16]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talk.wav");
        std::fs::write(&path, cues::wav(16_000, samples, &[])).unwrap();
        (folder, path)
    }

    /// Loud for a second, silent for half of one, loud again.
    fn two_turns() -> Vec<i16> {
        let loud = |at: i32| ((f64::from(at) * 0.11).sin() * 9_000.0) as i16;
        (0..40_000).map(|at| if (16_000..24_000).contains(&at) { 0 } else { loud(at) }).collect()
    }

    #[test]
    fn every_sample_is_read_back_just_as_it_was() {
        let samples = two_turns();
        let (_folder, path) = written(&samples);
        let recording = read(&path, (0.0, None)).unwrap();
        assert_eq!(recording.samples(0..40_000).unwrap(), samples);
        assert!((recording.seconds() - 2.5).abs() < 1e-9);
        assert_eq!(recording.levels().len(), 250);
        assert!(recording.levels()[50] > 0.1 && recording.levels()[125] == 0.0);
    }

    #[test]
    fn a_recogniser_is_given_the_whole_recording_in_a_smaller_file() {
        let folder = tempfile::tempdir().unwrap();
        for rate in [8_000, 16_000, 44_100] {
            let samples: Vec<i16> =
                (0..rate * 2 + 7).map(|at| ((f64::from(at) * 0.05).sin() * 9_000.0) as i16).collect();
            let path = folder.path().join("talk.wav");
            std::fs::write(&path, cues::wav(rate, &samples, &[])).unwrap();
            let file = read(&path, (0.0, None)).unwrap().write_for_listening(folder.path()).unwrap();
            let sound = crate::sound_file::decode(&std::fs::read(file.path()).unwrap()).unwrap();
            assert_eq!(sound.rate, rate.min(16_000));
            assert!((sound.seconds() - samples.len() as f64 / f64::from(rate)).abs() < 0.001, "{rate}");
            assert!((0.15..0.22).contains(&sound.rms()), "{rate}: {}", sound.rms());
        }
    }

    #[test]
    fn a_part_is_the_samples_of_that_part() {
        let samples = two_turns();
        let (_folder, path) = written(&samples);
        let part = read(&path, (0.5, Some(1.25))).unwrap();
        assert_eq!(part.samples(0..u64::MAX).unwrap(), samples[8_000..20_000]);
        assert!(read(&path, (0.5, Some(1.25))).unwrap().hash() == part.hash());
        assert!(read(&path, (0.0, None)).unwrap().hash() != part.hash());
        let said = read(&path, (9.0, None)).unwrap_err().to_string();
        assert!(said.contains("2.5 s long") && said.contains("from 9.0 s"), "{said}");
    }

    #[test]
    fn a_cut_lies_at_the_quiet_place_nearest_to_the_wish() {
        let (_folder, path) = written(&two_turns());
        let recording = read(&path, (0.0, None)).unwrap();
        let cut = recording.quiet_near(0.9, 1.6, 1.49).unwrap() as f64 / 16_000.0;
        assert!((cut - 1.49).abs() < 0.004, "{cut}");
        let cut = recording.quiet_near(0.9, 1.6, 0.92).unwrap() as f64 / 16_000.0;
        assert!((1.0..1.01).contains(&cut), "{cut}");
        assert_eq!(recording.quiet_near(3.0, 1.0, 2.0).unwrap(), 32_000, "an impossible range leaves the wish");
    }

    #[test]
    fn what_is_no_sound_says_so_and_a_stop_is_obeyed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.mp3");
        std::fs::write(&path, "<!DOCTYPE html><p>Not found").unwrap();
        assert!(matches!(read(&path, (0.0, None)), Err(RecordingError::Sound(SoundError::NotASound { .. }))));
        assert!(matches!(read(folder.path(), (0.0, None)), Err(RecordingError::Read { .. })));
        let (_folder, path) = written(&two_turns());
        let stopped = Recording::read(&path, (0.0, None), folder.path(), &mut |_| ControlFlow::Break(()));
        assert!(matches!(stopped, Err(RecordingError::Stopped)));
    }
}
