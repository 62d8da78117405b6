//! What the command line tells without making anything: states, prices, faults, settings, help.

use serde_json::{Value, json};

use crate::program::{Answer, CAMPAIGN, Studio, members};

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
        words.stdout.contains("first     0 of 3     0 of 2  0 of 3  0 of 3        –  10 to make"),
        "{}",
        words.stdout
    );
    studio.run(["generate", "first", "--only", "portraits"]).expect(0);
    studio.run(["list"]).expect(0).says("first     0 of 3     2 of 2  0 of 3  0 of 3        –  8 to make");
    let status = studio.run(["status", "first"]).expect(0);
    assert!(status.stdout.contains("1  Baby 1  Milk.  ●     ·"), "{}", status.stdout);
    assert!(status.stdout.lines().all(|line| line.chars().count() <= 80), "{}", status.stdout);
    studio.run(["status"]).expect(0).says("4 faults to fix").says("8 to make: babblecast generate first");
}

#[test]
fn a_plan_tells_every_job_with_its_price() {
    let studio = Studio::new();
    let plan = studio.json(0, ["plan", "first"]);
    assert_eq!((&plan["jobs_total"], &plan["jobs_made"], &plan["estimated_usd"]), (&json!(10), &json!(0), &json!(0.0)));
    let job = &plan["jobs"][0];
    assert_eq!(
        members(job),
        ["key", "model", "price_usd", "product", "provider", "scene", "scenes", "speakers", "state", "take"]
    );
    let voice = plan["jobs"].as_array().unwrap().iter().find(|job| job["product"] == "voice").unwrap();
    assert_eq!((&voice["scenes"], &voice["scene"]), (&json!([0]), &json!(1)), "people count from 1");
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
fn a_portrait_is_shown_once_it_is_made() {
    let studio = Studio::new();
    studio.run(["show", "first", "--speaker", "Baby 1"]).expect(1).says("has no portrait yet");
    studio.run(["generate", "first", "--only", "portraits"]).expect(0);
    let shown = studio.run(["show", "first", "--speaker", "Baby 1", "--plain"]).expect(0);
    assert!(shown.stdout.contains('▄'), "half-blocks");
    studio.run(["show", "campaigns/first.json"]).expect(1).says("no picture");
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
        "BABBLECAST_IMAGE_KEY": "not set", "BABBLECAST_VOICE_KEY": "not set", "BABBLECAST_WRITER_KEY": "not set",
        "BABBLECAST_TRANSCRIPT_KEY": "not set"})
    );
    studio.run(["config", "show"]).expect(0).says("No config file; it would be ");
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
    let repeated: Vec<String> = studio.files("pages").into_iter().filter(|page| page.contains("help")).collect();
    assert!(repeated.is_empty(), "{repeated:?}");
    assert!(studio.files("pages").contains(&"babblecast-config-show.1".to_owned()));
    studio.run(["serve", "--help"]).expect(0).says("caps.run]");
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
fn a_setting_is_written_into_the_config_file_and_taken_out_again() {
    let studio = Studio::new();
    let config = studio.path("config.toml");
    std::fs::write(&config, "# mine\n").unwrap();
    let run = |arguments: &[&str]| studio.run(arguments.iter().copied().chain(["--config", "config.toml"]));
    run(&["config", "set", "caps.month", "12.5"]).expect(0).says("caps.month is 12.5 in");
    assert_eq!(std::fs::read_to_string(&config).unwrap(), "# mine\n\n[caps]\nmonth = 12.5\n");
    run(&["config", "show"]).expect(0).says("$12.50");
    run(&["config", "set", "theme", "lihgt"]).expect(2).says("did you mean light?");
    run(&["config", "set", "teme", "light"]).expect(2).says("Did you mean theme?");
    let louder = ["config", "set", "encoder", "embedded", "--encoder", "auto"];
    run(&louder).expect(0).says("--encoder goes before it");
    run(&["config", "unset", "caps.month"]).expect(0);
    run(&["config", "unset", "caps.month"]).expect(2).says("does not stand in");
    run(&["config", "show"]).expect(0).says("$20.00");
}
