//! The line that says how far things are: a bar, counts in words, and how long the run has taken.

use std::time::Duration;

use ratatui::text::{Line, Span};

use crate::plan::Progress;
use crate::tui::text;
use crate::tui::theme::Theme;

/// What the gauge shows; sums of several campaigns are made with [`Gauge::add`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gauge {
    pub done: usize,
    pub total: usize,
    pub running: usize,
    pub waiting: usize,
    pub failed: usize,
    /// Held up by what failed.
    pub blocked: usize,
    /// How long the oldest run has taken.
    pub elapsed: Option<Duration>,
    /// How long the rest may take.
    pub left: Option<Duration>,
}

impl Gauge {
    pub fn add(&mut self, progress: &Progress) {
        self.done += progress.done();
        self.total += progress.total;
        self.running += progress.running;
        self.waiting += progress.waiting;
        self.failed += progress.failed;
        self.blocked += progress.blocked;
    }

    pub fn line(&self, theme: &Theme, cells: u16) -> Line<'static> {
        let room = usize::from(cells);
        let mut facts = vec![format!("{} of {}", self.done, self.total)];
        let counts =
            [(self.failed, "failed"), (self.blocked, "held up"), (self.running, "running"), (self.waiting, "waiting")];
        for (number, word) in counts {
            facts.extend((number > 0).then(|| format!("{number} {word}")));
        }
        facts.extend(self.elapsed.map(|elapsed| match elapsed.as_secs() {
            seconds @ 0..60 => format!("{seconds} s so far"),
            _ => format!("{} so far", text::clock(elapsed)),
        }));
        facts.extend(self.left.map(|left| match left.as_secs().max(1) {
            seconds @ 0..60 => format!("about {seconds} s left"),
            _ => format!("about {} left", text::clock(left)),
        }));
        // The bar gives way before the words do, and the last words before the first.
        while facts.len() > 1 && text::width(&facts.join(" · ")) + 2 > room {
            facts.pop();
        }
        let counts = facts.join(" · ");
        let bar = room.saturating_sub(text::width(&counts) + 4);
        let bar = if bar < 4 { 0 } else { bar };
        let full = (bar * self.done).checked_div(self.total).unwrap_or(bar);
        Line::from(vec![
            Span::raw(" "),
            Span::styled("█".repeat(full), theme.accent),
            Span::styled("░".repeat(bar - full), theme.border),
            Span::raw(if bar > 0 { "  " } else { "" }),
            Span::raw(text::clip(&counts, room.saturating_sub(if bar > 0 { bar + 3 } else { 1 }))),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Colours, ThemeChoice};

    #[test]
    fn the_bar_and_the_words_agree() {
        let theme = ThemeChoice::Plain.resolve(Colours::default());
        let gauge =
            Gauge { done: 6, total: 9, running: 2, elapsed: Some(Duration::from_millis(4_900)), ..Gauge::default() };
        for (cells, shown) in [
            (48, " ████████░░░░░  6 of 9 · 2 running · 4 s so far"),
            (34, " 6 of 9 · 2 running · 4 s so far"),
            (22, " 6 of 9 · 2 running"),
            (8, " 6 of 9"),
            (4, " 6 …"),
        ] {
            assert_eq!(gauge.line(&theme, cells).to_string(), shown);
        }
        assert_eq!(Gauge::default().line(&theme, 20).to_string(), " ██████████  0 of 0");
        assert!(gauge.line(&theme, 0).width() <= 1);
    }
}
