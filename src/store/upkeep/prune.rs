//! Removes what nothing needs: `babblecast prune`. Never a file that a job or a sidecar refers to, but for clips,
//! cross-fades and episodes, of which those used longest ago are forgotten when they take too much room.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::verify::asset_name;
use crate::plan::AssetHash;
use crate::store::content::sidecar::Sidecar;
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files::{self, UNFINISHED, files_below};
use crate::store::jobs::asset_facts::users_of_assets;
use crate::store::jobs::derived::MOST_DERIVED;
use crate::store::studio::Store;

/// A file younger than this may belong to a job that is just being stored.
const YOUNG: Duration = Duration::from_hours(1);
/// Followers read events as they come; older ones are only history.
const EVENTS_KEPT: i64 = 100_000;

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    pub assets: usize,
    /// Files that a killed process left half written.
    pub unfinished: usize,
    pub bytes: u64,
    pub events: usize,
}

impl Store {
    /// Removes assets that nothing refers to, half-written files (both only when older than an hour before `now`) and
    /// the oldest events. Blocks, and panics on a thread of the async runtime.
    pub(crate) fn prune(&self, now: SystemTime) -> Result<Pruned> {
        let mut pruned = Pruned::default();
        let needed = self.needed_assets()?;
        for path in files_below(&self.home.assets())? {
            if asset_name(&path).is_some_and(|hash| !needed.contains(&hash)) && is_old(&path, now) {
                pruned.bytes += files::remove_file(&path)?;
                pruned.assets += 1;
            }
        }
        for path in self.unfinished_files()? {
            if is_old(&path, now) {
                pruned.bytes += files::remove_file(&path)?;
                pruned.unfinished += 1;
            }
        }
        let forgotten = self.prune_derived(MOST_DERIVED, now)?;
        pruned.assets += forgotten.files;
        pruned.bytes += forgotten.bytes;
        pruned.events = self.journal.blocking_write(|writing| {
            let last = "(SELECT max(seq) FROM event)";
            let forget = format!("DELETE FROM event WHERE seq <= {last} - ?1");
            Ok(writing.connection.execute(&forget, [EVENTS_KEPT])?)
        })?;
        Ok(pruned)
    }

    fn needed_assets(&self) -> Result<HashSet<AssetHash>> {
        // Sidecars first: a job that ends in between is found in the database.
        let mut needed = HashSet::new();
        for path in files_below(&self.home.sidecars())? {
            match Sidecar::read(&path) {
                Ok(sidecar) => needed.extend(sidecar.outputs.iter().map(|output| output.hash)),
                Err(error) if error.is_verdict() => {}
                // What it refers to must not go.
                Err(error) => return Err(error),
            }
        }
        needed.extend(self.journal.blocking_read(users_of_assets)?.into_keys());
        Ok(needed)
    }

    fn unfinished_files(&self) -> Result<Vec<PathBuf>> {
        let mut folders = vec![self.home.root().to_owned(), self.home.spool()];
        for shelves in [self.home.assets(), self.home.sidecars()] {
            folders.extend(entries(&shelves)?.into_iter().filter(|path| path.is_dir()));
        }
        let mut unfinished = Vec::new();
        for folder in folders {
            unfinished.extend(entries(&folder)?.into_iter().filter(|path| {
                path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()))
            }));
        }
        Ok(unfinished)
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed = std::fs::read_dir(folder).map_err(|source| StoreError::file("listed", folder, source))?;
    Ok(listed.flatten().map(|entry| entry.path()).collect())
}

fn is_old(path: &Path, now: SystemTime) -> bool {
    let modified = path.symlink_metadata().and_then(|facts| facts.modified());
    modified.is_ok_and(|modified| now.duration_since(modified).is_ok_and(|age| age > YOUNG))
}
