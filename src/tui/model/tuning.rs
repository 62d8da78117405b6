//! Settings of the studio that are changed while it runs, from the palette.

use crate::tui::terminal::attention::Switch;
use crate::tui::terminal::protocol::ProtocolChoice;
use crate::tui::theme::ThemeChoice;

/// One setting with a value for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tuning {
    /// The colours.
    Theme(ThemeChoice),
    /// How pictures are shown.
    Pictures(ProtocolChoice),
    /// Nothing moves that need not.
    Calm(bool),
    /// Clicks and the wheel.
    Mouse(bool),
    /// Whether the terminal notifies its user.
    Notify(Switch),
    /// Whether the window's title tells how far runs are.
    Title(Switch),
}

impl Tuning {
    /// Whether both are of the same setting.
    pub fn is_of(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// A value that can be chosen, with the words of the config for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choosable {
    /// The setting as the config file calls it: `theme`.
    pub setting: &'static str,
    /// The value as it is written there: `light`.
    pub word: &'static str,
    /// What it means, in a few words.
    pub meaning: &'static str,
    /// What it changes.
    pub tuning: Tuning,
}

/// The settings of a studio: what can be chosen, and what is.
#[derive(Debug, Clone, Default)]
pub struct Tunings {
    /// All values of all settings, in the order in which they are shown.
    pub choosable: Vec<Choosable>,
    /// One of each setting.
    pub chosen: Vec<Tuning>,
}

impl Tunings {
    pub fn is_chosen(&self, tuning: Tuning) -> bool {
        self.chosen.contains(&tuning)
    }

    /// Takes a value instead of the one that its setting has.
    pub fn choose(&mut self, tuning: Tuning) {
        self.chosen.retain(|chosen| !chosen.is_of(tuning));
        self.chosen.push(tuning);
    }
}
