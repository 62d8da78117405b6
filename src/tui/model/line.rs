//! A text being typed, with its cursor: motions by letter and by word, cutting, pasting. Letters are what a person sees as
//! one, so that no emoji of a family is cut in two; input crates count code points. Shared by the input line, the line
//! editor and the fields of cards.

use crossterm::event::{KeyCode, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

use crate::tui::input::keymap::Key;

/// A text and where the next letter goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineText {
    text: String,
    /// In bytes, between two letters.
    cursor: usize,
    /// In characters.
    longest: usize,
    /// Whether it may hold line breaks.
    has_breaks: bool,
}

impl LineText {
    /// With the cursor behind its last letter.
    pub fn new(text: impl Into<String>, longest: usize, has_breaks: bool) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text, longest, has_breaks }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands before and behind the cursor.
    pub fn halves(&self) -> (&str, &str) {
        self.text.split_at(self.cursor)
    }

    /// Whether the key changed the text; one that only moves the cursor does not.
    pub fn edit(&mut self, key: Key) -> bool {
        const NONE: KeyModifiers = KeyModifiers::NONE;
        const CTRL: KeyModifiers = KeyModifiers::CONTROL;
        const ALT: KeyModifiers = KeyModifiers::ALT;
        let to = match (key.code, key.modifiers) {
            (KeyCode::Char(c), NONE) => return self.insert(c.encode_utf8(&mut [0; 4])),
            (KeyCode::Enter, ALT) | (KeyCode::Char('j'), CTRL) if self.has_breaks => return self.insert("\n"),
            (KeyCode::Backspace, ALT) | (KeyCode::Char('w'), CTRL) => return self.cut(self.word_before(), self.cursor),
            (KeyCode::Backspace, _) | (KeyCode::Char('h'), CTRL) => return self.cut(self.letter_before(), self.cursor),
            (KeyCode::Delete, NONE) | (KeyCode::Char('d'), CTRL) => return self.cut(self.cursor, self.letter_behind()),
            (KeyCode::Delete, CTRL | ALT) | (KeyCode::Char('d'), ALT) => {
                return self.cut(self.cursor, self.word_behind());
            }
            (KeyCode::Char('u'), CTRL) => return self.cut(0, self.cursor),
            (KeyCode::Char('k'), CTRL) => return self.cut(self.cursor, self.text.len()),
            (KeyCode::Left, NONE) | (KeyCode::Char('b'), CTRL) => self.letter_before(),
            (KeyCode::Right, NONE) | (KeyCode::Char('f'), CTRL) => self.letter_behind(),
            (KeyCode::Left, CTRL | ALT) | (KeyCode::Char('b'), ALT) => self.word_before(),
            (KeyCode::Right, CTRL | ALT) | (KeyCode::Char('f'), ALT) => self.word_behind(),
            (KeyCode::Home, _) | (KeyCode::Char('a'), CTRL) => 0,
            (KeyCode::End, _) | (KeyCode::Char('e'), CTRL) => self.text.len(),
            _ => return false,
        };
        self.cursor = to;
        false
    }

    /// Puts typed or pasted text at the cursor, without control characters; where there are no line breaks, its first line.
    pub fn insert(&mut self, text: &str) -> bool {
        let room = self.longest.saturating_sub(self.text.chars().count());
        let has_breaks = self.has_breaks;
        let text = if has_breaks {
            text.replace("\r\n", "\n").replace('\r', "\n")
        } else {
            let text = text.trim_start_matches(['\n', '\r']);
            text.split(['\n', '\r']).next().unwrap_or_default().to_owned()
        };
        let is_kept = |c: &char| !c.is_control() || has_breaks && matches!(c, '\n' | '\t');
        let kept: String = text.chars().filter(is_kept).take(room).collect();
        self.text.insert_str(self.cursor, &kept);
        self.cursor += kept.len();
        // A joiner or an accent became part of the letter before it.
        if !self.text.grapheme_indices(true).any(|(at, _)| at == self.cursor) {
            self.cursor = self.letter_behind_of(self.cursor);
        }
        !kept.is_empty()
    }

    fn cut(&mut self, start: usize, end: usize) -> bool {
        self.text.replace_range(start..end, "");
        self.cursor = start;
        start < end
    }

    fn letter_before(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn letter_behind(&self) -> usize {
        self.cursor + self.text[self.cursor..].graphemes(true).next().map_or(0, str::len)
    }

    fn letter_behind_of(&self, at: usize) -> usize {
        self.text.grapheme_indices(true).map(|(start, _)| start).find(|&start| start >= at).unwrap_or(self.text.len())
    }

    fn word_before(&self) -> usize {
        self.text[..self.cursor].unicode_word_indices().next_back().map_or(0, |(at, _)| at)
    }

    fn word_behind(&self) -> usize {
        let rest = &self.text[self.cursor..];
        rest.unicode_word_indices().next().map_or(self.text.len(), |(at, word)| self.cursor + at + word.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str, keys: &[&str]) -> (String, String) {
        let mut line = LineText::new(text, 100, true);
        for key in keys {
            line.edit(Key::named(key).unwrap());
        }
        let (before, behind) = line.halves();
        (before.to_owned(), behind.to_owned())
    }

    #[test]
    fn the_cursor_goes_by_letters_and_words() {
        for (text, keys, before, behind) in [
            ("nap time", &["left", "left"][..], "nap ti", "me"),
            ("nap 👨‍👩‍👧", &["left"], "nap ", "👨‍👩‍👧"),
            ("nap time now", &["alt-b", "ctrl-left"], "nap ", "time now"),
            ("nap time", &["ctrl-a", "alt-f"], "nap", " time"),
            ("nap time", &["home", "delete", "x", "end", "!"], "xap time!", ""),
            ("nap time", &["ctrl-w"], "nap ", ""),
            ("nap time", &["ctrl-a", "alt-d"], "", " time"),
            ("nap time", &["alt-b", "ctrl-u"], "", "time"),
            ("nap time", &["alt-b", "ctrl-k"], "nap ", ""),
            ("nap", &["left", "alt-enter"], "na\n", "p"),
            ("", &["left", "right", "backspace", "delete", "ctrl-w", "alt-f", "up"], "", ""),
        ] {
            assert_eq!(typed(text, keys), (before.to_owned(), behind.to_owned()), "{text} {keys:?}");
        }
    }

    #[test]
    fn what_is_pasted_comes_without_control_characters() {
        let mut line = LineText::new("ab", 100, true);
        line.edit(Key::named("left").unwrap());
        assert!(line.insert("1\r\n2\u{1b}[A"));
        assert_eq!(line.halves(), ("a1\n2[A", "b"));
        let mut one = LineText::new("", 6, false);
        assert!(one.insert("\nfirst line\nsecond"));
        assert_eq!(one.text(), "first ");
        assert!(!one.insert("more"), "it is full");
    }

    proptest! {
        #[test]
        fn no_key_and_no_paste_breaks_a_letter(
            text in any::<String>(),
            keys in prop::collection::vec(prop_oneof![
                "left|right|home|end|backspace|delete|ctrl-w|ctrl-u|ctrl-k|alt-b|alt-f|alt-d|alt-enter|x|é".prop_map(Ok),
                any::<String>().prop_map(Err),
            ], 0..20),
        ) {
            let mut line = LineText::new(text, 500, true);
            for key in keys {
                match key {
                    Ok(key) => _ = line.edit(Key::named(&key).unwrap()),
                    Err(pasted) => _ = line.insert(&pasted),
                }
                let (before, behind) = line.halves();
                prop_assert_eq!(format!("{before}{behind}"), line.text());
            }
        }
    }
}
