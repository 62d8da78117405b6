//! Files as people really have them, through the whole program: what can be used is used whole, and `check` says the rest
//! before anything is made.

use std::path::Path;
use std::process::Command;

use image::RgbImage;
use serde_json::{Value, json};

use crate::program::{Answer, Studio};

/// A studio with the campaigns and media of real people.
fn studio() -> Studio {
    let studio = Studio::empty();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/real-files");
    std::fs::create_dir_all(studio.path("campaigns/media")).unwrap();
    for below in ["", "media/"] {
        for entry in std::fs::read_dir(folder.join(below)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap();
                studio.write(&format!("{below}{name}"), std::fs::read(&path).unwrap());
            }
        }
    }
    studio
}

fn told<'a>(answer: &'a Value, list: &str) -> Vec<&'a str> {
    answer[list].as_array().into_iter().flatten().map(|fault| fault["message"].as_str().unwrap()).collect()
}

/// The answer of a program that finds its fonts in this folder of the tests.
fn with_fonts(studio: &Studio, folder: &str, arguments: &[&str]) -> Answer {
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    Answer::of(studio.command(arguments).env("BABBLECAST_FONTS", fonts).output().unwrap())
}

fn has_ffmpeg() -> bool {
    Command::new("ffmpeg").arg("-version").output().is_ok_and(|output| output.status.success())
}

/// A picture of a scene as its clip shows it.
fn preview(studio: &Studio, campaign: &str, scene: usize, second: f64) -> RgbImage {
    let (scene, second) = (scene.to_string(), second.to_string());
    let arguments = ["preview", campaign, "--scene", &scene, "--at", &second, "--json"];
    let answer = with_fonts(studio, "fonts", &arguments).expect(0);
    drop(answer);
    image::open(studio.path("preview.png")).unwrap().to_rgb8()
}

/// The mean difference of two pictures, of 255.
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let sum: u64 = one.as_raw().iter().zip(other.as_raw()).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    sum as f64 / one.as_raw().len() as f64
}

/// The lengths of the sounds that were made, in seconds, shortest first.
fn lengths(studio: &Studio, campaign: &str) -> Vec<f64> {
    drop(studio.run(["generate", campaign, "--only", "voices"]).expect(0));
    let folder = format!("output/{campaign}/draft");
    let sounds = studio.files(&folder).into_iter();
    let sounds = sounds.filter(|file| Path::new(file).extension().is_some_and(|extension| extension == "wav"));
    let seconds = |file: String| {
        let bytes = std::fs::read(studio.path(&format!("{folder}/{file}"))).unwrap();
        babblecast::media::sound_file::decode(&bytes).unwrap().seconds()
    };
    let mut lengths: Vec<f64> = sounds.map(seconds).collect();
    lengths.sort_by(f64::total_cmp);
    lengths
}

#[test]
fn check_says_what_a_text_loses_and_which_file_cannot_be_used() {
    let studio = studio();
    for name in ["h_mp3", "h_text", "crlfesc", "fence2", "trailing"] {
        let answer = with_fonts(&studio, "fonts", &["check", name, "--json"]).expect(0).documents();
        assert_eq!((&answer[0]["ok"], &answer[0]["remarks"]), (&Value::Bool(true), &Value::Null), "{answer:?}");
    }
    let cut = studio.json(0, ["check", "h_hash"]);
    assert!(told(&cut, "remarks")[0].contains("#baby #podcast"), "{cut}");
    assert_eq!(cut["remarks"][0]["line"], 8);
    studio.run(["check", "campaigns/laugh.yaml"]).expect(2).says("begins with [ in quotes");
    let answers = studio.run(["check", "h_pictures", "--json"]).documents();
    let refused = told(&answers[0], "faults");
    assert!(refused.iter().all(|fault| fault.contains("iphone.heic") && fault.contains("HEIC")), "{refused:?}");
    for name in ["h_recordings", "h_videos"] {
        let answers = studio.run(["check", name, "--json"]).documents();
        let faults = told(&answers[0], "faults");
        // Opus is ffmpeg's.
        assert!(faults.iter().all(|fault| fault.contains("Opus") && !has_ffmpeg()), "{faults:?}");
    }
}

#[test]
fn check_names_the_font_that_a_text_lacks_and_the_words_that_the_voice_cannot_read() {
    let studio = studio();
    let answer = &with_fonts(&studio, "faces", &["check", "h_text", "--json"]).expect(0).documents()[0];
    let told: Vec<String> = answer["remarks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|remark| format!("{} {}", remark["message"].as_str().unwrap(), remark["hint"].as_str().unwrap()))
        .collect();
    for (letter, font, line) in
        [("“😂”", "Noto Color Emoji", 11), ("“你”", "Noto Sans CJK", 12), ("“ر”", "Noto Sans Arabic", 13)]
    {
        let at = told.iter().position(|told| told.contains(letter) && told.contains(font));
        let at = at.unwrap_or_else(|| panic!("{letter}: {told:?}"));
        assert_eq!(answer["remarks"][at]["line"], line, "{told:?}");
    }
    let notes = answer["notes"].to_string();
    assert!(notes.contains("你好") && notes.contains("English"), "{notes}");
}

#[test]
fn a_recording_is_used_at_its_true_length() {
    let studio = studio();
    let joined = lengths(&studio, "h_mp3");
    assert_eq!(joined.len(), 2, "{joined:?}");
    assert!((joined[0] - 6.0).abs() < 0.06 && (joined[1] - 6.2).abs() < 0.06, "{joined:?}");
    if has_ffmpeg() {
        // What an encoder adds at both ends of a memo is kept.
        let recordings = lengths(&studio, "h_recordings");
        assert_eq!(recordings.len(), 3, "{recordings:?}");
        assert!((recordings[0] - 1.0).abs() < 0.01, "a WAV that was written to a pipe: {recordings:?}");
        assert!(recordings[1..].iter().all(|length| (length - 2.0).abs() < 0.12), "{recordings:?}");
    }
}

#[test]
fn a_recording_is_music_and_a_scene_as_well() {
    let studio = studio();
    let names = ["voice_memo.m4a", "piped_espeak_7ffff000.wav", "tts_chunks_joined.mp3", "voice_note.ogg"];
    for name in names.into_iter().take(if has_ffmpeg() { 4 } else { 3 }) {
        let file = format!("media/{name}");
        let campaign = json!({
            "campaign_id": "recorded", "topic": "Memo", "music": file,
            "script": [{"type": "media", "source": file}],
            "baby_profiles": {"A": {"tone": "warm", "voice_id": "baby_voice_1"}},
        });
        studio.write("recorded.json", campaign.to_string());
        let answer = studio.json(0, ["check", "recorded"]);
        assert_eq!((&answer["ok"], &answer["remarks"]), (&Value::Bool(true), &Value::Null), "{name}: {answer}");
        let wave = preview(&studio, "recorded", 1, 0.5);
        assert!(difference(&wave, &preview(&studio, "recorded", 1, 0.9)) > 0.05, "{name}: the wave stands still");
    }
}

#[test]
fn pictures_of_phones_are_shown_and_a_gif_plays_again_and_again() {
    let studio = studio();
    let photo = preview(&studio, "h_pictures", 1, 0.5);
    assert!(photo.pixels().any(|pixel| pixel.0 != photo.get_pixel(0, 0).0), "the photo is empty");
    let gif = |second: f64| preview(&studio, "h_pictures", 3, second);
    assert!(difference(&gif(0.0), &gif(0.5)) > 1.0, "the GIF stands still");
    let memo = preview(&studio, "h_pictures", 4, 0.5);
    assert!(difference(&memo, &photo) > 1.0);
}

#[test]
fn an_hdr_clip_has_the_colours_of_its_twin() {
    let studio = studio();
    let answers = studio.run(["check", "h_videos", "--json"]).documents();
    let can_map = !answers[0]["remarks"].to_string().contains("pale");
    if has_ffmpeg() && can_map {
        let (sdr, hlg) = (preview(&studio, "h_videos", 1, 0.2), preview(&studio, "h_videos", 2, 0.2));
        assert!(difference(&sdr, &hlg) < 6.0, "{}", difference(&sdr, &hlg));
    }
}

#[test]
fn what_is_no_photo_no_pack_and_no_video_is_named_once_for_what_it_is() {
    let studio = studio();
    let file = "campaigns/h_hash.yaml";
    studio.run(["say", "Hi.", "--portrait", file]).expect(2).says("h_hash.yaml is no photo: it is a text.");
    for arguments in [["lint", file], ["unpack", file]] {
        let answer = studio.run(arguments);
        assert_eq!(answer.stderr.matches("h_hash.yaml").count(), 1, "{}", answer.stderr);
        assert!(!answer.stderr.contains("campaign_id"), "nothing of it is quoted: {}", answer.stderr);
    }
}
