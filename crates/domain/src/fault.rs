//! What is wrong with a campaign file: every fault at once, each with its place and a hint.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// One thing that is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fault {
    /// From 1; `None` for a fault of the whole file (unreadable, too large).
    pub line: Option<u32>,
    /// From 1, in characters.
    pub column: Option<u32>,
    /// Where in the document, as a person reads it: `scene 3 · speaker`, `baby_profiles · Baby 1 · tone`.
    pub place: String,
    /// JSON pointer of the same place, for programs: `/script/2/speaker`.
    pub pointer: String,
    /// What is wrong, as a clause: `"Baby 3" has no profile`.
    pub message: String,
    /// What to do, as a sentence.
    pub hint: Option<String>,
}

impl fmt::Display for Fault {
    /// `line 7 · scene 3 · speaker: "Baby 3" has no profile. Add it to baby_profiles.`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}")?;
            if !self.place.is_empty() {
                f.write_str(" · ")?;
            }
        }
        f.write_str(&self.place)?;
        if self.line.is_some() || !self.place.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, ". {hint}")?;
        }
        Ok(())
    }
}
