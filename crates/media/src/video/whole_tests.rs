//! Whole episodes, from drawn pictures and sounds to the checked file, and what the lint says of files that are not right.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use tempfile::TempDir;

use super::perform::voice::tests::buzz;
use super::testing::Bars;
use super::*;
use crate::sound::Sound;
use crate::sound_file::{SampleReader, encode_wav};

const MP3: &[u8] = include_bytes!("../../../../tests/fixtures/tone_440_stereo.mp3");

fn clip(frames: u32) -> Vec<u8> {
    encode(&mut Bars(frames), &Encoder::Embedded, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn tone(rate: u32, seconds: f32, level: f32) -> Sound {
    let sample = |at: u32| level * (at as f32 * 1500.0 / rate as f32).sin();
    Sound { rate, samples: (0..(seconds * rate as f32) as u32).map(sample).collect() }
}

/// A folder with clips and sounds, and a description of an episode made of them.
struct Studio {
    folder: TempDir,
    spec: EpisodeSpec,
}

impl Studio {
    fn new() -> Studio {
        let spec = EpisodeSpec {
            parts: Vec::new(),
            music: None,
            title: "Why socks vanish".into(),
            comment: "AI-generated with babblecast".into(),
        };
        Studio { folder: tempfile::tempdir().unwrap(), spec }
    }

    fn keep(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn add(mut self, stream: &[u8], frames: u32, sound: Option<&[u8]>) -> Studio {
        let number = self.spec.parts.len();
        let video = self.keep(&format!("{number}.h264"), stream);
        let sound = sound.map(|bytes| self.keep(&format!("{number}.sound"), bytes));
        let word = Word { text: format!("Word{number}."), start_s: 0.1, end_s: 0.3 };
        self.spec.parts.push(Part {
            video,
            frames,
            sound,
            words: vec![word],
            caption: None,
            speaker: Some("Mia".into()),
            effect: None,
            join: Join::Cut,
        });
        self
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("episode.mp4")
    }

    fn make(&self) -> Result<Episode, EpisodeError> {
        episode(&self.spec, &self.file(), &mut |_| ControlFlow::Continue(()))
    }
}

fn failures(report: &LintReport) -> Vec<String> {
    report.failures().map(|line| format!("{}: {} instead of {}", line.rule, line.measured, line.wanted)).collect()
}

/// Three scenes with sounds of all kinds, a cross-fade and music.
fn rich() -> Studio {
    let (first, second) = (clip(40), clip(20));
    let mut studio = Studio::new()
        .add(&first, 40, Some(&encode_wav(&tone(8_000, 1.2, 0.05))))
        .add(&second, 20, Some(MP3))
        .add(&first, 40, Some(&encode_wav(&tone(48_000, 1.0, 4.0))));
    let joined = fade(&first, &second, &Encoder::Embedded, &mut |_| ControlFlow::Continue(())).unwrap();
    studio.spec.parts[1].join = Join::Fade(studio.keep("fade.h264", &joined));
    studio.spec.music = Some(studio.keep("music.wav", &encode_wav(&tone(44_100, 0.7, 0.3))));
    studio
}

static RICH: LazyLock<(Studio, Episode)> = LazyLock::new(|| {
    let studio = rich();
    let episode = studio.make().unwrap();
    (studio, episode)
});

#[test]
fn an_episode_keeps_every_line_of_the_delivery_format() {
    let (_, episode) = &*RICH;
    assert_eq!(failures(&episode.report), [""; 0]);
    assert!((episode.seconds - 100.0 / 30.0).abs() < 1e-9);
    assert!(episode.srt.contains("00:00:01,433 --> ") && episode.srt.contains("Word1."), "{}", episode.srt);
    assert!(episode.vtt.contains("<v Mia>Word2."));
    let brightest = episode.thumbnail.pixels().map(|pixel| pixel.0[1]).max().unwrap();
    assert!(brightest > 100, "{brightest}");
}

#[test]
fn an_independent_decoder_finds_the_same() {
    let (studio, _) = &*RICH;
    let Ok(probed) = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-show_entries",
            "stream=codec_type,start_time,duration,nb_read_frames,pix_fmt,color_space",
        ])
        .args(["-count_frames", "-of", "csv=p=0"])
        .arg(studio.file())
        .output()
    else {
        println!("ffprobe is not installed: not compared");
        return;
    };
    let found = String::from_utf8_lossy(&probed.stdout).into_owned();
    assert!(probed.stderr.is_empty(), "{}", String::from_utf8_lossy(&probed.stderr));
    assert!(found.contains("video,yuv420p,bt709,0.000000,3.333333,100"), "{found}");
    assert!(found.contains("audio,0.000000,3.333333,"), "{found}");
    let decoded = Command::new("ffmpeg")
        .args(["-v", "error", "-xerror", "-i"])
        .arg(studio.file())
        .args(["-f", "null", "-"])
        .output()
        .unwrap();
    assert!(decoded.status.success() && decoded.stderr.is_empty(), "{}", String::from_utf8_lossy(&decoded.stderr));
}

#[test]
fn every_sound_begins_with_the_first_picture_of_its_scene_and_does_not_drift() {
    let count = 12;
    let stream = clip(16);
    let mut sound = Sound { rate: 48_000, samples: vec![0.0; 16 * 1600] };
    // A click in the middle of each scene.
    sound.samples[12_800..12_848].fill(0.9);
    let studio = (0..count).fold(Studio::new(), |studio, _| studio.add(&stream, 16, Some(&encode_wav(&sound))));
    studio.make().unwrap();
    let heard = heard(&studio.file());
    let peak = heard.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    for scene in 0..count {
        let start = scene * 16 * 1600;
        let within = &heard[start..start + 16 * 1600];
        let onset = within.iter().position(|sample| sample.abs() > 0.5 * peak).unwrap();
        assert!(onset.abs_diff(12_800) < 48, "scene {scene}: the click is heard at {onset}");
    }
}

#[test]
fn over_a_minute_every_caption_begins_when_its_words_are_heard() {
    const LINES: u32 = 15;
    const FRAMES: u32 = 120;
    /// Seconds into line `number` at which word `word` begins; each lasts half a second.
    fn onset(number: u32, word: u32) -> f64 {
        0.3 + 0.02 * f64::from(number) + 0.85 * f64::from(word)
    }
    let stream = clip(FRAMES);
    let mut studio = Studio::new();
    for number in 0..LINES {
        let is_heard = |second: f64| (0..4).any(|word| (0.0..0.5).contains(&(second - onset(number, word))));
        let sound = buzz(f64::from(FRAMES) / f64::from(FPS), |second| if is_heard(second) { 0.5 } else { 0.0 });
        studio = studio.add(&stream, FRAMES, Some(&encode_wav(&sound)));
        let caption = Some("Once! Twice! Again! Enough!".to_owned());
        let shown = Shown::Solo(Figure::Photo(image::RgbImage::new(4, 6), None));
        let spec = SceneSpec {
            shown,
            sound: Some(Arc::new(sound)),
            timings: None,
            caption,
            lettering: Lettering::default(),
            frames: FRAMES,
        };
        studio.spec.parts[number as usize].words = scene(spec).1.words;
    }
    let episode = studio.make().unwrap();
    assert_eq!(failures(&episode.report), [""; 0]);
    assert!((episode.seconds - 60.0).abs() < 1e-9);

    let heard = heard(&studio.file());
    let peak = heard.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    // Where it becomes loud after a tenth of a second of quiet.
    let (mut onsets, mut quiet) = (Vec::new(), 4_800);
    for (at, sample) in heard.iter().enumerate() {
        if sample.abs() > 0.2 * peak {
            if quiet >= 4_800 {
                onsets.push(at as f64 / f64::from(SAMPLE_RATE));
            }
            quiet = 0;
        } else {
            quiet += 1;
        }
    }
    assert_eq!(onsets.len(), 4 * LINES as usize);
    let written = (0..LINES).flat_map(|number| (0..4).map(move |word| f64::from(4 * number) + onset(number, word)));
    for (onset, written) in onsets.iter().zip(written) {
        assert!((onset - written).abs() < 0.01, "a word of {written} s is heard at {onset} s");
    }
    let shown = starts(&episode.srt);
    assert!(shown.len() >= LINES as usize, "{}", episode.srt);
    for start in shown {
        let nearest = onsets.iter().map(|onset| (onset - start).abs()).fold(f64::INFINITY, f64::min);
        assert!(nearest <= 0.08, "the caption of {start} s is {nearest} s from any word");
    }
}

/// The seconds at which the captions of an SRT file begin.
fn starts(srt: &str) -> Vec<f64> {
    let seconds = |time: &str| {
        time.split([':', ','])
            .zip([3600.0, 60.0, 1.0, 0.001])
            .map(|(part, unit)| part.parse::<f64>().unwrap() * unit)
            .sum()
    };
    srt.lines().filter_map(|line| line.split_once(" --> ")).map(|(start, _)| seconds(start)).collect()
}

/// The sound of a file, decoded.
fn heard(file: &Path) -> Vec<f32> {
    let mut reader = SampleReader::new(File::open(file).unwrap()).unwrap();
    let mut heard = Vec::new();
    while let Some(samples) = reader.next().unwrap() {
        heard.extend_from_slice(samples);
    }
    heard
}

#[test]
fn a_sound_longer_than_its_pictures_is_cut_and_said() {
    let studio = Studio::new().add(&clip(15), 15, Some(&encode_wav(&tone(16_000, 3.0, 0.5))));
    let episode = studio.make().unwrap();
    assert_eq!(episode.notes, ["The sound of scene 1 (Mia) is longer than its pictures and was cut."]);
    assert_eq!(failures(&episode.report), [""; 0]);
}

#[test]
fn an_episode_without_any_sound_is_whole_too() {
    let episode = Studio::new().add(&clip(3), 3, None).make().unwrap();
    assert_eq!(failures(&episode.report), [""; 0]);
}

#[test]
fn five_hundred_scenes_are_joined() {
    let stream = clip(1);
    let mut studio = Studio::new().add(&stream, 1, None);
    studio.spec.parts = vec![studio.spec.parts[0].clone(); 500];
    let episode = studio.make().unwrap();
    assert!((episode.seconds - 500.0 / 30.0).abs() < 1e-9);
    assert_eq!(failures(&episode.report), [""; 0]);
}

#[test]
fn what_cannot_be_joined_is_named_and_leaves_no_file() {
    let said = |studio: &Studio| {
        let said = studio.make().unwrap_err().to_string();
        assert!(!studio.file().exists());
        said
    };
    let stream = clip(3);
    let studio = Studio::new().add(&stream, 4, None);
    assert!(said(&studio).contains("scene 1 (Mia) is damaged") && said(&studio).contains("after 3 of 4"));
    let mut studio = Studio::new().add(&stream, 3, Some(b"<!DOCTYPE html>"));
    assert!(said(&studio).contains("The sound of scene 1 (Mia) cannot be used."), "{}", said(&studio));
    studio.spec.parts[0].video = studio.folder.path().join("gone.h264");
    assert!(said(&studio).contains("gone.h264"));
    let mut other = stream.clone();
    // The level in the stream's header.
    other[7] += 1;
    let studio = Studio::new().add(&stream, 3, None).add(&other, 3, None);
    assert!(said(&studio).contains("scene 2 (Mia) was made by another encoder"), "{}", said(&studio));
    assert!(matches!(Studio::new().make(), Err(EpisodeError::Empty)));
}

#[test]
fn a_stop_leaves_no_file() {
    let studio = Studio::new().add(&clip(3), 3, None);
    let mut calls = 0;
    loop {
        let mut left = calls;
        let made = episode(&studio.spec, &studio.file(), &mut |share| {
            assert!((0.0..=1.0).contains(&share));
            left -= 1;
            if left < 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match made {
            Err(EpisodeError::Stopped) => assert!(!studio.file().exists()),
            Err(error) => panic!("{error}"),
            Ok(_) => break,
        }
        calls += 1;
    }
    assert!(calls > 5);
}

/// The bytes of a good file with one thing changed.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> LintReport {
    let mut bytes = std::fs::read(RICH.0.file()).unwrap();
    change(&mut bytes);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.mp4");
    std::fs::write(&path, bytes).unwrap();
    lint(&path).unwrap()
}

fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|window| window == what).unwrap()
}

#[test]
fn each_broken_promise_is_named() {
    let failed = |change: &dyn Fn(&mut Vec<u8>)| {
        let report = changed(change);
        report.failures().map(|line| line.rule.clone()).collect::<Vec<_>>()
    };
    assert_eq!(failed(&|_| {}), [""; 0]);
    let at_comment = |bytes: &mut Vec<u8>| {
        let at = find(bytes, b"AI-generated");
        bytes[at] = b'_';
    };
    assert_eq!(failed(&at_comment), ["comment"]);
    let wide_pixels = |bytes: &mut Vec<u8>| {
        let at = find(bytes, b"pasp");
        bytes[at + 7] = 2;
    };
    assert_eq!(failed(&wide_pixels), ["pixels"]);
    let slow = |bytes: &mut Vec<u8>| {
        let at = find(bytes, b"stts");
        bytes[at + 18] += 1;
    };
    assert_eq!(failed(&slow), ["frame rate", "lengths"]);
    let one_more = |bytes: &mut Vec<u8>| {
        let at = find(bytes, b"stts");
        bytes[at + 15] += 1;
    };
    assert_eq!(failed(&one_more), ["tables", "lengths"]);
    let other_colours = |bytes: &mut Vec<u8>| {
        let at = find(bytes, b"nclx");
        bytes[at + 5] = 9;
    };
    assert_eq!(failed(&other_colours), ["colours"]);
    let one_beginning_less = |bytes: &mut Vec<u8>| {
        let at = find(bytes, b"stss");
        // Pictures 1, 6, 36, 46 and so on: the third is told as the second again.
        bytes[at + 23] = 6;
    };
    assert_eq!(failed(&one_beginning_less), ["groups"]);
}

#[test]
fn a_file_that_is_no_video_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |bytes: &[u8]| {
        let path = folder.path().join("some.mp4");
        std::fs::write(&path, bytes).unwrap();
        lint(&path).unwrap_err().to_string()
    };
    assert!(refused(b"").ends_with("some.mp4 cannot be checked: it is not an MP4 file."));
    assert!(refused(b"<!DOCTYPE html><p>Not found").contains("not an MP4 file"));
    let bytes = std::fs::read(RICH.0.file()).unwrap();
    assert!(refused(&bytes[..36]).contains("it has no header"));
    assert!(lint(Path::new("/nowhere/at/all.mp4")).unwrap_err().to_string().contains("cannot be read"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_bytes_make_the_lint_fail(
        flips in proptest::collection::vec((0..4_000_usize, any::<u8>()), 1..12),
        keep in 0.0..1.5_f64,
    ) {
        let mut bytes = std::fs::read(RICH.0.file()).unwrap();
        for (at, value) in flips {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        bytes.truncate((bytes.len() as f64 * keep) as usize);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hostile.mp4");
        std::fs::write(&path, bytes).unwrap();
        let _ = lint(&path);
    }
}
