//! Collects the faults of one file in the order of its lines. Only the first hundred are kept and put into words, so a
//! hostile file costs neither memory nor time.

use std::collections::BTreeMap;

use super::node::{DEEPEST, MOST_VALUES};
use crate::fault::Fault;
use crate::text::Display;

/// More than a person reads; the rest is counted.
const MOST_FAULTS: usize = 100;

/// Longest quotation in a message, in characters.
const LONGEST_QUOTE: usize = 60;

/// What is wrong and what to do, still without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub message: String,
    pub hint: Option<String>,
}

impl Problem {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub fn too_deep() -> Self {
        Self::new(format!("lists and objects are nested deeper than {DEEPEST} levels"))
            .hint("A campaign needs four: see the samples.")
    }

    pub fn too_many_values() -> Self {
        Self::new(format!("the file holds more than {} values", grouped(MOST_VALUES)))
            .hint("Split it into several campaigns.")
    }

    pub fn control_character(control: char) -> Self {
        Self::new(format!("the text contains the control character U+{:04X}", u32::from(control)))
            .hint("Remove it; of the control characters only line breaks and tabs are allowed.")
    }
}

/// Why a text could not be read as a tree at all, and the byte where it fails.
#[derive(Debug)]
pub struct Unreadable {
    pub at: usize,
    pub problem: Problem,
}

/// Where in the document, as a chain from the root.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    Whole,
    /// From 0.
    Scene(usize),
    Field(&'a Place<'a>, &'a str),
}

impl Place<'_> {
    /// `scene 3 · speaker`, safe to show.
    fn words(&self) -> String {
        match self {
            Self::Whole => String::new(),
            Self::Scene(index) => format!("scene {}", index + 1),
            Self::Field(Self::Whole, name) => shortened(name),
            Self::Field(parent, name) => format!("{} · {}", parent.words(), shortened(name)),
        }
    }

    /// `/script/2/speaker`; the parent's where a name is longer than any that is allowed.
    fn pointer(&self) -> String {
        const LONGEST_NAME: usize = 1_000;
        match self {
            Self::Whole => String::new(),
            Self::Scene(index) => format!("/script/{index}"),
            Self::Field(parent, name) if name.len() > LONGEST_NAME => parent.pointer(),
            Self::Field(parent, name) => {
                format!("{}/{}", parent.pointer(), name.replace('~', "~0").replace('/', "~1"))
            }
        }
    }
}

/// The faults found so far.
pub struct Faults<'t> {
    text: &'t str,
    /// By position in the text, then by the order of finding.
    kept: BTreeMap<(usize, usize), Fault>,
    found: usize,
}

impl<'t> Faults<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, kept: BTreeMap::new(), found: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.found == 0
    }

    /// Notes a fault at byte `at`; `problem` is asked for its words only if the fault is among those shown.
    pub fn add(&mut self, at: usize, place: &Place<'_>, problem: impl FnOnce() -> Problem) {
        let order = (at, self.found);
        self.found += 1;
        if self.kept.len() == MOST_FAULTS {
            match self.kept.last_entry() {
                Some(last) if order < *last.key() => drop(last.remove()),
                _ => return,
            }
        }
        let Problem { message, hint } = problem();
        let fault = Fault { line: None, column: None, place: place.words(), pointer: place.pointer(), message, hint };
        self.kept.insert(order, fault);
    }

    /// All of them in the order of the file, with line and column, and how many more there are.
    pub fn into_list(self) -> Vec<Fault> {
        let more = self.found - self.kept.len();
        let (mut line, mut column, mut counted) = (1, 1, 0);
        let mut faults = Vec::with_capacity(self.kept.len() + 1);
        for ((at, _), fault) in self.kept {
            let at = self.text.floor_char_boundary(at);
            for c in self.text[counted..at].chars() {
                (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
            counted = at;
            faults.push(Fault { line: Some(line), column: Some(column), ..fault });
        }
        if more > 0 {
            faults.push(whole_file(Problem::new(format!("and {} more", grouped(more)))));
        }
        faults
    }
}

/// A fault that has no line.
pub fn whole_file(problem: Problem) -> Fault {
    let Problem { message, hint } = problem;
    Fault { line: None, column: None, place: String::new(), pointer: String::new(), message, hint }
}

/// `text` safe to show and at most [`LONGEST_QUOTE`] characters long.
pub fn shortened(text: &str) -> String {
    shortened_to(LONGEST_QUOTE, text)
}

/// `text` safe to show and at most `longest` characters long.
pub fn shortened_to(longest: usize, text: &str) -> String {
    match text.char_indices().nth(longest) {
        None => text.display().to_string(),
        Some((end, _)) => format!("{}…", text[..end].display()),
    }
}

/// [`shortened`], in quotation marks.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

/// `"a", "b" and "c"`.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let mut names: Vec<String> = names.into_iter().map(quoted).collect();
    match names.pop() {
        None => String::new(),
        Some(only) if names.is_empty() => only,
        Some(end) => format!("{} {last} {end}", names.join(", ")),
    }
}

/// `12,345`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
