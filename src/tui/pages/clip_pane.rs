//! What the pane of the studio page says about the clip of a scene: its state, why it failed, its numbers.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Display;
use crate::plan::{Job, JobState, Role};
use crate::tui::marks::Mark;
use crate::tui::model::shared::Shared;
use crate::tui::model::submit;
use crate::tui::text;

/// `clip   ● made · made here with openh264`
pub(super) fn state_line<'a>(
    clip: &Job,
    is_focused: bool,
    is_changed: bool,
    shared: &Shared,
    cells: usize,
) -> Line<'a> {
    let theme = &shared.theme;
    let job = shared.facts.job(clip.key);
    let mark = Mark::of(&job.state, is_changed, theme, shared.spinner());
    let state = match (&job.state, job.fraction) {
        (JobState::Running, Some(fraction)) => format!("{} {:.0} %", mark.text(), fraction * 100.0),
        _ => mark.text(),
    };
    let rest = format!(" · {}", text::origin(&clip.request));
    let used = 8 + text::width(&state);
    Line::from(vec![
        Span::styled(if is_focused { "▸ " } else { "  " }, theme.accent),
        Span::styled(format!("{:<6}", "clip"), theme.dim),
        Span::styled(text::clip(&state, cells.saturating_sub(8)), mark.style),
        Span::styled(text::clip(&rest, cells.saturating_sub(used)), theme.dim),
    ])
}

/// Why it is not made, and its numbers.
pub(super) fn details<'a>(clip: &Job, shared: &Shared, cells: usize) -> Vec<Line<'a>> {
    let theme = &shared.theme;
    let job = shared.facts.job(clip.key);
    let mut lines = failure_lines(&job.state, shared, cells);
    if let Some(movie) = job.made(Role::Movie) {
        let mut numbers = vec![format!("key {}", clip.key.short()), "1080×1920".to_owned()];
        numbers.extend(movie.output.milliseconds.map(|length| text::milliseconds(u64::from(length))));
        numbers.extend(job.milliseconds.map(|took| format!("took {}", text::milliseconds(took))));
        let numbers = text::join(&numbers, cells);
        lines.extend(numbers.into_iter().map(|text| Line::from(Span::styled(text, theme.dim))));
    }
    lines
}

/// Why something is not made and what to do, in full.
pub(super) fn failure_lines<'a>(state: &JobState, shared: &Shared, cells: usize) -> Vec<Line<'a>> {
    let Some(failure) = state.failure() else { return Vec::new() };
    let wrapped = |text: &str| text::wrap(submit::with_keys(text, shared).display().as_str(), cells, 12);
    let style = shared.theme.of_state(state);
    let reason = wrapped(&format!("{}.", failure.reason)).into_iter().map(|text| Line::from(Span::styled(text, style)));
    reason.chain(wrapped(&failure.next_step).into_iter().map(Line::from)).collect()
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
