//! One form for what any transcriber heard. Whatever a reply says, what is here can be trusted: words in the order of time,
//! within the recording, one blank-free word each.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// What kind of thing was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordKind {
    /// A word.
    Spoken,
    /// Something else that a person does: it laughs, coughs, claps.
    Event,
}

/// A word as a transcriber says it; nothing of it is trusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeardWord {
    /// As it was written.
    pub text: String,
    /// In seconds from the start of the recording.
    pub start_s: f64,
    /// In seconds from the start of the recording.
    pub end_s: f64,
    /// Any name for who spoke; `None` where nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// A word, or something else.
    pub kind: WordKind,
}

/// A word in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct SpokenWord {
    /// Without blanks and control characters, and never empty.
    pub text: String,
    /// Within the recording.
    pub start_s: f64,
    /// Not before the start, and within the recording.
    pub end_s: f64,
    /// Numbered by who spoke first; `None` where nobody knows.
    pub speaker: Option<usize>,
    /// A word, or something else.
    pub kind: WordKind,
}

/// Everything that was heard.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Transcript {
    words: Vec<SpokenWord>,
    speakers: usize,
}

/// As many as a campaign may have babies; whoever else speaks is the last of them.
const MOST_SPEAKERS: usize = crate::Campaign::MOST_BABIES;

/// More words than are spoken in a day. What a reply says beyond them is not read.
const MOST_WORDS: usize = 400_000;

impl Transcript {
    /// Puts the words of a recording of this length in order.
    pub fn new(heard: impl IntoIterator<Item = HeardWord>, seconds: f64) -> Self {
        let mut words: Vec<(SpokenWord, Option<String>)> = Vec::new();
        for word in heard.into_iter().take(MOST_WORDS) {
            let (start_s, end_s) = (word.start_s, word.end_s);
            if !start_s.is_finite() || !end_s.is_finite() || start_s.min(end_s) >= seconds || end_s < 0.0 {
                continue;
            }
            let (start_s, end_s) = (start_s.min(end_s).clamp(0.0, seconds), start_s.max(end_s).clamp(0.0, seconds));
            let texts = texts_of(&word);
            let share = (end_s - start_s) / texts.len().max(1) as f64;
            for (place, text) in texts.into_iter().enumerate() {
                let start_s = start_s + share * place as f64;
                let kind = word.kind;
                words.push((
                    SpokenWord { text, start_s, end_s: start_s + share, speaker: None, kind },
                    word.speaker.clone(),
                ));
            }
        }
        words.sort_by(|(one, _), (other, _)| {
            one.start_s.total_cmp(&other.start_s).then(one.end_s.total_cmp(&other.end_s))
        });
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for (word, speaker) in &mut words {
            let Some(name) = speaker.take() else { continue };
            let next = numbers.len();
            word.speaker = Some(*numbers.entry(name).or_insert(next.min(MOST_SPEAKERS - 1)));
        }
        let mut transcript = Self {
            words: words.into_iter().map(|(word, _)| word).collect(),
            speakers: numbers.len().min(MOST_SPEAKERS),
        };
        transcript.part_words();
        transcript
    }

    /// The words of one speaker do not overlap: each ends where the next one begins.
    fn part_words(&mut self) {
        let mut next: HashMap<Option<usize>, f64> = HashMap::new();
        for word in self.words.iter_mut().rev() {
            if let Some(&next) = next.get(&word.speaker) {
                word.end_s = word.end_s.min(next).max(word.start_s);
            }
            next.insert(word.speaker, word.start_s);
        }
    }

    /// In the order of time.
    pub fn words(&self) -> &[SpokenWord] {
        &self.words
    }

    /// How many are known to speak.
    pub fn speakers(&self) -> usize {
        self.speakers
    }

    /// Whether anybody says anything.
    pub fn has_speech(&self) -> bool {
        self.words.iter().any(|word| word.kind == WordKind::Spoken)
    }
}

/// The words of a word: transcribers join several by blanks, and put signs alone.
fn texts_of(word: &HeardWord) -> Vec<String> {
    let plain = |text: &str| text.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect::<String>();
    match word.kind {
        WordKind::Event => {
            let name = plain(&word.text).split_whitespace().collect::<Vec<_>>().join("_");
            let name = name.trim_matches(|c: char| !c.is_alphanumeric());
            if name.is_empty() { Vec::new() } else { vec![name.to_lowercase()] }
        }
        WordKind::Spoken => {
            let texts = word.text.split_whitespace().map(plain);
            texts.filter(|text| text.chars().any(char::is_alphanumeric)).collect()
        }
    }
}

/// Marks that no one sees, which would make one word look like another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub fn heard(text: &str, start_s: f64, end_s: f64, speaker: Option<&str>) -> HeardWord {
        HeardWord { text: text.to_owned(), start_s, end_s, speaker: speaker.map(str::to_owned), kind: WordKind::Spoken }
    }

    #[test]
    fn words_out_of_order_overlapping_and_past_the_end_come_into_order() {
        let transcript = Transcript::new(
            [
                heard("two", 0.9, 1.4, Some("b")),
                heard(" one ", 0.2, 1.1, Some("b")),
                heard("four", 2.0, 9.0, Some("a")),
                heard("three", 1.9, 1.2, Some("a")),
                heard("late", 7.0, 8.0, Some("a")),
                heard("behind", 3.0, 3.2, Some("a")),
                heard("never", f64::NAN, 1.0, Some("a")),
                heard(" , ", 1.0, 1.1, Some("a")),
            ],
            3.0,
        );
        let told: Vec<(&str, f64, f64, Option<usize>)> = transcript
            .words()
            .iter()
            .map(|word| (word.text.as_str(), word.start_s, word.end_s, word.speaker))
            .collect();
        assert_eq!(
            told,
            [
                ("one", 0.2, 0.9, Some(0)),
                ("two", 0.9, 1.4, Some(0)),
                ("three", 1.2, 1.9, Some(1)),
                ("four", 2.0, 3.0, Some(1))
            ]
        );
        assert_eq!(transcript.speakers(), 2);
    }

    #[test]
    fn a_word_of_several_is_several_words_and_hidden_marks_are_left_out() {
        let transcript = Transcript::new([heard("New\u{202e}  York\u{1b}", 1.0, 2.0, None)], 3.0);
        let texts: Vec<&str> = transcript.words().iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["New", "York"]);
        assert!((transcript.words()[1].start_s - 1.5).abs() < 1e-9);
    }

    pub fn any_word() -> impl Strategy<Value = HeardWord> {
        let time = prop_oneof![8 => -2.0_f64..70.0, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)];
        let text = prop_oneof![6 => "[a-zA-Z'é]{0,9}[.?!,]?", 1 => "\\PC{0,6}", 1 => Just("um".to_owned())];
        let speaker = prop::option::of(0..40_u8);
        (text, time.clone(), time, speaker, any::<bool>()).prop_map(|(text, start_s, end_s, speaker, is_event)| {
            let kind = if is_event && text.len() % 5 == 0 { WordKind::Event } else { WordKind::Spoken };
            HeardWord { text, start_s, end_s, speaker: speaker.map(|speaker| format!("speaker_{speaker}")), kind }
        })
    }

    proptest! {
        #[test]
        fn whatever_a_reply_says_the_words_are_in_order_and_within_the_recording(
            words in prop::collection::vec(any_word(), 0..120), seconds in 0.0_f64..60.0,
        ) {
            let transcript = Transcript::new(words, seconds);
            prop_assert!(transcript.words().windows(2).all(|two| two[0].start_s <= two[1].start_s));
            for word in transcript.words() {
                prop_assert!(0.0 <= word.start_s && word.start_s <= word.end_s && word.end_s <= seconds + 1e-9);
                prop_assert!(!word.text.is_empty() && !word.text.contains(char::is_whitespace));
                prop_assert!(word.speaker.is_none_or(|speaker| speaker < transcript.speakers()));
            }
        }
    }
}
