//! What takes all keys while it is there: a question, or the input line.

use crossterm::event::{KeyCode, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

use super::message::Effect;
use crate::tui::input::keymap::{Key, Section};

#[derive(Debug)]
pub enum Overlay {
    Question(Question),
    Input(Input),
}

impl Overlay {
    pub fn section(&self) -> Section {
        match self {
            Overlay::Question(_) => Section::Confirm,
            Overlay::Input(_) => Section::Input,
        }
    }
}

/// Something to agree to before it is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub title: String,
    pub text: String,
    /// What is done when the user agrees.
    pub then: Vec<Effect>,
    /// Agreeing ends the studio once nothing runs any more.
    pub leaves: bool,
}

/// What the input line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Each change narrows the page's lines at once.
    Filter,
    NewCampaign,
}

impl Purpose {
    pub fn prompt(self) -> &'static str {
        match self {
            Purpose::Filter => "find",
            Purpose::NewCampaign => "name of the new campaign",
        }
    }
}

/// A line being typed. The cursor stands at its end: names and filters are short.
#[derive(Debug)]
pub struct Input {
    pub purpose: Purpose,
    pub text: String,
}

/// More is no name and no filter.
const LONGEST_INPUT: usize = 200;

impl Input {
    pub fn new(purpose: Purpose, text: impl Into<String>) -> Self {
        Self { purpose, text: text.into() }
    }

    /// Whether the key changed the text.
    pub fn edit(&mut self, key: Key) -> bool {
        match (key.code, key.modifiers) {
            (KeyCode::Char(c), KeyModifiers::NONE) => self.insert(c.encode_utf8(&mut [0; 4])),
            (KeyCode::Backspace, _) | (KeyCode::Char('h'), KeyModifiers::CONTROL) => {
                let last = self.text.grapheme_indices(true).next_back().map(|(start, _)| start);
                last.inspect(|&start| self.text.truncate(start)).is_some()
            }
            (KeyCode::Char('u'), KeyModifiers::CONTROL) => !std::mem::take(&mut self.text).is_empty(),
            (KeyCode::Char('w'), KeyModifiers::CONTROL) => {
                let word = self.text.unicode_word_indices().next_back().map_or(0, |(start, _)| start);
                let changed = word < self.text.len();
                self.text.truncate(word);
                changed
            }
            _ => false,
        }
    }

    /// Adds pasted or typed text, on one line and without control characters.
    pub fn insert(&mut self, text: &str) -> bool {
        let room = LONGEST_INPUT.saturating_sub(self.text.chars().count());
        let before = self.text.len();
        let first_line = text.trim_start_matches(['\n', '\r']).split(['\n', '\r']).next().unwrap_or_default();
        self.text.extend(first_line.chars().filter(|c| !c.is_control()).take(room));
        self.text.len() > before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_line_edits_whole_characters() {
        let mut input = Input::new(Purpose::Filter, "");
        assert!(input.insert("\nbaby 👨‍👩‍👧\u{1b}\nsecond line"));
        assert_eq!(input.text, "baby 👨‍👩‍👧");
        assert!(input.edit(Key::plain(KeyCode::Backspace)));
        assert_eq!(input.text, "baby ");
        assert!(input.edit(Key::named("x").unwrap()));
        assert!(input.edit(Key::named("ctrl-w").unwrap()));
        assert_eq!(input.text, "baby ");
        assert!(input.edit(Key::named("ctrl-u").unwrap()));
        assert!(!input.edit(Key::named("ctrl-u").unwrap()));
        assert!(!input.edit(Key::plain(KeyCode::Backspace)));
        assert!(!input.edit(Key::named("ctrl-w").unwrap()));
        assert!(!input.edit(Key::plain(KeyCode::Up)));
    }

    #[test]
    fn the_input_line_has_an_end() {
        let mut input = Input::new(Purpose::NewCampaign, "");
        input.insert(&"é".repeat(1000));
        assert_eq!(input.text.chars().count(), LONGEST_INPUT);
    }
}
