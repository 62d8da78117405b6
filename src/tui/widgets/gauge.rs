//! The line that says how far things are: a bar, counts in words, and how long the run has taken.

use std::time::Duration;

use ratatui::text::{Line, Span};

use super::super::theme::Theme;
use super::super::words;
use crate::plan::Progress;

/// What the gauge shows; sums of several campaigns are made with [`Gauge::add`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gauge {
    pub done: usize,
    pub total: usize,
    pub running: usize,
    pub waiting: usize,
    pub failed: usize,
    /// How long the oldest run has taken.
    pub elapsed: Option<Duration>,
}

impl Gauge {
    pub fn add(&mut self, progress: &Progress) {
        self.done += progress.done();
        self.total += progress.total;
        self.running += progress.running;
        self.waiting += progress.waiting;
        self.failed += progress.failed;
    }

    pub fn line(&self, theme: &Theme, cells: u16) -> Line<'static> {
        let mut counts = format!("{} of {}", self.done, self.total);
        for (number, word) in [(self.running, "running"), (self.waiting, "waiting"), (self.failed, "failed")] {
            if number > 0 {
                counts.push_str(&format!(" · {number} {word}"));
            }
        }
        if let Some(elapsed) = self.elapsed {
            counts.push_str(" · ");
            counts.push_str(&words::milliseconds(elapsed.as_secs() * 1000));
        }
        let bar = usize::from(cells).saturating_sub(words::width(&counts) + 4).min(32);
        let full = (bar * self.done).checked_div(self.total).unwrap_or(bar);
        Line::from(vec![
            Span::raw(" "),
            Span::styled("█".repeat(full), theme.accent),
            Span::styled("░".repeat(bar - full), theme.border),
            Span::raw("  "),
            Span::raw(words::clip(&counts, usize::from(cells).saturating_sub(3))),
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
        assert_eq!(gauge.line(&theme, 40).to_string(), " ██████░░░░  6 of 9 · 2 running · 4.0 s");
        assert_eq!(Gauge::default().line(&theme, 20).to_string(), " ██████████  0 of 0");
        assert!(gauge.line(&theme, 8).width() <= 8);
        assert!(gauge.line(&theme, 0).width() <= 3);
    }
}
