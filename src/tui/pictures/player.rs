//! Finds a program of this machine that plays a sound or shows a video, and keeps hold of the sound that plays. Used by the
//! loop only.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::media::child;

/// Programs that play a sound without a window, each with its arguments; the first that is installed is taken.
const SOUND: &[(&str, &[&str])] = &[
    ("ffplay", &["-nodisp", "-autoexit", "-loglevel", "quiet"]),
    ("mpv", &["--no-video", "--really-quiet"]),
    ("pw-play", &[]),
    ("paplay", &[]),
    ("aplay", &["-q"]),
    ("afplay", &[]),
    ("play", &["-q"]),
];

/// Programs that show a video. The system's own way comes first.
const VIDEO: &[(&str, &[&str])] = if cfg!(target_os = "macos") {
    &[("open", &[])]
} else if cfg!(windows) {
    &[("explorer", &[])]
} else {
    &[
        ("xdg-open", &[]),
        ("mpv", &["--really-quiet"]),
        ("vlc", &["--quiet"]),
        ("ffplay", &["-autoexit", "-loglevel", "quiet"]),
    ]
};

/// The sound that plays, if one does.
#[derive(Default)]
pub struct Player {
    playing: Option<Child>,
}

impl Player {
    /// Starts a sound, or stops the one that plays; whether one plays now. The error is a sentence for the person.
    pub fn toggle(&mut self, sound: &Path) -> Result<bool, String> {
        if self.stop() {
            return Ok(false);
        }
        let (program, arguments) = find(SOUND).ok_or(NO_PLAYER)?;
        self.playing = Some(start(&program, arguments, sound)?);
        Ok(true)
    }

    /// Stops the sound; whether one played.
    pub fn stop(&mut self) -> bool {
        let Some(mut child) = self.playing.take() else { return false };
        let played = matches!(child.try_wait(), Ok(None));
        let _ = child.kill();
        let _ = child.wait();
        played
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Plays a sound to its end.
pub fn play(sound: &Path) -> Result<(), String> {
    let (program, arguments) = find(SOUND).ok_or(NO_PLAYER)?;
    let ended = start(&program, arguments, sound)?.wait();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} could not play it ({status}).", program.display())),
        Err(error) => Err(format!("{} could not play it: {error}.", program.display())),
    }
}

const NO_PLAYER: &str = "No program that plays a sound was found: install ffmpeg (ffplay), mpv or alsa-utils (aplay).";

/// Opens a video in a window of its own, which outlives the studio.
pub fn open_video(video: &Path) -> Result<String, String> {
    if !video.is_file() {
        return Err("The video is not in the output folder yet: it is put there when the run ends.".to_owned());
    }
    let shown = video.display();
    if cfg!(target_os = "linux")
        && !["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(|name| std::env::var_os(name).is_some())
    {
        return Err(format!("There is no screen to show a video on here. It lies in {shown}"));
    }
    let (program, arguments) = find(VIDEO)
        .ok_or_else(|| format!("No program that shows a video was found; install mpv. It lies in {shown}"))?;
    let mut child = start(&program, arguments, video)?;
    // Waited for, so that it does not stay behind as a zombie.
    std::thread::spawn(move || child.wait());
    Ok(format!("Opened {shown}"))
}

fn start(program: &Path, arguments: &[&str], file: &Path) -> Result<Child, String> {
    let mut command = child::command(program);
    command.args(arguments).arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map_err(|error| format!("{} cannot be started: {error}", program.display()))
}

fn find(programs: &'static [(&'static str, &'static [&'static str])]) -> Option<(PathBuf, &'static [&'static str])> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    programs.iter().find_map(|(name, arguments)| Some((installed(&path, name)?, *arguments)))
}

/// The file of a program in a search path.
fn installed(path: &OsStr, name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(path).map(|folder| folder.join(&file)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_that_has_the_program_wins() {
        let (empty, full) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = std::env::join_paths([empty.path(), full.path()]).unwrap();
        assert_eq!(installed(&path, "mpv"), None);
        let program = full.path().join(format!("mpv{}", std::env::consts::EXE_SUFFIX));
        std::fs::write(&program, "").unwrap();
        assert_eq!(installed(&path, "mpv"), Some(program));
    }
}
