//! What this terminal can show: asked at the start, and again when the user has the screen painted again, because another
//! terminal may have been attached meanwhile, or one that was slow may answer now.

use ratatui::layout::Size;

use super::examine::Examined;
use crate::tui::terminal::guard::Screen;
use crate::tui::terminal::probe::Answers;
use crate::tui::terminal::protocol::{ProtocolChoice, Surroundings, Way};
use crate::tui::terminal::{probe, protocol};
use crate::tui::theme::{Theme, ThemeChoice};

/// What the user chose, and what is known of the terminal.
pub(super) struct Sights {
    pub(super) protocol: ProtocolChoice,
    pub(super) theme: ThemeChoice,
    pub(super) surroundings: Surroundings,
    /// How the terminal names itself, once it has answered.
    pub(super) name: Option<String>,
}

impl Sights {
    /// Asks the terminal; nobody else may read it meanwhile.
    pub(super) fn ask(&mut self, screen: &mut Screen) -> Answers {
        let no_questions = Answers { is_complete: true, ..Answers::default() };
        if self.surroundings.is_bare || self.protocol != ProtocolChoice::Auto {
            return no_questions;
        }
        let questions = if self.surroundings.in_tmux { probe::QUESTIONS_IN_TMUX } else { probe::QUESTIONS };
        let answers = screen.ask(questions).and_then(|()| probe::listen()).unwrap_or_else(|error| {
            tracing::warn!(%error, "the terminal could not be asked what it can show");
            no_questions
        });
        self.surroundings.colours.light = answers.light.unwrap_or(self.surroundings.colours.light);
        self.name = answers.name.clone().or(self.name.take());
        answers
    }

    /// What `doctor` is to know of it.
    pub(super) fn examined(&self, size: Size, way: Way) -> Examined {
        Examined::of(&self.surroundings, self.name.clone(), way, size)
    }

    /// The theme for its colours.
    pub(super) fn theme(&self) -> Theme {
        self.theme.resolve(self.surroundings.colours)
    }

    /// How pictures reach it.
    pub(super) fn way(&self, answers: &Answers) -> Way {
        protocol::choose(self.protocol, &self.surroundings, answers)
    }
}
