//! `babblecast status` without a campaign: the morning report. What is made, what needs the user, what may have been
//! billed, and what was spent.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::spend::amounts_document;
use crate::cli::commands::maintain::unknown;
use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::session::Session;
use crate::cli::support::target::counted;
use crate::cli::support::which::Which;
use crate::domain::Display;
use crate::engine::document::listing::counts;
#[cfg(feature = "farm")]
use crate::engine::start_runtime;
use crate::engine::{Content, Entry, FarmSight, FinalsState, Spend, shown_path};
use crate::plan::{JobState, Mode};
#[cfg(feature = "farm")]
use crate::providers::video::VideoStudio;

pub fn show(context: &Context, which: Which) -> Result<Exit, Failure> {
    let farm = farm(context);
    let session = context.open(&[])?;
    let entries = session.library().entries.iter();
    let reports: Vec<Report> = entries.map(|entry| Report::of(&session, entry, which)).collect();
    let spend = &session.ledger().spend;
    let mut document = json!({
        "campaigns": reports.iter().map(Report::document).collect::<Vec<_>>(),
        "spent": amounts_document(&spend.total()),
    });
    if let (Value::Object(document), Value::Object(unknown)) = (&mut document, unknown::document(session.ledger())) {
        document.extend(unknown);
    }
    if let Some(farm) = &farm {
        document["farm"] = match farm {
            Ok(sight) => json!(sight),
            Err(why) => json!({ "error": why }),
        };
    }
    context.output.answer(&document, || {
        let words = words(&session, &reports, context.output.width);
        match farm {
            Some(Ok(sight)) => format!("{words}\n\nFarm\n  {}", sight.sentence().display()),
            Some(Err(why)) => format!("{words}\n\nFarm\n  {}", why.display()),
            None => words,
        }
    })?;
    session.close()?;
    Ok(Exit::Done)
}

/// The farm as it is now, where one is set up.
#[cfg(feature = "farm")]
fn farm(context: &Context) -> Option<Result<FarmSight, String>> {
    let settings = context.config.farm_settings()?;
    let video = VideoStudio::new(context.config.encoder.value);
    let runtime = match start_runtime(&mut tokio::runtime::Builder::new_current_thread()) {
        Ok(runtime) => runtime,
        Err(error) => return Some(Err(format!("The farm cannot be asked: {error}."))),
    };
    Some(runtime.block_on(crate::farm::look(&settings, &video)))
}

#[cfg(not(feature = "farm"))]
fn farm(_: &Context) -> Option<Result<FarmSight, String>> {
    None
}

/// One campaign in a line or a few.
struct Report {
    name: String,
    made: String,
    is_complete: bool,
    /// What the user has to do, and why; empty where there is nothing.
    needs: Vec<String>,
    output: String,
}

impl Report {
    fn of(session: &Session, entry: &Entry, which: Which) -> Self {
        let output = shown_path(&entry.output);
        let loaded = match &entry.content {
            Content::Good(loaded) => loaded,
            Content::Broken(faults) => {
                let count = counted(faults.len(), "fault");
                let needs = vec![format!("{count} to fix: babblecast check {}", shown_path(&entry.path))];
                return Self { name: entry.name.clone(), made: "–".to_owned(), is_complete: false, needs, output };
            }
        };
        let mode = which.of(session, loaded);
        let counts = counts(session, loaded, mode);
        let mut needs: Vec<String> = Vec::new();
        for job in loaded.graph(mode).into_iter().flat_map(|graph| &graph.jobs) {
            if let JobState::Failed(failure) = session.state(job.key) {
                let text = failure.to_string();
                if !needs.contains(&text) {
                    needs.push(text);
                }
            }
        }
        let held = counts.held;
        if held > 0 {
            needs.push(format!("{} maybe billed: babblecast unknown", counted(held, "call")));
        }
        let missing = counts.total - counts.done() - counts.failed - held;
        if missing > 0 {
            needs.push(match &session.library().finals {
                FinalsState::Unavailable(what_to_set) if mode == Mode::Final => {
                    format!("{missing} to make: {what_to_set}")
                }
                _ if session.usual_mode() == mode => format!("{missing} to make: babblecast generate {}", entry.name),
                _ => format!("{missing} to make: babblecast generate {} --draft", entry.name),
            });
        }
        let made = format!("{} of {} scenes, {}", counts.scenes_made, counts.scenes_total, mode.name());
        Self { name: entry.name.clone(), made, is_complete: counts.is_complete(), needs, output }
    }

    fn document(&self) -> Value {
        json!({
            "campaign_id": self.name, "made": self.made, "complete": self.is_complete, "needs_you": self.needs,
            "output": self.output,
        })
    }
}

fn words(session: &Session, reports: &[Report], width: Option<usize>) -> String {
    let mut text = String::new();
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let gap = if text.is_empty() { "" } else { "\n\n" };
            let _ = write!(text, "{gap}{title}");
            for line in lines {
                let _ = write!(text, "\n  {}", line.display());
            }
        }
    };
    let made = reports.iter().filter(|report| report.is_complete);
    section("Made", made.map(|report| format!("{}: {}: {}", report.name, report.made, report.output)).collect());
    let needy = reports.iter().filter(|report| !report.needs.is_empty());
    section(
        "Needs you",
        needy
            .flat_map(|report| report.needs.iter().map(|need| format!("{} ({}): {need}", report.name, report.made)))
            .collect(),
    );
    if !session.ledger().unknown.is_empty() {
        section("Maybe billed", unknown::words(session.ledger(), width).lines().map(str::to_owned).collect());
    }
    section("Spent", spent(&session.ledger().spend).into_iter().collect());
    if text.is_empty() { "No campaign is here yet. `babblecast new NAME` makes one.".to_owned() } else { text }
}

fn spent(spend: &Spend) -> Option<String> {
    let total = spend.total();
    let day = spend.lines.last()?.day.as_str();
    let on_it = spend.lines.iter().filter(|line| line.day == day);
    let last: crate::domain::MicroDollars = on_it.map(|line| line.amounts.paid).sum();
    Some(format!(
        "{last} on {day}, {} in all; {} maybe billed, {} saved by the cache",
        total.paid, total.unknown, total.saved_by_cache
    ))
}
