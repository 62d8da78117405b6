//! Other programs on the same home: their results are ours, their unfinished jobs are waited for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::{Core, Internal};
use crate::engine::event::Outcome;
use crate::engine::files::library::{off_thread, source_hash};
use crate::engine::schedule::Fact;
use crate::engine::settings::Campaigns;
use crate::plan::{AssetHash, JobKey, RunId};
use crate::store::workspace::campaigns;
use crate::store::{EventKind, Owner, Result, StoredState, Watch};

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
        if !self.studio.shelf.settings.follow {
            return;
        }
        self.watch_journal();
        if self.others.watches.posted.is_none() && !matches!(self.studio.shelf.settings.campaigns, Campaigns::Files(_))
        {
            self.others.watches.posted =
                told("the posted campaigns", Watch::campaigns(&self.studio.store.home.campaigns()));
        }
        if let Campaigns::Folder(folder) = &self.studio.shelf.settings.campaigns
            && self.others.watches.campaigns.is_none()
        {
            self.others.watches.campaigns = told("the campaigns folder", Watch::campaigns(folder));
        }
    }

    /// Campaigns were posted or changed; each is read alone, for there may be thousands.
    pub(super) async fn follow_posted(&mut self) {
        let Some(paths) = self.others.watches.posted.as_ref().and_then(Watch::take_paths) else {
            return self.reload_later();
        };
        let files = off_thread(move || concerned(paths)).await;
        for Concerned { file, choices_changed, hash } in files {
            // A file that this program was told to read, it has read.
            if choices_changed || hash.is_none() || hash != self.known_hash(&file) {
                self.load_later(file);
            }
        }
    }

    pub(super) fn watch_journal(&mut self) {
        if self.others.watches.journal.is_none() {
            self.others.watches.journal = told("the studio home", Watch::journal(&self.studio.store.home));
        }
    }

    /// A job of ours is being made by another program: wait for its result, or for its end. A command that follows nobody
    /// else follows from here on: two that waited for each other's end would wait for ever. What the other told before it
    /// was waited for is not told again, so the journal is asked once more.
    pub(super) async fn wait_for(&mut self, key: JobKey, owner: Owner) {
        self.happened(Fact::MadeElsewhere { key, owner }).await;
        if self.others.watches.journal.is_none() {
            self.watch_journal();
            self.follow_others().await;
        }
        self.wait_until_gone(owner);
        let states = self.studio.store.journal.states(&[key]).await.unwrap_or_default();
        if states.get(&key).is_some_and(|job| !matches!(job.state, StoredState::Leased(_))) {
            self.happened(Fact::HeardOf(vec![key])).await;
        }
    }

    /// Has the end of another program told.
    pub(super) fn wait_until_gone(&mut self, owner: Owner) {
        if self.others.waited_for.insert(owner) {
            let (journal, internal) = (self.studio.store.journal.clone(), self.tasks.internal.clone());
            self.tasks.spawn(Internal::OwnerGone(owner), async move {
                journal.wait_until_gone(owner).await;
                let _ = internal.send(Internal::OwnerGone(owner));
            });
        }
    }

    /// Another program ended: what it held is free, and what it made is over.
    pub(super) async fn owner_gone(&mut self, owner: Owner) {
        self.others.waited_for.remove(&owner);
        self.happened(Fact::OwnerGone(owner)).await;
        self.runs_are_gone_with(owner).await;
    }

    /// Takes over what other programs did since the last look.
    pub(super) async fn follow_others(&mut self) {
        let events = match self.studio.store.journal.events_since(self.others.last_seq).await {
            Ok(events) => events,
            Err(error) => {
                tracing::warn!(%error, "events of other programs cannot be read");
                return;
            }
        };
        let mut keys = Vec::new();
        let mut changed = Vec::new();
        let mut published = Vec::new();
        let (mut money_moved, mut runs_began, mut is_asked) = (false, false, false);
        let mut runs_ended = Vec::new();
        for event in events {
            self.others.last_seq = event.seq;
            if event.owner == self.studio.store.journal.owner() {
                continue;
            }
            money_moved |= event.kind.is_about_money();
            match event.kind {
                EventKind::TakeMade => changed.extend(event.campaign),
                EventKind::RunStarted => runs_began = true,
                EventKind::RunEnded => {
                    runs_ended.extend(run_of(&event.json));
                    published.extend(event.campaign);
                }
                EventKind::CancelAsked => {
                    is_asked = true;
                    continue;
                }
                _ => {}
            }
            keys.extend(event.key);
        }
        keys.sort_unstable();
        keys.dedup();
        self.happened(Fact::HeardOf(keys.clone())).await;
        for key in &keys {
            self.others.elsewhere.hear_of(*key);
        }
        self.learn(keys).await;
        if runs_began {
            self.look_elsewhere().await;
        }
        for (run, outcome) in runs_ended {
            self.run_elsewhere_ended(run, outcome).await;
        }
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
        if is_asked {
            self.obey_others().await;
        }
    }
}

/// A campaign file that was touched.
struct Concerned {
    file: PathBuf,
    /// Whether its choices of takes were.
    choices_changed: bool,
    /// Of its content now.
    hash: Option<AssetHash>,
}

/// The campaign files that changed paths belong to. Reads them.
fn concerned(paths: BTreeSet<PathBuf>) -> Vec<Concerned> {
    let mut files: BTreeMap<PathBuf, bool> = BTreeMap::new();
    for path in paths {
        if let Some(file) = campaigns::file_concerned(&path) {
            let is_choices = file != path;
            *files.entry(file).or_default() |= is_choices;
        }
    }
    let read = |(file, choices_changed): (PathBuf, bool)| {
        let hash = source_hash(&file);
        Concerned { file, choices_changed, hash }
    };
    files.into_iter().map(read).collect()
}

/// The run that an event tells the end of, and how it ended.
fn run_of(details: &serde_json::Value) -> Option<(RunId, Outcome)> {
    let run = serde_json::from_value(details.get("run")?.clone()).ok()?;
    let outcome = serde_json::from_value(details.get("outcome")?.clone()).ok()?;
    Some((run, outcome))
}

fn told(what: &str, watch: Result<Watch>) -> Option<Watch> {
    watch.inspect_err(|error| tracing::warn!(%error, "{what} is not followed")).ok()
}
