//! What an examination of the program's surroundings found, as `babblecast doctor` prints it and the studio shows it.

use serde::Serialize;

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Ok,
    /// It is not there, and nothing is wrong with that.
    Note,
    /// It works, and something should be done before long.
    Warning,
    /// It does not work.
    Failed,
}

impl State {
    /// A sign for it.
    pub fn symbol(self) -> char {
        match self {
            State::Ok => '●',
            State::Note => '·',
            State::Warning => '!',
            State::Failed => '×',
        }
    }
}

/// One thing, how it is and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, in one or two words.
    pub name: &'static str,
    /// How it is.
    pub state: State,
    /// The same in words.
    pub message: String,
    /// What to do, where something is to be done.
    pub next_step: Option<String>,
    /// Whether it is a provider's, whose failure has an exit code of its own.
    #[serde(skip)]
    pub is_provider: bool,
}

impl Finding {
    /// Of nothing outside, without a next step.
    pub fn new(name: &'static str, state: State, message: impl Into<String>) -> Self {
        Self { name, state, message: message.into(), next_step: None, is_provider: false }
    }

    /// The same with what to do.
    pub fn then(mut self, next_step: impl Into<String>) -> Self {
        self.next_step = Some(next_step.into());
        self
    }
}

/// All of them in a sentence.
pub fn verdict(findings: &[Finding]) -> String {
    let count = |wanted| findings.iter().filter(|finding| finding.state == wanted).count();
    match (count(State::Failed), count(State::Warning)) {
        (0, 0) => "Everything is in order.".to_owned(),
        (0, warnings) => format!("Nothing is broken; {warnings} to look at."),
        (failed, _) => format!("{failed} to fix."),
    }
}
