//! `babblecast lint`: reads a finished video back and compares it with what the platforms want. Works on any file; no
//! campaign, no home.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::table::{Column, Table};
use crate::cli::support::target::counted;
use crate::domain::Display;
use crate::media::video::lint_published;

/// Check that a finished video is what the platforms want, line by line
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit code 0: every rule holds. 3: some do not. 2: the file cannot be read as a video.

Example: babblecast lint output/nap_or_snack/nap_or_snack.draft.mp4")]
pub struct Arguments {
    /// An MP4
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let shown = arguments.file.to_string_lossy().display();
    let report = lint_published(&arguments.file).map_err(|error| Failure::wrong(error.to_string()))?;
    let broken = report.lines.iter().filter(|line| !line.pass).count();
    let answer = json!({"file": arguments.file.to_string_lossy(), "pass": report.passed(), "rules": report.lines});
    context.output.answer(&answer, || {
        let mut table = Table::new([
            Column::left(""),
            Column::left("rule"),
            Column::left("wanted"),
            Column::giving_way("measured"),
        ]);
        for line in &report.lines {
            table.row([if line.pass { "●" } else { "!" }, &line.rule, &line.wanted, &line.measured]);
        }
        let verdict = match broken {
            0 => format!("{shown}: fit to post, all {} hold", counted(report.lines.len(), "rule")),
            broken => format!("{shown}: {} broken of {}", counted(broken, "rule"), report.lines.len()),
        };
        format!("{}\n\n{verdict}", table.render(context.output.width))
    })?;
    Ok(if report.passed() { Exit::Done } else { Exit::Partial })
}
