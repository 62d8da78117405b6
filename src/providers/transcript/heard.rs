//! What was heard in a recording, as it is kept: a small file of words. Nothing in it is trusted before
//! [`Transcript`](crate::domain::recording::Transcript) has put it in order.

use serde::{Deserialize, Serialize};

use crate::domain::recording::{HeardWord, WordKind};
use crate::plan::Role;
use crate::providers::provider::{Facts, File};

/// Everything that was heard.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// As the transcriber says them.
    pub words: Vec<HeardWord>,
}

/// More words than are spoken in a day: a reply with more is not believed.
const MOST_WORDS: usize = 400_000;

impl Heard {
    /// As an output of a job, or why it cannot be one.
    pub fn file(&self) -> Result<File, String> {
        if self.words.len() > MOST_WORDS {
            return Err(format!("it has {} words, more than anybody says in a day", self.words.len()));
        }
        let mut kept = self.clone();
        // JSON has no such numbers, and no word is heard at them.
        kept.words.retain(|word| word.start_s.is_finite() && word.end_s.is_finite());
        let bytes = serde_json::to_vec(&kept).map_err(|error| error.to_string())?;
        Ok(File { role: Role::Transcript, bytes, facts: Facts::Json })
    }

    /// Remarks in brackets are no words: `(laughter)`, `[Music]`. Transcribers write them between the words, and some part
    /// them at their blanks.
    pub fn without_brackets(mut self) -> Self {
        let mut words: Vec<HeardWord> = Vec::with_capacity(self.words.len());
        let mut open: Option<(HeardWord, char)> = None;
        for word in self.words.drain(..) {
            let text = word.text.trim();
            let (mut remark, closing) = match open.take() {
                Some((mut remark, closing)) => {
                    remark.text.push(' ');
                    remark.text.push_str(text);
                    remark.end_s = word.end_s;
                    (remark, closing)
                }
                None => match text.chars().next() {
                    Some('(') => (word, ')'),
                    Some('[') => (word, ']'),
                    Some('*') if text.len() > 1 => (word, '*'),
                    _ => {
                        words.push(word);
                        continue;
                    }
                },
            };
            let inner = remark.text.trim().trim_end_matches(['.', ',', '!', '?']);
            if inner.len() > 1 && inner.ends_with(closing) {
                remark.kind = WordKind::Event;
                words.push(remark);
            } else if remark.text.len() < LONGEST_REMARK {
                open = Some((remark, closing));
            } else {
                // A bracket that nobody closed: they were words.
                words.push(remark);
            }
        }
        words.extend(open.map(|(remark, _)| remark));
        self.words = words;
        self
    }
}

/// Bytes of the longest remark.
const LONGEST_REMARK: usize = 40;

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn word(text: &str, start_s: f64, end_s: f64) -> HeardWord {
        HeardWord { text: text.to_owned(), start_s, end_s, speaker: None, kind: WordKind::Spoken }
    }

    #[test]
    fn remarks_in_brackets_are_no_words_even_when_parted() {
        let words =
            ["Well", "[Music]", "(soft", "laughter)", "no.", "(unclosed", "it", "goes", "on", "and", "on", "and", "on"];
        let words = words.iter().enumerate().map(|(at, text)| word(text, at as f64, at as f64 + 0.5)).collect();
        let told = Heard { words }.without_brackets();
        let told: Vec<(&str, WordKind)> = told.words.iter().map(|word| (word.text.as_str(), word.kind)).collect();
        assert_eq!(told[0], ("Well", WordKind::Spoken));
        assert_eq!(told[1], ("[Music]", WordKind::Event));
        assert_eq!(told[2], ("(soft laughter)", WordKind::Event));
        assert_eq!(told[3], ("no.", WordKind::Spoken));
        assert!(told[4..].iter().all(|(_, kind)| *kind == WordKind::Spoken), "{told:?}");
    }

    #[test]
    fn too_many_words_and_times_that_are_none_are_not_kept() {
        let heard = Heard { words: vec![word("a", f64::NAN, 1.0), word("b", 0.0, 1.0)] };
        let kept: Heard = serde_json::from_slice(&heard.file().unwrap().bytes).unwrap();
        assert_eq!(kept.words.len(), 1);
        assert!(Heard { words: vec![word("a", 0.0, 1.0); MOST_WORDS + 1] }.file().is_err());
    }
}
