//! Plays a sound or opens a video with a program of this machine. Which one works is found by trying: one that ends at
//! once with an error gives way to the next, and what it said is told. Used by the loop only; a thread waits for each
//! program, so that nothing stays behind as a zombie.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::domain::Display;
use crate::engine::Level;
use crate::media::sound::Sound;
use crate::media::{child, sound_file};

/// Programs that play a sound without a window, each with its arguments.
const SOUND: &[(&str, &[&str])] = &[
    ("ffplay", &["-nodisp", "-autoexit", "-loglevel", "error"]),
    ("mpv", &["--no-video", "--msg-level=all=error"]),
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

/// A program that fails within this time has not played anything.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Between two looks at a program that runs.
const LOOK: Duration = Duration::from_millis(25);

/// What became of a program.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// The sound with this number is over.
    Ended { sound: u64, outcome: Outcome },
    /// A video was opened, or could not be.
    Video(Level, String),
}

/// How a sound ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was played to its end, or stopped.
    Played,
    /// So it was, by the program that came after some that failed, each with what it said.
    PassedOver(String),
    /// Nothing here plays it, and why.
    Failed(String),
}

/// A program with its arguments.
type Program = Vec<OsString>;

/// The program that played last: it is tried first, so that no other one fails before each sound.
type Known = Arc<Mutex<Option<Program>>>;

/// The sound that plays, if one does.
pub struct Player {
    /// The user's own program, tried first.
    own: Option<Program>,
    news: mpsc::UnboundedSender<News>,
    known: Known,
    /// Sounds begun so far: the number of the newest.
    sounds: u64,
    playing: Option<Turn>,
}

/// One sound on its way through the programs.
#[derive(Clone, Default)]
struct Turn {
    state: Arc<Mutex<Playing>>,
}

#[derive(Default)]
struct Playing {
    child: Option<Child>,
    is_stopped: bool,
}

impl Player {
    pub fn new(own: Option<Vec<String>>, news: mpsc::UnboundedSender<News>) -> Self {
        let own = own.map(|words| words.into_iter().map(OsString::from).collect());
        Self { own, news, known: Known::default(), sounds: 0, playing: None }
    }

    /// Starts a sound, or stops the one that plays; whether one plays now. The error is a sentence for the user.
    pub fn toggle(&mut self, sound: &Path) -> Result<bool, String> {
        if self.stop() {
            return Ok(false);
        }
        self.play(sound, Duration::ZERO).map(|()| true)
    }

    /// Plays a sound from a moment of it on, instead of what plays. The error is a sentence for the user.
    pub fn play(&mut self, sound: &Path, from: Duration) -> Result<(), String> {
        self.stop();
        let programs = first(locked(&self.known).as_ref(), programs(self.own.as_ref(), SOUND));
        if programs.is_empty() {
            return Err(NO_PLAYER.to_owned());
        }
        self.sounds += 1;
        let (turn, number, known) = (Turn::default(), self.sounds, self.known.clone());
        let (news, sound) = (self.news.clone(), sound.to_owned());
        self.playing = Some(turn.clone());
        std::thread::spawn(move || {
            let outcome = turn.play_from(&programs, &sound, from, &known);
            // The studio may have closed meanwhile.
            let _ = news.send(News::Ended { sound: number, outcome });
        });
        Ok(())
    }

    /// Takes in that a sound is over; whether it was the one that plays.
    pub fn ended(&mut self, sound: u64) -> bool {
        let is_newest = sound == self.sounds && self.playing.is_some();
        if is_newest {
            self.playing = None;
        }
        is_newest
    }

    /// Stops the sound; whether one played.
    pub fn stop(&mut self) -> bool {
        let Some(turn) = self.playing.take() else { return false };
        let mut state = turn.lock();
        state.is_stopped = true;
        if let Some(child) = &mut state.child {
            let _ = child.kill();
            let _ = child.wait();
        }
        true
    }

    /// Opens a video in a window of its own, which outlives the studio. What comes of it is told as news.
    pub fn open_video(&self, video: &Path) -> Result<(), String> {
        if !video.is_file() {
            return Err("The video is not in the output folder yet: it is put there when the run ends.".to_owned());
        }
        let shown = video.display().to_string();
        let has_screen = ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(|name| std::env::var_os(name).is_some());
        if cfg!(target_os = "linux") && !has_screen && self.own.is_none() {
            return Err(format!("There is no screen to show a video on here. It lies in {shown}"));
        }
        let programs = programs(self.own.as_ref(), VIDEO);
        if programs.is_empty() {
            return Err(format!("No program that shows a video was found; install mpv. It lies in {shown}"));
        }
        let (news, video) = (self.news.clone(), video.to_owned());
        std::thread::spawn(move || open(&programs, &video, &news));
        Ok(())
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Plays a sound to its end.
pub fn play(sound: &Path) -> Result<(), String> {
    let programs = programs(None, SOUND);
    if programs.is_empty() {
        return Err(NO_PLAYER.to_owned());
    }
    match Turn::default().play_from(&programs, sound, Duration::ZERO, &Known::default()) {
        Outcome::Played | Outcome::PassedOver(_) => Ok(()),
        Outcome::Failed(why) => Err(why),
    }
}

const NO_PLAYER: &str = "No program that plays a sound was found: install mpv, ffmpeg (ffplay) or alsa-utils (aplay).";

impl Turn {
    fn lock(&self) -> MutexGuard<'_, Playing> {
        locked(&self.state)
    }

    /// The same for a sound that is heard from a moment on, or that not every program can read.
    fn play_from(&self, programs: &[Program], sound: &Path, from: Duration, known: &Known) -> Outcome {
        let cut = if from.is_zero() && wav_length(sound).is_some() { None } else { cut(sound, from) };
        let file = cut.as_ref().map_or(sound, |cut| cut.path());
        self.play(programs, file, known)
    }

    /// Tries one program after the other until one has played.
    fn play(&self, programs: &[Program], sound: &Path, known: &Known) -> Outcome {
        let (mut failures, length) = (Vec::new(), wav_length(sound));
        for program in programs {
            let began = Instant::now();
            let mut said = tempfile::tempfile().ok();
            {
                let mut state = self.lock();
                if state.is_stopped {
                    return Outcome::Played;
                }
                match start(program, sound, said.as_ref()) {
                    Ok(child) => state.child = Some(child),
                    Err(why) => {
                        failures.push(why);
                        continue;
                    }
                }
            }
            let Some(status) = self.wait() else { return Outcome::Played };
            // Some end without an error though they found no device.
            let is_at_once = length.is_some_and(|length| began.elapsed() < AT_ONCE.min(length / 2));
            if status.success() && !is_at_once || began.elapsed() >= AT_ONCE {
                let is_new = locked(known).replace(program.clone()).as_ref() != Some(program);
                let failed = failures.join("; ");
                return if is_new && !failures.is_empty() {
                    Outcome::PassedOver(format!("{failed}. {} plays instead.", name(program)))
                } else {
                    Outcome::Played
                };
            }
            let why = said.as_mut().and_then(last_line).map_or_else(String::new, |line| format!(" ({line})"));
            let how = if status.success() { "at once".to_owned() } else { format!("with {status}") };
            failures.push(format!("{} ended {how}{why}", name(program)));
        }
        let how = "Set player in the config to a program that plays sounds.";
        Outcome::Failed(format!("No sound can be played here: {}. {how}", failures.join("; ")))
    }

    /// How the program ended; `None` when it was stopped.
    fn wait(&self) -> Option<ExitStatus> {
        loop {
            let mut state = self.lock();
            if state.is_stopped {
                return None;
            }
            // A program that cannot be asked is as good as gone.
            if let Some(status) = state.child.as_mut()?.try_wait().ok()? {
                state.child = None;
                return Some(status);
            }
            drop(state);
            std::thread::sleep(LOOK);
        }
    }
}

/// Tries one program after the other until one shows the video.
fn open(programs: &[Program], video: &Path, news: &mpsc::UnboundedSender<News>) {
    let mut failures = Vec::new();
    let shown = video.display();
    for program in programs {
        let mut child = match start(program, video, None) {
            Ok(child) => child,
            Err(why) => {
                failures.push(why);
                continue;
            }
        };
        let began = Instant::now();
        let ended = loop {
            match child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if began.elapsed() < AT_ONCE => std::thread::sleep(LOOK),
                Ok(None) | Err(_) => break None,
            }
        };
        match ended {
            Some(status) if !status.success() => failures.push(format!("{} ended with {status}", name(program))),
            ended => {
                let _ = news.send(News::Video(Level::Info, format!("{} shows {shown}", name(program))));
                if ended.is_none() {
                    let _ = child.wait();
                }
                return;
            }
        }
    }
    let text = format!("The video lies in {shown}, and nothing here shows it: {}.", failures.join("; "));
    let _ = news.send(News::Video(Level::Warning, text));
}

/// Starts a program on a file. What it says goes into `said`: a file, since one that nobody reads never stops it.
fn start(program: &[OsString], file: &Path, said: Option<&File>) -> Result<Child, String> {
    let Some((first, arguments)) = program.split_first() else { return Err("no program is named".to_owned()) };
    let mut command = child::command(first);
    let says = || said.and_then(|said| said.try_clone().ok()).map_or_else(Stdio::null, Stdio::from);
    command.args(arguments).arg(file).stdin(Stdio::null()).stdout(says()).stderr(says());
    command.spawn().map_err(|error| format!("{} cannot be started: {error}", name(program)))
}

/// The last thing that a program said, as much of it as fits into a line.
fn last_line(said: &mut File) -> Option<String> {
    const LONGEST: u64 = 2_000;
    let length = said.seek(SeekFrom::End(0)).ok()?;
    said.seek(SeekFrom::Start(length.saturating_sub(LONGEST))).ok()?;
    let mut bytes = Vec::new();
    said.take(LONGEST).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    Some(line.chars().take(120).collect::<String>().display().to_string())
}

/// The length of a WAV, about; `None` for anything else, which the simplest of programs plays as noise.
fn wav_length(sound: &Path) -> Option<Duration> {
    let mut file = File::open(sound).ok()?;
    let mut head = [0; 44];
    file.read_exact(&mut head).ok()?;
    if !head.starts_with(b"RIFF") || &head[8..16] != b"WAVEfmt " {
        return None;
    }
    let bytes_a_second = u32::from_le_bytes([head[28], head[29], head[30], head[31]]);
    let samples = file.metadata().ok()?.len().saturating_sub(head.len() as u64);
    Some(Duration::from_secs_f64(samples as f64 / f64::from(bytes_a_second.max(1))))
}

/// The rest of a sound as a WAV, which is gone with what is returned; `None` for a sound that cannot be read.
fn cut(sound: &Path, from: Duration) -> Option<tempfile::NamedTempFile> {
    let Sound { rate, mut samples } = sound_file::decode(&std::fs::read(sound).ok()?).ok()?;
    let before = (from.as_secs_f64() * f64::from(rate)) as usize;
    samples.drain(..before.min(samples.len()));
    let file = tempfile::Builder::new().suffix(".wav").tempfile().ok()?;
    std::fs::write(file.path(), sound_file::encode_wav(&Sound { rate, samples })).ok()?;
    Some(file)
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The program's own name, without its folder.
fn name(program: &[OsString]) -> String {
    let file = program.first().map(Path::new).and_then(Path::file_name).unwrap_or_default();
    file.to_string_lossy().into_owned()
}

/// The user's own program, then those of the list that are installed.
fn programs(own: Option<&Program>, known: &[(&str, &[&str])]) -> Vec<Program> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = known.iter().filter_map(|(name, arguments)| {
        let program = installed(&path, name)?.into_os_string();
        Some(std::iter::once(program).chain(arguments.iter().map(OsString::from)).collect())
    });
    own.cloned().into_iter().chain(installed).collect()
}

/// The one that played last before the others, unless it was removed meanwhile.
fn first(known: Option<&Program>, mut programs: Vec<Program>) -> Vec<Program> {
    programs.sort_by_key(|program| Some(program) != known);
    programs
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

    #[cfg(unix)]
    fn shell(script: &str) -> Program {
        ["sh", "-c", script].into_iter().map(OsString::from).collect()
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_fails_gives_way_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let played = folder.path().join("played");
        let works = shell(&format!("touch {}", played.display()));
        let missing = vec![OsString::from(folder.path().join("no-such-player"))];
        let fails = shell("echo first; printf 'no such \\033[2Jdevice\\n\\n' >&2; exit 3");
        let known = Known::default();
        let play = |programs: &[Program]| Turn::default().play(programs, Path::new("voice.wav"), &known);
        let outcome = play(&[fails.clone(), missing.clone(), works.clone()]);
        let Outcome::PassedOver(told) = outcome else { panic!("{outcome:?}") };
        assert!(told.starts_with("sh ended with exit status: 3 (no such ␛[2Jdevice); no-such-player cannot"), "{told}");
        assert!(told.ends_with("sh plays instead."), "{told}");
        assert!(played.is_file());
        assert_eq!(locked(&known).as_ref(), Some(&works), "it is tried first from now on");
        assert_eq!(play(&[fails.clone(), works]), Outcome::Played, "that is told once");
        let Outcome::Failed(why) = play(&[fails, missing]) else { panic!("nothing plays") };
        assert!(why.contains("exit status: 3 (no such ␛[2Jdevice); no-such-player cannot be started"), "{why}");
    }

    #[test]
    fn what_played_once_is_tried_first() {
        let [own, mpv, aplay] = ["own", "mpv", "aplay"].map(|name| vec![OsString::from(name)]);
        let all = || vec![own.clone(), mpv.clone(), aplay.clone()];
        assert_eq!(first(None, all()), all());
        assert_eq!(first(Some(&aplay), all()), [aplay.clone(), own.clone(), mpv.clone()]);
        assert_eq!(first(Some(&vec![OsString::from("gone")]), all()), all());
    }

    #[cfg(unix)]
    fn long(folder: &tempfile::TempDir) -> PathBuf {
        let path = folder.path().join("long.wav");
        std::fs::write(&path, sound_file::encode_wav(&Sound { rate: 8_000, samples: vec![0.1; 480_000] })).unwrap();
        path
    }

    #[cfg(unix)]
    #[test]
    fn a_sound_is_heard_from_a_moment_on_in_a_form_that_every_program_reads() {
        let folder = tempfile::tempdir().unwrap();
        let (voice, heard) = (folder.path().join("voice.wav"), folder.path().join("heard.wav"));
        let samples = (0..8_000).map(|number| number as f32 / 16_000.0).collect();
        std::fs::write(&voice, sound_file::encode_wav(&Sound { rate: 8_000, samples })).unwrap();
        let copies = [shell(&format!("cp \"$0\" {}", heard.display()))];
        let length = |from| {
            Turn::default().play_from(&copies, &voice, from, &Known::default());
            sound_file::decode(&std::fs::read(&heard).unwrap()).unwrap().samples.len()
        };
        assert_eq!([0, 250, 900].map(|from| length(Duration::from_millis(from))), [8_000, 6_000, 800]);
        assert_eq!(wav_length(&voice), Some(Duration::from_secs(1)));
        assert_eq!(wav_length(&folder.path().join("none")), None);
        // Without a device, ffplay ends at once and calls it a success.
        let idle = [shell("echo no device; exit 0")];
        let outcome = Turn::default().play_from(&idle, &long(&folder), Duration::ZERO, &Known::default());
        assert!(
            matches!(&outcome, Outcome::Failed(why) if why.contains("sh ended at once (no device)")),
            "{outcome:?}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_video_that_nothing_shows_is_not_called_opened() {
        let (news, mut told) = mpsc::unbounded_channel();
        open(&[shell("exit 3")], Path::new("a.mp4"), &news);
        assert!(
            matches!(told.blocking_recv(), Some(News::Video(Level::Warning, text)) if text.contains("exit status: 3"))
        );
        open(&[shell("exit 3"), shell("exit 0")], Path::new("a.mp4"), &news);
        assert_eq!(told.blocking_recv(), Some(News::Video(Level::Info, "sh shows a.mp4".to_owned())));
    }

    #[cfg(unix)]
    #[test]
    fn a_sound_that_is_stopped_leaves_no_program_behind() {
        let (news, mut told) = mpsc::unbounded_channel();
        let own = ["sh", "-c", "exec sleep 600"].map(str::to_owned).to_vec();
        let mut player = Player::new(Some(own), news);
        assert_eq!(player.toggle(Path::new("voice.wav")), Ok(true));
        assert_eq!(player.toggle(Path::new("voice.wav")), Ok(false));
        assert_eq!(told.blocking_recv(), Some(News::Ended { sound: 1, outcome: Outcome::Played }));
        assert!(!player.ended(1), "it was stopped, not ended");
        assert!(!player.stop());
    }
}
