//! `--draft` and `--final`: which of the two a command looks at. Without a word, the final where any of it was begun or can
//! be made, else the draft.

use super::session::Session;
use crate::engine::Loaded;
use crate::engine::document::listing::usual_mode_of;
use crate::plan::Mode;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::Args)]
pub struct Which {
    /// Look at the free draft
    #[arg(long, conflicts_with = "final")]
    draft: bool,
    /// Look at the final, whether or not a key is set
    #[arg(long)]
    r#final: bool,
}

impl Which {
    /// The mode that was named.
    pub fn named(self) -> Option<Mode> {
        match (self.draft, self.r#final) {
            (true, _) => Some(Mode::Draft),
            (false, true) => Some(Mode::Final),
            (false, false) => None,
        }
    }

    /// The mode to look at.
    pub fn of(self, session: &Session, loaded: &Loaded) -> Mode {
        self.named().unwrap_or_else(|| usual_mode_of(session, loaded))
    }
}
