//! Waking up when files change: another process committed, or somebody edited a campaign. The operating system tells;
//! nothing polls.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

use super::layout::Home;
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;

/// A running watch; dropping it ends it.
pub struct Watch {
    changed: Arc<Notify>,
    paths: Arc<Mutex<Paths>>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Wakes after other processes (and this one) have written events to the journal.
    pub fn journal(home: &Home) -> Result<Self> {
        let bump = home.bump();
        Self::start(home.root(), move |path| path.file_name() == bump.file_name())
    }

    /// Wakes when a file of a campaigns folder is added, changed, renamed or removed; not for folders below it.
    pub fn campaigns(folder: &Path) -> Result<Self> {
        Self::start(folder, |path| {
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            !name.starts_with(files::UNFINISHED.as_bytes())
        })
    }

    /// What has changed since the last call. `None` when the system has lost count: look at everything.
    pub fn take_paths(&self) -> Option<BTreeSet<PathBuf>> {
        match std::mem::take(&mut *self.paths.lock().unwrap_or_else(PoisonError::into_inner)) {
            Paths::Known(paths) => Some(paths),
            Paths::TooMany => None,
        }
    }

    /// Resolves when something has changed since the last call, at once if that is already so; any number of changes
    /// are one. Can be dropped and called again without missing any.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    fn start(folder: &Path, concerns: impl Fn(&Path) -> bool + Send + 'static) -> Result<Self> {
        let failed = |error: notify::Error| {
            let source = match error.kind {
                notify::ErrorKind::Io(source) => source,
                _ => std::io::Error::other(error.to_string()),
            };
            StoreError::file("watched", folder, source)
        };
        let changed = Arc::new(Notify::new());
        let paths = Arc::new(Mutex::new(Paths::default()));
        let (wake, noted) = (changed.clone(), paths.clone());
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let wakes = match &event {
                // Reading a file is no change; an event without paths says that some were lost.
                Ok(event) => {
                    !matches!(event.kind, EventKind::Access(_))
                        && (event.paths.is_empty() || event.paths.iter().any(|path| concerns(path)))
                }
                Err(_) => true,
            };
            if wakes {
                noted.lock().unwrap_or_else(PoisonError::into_inner).note(event);
                wake.notify_one();
            }
        })
        .map_err(failed)?;
        watcher.watch(folder, RecursiveMode::NonRecursive).map_err(failed)?;
        Ok(Self { changed, paths, _watcher: watcher })
    }
}

/// More changed paths than this are not worth telling apart.
const MOST_PATHS: usize = 10_000;

#[derive(Debug)]
enum Paths {
    Known(BTreeSet<PathBuf>),
    TooMany,
}

impl Default for Paths {
    fn default() -> Self {
        Self::Known(BTreeSet::new())
    }
}

impl Paths {
    fn note(&mut self, event: notify::Result<notify::Event>) {
        match (&mut *self, event) {
            (Self::Known(paths), Ok(event)) if !event.paths.is_empty() && paths.len() < MOST_PATHS => {
                paths.extend(event.paths);
            }
            _ => *self = Self::TooMany,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_commit_of_another_process_wakes_a_watch_of_the_journal() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        std::fs::write(home.bump(), "").unwrap();
        let watch = Watch::journal(&home).unwrap();
        std::fs::write(home.root().join("something else"), "").unwrap();
        std::fs::write(home.bump(), "7").unwrap();
        watch.changed().await;
    }

    #[tokio::test]
    async fn an_edited_campaign_wakes_a_watch_of_its_folder_but_reading_it_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("one.json");
        std::fs::write(&file, "{}").unwrap();
        let watch = Watch::campaigns(folder.path()).unwrap();
        std::fs::read(&file).unwrap();
        let other = Watch::campaigns(folder.path()).unwrap();
        std::fs::write(folder.path().join("two.json"), "{}").unwrap();
        other.changed().await;
        watch.changed().await;
        std::fs::remove_file(&file).unwrap();
        watch.changed().await;
        while other.changed().now_or_never().is_some() {}
    }

    #[test]
    fn a_folder_that_does_not_exist_cannot_be_watched() {
        assert!(Watch::campaigns(Path::new("/no/such/folder")).is_err());
    }
}
