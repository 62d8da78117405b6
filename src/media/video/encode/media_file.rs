//! A person's video file as a scene: ffmpeg shows its pictures one by one in the delivery format and writes its sound as a
//! WAV; the chosen encoder makes a clip of them, so that it joins with all others. Called for media scenes, only where an
//! ffmpeg was found.
//!
//! What the file is, its bytes say; a playlist that calls itself a video would let ffmpeg read other files.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ChildStdout;

use super::error::{EncodeError, FfmpegError};
use super::ffmpeg::{Ffmpeg, Running};
use crate::media::video::frame::{FPS, Frame, FrameError, Frames, HEIGHT, SAMPLE_RATE, WIDTH};

/// Why a video file cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum MediaFileError {
    #[error("{} cannot be read ({error}).", path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error("{} is no video that can be used. Use an MP4, MOV, MKV or WebM file.", path.display())]
    NoVideo { path: PathBuf },
    #[error("The sound of {} cannot be used. {error}", path.display())]
    Sound { path: PathBuf, error: FfmpegError },
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// The pictures of a video file, fitted into the frame over a blurred copy of themselves. When it ends early, its last
/// picture stays.
pub struct VideoFile {
    ffmpeg: Ffmpeg,
    source: Source,
    count: u32,
    /// What runs, and the number of the picture it shows next.
    showing: Option<(Running, ChildStdout, u32)>,
    /// The number of the first picture after the end, once it was met.
    end: Option<u32>,
    last: Option<Frame>,
}

/// A file and what its bytes say it is.
#[derive(Debug, Clone)]
struct Source {
    path: PathBuf,
    format: &'static str,
}

impl Source {
    fn open(path: &Path) -> Result<Source, MediaFileError> {
        let mut head = Vec::new();
        let path = std::path::absolute(path).map_err(|error| MediaFileError::Read { path: path.to_owned(), error })?;
        File::open(&path)
            .and_then(|file| file.take(12).read_to_end(&mut head))
            .map_err(|error| MediaFileError::Read { path: path.clone(), error })?;
        let format = match head.as_slice() {
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => "mov",
            [0x1a, 0x45, 0xdf, 0xa3, ..] => "matroska",
            _ => return Err(MediaFileError::NoVideo { path }),
        };
        Ok(Source { path, format })
    }

    /// The arguments that make ffmpeg read this file, from a time on, and nothing else.
    fn arguments(&self, from_s: f64, output: &str) -> Vec<OsString> {
        let before = format!(
            "-hide_banner -nostdin -loglevel error -protocol_whitelist file,pipe -threads 1 -ss {from_s:.6} -f {} -i",
            self.format
        );
        let mut input = OsString::from("file:");
        input.push(&self.path);
        let words = |text: &str| text.split_whitespace().map(OsString::from).collect::<Vec<_>>();
        [words(&before), vec![input], words(output)].concat()
    }
}

impl VideoFile {
    /// The first `count` pictures of a file.
    pub fn open(path: &Path, count: u32, ffmpeg: &Ffmpeg) -> Result<VideoFile, MediaFileError> {
        let source = Source::open(path)?;
        Ok(VideoFile { ffmpeg: ffmpeg.clone(), source, count, showing: None, end: None, last: None })
    }

    fn show_from(&self, number: u32) -> Result<(Running, ChildStdout, u32), FfmpegError> {
        let from_s = f64::from(number) / f64::from(FPS);
        let fill =
            format!("scale={w}:{h}:force_original_aspect_ratio=increase,crop={w}:{h}", w = WIDTH / 8, h = HEIGHT / 8);
        let fit = format!("scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=decrease:force_divisible_by=2");
        let graph = format!(
            "-filter_complex [0:v:0]fps={FPS},split[a][b];[a]{fill},boxblur=8,scale={WIDTH}:{HEIGHT}[c];\
             [b]{fit}[d];[c][d]overlay=(W-w)/2:(H-h)/2,setsar=1,\
             scale=out_color_matrix=bt709:out_range=tv,format=yuv420p[v] -map [v] -an -f rawvideo pipe:1"
        );
        let mut running = self.ffmpeg.run(&self.source.arguments(from_s, &graph))?;
        drop(running.stdin.take());
        let stdout = running.stdout.take().ok_or_else(|| FfmpegError::Broken { reason: "it has no output".into() })?;
        Ok((running, stdout, number))
    }
}

impl Frames for VideoFile {
    fn count(&self) -> u32 {
        self.count
    }

    fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
        let said = |error: FfmpegError| FrameError(error.to_string());
        if self.end.is_none_or(|end| number < end) {
            let (mut running, mut stdout, mut next) = match self.showing.take() {
                Some(showing) if showing.2 <= number => showing,
                _ => self.show_from(number).map_err(said)?,
            };
            while next <= number {
                // A watch that is gone has ended ffmpeg; the read tells.
                let _ = running.beat.try_send(());
                let planes = [&mut into.y, &mut into.u, &mut into.v];
                let read = planes.into_iter().try_for_each(|plane| stdout.read_exact(plane));
                if read.is_err() {
                    drop(stdout);
                    running.finish().map_err(said)?;
                    self.end = Some(next);
                    break;
                }
                next += 1;
                if next > number {
                    self.last = Some(into.clone());
                    self.showing = Some((running, stdout, next));
                    return Ok(());
                }
            }
        }
        match &self.last {
            Some(last) => into.clone_from(last),
            None => return Err(FrameError(format!("{} has no pictures.", self.source.path.display()))),
        }
        Ok(())
    }
}

/// How many pictures a video file has at our pace, at most `most`.
pub fn frames_in(path: &Path, most: u32, ffmpeg: &Ffmpeg) -> Result<u32, MediaFileError> {
    const SIDE: usize = 16;
    let source = Source::open(path)?;
    let failed = |error| MediaFileError::Encode(EncodeError::Ffmpeg(error));
    let output =
        format!("-map 0:v:0 -an -frames:v {most} -vf fps={FPS},scale={SIDE}:{SIDE},format=gray -f rawvideo pipe:1");
    let mut running = ffmpeg.run(&source.arguments(0.0, &output)).map_err(failed)?;
    drop(running.stdin.take());
    let mut count = 0;
    if let Some(mut stdout) = running.stdout.take() {
        let mut picture = [0; SIDE * SIDE];
        while stdout.read_exact(&mut picture).is_ok() {
            let _ = running.beat.try_send(());
            count += 1;
        }
    }
    running.finish().map_err(failed)?;
    if count == 0 { Err(MediaFileError::NoVideo { path: path.to_owned() }) } else { Ok(count) }
}

/// The sound of the first pictures of a video file as a WAV of one channel, when it has any.
pub fn sound_in(path: &Path, frames: u32, ffmpeg: &Ffmpeg) -> Result<Option<Vec<u8>>, MediaFileError> {
    let source = Source::open(path)?;
    let failed = |error| MediaFileError::Sound { path: path.to_owned(), error };
    let seconds = f64::from(frames) / f64::from(FPS);
    let output = format!("-map 0:a:0 -t {seconds:.6} -ac 1 -ar {SAMPLE_RATE} -c:a pcm_s16le -f s16le pipe:1");
    let mut running = ffmpeg.run(&source.arguments(0.0, &output)).map_err(failed)?;
    drop(running.stdin.take());
    let mut bytes = Vec::new();
    if let Some(stdout) = running.stdout.take() {
        let most = u64::from(frames + 1) * u64::from(crate::media::video::frame::SAMPLES_PER_FRAME) * 2;
        stdout
            .take(most)
            .read_to_end(&mut bytes)
            .map_err(|error| MediaFileError::Read { path: path.to_owned(), error })?;
    }
    match running.finish() {
        Ok(()) => {}
        // ffmpeg's own words for "there is no such stream".
        Err(FfmpegError::Failed { said }) if said.contains("matches no streams") => return Ok(None),
        Err(error) => return Err(failed(error)),
    }
    let samples: Vec<f32> =
        bytes.chunks_exact(2).map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0).collect();
    let sound = crate::media::sound::Sound { rate: SAMPLE_RATE, samples };
    Ok(Some(sound).filter(|sound| !sound.samples.is_empty()).map(|sound| crate::media::sound_file::encode_wav(&sound)))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::media::sound_file::decode;
    use crate::media::video::encode::decode::decode_frames;
    use crate::media::video::encode::encoder::{Encoder, encode};

    /// A second and a half of a test picture of another shape and rate, with or without a tone; `None` without ffmpeg.
    fn source(folder: &Path, with_sound: bool) -> Option<(PathBuf, Ffmpeg)> {
        let Ok(ffmpeg) = Ffmpeg::find() else {
            println!("ffmpeg with libx264 is not installed: not tried");
            return None;
        };
        let path = folder.join("source.mp4");
        let text = "-v error -f lavfi -i testsrc=size=320x180:rate=25:duration=1.5 -f lavfi -i sine=440:duration=1.5 \
                    -map 0:v -c:v libx264 -preset ultrafast -c:a aac -shortest";
        let mut arguments: Vec<OsString> = text.split_whitespace().map(OsString::from).collect();
        if with_sound {
            arguments.extend(["-map", "1:a"].map(OsString::from));
        }
        arguments.push(path.clone().into());
        let mut running = ffmpeg.run(&arguments).unwrap();
        running.finish().unwrap();
        Some((path, ffmpeg))
    }

    #[test]
    fn a_video_file_becomes_a_clip_and_a_sound_of_the_asked_length() {
        let folder = tempfile::tempdir().unwrap();
        let Some((path, ffmpeg)) = source(folder.path(), true) else { return };
        let go_on = &mut |_| ControlFlow::Continue(());
        let mut pictures = VideoFile::open(&path, 48, &ffmpeg).unwrap();
        let stream = encode(&mut pictures, &Encoder::Embedded, go_on).unwrap();
        let sound = sound_in(&path, 48, &ffmpeg).unwrap();
        // The source ends after 45 pictures: the last one stays.
        let frames = decode_frames(&stream, 46..48).unwrap();
        assert!(frames[0].y.iter().any(|&value| value > 150));
        let sound = decode(&sound.unwrap()).unwrap();
        assert!((sound.seconds() - 1.5).abs() < 0.05, "{}", sound.seconds());
        assert!((sound.fundamental_hz().unwrap() - 440.0).abs() < 4.0);
    }

    #[test]
    fn a_video_file_without_sound_is_silent() {
        let folder = tempfile::tempdir().unwrap();
        let Some((path, ffmpeg)) = source(folder.path(), false) else { return };
        assert_eq!(sound_in(&path, 10, &ffmpeg).unwrap(), None);
    }

    #[test]
    fn a_playlist_that_calls_itself_a_video_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("video.mp4");
        std::fs::write(&path, "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n").unwrap();
        assert!(matches!(Source::open(&path), Err(MediaFileError::NoVideo { .. })));
        assert!(matches!(Source::open(&folder.path().join("gone.mp4")), Err(MediaFileError::Read { .. })));
    }
}
