//! What takes all keys while it is there: a question, the input line, or something that is edited.

use super::editing::{Card, LineEdit, Pick};
use super::line::LineText;
use super::message::Effect;
use super::palette::Palette;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;

#[derive(Debug)]
pub enum Overlay {
    Question(Question),
    Input(Input),
    /// A line of the script, where it stands.
    Line(Box<LineEdit>),
    /// All fields of a scene and its baby.
    Card(Box<Card>),
    /// One of several.
    Pick(Pick),
    Palette(Box<Palette>),
}

impl Overlay {
    pub fn section(&self) -> Section {
        match self {
            Overlay::Question(_) => Section::Confirm,
            Overlay::Input(_) => Section::Input,
            Overlay::Line(_) => Section::Line,
            Overlay::Card(card) if card.is_typing() => Section::Line,
            Overlay::Card(_) | Overlay::Pick(_) => Section::Form,
            Overlay::Palette(_) => Section::Palette,
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
    /// Agreeing ends the studio once nothing runs any more. What runs can go on in the background instead.
    pub leaves: bool,
}

impl Question {
    /// The answers that it takes.
    pub fn answers(&self) -> Vec<Action> {
        let goes_on = self.leaves.then_some(Action::GoOn);
        [Some(Action::Accept), goes_on, Some(Action::Dismiss)].into_iter().flatten().collect()
    }
}

/// What the input line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Each change narrows the page's lines at once.
    Filter,
    NewCampaign,
    /// What a language model is to write about.
    Topic,
    /// What is asked of a new take.
    Note,
    /// What a baby is called in the cast.
    Member,
}

impl Purpose {
    pub fn prompt(self) -> &'static str {
        match self {
            Purpose::Filter => "find",
            Purpose::NewCampaign => "name of the new campaign",
            Purpose::Topic => "what the new script is about",
            Purpose::Member => "name in the cast",
            Purpose::Note => "what is asked of the new take",
        }
    }
}

/// A line being typed.
#[derive(Debug)]
pub struct Input {
    pub purpose: Purpose,
    pub line: LineText,
}

/// More is no name and no filter.
const LONGEST_INPUT: usize = 200;

impl Input {
    pub fn new(purpose: Purpose, text: impl Into<String>) -> Self {
        Self { purpose, line: LineText::new(text, LONGEST_INPUT, false) }
    }

    pub fn text(&self) -> &str {
        self.line.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::input::keymap::Key;

    #[test]
    fn the_input_line_is_one_line_and_has_an_end() {
        let mut input = Input::new(Purpose::Filter, "");
        assert!(input.line.insert("\nbaby 👨‍👩‍👧\u{1b}\nsecond line"));
        assert!(!input.line.edit(Key::named("alt-enter").unwrap()));
        assert_eq!(input.text(), "baby 👨‍👩‍👧");
        let mut input = Input::new(Purpose::NewCampaign, "");
        input.line.insert(&"é".repeat(1000));
        assert_eq!(input.text().chars().count(), LONGEST_INPUT);
    }
}
