//! A text cut into sentences, and what is said of a sentence cut into breaths: the network reads a sentence at a time, at
//! most 510 signs and about ten seconds of it. Called by `voice`; knows no sounds.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::links;
use crate::phonemes::PAUSES;
use crate::reader::Said;

/// A sentence as pieces, some of them with given sounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    pub pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// The sounds that the writer gave.
    pub sounds: Option<String>,
    /// The number of its first written word.
    pub first_word: usize,
    /// Whether a blank follows.
    pub spaced: bool,
}

/// The sentences of a text, and its written words.
pub fn sentences(text: &str) -> (Vec<Sentence>, Vec<String>) {
    let composed: String = text.nfc().collect();
    let plain = links::plain(&composed);
    let words = plain.text.split_whitespace().map(str::to_owned).collect();
    let mut sentences = Vec::new();
    let mut start = 0;
    let is_given = |at: usize| plain.given.iter().any(|(range, _)| range.start < at && at < range.end);
    for end in ends(&plain.text).into_iter().filter(|end| !is_given(*end)).chain([plain.text.len()]) {
        let pieces = pieces(&plain, start..end);
        if !pieces.is_empty() {
            sentences.push(Sentence { pieces });
        }
        start = end;
    }
    (sentences, words)
}

/// Where sentences end: behind a full stop, its closing quotes and a blank, and at the end of a line.
fn ends(text: &str) -> Vec<usize> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let mut ends = Vec::new();
    for (at, &(_, letter)) in letters.iter().enumerate() {
        if letter == '\n' {
            ends.extend(letters.get(at + 1).map(|(byte, _)| *byte));
            continue;
        }
        if !".!?…".contains(letter) {
            continue;
        }
        let closing = letters[at + 1..].iter().take_while(|(_, letter)| "\"”’')]".contains(*letter)).count();
        let behind = at + 1 + closing;
        let blanks = letters[behind..].iter().take_while(|(_, letter)| letter.is_whitespace()).count();
        let Some(&(next_byte, next)) = letters.get(behind + blanks) else { continue };
        let word_start =
            letters[..at].iter().rposition(|(_, letter)| letter.is_whitespace()).map_or(0, |blank| blank + 1);
        let word: String = letters[word_start..at].iter().map(|(_, letter)| *letter).collect();
        if blanks > 0 && !next.is_lowercase() && !(letter == '.' && closing == 0 && goes_on_after(&word, next)) {
            ends.push(next_byte);
        }
    }
    ends.dedup();
    ends
}

/// Whether a full stop behind this word is its own: "Dr. Smith", "J. K. Rowling", "No. 5".
#[rustfmt::skip]
fn goes_on_after(word: &str, next: char) -> bool {
    const BEFORE_NUMBERS: [&str; 17] = [
        "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec", "no", "vol", "fig", "p", "pp",
    ];
    const TITLES: [&str; 18] = [
        "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Mt", "Ft", "Gen", "Gov", "Sen", "Capt", "Lt", "Col", "Sgt", "Rev", "No", "vs",
    ];
    let word = word.trim_start_matches(['(', '"', '\'', '“', '‘']);
    let initials = || word.split('.').all(|part| part.len() == 1 && part.starts_with(|letter: char| letter.is_ascii_uppercase()));
    let is_person = word.contains('.') && !matches!(word, "U.S" | "U.K" | "D.C") && initials();
    is_person || (next.is_numeric() && BEFORE_NUMBERS.contains(&word)) || TITLES.contains(&word) || matches!(word, "e.g" | "i.e" | "cf" | "approx") || (word.chars().count() == 1 && word.chars().all(char::is_uppercase) && word != "I")
}

fn pieces(plain: &links::Plain, sentence: Range<usize>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = sentence.start;
    let mut add = |range: Range<usize>, sounds: Option<&String>| {
        let text = &plain.text[range.clone()];
        let trimmed = text.trim();
        if let Some(last) = pieces.last_mut() {
            last.spaced |= text.starts_with(char::is_whitespace);
        }
        if !trimmed.is_empty() {
            let start = range.start + (text.len() - text.trim_start().len());
            let before = &plain.text[..start];
            let is_within_word = before.ends_with(|letter: char| !letter.is_whitespace());
            let first_word = before.split_whitespace().count() - usize::from(is_within_word);
            let spaced = text.ends_with(char::is_whitespace);
            pieces.push(Piece { text: trimmed.to_owned(), sounds: sounds.cloned(), first_word, spaced });
        }
    };
    for (range, sounds) in
        plain.given.iter().filter(|(range, _)| range.start >= sentence.start && range.end <= sentence.end)
    {
        add(at..range.start, None);
        add(range.clone(), Some(sounds));
        at = range.end;
    }
    add(at..sentence.end, None);
    pieces
}

/// What is said in one breath: no more signs than `most`. Cut behind a pause where there is one, else between words, and
/// a word without end within.
pub fn breaths(said: Vec<Said>, most: usize) -> Vec<Vec<Said>> {
    let size = |said: &Said| said.sounds.chars().count() + usize::from(said.spaced);
    let mut breaths = Vec::new();
    let mut breath: Vec<Said> = Vec::new();
    for word in said.into_iter().flat_map(|word| in_parts(word, most)) {
        if breath.iter().map(size).sum::<usize>() + size(&word) > most {
            let pause = breath.iter().rposition(|word| word.sounds.ends_with(|sign| PAUSES.contains(sign)));
            let rest = breath.split_off(pause.map_or(breath.len(), |pause| pause + 1));
            // A pause that leaves too much behind it is no place to cut at.
            let rest_fits = rest.iter().map(size).sum::<usize>() + size(&word) <= most;
            if rest_fits {
                breaths.push(std::mem::replace(&mut breath, rest));
            } else {
                breath.extend(rest);
                breaths.push(std::mem::take(&mut breath));
            }
        }
        breath.push(word);
    }
    breaths.push(breath);
    breaths.retain(|breath| !breath.is_empty());
    breaths
}

fn in_parts(word: Said, most: usize) -> Vec<Said> {
    let signs: Vec<char> = word.sounds.chars().collect();
    if signs.len() < most {
        return vec![word];
    }
    let parts = signs.chunks(most.saturating_sub(1).max(1));
    parts.map(|part| Said { sounds: part.iter().collect(), spaced: word.spaced, word: word.word }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let join =
            |sentence: Sentence| sentence.pieces.into_iter().map(|piece| piece.text).collect::<Vec<_>>().join("|");
        sentences(text).0.into_iter().map(join).collect()
    }

    #[test]
    fn texts_are_cut_into_sentences() {
        for (text, expected) in [
            ("Hi. Really? \"Yes.\" No…", &["Hi.", "Really?", "\"Yes.\"", "No…"][..]),
            ("Dr. Smith met J. K. Rowling. Then I. And so", &["Dr. Smith met J. K. Rowling.", "Then I.", "And so"]),
            ("well... okay. e.g. this", &["well... okay. e.g. this"]),
            ("one\n two", &["one", "two"]),
            ("eat [gnocchi](/njˈɑki/). Now", &["eat|gnocchi|.", "Now"]),
            ("3.5 is it", &["3.5 is it"]),
            ("😀😀", &["😀😀"]),
            ("", &[]),
            (" \n ", &[]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn words_are_counted_through_the_text() {
        let (sentences, words) = sentences("One two. ([Three](/θɹˈi/)) four");
        assert_eq!(words, ["One", "two.", "(Three)", "four"]);
        let firsts: Vec<usize> = sentences[1].pieces.iter().map(|piece| piece.first_word).collect();
        assert_eq!(firsts, [2, 2, 2]);
    }

    proptest! {
        #[test]
        fn no_breath_is_too_long_and_nothing_is_lost(
            lengths in proptest::collection::vec((1_usize..60, any::<bool>()), 0..60),
            most in 8_usize..50,
        ) {
            let word = |(length, pauses): &(usize, bool)| {
                let sounds = "a".repeat(*length) + if *pauses { "," } else { "" };
                Said { sounds, spaced: true, word: 0 }
            };
            let said: Vec<Said> = lengths.iter().map(word).collect();
            let sounds = |said: &[Said]| said.iter().map(|word| word.sounds.clone()).collect::<String>();
            let whole = sounds(&said);
            let breaths = breaths(said, most);
            prop_assert_eq!(breaths.iter().map(|breath| sounds(breath)).collect::<String>(), whole);
            for breath in &breaths {
                let size: usize = breath.iter().map(|word| word.sounds.chars().count() + 1).sum();
                prop_assert!(size <= most, "{size} of {most}");
            }
        }
    }
}
