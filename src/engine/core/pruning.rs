//! Keeps the home from growing with every video: after an episode was made, clips and videos beyond the limit are
//! forgotten, those used longest ago first. The store knows which may go; here is only decided when.

use std::time::SystemTime;

use super::{Core, Internal, change};
use crate::domain::Display;
use crate::engine::event::{Event, JobFacts, Level};
use crate::store::Forgotten;

/// Whether it is time to make room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Pruning {
    /// Nothing large was made since the last time.
    #[default]
    NotNeeded,
    /// An episode was made.
    Due,
    /// Until it has ended, no command is taken: a run must not count on what goes just now.
    UnderWay,
}

impl Core {
    pub(super) fn is_pruning(&self) -> bool {
        self.output.pruning == Pruning::UnderWay
    }

    /// Makes room once nothing is under way.
    pub(super) fn prune_when_idle(&mut self) {
        if self.output.pruning != Pruning::Due || !self.is_idle() {
            return;
        }
        self.output.pruning = Pruning::UnderWay;
        let (store, most, internal) =
            (self.studio.store.clone(), self.studio.shelf.settings.most_derived, self.tasks.internal.clone());
        self.tasks.spawn_blocking(Internal::Pruned(Err("an internal error".to_owned())), move || {
            let pruned = store.prune_derived(most, SystemTime::now()).map_err(|error| error.to_string());
            let _ = internal.send(Internal::Pruned(pruned));
        });
    }

    pub(super) fn pruned(&mut self, pruned: Result<Forgotten, String>) {
        self.output.pruning = Pruning::NotNeeded;
        let Forgotten { jobs, files, bytes } = match pruned {
            Ok(forgotten) => forgotten,
            Err(error) => {
                let text = format!("Clips and videos that were used longest ago could not be removed: {error}");
                return self.notice(Level::Warning, text.display().to_string(), None);
            }
        };
        if jobs.is_empty() {
            return;
        }
        tracing::info!(jobs = jobs.len(), files, bytes, "clips and videos used longest ago were forgotten");
        let megabytes = bytes as f64 / 1e6;
        let text = format!(
            "{megabytes:.0} MB of clips and videos that were used longest ago are gone; they are made again when wanted"
        );
        self.notice(Level::Info, text, None);
        let mut changes = Vec::new();
        for key in jobs {
            if self.known.jobs.contains_key(&key) {
                let facts = JobFacts::default();
                changes.push(change(key, &facts));
                self.known.jobs.insert(key, facts);
            }
        }
        if !changes.is_empty() {
            self.tell(Event::Jobs(changes));
        }
    }
}
