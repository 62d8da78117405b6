//! Where words go: results to standard output, everything else to standard error. A reader that has gone away
//! (`| head`) is no error and never a panic.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use super::exit::Failure;

/// What the person wants to read, and how wide it may be.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Whether `--json` was given.
    pub json: bool,
    /// Columns of the terminal; `None` where the results go elsewhere and nothing is cut.
    pub width: Option<usize>,
}

impl Output {
    pub fn new(json: bool) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let width = is_terminal.then(|| crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns)));
        Self { json, width }
    }

    /// Prints the document where `--json` was given, else what `words` says.
    pub fn answer(self, document: &impl Serialize, words: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json { print_document(document) } else { print(&words()) }
    }
}

/// Prints a result.
pub fn print(text: &dyn Display) -> Result<(), Failure> {
    write_all(format!("{text}\n").as_bytes())
}

/// Prints a document on a line of its own.
pub fn print_document(document: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(document)
        .map_err(|error| Failure::unable(format!("The answer cannot be written as JSON: {error}.")))?;
    print(&text)
}

/// Writes bytes to standard output.
pub fn write_all(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::unable(format!("Standard output cannot be written: {error}.")))
        }
        _ => Ok(()),
    }
}

/// Says something that is no result. Nobody who closed standard error wants to hear that it is closed.
pub fn say(text: &dyn Display) {
    let _ = writeln!(io::stderr(), "{text}");
}
