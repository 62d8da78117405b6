//! How long a video takes, against its own length and against MoviePy, which most programs of this kind use. The program
//! is run as a person runs it, from stored portraits and voices.
//!
//! `cargo bench --bench episode`; a figure over its limit ends it with an error. MoviePy is compared where the Python of
//! `MOVIEPY_PYTHON` (else `python3`) has it.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use babblecast::domain::Tone;
use babblecast::media::video::Encoder;
use babblecast::{baby, media};
use serde_json::{Value, json};
use tempfile::TempDir;

const LINES: [&str; 8] = [
    "Welcome back to the show where nobody here can tie a shoe.",
    "I fell asleep in my soup today, and I would do it again.",
    "Experts say that naps are good for you. I am the expert.",
    "Who pays you for that?",
    "Nobody pays me. I work for bananas and for applause.",
    "That is more than I get, and I run the whole department of blocks.",
    "Then let us ask for more, together, and loudly, at three in the morning.",
    "They will have to listen. They always do.",
];

fn main() -> ExitCode {
    let mut figures = drawn_episode();
    figures.extend(against_moviepy());
    println!("{:<58} {:>12} {:>16}", "", "found", "wanted");
    for Figure { name, found, wanted, unit, .. } in &figures {
        println!("{name:<58} {:>12} {:>16}", format!("{found:.3} {unit}"), format!("{wanted:.3} {unit}"));
    }
    if figures.iter().all(Figure::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Figure {
    name: &'static str,
    found: f64,
    wanted: f64,
    unit: &'static str,
    /// Whether more is better.
    at_least: bool,
}

impl Figure {
    fn at_most(name: &'static str, found: f64, wanted: f64, unit: &'static str) -> Self {
        Self { name, found, wanted, unit, at_least: false }
    }

    fn holds(&self) -> bool {
        if self.at_least { self.found >= self.wanted } else { self.found <= self.wanted }
    }
}

/// A minute of drawn babies: made, made again with nothing changed, and with one word changed.
fn drawn_episode() -> Vec<Figure> {
    let place = Place::new();
    let script: Vec<String> = LINES.iter().chain(&LINES).enumerate().map(|(at, line)| format!("{line} {at}")).collect();
    place.write(&script, |_| json!({}));
    place.generate(&["--only", "portraits,voices"]);
    let whole = place.generate(&[]);
    let again = place.generate(&[]);
    let mut changed = script;
    changed[3].push_str(" really");
    place.write(&changed, |_| json!({}));
    place.generate(&["--only", "portraits,voices"]);
    let clip = place.generate(&["--only", "clips"]);
    let join = place.generate(&[]);
    let length = whole.video_s;
    println!("{length:.1} s of video; the changed line's clip alone: {:.2} s", clip.took.as_secs_f64());
    vec![
        Figure::at_most(
            "a drawn episode from stored portraits and voices",
            whole.took.as_secs_f64() / length,
            if with_assembly() { 0.3 } else { 0.5 },
            "× length",
        ),
        Figure::at_most("nothing changed", again.took.as_secs_f64(), 0.2, "s"),
        Figure::at_most("one word changed: the join", join.took.as_secs_f64(), 0.02 * length + 0.3, "s"),
        Figure::at_most("memory", whole.peak_mb, 300.0, "MB"),
    ]
}

/// Whether the encoder was built with its assembly code, which makes it more than twice as fast.
fn with_assembly() -> bool {
    Encoder::Embedded.advice().is_none()
}

/// The same stills and sounds, zoomed slowly, by both. Ours adds captions, a title and the pauses between lines; so a
/// second of one's video is compared with a second of the other's.
fn against_moviepy() -> Option<Figure> {
    let python = std::env::var("MOVIEPY_PYTHON").unwrap_or_else(|_| "python3".into());
    let asked = Command::new(&python).args(["-c", "import moviepy"]).stderr(Stdio::null()).status();
    if !asked.is_ok_and(|status| status.success()) {
        println!("MoviePy is not installed: not compared");
        return None;
    }
    let place = Place::new();
    for number in 1..=2_u8 {
        let portrait = baby::portrait(&baby::Look::new([number; 32], ""), &baby::Pose::for_tone(Tone::Warm));
        std::fs::write(place.campaigns().join(format!("{number}.png")), media::picture::encode_png(&portrait)).unwrap();
    }
    let script: Vec<String> = LINES.iter().take(3).map(ToString::to_string).collect();
    place.write(&script, |baby| json!({"portrait": format!("{baby}.png")}));
    place.generate(&["--only", "portraits,voices"]);
    let ours = place.generate(&[]);
    let voices = place.0.path().join("output/bench/draft/voices");
    let mut sounds: Vec<PathBuf> = std::fs::read_dir(voices).unwrap().map(|entry| entry.unwrap().path()).collect();
    sounds.sort();
    let program = r"
import sys
from moviepy import AudioFileClip, CompositeVideoClip, ImageClip, concatenate_videoclips
scenes = []
for number, sound in enumerate(sys.argv[3:]):
    voice = AudioFileClip(sound)
    still = ImageClip(f'{sys.argv[1]}/{number % 2 + 1}.png').with_duration(voice.duration).resized(height=1920)
    moving = still.resized(lambda t: 1 + 0.12 * t / voice.duration).with_position('center')
    scenes.append(CompositeVideoClip([moving], size=(1080, 1920)).with_audio(voice))
episode = concatenate_videoclips(scenes)
episode.write_videofile(sys.argv[2], fps=30, logger=None)
print(episode.duration)
";
    let started = Instant::now();
    let done = Command::new(&python)
        .args(["-c", program])
        .arg(place.campaigns())
        .arg(place.0.path().join("moviepy.mp4"))
        .args(&sounds)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(done.status.success(), "MoviePy failed");
    let theirs = started.elapsed().as_secs_f64();
    let their_video_s: f64 = String::from_utf8_lossy(&done.stdout).trim().parse().unwrap();
    let took = ours.took.as_secs_f64();
    println!("stills: {:.1} s in {took:.2} s, MoviePy {their_video_s:.1} s in {theirs:.2} s", ours.video_s);
    let times = (theirs / their_video_s) / (took / ours.video_s);
    // Without assembly two thirds of our time are the encoder's own.
    let wanted = if with_assembly() { 10.0 } else { 7.5 };
    Some(Figure {
        name: "a second of stills, times as fast as MoviePy",
        found: times,
        wanted,
        unit: "×",
        at_least: true,
    })
}

/// A folder with one campaign and a home.
struct Place(TempDir);

struct Made {
    took: Duration,
    /// Length of the video; 0 when none was asked for.
    video_s: f64,
    peak_mb: f64,
}

impl Place {
    fn new() -> Self {
        let place = Place(tempfile::tempdir().unwrap());
        std::fs::create_dir(place.campaigns()).unwrap();
        place
    }

    fn campaigns(&self) -> PathBuf {
        self.0.path().join("campaigns")
    }

    /// A script of two babies, with what `more` adds to the profile of each.
    fn write(&self, script: &[String], more: impl Fn(usize) -> Value) {
        let speaker = |number: usize| format!("Baby {}", number % 2 + 1);
        let scenes: Vec<Value> = (0..)
            .zip(script)
            .map(|(number, text)| json!({"type": "dialogue", "speaker": speaker(number), "text": text}))
            .collect();
        let profiles: serde_json::Map<String, Value> = (0..2)
            .map(|number| {
                let mut profile = json!({"tone": "warm", "voice_id": format!("baby_voice_{}", number + 1)});
                profile.as_object_mut().unwrap().extend(more(number + 1).as_object().cloned().unwrap_or_default());
                (speaker(number), profile)
            })
            .collect();
        let campaign = json!({"campaign_id": "bench", "topic": "Naps", "script": scenes, "baby_profiles": profiles});
        std::fs::write(self.campaigns().join("bench.json"), campaign.to_string()).unwrap();
    }

    /// Runs `generate --draft` with what is added, to its end.
    fn generate(&self, more: &[&str]) -> Made {
        let told = self.0.path().join("told.jsonl");
        let started = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_babblecast"))
            .args(["generate", "bench", "--draft", "--json", "--home"])
            .arg(self.0.path().join("home"))
            .args(more)
            .current_dir(self.0.path())
            .stdout(File::create(&told).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut peak_mb = 0.0;
        let status = loop {
            peak_mb = highest_memory_mb(child.id()).unwrap_or(peak_mb);
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let took = started.elapsed();
        assert!(status.success(), "generate {more:?} failed");
        let told = std::fs::read_to_string(told).unwrap();
        let document: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
        Made { took, video_s: document["episode"]["seconds"].as_f64().unwrap_or(0.0), peak_mb }
    }
}

/// What the system says a process held at most; `None` once it is gone, and where the system does not tell.
fn highest_memory_mb(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}
