//! Every picture, video and sound for people says how it was made; what is stored stays as it was. And the label that a campaign
//! may ask for.

use babblecast::domain::MicroDollars;
use babblecast::engine::{Consent, Outcome};
use babblecast::media::mark;
use image::RgbImage;
use serde_json::{Value, json};

use crate::fake_provider::{self, FakeProvider, Reply, base64};
use crate::mark_readers::source_type as source_type_by_exiftool;
use crate::paid::settings;
use crate::program::{CAMPAIGN, Studio};
use crate::support::{self, Place, two_babies};

const DRAWN: &str = "algorithmicMedia";
const TRAINED: &str = "trainedAlgorithmicMedia";
const MIXED: &str = "compositeWithTrainedAlgorithmicMedia";

/// What a file says, by the program's own reader.
fn said(studio: &Studio, code: i32, file: &str) -> Value {
    studio.json(code, ["verify-mark", file])
}

/// A studio with the draft of the first campaign.
fn drafted() -> Studio {
    let studio = Studio::new();
    drop(studio.run(["generate", "first"]).expect(0));
    studio
}

#[test]
fn every_file_for_people_says_how_it_was_made_and_no_asset_is_touched() {
    let studio = drafted();
    let folder = "output/first";
    for (file, source_type, systems) in [
        ("first.draft.mp4", MIXED, true),
        ("first.draft.png", MIXED, true),
        ("draft/clips/scene_001_baby_1.mp4", MIXED, true),
        ("draft/portraits/baby_1.png", DRAWN, false),
        ("draft/voices/scene_001_baby_1.wav", TRAINED, true),
    ] {
        let path = format!("{folder}/{file}");
        let said = said(&studio, 0, &path);
        assert_eq!(said["source_type"], source_type, "{file}: {said}");
        assert_eq!(said["xmp"]["systems"].is_string(), systems, "{file}: {said}");
        let uri = format!("http://cv.iptc.org/newscodes/digitalsourcetype/{source_type}");
        assert_eq!(source_type_by_exiftool(&studio.path(&path)).unwrap_or_else(|| uri.clone()), uri, "{file}");
        // The words stand in the file as they are: any reader of XMP finds them.
        let bytes = std::fs::read(studio.path(&path)).unwrap();
        assert!(bytes.windows(uri.len()).any(|window| window == uri.as_bytes()), "{file}");
    }
    let unmarked = |file: &String| {
        let bytes = std::fs::read(studio.path(&format!("home/{file}"))).unwrap();
        !bytes.windows(17).any(|window| window == b"DigitalSourceType")
    };
    let assets: Vec<String> = studio.files("home").into_iter().filter(|file| file.contains("assets/")).collect();
    assert!(assets.len() > 5 && assets.iter().all(unmarked), "{assets:?}");
    drop(studio.run(["verify"]).expect(0));
}

#[test]
fn what_is_published_again_is_the_same_file() {
    let studio = drafted();
    let file = "output/first/first.draft.mp4";
    let read = || std::fs::read(studio.path(file)).unwrap();
    let (before, when) = (read(), std::fs::metadata(studio.path(file)).unwrap().modified().unwrap());
    drop(studio.run(["export", "first"]).expect(0));
    assert_eq!(std::fs::metadata(studio.path(file)).unwrap().modified().unwrap(), when, "not written again");
    std::fs::remove_dir_all(studio.path("output")).unwrap();
    drop(studio.run(["export", "first"]).expect(0));
    assert_eq!(read(), before);
    // A file from before there were marks is written again.
    let manifest = studio.path("output/first/manifest.json");
    let mut without: Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    for file in without["files"].as_object_mut().unwrap().values_mut() {
        file.as_object_mut().unwrap().remove("marked");
    }
    std::fs::write(&manifest, without.to_string()).unwrap();
    drop(studio.run(["export", "first"]).expect(0));
    assert_eq!(read(), before);
}

#[test]
fn lint_names_the_mark_and_complains_where_there_is_none() {
    let studio = drafted();
    let rule = |code: i32, file: &str| {
        let report = studio.json(code, ["lint", file]);
        let rules = report["rules"].as_array().unwrap();
        let broken: Vec<&Value> = rules.iter().filter(|rule| rule["pass"] == false).collect();
        let mark = rules.iter().find(|rule| rule["rule"] == "mark").unwrap().clone();
        assert_eq!(broken.len(), usize::from(code != 0), "{broken:?}");
        mark
    };
    assert_eq!(rule(0, "output/first/first.draft.mp4")["measured"], MIXED);
    let published = std::fs::read(studio.path("output/first/first.draft.mp4")).unwrap();
    let mark = published.windows(4).rposition(|window| window == b"uuid").unwrap() - 4;
    std::fs::write(studio.path("bare.mp4"), &published[..mark]).unwrap();
    assert_eq!(rule(3, "bare.mp4")["measured"], "none");
    studio.run(["verify-mark", "bare.mp4"]).expect(1).says("does not say how it was made");
}

#[test]
fn what_is_written_beside_campaigns_is_marked_too_and_optimize_keeps_what_it_finds() {
    let studio = Studio::new();
    drop(studio.run(["preview", "first", "--out", "preview.png"]).expect(0));
    assert_eq!(said(&studio, 0, "preview.png")["source_type"], MIXED);
    drop(studio.run(["say", "No.", "--out", "no.mp4"]).expect(0));
    assert_eq!(said(&studio, 0, "no.mp4")["source_type"], MIXED);
    // A frame of a video is no portrait yet: it is cropped, and still says what it said.
    drop(studio.run(["optimize", "preview.png", "portrait.png"]).expect(0));
    assert_eq!(said(&studio, 0, "portrait.png")["xmp"], said(&studio, 0, "preview.png")["xmp"]);
    drop(studio.run(["optimize", "portrait.png", "again.png"]).expect(0));
    assert_eq!(std::fs::read(studio.path("again.png")).unwrap(), std::fs::read(studio.path("portrait.png")).unwrap());
}

#[test]
fn verify_mark_says_what_cannot_be_read() {
    let studio = Studio::empty();
    RgbImage::new(4, 4).save(studio.path("bare.png")).unwrap();
    assert_eq!(said(&studio, 1, "bare.png")["source_type"], Value::Null);
    std::fs::write(studio.path("text.txt"), "nothing").unwrap();
    studio.run(["verify-mark", "text.txt"]).expect(2).says("marks are read in PNG, JPEG, WebP, MP4 and WAV files");
    studio.run(["verify-mark", "gone.png"]).expect(2).says("is not there");
}

fn preview(studio: &Studio) -> RgbImage {
    drop(studio.run(["preview", "first", "--at", "0.3", "--out", "looks.png"]).expect(0));
    image::open(studio.path("looks.png")).unwrap().to_rgb8()
}

#[test]
fn a_label_stands_in_every_picture_and_changes_nothing_but_clips() {
    let studio = drafted();
    let plain = preview(&studio);
    let mut campaign: Value = serde_json::from_str(CAMPAIGN).unwrap();
    campaign["label"] = json!(" AI ");
    studio.write("first.json", campaign.to_string());
    let labelled = preview(&studio);
    let changed: Vec<(u32, u32)> = plain
        .enumerate_pixels()
        .filter(|(x, y, pixel)| labelled.get_pixel(*x, *y) != *pixel)
        .map(|(x, y, _)| (x, y))
        .collect();
    let inside = |&(x, y): &(u32, u32)| (56..180).contains(&x) && (296..364).contains(&y);
    assert!(changed.len() > 1_000 && changed.iter().all(inside), "{:?}", changed.first());
    let answer = studio.run(["generate", "first"]).expect(0);
    assert!(answer.stderr.contains("clip of scene 1") && !answer.stderr.contains("voice of"), "{}", answer.stderr);
    // Without the label everything is there as it was.
    studio.write("first.json", CAMPAIGN);
    let answer = studio.run(["generate", "first"]).expect(0);
    assert!(!answer.stderr.contains("made  "), "{}", answer.stderr);
    campaign["label"] = json!("x".repeat(25));
    studio.write("first.json", campaign.to_string());
    studio.run(["check", "first"]).expect(2).says("label").says("at most 24");
}

/// CRC-32 as in the PNG specification.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// A portrait as a provider sends it, signed or not.
fn received(shade: u8, is_signed: bool) -> Vec<u8> {
    let mut png = Vec::new();
    fake_provider::portrait(shade).write_with_encoder(image::codecs::png::PngEncoder::new(&mut png)).unwrap();
    if is_signed {
        let manifest = b"caBXjumb c2pa http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia.";
        let length = (manifest.len() as u32 - 4).to_be_bytes();
        let chunk = [&length[..], manifest, &checksum(manifest).to_be_bytes()].concat();
        png.splice(33..33, chunk);
    }
    png
}

#[test]
fn a_bought_portrait_is_stored_as_it_came_and_marked_for_people_unless_the_provider_signed_it() {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let is_first = |words: &str| words.contains("inviting");
    let fake = FakeProvider::start(move |asked, _| {
        if !asked.is_picture() {
            return Reply::Well;
        }
        let is_signed = is_first(asked.words());
        let usage = json!({"input_tokens": 100, "output_tokens": 1584});
        let data = json!([{"b64_json": base64(&received(u8::from(is_signed), is_signed))}]);
        Reply::Charged(json!({"created": 1, "data": data, "usage": usage}).to_string())
    });
    let mut studio = support::Studio::start(settings(&place, &fake));
    let ended = studio.generate_final("naps", Consent::UpTo(MicroDollars(5_000_000)));
    assert_eq!(ended.outcome, Outcome::Complete, "{}", ended.message);
    studio.stop();
    let portrait = |name: &str| place.output().join("naps/portraits").join(name);
    let [signed, bare] = ["baby_1.png", "baby_2.png"].map(portrait);
    assert_eq!(std::fs::read(&signed).unwrap(), received(1, true), "not a byte is changed");
    let said = mark::read(&signed).unwrap();
    assert_eq!((said.xmp.clone(), said.source_type()), (None, Some("trainedAlgorithmicMedia")));
    let said = mark::read(&bare).unwrap();
    assert_eq!(said.source_type(), Some("trainedAlgorithmicMedia"));
    assert!(said.xmp.unwrap().systems.unwrap().starts_with("openai "));
    let stored: Vec<Vec<u8>> = Place::files_below(&place.home())
        .iter()
        .filter(|file| file.starts_with("assets/"))
        .map(|file| std::fs::read(place.home().join(file)).unwrap())
        .collect();
    assert!(stored.contains(&received(1, true)) && stored.contains(&received(0, false)));
}
