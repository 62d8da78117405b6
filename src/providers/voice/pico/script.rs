//! From a line as it is written to what the synthesiser is given: plain ASCII words in portions of a few sentences. Pure;
//! called by `speak`. Knows no sound.
//!
//! The synthesiser reads English letters, and a `<` begins a command to it, among them ones that read and write files.
//! So nothing of the line but letters, digits and harmless punctuation passes, and there is no command to hide in it.

use deunicode::deunicode_with_tofu;

use super::reading;

/// What is said for a line without a single letter or digit, such as `…` or `?!`: a draft is there to time the joke, so
/// the baby makes a sound instead of the scene failing.
const BABBLE: &str = "ba bah.";

/// The longest portion, in bytes. The synthesiser takes more, but between portions a cancelled job stops.
const PORTION: usize = 300;

/// The longest word, in bytes; the synthesiser's own buffer is 255.
const WORD: usize = 40;

/// The portions of a line, in order; at least one, none empty.
pub fn portions(text: &str) -> Vec<String> {
    let spoken = fold(text);
    if !spoken.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        return vec![BABBLE.to_owned()];
    }
    let mut portions: Vec<String> = Vec::new();
    let mut portion = String::new();
    for word in spoken.split_ascii_whitespace() {
        let ends_sentence = portion.ends_with(['.', '!', '?']);
        let is_full = portion.len() + 1 + word.len() > PORTION;
        // From half of a portion on, the next end of a sentence is taken.
        if !portion.is_empty() && (is_full || ends_sentence && portion.len() > PORTION / 2) {
            portions.push(std::mem::take(&mut portion));
        }
        if !portion.is_empty() {
            portion.push(' ');
        }
        portion.push_str(word);
    }
    portions.push(portion);
    // A portion of punctuation alone would be silence.
    portions.retain(|portion| portion.bytes().any(|byte| byte.is_ascii_alphanumeric()));
    portions
}

/// Writes a text with the letters, digits and marks that the synthesiser reads as it should. Accents fall, other scripts
/// are transliterated, signs become words, emoji are silent, and what has no reading becomes a space.
fn fold(text: &str) -> String {
    let ascii = deunicode_with_tofu(&reading::read_out(text), " ");
    let bytes = ascii.as_bytes();
    let mut spoken = Spoken::default();
    for (at, &byte) in bytes.iter().enumerate() {
        let before = at.checked_sub(1).map_or(b' ', |at| bytes[at]);
        let after = bytes.get(at + 1).copied().unwrap_or(b' ');
        let joins_letters = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'%' | b'$' | b'+' | b'=' | b'@' => spoken.push(byte),
            b'\'' if joins_letters => spoken.push(byte),
            // Of `...` each dot would be read out, and an abbreviation would be three sentences.
            b'.' if before == b'.' || after == b'.' => spoken.pause(),
            b'.' | b'-' if joins_letters => spoken.space(),
            b'.' | b',' | b'!' | b'?' | b';' | b':' => spoken.mark(byte),
            b'-' | b'(' | b')' | b'[' | b']' => spoken.pause(),
            b'&' => b" and ".iter().for_each(|&letter| spoken.push(letter)),
            _ => spoken.space(),
        }
    }
    spoken.text
}

/// A text as it grows, with single spaces and with words of bounded length.
#[derive(Default)]
struct Spoken {
    text: String,
    word: usize,
}

impl Spoken {
    fn push(&mut self, byte: u8) {
        if byte == b' ' {
            return self.space();
        }
        if self.word == WORD {
            self.space();
        }
        self.text.push(char::from(byte));
        self.word += 1;
    }

    fn space(&mut self) {
        if self.word > 0 {
            self.text.push(' ');
            self.word = 0;
        }
    }

    /// A mark of the line's own; it stands for the comma that a pause may have left just before.
    fn mark(&mut self, mark: u8) {
        if let Some(said) = self.text.trim_end().strip_suffix(',') {
            self.text.truncate(said.len());
            self.word = self.word.max(1);
        }
        self.push(mark);
    }

    /// A comma, unless some mark already makes a pause here.
    fn pause(&mut self) {
        let said = self.text.trim_end();
        if said.ends_with(|last: char| last.is_ascii_alphanumeric()) {
            self.text.truncate(said.len());
            self.text.push(',');
            self.word += 1;
        }
        self.space();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_fall_and_other_scripts_are_transliterated() {
        assert_eq!(portions("Mon Rovîa? Can’t…"), ["Mon Rovia? Can't,"]);
        assert_eq!(portions("你好，世界。"), ["Ni Hao ,Shi Jie ."]);
        assert_eq!(portions("Привет 👶"), ["Privet"]);
    }

    #[test]
    fn markup_is_only_words() {
        assert_eq!(portions("<genfile file='x'/> a & b </pitch> <3"), ["genfile file= x a and b pitch 3"]);
    }

    #[test]
    fn marks_are_paused_at_and_not_read_out() {
        assert_eq!(
            portions("wait... \"what\" -- *oh* (well), 'tis e.g. the U.S.A."),
            ["wait, what, oh, well, tis e g. the U S A."]
        );
        assert_eq!(portions("a well-known 3.5 % @ 10:30, don't!"), ["a well known 3.5 % @ 10 30, don't!"]);
        assert_eq!(portions("- (hello)"), ["hello,"]);
    }

    #[test]
    fn a_line_is_spoken_as_people_write_it() {
        for (text, spoken) in [
            ("¡Hola! ¿Qué tal?", "Hola! Que tal?"),
            ("It costs £5 and €20.", "It costs 5 pounds and 20 euros."),
            ("I love it 😂😂", "I love it"),
            ("Is it -5°C?!? Yes!!!", "Is it minus 5 degrees Celsius? Yes!"),
            ("Wait <break time=\"1.0s\" /> what?", "Wait, what?"),
        ] {
            assert_eq!(portions(text), [spoken]);
        }
    }

    #[test]
    fn a_line_without_words_is_babbled() {
        for text in ["", " \n", "…", "?!", "\u{200d}\u{e000}", "<>"] {
            assert_eq!(portions(text), [BABBLE], "{text:?}");
        }
    }

    #[test]
    fn a_long_line_is_cut_at_sentences() {
        let sentence = "This one has exactly nine words in it today. ";
        let portions = portions(&sentence.repeat(40));
        assert!(portions.len() > 5);
        assert!(portions.iter().all(|portion| portion.len() <= PORTION && portion.ends_with("today.")));
    }

    #[test]
    fn a_word_without_end_is_broken() {
        let portions = portions(&"a".repeat(10_000));
        assert!(portions.iter().flat_map(|portion| portion.split(' ')).all(|word| word.len() <= WORD));
        assert_eq!(portions.iter().flat_map(|portion| portion.bytes()).filter(|&byte| byte == b'a').count(), 10_000);
    }

    proptest! {
        #[test]
        fn nothing_but_harmless_marks_passes(text in any::<String>()) {
            for portion in portions(&text) {
                prop_assert!(portion.len() <= PORTION && portion.is_ascii());
                let is_harmless = !portion.contains(['<', '>', '&', '\\', '\0', '\u{1b}']);
                prop_assert!(is_harmless, "{:?}", portion);
                prop_assert!(portion.bytes().any(|byte| byte.is_ascii_alphanumeric()));
            }
        }

        #[test]
        fn no_word_is_lost(words in proptest::collection::vec("[a-z]{1,12}[.!?]?", 1..200)) {
            let text = words.join(" ");
            prop_assert_eq!(portions(&text).join(" "), text);
        }
    }
}
