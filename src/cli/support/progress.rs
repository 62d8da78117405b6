//! How a run looks while it runs: bars on a terminal, a line for each ended job elsewhere, one event a line with
//! `--json`. Everything but the JSON goes to standard error.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::exit::Failure;
use super::labels::{Label, Labels};
use super::output::{Output, print_document, say, shown};
use super::target::counted;
use crate::domain::Display;
use crate::engine::{Event, JobChange, Level};
use crate::plan::{JobKey, JobState, Product};

/// The display of one run.
pub struct Progress {
    labels: Labels,
    style: Style,
    /// Whether the run may pay for something.
    pays: bool,
    /// Jobs that were dropped: told in one line at the end.
    cancelled: usize,
}

enum Style {
    Bars(Bars),
    Lines,
    Json,
}

struct Bars {
    all: MultiProgress,
    overall: ProgressBar,
    running: HashMap<JobKey, ProgressBar>,
}

impl Progress {
    pub fn new(output: Output, labels: Labels, pays: bool) -> Self {
        let style = if output.json {
            Style::Json
        } else if std::io::stderr().is_terminal() {
            Style::Bars(Bars::new())
        } else {
            Style::Lines
        };
        Self { labels, style, pays, cancelled: 0 }
    }

    /// Shows what an event says of this run.
    pub fn show(&mut self, event: &Event) -> Result<(), Failure> {
        if let Event::Jobs(changes) = event {
            self.cancelled += changes.iter().filter(|change| change.facts.state == JobState::Cancelled).count();
        }
        if matches!(event, Event::RunEnded(_)) && self.cancelled > 0 && !matches!(self.style, Style::Json) {
            let dropped = counted(std::mem::take(&mut self.cancelled), "job");
            self.tell(&format!("cancelled  {dropped}; the same command makes what is missing"));
        }
        match &mut self.style {
            Style::Json => {
                for document in documents(event, &self.labels) {
                    print_document(&document)?;
                }
            }
            Style::Bars(bars) => bars.show(event, &self.labels),
            Style::Lines => lines(event, &self.labels).iter().for_each(|line| say(line)),
        }
        Ok(())
    }

    /// Tells that the run is being stopped.
    pub fn interrupted(&mut self) {
        self.tell(if self.pays {
            "Stopping: paid calls under way come to their end and are kept; free work under way is dropped. Ctrl-C \
             again leaves at once: a paid call that it cuts off may be billed for nothing."
        } else {
            "Stopping: what is under way is free and dropped; what is made is kept. Ctrl-C again leaves at once."
        });
    }

    /// A line of its own, above the bars where there are bars.
    fn tell(&self, words: &str) {
        match &self.style {
            Style::Bars(bars) => drop(bars.all.println(shown(&words).as_str())),
            Style::Lines | Style::Json => say(&words),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Style::Bars(bars) = &self.style {
            bars.overall.finish_and_clear();
            let _ = bars.all.clear();
        }
    }
}

impl Bars {
    /// Redraws of what spins while nothing else changes.
    const SPIN: Duration = Duration::from_millis(120);

    fn new() -> Self {
        let all = MultiProgress::new();
        let overall = all.add(ProgressBar::new(0));
        overall.set_style(style("{wide_bar:.green} {pos} of {len} · {elapsed}").progress_chars("█▌░"));
        Self { all, overall, running: HashMap::new() }
    }

    fn show(&mut self, event: &Event, labels: &Labels) {
        match event {
            Event::RunStarted { jobs, .. } => self.overall.set_length(*jobs as u64),
            Event::Progress { key, fraction } => {
                if let Some(bar) = self.running.get(key) {
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a fraction of 100")]
                    bar.set_position((f64::from(*fraction) * 100.0) as u64);
                }
            }
            Event::Jobs(changes) => changes.iter().for_each(|change| self.job(change, labels)),
            Event::RunEnded(_) => self.running.drain().for_each(|(_, bar)| bar.finish_and_clear()),
            _ => {}
        }
        // What went well is told by the bar; only the rest needs a line.
        let went_well =
            matches!(event, Event::Jobs(changes) if changes.iter().all(|change| change.facts.state.is_made()));
        if !went_well {
            for line in lines(event, labels) {
                let _ = self.all.println(shown(&line).as_str());
            }
        }
    }

    fn job(&mut self, change: &JobChange, labels: &Labels) {
        let Some(label) = labels.get(change.key) else { return };
        match &change.facts.state {
            JobState::Running => {
                let bar = self.all.add(ProgressBar::new(100));
                bar.set_style(style("{spinner} {msg}"));
                bar.set_message(shown(&label.words()).to_string());
                bar.enable_steady_tick(Self::SPIN);
                self.running.insert(change.key, bar);
            }
            JobState::Pending | JobState::Waiting => {}
            JobState::Made
            | JobState::Cached
            | JobState::Failed(_)
            | JobState::Held(_)
            | JobState::Blocked(_)
            | JobState::Cancelled => {
                self.overall.inc(1);
                if let Some(bar) = self.running.remove(&change.key) {
                    bar.finish_and_clear();
                }
            }
        }
    }
}

/// The templates are constants of this file; one that does not parse falls back to the plain bar.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// What an event says, in words: ended jobs and notices.
fn lines(event: &Event, labels: &Labels) -> Vec<String> {
    match event {
        Event::Jobs(changes) => changes.iter().filter_map(|change| job_line(change, labels.get(change.key)?)).collect(),
        Event::Notice(notice) if notice.level > Level::Info => {
            vec![format!("{}: {}", level_word(notice.level), notice.text.display())]
        }
        _ => Vec::new(),
    }
}

fn job_line(change: &JobChange, label: &Label) -> Option<String> {
    let what = label.words();
    match &change.facts.state {
        JobState::Made => {
            let took = change.facts.milliseconds.map_or_else(String::new, |ms| format!(" ({})", duration(ms)));
            Some(format!("made  {what}{took}"))
        }
        JobState::Cached => Some(format!("cached  {what}")),
        JobState::Failed(failure) => Some(format!("failed  {what}: {}", failure.to_string().display())),
        JobState::Held(failure) => Some(format!("maybe billed  {what}: {}", failure.to_string().display())),
        // Of the rest, what failed has said already what to do.
        JobState::Blocked(failure) if label.product == Product::Episode => {
            Some(format!("not made  {what}: {}", failure.to_string().display()))
        }
        JobState::Blocked(failure) => Some(format!("not made  {what}: {}", failure.reason.display())),
        // Told all together.
        JobState::Cancelled | JobState::Pending | JobState::Waiting | JobState::Running => None,
    }
}

/// `35 ms`, `1.2 s`.
fn duration(milliseconds: u64) -> String {
    match milliseconds {
        0..100 => format!("{milliseconds} ms"),
        _ => format!("{:.1} s", milliseconds as f64 / 1000.0),
    }
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

/// What an event says, as JSON: every line has `event`, which no campaign document has.
fn documents(event: &Event, labels: &Labels) -> Vec<Value> {
    match event {
        Event::RunStarted { run, campaign, mode, jobs } => {
            vec![json!({"event": "run_started", "job_id": run, "campaign_id": campaign, "mode": mode, "jobs": jobs})]
        }
        Event::Jobs(changes) => {
            changes.iter().filter_map(|change| Some(job_document(change, labels.get(change.key)?))).collect()
        }
        Event::Progress { key, fraction } => vec![json!({"event": "progress", "key": key, "fraction": fraction})],
        Event::Notice(notice) => {
            vec![json!({"event": "notice", "level": level_word(notice.level), "text": notice.text})]
        }
        Event::RunEnded(ended) => vec![json!({
            "event": "run_ended", "job_id": ended.run, "campaign_id": ended.campaign, "mode": ended.mode,
            "outcome": ended.outcome, "message": ended.message, "made": ended.made, "cached": ended.cached,
            "failed": ended.failed, "unknown": ended.held, "blocked": ended.blocked, "cancelled": ended.cancelled, "elapsed_ms": ended.elapsed_ms,
            "cost": ended.cost,
        })],
        Event::Library(_)
        | Event::Campaign(_)
        | Event::Lane(_)
        | Event::Farm(_)
        | Event::Unfinished { .. }
        | Event::Edited(_)
        | Event::AddedToCast { .. }
        | Event::WhatIf { .. }
        | Event::Written { .. }
        | Event::Budgets(_)
        | Event::Ledger(_)
        | Event::RunElsewhere { .. }
        | Event::RunElsewhereEnded(_)
        | Event::Calls(_)
        | Event::Reconciled
        | Event::Voices(_)
        | Event::Preview { .. }
        | Event::Import { .. }
        | Event::Unusable(_)
        | Event::Stopped => Vec::new(),
    }
}

fn job_document(change: &JobChange, label: &Label) -> Value {
    let (state, error_message) = match &change.facts.state {
        JobState::Failed(failure) => ("failed", Some(failure.to_string())),
        JobState::Held(failure) => ("unknown", Some(failure.to_string())),
        JobState::Blocked(failure) => ("blocked", Some(failure.to_string())),
        state => (state.name(), None),
    };
    json!({
        "event": "job", "key": change.key, "product": label.product, "speaker": label.speaker,
        "scene_index": label.scene, "scene": label.scene.map(|position| position + 1), "state": state, "error_message": error_message,
        "processing_time_ms": change.facts.milliseconds, "reason": change.facts.waits().map(ToString::to_string),
    })
}
