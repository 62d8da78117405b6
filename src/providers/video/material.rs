//! A media scene's own file becomes what its clip shows and what is heard with it. What the file is, its bytes say, never
//! its name.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::domain::Display;
use crate::media::container::{self, Kind};
use crate::media::sound::Sound;
use crate::media::video::{Encoder, FPS, Ffmpeg, FfmpegError, Shown, VideoFile, frames_in, frames_of, sound_in};
use crate::media::{picture, sound_file};
use crate::plan::AssetHash;
use crate::providers::own::{self, check_unchanged, read_unchanged, source_of, unusable};
use crate::providers::provider::{JobContext, NotMade};

/// Bytes that show what a file is.
const LONGEST_START: u64 = 512;
/// How long a picture stands, in seconds, where the campaign does not say.
const PICTURE_SECONDS: f64 = 3.0;
/// How long the card stands that says that a video cannot be shown.
const CARD_SECONDS: f64 = 2.5;

/// A media scene, ready to be drawn.
pub struct Material {
    pub shown: Shown,
    pub sound: Option<Arc<Sound>>,
    /// Its own length in seconds.
    pub seconds: f64,
    /// What the person should know.
    pub note: Option<String>,
}

/// Opens the file. `seconds` is the length that the campaign asks for.
pub fn open(
    source: AssetHash,
    seconds: Option<f64>,
    encoder: &Encoder,
    context: &JobContext,
) -> Result<Material, NotMade> {
    let own = source_of(context)?;
    let path = &own.path;
    let mut file = own::open(own)?;
    let mut start = Vec::new();
    let looked = (&mut file).take(LONGEST_START).read_to_end(&mut start);
    looked.map_err(|error| unusable(path, error, "Put the file back and try again."))?;
    match container::kind(&start) {
        Some(Kind::Png | Kind::Jpeg | Kind::WebP) => {
            let bytes = read_unchanged(own, file, source)?;
            let picture =
                picture::decode(&bytes).map_err(|error| unusable(path, error, "Give a PNG, JPEG or WebP picture."))?;
            let shown = Shown::Picture(picture);
            Ok(Material { shown, sound: None, seconds: seconds.unwrap_or(PICTURE_SECONDS), note: None })
        }
        Some(Kind::Wav | Kind::Mp3) => {
            let bytes = read_unchanged(own, file, source)?;
            let mut sound = sound_file::decode(&bytes)
                .map_err(|error| unusable(path, error, "Give a WAV or MP3 recording of up to 20 minutes."))?;
            let seconds = seconds.unwrap_or_else(|| sound.seconds());
            let samples = (seconds * f64::from(sound.rate)).round() as usize;
            sound.samples.truncate(samples);
            let sound = Some(Arc::new(sound));
            Ok(Material { shown: Shown::Waveform, sound, seconds, note: None })
        }
        None if looks_like_video(&start) => {
            // ffmpeg reads it by its name; it may be larger than memory.
            check_unchanged(own, file, source)?;
            video(path, seconds, encoder)
        }
        None => {
            let what = format!("it is {}", container::describe(&start));
            Err(unusable(
                path,
                what,
                "Give a picture (PNG, JPEG, WebP), a sound (WAV, MP3) or a video (MP4, MOV, WebM).",
            ))
        }
    }
}

/// MP4 and MOV begin with a `ftyp` box, WebM and Matroska with an EBML header.
fn looks_like_video(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp") || bytes.starts_with(&[0x1a, 0x45, 0xdf, 0xa3])
}

/// A video file is read by ffmpeg, whichever encoder is used; without it, a card says so and the episode goes on.
fn video(path: &Path, seconds: Option<f64>, encoder: &Encoder) -> Result<Material, NotMade> {
    let found = match encoder {
        Encoder::Ffmpeg(ffmpeg) => Ok(ffmpeg.clone()),
        Encoder::Embedded => Ffmpeg::find_reader(),
    };
    if found == Err(FfmpegError::NotFound) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().display().to_string();
        let lines = vec![name.clone(), "Only ffmpeg can show it.".to_owned()];
        let note = format!(
            "{name} is a video file, which only ffmpeg can read, and it is not installed: a card stands in its place"
        );
        let shown = Shown::Missing { title: "A video belongs here".to_owned(), lines };
        let seconds = seconds.unwrap_or(CARD_SECONDS);
        return Ok(Material { shown, sound: None, seconds, note: Some(note) });
    }
    let ffmpeg = &found.map_err(|error| unusable(path, error, "Mend or update ffmpeg, then try again."))?;
    let most = frames_of(f64::from(sound_file::MAX_MINUTES) * 60.0);
    let count = match seconds {
        Some(seconds) => frames_of(seconds).min(most),
        None => frames_in(path, most, ffmpeg).map_err(|error| unusable(path, error, SAVE_ANEW))?,
    };
    let pictures = VideoFile::open(path, count, ffmpeg).map_err(|error| unusable(path, error, SAVE_ANEW))?;
    let sound = match sound_in(path, count, ffmpeg).map_err(|error| unusable(path, error, SAVE_ANEW))? {
        Some(wav) => Some(Arc::new(sound_file::decode(&wav).map_err(|error| unusable(path, error, SAVE_ANEW))?)),
        None => None,
    };
    let seconds = f64::from(count) / f64::from(FPS);
    Ok(Material { shown: Shown::Video(Box::new(pictures)), sound, seconds, note: None })
}

const SAVE_ANEW: &str = "Save it anew as an MP4 with H.264, and try again.";
