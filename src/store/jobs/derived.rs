//! Clips, cross-fades and episodes can always be made again for nothing but time: above a limit, those that were used
//! longest ago are forgotten. Never what was paid for, what a run under way asks for, or what the newest episode of a
//! campaign is made of.

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, SystemTime};
use strum::IntoEnumIterator;

use rusqlite::Connection;

use super::asset_facts::users_of_assets;
use super::leases::make_pending;
use crate::plan::{AssetHash, JobKey, Product, Request};
use crate::store::content::sidecar::Sidecar;
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files::{files_below, remove_file};
use crate::store::studio::Store;

/// The most that clips, cross-fades and episodes take on disk, where nobody says otherwise.
pub const MOST_DERIVED: u64 = 5 * 1024 * 1024 * 1024;

/// What was used so lately may be in use.
const YOUNG: Duration = Duration::from_hours(1);

/// What had to go to keep the limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// They are pending again.
    pub jobs: Vec<JobKey>,
    pub files: usize,
    pub bytes: u64,
}

/// A made clip, cross-fade or episode.
struct Derived {
    key: JobKey,
    request: Option<Request>,
    files: Vec<(AssetHash, u64)>,
    used: SystemTime,
}

impl Derived {
    fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, bytes)| bytes).sum()
    }
}

impl Store {
    /// Forgets clips, cross-fades and episodes until they take at most `most` bytes, as far as they may go. Blocks, and
    /// panics on a thread of the async runtime.
    pub(crate) fn prune_derived(&self, most: u64, now: SystemTime) -> Result<Forgotten> {
        let mut total = self.journal.blocking_read(bytes_of_derived)?;
        if total <= most {
            return Ok(Forgotten::default());
        }
        let mut derived = self.derived()?;
        let needed = self.needed(&derived)?;
        derived.sort_by_key(|job| job.used);
        let mut forgotten = Forgotten::default();
        let mut files = HashSet::new();
        for job in derived.into_iter().filter(|job| !needed.contains(&job.key)) {
            let is_young = !now.duration_since(job.used).is_ok_and(|age| age >= YOUNG);
            if total <= most || is_young {
                break;
            }
            total = total.saturating_sub(job.bytes());
            // The sidecar first: without it the job is not adopted again.
            let sidecar = self.home.sidecar(job.key);
            std::fs::remove_file(&sidecar).map_err(|source| StoreError::file("removed", &sidecar, source))?;
            forgotten.jobs.push(job.key);
            files.extend(job.files.into_iter().map(|(hash, _)| hash));
        }
        if forgotten.jobs.is_empty() {
            return Ok(forgotten);
        }
        let pending: BTreeSet<JobKey> = forgotten.jobs.iter().copied().collect();
        self.journal.blocking_write(move |writing| make_pending(writing, &pending))?;
        let used = self.journal.blocking_read(users_of_assets)?;
        for hash in files.into_iter().filter(|hash| !used.contains_key(hash)) {
            forgotten.bytes += remove_file(&self.assets.path(hash))?;
            forgotten.files += 1;
        }
        Ok(forgotten)
    }

    fn derived(&self) -> Result<Vec<Derived>> {
        let mut derived = Vec::new();
        for path in files_below(&self.home.sidecars())? {
            let Ok(sidecar) = Sidecar::read(&path) else { continue };
            let kind = sidecar.request.get("kind").and_then(serde_json::Value::as_str);
            if !kind.is_some_and(|kind| kinds().any(|derived| derived == kind)) {
                continue;
            }
            let used = sidecar.outputs.iter().filter_map(|output| {
                self.assets.path(output.hash).symlink_metadata().and_then(|facts| facts.modified()).ok()
            });
            derived.push(Derived {
                key: sidecar.key,
                used: used.max().unwrap_or(SystemTime::UNIX_EPOCH),
                files: sidecar.outputs.iter().map(|output| (output.hash, output.bytes)).collect(),
                request: serde_json::from_value(sidecar.request).ok(),
            });
        }
        Ok(derived)
    }

    /// The jobs of all runs under way, and the newest episodes with what they are made of.
    fn needed(&self, derived: &[Derived]) -> Result<HashSet<JobKey>> {
        let (mut needed, newest) =
            self.journal.blocking_read(|connection| Ok((asked_for(connection)?, newest_episodes(connection)?)))?;
        for episode in derived.iter().filter(|job| newest.contains(&job.key)) {
            needed.insert(episode.key);
            needed.extend(episode.request.iter().flat_map(Request::inputs));
        }
        Ok(needed)
    }
}

/// As requests call them.
fn kinds() -> impl Iterator<Item = &'static str> {
    Product::iter().filter(|product| product.is_derived()).map(Product::name)
}

fn bytes_of_derived(connection: &Connection) -> Result<u64> {
    let kinds = kinds().map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ");
    let question = format!(
        "SELECT coalesce(sum(asset.bytes), 0) FROM job JOIN job_output USING (key) JOIN asset USING (hash)
         WHERE job.state = 'done' AND job.kind IN ({kinds})"
    );
    let bytes: i64 = connection.query_row(&question, [], |row| row.get(0))?;
    Ok(bytes.unsigned_abs())
}

/// Every job of a run that has not ended, in whichever program.
fn asked_for(connection: &Connection) -> Result<HashSet<JobKey>> {
    keys(connection, "SELECT run_job.key FROM run JOIN run_job ON run_job.run = run.id WHERE run.state = 'running'")
}

/// Of each campaign and mode the episode that was asked for last among those that are made.
fn newest_episodes(connection: &Connection) -> Result<HashSet<JobKey>> {
    // The other columns of a row with max() are those of the row that has the maximum.
    let question = "SELECT key FROM (
         SELECT run_job.key, max(run.started_at) FROM run
         JOIN run_job ON run_job.run = run.id AND run_job.product = 'episode'
         JOIN job ON job.key = run_job.key AND job.state = 'done'
         GROUP BY run.campaign, run.mode)";
    keys(connection, question)
}

fn keys(connection: &Connection, question: &str) -> Result<HashSet<JobKey>> {
    let mut query = connection.prepare(question)?;
    let keys = query.query_map([], |row| row.get(0))?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}
