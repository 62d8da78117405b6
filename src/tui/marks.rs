//! What a person sees of a state: one mark for one meaning, a word and a colour. Knows no page.
//! ● made  ◐ working  · to make  ~ changed since the video  ‖ held  ! failed  ? maybe billed

use ratatui::style::Style;

use super::theme::Theme;
use crate::plan::JobState;

/// How a state is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub symbol: char,
    pub word: &'static str,
    pub style: Style,
}

/// Every mark with its meaning, for the help page.
pub const MEANINGS: [(&str, &str); 8] = [
    ("●", "made"),
    ("◐", "working: it is being made now"),
    ("·", "to make, or waiting for its turn"),
    ("~", "changed since the video was made; the next run makes it again"),
    ("‖", "held: it waits for something else, and the pane says for what"),
    ("!", "failed: the pane says why and what to do"),
    ("?", "maybe billed: you decide what becomes of the call"),
    ("–", "nothing to make here"),
];

impl Mark {
    /// Of a job. `is_changed`: an earlier form of it is in the finished video.
    pub fn of(state: &JobState, is_changed: bool, theme: &Theme, spinner: char) -> Self {
        let is_idle = matches!(state, JobState::Pending | JobState::Cancelled);
        if is_changed && is_idle {
            return Self { symbol: '~', word: "changed since", style: theme.accent.into() };
        }
        let symbol = if *state == JobState::Running { spinner } else { state.symbol() };
        Self { symbol, word: state.word(), style: theme.of_state(state) }
    }

    /// Where nothing is to be made.
    pub fn nothing(theme: &Theme) -> Self {
        Self { symbol: '–', word: "", style: theme.dim.into() }
    }

    /// `● made`
    pub fn text(&self) -> String {
        format!("{} {}", self.symbol, self.word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Failure;
    use crate::tui::theme::{Colours, ThemeChoice};

    #[test]
    fn a_mark_means_one_thing() {
        let theme = ThemeChoice::Dark.resolve(Colours::default());
        let failure = || Failure { reason: "x".to_owned(), next_step: "y.".to_owned(), retryable: true };
        for (state, is_changed, shown) in [
            (JobState::Pending, false, "· to make"),
            (JobState::Pending, true, "~ changed since"),
            (JobState::Cancelled, true, "~ changed since"),
            (JobState::Cancelled, false, "· cancelled"),
            (JobState::Waiting, true, "· waiting"),
            (JobState::Running, true, "◓ working"),
            (JobState::Made, true, "● made"),
            (JobState::Cached, false, "● made"),
            (JobState::Failed(failure()), false, "! failed"),
            (JobState::Held(failure()), false, "? maybe billed"),
            (JobState::Blocked(failure()), false, "‖ held"),
        ] {
            assert_eq!(Mark::of(&state, is_changed, &theme, '◓').text(), shown, "{state:?}");
        }
    }
}
