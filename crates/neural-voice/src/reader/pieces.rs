//! Tokens cut once more, where capitals, digits and hyphens join several words in one, and put together again in groups of
//! what is written without a blank: a group is looked up whole before it is looked up in parts. Called by `reader`.

use super::Part;
use crate::phonemes::PAUSES;
use crate::tokens::Token;

/// The groups of a sentence, in order.
pub(super) fn grouped(tokens: &[Token], tags: &[&str]) -> Vec<Vec<Part>> {
    let mut groups: Vec<Vec<Part>> = Vec::new();
    let mut money = None;
    let mut grows = false;
    for (at, (token, tag)) in tokens.iter().zip(tags).enumerate() {
        let texts = pieces(&token.text);
        let count = texts.len();
        if count == 0 {
            // Nothing that can be read: the blank behind it still parts its neighbours.
            grows = false;
            if let Some(last) = groups.last_mut().and_then(|group| group.last_mut()) {
                last.spaced |= token.spaced;
            }
        }
        for (number, text) in texts.iter().enumerate() {
            let mut part = Part::of(token, tag, (*text).to_owned());
            part.spaced = token.spaced && number + 1 == count;
            // A mark within a word, as in "README.md", is none.
            part.sounds = if count == 1 { mark(text, tag) } else { None };
            if let Some(sign) = sign_of_money(text, tag) {
                money = Some(sign);
                part.sounds = Some(String::new());
            } else if part.sounds.is_none() && money.is_some() {
                let goes_on = tags.get(at + 1).is_some_and(|next| *next == "CD");
                match *tag {
                    "CD" if number + 1 == count && !goes_on => part.money = money.take(),
                    "CD" => {}
                    _ => money = None,
                }
            }
            let is_between_letters = 0 < number && number + 1 < count;
            if *text == "2" && is_between_letters && joins_letters(texts[number - 1], texts[number + 1]) {
                "to".clone_into(&mut part.text);
            }
            let is_fixed = part.sounds.is_some();
            let spaced = part.spaced;
            if grows && !is_fixed {
                part.begins = false;
                if let Some(group) = groups.last_mut() {
                    group.push(part);
                }
            } else {
                groups.push(vec![part]);
            }
            grows = !is_fixed && !spaced;
        }
    }
    groups
}

fn joins_letters(before: &str, after: &str) -> bool {
    let small = |letter: Option<char>| letter.is_some_and(char::is_lowercase);
    small(before.chars().next_back()) && small(after.chars().next())
}

fn sign_of_money(text: &str, tag: &str) -> Option<char> {
    let sign = text.chars().next().filter(|sign| "$£€".contains(*sign))?;
    (tag == "$" || text.len() == sign.len_utf8()).then_some(sign)
}

/// What a mark sounds like: a pause, a melody, or nothing. `None` for what is no mark.
fn mark(text: &str, tag: &str) -> Option<String> {
    if tag == ":" && matches!(text, "-" | "–") {
        return Some("—".to_owned());
    }
    if text.chars().any(char::is_alphanumeric) {
        return None;
    }
    // A single quote may be half of a contraction, and nobody hears it.
    if text == "'" && matches!(tag, "``" | "''") {
        return Some(String::new());
    }
    let is_quote = |text: &str| text.chars().all(|mark| "'\"“”".contains(mark));
    match tag {
        "-LRB-" => Some("(".to_owned()),
        "-RRB-" => Some(")".to_owned()),
        "``" if is_quote(text) => Some("“".to_owned()),
        "''" if is_quote(text) => Some("”".to_owned()),
        "." | "," | ":" | "NFP" => {
            Some(text.chars().filter(|&mark| PAUSES.contains(mark) || "“”".contains(mark)).collect())
        }
        _ if text == "..." => Some("…".to_owned()),
        _ if text.chars().all(|mark| PAUSES.contains(mark) || "()[]{}\"“”".contains(mark)) => {
            Some(text.chars().filter(|&mark| PAUSES.contains(mark)).collect())
        }
        _ => None,
    }
}

/// The parts of a token that may be words of their own; what fits nowhere falls out.
fn pieces(token: &str) -> Vec<&str> {
    let letters: Vec<(usize, char)> = token.char_indices().collect();
    let byte = |at: usize| letters.get(at).map_or(token.len(), |(byte, _)| *byte);
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let end = at + length(&letters, at).max(1);
        let piece = &token[byte(at)..byte(end)];
        let is_stray = piece == "'" && at > 0 && end < letters.len();
        if !is_stray {
            pieces.push(piece);
        }
        at = end;
    }
    pieces
}

/// How many letters the piece has that begins here.
fn length(letters: &[(usize, char)], at: usize) -> usize {
    let letter = |offset: usize| letters.get(at + offset).map(|(_, letter)| *letter);
    let run = |is: &dyn Fn(char) -> bool| letters[at..].iter().take_while(|(_, letter)| is(*letter)).count();
    let is_upper = |letter: Option<char>| letter.is_some_and(char::is_uppercase);
    let is_lower = |letter: Option<char>| letter.is_some_and(char::is_lowercase);
    match letter(0) {
        Some('\'') => run(&|letter| letter == '\''),
        Some('.') if letter(1) == Some('.') => run(&|letter| letter == '.'),
        Some('-' | '_') if at > 0 || !letter(1).is_some_and(|next| next.is_ascii_digit()) => {
            run(&|letter| letter == '-' || letter == '_')
        }
        Some(first) if first.is_ascii_digit() || (matches!(first, '-' | '.' | ',') && number(letters, at) > 0) => {
            number(letters, at)
        }
        Some(first) if first.is_alphabetic() => {
            if is_upper(letter(0)) && is_upper(letter(1)) && is_lower(letter(2)) {
                return 1;
            }
            let mut length = 0;
            loop {
                let here = letter(length);
                let is_inside = here.is_some_and(char::is_alphabetic)
                    || (here == Some('\'') && letter(length + 1).is_some_and(char::is_alphabetic));
                if !is_inside {
                    return length;
                }
                length += 1;
                if is_lower(here) && is_upper(letter(length)) {
                    return length;
                }
            }
        }
        _ => 1,
    }
}

/// How many letters a number has: digits with points and commas between them.
fn number(letters: &[(usize, char)], at: usize) -> usize {
    let mut end = at + usize::from(letters[at].1 == '-');
    let is_digit = |at: usize| letters.get(at).is_some_and(|(_, letter)| letter.is_ascii_digit());
    let is_mark = |at: usize| letters.get(at).is_some_and(|(_, letter)| matches!(letter, '.' | ','));
    let begin = end;
    while is_digit(end) || (is_mark(end) && is_digit(end + 1)) {
        end += 1;
    }
    if end > begin { end - at } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_cut_at_capitals_and_digits() {
        for (token, expected) in [
            ("hello", "hello"),
            ("McSnuggle", "Mc|Snuggle"),
            ("HTMLParser", "HTMLParser"),
            ("ABc", "A|Bc"),
            ("B747-8x", "B|747|-|8|x"),
            ("-5.50", "-5.50"),
            ("1,250.5", "1,250.5"),
            ("it's", "it's"),
            ("'em", "'|em"),
            ("90s", "90|s"),
            (".5", ".5"),
            ("é-ü", "é|-|ü"),
            ("", ""),
        ] {
            assert_eq!(pieces(token).join("|"), expected, "{token}");
        }
    }
}
