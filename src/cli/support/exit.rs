//! How a command ends: the exit codes that scripts rely on, and the failures that lead to them.

use std::process::ExitCode;

use serde::Serialize;

use crate::domain::Display;
use crate::engine::Outcome;
use crate::store::StoreError;

/// How a command ended. Where several apply, the greatest is the one that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Everything asked for is made.
    Done = 0,
    /// The program could not do it.
    Unable = 1,
    /// Wrong arguments, or a campaign that fails `check`.
    Wrong = 2,
    /// Finished, but some scenes failed.
    Partial = 3,
    /// Stopped: consent, cap, key or quota.
    Stopped = 4,
    /// A paid call may or may not have been billed: a person must decide.
    Unknown = 5,
    /// Interrupted, and nothing is lost.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Complete => Exit::Done,
            Outcome::Partial => Exit::Partial,
            Outcome::Stopped => Exit::Stopped,
            Outcome::Unknown => Exit::Unknown,
            Outcome::Interrupted => Exit::Interrupted,
            Outcome::Failed => Exit::Unable,
        }
    }
}

/// Why a command ended early: sentences for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub exit: Exit,
    pub message: String,
}

/// A failure as `--json` tells it.
#[derive(Serialize)]
pub struct FailureDocument<'a> {
    error: &'a str,
    exit_code: u8,
}

impl Failure {
    /// The program could not do it.
    pub fn unable(message: impl Into<String>) -> Self {
        Self { exit: Exit::Unable, message: message.into() }
    }

    /// The arguments or the campaign are wrong.
    pub fn wrong(message: impl Into<String>) -> Self {
        Self { exit: Exit::Wrong, message: message.into() }
    }

    /// The user has to allow it first.
    pub fn stopped(message: impl Into<String>) -> Self {
        Self { exit: Exit::Stopped, message: message.into() }
    }

    pub fn interrupted() -> Self {
        Self {
            exit: Exit::Interrupted,
            message: "Interrupted. What was made is kept; the same command goes on.".to_owned(),
        }
    }

    pub fn document(&self) -> FailureDocument<'_> {
        FailureDocument { error: &self.message, exit_code: self.exit as u8 }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        // One sentence on one line, whatever is in the path or the words of others that it quotes.
        Self::unable(sentence(error.to_string().display().to_string()))
    }
}

/// The text with a full stop at its end.
pub fn sentence(mut text: String) -> String {
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}
