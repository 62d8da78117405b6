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
use super::facts::{Facts, facts};
use super::ffmpeg::{Ffmpeg, Running};
use crate::container::{self, Use};
use crate::video::frame::{FPS, Frame, FrameError, Frames, HEIGHT, SAMPLE_RATE, WIDTH};

/// Why a video file cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum MediaFileError {
    /// The file could not be opened or its first bytes not read.
    #[error("{} cannot be read ({error}).", path.display())]
    Read {
        /// The person's file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Its bytes are of no video container, or ffmpeg finds no picture in it.
    #[error("{} is no video that can be used. Use an MP4, MOV, MKV or WebM file, or save it as an MP4 with H.264.", path.display())]
    NoVideo {
        /// The person's file.
        path: PathBuf,
    },
    /// The pictures can be used, the sound track cannot.
    #[error("The sound of {} cannot be used. {error}", path.display())]
    Sound {
        /// The person's file.
        path: PathBuf,
        /// What ffmpeg failed with.
        error: FfmpegError,
    },
    /// ffmpeg stopped showing the pictures, or the clip of them could not be made.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// The pictures of a video file, fitted into the frame over a blurred copy of themselves. When it ends early, its last
/// picture stays.
pub struct VideoFile {
    ffmpeg: Ffmpeg,
    source: Source,
    facts: Facts,
    /// Whether this ffmpeg can bring HLG and PQ to the colours of all other clips.
    maps_tones: bool,
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
            .and_then(|file| file.take(512).read_to_end(&mut head))
            .map_err(|error| MediaFileError::Read { path: path.clone(), error })?;
        let format = match container::kind(&head) {
            Some(kind) if kind.used_as() == Use::Video => kind.demuxer(),
            _ => return Err(MediaFileError::NoVideo { path }),
        };
        Ok(Source { path, format })
    }

    /// The arguments that make ffmpeg read this file, from a time on, and nothing else.
    fn arguments(&self, from_s: f64, output: &str) -> Vec<OsString> {
        self.arguments_with(&format!("-loglevel error -ss {from_s:.6}"), output)
    }

    fn arguments_with(&self, options: &str, output: &str) -> Vec<OsString> {
        let before =
            format!("-hide_banner -nostdin -protocol_whitelist file,pipe -threads 1 {options} -f {} -i", self.format);
        let mut input = OsString::from("file:");
        input.push(&self.path);
        let words = |text: &str| text.split_whitespace().map(OsString::from).collect::<Vec<_>>();
        [words(&before), vec![input], words(output)].concat()
    }
}

/// What is in a video file.
pub fn facts_of(path: &Path, ffmpeg: &Ffmpeg) -> Result<Facts, MediaFileError> {
    let source = Source::open(path)?;
    let said = ffmpeg.look(&source.arguments_with("-loglevel info", ""));
    said.map(|said| facts(&said)).map_err(|error| MediaFileError::Encode(EncodeError::Ffmpeg(error)))
}

/// HLG and PQ to BT.709: 203 candela a square metre, the white of paper in ITU-R BT.2408, become white, and what is brighter
/// is bent in softly below it.
const TONES: &str = "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,\
                     tonemap=mobius:param=0.75:desat=0,zscale=t=bt709:m=bt709:r=tv,";

impl VideoFile {
    /// The first `count` pictures of a file.
    pub fn open(path: &Path, count: u32, ffmpeg: &Ffmpeg) -> Result<VideoFile, MediaFileError> {
        let source = Source::open(path)?;
        let facts = facts_of(path, ffmpeg)?;
        let maps_tones = facts.is_hdr && ffmpeg.has_filters(&["zscale", "tonemap"]);
        let ffmpeg = ffmpeg.clone();
        Ok(VideoFile { ffmpeg, source, facts, maps_tones, count, showing: None, end: None, last: None })
    }

    /// What a person should know about how it is shown.
    pub fn note(&self) -> Option<String> {
        let pale = self.facts.is_hdr && !self.maps_tones;
        pale.then(|| {
            "It is HDR video (HLG or PQ), and this ffmpeg has no zscale filter: its colours will be pale. \
             Install a full ffmpeg, or save it as SDR"
                .to_owned()
        })
    }

    fn show_from(&self, number: u32) -> Result<(Running, ChildStdout, u32), FfmpegError> {
        let from_s = f64::from(number) / f64::from(FPS);
        // Where the picture is transparent, white shows through, as in pictures that stand still.
        let behind = if self.facts.has_alpha {
            format!("scale={WIDTH}:{HEIGHT},format=yuv420p,drawbox=color=white:t=fill")
        } else {
            let (w, h) = (WIDTH / 8, HEIGHT / 8);
            format!("scale={w}:{h}:force_original_aspect_ratio=increase,crop={w}:{h},boxblur=8,scale={WIDTH}:{HEIGHT}")
        };
        // Pixels that are no squares become squares before anything is measured.
        let fit = format!(
            "scale=trunc(iw*sar/2)*2:ih,setsar=1,\
             scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=decrease:force_divisible_by=2"
        );
        let tones = if self.maps_tones { TONES } else { "" };
        let format = if self.facts.has_alpha { "yuva420p" } else { "yuv420p" };
        let graph = format!(
            "-filter_complex [0:v:0]fps={FPS}:start_time=0,{fit},{tones}format={format},split[a][b];[a]{behind}[c];\
             [c][b]overlay=(W-w)/2:(H-h)/2,setsar=1,\
             scale=out_color_matrix=bt709:out_range=tv,format=yuv420p[v] -map [v] -an -f rawvideo pipe:1"
        );
        let decoder = match (&self.facts.pictures, self.facts.has_alpha) {
            // ffmpeg's own decoders of these leave the transparency out.
            (Some(codec), true) if codec == "vp8" => "-c:v libvpx",
            (Some(codec), true) if codec == "vp9" => "-c:v libvpx-vp9",
            _ => "",
        };
        // Frames of a phone may last for seconds: the one shown at this time can have begun long before it. So nothing
        // is left out before the filter has chosen.
        let options = format!("-loglevel error {decoder} -noaccurate_seek -ss {from_s:.6}");
        let mut running = self.ffmpeg.run(&self.source.arguments_with(&options, &graph))?;
        drop(running.stdin.take());
        let stdout = running.stdout.take().ok_or_else(|| FfmpegError::Broken { reason: "it has no output".into() })?;
        Ok((running, stdout, number))
    }
}

impl VideoFile {
    /// Reads on until this picture is the last one that was read, or the file ends. What is not yet being shown, or is
    /// past it, is begun at the picture `from`.
    fn read_to(&mut self, number: u32, from: u32) -> Result<(), FfmpegError> {
        let (mut running, mut stdout, mut next) = match self.showing.take() {
            Some(showing) if showing.2 <= number => showing,
            _ => self.show_from(from)?,
        };
        let mut picture = Frame::black();
        while next <= number {
            // A watch that is gone has ended ffmpeg; the read tells.
            let _ = running.beat.try_send(());
            let planes = [&mut picture.y, &mut picture.u, &mut picture.v];
            if planes.into_iter().try_for_each(|plane| stdout.read_exact(plane)).is_err() {
                drop(stdout);
                running.finish()?;
                self.end = Some(next);
                return Ok(());
            }
            std::mem::swap(self.last.get_or_insert_with(Frame::black), &mut picture);
            next += 1;
        }
        self.showing = Some((running, stdout, next));
        Ok(())
    }
}

impl Frames for VideoFile {
    fn count(&self) -> u32 {
        self.count
    }

    fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
        let said = |error: FfmpegError| FrameError(error.to_string());
        if self.end.is_none_or(|end| number < end) {
            self.read_to(number, number).map_err(said)?;
            if self.last.is_none() && number > 0 {
                // It ended before: its last picture is met only on the way there.
                self.read_to(number, 0).map_err(said)?;
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
    let output = format!(
        "-map 0:v:0 -an -frames:v {most} -vf fps={FPS}:start_time=0,scale={SIDE}:{SIDE},format=gray -f rawvideo pipe:1"
    );
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
    // Sound that begins after the pictures does so here too.
    let output = format!(
        "-map 0:a:0 -t {seconds:.6} -af aresample=async=1:first_pts=0 -ac 1 -ar {SAMPLE_RATE} -c:a pcm_s16le -f s16le pipe:1"
    );
    let mut running = ffmpeg.run(&source.arguments(0.0, &output)).map_err(failed)?;
    drop(running.stdin.take());
    let mut bytes = Vec::new();
    if let Some(stdout) = running.stdout.take() {
        let most = u64::from(frames + 1) * u64::from(crate::video::frame::SAMPLES_PER_FRAME) * 2;
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
    let sound = crate::sound::Sound { rate: SAMPLE_RATE, samples };
    Ok(Some(sound).filter(|sound| !sound.samples.is_empty()).map(|sound| crate::sound_file::encode_wav(&sound)))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::sound_file::decode;
    use crate::video::encode::decode::decode_frames;
    use crate::video::encode::encoder::{Encoder, encode};

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

    fn real(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/real-files/media").join(name)
    }

    /// The picture of a file at a time, where there is an ffmpeg.
    fn picture_of(path: &Path, number: u32) -> Option<Frame> {
        let Ok(ffmpeg) = Ffmpeg::find_reader() else {
            println!("ffmpeg is not installed: not tried");
            return None;
        };
        let mut frame = Frame::black();
        VideoFile::open(path, number + 1, &ffmpeg).unwrap().draw(number, &mut frame).unwrap();
        Some(frame)
    }

    fn mean_error(one: &[u8], other: &[u8]) -> f64 {
        one.iter().zip(other).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / one.len() as f64
    }

    #[test]
    fn a_phones_hdr_video_has_the_colours_of_the_same_picture_in_sdr() {
        let Some(bright) = picture_of(&real("iphone_hlg.mov"), 10) else { return };
        let plain = picture_of(&real("same_picture_sdr.mp4"), 10).unwrap();
        for (one, other) in [(&bright.y, &plain.y), (&bright.u, &plain.u), (&bright.v, &plain.v)] {
            let error = mean_error(one, other);
            assert!(error < 6.0, "{error}");
        }
    }

    #[test]
    fn sound_that_begins_late_stays_late() {
        let Ok(ffmpeg) = Ffmpeg::find_reader() else { return println!("ffmpeg is not installed: not tried") };
        let path = real("sound_starts_at_half_second.mp4");
        let frames = frames_in(&path, 1_000, &ffmpeg).unwrap();
        let sound = decode(&sound_in(&path, frames, &ffmpeg).unwrap().unwrap()).unwrap();
        let first = sound.samples.iter().position(|sample| sample.abs() > 0.02).unwrap();
        let second = first as f64 / f64::from(sound.rate);
        assert!((second - 0.5).abs() < 0.05, "{second}");
    }

    /// A short video that ffmpeg makes of one colour.
    fn made(folder: &Path, name: &str, arguments: &str) -> Option<PathBuf> {
        let Ok(ffmpeg) = Ffmpeg::find() else {
            println!("ffmpeg with libx264 is not installed: not tried");
            return None;
        };
        let path = folder.join(name);
        let mut words: Vec<OsString> = arguments.split_whitespace().map(OsString::from).collect();
        words.push(path.clone().into());
        ffmpeg.run(&words).unwrap().finish().unwrap();
        Some(path)
    }

    #[test]
    fn pixels_that_are_no_squares_are_shown_as_they_are_meant() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = "-v error -f lavfi -i color=black:size=90x160:rate=30:duration=0.2 \
                         -vf drawbox=x=25:y=60:w=40:h=40:color=white:t=fill,setsar=64/27 -c:v libx264 -preset ultrafast";
        let Some(path) = made(folder.path(), "wide.mp4", arguments) else { return };
        let frame = picture_of(&path, 0).unwrap();
        let (width, height) = (WIDTH as usize, HEIGHT as usize);
        let high = (0..height).filter(|&y| frame.y[y * width + width / 2] > 200).count();
        let wide = (0..width).filter(|&x| frame.y[height / 2 * width + x] > 200).count();
        let aspect = wide as f64 / high as f64;
        assert!((aspect - 64.0 / 27.0).abs() < 0.1, "{wide}×{high}");
    }

    #[test]
    fn a_transparent_video_stands_on_white() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = "-v error -f lavfi -i color=black@0.0:size=64x64:rate=30:duration=0.2,format=yuva444p10le \
                         -c:v prores_ks -profile:v 4444";
        let Some(path) = made(folder.path(), "clear.mov", arguments) else { return };
        let frame = picture_of(&path, 0).unwrap();
        assert!(frame.y.iter().all(|&value| value > 225), "{frame:?}");
    }

    /// The numbers of the source frames that are kept, at 30 a second: a phone that films in the dark, or a recorded screen
    /// on which nothing moves.
    const UNEVEN: [u32; 7] = [0, 8, 17, 50, 72, 80, 110];

    /// The number of the source frame that is seen in the middle of a picture.
    fn seen_in(frame: &Frame) -> u32 {
        let middle = frame.y[HEIGHT as usize / 2 * WIDTH as usize + WIDTH as usize / 2];
        let brightness = |number: u32| (16 + number * 3 / 2).abs_diff(u32::from(middle));
        UNEVEN.into_iter().min_by_key(|&number| brightness(number)).unwrap()
    }

    #[test]
    fn a_video_of_uneven_frame_times_shows_each_frame_when_its_time_has_come_wherever_one_begins_to_look() {
        let folder = tempfile::tempdir().unwrap();
        let kept: Vec<String> = UNEVEN.iter().map(|number| format!("eq(n\\,{number})")).collect();
        // Expressions of the filters have no spaces; brightness says which frame it is.
        let arguments = format!(
            "-v error -f lavfi -i color=black:size=90x160:rate=30:duration=4,format=yuv420p,geq=lum=16+1.5*N:cb=128:cr=128,\
             select={} -fps_mode vfr -c:v libx264 -preset ultrafast -crf 10 -bf 0",
            kept.join("+")
        );
        let Some(path) = made(folder.path(), "uneven.mp4", &arguments) else { return };
        let ffmpeg = Ffmpeg::find_reader().unwrap();
        assert_eq!(frames_in(&path, 1_000, &ffmpeg).unwrap(), 111);
        let expected = |at: u32| *UNEVEN.iter().rev().find(|&&number| number <= at).unwrap();
        let mut frame = Frame::black();
        let mut in_order = VideoFile::open(&path, 130, &ffmpeg).unwrap();
        for at in 0..115 {
            in_order.draw(at, &mut frame).unwrap();
            assert_eq!(seen_in(&frame), expected(at), "picture {at}");
        }
        for at in [2, 30, 49, 50, 71, 100, 109, 110, 111, 125] {
            VideoFile::open(&path, 130, &ffmpeg).unwrap().draw(at, &mut frame).unwrap();
            assert_eq!(seen_in(&frame), expected(at), "picture {at}, looked at alone");
        }
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
