//! The recordings that are becoming campaigns, as the engine tells of them.

use std::ops::Deref;
use std::time::Duration;

use crate::engine::{Event, Import};

/// A recording on its way to a campaign.
#[derive(Debug, Clone)]
pub struct UnderWay {
    pub ticket: u64,
    /// What is done now, without an end: `Cutting 12 lines`.
    pub doing: String,
    /// When it began, since the studio opened.
    pub since: Duration,
}

/// Those under way, the oldest first.
#[derive(Debug, Default)]
pub struct Imports(Vec<UnderWay>);

impl Imports {
    /// An import that asks something waits for its answer, and is asked for anew with it.
    pub fn follow(&mut self, event: &Event, uptime: Duration) {
        let Event::Import { ticket, import } = event else { return };
        let (ticket, at) = (*ticket, self.0.iter().position(|known| known.ticket == *ticket));
        match (import, at) {
            (Import::Doing(doing), Some(at)) => self.0[at].doing.clone_from(doing),
            (Import::Doing(doing), None) => self.0.push(UnderWay { ticket, doing: doing.clone(), since: uptime }),
            (_, Some(at)) => drop(self.0.remove(at)),
            (_, None) => {}
        }
    }
}

impl Deref for Imports {
    type Target = [UnderWay];

    fn deref(&self) -> &[UnderWay] {
        &self.0
    }
}
