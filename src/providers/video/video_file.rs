//! A person's own video file, read by the ffmpeg of this machine as a separate process: once for its sound, once for its
//! pictures, which come through a pipe as they are needed. Nothing but that one file is opened, and a process that hangs is
//! ended.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::media::sound::Sound;
use crate::media::sound_file;
use crate::media::video::{FPS, Frame, FrameError, Frames, HEIGHT, SAMPLE_RATE, WIDTH, frames_of};

/// Longer videos are cut here, as recordings are.
const MOST_SECONDS: f64 = 20.0 * 60.0;
/// ffmpeg decodes much faster than a video plays; one that takes longer than this for its sound hangs.
const SOUND_TIME: Duration = Duration::from_mins(2);
const FRAME_TIME: Duration = Duration::from_secs(30);
/// Pictures read ahead, 3 MB each.
const AHEAD: usize = 2;

pub struct VideoFile {
    pub frames: VideoFrames,
    pub sound: Option<Sound>,
    pub seconds: f64,
}

/// Reads sound and length, and starts reading pictures. The error is a clause.
pub fn open(
    ffmpeg: &Path,
    file: &Path,
    seconds: Option<f64>,
    cancelled: &dyn Fn() -> bool,
) -> Result<VideoFile, String> {
    let most = seconds.unwrap_or(MOST_SECONDS).min(MOST_SECONDS);
    let sound = read_sound(ffmpeg, file, most, cancelled)?;
    let counted = match seconds {
        Some(seconds) => frames_of(seconds.min(MOST_SECONDS)),
        None => count_frames(ffmpeg, file, most, cancelled)?,
    };
    let frames =
        VideoFrames { ffmpeg: ffmpeg.to_owned(), file: file.to_owned(), count: counted, reader: None, last: None };
    Ok(VideoFile { frames, sound, seconds: f64::from(counted) / f64::from(FPS) })
}

/// The pictures of a video file at our size and pace; the last one stands where the file is shorter.
pub struct VideoFrames {
    ffmpeg: PathBuf,
    file: PathBuf,
    count: u32,
    reader: Option<Reader>,
    /// The newest picture read, and its number.
    last: Option<(u32, Frame)>,
}

impl Frames for VideoFrames {
    fn count(&self) -> u32 {
        self.count
    }

    fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
        if self.last.as_ref().is_some_and(|(newest, _)| *newest > number) || self.reader.is_none() {
            self.reader = Some(Reader::start(&self.ffmpeg, &self.file).map_err(FrameError)?);
            self.last = None;
        }
        while self.last.as_ref().is_none_or(|(newest, _)| *newest < number) {
            let next = self.last.as_ref().map_or(0, |(newest, _)| newest + 1);
            let read = self.reader.as_ref().map_or(Ok(None), Reader::next).map_err(FrameError)?;
            match (read, &mut self.last) {
                (Some(frame), last) => *last = Some((next, frame)),
                (None, Some((newest, _))) => *newest = number,
                (None, None) => return Err(FrameError("the file has no picture in it".to_owned())),
            }
        }
        if let Some((_, frame)) = &self.last {
            into.clone_from(frame);
        }
        Ok(())
    }
}

/// A running ffmpeg that writes pictures into a channel; ended when dropped.
struct Reader {
    child: Child,
    pictures: mpsc::Receiver<Result<Frame, String>>,
}

impl Reader {
    fn start(ffmpeg: &Path, file: &Path) -> Result<Self, String> {
        // Filled, not squeezed: what is wider or taller than the frame is cut.
        let filter = format!(
            "fps={FPS},scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=increase:out_color_matrix=bt709:out_range=tv,\
             crop={WIDTH}:{HEIGHT},setsar=1,format=yuv420p"
        );
        let mut command = command(ffmpeg, file);
        command.args(["-map", "0:v:0", "-vf", &filter, "-f", "rawvideo", "pipe:1"]);
        let mut child = command.spawn().map_err(|error| format!("ffmpeg cannot be started: {error}"))?;
        let output = child.stdout.take().ok_or("ffmpeg has no output")?;
        let (sender, pictures) = mpsc::sync_channel(AHEAD);
        std::thread::spawn(move || read_pictures(output, &sender));
        Ok(Self { child, pictures })
    }

    /// The next picture; `None` at the end of the file.
    fn next(&self) -> Result<Option<Frame>, String> {
        match self.pictures.recv_timeout(FRAME_TIME) {
            Ok(picture) => picture.map(Some),
            Err(mpsc::RecvTimeoutError::Disconnected) => Ok(None),
            Err(mpsc::RecvTimeoutError::Timeout) => Err("ffmpeg stopped answering while it read the file".to_owned()),
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_pictures(mut output: ChildStdout, sender: &mpsc::SyncSender<Result<Frame, String>>) {
    loop {
        let mut frame = Frame::black();
        for (number, plane) in [&mut frame.y, &mut frame.u, &mut frame.v].into_iter().enumerate() {
            if let Err(error) = output.read_exact(plane) {
                if number > 0 {
                    let _ = sender.send(Err(format!("ffmpeg stopped in the middle of a picture: {error}")));
                }
                return;
            }
        }
        if sender.send(Ok(frame)).is_err() {
            return;
        }
    }
}

/// The sound of the file; `None` where it has none.
fn read_sound(ffmpeg: &Path, file: &Path, most: f64, cancelled: &dyn Fn() -> bool) -> Result<Option<Sound>, String> {
    let mut command = command(ffmpeg, file);
    let rate = SAMPLE_RATE.to_string();
    command.args(["-map", "0:a:0?", "-t", &most.to_string(), "-ac", "1", "-ar", &rate, "-f", "wav", "pipe:1"]);
    let wav = output_of(command, cancelled)?;
    // ffmpeg writes nothing, or only a header, where there is no sound.
    Ok(sound_file::decode(&wav).ok())
}

/// How many pictures the file has at our pace, read without decoding any into memory.
fn count_frames(ffmpeg: &Path, file: &Path, most: f64, cancelled: &dyn Fn() -> bool) -> Result<u32, String> {
    let mut command = command(ffmpeg, file);
    let filter = format!("fps={FPS},scale=16:16,format=gray");
    command.args(["-map", "0:v:0", "-t", &most.to_string(), "-vf", &filter, "-f", "rawvideo", "pipe:1"]);
    match output_of(command, cancelled)?.len() / 256 {
        0 => Err("ffmpeg finds no picture in it".to_owned()),
        count => Ok(count as u32),
    }
}

/// ffmpeg over one local file, without its banner, without questions, and without any other protocol.
fn command(ffmpeg: &Path, file: &Path) -> Command {
    let mut input = std::ffi::OsString::from("file:");
    input.push(file);
    let mut command = Command::new(ffmpeg);
    command
        .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-protocol_whitelist", "file,pipe", "-i"])
        .arg(input)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// Everything that a process writes, unless it takes too long or is not wanted any more.
fn output_of(mut command: Command, cancelled: &dyn Fn() -> bool) -> Result<Vec<u8>, String> {
    const LOOK: Duration = Duration::from_millis(50);
    let mut child = command.spawn().map_err(|error| format!("ffmpeg cannot be started: {error}"))?;
    let mut output = child.stdout.take().ok_or("ffmpeg has no output")?;
    let (sender, bytes) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = output.read_to_end(&mut bytes).map(|_| bytes);
        let _ = sender.send(read);
    });
    let started = Instant::now();
    loop {
        match bytes.recv_timeout(LOOK) {
            Ok(read) => {
                let _ = child.wait();
                return read.map_err(|error| format!("ffmpeg's output cannot be read: {error}"));
            }
            Err(mpsc::RecvTimeoutError::Timeout) if !cancelled() && started.elapsed() < SOUND_TIME => {}
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err("ffmpeg took too long to read it".to_owned());
            }
        }
    }
}
