//! How captions look, through the whole program: what a campaign says of them, and the picture that shows it.

use std::path::Path;

use image::RgbImage;
use serde_json::{Value, json};

use crate::program::{Answer, CAMPAIGN, Studio};

/// The first campaign with its captions as asked.
fn write(studio: &Studio, captions: &Value) {
    let mut campaign: Value = serde_json::from_str(CAMPAIGN).unwrap();
    campaign["captions"] = captions.clone();
    studio.write("first.json", campaign.to_string());
}

fn preview(studio: &Studio, second: &str) -> (Value, RgbImage) {
    let answer = studio.json(0, ["preview", "first", "--scene", "1", "--at", second, "--out", "looks.png"]);
    (answer, image::open(studio.path("looks.png")).unwrap().to_rgb8())
}

/// Whether a word stands out; a few such pixels may also be a pattern of the clothes.
fn is_yellow(picture: &RgbImage) -> bool {
    let yellow = picture.enumerate_pixels().filter(|(_, y, pixel)| {
        let [red, green, blue] = pixel.0;
        (980..1248).contains(y) && red > 230 && (190..230).contains(&green) && blue < 100
    });
    yellow.count() > 500
}

#[test]
fn a_preview_shows_a_scene_with_its_caption_and_makes_no_clip() {
    let studio = Studio::new();
    let (answer, highlighted) = preview(&studio, "0.3");
    assert_eq!((&answer["scene"], &answer["mode"]), (&json!(1), &json!("draft")), "{answer}");
    assert_eq!(highlighted.dimensions(), (1080, 1920));
    assert!(is_yellow(&highlighted));
    let made = studio.json(0, ["status", "first"]);
    assert!(!studio.files("output").iter().any(|file| file.contains("clip")), "{made}");

    write(&studio, &json!({"style": "plain"}));
    assert!(!is_yellow(&preview(&studio, "0.3").1));
    write(&studio, &json!({"position": "top"}));
    let (_, above) = preview(&studio, "0.3");
    assert!(above != highlighted && !is_yellow(&above));
}

#[test]
fn a_preview_that_cannot_be_drawn_says_why() {
    let studio = Studio::new();
    studio.run(["preview", "first", "--scene", "9"]).expect(2).says("its scenes are 1 to 3");
    studio.run(["preview", "first", "--at", "never"]).expect(2).says("write seconds");
    studio.run(["preview", "first", "--out", "nowhere/at/all.png"]).expect(1).says("cannot be written");
}

#[test]
fn a_change_of_captions_makes_clips_anew_and_no_voice() {
    let studio = Studio::new();
    drop(studio.run(["generate", "first", "--only", "voices"]).expect(0));
    let before = studio.json(0, ["status", "first"]);
    write(&studio, &json!({"style": "bold", "case": "upper"}));
    let after = studio.json(0, ["status", "first"]);
    let voices = |status: &Value| -> Vec<Value> {
        status["results"].as_array().unwrap().iter().map(|scene| scene["assets"]["audio_file"].clone()).collect()
    };
    assert!(voices(&before).iter().all(|file| !file.is_null()), "{before}");
    assert_eq!(voices(&before), voices(&after));
    write(&studio, &json!({"style": "plane"}));
    studio.run(["check", "first"]).expect(2).says("Did you mean \"plain\"?");
}

#[test]
fn a_clip_in_a_font_of_the_machine_names_it_and_one_without_does_not() {
    let studio = Studio::new();
    let mut campaign: Value = serde_json::from_str(CAMPAIGN).unwrap();
    campaign["script"][0]["text"] = json!("你好，世界。");
    studio.write("first.json", campaign.to_string());
    let explained = |fonts: &str, scene: &str| -> String {
        let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fonts);
        let mut command = studio.command(["explain", "first", "--scene", scene, "--json"]);
        Answer::of(command.env("BABBLECAST_FONTS", fonts).output().unwrap()).expect(0).stdout
    };
    assert!(explained("fonts", "1").contains("Noto Sans SC"));
    assert!(!explained("fonts", "2").contains("Noto Sans"));
    assert!(!explained("faces", "1").contains("Noto Sans"), "a folder without fonts has none");
}
