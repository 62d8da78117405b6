//! `babblecast doctor`: everything that babblecast needs, looked at one by one, each with what to do. Makes nothing, pays
//! nothing, and waits for nobody longer than a few seconds.

use std::fmt::Write as _;

use serde::Serialize;

use super::examination::examine;
use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::domain::Display;
use crate::engine::words::finding::{Finding, State, verdict};
use crate::tui;

/// Look at terminal, home, keys, providers and encoder, and say what to do
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Ends with 4 when a provider that is set up cannot be used now, with 1 when something else is broken.

Example: babblecast doctor --json")]
pub struct Arguments {}

#[derive(Serialize)]
struct Answer<'a> {
    /// Whether nothing has failed; a warning is no failure.
    ok: bool,
    checks: &'a [Finding],
}

pub fn run(_: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let place = context.folder().map_err(|failure| failure.message);
    let findings = examine(&context.config, &place, tui::examine(context.config.preview.value));
    let failed = |finding: &&Finding| finding.state == State::Failed;
    let exit =
        findings.iter().filter(failed).map(|finding| if finding.is_provider { Exit::Stopped } else { Exit::Unable });
    let exit = exit.max().unwrap_or(Exit::Done);
    let answer = Answer { ok: exit == Exit::Done, checks: &findings };
    context.output.answer(&answer, || words(&findings))?;
    Ok(exit)
}

fn words(findings: &[Finding]) -> String {
    let widest = findings.iter().map(|finding| finding.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for Finding { name, state, message, next_step, .. } in findings {
        let _ = writeln!(text, "{} {name:widest$}  {}", state.symbol(), message.display());
        if let Some(next_step) = next_step {
            let _ = writeln!(text, "  {:widest$}  → {}", "", next_step.display());
        }
    }
    let _ = write!(text, "\n{}", verdict(findings));
    text
}
