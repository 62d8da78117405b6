//! How the studio ends, and why it could not begin.

use std::io;
use std::path::PathBuf;

use crate::domain::{CampaignId, MicroDollars};
use crate::plan::{Mode, Product};
use crate::tui::input::keymap::KeymapError;

/// Why the studio closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExitReason {
    Quit,
    /// The user left, and what was being made is to go on in the background.
    HandedOver(Vec<Unfinished>),
    /// The number of the signal.
    Signal(i32),
}

/// The rest of a run that the studio was making when the user left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    pub campaign: CampaignId,
    pub mode: Mode,
    /// Empty: all.
    pub products: Vec<Product>,
    pub speaker: Option<String>,
    /// Position in the script, from 0.
    pub scene: Option<usize>,
    pub allow_missing: bool,
    /// What is left of what the user agreed to pay; `None` where it was free.
    pub agreed: Option<MicroDollars>,
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
