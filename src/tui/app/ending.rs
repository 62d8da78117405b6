//! How the studio ends, and why it could not begin.

use std::io;
use std::path::PathBuf;

use crate::tui::input::keymap::KeymapError;

/// Why the studio closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    Quit,
    /// The number of the signal.
    Signal(i32),
}

/// Why the studio could not run.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    #[error(
        "the studio needs a terminal for its keys and its screen; `babblecast list` and `babblecast generate` work without one"
    )]
    NoTerminal,
    #[error(
        "TERM is `dumb`: the studio needs a terminal whose cursor it can move. `babblecast list` and `babblecast generate` work in this one"
    )]
    DumbTerminal,
    #[error("the keymap {} cannot be read: {source}", path.display())]
    UnreadableKeymap { path: PathBuf, source: io::Error },
    #[error("the keymap {}: {error}", path.display())]
    Keymap { path: PathBuf, error: KeymapError },
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
}
