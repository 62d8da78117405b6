//! What this terminal can show: asked at the start, and again when the user has the screen painted again, because another
//! terminal may have been attached meanwhile, or one that was slow may answer now.

use ratatui::layout::Size;
use tokio::sync::mpsc;

use crate::tui::app::examine::Examined;
use crate::tui::input::keymap::Key;
use crate::tui::terminal::guard::Screen;
use crate::tui::terminal::outer::{self, Outer};
use crate::tui::terminal::probe::Answers;
use crate::tui::terminal::protocol::{ProtocolChoice, Surroundings, Way};
use crate::tui::terminal::{probe, protocol};
use crate::tui::theme::{Theme, ThemeChoice};

/// What the user chose, and what is known of the terminal.
pub(in crate::tui::app) struct Sights {
    pub(super) protocol: ProtocolChoice,
    pub(super) theme: ThemeChoice,
    pub(super) surroundings: Surroundings,
    /// What the terminal answered last.
    pub(super) answers: Answers,
    /// Comes where tmux was asked for the terminal around it.
    asked: (mpsc::UnboundedSender<Option<Outer>>, mpsc::UnboundedReceiver<Option<Outer>>),
}

impl Sights {
    pub(in crate::tui::app) fn new(protocol: ProtocolChoice, theme: ThemeChoice, surroundings: Surroundings) -> Self {
        Self { protocol, theme, surroundings, answers: Answers::default(), asked: mpsc::unbounded_channel() }
    }

    /// Asks the terminal; nobody else may read it meanwhile. The keys are those that were typed then.
    pub(in crate::tui::app) fn ask(&mut self, screen: &mut Screen) -> Vec<Key> {
        self.ask_tmux();
        let no_questions = Answers { is_complete: true, ..Answers::default() };
        self.answers = if self.surroundings.is_bare || self.protocol != ProtocolChoice::Auto {
            no_questions
        } else {
            let questions = if self.surroundings.in_tmux { probe::QUESTIONS_IN_TMUX } else { probe::QUESTIONS };
            screen.ask(questions).and_then(|()| probe::listen()).unwrap_or_else(|error| {
                tracing::warn!(%error, "the terminal could not be asked what it can show");
                no_questions
            })
        };
        let colours = &mut self.surroundings.colours;
        colours.light = self.answers.light.unwrap_or(colours.light);
        std::mem::take(&mut self.answers.keys)
    }

    /// Has tmux asked for the terminal around it, beside everything else. Another one may be attached by now.
    fn ask_tmux(&self) {
        if self.surroundings.in_tmux && self.protocol == ProtocolChoice::Auto {
            let sender = self.asked.0.clone();
            std::thread::spawn(move || {
                // The studio may have closed meanwhile.
                let _ = sender.send(outer::ask());
            });
        }
    }

    /// Waits for what tmux says of the terminal around it; give it to [`Sights::learn`].
    pub(super) async fn told(&mut self) -> Option<Outer> {
        match self.asked.1.recv().await {
            Some(outer) => outer,
            // Never: a sender is kept.
            None => std::future::pending().await,
        }
    }

    /// Takes in an answer that came after the wait.
    pub(in crate::tui::app) fn learn_late(&mut self, late: Answers) {
        let Answers { kitty, name, light, .. } = late;
        self.answers.kitty |= kitty;
        self.answers.name = name.or(self.answers.name.take());
        self.surroundings.colours.light = light.unwrap_or(self.surroundings.colours.light);
    }

    pub(in crate::tui::app) fn learn(&mut self, outer: Option<Outer>) {
        self.surroundings.outer = outer;
    }

    /// What `doctor` is to know of it.
    pub(in crate::tui::app) fn examined(&self, size: Size, way: Way) -> Examined {
        Examined::of(&self.surroundings, self.answers.name.clone(), way, size)
    }

    /// The theme for its colours.
    pub(in crate::tui::app) fn theme(&self) -> Theme {
        self.theme.resolve(self.surroundings.colours)
    }

    /// How pictures reach it.
    pub(in crate::tui::app) fn way(&self) -> Way {
        protocol::choose(self.protocol, &self.surroundings, &self.answers)
    }
}
