//! From a line as it is written to what the synthesiser is given: plain words in portions of a few sentences. Pure; called
//! by `speak`. Knows no sound.
//!
//! The synthesiser reads the letters of its language, and a `<` begins a command to it, among them ones that read and write files.
//! So nothing of the line but letters, digits and harmless punctuation passes, and there is no command to hide in it.

use deunicode::deunicode_char;
use neural_voice::is_latin;
use pico_engine::Language;
use unicode_normalization::UnicodeNormalization;

use super::{foreign, reading};

/// What is said for a line without a single letter or digit, such as `…` or `?!`: a draft is there to time the joke, so
/// the baby makes a sound instead of the scene failing.
const BABBLE: &str = "ba bah.";

/// The longest portion, in bytes. The synthesiser takes more, but between portions a cancelled job stops.
const PORTION: usize = 300;

/// The longest word, in bytes; the synthesiser's own buffer is 255.
const WORD: usize = 40;

/// The portions of a line, in order; at least one, none empty.
pub fn portions(text: &str, language: Language) -> Vec<String> {
    let spoken = fold(text, language);
    if !spoken.contains(char::is_alphanumeric) {
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
    portions.retain(|portion| portion.contains(char::is_alphanumeric));
    portions
}

/// Writes a text with the letters, digits and marks that the synthesiser reads as it should. Signs become words, emoji are
/// silent, what has no reading becomes a space. Accents that the language does not have fall; words of other scripts are
/// left out, since nobody would know them again.
fn fold(text: &str, language: Language) -> String {
    let read = foreign::read_out(text, language);
    let keeps_accents = read.is_some();
    let read: String = read.unwrap_or_else(|| reading::read_out(text)).nfc().collect();
    let mut plain = Vec::with_capacity(read.len());
    for c in read.chars() {
        match c {
            _ if c.is_ascii() || keeps_accents && is_accented(c) => plain.push(c),
            _ if c.is_alphabetic() && !is_latin(c) => plain.push(' '),
            _ => plain.extend(deunicode_char(c).unwrap_or(" ").chars()),
        }
    }
    let mut spoken = Spoken::default();
    for (at, &c) in plain.iter().enumerate() {
        let before = at.checked_sub(1).map_or(' ', |at| plain[at]);
        let after = plain.get(at + 1).copied().unwrap_or(' ');
        let joins_letters = before.is_alphabetic() && after.is_alphabetic();
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '%' | '$' | '+' | '=' | '@' => spoken.push(c),
            _ if is_accented(c) => spoken.push(c),
            '\'' if joins_letters => spoken.push(c),
            // Of `...` each dot would be read out, and an abbreviation would be three sentences.
            '.' if before == '.' || after == '.' => spoken.pause(),
            '.' | '-' if joins_letters => spoken.space(),
            '.' | ',' | '!' | '?' | ';' | ':' => spoken.mark(c),
            '-' | '(' | ')' | '[' | ']' => spoken.pause(),
            '&' => " and ".chars().for_each(|letter| spoken.push(letter)),
            _ => spoken.space(),
        }
    }
    spoken.text
}

/// A letter that German, Spanish, French and Italian have beside those of English.
fn is_accented(c: char) -> bool {
    matches!(c, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' | 'Œ' | 'œ')
}

/// A text as it grows, with single spaces and with words of bounded length.
#[derive(Default)]
struct Spoken {
    text: String,
    /// The bytes of the word that grows.
    word: usize,
}

impl Spoken {
    fn push(&mut self, c: char) {
        if c == ' ' {
            return self.space();
        }
        if self.word + c.len_utf8() > WORD {
            self.space();
        }
        self.text.push(c);
        self.word += c.len_utf8();
    }

    fn space(&mut self) {
        if self.word > 0 {
            self.text.push(' ');
            self.word = 0;
        }
    }

    /// A mark of the line's own; it stands for the comma that a pause may have left just before.
    fn mark(&mut self, mark: char) {
        if let Some(said) = self.text.trim_end().strip_suffix(',') {
            self.text.truncate(said.len());
            self.word = self.word.max(1);
        }
        self.push(mark);
    }

    /// A comma, unless some mark already makes a pause here.
    fn pause(&mut self) {
        let said = self.text.trim_end();
        if said.ends_with(char::is_alphanumeric) {
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

    fn portions(text: &str) -> Vec<String> {
        super::portions(text, Language::BritishEnglish)
    }

    #[test]
    fn accents_fall_and_words_of_other_scripts_are_left_out() {
        assert_eq!(portions("Mon Rovîa? Can’t…"), ["Mon Rovia? Can't,"]);
        assert_eq!(portions("你好，世界。"), [BABBLE]);
        assert_eq!(portions("Say Привет, 👶 twice."), ["Say , twice."]);
    }

    #[test]
    fn other_languages_keep_their_letters() {
        let of = |language, text| super::portions(text, language).concat();
        assert_eq!(of(Language::German, "Größe: 5 €? Łódź! u\u{308}ber"), "Größe: 5 Euro? Lódz! über");
        assert_eq!(of(Language::Spanish, "¡Mañana, 你好 señor!"), "Mañana, señor!");
        assert_eq!(of(Language::French, "L’œuf & l’été…"), "L'œuf et l'été,");
        assert_eq!(of(Language::Italian, "Perché <genfile file='x'/>?"), "Perché genfile file= x ?");
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
            let german = super::portions(&text, Language::German);
            prop_assert!(portions(&text).iter().all(|portion| portion.is_ascii()));
            for portion in portions(&text).into_iter().chain(german) {
                prop_assert!(portion.len() <= PORTION);
                let is_harmless = !portion.contains(['<', '>', '&', '\\', '\0', '\u{1b}']);
                prop_assert!(is_harmless, "{:?}", portion);
                prop_assert!(portion.contains(char::is_alphanumeric));
            }
        }

        #[test]
        fn no_word_is_lost(words in proptest::collection::vec("[a-z]{1,12}[.!?]?", 1..200)) {
            let text = words.join(" ");
            prop_assert_eq!(portions(&text).join(" "), text);
        }
    }
}
