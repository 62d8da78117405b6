//! What the pane of the studio page says about the clip of a scene: its state, why it failed, its numbers.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Display;
use crate::plan::{Job, JobState, Role};
use crate::tui::model::shared::Shared;
use crate::tui::text;

/// `clip   ● made · made here with openh264`, and its numbers where it is focused.
pub(super) fn lines<'a>(clip: &Job, is_focused: bool, shared: &Shared, cells: usize) -> Vec<Line<'a>> {
    let theme = &shared.theme;
    let job = shared.facts.job(clip.key);
    let symbol = if job.state == JobState::Running { shared.spinner() } else { job.state.symbol() };
    let state = match (&job.state, job.fraction) {
        (JobState::Running, Some(fraction)) => format!("{symbol} running {:.0} %", fraction * 100.0),
        (state, _) => format!("{symbol} {}", state.word()),
    };
    let rest = format!(" · {}", text::origin(&clip.request));
    let used = 8 + text::width(&state);
    let mut lines = vec![Line::from(vec![
        Span::styled(if is_focused { "▸ " } else { "  " }, theme.accent),
        Span::styled(format!("{:<6}", "clip"), theme.dim),
        Span::styled(text::clip(&state, cells.saturating_sub(8)), theme.of_state(&job.state)),
        Span::styled(text::clip(&rest, cells.saturating_sub(used)), theme.dim),
    ])];
    if !is_focused {
        return lines;
    }
    if let Some(failure) = job.state.failure() {
        let reason = text::wrap(failure.reason.display().as_str(), cells, 3);
        lines.extend(reason.into_iter().map(|text| Line::from(Span::styled(text, theme.bad))));
        let next = text::wrap(failure.next_step.display().as_str(), cells, 3);
        lines.extend(next.into_iter().map(Line::from));
    }
    if let Some(movie) = job.made(Role::Movie) {
        let mut numbers = vec![format!("key {}", clip.key.short()), "1080×1920".to_owned()];
        numbers.extend(movie.output.milliseconds.map(|length| text::milliseconds(u64::from(length))));
        numbers.extend(job.milliseconds.map(|took| format!("took {}", text::milliseconds(took))));
        let numbers = text::join(&numbers, cells);
        lines.extend(numbers.into_iter().map(|text| Line::from(Span::styled(text, theme.dim))));
    }
    lines
}

/// What stands where the clip's middle picture will be.
pub(super) fn instead(clip: &Job, shared: &Shared) -> (String, Style) {
    let state = shared.facts.state(clip.key);
    let text = match state {
        JobState::Running => format!("{} filming", shared.spinner()),
        JobState::Waiting => "waiting for its turn".to_owned(),
        JobState::Pending | JobState::Made | JobState::Cached => "no clip yet".to_owned(),
        state => format!("{} {}", state.symbol(), state.word()),
    };
    (text, shared.theme.of_state(state))
}
