//! What a person sees of a state: one mark for one meaning, a word and a colour. Knows no page.
//! ● made  ◐ working  · to make  ~ changed since the video  ‖ held  ! failed  ? maybe billed

use ratatui::style::Style;

use super::theme::Theme;
use crate::plan::JobState;

/// What a mark says, without the job that it is of: what can be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumIter)]
pub enum Meaning {
    Made,
    Working,
    ToMake,
    Changed,
    Held,
    Failed,
    MaybeBilled,
}

impl Meaning {
    /// `is_changed`: an earlier form of the job is in the finished video.
    pub fn of(state: &JobState, is_changed: bool) -> Self {
        match state {
            JobState::Pending | JobState::Cancelled if is_changed => Self::Changed,
            JobState::Pending | JobState::Cancelled | JobState::Waiting => Self::ToMake,
            JobState::Running => Self::Working,
            JobState::Made | JobState::Cached => Self::Made,
            JobState::Failed(_) => Self::Failed,
            JobState::Held(_) => Self::MaybeBilled,
            JobState::Blocked(_) => Self::Held,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Working => "working",
            Self::ToMake => "to make",
            Self::Changed => "changed since",
            Self::Held => "held",
            Self::Failed => "failed",
            Self::MaybeBilled => "maybe billed",
        }
    }

    /// How much it needs somebody, the most urgent first; `None` where a run does the rest.
    pub fn urgency(self) -> Option<u8> {
        match self {
            Self::Failed => Some(0),
            Self::MaybeBilled => Some(1),
            Self::Held => Some(2),
            Self::Changed => Some(3),
            Self::Made | Self::Working | Self::ToMake => None,
        }
    }
}

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
        let meaning = Meaning::of(state, is_changed);
        // What waits and what was cancelled is to make, and says so in its own word.
        let word = if meaning == Meaning::Changed { meaning.word() } else { state.word() };
        Self { word, ..Self::of_meaning(meaning, theme, spinner) }
    }

    /// Of several jobs together.
    pub fn of_meaning(meaning: Meaning, theme: &Theme, spinner: char) -> Self {
        let (symbol, style) = match meaning {
            Meaning::Made => ('●', theme.good),
            Meaning::Working => (spinner, theme.busy),
            Meaning::ToMake => ('·', theme.dim),
            Meaning::Changed => ('~', theme.accent),
            Meaning::Held => ('‖', theme.warning),
            Meaning::Failed => ('!', theme.bad),
            Meaning::MaybeBilled => ('?', theme.bad),
        };
        Self { symbol, word: meaning.word(), style: style.into() }
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
