//! Clips and episodes can always be made again for nothing but time: above a limit, those that were used longest ago are
//! forgotten. What was paid for never is.

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, SystemTime};

use super::error::{Result, StoreError};
use super::prune::remove;
use super::rebuild::files_below;
use super::sidecar::Sidecar;
use super::studio::Store;
use super::verify::{make_pending, users_of_assets};
use crate::plan::{AssetHash, JobKey};

/// The most that clips and episodes take on disk.
pub(super) const MOST: u64 = 5 * 1024 * 1024 * 1024;

/// What was used so lately may be in use.
const YOUNG: Duration = Duration::from_hours(1);

/// A made clip or episode.
struct Derived {
    key: JobKey,
    files: Vec<(AssetHash, u64)>,
    used: SystemTime,
}

impl Store {
    /// Forgets clips and episodes until they take at most `most` bytes, and returns how many files and bytes went. Blocks,
    /// and panics on a thread of the async runtime.
    pub(super) fn prune_derived(&self, most: u64, now: SystemTime) -> Result<(usize, u64)> {
        let mut derived = self.derived()?;
        derived.sort_by_key(|job| job.used);
        let mut total: u64 = derived.iter().flat_map(|job| &job.files).map(|(_, bytes)| bytes).sum();
        let mut forgotten = BTreeSet::new();
        let mut files = HashSet::new();
        for job in derived {
            let is_young = now.duration_since(job.used).is_ok_and(|age| age < YOUNG);
            if total <= most || is_young {
                break;
            }
            total -= job.files.iter().map(|(_, bytes)| bytes).sum::<u64>();
            // The sidecar first: without it the job is not adopted again.
            let sidecar = self.home.sidecar(job.key);
            std::fs::remove_file(&sidecar).map_err(|source| StoreError::file("removed", &sidecar, source))?;
            forgotten.insert(job.key);
            files.extend(job.files.into_iter().map(|(hash, _)| hash));
        }
        if forgotten.is_empty() {
            return Ok((0, 0));
        }
        self.journal.blocking_write(move |writing| make_pending(writing, &forgotten))?;
        let needed = self.journal.blocking_read(users_of_assets)?;
        let (mut count, mut bytes) = (0, 0);
        for hash in files.into_iter().filter(|hash| !needed.contains_key(hash)) {
            bytes += remove(&self.assets.path(hash))?;
            count += 1;
        }
        Ok((count, bytes))
    }

    fn derived(&self) -> Result<Vec<Derived>> {
        let mut derived = Vec::new();
        for path in files_below(&self.home.sidecars())? {
            let Ok(sidecar) = Sidecar::read(&path) else { continue };
            let kind = sidecar.request.get("kind").and_then(serde_json::Value::as_str);
            if !matches!(kind, Some("clip" | "episode")) {
                continue;
            }
            let used = sidecar.outputs.iter().filter_map(|output| {
                self.assets.path(output.hash).symlink_metadata().and_then(|facts| facts.modified()).ok()
            });
            derived.push(Derived {
                key: sidecar.key,
                used: used.max().unwrap_or(SystemTime::UNIX_EPOCH),
                files: sidecar.outputs.iter().map(|output| (output.hash, output.bytes)).collect(),
            });
        }
        Ok(derived)
    }
}
