//! The words that a filter looks for in texts: as they stand, or, where no text has them so, by their letters in this
//! order with little between them (`girafe` finds "giraffe"). Pure.

use std::cell::RefCell;
use std::ops::Range;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::{find, folded};

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Folded.
    words: String,
    /// The words one by one, where letters are enough.
    letters: Option<Pattern>,
}

/// A word may be spread over so many times its letters; what is scattered further is chance.
const SPREAD: usize = 2;

/// Shorter words are in every sentence by their letters.
const SHORTEST: usize = 3;

/// More of a text is not looked at.
const LOOKED_AT: usize = 4_000;

thread_local! {
    /// Its tables are large, and of use to every text.
    static MATCHER: RefCell<Matcher> = RefCell::new(Matcher::new(Config::DEFAULT));
}

impl Wanted {
    pub fn exactly(words: &str) -> Self {
        Self { words: folded(words), letters: None }
    }

    /// Nothing is looked for, and every text passes.
    pub fn is_nothing(&self) -> bool {
        self.words.is_empty()
    }

    #[cfg(test)]
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Whether letters are enough.
    pub fn is_loose(&self) -> bool {
        self.letters.is_some()
    }

    /// Only the words as they stand.
    pub fn be_exact(&mut self) {
        self.letters = None;
    }

    /// Letters are enough from now on. False where the words are too short for that.
    pub fn be_loose(&mut self) -> bool {
        let is_long = self.words.split_whitespace().all(|word| word.chars().count() >= SHORTEST);
        if is_long && !self.words.trim().is_empty() {
            let normalization = Normalization::Smart;
            self.letters = Some(Pattern::new(&self.words, CaseMatching::Ignore, normalization, AtomKind::Fuzzy));
        }
        self.is_loose()
    }

    pub fn is_in(&self, text: &str) -> bool {
        match &self.letters {
            None => self.is_nothing() || find(text, &self.words).is_some(),
            Some(_) => self.letters_in(text).is_some(),
        }
    }

    /// Where it stands in a text, from its start on; in bytes.
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        if self.letters.is_none() {
            return places_of(text, &self.words);
        }
        let found = self.letters_in(text).unwrap_or_default();
        let letters = text.char_indices().enumerate();
        let found = letters.filter(|(number, _)| found.binary_search(&(*number as u32)).is_ok());
        found.map(|(_, (at, letter))| at..at + letter.len_utf8()).collect()
    }

    /// Which letters of a text are those that are looked for; `None` where a word is not there, or only scattered.
    fn letters_in(&self, text: &str) -> Option<Vec<u32>> {
        let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(at, _)| at);
        let mut buffer = Vec::new();
        // A grapheme of several characters is one place to the matcher: characters are handed over one by one.
        let letters = if text.is_ascii() {
            Utf32Str::Ascii(&text.as_bytes()[..end])
        } else {
            buffer.extend(text[..end].chars());
            Utf32Str::Unicode(&buffer)
        };
        let mut places = Vec::new();
        MATCHER.with_borrow_mut(|matcher| {
            for atom in &self.letters.as_ref()?.atoms {
                let known = places.len();
                atom.indices(letters, matcher, &mut places)?;
                let (first, last) = (places.get(known)?, places.last()?);
                if (last - first + 1) as usize > SPREAD * atom.needle_text().len() {
                    return None;
                }
            }
            places.sort_unstable();
            places.dedup();
            Some(places)
        })
    }
}

fn places_of(text: &str, words: &str) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while let Some(found) = find(&text[start..], words) {
        places.push(start + found.start..start + found.end);
        start += found.end;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_they_stand_or_by_their_letters() {
        let line = "My friend the giraffe ate Maurice’s crème brûlée";
        for (typed, is_exact, is_loose) in [
            ("giraffe", true, true),
            ("girafe", false, true),
            ("frnd", false, true),
            ("girafe frend", false, true),
            ("creme", false, true),
            ("maurices", false, true),
            ("mdgb", false, false),
            ("mtamb", false, false),
            ("zebra", false, false),
            ("girafe zebra", false, false),
        ] {
            let mut wanted = Wanted::exactly(typed);
            assert_eq!(wanted.is_in(line), is_exact, "{typed}");
            assert!(wanted.be_loose());
            assert_eq!(wanted.is_in(line), is_loose, "{typed}, by letters");
            wanted.be_exact();
            assert_eq!(wanted.is_in(line), is_exact, "{typed}, again");
        }
    }

    #[test]
    fn two_letters_and_nothing_are_never_looked_for_by_letters() {
        for typed in ["", "  ", "ab", "ab giraffe"] {
            assert!(!Wanted::exactly(typed).be_loose(), "{typed:?}");
        }
        assert!(Wanted::default().is_in("anything"));
    }

    #[test]
    fn the_places_are_the_letters_that_are_looked_for() {
        let seen = |wanted: &Wanted, text: &str| -> Vec<String> {
            wanted.places(text).into_iter().map(|place| text[place].to_owned()).collect()
        };
        let mut wanted = Wanted::exactly("Brul");
        assert_eq!(seen(&wanted, "BRUL brul"), ["BRUL", "brul"]);
        assert_eq!(seen(&wanted, "crème brûlée"), [""; 0]);
        assert!(wanted.be_loose());
        assert_eq!(seen(&wanted, "crème brûlée"), ["b", "r", "û", "l"]);
        assert_eq!(seen(&Wanted::default(), "anything"), [""; 0]);
    }
}
