//! What a finished video is posted with: words, cover pictures and a checklist, in a folder that a person may edit.

use image::GenericImageView;
use serde_json::json;

use crate::program::Studio;

/// A studio with the draft of the first campaign.
fn drafted() -> Studio {
    let studio = Studio::new();
    drop(studio.run(["generate", "first", "--draft"]).expect(0));
    studio
}

#[test]
fn a_finished_video_is_laid_out_to_be_posted() {
    let studio = drafted();
    let said = studio.json(0, ["post", "first", "--draft"]);
    assert_eq!((&said["fit"], &said["mode"]), (&json!(true), &json!("draft")));
    let read = |name: &str| std::fs::read(studio.path(format!("output/first/post/{name}").as_str())).unwrap();
    for name in ["first.draft.mp4", "first.draft.srt", "first.draft.vtt"] {
        let published = std::fs::read(studio.path(format!("output/first/{name}").as_str())).unwrap();
        assert!(read(name) == published, "{name} is the file that was published, with its mark");
    }
    let caption = String::from_utf8(read("caption.txt")).unwrap();
    assert_eq!(caption.trim_end(), said["caption"].as_str().unwrap());
    assert!(caption.contains("#babypodcast") && caption.contains("Made in part with AI."), "{caption}");
    for (name, size) in [("cover_1.png", (1080, 1920)), ("cover_1_grid.png", (1080, 1440))] {
        assert_eq!(image::load_from_memory(&read(name)).unwrap().dimensions(), size);
        let marked = studio.json(0, ["verify-mark", &format!("output/first/post/{name}")]);
        assert_eq!(marked["source_type"], "compositeWithTrainedAlgorithmicMedia", "{name}");
    }
    let list = String::from_utf8(read("checklist.md")).unwrap();
    for words in ["## YouTube Shorts", "## TikTok", "## Instagram Reels", "- [x] length", "- [ ] made by AI"] {
        assert!(list.contains(words), "{words} in\n{list}");
    }
}

#[test]
fn what_was_edited_by_hand_stays_and_again_writes_over_it() {
    let studio = drafted();
    drop(studio.run(["post", "first", "--draft"]).expect(0).says("fit to post"));
    let caption = studio.path("output/first/post/caption.txt");
    std::fs::write(&caption, "My own words").unwrap();
    drop(studio.run(["post", "first", "--draft"]).expect(0).says("Changed by hand and kept: caption.txt"));
    assert_eq!(std::fs::read_to_string(&caption).unwrap(), "My own words");
    // Bringing the output up to date leaves the folder alone.
    drop(studio.run(["export", "first"]).expect(0));
    assert_eq!(std::fs::read_to_string(&caption).unwrap(), "My own words");
    let again = studio.json(0, ["post", "first", "--draft", "--again"]);
    assert_eq!(again["kept"], json!([]));
    assert_ne!(std::fs::read_to_string(&caption).unwrap(), "My own words");
}

#[test]
fn a_video_that_is_missing_or_older_than_its_script_is_not_laid_out() {
    let studio = Studio::new();
    drop(
        studio
            .run(["post", "first"])
            .expect(1)
            .says("There is no video of first yet. Make it first: babblecast generate first"),
    );
    drop(studio.run(["generate", "first", "--draft"]).expect(0));
    let file = studio.path("campaigns/first.json");
    let script = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_dir_all(studio.path("output")).unwrap();
    drop(studio.run(["post", "first", "--draft"]).expect(1).says("There is no video of first yet."));
    assert!(!studio.path("output/first/post").exists());
    drop(studio.run(["export", "first"]).expect(0));
    let mut campaign: serde_json::Value = serde_json::from_str(&script).unwrap();
    campaign["script"][0]["text"] = json!("Something else entirely.");
    std::fs::write(&file, campaign.to_string()).unwrap();
    drop(studio.run(["post", "first", "--draft"]).expect(1).says("The video of first is older than its script."));
    assert!(!studio.path("output/first/post").exists());
}
