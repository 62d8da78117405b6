//! The episode: clips copied one after the other, their sound mixed once, one checked MP4, and its captions as files.
//! Called by the episode maker, with everything already on disk. Knows no campaign.
//!
//! Memory does not grow with the length: clips are read twice, once for the sizes of their pictures and once to be
//! copied.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use image::RgbImage;

use super::mp4::Contents;
use super::subtitles::{cues, srt, vtt};
use crate::video::audio::soundtrack::{Line, Soundtrack, SoundtrackError, soundtrack};
use crate::video::encode::decode::{DecodeError, decode_from, still};
use crate::video::encode::keyframes::{FADE_FRAMES, FADE_HALF, can_fade, is_keyframe};
use crate::video::encode::liveliest::liveliness;
use crate::video::frame::{FPS, Frame, Word};
use crate::video::h264::stream::{Framing, ParameterSets, Pictures};
use crate::video::lint::{LintError, LintReport, lint};

/// How a part is joined to the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Join {
    /// From one picture to the next; what the first part of an episode has.
    #[default]
    Cut,
    /// By this stream, which `video::encode::fade` made.
    Fade(PathBuf),
}

/// A scene of the episode.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its clip: an H.264 stream that `video::encode::encoder` made.
    pub video: PathBuf,
    /// How many pictures the clip has, as its maker counted.
    pub frames: u32,
    /// A WAV or MP3, heard from the first picture on.
    pub sound: Option<PathBuf>,
    /// A sound effect, and how many seconds after the first picture it begins; it may sound on under the next parts.
    pub effect: Option<(PathBuf, f64)>,
    /// When each word is heard, from the start of the sound.
    pub words: Vec<Word>,
    /// What the captions show when no words are known.
    pub caption: Option<String>,
    /// Named in the WebVTT file and in messages; `None` for a media scene.
    pub speaker: Option<String>,
    /// A fade lies over the pictures on both sides of the cut and takes no time away.
    pub join: Join,
}

/// All that an episode is made from.
#[derive(Debug, Clone)]
pub struct EpisodeSpec {
    /// In the order of the script; of none there is no episode.
    pub parts: Vec<Part>,
    /// A sound file, softly below the voices and repeated to the end.
    pub music: Option<PathBuf>,
    /// Written into the file, where players show it.
    pub title: String,
    /// Says that the video was generated.
    pub comment: String,
}

/// What was made beside the file.
#[derive(Debug)]
pub struct Episode {
    /// The captions as SubRip, to be written beside the video.
    pub srt: String,
    /// The same captions as WebVTT.
    pub vtt: String,
    /// The liveliest picture of the first four spoken scenes, in full size.
    pub thumbnail: RgbImage,
    /// The length of all pictures together.
    pub seconds: f64,
    /// Of the file as it was read back. One that fails is an episode all the same: its caller decides.
    pub report: LintReport,
    /// What a person should know about its sound, in sentences.
    pub notes: Vec<String>,
}

/// Why there is no episode: a sentence that names the scene.
#[derive(Debug, thiserror::Error)]
pub enum EpisodeError {
    /// The spec has no parts.
    #[error("The episode has no scenes. Add one to the campaign.")]
    Empty,
    /// The file of a clip or of a cross-fade could not be read.
    #[error("The clip of {name} cannot be read ({}: {error}). Make it again.", path.display())]
    Read {
        /// The scene, as a person knows it.
        name: String,
        /// The stream that was to be copied.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The stream is not what its maker left.
    #[error("The clip of {name} is damaged ({}: {reason}). Make it again.", path.display())]
    Damaged {
        /// The scene, as a person knows it.
        name: String,
        /// The stream that was to be copied.
        path: PathBuf,
        /// What is wrong with it, as a clause.
        reason: String,
    },
    /// Its headers differ from those before it, and one file has room for one set.
    #[error("The clip of {name} was made by another encoder than the one before it. Make all clips with one encoder.")]
    OtherEncoder {
        /// The scene, as a person knows it.
        name: String,
    },
    /// The clip that it is taken from cannot be decoded.
    #[error("No thumbnail could be made. {0}")]
    Thumbnail(#[from] DecodeError),
    /// A voice or the music cannot be used, or mixing failed.
    #[error(transparent)]
    Sound(SoundtrackError),
    /// The file was begun and is removed again.
    #[error("The episode could not be written to {}: {error}. Check that there is room on the disk.", path.display())]
    Write {
        /// Where the episode was to be.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Some number does not fit into the box of an MP4 that has to hold it.
    #[error("The header of the episode could not be written ({0}).")]
    Header(#[from] mp4_atom::Error),
    /// What was written could not be read back. A report that fails is no error.
    #[error(transparent)]
    Lint(#[from] LintError),
    /// `on_progress` answered with `Break`.
    #[error("The episode was stopped.")]
    Stopped,
}

/// Joins, mixes, levels, writes `to` and lints it. `told` hears how far the work is, 0 to 1, and stops it with `Break`.
/// `to` is removed when the work fails.
pub fn episode(
    spec: &EpisodeSpec,
    to: &Path,
    on_progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<Episode, EpisodeError> {
    or_remove(to, make(spec, to, on_progress))
}

/// What is missing anyway needs no removal; the first error is the one to tell.
pub(super) fn or_remove<T>(to: &Path, made: Result<T, EpisodeError>) -> Result<T, EpisodeError> {
    made.inspect_err(|_| drop(std::fs::remove_file(to)))
}

fn make(
    spec: &EpisodeSpec,
    to: &Path,
    on_progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<Episode, EpisodeError> {
    let notes = join(spec, to, &mut |share| go_on(on_progress, 0.85 * share))?;
    let thumbnail = thumbnail(&spec.parts)?;
    go_on(on_progress, 0.9)?;
    let report = lint(to)?;
    go_on(on_progress, 1.0)?;
    let mut captions = Vec::new();
    let mut frames = 0;
    for part in &spec.parts {
        let (start_s, end_s) = (seconds(frames), seconds(frames + part.frames));
        captions.extend(cues(&part.words, part.caption.as_deref(), part.speaker.as_deref(), start_s, end_s));
        frames += part.frames;
    }
    Ok(Episode { srt: srt(&captions), vtt: vtt(&captions), thumbnail, seconds: seconds(frames), report, notes })
}

fn join(
    spec: &EpisodeSpec,
    to: &Path,
    on_progress: &mut dyn FnMut(f32) -> Result<(), EpisodeError>,
) -> Result<Vec<String>, EpisodeError> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let pieces = Pieces::read(spec, &mut |share| on_progress(0.1 * share))?;
    let sound = sound_of(spec, folder, &mut |share| on_progress(0.1 + 0.7 * share))?;
    pieces.write(spec, &sound, to, &mut |share| on_progress(0.8 + 0.2 * share))?;
    Ok(sound.notes)
}

/// The sound of all parts, mixed and encoded.
pub(super) fn sound_of(
    spec: &EpisodeSpec,
    folder: &Path,
    on_progress: &mut dyn FnMut(f32) -> Result<(), EpisodeError>,
) -> Result<Soundtrack, EpisodeError> {
    let lines: Vec<Line<'_>> = (0..)
        .zip(&spec.parts)
        .map(|(number, part)| Line {
            sound: part.sound.as_deref(),
            effect: part.effect.as_ref().map(|(file, seconds)| (file.as_path(), *seconds)),
            frames: part.frames,
            name: name(number, part),
        })
        .collect();
    let mixing = &mut |share| match on_progress(share) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    };
    soundtrack(&lines, spec.music.as_ref(), folder, mixing).map_err(|error| match error {
        SoundtrackError::Stopped => EpisodeError::Stopped,
        error => EpisodeError::Sound(error),
    })
}

/// The streams of all parts, read once.
pub(super) struct Pieces<'a> {
    pieces: Vec<Piece<'a>>,
    index: Index,
}

impl<'a> Pieces<'a> {
    pub(super) fn read(
        spec: &'a EpisodeSpec,
        on_progress: &mut dyn FnMut(f32) -> Result<(), EpisodeError>,
    ) -> Result<Pieces<'a>, EpisodeError> {
        if spec.parts.is_empty() {
            return Err(EpisodeError::Empty);
        }
        let pieces = pieces(spec);
        let index = Index::read(&pieces, on_progress)?;
        Ok(Pieces { pieces, index })
    }

    pub(super) fn write(
        &self,
        spec: &EpisodeSpec,
        sound: &Soundtrack,
        to: &Path,
        on_progress: &mut dyn FnMut(f32) -> Result<(), EpisodeError>,
    ) -> Result<(), EpisodeError> {
        write(spec, &self.pieces, &self.index, sound, to, on_progress)
    }
}

pub(super) fn go_on(on_progress: &mut dyn FnMut(f32) -> ControlFlow<()>, share: f32) -> Result<(), EpisodeError> {
    if on_progress(share).is_break() { Err(EpisodeError::Stopped) } else { Ok(()) }
}

fn seconds(frames: u32) -> f64 {
    f64::from(frames) / f64::from(FPS)
}

/// How messages name a part.
fn name(index: usize, part: &Part) -> String {
    match &part.speaker {
        Some(speaker) => format!("scene {} ({speaker})", index + 1),
        None => format!("scene {}", index + 1),
    }
}

/// Some pictures of one stream.
struct Piece<'a> {
    path: &'a Path,
    name: String,
    skip: u32,
    take: u32,
    /// The pictures of the whole stream.
    of: u32,
}

/// What is copied, in order: of each clip everything that no cross-fade covers.
fn pieces(spec: &EpisodeSpec) -> Vec<Piece<'_>> {
    let fades: Vec<Option<&PathBuf>> = (0..spec.parts.len())
        .map(|index| match &spec.parts[index] {
            Part { join: Join::Fade(stream), frames, .. } => {
                let is_long_enough = index > 0 && can_fade(*frames) && can_fade(spec.parts[index - 1].frames);
                is_long_enough.then_some(stream)
            }
            Part { join: Join::Cut, .. } => None,
        })
        .collect();
    let mut pieces = Vec::new();
    for (index, part) in spec.parts.iter().enumerate() {
        let name = name(index, part);
        if let Some(path) = fades[index] {
            let name = format!("the cross-fade into {name}");
            pieces.push(Piece { path, name, skip: 0, take: FADE_FRAMES, of: FADE_FRAMES });
        }
        let skip = if fades[index].is_some() { FADE_HALF } else { 0 };
        let tail = if fades.get(index + 1).is_some_and(Option::is_some) { FADE_HALF } else { 0 };
        pieces.push(Piece { path: &part.video, name, skip, take: part.frames - skip - tail, of: part.frames });
    }
    pieces
}

impl Piece<'_> {
    fn unreadable(&self, error: io::Error) -> EpisodeError {
        EpisodeError::Read { name: self.name.clone(), path: self.path.to_owned(), error }
    }

    fn damaged(&self, reason: impl Into<String>) -> EpisodeError {
        EpisodeError::Damaged { name: self.name.clone(), path: self.path.to_owned(), reason: reason.into() }
    }

    /// Hands on the pictures one by one and whether each is a keyframe, and gives back the stream's headers.
    fn each(
        &self,
        mut take: impl FnMut(&[u8], bool) -> Result<(), EpisodeError>,
    ) -> Result<ParameterSets, EpisodeError> {
        let file = File::open(self.path).map_err(|error| self.unreadable(error))?;
        let mut pictures = Pictures::new(file, Framing::Length);
        let mut picture = Vec::new();
        for number in 0..self.skip + self.take {
            let idr = pictures.next(&mut picture).map_err(|error| self.unreadable(error))?;
            let idr = idr.ok_or_else(|| self.damaged(format!("it ends after {number} of {} pictures", self.of)))?;
            if number == self.skip && !idr {
                return Err(self.damaged("it cannot be cut where the cross-fade wants it"));
            }
            if number >= self.skip {
                take(&picture, idr)?;
            }
        }
        let is_whole = self.skip + self.take < self.of;
        if !is_whole && pictures.next(&mut picture).map_err(|error| self.unreadable(error))?.is_some() {
            return Err(self.damaged(format!("it has more than {} pictures", self.of)));
        }
        Ok(pictures.sets().clone())
    }
}

/// What the header must tell about the pictures.
struct Index {
    sizes: Vec<u32>,
    keyframes: Vec<u32>,
    sets: ParameterSets,
}

impl Index {
    fn read(
        pieces: &[Piece<'_>],
        on_progress: &mut dyn FnMut(f32) -> Result<(), EpisodeError>,
    ) -> Result<Index, EpisodeError> {
        let mut index = Index { sizes: Vec::new(), keyframes: Vec::new(), sets: ParameterSets::default() };
        for (number, piece) in pieces.iter().enumerate() {
            let sets = piece.each(|picture, idr| {
                if idr {
                    index.keyframes.push(index.sizes.len() as u32);
                }
                index.sizes.push(picture.len() as u32);
                Ok(())
            })?;
            if number == 0 {
                index.sets = sets;
            } else if index.sets != sets {
                return Err(EpisodeError::OtherEncoder { name: piece.name.clone() });
            }
            on_progress((number + 1) as f32 / pieces.len() as f32)?;
        }
        Ok(index)
    }
}

fn write(
    spec: &EpisodeSpec,
    pieces: &[Piece<'_>],
    index: &Index,
    sound: &Soundtrack,
    to: &Path,
    on_progress: &mut dyn FnMut(f32) -> Result<(), EpisodeError>,
) -> Result<(), EpisodeError> {
    let unwritable = |error| EpisodeError::Write { path: to.to_owned(), error };
    let contents = Contents {
        pictures: &index.sizes,
        keyframes: &index.keyframes,
        sets: &index.sets,
        units: &sound.sizes,
        configuration: &sound.configuration,
        samples: sound.samples,
        title: &spec.title,
        comment: &spec.comment,
    };
    let mut file = BufWriter::with_capacity(1 << 20, File::create(to).map_err(unwritable)?);
    file.write_all(&contents.header()?).map_err(unwritable)?;
    let mut units = Units::new(sound).map_err(unwritable)?;
    let mut seconds = contents.seconds().into_iter();
    let mut second = seconds.next();
    let (mut in_second, mut written) = (0, 0);
    for piece in pieces {
        piece.each(|picture, _| {
            if index.sizes.get(written) != Some(&(picture.len() as u32)) {
                return Err(piece.damaged("it changed while the episode was made"));
            }
            file.write_all(picture).map_err(unwritable)?;
            written += 1;
            in_second += 1;
            if let Some(whole) = second
                && in_second == whole.pictures
            {
                units.copy(whole.units, &mut file).map_err(unwritable)?;
                second = seconds.next();
                in_second = 0;
            }
            Ok(())
        })?;
        on_progress(written as f32 / index.sizes.len() as f32)?;
    }
    let file = file.into_inner().map_err(|error| unwritable(error.into_error()))?;
    file.sync_all().map_err(unwritable)
}

/// The sound's access units in order.
struct Units<'a> {
    reader: BufReader<&'a File>,
    sizes: std::slice::Iter<'a, u32>,
}

impl<'a> Units<'a> {
    fn new(sound: &'a Soundtrack) -> io::Result<Units<'a>> {
        (&sound.units).rewind()?;
        Ok(Units { reader: BufReader::new(&sound.units), sizes: sound.sizes.iter() })
    }

    fn copy(&mut self, count: usize, to: &mut impl Write) -> io::Result<()> {
        let bytes: u64 = self.sizes.by_ref().take(count).map(|&size| u64::from(size)).sum();
        let copied = io::copy(&mut (&mut self.reader).take(bytes), to)?;
        if copied < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

/// The liveliest of some pictures from the middles of scenes; those where somebody speaks come first.
fn thumbnail(parts: &[Part]) -> Result<RgbImage, EpisodeError> {
    const CANDIDATES: usize = 4;
    let spoken: Vec<usize> = (0..parts.len()).filter(|&index| parts[index].speaker.is_some()).collect();
    let candidates = if spoken.is_empty() { (0..parts.len()).collect() } else { spoken };
    let mut best: Option<(f64, Frame)> = None;
    for &index in candidates.iter().take(CANDIDATES) {
        let part = &parts[index];
        // The nearest beginning before the middle: the only picture that is decoded.
        let number = (0..=part.frames / 2).rev().find(|&number| is_keyframe(number, part.frames)).unwrap_or(0);
        let unreadable = |error| EpisodeError::Read { name: name(index, part), path: part.video.clone(), error };
        let open = || File::open(&part.video);
        open().map_err(unreadable)?;
        let frames = decode_from(|| OpenOrEmpty(open().ok()), number..number + 1)?;
        for frame in frames {
            let lively = liveliness(&frame);
            if best.as_ref().is_none_or(|(so_far, _)| lively > *so_far) {
                best = Some((lively, frame));
            }
        }
    }
    best.map(|(_, frame)| still(&frame)).ok_or(EpisodeError::Empty)
}

/// A file, or nothing when it is gone.
struct OpenOrEmpty(Option<File>);

impl Read for OpenOrEmpty {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.as_mut().map_or(Ok(0), |file| file.read(into))
    }
}
