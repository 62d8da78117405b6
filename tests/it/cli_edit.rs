//! Edits from the command line: each key of the studio that changes a file has its arguments.

use serde_json::Value;

use crate::program::{CAMPAIGN, Studio};

fn file(studio: &Studio) -> String {
    std::fs::read_to_string(studio.path("campaigns/first.json")).unwrap()
}

fn document(studio: &Studio) -> Value {
    serde_json::from_str(&file(studio)).unwrap()
}

fn texts(studio: &Studio) -> Vec<String> {
    document(studio)["script"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scene| scene["text"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn each_edit_of_the_studio_can_be_made_by_arguments() {
    let studio = Studio::new();
    let before = texts(&studio);
    let edit = |arguments: &[&str]| {
        let all: Vec<&str> = ["edit", "first"].iter().chain(arguments).copied().collect();
        let answer = studio.json(0, all);
        studio.run(["check", "first"]).expect(0);
        answer
    };
    let answer = edit(&["--scene", "1", "--text", "Snack: \"now\" # please"]);
    assert_eq!(
        (&answer["campaign_id"], &answer["changed"], &answer["scene"]),
        (&"first".into(), &true.into(), &1.into())
    );
    assert_eq!(texts(&studio)[0], "Snack: \"now\" # please");
    let answer = edit(&["--insert-after", "1", "--text", "Between."]);
    assert_eq!(answer["scene"], 2);
    assert_eq!(texts(&studio)[1], "Between.");
    edit(&["--scene", "2", "--field", "speaker=Baby 1", "--field", "say=Be tween."]);
    assert_eq!(
        (&document(&studio)["script"][1]["say"], &document(&studio)["script"][1]["speaker"]),
        (&"Be tween.".into(), &"Baby 1".into())
    );
    edit(&["--scene", "2", "--field", "say="]);
    assert!(document(&studio)["script"][1].get("say").is_none());
    edit(&["--scene", "2", "--move", "+1"]);
    assert_eq!(texts(&studio)[2], "Between.");
    edit(&["--scene", "3", "--move", "1"]);
    edit(&["--scene", "1", "--duplicate"]);
    assert_eq!(texts(&studio)[..2], ["Between.", "Between."]);
    edit(&["--scene", "1", "--delete"]);
    edit(&["--scene", "1", "--delete"]);
    edit(&["--scene", "1", "--text", &before[0]]);
    assert_eq!(texts(&studio), before);
    edit(&["--speaker", "Baby 1", "--field", "voice.pitch=-2.5", "--field", "appearance=red bows"]);
    let baby = &document(&studio)["baby_profiles"]["Baby 1"];
    assert_eq!((&baby["voice"]["pitch"], &baby["appearance"]), (&(-2.5).into(), &"red bows".into()));
    edit(&["--field", "topic=Oats"]);
    assert_eq!(document(&studio)["topic"], "Oats");
    assert_eq!(edit(&["--field", "topic=Oats"])["changed"], false);
}

#[test]
fn an_edit_that_would_break_the_campaign_is_refused_with_its_fault() {
    let studio = Studio::new();
    for (arguments, says) in [
        (&["--scene", "1", "--text", " "][..], "scene 1 · text: the text is empty"),
        (&["--scene", "9", "--text", "x"], "there is no scene 9"),
        (&["--scene", "1", "--field", "txet=x"], "unknown field"),
        (&["--scene", "1", "--field", "speaker=Nobody"], "\"Nobody\" has no profile"),
        (&["--insert-after", "1"], "the field \"text\" is missing"),
        (&["--speaker", "Baby 1", "--field", "tone="], "the field \"tone\" is missing"),
        (&["--scene", "1"], "Say what to change"),
        (&["--scene", "1", "--move", "0"], "write a number from 1"),
        (&["--delete"], "--scene"),
    ] {
        let all: Vec<&str> = ["edit", "first"].iter().chain(arguments).copied().collect();
        studio.run(all).expect(2).says(says);
    }
    assert_eq!(file(&studio), CAMPAIGN);
    studio.run(["edit", "nobody", "--scene", "1", "--text", "x"]).expect(2);
}
