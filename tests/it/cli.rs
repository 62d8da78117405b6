//! The command line as a contract: what is made, which files and documents come of it, tried on the real program.

use std::path::Path;

use serde_json::{Value, json};

use crate::program::{CAMPAIGN, Studio, members};

#[test]
fn generate_makes_the_files_for_people_and_nothing_twice() {
    let studio = Studio::new();
    let first = studio.run(["generate", "first", "--only", "portraits,voices"]).expect(0);
    assert!(first.stderr.starts_with("draft: drawn baby and built-in voice (no key set)\n"), "{}", first.stderr);
    assert!(first.stderr.contains("made  portrait of Baby 1 ("), "{}", first.stderr);
    assert!(first.stderr.contains("made  voice of scene 2, Baby 2 ("), "{}", first.stderr);
    assert_eq!(first.stdout, "first: 5 of 5 made: output/first\n");
    assert_eq!(
        studio.files("output/first"),
        [
            "draft/portraits/baby_1.png",
            "draft/portraits/baby_2.png",
            "draft/voices/scene_001_baby_1.wav",
            "draft/voices/scene_002_baby_2.wav",
            "draft/voices/scene_003_baby_1.wav",
            "manifest.json",
        ]
    );
    let second = studio.run(["generate", "first", "--only", "portraits,voices"]).expect(0);
    assert_eq!(second.stdout, "first: Everything was made already: output/first\n");
}

#[test]
fn the_document_has_the_fields_and_words_of_the_contract() {
    let studio = Studio::new();
    let answer = studio.run(["generate", "first", "--json"]).expect(0);
    let mut lines = answer.documents();
    let document = lines.pop().unwrap();
    assert!(lines.iter().all(|line| line.get("event").is_some()), "every line before the document is an event");
    for event in ["run_started", "job", "run_ended"] {
        assert!(lines.iter().any(|line| line["event"] == event), "no {event}");
    }
    assert_eq!(
        members(&document),
        [
            "baby_images",
            "campaign_id",
            "cost",
            "episode",
            "images_generated",
            "job_id",
            "message",
            "mode",
            "outcome",
            "results",
            "scenes_completed",
            "scenes_total",
            "status",
        ]
    );
    assert_eq!(document["campaign_id"], "first");
    assert_eq!(document["status"], "completed");
    assert_eq!(document["outcome"], "complete");
    assert_eq!(document["mode"], "draft");
    assert_eq!((&document["scenes_total"], &document["scenes_completed"]), (&json!(3), &json!(3)));
    assert_eq!(document["images_generated"], 2);
    assert_eq!(document["baby_images"]["Baby 1"], "output/first/draft/portraits/baby_1.png");
    assert!(document["job_id"].as_str().is_some_and(|id| !id.is_empty()));
    let scene = &document["results"][1];
    assert_eq!(
        members(scene),
        ["assets", "error_message", "processing_time_ms", "reason", "scene_index", "scene_type", "speaker", "status"]
    );
    assert_eq!((&scene["scene_index"], &scene["scene_type"]), (&json!(1), &json!("dialogue")));
    assert_eq!((&scene["speaker"], &scene["status"]), (&json!("Baby 2"), &json!("success")));
    assert_eq!(members(&scene["assets"]), ["audio_file", "image_file", "video_file"]);
    for file in ["audio_file", "image_file", "video_file"] {
        assert!(studio.path(scene["assets"][file].as_str().unwrap()).is_file(), "{file}");
    }
    assert!(studio.path(document["episode"]["file"].as_str().unwrap()).is_file());
    assert!(document["episode"]["seconds"].as_f64().unwrap() > 2.0 && document["episode"]["complete"] == true);
    assert_eq!(members(&document["cost"]), ["estimated_usd", "paid_usd", "saved_by_cache_usd", "unknown_usd"]);
    assert_eq!(document["cost"]["paid_usd"], 0.0);
}

#[test]
fn only_what_is_asked_for_is_made() {
    let studio = Studio::new();
    studio.run(["generate", "first", "--only", "portraits", "--speaker", "baby 2"]).expect(0).says("1 of 1 made");
    assert_eq!(studio.files("output/first/draft"), ["portraits/baby_2.png"]);
    studio.run(["generate", "first", "--only", "voices", "--scene", "3"]).expect(0).says("1 of 1 made");
    assert_eq!(studio.files("output/first/draft"), ["portraits/baby_2.png", "voices/scene_003_baby_1.wav"]);
    let status = studio.json(0, ["status", "first"]);
    let states: Vec<&str> = (0..3).map(|scene| status["results"][scene]["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["pending", "pending", "pending"]);
    assert_eq!(status["status"], "queued");
}

#[test]
fn several_campaigns_are_made_and_a_broken_one_hides_none() {
    let studio = Studio::new();
    studio.write("second.json", CAMPAIGN.replace("first", "second"));
    studio.write("broken.json", "{}");
    let answer = studio.run(["generate", "--all", "--only", "portraits", "--json"]).expect(2);
    let documents: Vec<Value> = answer.documents().into_iter().filter(|line| line.get("event").is_none()).collect();
    let told: Vec<(&str, &str)> = documents
        .iter()
        .map(|document| (document["campaign_id"].as_str().unwrap(), document["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("broken", "stopped"), ("first", "complete"), ("second", "complete")]);
    assert!(answer.stderr.contains("campaigns/broken.json:1:1: "), "{}", answer.stderr);
    assert_eq!(studio.files("output/second/draft").len(), 2);
}

#[test]
fn a_campaign_by_file_needs_no_folder() {
    let studio = Studio::empty();
    let path = studio.path("elsewhere.json");
    std::fs::write(&path, CAMPAIGN).unwrap();
    studio.run(["generate", "elsewhere.json", "--only", "portraits"]).expect(0).says("output/first");
    assert_eq!(studio.files("output/first/draft").len(), 2);
}

#[test]
fn a_new_take_is_a_candidate_until_it_is_chosen() {
    let studio = Studio::new();
    studio.run(["generate", "first", "--only", "portraits"]).expect(0);
    let portrait = || std::fs::read(studio.path("output/first/draft/portraits/baby_1.png")).unwrap();
    let before = portrait();

    let answer = studio.json(0, ["regenerate", "first", "--speaker", "Baby 1"]);
    assert_eq!((&answer["outcome"], &answer["take"]["number"]), (&json!("complete"), &json!(2)));
    assert!(Path::new(answer["take"]["file"].as_str().unwrap()).file_name().is_some());
    assert!(before == portrait(), "nothing changes until a take is chosen");
    assert!(!studio.path("campaigns/first.takes.json").exists());

    let takes = studio.json(0, ["takes", "first"]);
    let chosen = |answer: &Value| -> Vec<(u64, bool)> {
        let takes = answer["subjects"][0]["takes"].as_array().unwrap();
        takes.iter().map(|take| (take["number"].as_u64().unwrap(), take["chosen"].as_bool().unwrap())).collect()
    };
    assert_eq!(chosen(&takes), [(1, true), (2, false)]);

    let takes = studio.json(0, ["takes", "first", "--speaker", "Baby 1", "--choose", "2"]);
    assert_eq!(chosen(&takes), [(1, false), (2, true)]);
    assert!(studio.path("campaigns/first.takes.json").is_file());
    assert!(before != portrait(), "the chosen take is what people find");

    studio
        .run(["takes", "first", "--speaker", "Baby 1", "--choose", "3"])
        .expect(2)
        .says("has no take 3: it has 2 takes (1, 2)");
    studio.run(["regenerate", "first", "--scene", "1"]).expect(0).says("Take 2 of the voice of scene 1, Baby 1: ");
}

#[test]
fn export_rebuilds_the_output_folder_and_leaves_what_is_foreign() {
    let studio = Studio::new();
    studio.run(["generate", "first", "--only", "portraits"]).expect(0);
    let portrait = studio.path("output/first/draft/portraits/baby_1.png");
    std::fs::remove_file(&portrait).unwrap();
    std::fs::write(studio.path("output/first/notes.txt"), "mine").unwrap();
    let answer = studio.json(0, ["export", "first"]);
    assert_eq!(answer["files"], json!(["draft/portraits/baby_1.png", "draft/portraits/baby_2.png"]));
    assert!(portrait.is_file() && studio.path("output/first/notes.txt").is_file());
}

#[test]
fn a_packed_campaign_is_whole_somewhere_else() {
    let (here, there) = (Studio::new(), Studio::empty());
    here.run(["generate", "first", "--only", "portraits"]).expect(0);
    let pack = here.path("first.babblecast");
    let pack = pack.to_str().unwrap();
    assert_eq!(here.json(0, ["pack", "first", pack])["jobs"], 2);
    here.run(["pack", "first", pack]).expect(1).says("exists already");
    assert_eq!(there.json(0, ["unpack", pack])["jobs"], 2);
    there.run(["generate", "first", "--only", "portraits"]).expect(0).says("Everything was made already");
    there.run(["unpack", "/dev/null"]).expect(1);
}

#[test]
fn a_picture_is_made_right_for_video_once() {
    let studio = Studio::empty();
    let path = |name: &str| studio.path(name).to_str().unwrap().to_owned();
    let picture = image::RgbImage::from_fn(300, 200, |x, y| image::Rgb([x as u8, y as u8, 7]));
    picture.save(path("wide.png")).unwrap();
    let before = std::fs::read(path("wide.png")).unwrap();

    assert_eq!(studio.json(0, ["optimize", "wide.png", "tall.png"])["changed"], true);
    assert_eq!(image::image_dimensions(path("tall.png")).unwrap(), (1024, 1536));
    assert_eq!(std::fs::read(path("wide.png")).unwrap(), before, "the input is left alone");

    assert_eq!(studio.json(0, ["optimize", "tall.png", "again.png"])["changed"], false);
    assert_eq!(std::fs::read(path("tall.png")).unwrap(), std::fs::read(path("again.png")).unwrap());
    assert_eq!(studio.json(0, ["optimize", "again.png", "tall.png"])["changed"], false);
    assert_eq!(studio.json(0, ["optimize", "wide.png", "wide.png"])["changed"], true, "in place");
    assert_eq!(image::image_dimensions(path("wide.png")).unwrap(), (1024, 1536));

    std::fs::write(path("text.png"), "no picture").unwrap();
    studio.run(["optimize", "text.png", "tall.png"]).expect(1).says("not a picture");
    studio.run(["optimize", "wide.png", "nowhere/out.png"]).expect(1).says("nowhere/out.png cannot be written");
    studio.run(["optimize", "wide.png", "campaigns"]).expect(2).says("is no file");
    let left = studio.files("");
    assert_eq!(left, ["again.png", "tall.png", "text.png", "wide.png"], "nothing half-written stays");
}

#[test]
fn the_document_is_given_to_on_finish() {
    let studio = Studio::new();
    std::fs::write(studio.path("config.toml"), "on_finish = [\"tee\", \"finished.json\"]\n").unwrap();
    let answer = studio.run(["generate", "first", "--only", "portraits", "--config", "config.toml"]).expect(0);
    assert_eq!(answer.stdout.lines().count(), 1, "its words do not mix with the results: {}", answer.stdout);
    let document: Value = serde_json::from_slice(&std::fs::read(studio.path("finished.json")).unwrap()).unwrap();
    assert_eq!(document["campaign_id"], "first");

    std::fs::write(studio.path("config.toml"), "on_finish = \"no-such-program\"\n").unwrap();
    studio
        .run(["generate", "first", "--config", "config.toml"])
        .expect(0)
        .says("on_finish: no-such-program could not be run");
}

#[test]
fn a_line_becomes_a_clip_that_lint_finds_fit_to_post() {
    let studio = Studio::empty();
    let said = studio.json(0, ["say", "No.", "--tone", "sceptical", "--out", "no.mp4"]);
    assert_eq!((&said["file"], &said["mode"], &said["pass"]), (&json!("no.mp4"), &json!("draft"), &json!(true)));
    let report = studio.json(0, ["lint", "no.mp4"]);
    assert_eq!(report["pass"], true);
    assert!(report["rules"].as_array().unwrap().iter().all(|rule| rule["pass"] == true), "{report}");
    studio.write("no_video.mp4", "this is no video");
    studio.run(["lint", "campaigns/no_video.mp4"]).expect(2);
    studio.run(["say", ""]).expect(2).says("This cannot be said");
}
