//! New campaigns are named as people name things, and never take the id that a file of the folder has.

use crate::program::Studio;

#[test]
fn a_title_becomes_an_id_and_stays_the_topic() {
    let studio = Studio::empty();
    let made = studio.json(0, ["new", "My first show!"]);
    assert_eq!(made["campaign_id"], "my_first_show");
    let text = std::fs::read_to_string(studio.path("campaigns/my_first_show.json")).unwrap();
    assert!(text.contains("\"topic\": \"My first show!\""), "{text}");
    studio.run(["check", "my_first_show"]).expect(0);
    studio.run(["new", "!?"]).expect(2).says("no letter and no digit");
    studio.run(["new", "first.json"]).expect(2).says("leave its ending out");
}

#[test]
fn an_id_that_a_file_has_is_refused_with_the_name_of_the_file() {
    let studio = Studio::empty();
    let yaml = "campaign_id: nap_or_snack\ntopic: naps\nscript:\n- {type: dialogue, speaker: A, text: Nap.}\n\
                baby_profiles:\n  A: {tone: warm, voice_id: baby_voice_1}\n";
    studio.write("the_great_debate.yaml", yaml);
    // Not finished, but it says what it is called.
    studio.write("draft.json", r#"{"campaign_id": "soon", "topic": "to be written"}"#);
    studio.write("other.json", "no campaign at all");
    for (name, file) in [
        ("nap_or_snack", "campaigns/the_great_debate.yaml"),
        ("Nap or snack?", "campaigns/the_great_debate.yaml"),
        ("soon", "campaigns/draft.json"),
        ("other", "campaigns/other.json"),
    ] {
        let before = studio.files("campaigns");
        let said = studio.run(["new", name]).expect(2);
        assert!(said.stderr.contains(" is taken by ") && said.stderr.contains(file), "{name}: {}", said.stderr);
        assert_eq!(studio.files("campaigns"), before, "{name}");
    }
    studio.run(["new", "the_great_debate"]).expect(0);
    studio.run(["status", "nap_or_snack"]).expect(0).says("Nap.");
}

#[test]
fn check_all_tells_of_every_file_and_of_two_with_one_id() {
    let studio = Studio::new();
    studio.run(["check", "--all"]).expect(0).says("first.json is in order");
    studio.write("second.json", crate::program::CAMPAIGN);
    studio.write("third.json", "{}");
    let told = studio.run(["check", "--all"]).expect(2);
    for words in ["first.json is in order", "first is the id of first.json too", "third.json:1:1"] {
        assert!(told.stdout.contains(words), "{words}: {}", told.stdout);
    }
    let documents = studio.run(["check", "--all", "--json"]).expect(2).documents();
    let ok: Vec<bool> = documents.iter().map(|document| document["ok"].as_bool().unwrap()).collect();
    assert_eq!(ok, [true, false, false]);
}
