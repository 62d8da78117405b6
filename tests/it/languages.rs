//! Babies speak the language that their profile or campaign names, and what no voice can read is told before it is made.

use crate::program::Studio;

const LINES: &str = r#""script": [
    {"type": "dialogue", "speaker": "Mia", "text": "Ich habe das Buch und mein Bruder ist nicht da."},
    {"type": "dialogue", "speaker": "Tom", "text": "He is asleep."}]"#;

fn campaign(language: &str) -> String {
    format!(
        r#"{{"campaign_id": "first", "topic": "naps", {LINES}, "baby_profiles": {{
            "Mia": {{"tone": "warm", "voice_id": "baby_voice_1"{language}}},
            "Tom": {{"tone": "warm", "voice_id": "baby_voice_2", "language": "en"}}}}}}"#
    )
}

/// Who speaks the lines, and the keys of their jobs.
fn voices(studio: &Studio) -> Vec<(String, String)> {
    let plan = studio.json(0, ["plan", "first"]);
    let jobs = plan["jobs"].as_array().unwrap().iter().filter(|job| job["product"] == "voice");
    jobs.map(|job| (job["provider"].as_str().unwrap().to_owned(), job["key"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn a_baby_speaks_the_language_of_its_profile_and_the_others_their_own() {
    let studio = Studio::empty();
    studio.write("first.json", campaign(""));
    let english = voices(&studio);
    assert_eq!([&english[0].0, &english[1].0], ["neural", "neural"]);
    studio.write("first.json", campaign(r#", "language": "de""#));
    let german = voices(&studio);
    assert_eq!([&german[0].0, &german[1].0], ["pico", "neural"]);
    assert_eq!(german[1], english[1], "the language of one baby changes nothing of another");
    let made = studio.json(0, ["generate", "first", "--only", "voices"]);
    assert!(made["message"].as_str().unwrap().starts_with("2 of 2 made"), "{made}");

    // Of the whole campaign, but for the baby that says its own.
    let whole = campaign("").replace("\"topic\"", "\"language\": \"de\", \"topic\"");
    studio.write("first.json", whole);
    assert_eq!(voices(&studio), german);
}

#[test]
fn check_tells_what_no_built_in_voice_reads() {
    let studio = Studio::empty();
    studio.write("first.json", campaign(""));
    studio.run(["check", "first"]).expect(0).says("seem to be German").says("`language: de`");
    studio.write("first.json", campaign(r#", "language": "de""#));
    let told = studio.run(["check", "first"]).expect(0);
    assert!(!told.stdout.contains("note:"), "{}", told.stdout);
    studio.write("first.json", campaign(r#", "language": "de""#).replace("Buch", "本"));
    studio.run(["check", "first"]).expect(0).says("Scene 1: the built-in voice reads German only and leaves out 本");
    let tom = r#"{"type": "dialogue", "speaker": "Tom""#;
    let one_more = format!(r#"{{"type": "dialogue", "speaker": "Mia", "text": "Ich nicht, 本."}}, {tom}"#);
    studio.write("first.json", campaign(r#", "language": "de""#).replace("Buch", "本").replace(tom, &one_more));
    let told = studio.run(["check", "first"]).expect(0);
    let told = told.says("leaves out 本, and words of scene 2; give these lines a `say` text");
    assert_eq!(told.stdout.matches("reads German only").count(), 1, "{}", told.stdout);
    studio.write("first.json", campaign(r#", "language": "pl""#));
    let told = studio.run(["check", "first"]).expect(2);
    assert!(
        told.stdout.contains("unknown language \"pl\"")
            && told.stdout.contains(r#"Write "en", "de", "es", "fr" or "it""#),
        "{}",
        told.stdout
    );
}

#[test]
fn one_line_is_said_in_its_language() {
    let studio = Studio::empty();
    let out = studio.path("say.mp4");
    let say = ["say", "Ich bin müde.", "--language", "de", "--draft", "--out", out.to_str().unwrap()];
    studio.run(say).expect(0);
    assert!(out.exists());
    studio.run(["say", "Ich bin müde.", "--language", "klingon"]).expect(2).says("unknown language");
}
