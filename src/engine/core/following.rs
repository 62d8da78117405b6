//! Other programs on the same home: their results are ours, their unfinished jobs are waited for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Core, Internal};
use crate::engine::Campaigns;
use crate::plan::JobKey;
use crate::store::{EventKind, Owner, Result, StoredState, Watch, campaigns};

/// What wakes the engine from outside; nothing while nobody wants to follow.
#[derive(Default)]
pub(super) struct Watches {
    pub(super) journal: Option<Watch>,
    pub(super) campaigns: Option<Watch>,
    pub(super) posted: Option<Watch>,
}

/// Resolves at the next change; never without a watch.
pub(super) async fn changed(watch: Option<&Watch>) {
    match watch {
        Some(watch) => watch.changed().await,
        None => std::future::pending().await,
    }
}

impl Core {
    /// Starts following the home and the campaigns folder. Without a watch the studio still works; it only does not see
    /// what others do.
    pub(super) fn watch(&mut self) {
        if !self.shelf.settings.follow {
            return;
        }
        self.watch_journal();
        if self.watches.posted.is_none() && !matches!(self.shelf.settings.campaigns, Campaigns::Files(_)) {
            self.watches.posted = told("the posted campaigns", Watch::campaigns(&self.store.home.campaigns()));
        }
        if let Campaigns::Folder(folder) = &self.shelf.settings.campaigns
            && self.watches.campaigns.is_none()
        {
            self.watches.campaigns = told("the campaigns folder", Watch::campaigns(folder));
        }
    }

    /// Campaigns were posted or changed; each is read alone, for there may be thousands.
    pub(super) async fn follow_posted(&mut self) {
        let Some(paths) = self.watches.posted.as_ref().and_then(Watch::take_paths) else {
            return self.reload().await;
        };
        let mut choices_changed: BTreeMap<PathBuf, bool> = BTreeMap::new();
        for path in paths {
            if let Some(file) = campaigns::file_concerned(&path) {
                let is_choices = file != path;
                *choices_changed.entry(file).or_default() |= is_choices;
            }
        }
        for (file, choices_changed) in choices_changed {
            // A file that this program was told to read, it has read.
            if choices_changed || !self.has_read(&file) {
                self.load(&file).await;
            }
        }
    }

    fn watch_journal(&mut self) {
        if self.watches.journal.is_none() {
            self.watches.journal = told("the studio home", Watch::journal(&self.store.home));
        }
    }

    /// A job of ours is being made by another program: wait for its result, or for its end. A command that follows nobody
    /// else follows from here on: two that waited for each other's end would wait for ever. What the other told before it
    /// was waited for is not told again, so the journal is asked once more.
    pub(super) async fn wait_for(&mut self, key: JobKey, owner: Owner) {
        let waits_already = self.held_elsewhere.values().any(|other| *other == owner);
        self.held_elsewhere.insert(key, owner);
        if self.watches.journal.is_none() {
            self.watch_journal();
            self.follow_others().await;
        }
        if !waits_already {
            let (journal, internal) = (self.store.journal.clone(), self.internal.clone());
            self.tasks.spawn(Internal::OwnerGone(owner), async move {
                journal.wait_until_gone(owner).await;
                let _ = internal.send(Internal::OwnerGone(owner));
            });
        }
        let states = self.store.journal.states(&[key]).await.unwrap_or_default();
        if states.get(&key).is_some_and(|job| !matches!(job.state, StoredState::Leased(_))) {
            self.retry(&[key]);
        }
    }

    pub(super) fn retry_held_by(&mut self, owner: Owner) {
        let held = |key: &JobKey| self.held_elsewhere[key] == owner;
        let keys: Vec<JobKey> = self.held_elsewhere.keys().copied().filter(held).collect();
        self.retry(&keys);
    }

    /// Puts jobs that were held elsewhere back into the queue.
    fn retry(&mut self, keys: &[JobKey]) {
        for key in keys {
            if self.held_elsewhere.remove(key).is_some()
                && let Some(order) = self.orders.get(key)
                && let Some(lane) = self.catalogue.lane_of(&order.request)
            {
                self.queue.push(*key, &lane);
            }
        }
        self.start_waiting();
    }

    /// Takes over what other programs did since the last look.
    pub(super) async fn follow_others(&mut self) {
        let events = match self.store.journal.events_since(self.last_seq).await {
            Ok(events) => events,
            Err(error) => {
                tracing::warn!(%error, "events of other programs cannot be read");
                return;
            }
        };
        let mut keys = Vec::new();
        let mut changed = Vec::new();
        let mut published = Vec::new();
        let mut money_moved = false;
        for event in events {
            self.last_seq = event.seq;
            if event.owner == self.store.journal.owner() {
                continue;
            }
            keys.extend(event.key);
            money_moved |= event.kind.is_about_money();
            match event.kind {
                EventKind::TakeMade => changed.extend(event.campaign),
                EventKind::RunEnded => published.extend(event.campaign),
                _ => {}
            }
        }
        keys.sort_unstable();
        keys.dedup();
        self.retry(&keys);
        self.learn(keys).await;
        changed.sort_unstable();
        changed.dedup();
        for campaign in changed {
            self.reload_one(&campaign).await;
        }
        published.sort_unstable();
        published.dedup();
        for campaign in published {
            self.look_for_videos(&campaign);
        }
        if money_moved {
            self.tell_budgets().await;
            self.tell_ledger().await;
        }
    }
}

fn told(what: &str, watch: Result<Watch>) -> Option<Watch> {
    watch.inspect_err(|error| tracing::warn!(%error, "{what} is not followed")).ok()
}
