//! A photo talks: the program tells so beforehand, makes it, and leaves what is to stay still as it was.

use serde_json::{Value, json};

use crate::program::Studio;

const PHOTO: &[u8] = include_bytes!("../fixtures/faces/astronaut.jpg");

fn campaign(profile: &Value) -> String {
    let mut baby = json!({"tone": "warm", "voice_id": "baby_voice_1", "portrait": "me.jpg"});
    baby.as_object_mut().unwrap().extend(profile.as_object().unwrap().clone());
    json!({
        "campaign_id": "photo",
        "topic": "Space",
        "script": [{"type": "dialogue", "speaker": "Me", "text": "Up we go."}],
        "baby_profiles": {"Me": baby},
    })
    .to_string()
}

/// The job of this product, in `plan`.
fn job(plan: &Value, product: &str) -> Option<Value> {
    plan["jobs"].as_array().unwrap().iter().find(|job| job["product"] == product && job["scenes"] != json!([])).cloned()
}

fn marks(plan: &Value) -> Option<Value> {
    plan["jobs"].as_array().unwrap().iter().find(|job| job["product"] == "marks").cloned()
}

#[test]
fn whether_a_photo_talks_is_told_before_its_clip_is_made() {
    let studio = Studio::empty();
    studio.write("me.jpg", PHOTO);
    studio.write("photo.json", campaign(&json!({})));
    studio.run(["check", "photo"]).expect(0).says("Me talks");
    studio.run(["generate", "photo", "--only", "portraits"]).expect(0);
    studio.run(["plan", "photo"]).expect(0).says("talks");
    studio.run(["status", "photo"]).expect(0).says("Me talks");
    studio.run(["explain", "photo", "--scene", "1"]).expect(0).says("the photo talks");
    let plan = studio.json(0, ["plan", "photo"]);
    assert_eq!(marks(&plan).unwrap()["motion"], "talks");
    assert_eq!(job(&plan, "clip").unwrap()["state"], "pending");
}

#[test]
fn a_photo_that_is_to_stay_still_has_no_marks_and_the_clip_it_always_had() {
    let studio = Studio::empty();
    studio.write("me.jpg", PHOTO);
    let key = |profile: &Value| {
        studio.write("photo.json", campaign(profile));
        let plan = studio.json(0, ["plan", "photo"]);
        (job(&plan, "clip").unwrap()["key"].clone(), marks(&plan).is_some())
    };
    let (still, has_marks) = key(&json!({"motion": "still"}));
    assert!(!has_marks);
    let (auto, has_marks) = key(&json!({}));
    assert!(has_marks && auto != still);
    let (talk, _) = key(&json!({"motion": "talk"}));
    assert!(talk != auto && talk != still);
    studio.write("photo.json", campaign(&json!({"motion": "sing"})));
    studio.run(["check", "photo"]).expect(2).says("motion");
}

#[test]
fn anything_with_a_face_can_say_something() {
    let studio = Studio::empty();
    std::fs::write(studio.path("me.jpg"), PHOTO).unwrap();
    let said = studio.run(["say", "Up.", "--portrait", "me.jpg", "--out", "up.mp4"]).expect(0);
    said.says("The photo talks");
    assert!(std::fs::metadata(studio.path("up.mp4")).unwrap().len() > 20_000);
    let plain = image::RgbImage::from_pixel(60, 90, image::Rgb([120, 130, 140]));
    plain.save(studio.path("plain.png")).unwrap();
    studio.run(["say", "Up.", "--portrait", "plain.png", "--out", "plain.mp4"]).expect(0).says("no face was found");
    studio.run(["say", "Up.", "--portrait", "nothing.png"]).expect(2).says("nothing.png cannot be read");
}
