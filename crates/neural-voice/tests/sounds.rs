//! How lines are read: a file of lines with their sounds, and every text gives only sounds.

use std::fmt::Write as _;

use neural_voice::Voice;
use proptest::prelude::*;

/// Each line, a tab, its sounds.
const LINES: &str = include_str!("sounds.txt");

#[test]
fn lines_are_read_as_they_were() {
    let voice = Voice::carried().unwrap();
    let mut differences = String::new();
    for line in LINES.lines() {
        let (text, sounds) = line.split_once('\t').unwrap();
        let read = voice.sounds(text).unwrap().join(" ");
        if read != sounds {
            let _ = writeln!(differences, "{text}\n  was  {sounds}\n  is   {read}");
        }
    }
    assert!(LINES.lines().count() >= 200);
    assert!(differences.is_empty(), "{differences}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn every_text_gives_only_sounds(text in prop_oneof![any::<String>(), "[a-zA-Z0-9 .,!?$€%'’:/°#()\\[\\]–—-]{0,60}"]) {
        let alphabet = include_str!("../data/vocab.json");
        for line in Voice::carried().unwrap().sounds(&text).unwrap() {
            prop_assert!(line.chars().all(|sign| sign == '"' || alphabet.contains(&format!("\"{sign}\""))), "{}", line);
        }
    }
}
