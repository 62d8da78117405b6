//! Where words go: results to standard output, everything else to standard error. Whatever leaves here is safe for a
//! terminal, wherever it came from: words are display text, and in documents everything unseen is escaped. A reader
//! that has gone away (`| head`) is no error and never a panic.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use super::exit::Failure;
use super::paint;
use crate::domain::DisplayText;
use crate::engine::words::json;

/// What the user wants to read, and how wide it may be.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Whether `--json` was given.
    pub json: bool,
    /// Columns of the terminal; `None` where the results go elsewhere and nothing is cut.
    pub width: Option<usize>,
    /// Whether results are painted.
    pub colour: bool,
}

impl Output {
    pub fn new(json: bool) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let width = is_terminal.then(|| crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns)));
        Self { json, width, colour: paint::is_wanted() }
    }

    /// Whether a person reads and can answer here.
    pub fn is_for_a_person(self) -> bool {
        !self.json && io::stdin().is_terminal() && io::stdout().is_terminal()
    }

    /// Prints the document where `--json` was given, else what `words` says.
    pub fn answer(self, document: &impl Serialize, words: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json {
            return print_document(document);
        }
        let words = shown(&words());
        let words = if self.colour { paint::painted(&words) } else { words.to_string() };
        write_all(format!("{words}\n").as_bytes())
    }
}

/// The lines of a text as a terminal may be given them.
pub fn shown(text: &dyn Display) -> DisplayText {
    DisplayText::of_lines(&text.to_string())
}

/// Prints a document on a line of its own.
pub fn print_document(document: &impl Serialize) -> Result<(), Failure> {
    let text = json::text(document)
        .map_err(|error| Failure::unable(format!("The answer cannot be written as JSON: {error}.")))?;
    write_all(format!("{text}\n").as_bytes())
}

/// Writes bytes of our own making to standard output.
pub fn write_all(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::unable(format!("Standard output cannot be written: {error}.")))
        }
        _ => Ok(()),
    }
}

/// Says something that is no result, line by line as display text. Nobody who closed standard error wants to hear that it is closed.
pub fn say(text: &dyn Display) {
    let _ = writeln!(io::stderr(), "{}", shown(text));
}
