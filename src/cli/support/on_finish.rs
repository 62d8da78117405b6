//! The program that the user wants to run when a campaign is made. It is given the document on standard input, and none
//! of the keys. What it prints goes to standard error, because standard output belongs to the results, and nowhere while
//! the studio has the terminal.

use std::io::Write;
use std::process::Stdio;

use tokio::sync::mpsc;

use super::session::loaded;
use crate::domain::Display;
use crate::engine::words::json;
use crate::engine::{Document, EngineHandle, Event, Level, Notice, RunEnded, View, document};
use crate::media::child;

/// Runs `program` and waits for it. Its failure changes nothing that was made; the answer is a sentence about it.
pub fn run(program: &[String], document: &Document, quiet: bool) -> Option<String> {
    let (name, arguments) = program.split_first()?;
    match start(name, arguments, document, quiet) {
        Ok(status) if status.success() => None,
        Ok(status) => Some(format!("on_finish: {} ended with {status}.", name.display())),
        Err(error) => Some(format!("on_finish: {} could not be run: {error}.", name.display())),
    }
}

fn start(
    name: &str,
    arguments: &[String],
    document: &Document,
    quiet: bool,
) -> std::io::Result<std::process::ExitStatus> {
    let (words, complaints) =
        if quiet { (Stdio::null(), Stdio::null()) } else { (std::io::stderr().into(), Stdio::inherit()) };
    let mut command = child::command(name);
    let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(words).stderr(complaints).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not want to read the document may still do its work.
        let _ = input.write_all(format!("{}\n", json::text(document)?).as_bytes());
    }
    child.wait()
}

/// The same engine, with `program` run at the end of each of its runs, while everything else goes on.
pub fn after_each_run(engine: EngineHandle, program: Vec<String>) -> EngineHandle {
    let EngineHandle { commands, mut events, opened } = engine;
    let (events_out, events_in) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut view = View::default();
        while let Some(event) = events.blocking_recv() {
            view.apply(&event);
            if let Event::RunEnded(ended) = &event
                && let Some(document) = describe(&view, ended)
            {
                let (program, events_out) = (program.clone(), events_out.clone());
                std::thread::spawn(move || {
                    if let Some(text) = run(&program, &document, true) {
                        let _ = events_out.send(Event::Notice(Notice { level: Level::Warning, text, campaign: None }));
                    }
                });
            }
            if events_out.send(event).is_err() {
                return;
            }
        }
    });
    EngineHandle { commands, events: events_in, opened }
}

fn describe(view: &View, ended: &RunEnded) -> Option<Document> {
    let entry = view.entry(ended.campaign.as_str())?;
    Some(document(entry, loaded(entry).ok()?, ended.mode, &|key| view.job(key), Some(ended)))
}
