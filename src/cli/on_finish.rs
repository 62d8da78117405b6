//! The program that the person wants to run when a campaign is made. It is given the document on standard input; what
//! it prints goes to standard error, because standard output belongs to the results.

use std::io::Write;
use std::process::{Command, Stdio};

use super::output::say;
use crate::engine::Document;

/// Runs `program` and waits for it. Its failure is told and changes nothing that was made.
pub fn run(program: &[String], document: &Document) {
    let Some((name, arguments)) = program.split_first() else { return };
    let outcome = start(name, arguments, document);
    match outcome {
        Ok(status) if status.success() => {}
        Ok(status) => say(&format!("warning: on_finish: {name} ended with {status}.")),
        Err(error) => say(&format!("warning: on_finish: {name} could not be run: {error}.")),
    }
}

fn start(name: &str, arguments: &[String], document: &Document) -> std::io::Result<std::process::ExitStatus> {
    let mut child =
        Command::new(name).args(arguments).stdin(Stdio::piped()).stdout(Stdio::from(std::io::stderr())).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not want to read the document may still do its work.
        let _ = input.write_all(format!("{}\n", serde_json::to_string(document)?).as_bytes());
    }
    child.wait()
}
