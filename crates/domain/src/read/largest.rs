//! The limits on how many there may be of anything: each is told in one fault, and what is allowed is read.

use serde_json::{Map, Value, json};

use super::file::{Format, read};
use super::limits::{LONGEST_LINE, LONGEST_SCRIPT};
use crate::campaign::Campaign;
use crate::fault::Fault;
use crate::tags::Performs;

/// A campaign of these lines between so many babies, with so many words to pronounce.
fn document(lines: &[String], babies: usize, words: usize, spelling: &str) -> String {
    let baby = |number: usize| format!("Baby {number}");
    let line = |(at, text): (usize, &String)| json!({"type": "dialogue", "speaker": baby(at % babies), "text": text});
    let profile = |number: usize| match number {
        0 => json!({"tone": "warm", "voice_id": "v"}),
        _ => json!({"tone": "warm", "voice_id": "v", "same_as": baby(number - 1)}),
    };
    json!({
        "campaign_id": "large", "topic": "t",
        "script": lines.iter().enumerate().map(line).collect::<Vec<Value>>(),
        "baby_profiles": (0..babies).map(|number| (baby(number), profile(number))).collect::<Map<_, _>>(),
        "pronounce": (0..words).map(|number| (format!("w{number}"), json!(spelling))).collect::<Map<_, _>>(),
    })
    .to_string()
}

fn fault_of(text: &str) -> Fault {
    let mut faults = read(text, Format::Json).expect_err("it is too large");
    assert_eq!(faults.len(), 1, "only what is too much: {faults:#?}");
    faults.remove(0)
}

#[test]
fn too_many_babies_are_one_fault_and_no_line_is_blamed() {
    let lines = vec!["Hello.".to_owned(); Campaign::MOST_BABIES + 1];
    let campaign = read(&document(&lines, Campaign::MOST_BABIES, 0, ""), Format::Json).expect("so many are allowed");
    let last = campaign.speaker_named("Baby 999").expect("the last");
    assert_eq!(campaign.profile(campaign.face_of(last)).speaker, "Baby 0", "a chain of twins is followed to its end");
    let fault = fault_of(&document(&lines, Campaign::MOST_BABIES + 1, 0, ""));
    assert_eq!((fault.place.as_str(), fault.pointer.as_str()), ("baby_profiles", "/baby_profiles"));
    assert_eq!(fault.message, "there are 1,001 babies; at most 1,000 are allowed");
}

#[test]
fn too_many_words_are_one_fault() {
    let lines = ["w1 w2 w4999".to_owned()];
    let campaign = read(&document(&lines, 1, Campaign::MOST_WORDS, "uh"), Format::Json).expect("so many are allowed");
    let line = campaign.line(0).expect("a line");
    assert_eq!(campaign.pronounce.spoken(line, Performs::Tags, false), "uh uh uh");
    let fault = fault_of(&document(&lines, 1, Campaign::MOST_WORDS + 1, "uh"));
    assert_eq!((fault.place.as_str(), fault.line), ("pronounce", Some(1)));
    assert_eq!(fault.message, "there are 5,001 words; at most 5,000 are allowed");
}

#[test]
fn spellings_make_no_line_and_no_script_too_long() {
    let spelling = "o".repeat(200);
    let fits = "w0 ".repeat(LONGEST_LINE / 201);
    read(&document(std::slice::from_ref(&fits), 1, 1, &spelling), Format::Json).expect("it fits");
    let fault = fault_of(&document(&[format!("{fits}{fits}")], 1, 1, &spelling));
    assert_eq!(fault.pointer, "/script/0/text");
    assert_eq!(fault.message, "with pronounce the text has 19,698 characters; at most 10,000 are allowed");

    let lines = vec![fits; LONGEST_SCRIPT / 9_849 + 1];
    let fault = fault_of(&document(&lines, 1, 1, &spelling));
    assert_eq!(fault.pointer, "/script");
    assert!(fault.message.starts_with("with pronounce the script has 8,391,348 characters"), "{}", fault.message);
}
