//! The command line as a contract: exit codes, documents and files, tried on the real program.

use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Answer, CAMPAIGN, Studio};

fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

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
fn every_fault_of_a_file_is_told_at_once_with_its_line() {
    let studio = Studio::empty();
    let broken = CAMPAIGN.replace("\"Baby 2\", \"text\"", "\"Baby 3\", \"text\"").replace("\"Yes.\"", "\"\"");
    studio.write("first.json", broken);
    for command in ["check", "generate", "plan", "status"] {
        let answer = studio.run([command, "first"]).expect(2);
        let told = format!("{}{}", answer.stdout, answer.stderr);
        assert!(told.contains("campaigns/first.json:6:"), "{command}: {told}");
        assert!(told.contains("campaigns/first.json:7:"), "{command}: {told}");
    }
    let answer = studio.json(2, ["check", "first"]);
    assert_eq!((&answer["ok"], answer["faults"].as_array().unwrap().len()), (&json!(false), 2));
    assert_eq!(members(&answer["faults"][0]), ["column", "hint", "line", "message", "place", "pointer"]);
    assert!(studio.files("output").is_empty(), "nothing is made of a broken campaign");
}

#[test]
fn check_needs_no_home_and_makes_none() {
    let studio = Studio::new();
    let answer = studio.json(0, ["check", "first"]);
    assert_eq!(
        (&answer["ok"], &answer["campaign_id"], &answer["scenes_total"]),
        (&json!(true), &json!("first"), &json!(3))
    );
    assert!(!studio.path("home").exists());
}

#[test]
fn wrong_arguments_end_with_two_and_say_what_is_there() {
    let studio = Studio::new();
    let latin = studio.write("latin.json", b"{\"campaign_id\": \"caf\xe9\"}");
    for (arguments, says) in [
        (vec!["status", "frist"], "Did you mean first?"),
        (vec!["status", "other_one"], "There is no campaign other_one"),
        (vec!["status", "nowhere.json"], "nowhere.json cannot be read"),
        (vec!["status", "no spaces"], "neither a file nor a campaign id"),
        (vec!["check", latin.to_str().unwrap()], "UTF-8"),
        (vec!["check", "campaigns"], "holds no campaign campaigns"),
        (vec!["check", "./campaigns"], "is no file"),
        (vec!["generate", "first", "--speaker", "Bob"], "It has \"Baby 1\", \"Baby 2\"."),
        (vec!["generate", "first", "--speaker", "Bab"], "may be \"Baby 1\", \"Baby 2\""),
        (vec!["generate", "first", "--speaker", ""], "may be \"Baby 1\", \"Baby 2\""),
        (vec!["generate", "first", "--scene", "4"], "its scenes are 1 to 3"),
        (vec!["generate", "first", "--scene", "0"], "0 is not in 1.."),
        (vec!["generate", "first", "--scene", "-1"], "-1"),
        (vec!["generate", "first", "--cap", "NaN"], "amount in US dollars"),
        (vec!["generate", "first", "--all"], "cannot be used with"),
        (vec!["generate"], "required"),
        (vec!["generate", "first", "--voice", "robot"], "elevenlabs, compatible, pico"),
        (vec!["generate", "first", "--campaigns", "nowhere"], "there is no folder"),
        (vec!["regenerate", "first"], "--speaker NAME for a portrait"),
        (vec!["regenerate", "first", "--speaker", "Baby 1", "--scene", "1"], "cannot be used with"),
        (vec!["explain", "first"], "--scene"),
        (vec!["takes", "first", "--choose", "1"], "required"),
        (vec!["new", "no spaces"], "no spaces"),
        (vec!["new", "--", "-x"], "starts with '-'"),
        (vec!["show", "first"], "Say whose portrait"),
        (vec!["optimize", "nowhere.png", "out.png"], "cannot be read"),
        (vec!["list", "--config", "nowhere.toml"], "nowhere.toml cannot be read"),
        (vec!["dance"], "unrecognized subcommand"),
    ] {
        let answer = studio.run(&arguments).expect(2);
        assert!(
            answer.stdout.contains(says) || answer.stderr.contains(says),
            "{arguments:?}: {}{}",
            answer.stdout,
            answer.stderr
        );
        assert!(!answer.stderr.contains("panicked"), "{arguments:?}: {}", answer.stderr);
    }
}

#[test]
fn a_failure_is_a_document_too() {
    let studio = Studio::new();
    let answer = studio.json(2, ["status", "nobody"]);
    assert_eq!(answer["exit_code"], 2);
    assert!(answer["error"].as_str().unwrap().contains("no campaign nobody"), "{answer}");
}

#[test]
fn no_campaigns_folder_says_how_to_make_one() {
    let studio = Studio::empty();
    std::fs::remove_dir(studio.path("campaigns")).unwrap();
    studio.run(["list"]).expect(0).says("babblecast new NAME");
    studio.run(["generate", "--all"]).expect(2).says("babblecast new NAME");
    studio.run(["status", "first"]).expect(2).says("No campaigns folder was found");
    studio.run(["new", "first"]).expect(0).says("babblecast generate first");
    assert!(studio.path("campaigns/first.json").is_file());
    studio.run(["check", "first"]).expect(0);
    studio.run(["new", "first"]).expect(1).says("exists already");
    studio.run(["new", "--samples"]).expect(0).says("campaigns/nap_or_snack.yaml");
}

#[test]
fn a_home_or_an_output_that_cannot_be_written_is_told() {
    let studio = Studio::new();
    std::fs::write(studio.path("file"), "").unwrap();
    let file = studio.path("file");
    let file = file.to_str().unwrap();
    studio.run(["list", "--home", file]).expect(1).says("file");
    let answer = studio.json(1, ["generate", "first", "--only", "portraits", "--output", file]);
    assert_eq!(answer["status"], "failed");
    assert!(answer["message"].as_str().unwrap().contains("file"), "{answer}");
    studio.run(["generate", "first", "--only", "portraits"]).expect(0).says("Everything was made already");
}

#[test]
fn list_and_status_say_what_needs_the_person() {
    let studio = Studio::new();
    studio.write("broken.json", "{}");
    let list = studio.json(0, ["list"]);
    let told: Vec<(&str, bool)> = list["campaigns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["campaign_id"].as_str().unwrap(), line["ok"].as_bool().unwrap()))
        .collect();
    assert_eq!(told, [("broken", false), ("first", true)]);
    let words = studio.run(["list"]).expect(0);
    assert!(
        words.stdout.contains("first     0 of 3     0 of 2  0 of 3  0 of 4        –  10 to make"),
        "{}",
        words.stdout
    );
    studio.run(["generate", "first", "--only", "portraits"]).expect(0);
    studio.run(["list"]).expect(0).says("first     0 of 3     2 of 2  0 of 3  0 of 4        –  8 to make");
    let status = studio.run(["status", "first"]).expect(0);
    assert!(status.stdout.contains("1  Baby 1  Milk.  ●     ·"), "{}", status.stdout);
    assert!(status.stdout.lines().all(|line| line.chars().count() <= 80), "{}", status.stdout);
    studio.run(["status"]).expect(0).says("4 faults to mend").says("8 to make: babblecast generate first");
}

#[test]
fn a_plan_tells_every_job_with_its_price() {
    let studio = Studio::new();
    let plan = studio.json(0, ["plan", "first"]);
    assert_eq!((&plan["jobs_total"], &plan["jobs_made"], &plan["estimated_usd"]), (&json!(10), &json!(0), &json!(0.0)));
    let job = &plan["jobs"][0];
    assert_eq!(
        members(job),
        ["key", "model", "price_usd", "product", "provider", "scenes", "speakers", "state", "take"]
    );
    assert_eq!(
        (&job["product"], &job["provider"], &job["state"]),
        (&json!("portrait"), &json!("sketch"), &json!("pending"))
    );
    studio.run(["plan", "first"]).expect(0).says("0 of 10 made already, 10 to make, free");
    assert!(studio.files("output").is_empty());
    studio.run(["generate", "first", "--only", "portraits,voices"]).expect(0);
    let plan = studio.json(0, ["plan", "first"]);
    assert_eq!((&plan["jobs_made"], &plan["jobs"][0]["state"]), (&json!(5), &json!("cached")));
}

#[test]
fn explain_names_what_changed() {
    let studio = Studio::new();
    studio.run(["generate", "first", "--only", "voices"]).expect(0);
    let before = studio.json(0, ["explain", "first", "--scene", "1"]);
    assert_eq!(before["jobs"].as_array().unwrap().len(), 3, "portrait, voice and clip");
    assert_eq!((&before["jobs"][1]["product"], &before["jobs"][1]["former"]), (&json!("voice"), &json!(null)));
    studio.write("first.json", CAMPAIGN.replace("\"Milk.\"", "\"Milk!\""));
    let after = studio.json(0, ["explain", "first", "--scene", "1"]);
    let voice = &after["jobs"][1];
    assert_eq!((&voice["state"], &voice["former"]["key"]), (&json!("pending"), &before["jobs"][1]["key"]));
    assert_eq!(voice["former"]["differences"], json!([{"parameter": "text", "before": "Milk.", "after": "Milk!"}]));
    studio.run(["explain", "first", "--scene", "1"]).expect(0).says("text: \"Milk.\" → \"Milk!\"");
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
fn damage_is_found_put_aside_and_made_again() {
    let studio = Studio::new();
    studio.run(["generate", "first", "--only", "portraits"]).expect(0);
    let intact = studio.json(0, ["verify"]);
    assert_eq!((&intact["intact"], intact["damaged"].as_array().unwrap().len()), (&json!(2), 0));
    let asset = studio.path("home/assets").join(studio.files("home/assets").first().unwrap());
    std::fs::remove_file(&asset).unwrap();
    std::fs::write(&asset, "spoilt").unwrap();
    let found = studio.json(0, ["verify"]);
    assert_eq!((found["damaged"].as_array().unwrap().len(), found["pending_again"].as_array().unwrap().len()), (1, 1));
    studio.run(["generate", "first", "--only", "portraits"]).expect(0).says("2 of 2 made, 1 from cache");
    assert_eq!(studio.json(0, ["prune"])["assets"], 0);
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
fn a_portrait_is_shown_once_it_is_made() {
    let studio = Studio::new();
    studio.run(["show", "first", "--speaker", "Baby 1"]).expect(1).says("has no portrait yet");
    studio.run(["generate", "first", "--only", "portraits"]).expect(0);
    let shown = studio.run(["show", "first", "--speaker", "Baby 1", "--plain"]).expect(0);
    assert!(shown.stdout.contains('▄'), "half-blocks");
    studio.run(["show", "campaigns/first.json"]).expect(1).says("no picture");
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
fn config_show_tells_sources_and_no_secret() {
    let studio = Studio::empty();
    std::fs::write(studio.path("config.toml"), "\nmouse = false\n").unwrap();
    let mut command = studio.command(["config", "show", "--config", "config.toml", "--log", "debug", "--json"]);
    let answer = Answer::of(command.env("OPENAI_API_KEY", "sk-very-secret").output().unwrap()).expect(0);
    assert!(!answer.stdout.contains("sk-very-secret"));
    let document = answer.documents().pop().unwrap();
    let value = |name: &str| {
        let row = document["values"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
        (row["value"].as_str().unwrap().to_owned(), row["source"].as_str().unwrap().to_owned())
    };
    assert_eq!(value("mouse"), ("false".to_owned(), "config.toml:2".to_owned()));
    assert_eq!(value("log"), ("debug".to_owned(), "--log".to_owned()));
    assert_eq!(value("home").1, "BABBLECAST_HOME");
    assert_eq!(value("theme"), ("auto".to_owned(), "default".to_owned()));
    assert_eq!(
        document["keys"],
        json!({"OPENAI_API_KEY": "set", "ELEVENLABS_API_KEY": "not set",
        "BABBLECAST_IMAGE_KEY": "not set", "BABBLECAST_VOICE_KEY": "not set"})
    );
    studio.run(["config", "show"]).expect(0).says("No config file; it would be ");
}

#[test]
fn a_broken_config_stops_what_reads_it_and_nothing_else() {
    let studio = Studio::new();
    std::fs::write(studio.path("config.toml"), "colour = 1\n").unwrap();
    let with_config = |command: &[&str]| studio.run(command.iter().chain(&["--config", "config.toml"]));
    with_config(&["list"]).expect(2).says("config.toml:1: colour is no setting.");
    for command in [&["schema"][..], &["completions", "bash"], &["man"]] {
        assert!(!with_config(command).expect(0).stdout.is_empty(), "{command:?}");
    }
}

#[test]
fn help_completions_manual_and_schema_are_there() {
    let studio = Studio::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(studio.run(["completions", shell]).expect(0).stdout.contains("regenerate"), "{shell}");
    }
    let manual = studio.run(["man"]).expect(0).stdout;
    assert!(manual.contains("babblecast\\-generate") && manual.contains(".TH"), "{manual}");
    studio.run(["man", "--dir", "pages"]).expect(0);
    assert!(studio.files("pages").contains(&"babblecast-generate.1".to_owned()), "{:?}", studio.files("pages"));
    let schema: Value = serde_json::from_str(&studio.run(["schema"]).expect(0).stdout).unwrap();
    assert_eq!(schema["title"], "Baby podcast campaign");
    let help = studio.run(["help"]).expect(0).stdout;
    for word in ["Make", "See", "Hand over", "Look after", "Set up", "generate", "Exit codes"] {
        assert!(help.contains(word), "{word}");
    }
    let long: Vec<_> = help.lines().filter(|line| line.chars().count() > 110).collect();
    assert!(long.is_empty(), "{long:?}");
    studio.run(["help", "generate"]).expect(0).says("Examples: babblecast generate");
    studio.run(["--version"]).expect(0).says(env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_studio_needs_a_terminal_and_says_so() {
    let studio = Studio::new();
    studio.run::<&str>([]).expect(1).says("needs a terminal");
}

#[test]
fn hostile_names_reach_no_terminal() {
    let studio = Studio::empty();
    studio.write("first.json", CAMPAIGN.replace("Baby 1", "Ba\u{202e}by").replace("Milk.", "a\u{200b}b"));
    for command in ["status", "plan", "list"] {
        let answer = studio.run([command, "first"][..if command == "list" { 1 } else { 2 }].iter());
        assert!(!answer.stdout.contains(['\u{202e}', '\u{200b}', '\u{1b}']), "{command}: {}", answer.stdout);
    }
}

/// A campaign with this many lines, all different.
#[cfg(unix)]
fn long_campaign(lines: usize) -> String {
    let line =
        |number: usize| json!({"type": "dialogue", "speaker": "Baby 1", "text": format!("Line number {number}.")});
    let profile = json!({"Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"}});
    let script: Vec<Value> = (0..lines).map(line).collect();
    json!({"campaign_id": "long", "topic": "Numbers", "script": script, "baby_profiles": profile}).to_string()
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_loses_nothing_and_says_so() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::Stdio;
    let studio = Studio::empty();
    studio.write("long.json", long_campaign(400));
    let mut command = studio.command(["generate", "long", "--only", "portraits,voices", "--json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"state\":\"made\"") {
        line.clear();
        assert!(stdout.read_line(&mut line).unwrap() > 0, "it ended before anything was made");
    }
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let document: Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
    assert_eq!(document["outcome"], "interrupted");
    let made = document["scenes_completed"].as_u64().unwrap();
    assert!(made < 400, "{made}");
    assert_eq!(studio.json(0, ["verify"])["damaged"], json!([]));
    let scene = document["results"].as_array().unwrap().iter().find(|scene| scene["reason"] == "cancelled").unwrap();
    let number = (scene["scene_index"].as_u64().unwrap() + 1).to_string();
    studio.run(["generate", "long", "--only", "portraits,voices", "--scene", &number]).expect(0);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_panic() {
    use std::process::Stdio;
    let studio = Studio::new();
    let mut command = studio.command(["schema"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_the_results_is_told() {
    let studio = Studio::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = studio.command(["list"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Standard output cannot be written"));
}

#[test]
fn a_provider_asked_for_by_name_is_never_replaced_by_the_draft() {
    let studio = Studio::new();
    for (arguments, variable) in [
        (["generate", "first", "--image", "openai"], "OPENAI_API_KEY is not set"),
        (["plan", "first", "--voice", "elevenlabs"], "ELEVENLABS_API_KEY is not set"),
    ] {
        let answer = studio.run(arguments).expect(4);
        assert!(answer.stderr.contains(variable), "{}", answer.stderr);
    }
    assert!(!studio.path("output").exists());
}

#[test]
fn a_line_becomes_a_clip_that_lint_finds_fit_to_post() {
    let studio = Studio::empty();
    let said = studio.json(0, ["say", "No.", "--tone", "sceptical", "--out", "no.mp4"]);
    assert_eq!((&said["file"], &said["mode"]), (&json!("no.mp4"), &json!("draft")));
    let report = studio.json(0, ["lint", "no.mp4"]);
    assert_eq!(report["pass"], true);
    assert!(report["rules"].as_array().unwrap().iter().all(|rule| rule["pass"] == true), "{report}");
    studio.write("no_video.mp4", "this is no video");
    studio.run(["lint", "campaigns/no_video.mp4"]).expect(2);
    studio.run(["say", ""]).expect(2).says("This cannot be said");
}
