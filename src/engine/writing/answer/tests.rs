//! Answers against what was asked for.

use serde_json::{Value, json};

use super::*;

fn brief() -> Brief {
    Brief { lines: 4, ..Brief::of("naps") }
}

fn good() -> Value {
    let line = |speaker: &str, text: &str| json!({"speaker": speaker, "text": text});
    json!({
        "title": "The nap trial",
        "babies": [
            {"name": "Bea", "tone": "serious", "appearance": "black robe"},
            {"name": "Pip", "tone": "energetic", "appearance": ""},
        ],
        "lines": [line("Bea", "Naps are theft."), line("Pip", "Of what?"), line("Bea", "Of snacks."), line("Pip", "Guilty.")],
    })
}

fn judge(text: &str) -> Result<Judged, Vec<String>> {
    let id = CampaignId::new("naps").unwrap();
    let answer = ScriptAnswer { text: text.to_owned(), ..ScriptAnswer::default() };
    judged(&Wanted::Campaign(brief()), &answer, &id, None)
}

fn faults(change: impl FnOnce(&mut Value)) -> String {
    let mut answer = good();
    change(&mut answer);
    judge(&answer.to_string()).map(|judged| judged.made).unwrap_err().join(" ")
}

#[test]
fn a_good_answer_is_a_campaign_file() {
    for text in [good().to_string(), format!("```json\n{}\n```", good())] {
        let Judged { made: Made::File { text, babies, lines }, flags } = judge(&text).unwrap() else { panic!() };
        assert_eq!((babies, lines, flags.len()), (2, 4, 0));
        let campaign = read(&text, Format::Json).unwrap();
        assert_eq!((campaign.id.as_str(), campaign.topic.as_str()), ("naps", "The nap trial"));
        let voices: Vec<_> = campaign.profiles.iter().map(|profile| profile.voice_id.as_str()).collect();
        assert_eq!(voices, ["baby_voice_1", "baby_voice_2"]);
    }
}

#[test]
fn every_fault_of_an_answer_is_told_in_words() {
    for (text, told) in [
        ("", "The answer is empty."),
        ("Sure! Here is your script.", "prose instead of JSON"),
        ("{\"title\": \"x\", \"babies\": [", "not JSON of the given shape"),
        ("{\"title\": \"x\"}", "missing field"),
        ("[]", "prose instead of JSON"),
    ] {
        let faults = judge(text).unwrap_err().join(" ");
        assert!(faults.contains(told), "{text}: {faults}");
    }
    let cut = ScriptAnswer { text: "{\"title\": \"x".to_owned(), is_cut: true, ..ScriptAnswer::default() };
    let id = CampaignId::new("naps").unwrap();
    let told = judged(&Wanted::Campaign(brief()), &cut, &id, None).unwrap_err();
    assert!(told[0].contains("cut off"), "{told:?}");

    let line = |speaker: &str, text: &str| json!({"speaker": speaker, "text": text});
    let long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen";
    assert!(faults(|answer| answer["lines"][1] = line("Momo", "Of what?")).contains("Line 2 is spoken by \"Momo\""));
    assert!(faults(|answer| answer["lines"][1] = line("Pip", long)).contains("Line 2 has 15 words"));
    assert!(faults(|answer| answer["lines"][1] = line("Pip", " ")).contains("Line 2 is empty"));
    assert!(faults(|answer| answer["babies"][1]["name"] = json!("Bea")).contains("Two babies are called \"Bea\""));
    assert!(faults(|answer| answer["babies"] = json!([])).contains("There are 0 babies"));
    assert!(faults(|answer| answer["lines"] = json!([line("Bea", "Hm.")])).contains("There are only 1 lines"));
    assert!(faults(|answer| answer["babies"][0]["tone"] = json!("a\u{1b}[2J")).contains("control character"));
    let many: Vec<Value> = (0..200).map(|_| line("Bea", "Hm.")).collect();
    let told = faults(|answer| answer["lines"] = json!(many));
    assert!(told.contains("There are 200 lines: 4 are wanted"), "{told}");
    let strangers: Vec<Value> = (0..8).map(|_| line("Nobody", "")).collect();
    let told = faults(|answer| answer["lines"] = json!(strangers));
    assert!(told.contains("more like these"), "{told}");
}

#[test]
fn what_a_person_should_see_is_flagged_and_no_fault() {
    let mut answer = good();
    answer["lines"][0]["text"] = json!("Even Blue Ivy naps.");
    let Judged { flags, .. } = judge(&answer.to_string()).unwrap();
    assert!(flags.len() == 1 && flags[0].contains("blue ivy"), "{flags:?}");
}

fn campaign() -> Campaign {
    let text = json!({
        "campaign_id": "naps", "topic": "Naps",
        "script": [
            {"type": "dialogue", "speaker": "Bea", "text": "Naps are work."},
            {"type": "media", "source": "media/a.png", "caption": "Sponsor"},
            {"type": "dialogue", "speaker": "Bea", "text": "Good night.", "audio": "media/a.wav"},
            {"type": "dialogue", "speaker": "Bea", "text": "Sleep."},
        ],
        "baby_profiles": {"Bea": {"tone": "serious", "voice_id": "baby_voice_1"}},
    });
    read(&text.to_string(), Format::Json).unwrap()
}

fn of_campaign(what: &Wanted, answer: &Value) -> Result<Made, Vec<String>> {
    let answer = ScriptAnswer { text: answer.to_string(), ..ScriptAnswer::default() };
    let campaign = campaign();
    judged(what, &answer, &campaign.id, Some(&campaign)).map(|judged| judged.made)
}

#[test]
fn other_words_belong_to_lines_that_are_there() {
    let id = CampaignId::new("naps").unwrap();
    let line = Wanted::Line { campaign: id.clone(), scene: 0 };
    let three = json!({"wordings": ["A.", "B.", " C. "]});
    let Ok(Made::Lines(lines)) = of_campaign(&line, &three) else { panic!() };
    assert_eq!(
        lines,
        [Reworded { scene: 0, was: "Naps are work.".to_owned(), texts: ["A.", "B.", "C."].map(str::to_owned).into() }]
    );
    for bad in
        [json!(["A.", "B."]), json!(["A.", "B.", "A."]), json!(["A.", "B.", "Naps are work."]), json!(["A.", "B.", ""])]
    {
        assert!(of_campaign(&line, &json!({"wordings": bad})).is_err(), "{bad}");
    }
    let punchier = Wanted::Punchier { campaign: id.clone() };
    let lines = |lines: &[(usize, &str)]| {
        let lines: Vec<Value> = lines.iter().map(|(number, text)| json!({"number": number, "text": text})).collect();
        json!({"title": "Siesta", "lines": lines})
    };
    let Ok(Made::Lines(made)) = of_campaign(&punchier, &lines(&[(1, "Naps: unpaid."), (4, "Sleep.")])) else {
        panic!()
    };
    assert_eq!(made.iter().map(|line| line.scene).collect::<Vec<_>>(), [0], "a line that stays is no change");
    for bad in [
        vec![(1, "A.")],
        vec![(1, "A."), (3, "B."), (4, "C.")],
        vec![(1, "A."), (1, "B."), (4, "C.")],
        vec![(0, "A."), (1, "B."), (4, "C.")],
    ] {
        assert!(of_campaign(&punchier, &lines(&bad)).is_err(), "{bad:?}");
    }
    let translation = Wanted::Translation { campaign: id, language: Language::German };
    let all = lines(&[(1, "Schlaf ist Arbeit."), (2, "Werbung"), (3, "Nacht."), (4, "Schlaf.")]);
    let Ok(Made::Translation { title, texts }) = of_campaign(&translation, &all) else { panic!() };
    assert_eq!((title.as_str(), texts.len(), texts[&1].as_str()), ("Siesta", 4, "Werbung"));
    assert!(of_campaign(&translation, &lines(&[(1, "A."), (2, "B."), (4, "D.")])).is_err(), "line 3 is missing");
}
