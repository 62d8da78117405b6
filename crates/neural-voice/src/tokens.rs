//! A sentence cut into what the tagger tags: words, the parts of contractions, numbers and marks. Called by `reader`; pure.

use crate::script::Script;

/// One token of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    /// Whether a blank follows.
    pub spaced: bool,
    /// The written word it comes from.
    pub word: usize,
}

const QUOTES: &str = "'\"”“«»„‚";
const MARKS: &str = "…,:;!?¿¡()[]{}<>&";
const MONEY: &str = "$£€";

/// Words that begin with an apostrophe of their own.
const CLIPPED: [&str; 12] =
    ["'em", "'cause", "'til", "'tis", "'twas", "'bout", "'nuff", "'cos", "'round", "'n", "'s", "'d"];

/// The second parts of contractions.
const CONTRACTED: [&str; 7] = ["n't", "'ll", "'re", "'ve", "'s", "'d", "'m"];

/// What looks like one word and is two.
const RUN_TOGETHER: [(&str, usize); 6] =
    [("cannot", 3), ("gonna", 3), ("gotta", 3), ("wanna", 3), ("lemme", 3), ("gimme", 3)];

/// The tokens of a sentence that is already written out.
pub fn tokens(script: &Script) -> Vec<Token> {
    let text = script.text();
    let mut tokens = Vec::new();
    let mut at = 0;
    for chunk in text.split(' ') {
        let parts = parts(chunk);
        let count = parts.len();
        let mut place = at;
        for (number, part) in parts.into_iter().enumerate() {
            let spaced = number + 1 == count && at + chunk.len() < text.len();
            tokens.push(Token { text: part.to_owned(), spaced, word: script.word_at(place) });
            place += part.len();
        }
        at += chunk.len() + 1;
    }
    // The full stop of a last abbreviation ends the sentence too.
    if let Some(last) = tokens.last().filter(|last| is_dotted(&last.text)) {
        tokens.push(Token { text: ".".to_owned(), spaced: false, word: last.word });
    }
    tokens
}

/// The parts of a text without blanks, in order and without a gap.
fn parts(chunk: &str) -> Vec<&str> {
    let (mut front, mut back) = (Vec::new(), Vec::new());
    let mut rest = chunk;
    while !rest.is_empty() && !is_whole(rest) {
        let (before, after) = (prefix(rest), suffix(rest));
        if before > 0 {
            front.push(&rest[..before]);
            rest = &rest[before..];
        } else if after > 0 {
            back.push(&rest[rest.len() - after..]);
            rest = &rest[..rest.len() - after];
        } else {
            break;
        }
    }
    if !rest.is_empty() {
        cut(rest, &mut front);
    }
    front.extend(back.into_iter().rev());
    front
}

/// U.S., e.g., A. and the like.
fn is_dotted(word: &str) -> bool {
    let letters: Vec<&str> = word.trim_end_matches('.').split('.').collect();
    word.ends_with('.') && letters.iter().all(|letter| letter.len() == 1 && letter.as_bytes()[0].is_ascii_alphabetic())
}

fn is_whole(word: &str) -> bool {
    let is_lone_small = word.len() == 2 && word.starts_with(|letter: char| letter.is_ascii_lowercase());
    (is_dotted(word) && !is_lone_small) || CLIPPED.contains(&word.to_lowercase().as_str())
}

/// How many bytes of marks stand before a word.
fn prefix(word: &str) -> usize {
    if word.starts_with("..") {
        return word.len() - word.trim_start_matches('.').len();
    }
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return 0 };
    let before_digit = letters.next().is_some_and(|next| next.is_ascii_digit());
    let is_mark = QUOTES.contains(first)
        || MARKS.contains(first)
        || MONEY.contains(first)
        || "%=—–".contains(first)
        || (first == '-' && !before_digit)
        || (first == '.' && !before_digit)
        || (first == '+' && !before_digit);
    if is_mark { first.len_utf8() } else { 0 }
}

/// How many bytes of marks stand behind a word, the possessive among them.
fn suffix(word: &str) -> usize {
    if word.ends_with("..") {
        return word.len() - word.trim_end_matches('.').len();
    }
    let lower = word.to_lowercase();
    if lower.ends_with("'s") && word.len() > 2 {
        return 2;
    }
    let Some(last) = word.chars().next_back() else { return 0 };
    let is_mark = QUOTES.contains(last) || MARKS.contains(last) || "—–-%.".contains(last);
    let is_money = MONEY.contains(last) && word.len() > last.len_utf8();
    if is_mark || is_money { last.len_utf8() } else { 0 }
}

/// Cuts a word without marks around it: at contractions, hyphens and the like.
fn cut<'a>(word: &'a str, into: &mut Vec<&'a str>) {
    let lower = word.to_lowercase();
    if lower.len() == word.len() {
        if let Some((_, at)) = RUN_TOGETHER.iter().find(|(whole, _)| *whole == lower) {
            into.extend([&word[..*at], &word[*at..]]);
            return;
        }
        if let Some(end) = CONTRACTED.iter().find(|end| lower.ends_with(**end) && lower.len() > end.len()) {
            let at = word.len() - end.len();
            cut(&word[..at], into);
            into.push(&word[at..]);
            return;
        }
    }
    let mut start = 0;
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let mut index = 1;
    while index + 1 < letters.len() {
        let (at, letter) = letters[index];
        let (before, after) = (letters[index - 1].1, letters[index + 1].1);
        let dots = letters[index..].iter().take_while(|(_, dot)| *dot == '.').count();
        let length = if dots > 1 {
            dots
        } else {
            let joins = match letter {
                '-' | '–' | '—' | '~' | ':' | '/' => before.is_alphanumeric() && after.is_alphabetic(),
                ',' => before.is_alphabetic() && after.is_alphabetic(),
                '.' => before.is_lowercase() && after.is_uppercase(),
                '…' | '!' | '?' | '"' | '(' | ')' | '&' => true,
                _ => false,
            };
            usize::from(joins)
        };
        if length > 0 {
            let end = letters.get(index + length).map_or(word.len(), |(end, _)| *end);
            into.extend([&word[start..at], &word[at..end]].into_iter().filter(|part| !part.is_empty()));
            start = end;
        }
        index += length.max(1);
    }
    if start < word.len() {
        into.push(&word[start..]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_are_cut_into_tokens() {
        for (text, expected) in [
            ("Hello there.", "Hello|there|."),
            ("I don't know, it's Bruno's!", "I|do|n't|know|,|it|'s|Bruno|'s|!"),
            ("\"Really?\" (yes)", "\"|Really|?|\"|(|yes|)"),
            ("well-known A-list -5 - no", "well|-|known|A|-|list|-5|-|no"),
            ("wait... what…ever", "wait|...|what|…|ever"),
            ("the U.S. and J. K.", "the|U.S.|and|J.|K.|."),
            ("$12.50, 100%", "$|12.50|,|100|%"),
            ("get 'em 'quoted'", "get|'em|'|quoted|'"),
            ("I cannot, I'd've", "I|can|not|,|I|'d|'ve"),
            ("a.", "a|."),
            ("", ""),
            ("!?!", "!|?|!"),
        ] {
            let found: Vec<String> = tokens(&Script::new(text, 0)).into_iter().map(|token| token.text).collect();
            assert_eq!(found.join("|"), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_of_a_chunk_is_lost(chunk in "[a-zA-Z0-9'.,!?$%…—\"()é😀/-]{0,20}") {
            prop_assert_eq!(parts(&chunk).concat(), chunk);
        }
    }
}
