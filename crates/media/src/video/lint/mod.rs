//! Reads a finished file back and compares it with the delivery format, line by line. Called after each episode and for
//! any MP4 a person names; takes hostile files without a panic, in bounded memory and time. Knows nothing of how the file
//! was made.

mod file;
mod pictures;
mod rules;
mod sound;

pub use rules::{LintError, LintLine, LintReport, lint, lint_published};
