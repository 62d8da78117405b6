//! A media scene's own file becomes what its clip shows and what is heard with it. What the file is, its bytes say, never
//! its name.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::domain::Display;
use crate::media::animation::animation;
use crate::media::container::{self, Use};
use crate::media::sound::Sound;
use crate::media::sound_file::{self, is_sound_alone};
use crate::media::video::{
    Animated, Encoder, FPS, Facts, Ffmpeg, FfmpegError, Shown, VideoFile, facts_of, frames_in, frames_of, own_picture,
    recording, sound_in,
};
use crate::plan::AssetHash;
use crate::providers::own::{self, check_unchanged, read_unchanged, source_of, unusable};
use crate::providers::provider::{JobContext, NotMade};

/// Bytes that show what a file is.
const LONGEST_START: u64 = 512;
/// How long a picture stands, in seconds, where the campaign does not say.
const PICTURE_SECONDS: f64 = 3.0;
/// The longest video that is shown, in seconds.
const LONGEST_SECONDS: f64 = sound_file::MAX_MINUTES as f64 * 60.0;
/// How long the card stands that says that a video cannot be shown.
const CARD_SECONDS: f64 = 2.5;

/// A media scene, ready to be drawn.
pub struct Material {
    pub shown: Shown,
    pub sound: Option<Arc<Sound>>,
    /// Its own length in seconds.
    pub seconds: f64,
    /// What the user should know.
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
    let kind = container::kind(&start);
    match kind.map(container::Kind::used_as) {
        Some(Use::Picture) => still_or_moving(path, &read_unchanged(own, file, source)?, seconds),
        Some(Use::Sound) => sound_alone(path, &read_unchanged(own, file, source)?, seconds),
        Some(Use::Video) => {
            // ffmpeg reads it by its name; it may be larger than memory.
            let read = file.try_clone().map_err(|error| unusable(path, error, "Put the file back and try again."))?;
            check_unchanged(own, file, source)?;
            let rewound = std::io::Seek::rewind(&mut &read).is_ok();
            if kind == Some(container::Kind::Mp4) && rewound && is_sound_alone(read) {
                let file = own::open(own)?;
                return sound_alone(path, &read_unchanged(own, file, source)?, seconds);
            }
            video(path, seconds, encoder)
        }
        None => {
            let what = format!("it is {}", container::describe(&start));
            Err(unusable(
                path,
                what,
                "Give a picture (JPEG, PNG), a sound (M4A, MP3, WAV) or a video (MP4, MOV, WebM).",
            ))
        }
    }
}

/// Whether the file is a picture, which is shown for as long as the campaign asks.
#[cfg(feature = "farm")]
pub fn is_picture(context: &JobContext) -> bool {
    let mut start = Vec::new();
    let opened = source_of(context).and_then(own::open);
    let looked = opened.is_ok_and(|file| file.take(LONGEST_START).read_to_end(&mut start).is_ok());
    looked && container::kind(&start).map(container::Kind::used_as) == Some(Use::Picture)
}

/// A picture, or one that moves: it is repeated for as long as the scene lasts.
fn still_or_moving(path: &Path, bytes: &[u8], seconds: Option<f64>) -> Result<Material, NotMade> {
    let refused = |error: &dyn std::fmt::Display| unusable(path, error, "Give a PNG, JPEG, WebP or GIF picture.");
    if let Some(moving) = animation(bytes).map_err(|error| refused(&error))? {
        let whole_turns = (PICTURE_SECONDS / moving.seconds()).ceil().max(1.0) * moving.seconds();
        let seconds = seconds.unwrap_or(whole_turns).min(LONGEST_SECONDS);
        let shown = Shown::Video(Box::new(Animated::new(moving, frames_of(seconds))));
        return Ok(Material { shown, sound: None, seconds, note: None });
    }
    let picture = own_picture(bytes).map_err(|error| refused(&error))?;
    let shown = Shown::Picture(picture);
    Ok(Material { shown, sound: None, seconds: seconds.unwrap_or(PICTURE_SECONDS), note: None })
}

/// A sound, shown as its waveform.
fn sound_alone(path: &Path, bytes: &[u8], seconds: Option<f64>) -> Result<Material, NotMade> {
    let mut sound = recording(bytes)
        .map_err(|error| unusable(path, error, "Give an M4A, MP3 or WAV recording of up to 20 minutes."))?;
    let seconds = seconds.unwrap_or_else(|| sound.seconds());
    let samples = (seconds * f64::from(sound.rate)).round() as usize;
    sound.samples.truncate(samples);
    Ok(Material { shown: Shown::Waveform, sound: Some(Arc::new(sound)), seconds, note: None })
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
    let ffmpeg = &found.map_err(|error| unusable(path, error, "Fix or update ffmpeg, then try again."))?;
    let facts = facts_of(path, ffmpeg).map_err(|error| unusable(path, error, SAVE_AS_MP4))?;
    if let Facts { pictures: None, sound: Some(_), .. } = facts {
        let bytes = std::fs::read(path).map_err(|error| unusable(path, error, "Put the file back and try again."))?;
        return sound_alone(path, &bytes, seconds);
    }
    let most = frames_of(LONGEST_SECONDS);
    let count = match seconds {
        Some(seconds) => frames_of(seconds).min(most),
        None => frames_in(path, most, ffmpeg).map_err(|error| unusable(path, error, SAVE_AS_MP4))?,
    };
    let pictures = VideoFile::open(path, count, ffmpeg).map_err(|error| unusable(path, error, SAVE_AS_MP4))?;
    let sound = match sound_in(path, count, ffmpeg).map_err(|error| unusable(path, error, SAVE_AS_MP4))? {
        Some(wav) => Some(Arc::new(sound_file::decode(&wav).map_err(|error| unusable(path, error, SAVE_AS_MP4))?)),
        None => None,
    };
    let seconds = f64::from(count) / f64::from(FPS);
    let name = path.file_name().unwrap_or_default().to_string_lossy().display().to_string();
    let note = pictures.note().map(|note| format!("{name}: {note}"));
    Ok(Material { shown: Shown::Video(Box::new(pictures)), sound, seconds, note })
}

const SAVE_AS_MP4: &str = "Save it as an MP4 with H.264, and try again.";
