//! The language that a baby speaks. The built-in voices read these; an outside voice hears by itself what it is given.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language that a built-in voice reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
pub enum Language {
    /// English: what a campaign speaks that does not say. Read by every built-in voice.
    #[default]
    #[serde(rename = "en")]
    English,
    /// German, read by the built-in voice `pico`.
    #[serde(rename = "de")]
    German,
    /// Spanish, read by the built-in voice `pico`.
    #[serde(rename = "es")]
    Spanish,
    /// French, read by the built-in voice `pico`.
    #[serde(rename = "fr")]
    French,
    /// Italian, read by the built-in voice `pico`.
    #[serde(rename = "it")]
    Italian,
}

impl Language {
    /// In the order in which they are offered; English first.
    pub const ALL: [Language; 5] =
        [Language::English, Language::German, Language::Spanish, Language::French, Language::Italian];

    /// As campaign files and requests write it.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
            Language::Spanish => "es",
            Language::French => "fr",
            Language::Italian => "it",
        }
    }

    /// In English, for messages.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::German => "German",
            Language::Spanish => "Spanish",
            Language::French => "French",
            Language::Italian => "Italian",
        }
    }

    /// The reverse of [`Self::code`], in lower case only; `None` for a language that no built-in voice reads.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// Small words that one of these languages has and the others, with English, do not.
const SMALL_WORDS: [(Language, &[&str]); 4] = [
    (
        Language::German,
        &["der", "das", "und", "ist", "nicht", "ich", "du", "wir", "ein", "eine", "mit", "auf", "auch", "mein", "zu"],
    ),
    (
        Language::Spanish,
        &["el", "los", "las", "y", "que", "una", "es", "yo", "pero", "muy", "por", "como", "mi", "está", "qué"],
    ),
    (
        Language::French,
        &["le", "les", "et", "est", "je", "une", "des", "pas", "que", "dans", "avec", "mon", "ce", "c'est", "qui"],
    ),
    (
        Language::Italian,
        &["il", "gli", "e", "è", "io", "una", "che", "non", "sono", "mio", "ma", "di", "della", "questo", "per"],
    ),
];

/// A text of fewer words says too little.
const FEWEST_WORDS: usize = 6;

/// The language that a text seems to be in, where it is surely not English.
pub fn seems(text: &str) -> Option<Language> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    let count = |small: &[&str]| words.iter().filter(|word| small.contains(word)).count();
    let counted = SMALL_WORDS.iter().map(|(language, small)| (count(small), *language));
    let (found, language) = counted.max_by_key(|(found, _)| *found)?;
    (words.len() >= FEWEST_WORDS && found * 6 >= words.len()).then_some(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_languages_are_recognised_and_english_is_none() {
        for (text, language) in [
            ("Ich habe das Buch und mein Bruder ist nicht da.", Some(Language::German)),
            ("¿Qué es esto? El perro y los gatos, pero muy grande.", Some(Language::Spanish)),
            ("C'est le chat et je ne suis pas content avec les chiens.", Some(Language::French)),
            ("Questo è il gatto che non dorme e io sono stanco.", Some(Language::Italian)),
            ("I did my research. I put all of it in my mouth.", None),
            ("Yo, I just stumbled upon this artist, Mon Rovîa. You have to hear this!", None),
            ("Das ist gut", None),
            ("", None),
        ] {
            assert_eq!(seems(text), language, "{text}");
        }
        assert!(Language::ALL.iter().all(|language| Language::from_code(language.code()) == Some(*language)));
        assert_eq!(Language::from_code("pl"), None);
    }
}
