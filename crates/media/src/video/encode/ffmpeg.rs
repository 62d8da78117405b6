//! The ffmpeg of this machine, as a separate process: finding it, encoding with its libx264, and watching over it. Called
//! by `encode` and `media_file`. What a person's file is, and how it is shown, they know.
//!
//! Arguments go as an array, never through a shell; pictures go through pipes. An ffmpeg that makes no progress for a
//! minute is ended.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::error::{EncodeError, FfmpegError, OLDEST};
use super::keyframes::is_keyframe;
use crate::child;
use crate::video::frame::{FPS, Frame, Frames, HEIGHT, WIDTH};

const PATIENCE: Duration = Duration::from_mins(1);
const PATIENCE_AT_START: Duration = Duration::from_secs(10);

/// Of what ffmpeg says about a failure, so much is kept.
const LONGEST_COMPLAINT: u64 = 32 << 10;

/// An ffmpeg that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ffmpeg {
    path: PathBuf,
    version: String,
    patience: Duration,
}

impl Ffmpeg {
    /// The first ffmpeg on the PATH, tried out: one that reads files and encodes.
    pub fn find() -> Result<Ffmpeg, FfmpegError> {
        Ffmpeg::find_in(&search_path())
    }

    /// The first ffmpeg on the PATH, tried out: one that reads files.
    pub fn find_reader() -> Result<Ffmpeg, FfmpegError> {
        Ffmpeg::at(first_in(&search_path()).ok_or(FfmpegError::NotFound)?, PATIENCE_AT_START)
    }

    /// Whether there is an ffmpeg on the PATH, good or bad. Starts no process.
    pub fn is_installed() -> bool {
        first_in(&search_path()).is_some()
    }

    fn find_in(path: &OsStr) -> Result<Ffmpeg, FfmpegError> {
        let found = first_in(path).ok_or(FfmpegError::NotFound)?;
        Ffmpeg::at(found, PATIENCE_AT_START)?.with_x264(PATIENCE_AT_START)
    }

    /// The ffmpeg of this file, tried out with so much patience.
    fn at(path: PathBuf, patience: Duration) -> Result<Ffmpeg, FfmpegError> {
        let about = ask(&path, &["-hide_banner", "-version"], patience)?;
        let version = about
            .strip_prefix("ffmpeg version ")
            .and_then(|rest| rest.split_whitespace().next())
            .ok_or_else(|| FfmpegError::Broken { reason: "it does not tell its version".into() })?
            .to_owned();
        // Versions built from a repository ("N-112…") have no number and are new.
        let major =
            version.trim_start_matches('n').split(['.', '-']).next().and_then(|major| major.parse::<u32>().ok());
        if major.is_some_and(|major| major < OLDEST) {
            return Err(FfmpegError::TooOld { version });
        }
        Ok(Ffmpeg { path, version, patience: PATIENCE })
    }

    fn with_x264(self, patience: Duration) -> Result<Ffmpeg, FfmpegError> {
        if !ask(&self.path, &["-hide_banner", "-encoders"], patience)?.contains("libx264 ") {
            return Err(FfmpegError::NoX264 { version: self.version });
        }
        Ok(self)
    }

    /// Whether it has all of these filters.
    pub(in crate::video) fn has_filters(&self, names: &[&str]) -> bool {
        let listed = ask(&self.path, &["-hide_banner", "-filters"], PATIENCE_AT_START).unwrap_or_default();
        names.iter().all(|name| listed.lines().any(|line| line.split_whitespace().nth(1) == Some(name)))
    }

    /// What it says about a file that it is given without anything to make of it.
    pub(in crate::video) fn look(&self, arguments: &[OsString]) -> Result<String, FfmpegError> {
        let mut running = self.run(arguments)?;
        // That there is nothing to make is an error to ffmpeg; what it said counts.
        running.said()
    }

    /// As ffmpeg tells it: `7.1.1`, or `N-112…` of one built from its repository.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Encodes as [`super::encoder::encode_to`] promises.
    pub(in crate::video) fn encode(
        &self,
        frames: &mut dyn Frames,
        to: &mut (dyn Write + Send),
        on_progress: &mut dyn FnMut(u32) -> ControlFlow<()>,
    ) -> Result<(), EncodeError> {
        let mut running = self.run(&encoding_arguments(frames.count()))?;
        let (stdin, mut stdout) = (running.stdin.take(), running.stdout.take());
        let beat = running.beat.clone();
        let (drawn, copied) = std::thread::scope(|scope| {
            let copier = scope.spawn(move || match &mut stdout {
                Some(stdout) => io::copy(stdout, to).map(|_| ()),
                None => Ok(()),
            });
            let drawn = match stdin {
                Some(stdin) => draw_into(stdin, &beat, frames, on_progress),
                None => Ok(()),
            };
            if matches!(&drawn, Err(error) if !matches!(error, EncodeError::Write(_))) {
                running.end();
            }
            (drawn, copier.join().unwrap_or_else(|_| Err(io::Error::other("the copying of the clip failed"))))
        });
        match drawn {
            // A broken pipe is ffmpeg's end: what it said is the reason.
            Ok(()) | Err(EncodeError::Write(_)) => running.finish()?,
            Err(error) => return Err(error),
        }
        drawn?;
        Ok(copied?)
    }

    /// Starts ffmpeg with pipes on all sides.
    pub(in crate::video) fn run(&self, arguments: &[OsString]) -> Result<Running, FfmpegError> {
        Running::start(&self.path, arguments, self.patience)
    }
}

/// Draws every picture and writes it to ffmpeg.
fn draw_into(
    mut stdin: ChildStdin,
    beat: &SyncSender<()>,
    frames: &mut dyn Frames,
    on_progress: &mut dyn FnMut(u32) -> ControlFlow<()>,
) -> Result<(), EncodeError> {
    let mut frame = Frame::black();
    for number in 0..frames.count() {
        frames.draw(number, &mut frame)?;
        // A receiver that is gone has ended ffmpeg; the write tells.
        let _ = beat.try_send(());
        for plane in [&frame.y, &frame.u, &frame.v] {
            stdin.write_all(plane)?;
        }
        if on_progress(number + 1).is_break() {
            return Err(EncodeError::Stopped);
        }
    }
    Ok(())
}

fn search_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

fn first_in(path: &OsStr) -> Option<PathBuf> {
    let name = format!("ffmpeg{}", std::env::consts::EXE_SUFFIX);
    let folders = std::env::split_paths(path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(&name)).find(|file| file.is_file())
}

/// Runs a short question and gives back what was answered.
fn ask(path: &Path, arguments: &[&str], patience: Duration) -> Result<String, FfmpegError> {
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let mut running = Running::start(path, &arguments, patience)?;
    drop(running.stdin.take());
    let mut answer = Vec::new();
    if let Some(stdout) = running.stdout.take() {
        stdout
            .take(1 << 20)
            .read_to_end(&mut answer)
            .map_err(|error| FfmpegError::Broken { reason: error.to_string() })?;
    }
    running.finish().map_err(|error| match error {
        FfmpegError::Failed { said } => FfmpegError::Broken { reason: said },
        other => other,
    })?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// One thread, no pictures that wait for later ones (so a clip can be cut anywhere and needs no shifted times), headers
/// that do not depend on the pictures, and keyframes where [`is_keyframe`] wants them.
fn encoding_arguments(count: u32) -> Vec<OsString> {
    let keyframes: Vec<String> =
        (0..count).filter(|&number| is_keyframe(number, count)).map(|number| format!("eq(n,{number})")).collect();
    // An expression may not be longer than some thousand characters; the rule of a long clip is short.
    let keyframes = if keyframes.len() > 12 {
        let half = super::keyframes::FADE_HALF;
        format!("eq(n,0)+eq(n,{})+gte(n,{half})*lt(n,{0})*not(mod(n-{half},{FPS}))", count - half)
    } else {
        keyframes.join("+")
    };
    let size = format!("{WIDTH}x{HEIGHT}");
    let rate = FPS.to_string();
    let text = format!(
        "-hide_banner -loglevel error -f rawvideo -pix_fmt yuv420p -color_range tv -s {size} -framerate {rate} -i pipe:0 \
         -an -c:v libx264 -preset veryfast -crf 22 -profile:v high -level 4.0 -pix_fmt yuv420p -bf 0 -g {rate} \
         -keyint_min 1 -sc_threshold 0 -forced-idr 1 -force_key_frames expr:{keyframes} -threads 1 \
         -x264-params stitchable=1:open-gop=0 -color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709 \
         -aspect 9:16 -f h264 pipe:1"
    );
    text.split(' ').filter(|argument| !argument.is_empty()).map(OsString::from).collect()
}

/// A running ffmpeg, ended at the latest when this is dropped.
pub(in crate::video) struct Running {
    pub(in crate::video) stdin: Option<ChildStdin>,
    pub(in crate::video) stdout: Option<ChildStdout>,
    /// Takes a sign of life; without one for too long the watch ends the process.
    pub(in crate::video) beat: SyncSender<()>,
    child: Arc<Mutex<Child>>,
    hung: Arc<AtomicBool>,
    complaint: Option<JoinHandle<String>>,
    patience: Duration,
}

impl Running {
    fn start(path: &Path, arguments: &[OsString], patience: Duration) -> Result<Running, FfmpegError> {
        let broken = |error: io::Error| FfmpegError::Broken { reason: error.to_string() };
        let mut command = child::command(path);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(broken)?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let complaint = stderr.map(|mut stderr| {
            std::thread::spawn(move || {
                let mut said = Vec::new();
                // What cannot be read of a complaint is not worth another one; the rest is drained so that ffmpeg goes on.
                let _ = (&mut stderr).take(LONGEST_COMPLAINT).read_to_end(&mut said);
                let _ = io::copy(&mut stderr, &mut io::sink());
                String::from_utf8_lossy(&said).into_owned()
            })
        });
        let child = Arc::new(Mutex::new(child));
        let hung = Arc::new(AtomicBool::new(false));
        let (beat, beats) = mpsc::sync_channel(1);
        let (watched, told) = (Arc::clone(&child), Arc::clone(&hung));
        std::thread::spawn(move || {
            loop {
                match beats.recv_timeout(patience) {
                    Ok(()) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                    Err(RecvTimeoutError::Timeout) => {
                        told.store(true, Ordering::Release);
                        end(&watched);
                        return;
                    }
                }
            }
        });
        Ok(Running { stdin, stdout, beat, child, hung, complaint, patience })
    }

    /// Waits for the end, good or bad, and gives back what was said.
    fn said(&mut self) -> Result<String, FfmpegError> {
        drop((self.stdin.take(), self.stdout.take()));
        let said = self.complaint.take().and_then(|complaint| complaint.join().ok()).unwrap_or_default();
        let status = self.child.lock().unwrap_or_else(PoisonError::into_inner).wait();
        status.map(|_| said).map_err(|error| FfmpegError::Broken { reason: error.to_string() })
    }

    /// Waits for the end and tells how it was. Both pipes must have been closed or read to their end.
    pub(in crate::video) fn finish(&mut self) -> Result<(), FfmpegError> {
        drop((self.stdin.take(), self.stdout.take()));
        // The complaint ends when ffmpeg does; only then the child is held, so that the watch can end it until then.
        let said = self.complaint.take().and_then(|complaint| complaint.join().ok()).unwrap_or_default();
        let status = self.child.lock().unwrap_or_else(PoisonError::into_inner).wait();
        if self.hung.load(Ordering::Acquire) {
            return Err(FfmpegError::Hangs { seconds: self.patience.as_secs() });
        }
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => {
                let said = of_the_file(&said);
                let said = if said.is_empty() { format!("it ended with {status}") } else { said };
                Err(FfmpegError::Failed { said })
            }
            Err(error) => Err(FfmpegError::Broken { reason: error.to_string() }),
        }
    }

    /// Ends the process now.
    pub(in crate::video) fn end(&mut self) {
        drop((self.stdin.take(), self.stdout.take()));
        end(&self.child);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
        // Reaps it: a process that was ended is not left as a zombie.
        let _ = self.child.lock().unwrap_or_else(PoisonError::into_inner).wait();
    }
}

/// The last two lines that speak of the file: what failed, and often what to do about it. Lines about the filters that this
/// program wrote tell nobody anything, nor do the addresses in front.
fn of_the_file(said: &str) -> String {
    let is_ours = |line: &&str| ["Parsed_", "filter", "Filter"].iter().any(|word| line.contains(word));
    let without_address = |line: &'_ str| match line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((address, rest)) if address.contains(" @ 0x") => rest.to_owned(),
        _ => line.to_owned(),
    };
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    // The caller names the file; here it may be a copy with a name of its own.
    let without_file = |line: String| match line.strip_prefix("file:").and_then(|rest| rest.rsplit_once(": ")) {
        Some((_, said)) => said.to_owned(),
        None => line,
    };
    let lines: Vec<String> = lines.filter(|line| !is_ours(line)).map(without_address).map(without_file).collect();
    lines[lines.len().saturating_sub(2)..].join("; ")
}

/// One that has already ended is fine too.
fn end(child: &Mutex<Child>) {
    let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::video::encode::encoder::Encoder;
    use crate::video::testing::Bars;

    const FINE: &str = "case \"$2\" in -version) echo 'ffmpeg version 6.1 Copyright';; \
                        -encoders) echo ' V..... libx264 H.264';; ";

    /// A folder with a shell script called ffmpeg.
    fn fake(script: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ffmpeg");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        (folder, path)
    }

    fn found(script: &str) -> Result<Ffmpeg, FfmpegError> {
        let (folder, _) = fake(script);
        Ffmpeg::find_in(folder.path().as_os_str())
    }

    fn encode(ffmpeg: Ffmpeg) -> Result<Vec<u8>, EncodeError> {
        let go_on = &mut |_| ControlFlow::Continue(());
        crate::video::encode::encoder::encode(&mut Bars(3), &Encoder::Ffmpeg(ffmpeg), go_on)
    }

    #[test]
    fn what_ffmpeg_says_of_its_filters_is_not_passed_on() {
        let said = "[mov,mp4 @ 0x55d] moov atom not found\n[Parsed_scale_1 @ 0x7f] bad size\nfile:/tmp/x.mp4: Invalid data\n\
                    Error reinitializing filters!";
        assert_eq!(of_the_file(said), "moov atom not found; Invalid data");
    }

    #[test]
    fn a_missing_old_crippled_or_broken_ffmpeg_is_told_apart() {
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(Ffmpeg::find_in(empty.path().as_os_str()), Err(FfmpegError::NotFound));
        assert_eq!(
            found("echo 'ffmpeg version 3.4.2-1ubuntu Copyright'"),
            Err(FfmpegError::TooOld { version: "3.4.2-1ubuntu".into() })
        );
        assert_eq!(found("echo 'ffmpeg version n7.0 Copyright'"), Err(FfmpegError::NoX264 { version: "n7.0".into() }));
        let broken = found("echo 'no such library: libx.so' >&2; exit 127").unwrap_err();
        assert_eq!(broken, FfmpegError::Broken { reason: "no such library: libx.so".into() });
        assert!(matches!(found("echo hello"), Err(FfmpegError::Broken { .. })));
    }

    #[test]
    fn an_ffmpeg_that_hangs_is_ended() {
        let (_folder, path) = fake("exec sleep 600");
        let hangs = Ffmpeg::at(path, Duration::from_millis(50)).unwrap_err();
        assert_eq!(hangs, FfmpegError::Hangs { seconds: 0 });
        let (_folder, path) = fake(&format!("{FINE} *) exec sleep 600;; esac"));
        let ffmpeg = Ffmpeg { patience: Duration::from_millis(50), ..Ffmpeg::at(path, PATIENCE_AT_START).unwrap() };
        assert!(matches!(encode(ffmpeg), Err(EncodeError::Ffmpeg(FfmpegError::Hangs { .. }))));
    }

    #[test]
    fn what_a_failing_ffmpeg_said_is_the_error() {
        let (_folder, path) = fake(&format!("{FINE} *) echo 'Unknown encoder' >&2; exit 1;; esac"));
        let failed = encode(Ffmpeg::at(path, PATIENCE_AT_START).unwrap()).unwrap_err();
        assert_eq!(failed.to_string(), "ffmpeg failed: Unknown encoder");
    }

    #[test]
    fn a_stop_ends_ffmpeg() {
        let (_folder, path) = fake(&format!("{FINE} *) exec cat >/dev/null;; esac"));
        let ffmpeg = Ffmpeg::at(path, PATIENCE_AT_START).unwrap();
        let stop = &mut |_| ControlFlow::Break(());
        let stopped = crate::video::encode::encoder::encode(&mut Bars(3), &Encoder::Ffmpeg(ffmpeg), stop);
        assert!(matches!(stopped, Err(EncodeError::Stopped)));
    }

    #[test]
    fn keyframes_of_a_long_clip_are_a_short_rule() {
        let long = encoding_arguments(36_000).into_iter().map(|argument| argument.into_string().unwrap());
        assert!(long.map(|argument| argument.len()).max().unwrap() < 120);
    }
}
