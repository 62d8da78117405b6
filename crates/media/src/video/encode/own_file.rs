//! A person's own recordings and pictures, whatever can read them: this program where it can, else the ffmpeg of this
//! machine, which turns them into a WAV or a PNG first. What the file is, its bytes say.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use image::RgbImage;
use tempfile::NamedTempFile;

use super::error::FfmpegError;
use super::ffmpeg::Ffmpeg;
use crate::container::{self, Kind};
use crate::picture::{self, PictureError};
use crate::sound::Sound;
use crate::sound_file::{self, MAX_MINUTES, SoundError};
use crate::video::frame::SAMPLE_RATE;

/// Why a person's own file cannot be used: a sentence with what to do.
#[derive(Debug, thiserror::Error)]
pub enum OwnFileError {
    /// This program reads such recordings and not this one, or it takes an ffmpeg and there is none.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// This program reads such pictures, and not this one.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The format is not built in, and no ffmpeg was found.
    #[error("It is {found}, which only ffmpeg can read. Install ffmpeg, or save it as JPEG.")]
    PictureNeedsFfmpeg {
        /// What it is, with its article.
        found: &'static str,
    },
    /// ffmpeg gave no picture for it: it is old, or the file is damaged.
    #[error("It is {found}, and the ffmpeg of this machine cannot read it. Save it as JPEG.")]
    UnreadablePicture {
        /// What it is, with its article.
        found: &'static str,
    },
    /// ffmpeg began and did not come to the end of the recording.
    #[error("It is {found}, and ffmpeg could not read all of it ({error}). Save it as M4A, MP3 or WAV.")]
    UnreadableSound {
        /// What it is, with its article.
        found: &'static str,
        /// What ffmpeg failed with.
        error: FfmpegError,
    },
    /// What ffmpeg is given or gives goes through a file, which could not be written or read.
    #[error("A temporary file could not be used ({0}). Make room on the disk.")]
    Temporary(#[from] io::Error),
}

/// Decodes a recording in full and mixes its channels to one.
pub fn recording(bytes: &[u8]) -> Result<Sound, OwnFileError> {
    match sound_file::decode_own(bytes) {
        Err(SoundError::NeedsFfmpeg { found }) => {
            let file = written(bytes)?;
            let wav = as_wav(file.path(), found, MAX_MINUTES)?;
            let mut bytes = Vec::new();
            File::open(wav.path())?.read_to_end(&mut bytes)?;
            Ok(sound_file::decode_own(&bytes)?)
        }
        decoded => Ok(decoded?),
    }
}

/// Decodes a picture in full, upright, on the background where it is transparent.
pub fn own_picture(bytes: &[u8]) -> Result<RgbImage, OwnFileError> {
    match container::kind(bytes) {
        Some(kind @ (Kind::Heic | Kind::Avif)) => by_ffmpeg(bytes, kind),
        _ => Ok(picture::decode_own(bytes)?),
    }
}

/// A recording that only ffmpeg reads as a WAV of one channel, which is gone when the answer is dropped.
pub(in crate::video) fn as_wav(path: &Path, found: &'static str, minutes: u32) -> Result<NamedTempFile, OwnFileError> {
    let ffmpeg = reader().ok_or(SoundError::NeedsFfmpeg { found })?;
    let unreadable = |error| OwnFileError::UnreadableSound { found, error };
    let wav = temporary()?;
    // One second more than is read, so that a recording that is too long is told and not cut.
    let seconds = minutes * 60 + 1;
    let output = format!("-map 0:a:0 -t {seconds} -ac 1 -ar {SAMPLE_RATE} -c:a pcm_s16le -f wav");
    convert(&ffmpeg, path, "-xerror", &output, wav.path()).map_err(unreadable)?;
    Ok(wav)
}

fn by_ffmpeg(bytes: &[u8], kind: Kind) -> Result<RgbImage, OwnFileError> {
    let found = container::describe(bytes);
    debug_assert_eq!(kind.demuxer(), "mov");
    let ffmpeg = reader().ok_or(OwnFileError::PictureNeedsFfmpeg { found })?;
    let (file, png) = (written(bytes)?, temporary()?);
    let output = "-map 0:v:0 -frames:v 1 -c:v png -f image2pipe";
    let unreadable = || OwnFileError::UnreadablePicture { found };
    convert(&ffmpeg, file.path(), "-xerror", output, png.path()).map_err(|_| unreadable())?;
    let mut converted = Vec::new();
    File::open(png.path())?.read_to_end(&mut converted)?;
    let shown = picture::decode_own(&converted).map_err(|_| unreadable())?;
    // Phones store a picture as tiles; an ffmpeg that does not know that shows the first one.
    let is_whole = largest_size(bytes).is_none_or(|(width, height)| {
        let (wide, high) = shown.dimensions();
        (wide.max(high), wide.min(high)) == (width.max(height), width.min(height))
    });
    if is_whole { Ok(shown) } else { Err(unreadable()) }
}

/// The largest size that a HEIC or AVIF says of one of its pictures: that of the whole one.
fn largest_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = &bytes[..bytes.len().min(256 * 1024)];
    let side = |at: usize| head.get(at..at + 4)?.first_chunk().map(|side| u32::from_be_bytes(*side));
    let sizes = memchr::memmem::find_iter(head, b"ispe").filter_map(|at| Some((side(at + 8)?, side(at + 12)?)));
    sizes.max_by_key(|&(width, height)| u64::from(width) * u64::from(height))
}

fn convert(ffmpeg: &Ffmpeg, from: &Path, input: &str, output: &str, to: &Path) -> Result<(), FfmpegError> {
    let mut head = Vec::new();
    let opened = File::open(from).and_then(|file| file.take(512).read_to_end(&mut head));
    opened.map_err(|error| FfmpegError::Broken { reason: error.to_string() })?;
    let demuxer = container::kind(&head).map_or("wav", Kind::demuxer);
    let before = format!(
        "-hide_banner -nostdin -loglevel error -y -protocol_whitelist file,pipe -threads 1 {input} -f {demuxer} -i"
    );
    let words = |text: &str| text.split_whitespace().map(OsString::from).collect::<Vec<_>>();
    let file = |path: &Path| {
        let mut name = OsString::from("file:");
        name.push(path);
        vec![name]
    };
    let from = std::path::absolute(from).unwrap_or_else(|_| from.to_owned());
    let mut running = ffmpeg.run(&[words(&before), file(&from), words(output), file(to)].concat())?;
    running.finish()
}

fn reader() -> Option<Ffmpeg> {
    Ffmpeg::find_reader().ok()
}

fn temporary() -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix("babblecast-").tempfile()
}

fn written(bytes: &[u8]) -> io::Result<NamedTempFile> {
    let file = temporary()?;
    std::fs::write(file.path(), bytes)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(name: &str) -> Vec<u8> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/real-files/media");
        std::fs::read(folder.join(name)).unwrap()
    }

    #[test]
    fn a_messengers_note_is_read_by_ffmpeg_or_named_with_what_to_do() {
        match recording(&real("voice_note.ogg")) {
            Ok(sound) => {
                assert!((sound.seconds() - 2.0).abs() < 0.05, "{}", sound.seconds());
                assert!(sound.rms() > 0.01);
            }
            Err(error) => {
                println!("ffmpeg is not installed: only the sentence is tried");
                let said = error.to_string();
                assert!(said.contains("Opus") && said.contains("Install ffmpeg"), "{said}");
            }
        }
    }

    #[test]
    fn a_heic_is_read_whole_or_should_be_saved_as_jpeg() {
        match own_picture(&real("iphone.heic")) {
            Ok(picture) => assert!(picture.width() > 1),
            Err(error) => assert!(
                error.to_string().ends_with("save it as JPEG.") || error.to_string().ends_with("Save it as JPEG."),
                "{error}"
            ),
        }
    }

    #[test]
    fn a_photo_with_something_behind_its_end_is_shown() {
        let picture = own_picture(&real("samsung_trailer.jpg")).unwrap();
        assert_eq!(picture.dimensions(), (240, 320));
        assert!(picture::decode(&real("samsung_trailer.jpg")).is_err(), "from a provider it is refused");
    }

    #[test]
    fn a_picture_larger_than_video_can_use_is_scaled() {
        let wide = picture::encode_png(&RgbImage::new(9_000, 90));
        assert_eq!(own_picture(&wide).unwrap().dimensions(), (8_192, 82));
    }
}
