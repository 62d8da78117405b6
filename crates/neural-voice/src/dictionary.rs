//! The words that are known: two dictionaries, the checked one before the larger one. A word written small answers to its
//! capital and the other way round. Called by `lexicon`; knows no sentences.

use crate::Error;
use crate::table::{Reading, Table, unquoted};

/// A word as a dictionary has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<'a> {
    /// Said in one way.
    One(&'a str),
    /// Said in several: an object of tags and sounds.
    Several(&'a str),
}

impl<'a> Entry<'a> {
    fn of(value: &'a str) -> Option<Self> {
        if value.starts_with('{') { Some(Self::Several(value)) } else { unquoted(value).map(Self::One) }
    }

    /// The sounds under one tag. `None` where the tag is not there; `Some(None)` where it says that the letters are
    /// spelled.
    #[expect(clippy::option_option, reason = "not there, spelled, and sounds are three answers")]
    pub fn under(self, tag: &str) -> Option<Option<&'a str>> {
        let Self::Several(value) = self else { return None };
        let mut reading = Reading::new(value);
        reading.expect(b'{').ok()?;
        while !reading.passes(b'}') {
            let found = reading.string().ok()?;
            reading.expect(b':').ok()?;
            let sounds = reading.value().ok()?;
            if found == tag {
                return Some(unquoted(sounds));
            }
            reading.passes(b',');
        }
        None
    }
}

/// One dictionary.
pub struct Dictionary {
    text: String,
    words: Table,
}

impl Dictionary {
    pub fn read(text: String) -> Result<Self, Error> {
        let words = Table::of_object(&mut Reading::new(&text))?;
        Ok(Self { text, words })
    }

    pub fn get(&self, word: &str) -> Option<Entry<'_>> {
        self.exactly(word).or_else(|| {
            let other = capital_or_small(word)?;
            self.exactly(&other)
        })
    }

    fn exactly(&self, word: &str) -> Option<Entry<'_>> {
        self.words.get(&self.text, word).and_then(Entry::of)
    }

    pub fn has(&self, word: &str) -> bool {
        self.get(word).is_some()
    }
}

/// `word` → `Word`, `Word` → `word`; `None` for other spellings.
fn capital_or_small(word: &str) -> Option<String> {
    let small = word.to_lowercase();
    let mut letters = small.chars();
    let capital: String = letters.next()?.to_uppercase().chain(letters).collect();
    if small == capital || word.chars().nth(1).is_none() {
        None
    } else if word == small {
        Some(capital)
    } else {
        (word == capital).then_some(small)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_either_case() {
        let text = r#"{"read":{"DEFAULT":"ɹˈid","VBD":"ɹˈɛd","NOUN":null},"Paris":"pˈɛɹɪs","US":"jˌuˈɛs"}"#;
        let dictionary = Dictionary::read(text.to_owned()).unwrap();
        assert_eq!(dictionary.get("paris"), Some(Entry::One("pˈɛɹɪs")));
        let read = dictionary.get("Read").unwrap();
        assert_eq!((read.under("VBD"), read.under("NOUN"), read.under("JJ")), (Some(Some("ɹˈɛd")), Some(None), None));
        assert!(!dictionary.has("us") && !dictionary.has("Us") && dictionary.has("US"));
    }
}
