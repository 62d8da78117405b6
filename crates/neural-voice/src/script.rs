//! A line on its way from how it is written to how it is said: a text that is rewritten piece by piece and still knows, at
//! each letter, which written word it comes from. That is what lets a voice say when each written word is heard, though
//! "$5 million" became "5 million dollars". Called by `written`; knows no rules itself.

use regex_lite::{Captures, Regex};

/// A text whose letters know the written words they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    text: String,
    /// For each byte the number of its written word.
    words: Vec<usize>,
}

/// What stands around a find.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    pub before: Option<char>,
    pub after: Option<char>,
}

impl Around {
    /// No letter or digit on either side.
    pub fn is_whole_word(self) -> bool {
        !self.before.is_some_and(is_of_word) && !self.after.is_some_and(is_of_word)
    }

    /// A number of its own: no longer number or word goes on at either side.
    pub fn is_whole_number(self) -> bool {
        self.is_whole_word() && self.before != Some('.')
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

impl Script {
    /// The text as it is written; its words are counted from `first`.
    pub fn new(text: &str, first: usize) -> Self {
        let mut words = Vec::with_capacity(text.len());
        let (mut word, mut in_word) = (first, false);
        for letter in text.chars() {
            if letter.is_whitespace() && in_word {
                word += 1;
            }
            in_word = !letter.is_whitespace();
            // The blank behind a word still belongs to it.
            let of = if in_word { word } else { word.saturating_sub(1).max(first) };
            words.extend(std::iter::repeat_n(of, letter.len_utf8()));
        }
        Self { text: text.to_owned(), words }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The written word that the letter at this byte comes from.
    pub fn word_at(&self, byte: usize) -> usize {
        self.words.get(byte).or(self.words.last()).copied().unwrap_or(0)
    }

    /// Writes each find again where `said` has words for it.
    pub fn rewrite(&mut self, find: &Regex, said: impl Fn(&Captures, Around) -> Option<String>) {
        if !find.is_match(&self.text) {
            return;
        }
        let (mut text, mut words) = (String::with_capacity(self.text.len()), Vec::with_capacity(self.words.len()));
        let mut kept = 0;
        for found in find.captures_iter(&self.text) {
            let Some(range) = found.get(0).map(|whole| whole.range()) else { continue };
            let around = Around {
                before: self.text[..range.start].chars().next_back(),
                after: self.text[range.end..].chars().next(),
            };
            let Some(said) = said(&found, around) else { continue };
            text.push_str(&self.text[kept..range.start]);
            words.extend_from_slice(&self.words[kept..range.start]);
            let (first, last) = (self.word_at(range.start), self.word_at(range.end.saturating_sub(1)));
            spread(&said, first, last.max(first), &mut words);
            text.push_str(&said);
            kept = range.end;
        }
        text.push_str(&self.text[kept..]);
        words.extend_from_slice(&self.words[kept..]);
        *self = Self { text, words };
    }
}

/// Gives the words of a new text to the written words that it stands for, evenly and in order.
fn spread(said: &str, first: usize, last: usize, words: &mut Vec<usize>) {
    let count = said.split_whitespace().count().max(1);
    let (mut number, mut in_word) = (0_usize, false);
    for letter in said.chars() {
        if letter.is_whitespace() && in_word {
            number += 1;
        }
        in_word = !letter.is_whitespace();
        let place = if in_word { number } else { number.saturating_sub(1) };
        let word = first + place.min(count - 1) * (last - first + 1) / count;
        words.extend(std::iter::repeat_n(word, letter.len_utf8()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(script: &Script) -> Vec<(String, usize)> {
        let mut at = 0;
        let word = |word: &str| {
            at += script.text[at..].find(word).unwrap();
            (word.to_owned(), script.word_at(at))
        };
        script.text.split_whitespace().map(word).collect()
    }

    fn pairs(expected: &[(&str, usize)]) -> Vec<(String, usize)> {
        expected.iter().map(|(word, number)| ((*word).to_owned(), *number)).collect()
    }

    #[test]
    fn what_is_rewritten_keeps_its_words() {
        let mut script = Script::new("it costs $5 million  now", 3);
        script.rewrite(&Regex::new(r"\$(\d+) million").unwrap(), |found, _| {
            Some(format!("{} million dollars", &found[1]))
        });
        let expected = [("it", 3), ("costs", 4), ("5", 5), ("million", 5), ("dollars", 6), ("now", 7)];
        assert_eq!(words_of(&script), pairs(&expected));
        script.rewrite(&Regex::new("million").unwrap(), |_, around| {
            assert!(around.is_whole_word());
            None
        });
        script.rewrite(&Regex::new("5").unwrap(), |_, _| Some(String::new()));
        assert_eq!(script.text(), "it costs  million dollars  now");
        assert_eq!(words_of(&script)[2], ("million".to_owned(), 5));
    }

    #[test]
    fn an_empty_text_has_no_words() {
        assert_eq!(Script::new("", 0).word_at(0), 0);
        assert_eq!(Script::new("  a", 0).word_at(2), 0);
    }
}
