//! Text that is safe to show. Campaign text is kept as written (scripts need their joiners); only [`DisplayText`]
//! may reach a terminal.

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Text in which nothing can move the cursor, reorder the line or hide: control characters, bidi controls, invisible
/// and tag characters are replaced by visible marks. Line breaks and tabs become single spaces.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct DisplayText(String);

impl DisplayText {
    /// One line, whatever the text holds: each line break is a space.
    pub fn new(text: &str) -> Self {
        let mut shown = String::with_capacity(text.len());
        let mut characters = text.chars().peekable();
        let mut last = None;
        while let Some(c) = characters.next() {
            match c {
                '\r' if characters.peek() == Some(&'\n') => {}
                '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}' => shown.push(' '),
                c if is_joiner(c) => {
                    // A joiner shapes the letters or emoji it stands between; alone it only hides.
                    let joins = |neighbour: Option<char>| neighbour.is_some_and(|n| !n.is_ascii() && !is_hidden(n));
                    if joins(last) && joins(characters.peek().copied()) {
                        shown.push(c);
                    } else {
                        shown.push('·');
                    }
                }
                '\u{0}'..='\u{1f}' => shown.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('␦')),
                '\u{7f}' => shown.push('␡'),
                c if is_hidden(c) => shown.push('·'),
                c => shown.push(c),
            }
            last = Some(c);
        }
        Self(shown)
    }

    /// The same for a text of several lines: its line breaks stay, and nothing in a line can reach beyond it.
    pub fn of_lines(text: &str) -> Self {
        let mut lines = text.split('\n').map(Self::new);
        let Self(first) = lines.next().unwrap_or_default();
        Self(lines.fold(first, |shown, line| shown + "\n" + line.as_str()))
    }

    /// May be printed as it is; its width is still to be measured.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DisplayText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Shorthand for [`DisplayText::new`].
pub trait Display {
    /// For one value among others in a message: `name.display()`.
    fn display(&self) -> DisplayText;
}

impl Display for str {
    fn display(&self) -> DisplayText {
        DisplayText::new(self)
    }
}

/// The text with letters and their accents as one character where there is one (Unicode's NFC), so that a name typed on one
/// system is the name typed on another.
pub fn composed(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => {
            let composed: String = text.nfc().collect();
            if composed == text { Cow::Borrowed(text) } else { Cow::Owned(composed) }
        }
    }
}

/// The same the other way: letters and accents apart (NFD), as some systems keep the names of files.
pub fn decomposed(text: &str) -> String {
    text.nfd().collect()
}

/// Whether two names are the same to a reader, whatever case and system they were typed in.
pub fn same_name(one: &str, other: &str) -> bool {
    composed(one).to_lowercase() == composed(other).to_lowercase()
}

/// The first character that no text of a campaign file may contain: C0 and C1 controls other than newline and tab.
pub fn forbidden_control(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'))
}

/// Whether a terminal that prints the character obeys it, hides it or lets it move others: DEL, C1 controls, bidi controls,
/// joiners and everything else without a shape of its own. C0 controls are not asked about: JSON escapes them anyway.
pub fn is_unseen(c: char) -> bool {
    c == '\u{7f}' || is_joiner(c) || is_hidden(c)
}

/// Zero-width joiner and non-joiner: needed by Arabic and Indic scripts and by emoji.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Characters that change what is seen without being seen: C1 controls, bidi controls, zero-width, tags, fillers.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_text_is_shown_harmlessly() {
        for (text, shown) in [
            ("plain", "plain"),
            ("Mon Rovîa 👶🏽", "Mon Rovîa 👶🏽"),
            ("\u{1b}[2J", "␛[2J"),
            ("a\u{202e}b", "a·b"),
            ("a\r\nb\tc", "a b c"),
            ("zero\u{200b}width", "zero·width"),
            ("tag\u{e0041}", "tag·"),
            ("\u{9b}31m", "·31m"),
            ("👨\u{200d}👩", "👨\u{200d}👩"),
            ("a\u{200d}b", "a·b"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ] {
            assert_eq!(text.display().as_str(), shown, "{text:?}");
        }
    }

    #[test]
    fn a_name_is_the_same_from_every_keyboard() {
        assert_eq!(composed("Zoe\u{308}"), "Zo\u{eb}");
        assert!(matches!(composed("Zoë 👶 张伟"), Cow::Borrowed(_)));
        assert!(same_name("ZOE\u{308}", "zo\u{eb}") && !same_name("Zoe", "Zoë"));
        assert_eq!(composed(&decomposed("Zoë")), "Zoë");
    }

    #[test]
    fn lines_stay_lines_and_nothing_else_does() {
        for (text, shown) in
            [("one\ntwo\u{1b}[A\r\n", "one\ntwo␛[A \n"), ("a\u{85}b\u{2028}c\td\u{b}", "a b c d␋"), ("", "")]
        {
            assert_eq!(DisplayText::of_lines(text).as_str(), shown, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_shown_is_a_control_or_hidden(text in any::<String>()) {
            let shown = text.display();
            prop_assert!(!shown.as_str().chars().any(|c| c.is_control() || is_hidden(c)));
        }

        #[test]
        fn showing_twice_changes_nothing(text in any::<String>()) {
            let once = text.display();
            prop_assert_eq!(once.as_str().display(), once);
            let lines = DisplayText::of_lines(&text);
            prop_assert_eq!(DisplayText::of_lines(lines.as_str()), lines);
        }
    }
}
