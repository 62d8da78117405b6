//! `[gnocchi](/njˈɑki/)`: words whose sounds the writer gives. Called by `sentences`; pure.

use std::ops::Range;

/// A text without its links, and where the words with given sounds stand in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Plain {
    pub text: String,
    pub given: Vec<(Range<usize>, String)>,
}

/// Takes the links out of a text. What only looks like one stays.
pub fn plain(text: &str) -> Plain {
    let mut plain = Plain { text: String::with_capacity(text.len()), given: Vec::new() };
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        plain.text.push_str(&rest[..open]);
        rest = &rest[open..];
        if let Some((word, sounds, length)) = link(rest) {
            let start = plain.text.len();
            plain.text.push_str(word);
            plain.given.push((start..plain.text.len(), sounds));
            rest = &rest[length..];
        } else {
            plain.text.push('[');
            rest = &rest[1..];
        }
    }
    plain.text.push_str(rest);
    plain
}

/// A link at the start of a text: its word, its sounds and its length.
fn link(text: &str) -> Option<(&str, String, usize)> {
    let close = text.find("](/")?;
    let word = &text[1..close];
    let end = close + 3 + text[close + 3..].find("/)")?;
    let sounds = in_our_signs(&text[close + 3..end]);
    let is_word = !word.trim().is_empty() && !word.contains(['[', '\n']) && !sounds.trim().is_empty();
    is_word.then_some((word, sounds, end + 2))
}

/// IPA as dictionaries print it, in the signs of this voice.
fn in_our_signs(ipa: &str) -> String {
    const SIGNS: [(&str, &str); 14] = [
        ("eɪ", "A"),
        ("aɪ", "I"),
        ("aʊ", "W"),
        ("ɔɪ", "Y"),
        ("oʊ", "O"),
        ("əʊ", "O"),
        ("tʃ", "ʧ"),
        ("dʒ", "ʤ"),
        ("ɚ", "əɹ"),
        ("ɝ", "ɜɹ"),
        ("r", "ɹ"),
        ("g", "ɡ"),
        ("'", "ˈ"),
        (":", "ː"),
    ];
    // Ties first: "t͡ʃ" is "tʃ".
    let untied = ipa.replace(['\u{361}', '\u{35c}'], "");
    SIGNS.iter().fold(untied, |sounds, (sign, ours)| sounds.replace(sign, ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_taken_out() {
        let found = plain("Eat [gnocchi](/njˈɑki/), [it] said [a](/b)");
        assert_eq!(
            found,
            Plain { text: "Eat gnocchi, [it] said [a](/b)".to_owned(), given: vec![(4..11, "njˈɑki".to_owned())] }
        );
        assert_eq!(plain("[x](/t͡ʃeɪ'gr/)").given[0].1, "ʧAˈɡɹ");
        for text in ["", "[", "[](/a/)", "[a](//)", "[a]", "[[[["] {
            assert_eq!(plain(text), Plain { text: text.to_owned(), given: Vec::new() });
        }
    }
}
