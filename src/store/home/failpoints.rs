//! The steps of a paid call, in the order in which they take effect. In the tests of this crate each is noted, and any
//! can be made the last one. The real program, built with debug assertions as every `cargo test` builds it, ends right
//! after a step as abruptly as by `kill -9` when `BABBLECAST_ABORT_AFTER` names it; a release does nothing of that.

/// What has just taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Step {
    /// Room for the reply is on disk.
    Reserved,
    /// The attempt is committed; the call may leave after this.
    Recorded,
    /// The whole reply is on disk under its final name.
    Received,
    AssetsStored,
    SidecarStored,
    /// The database says paid.
    Settled,
    /// What is known of an unknown outcome is on disk.
    Parked,
    /// The decision of the user is in its log.
    Logged,
}

#[cfg(not(test))]
impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Recorded => "recorded",
            Self::Received => "received",
            Self::AssetsStored => "assets_stored",
            Self::SidecarStored => "sidecar_stored",
            Self::Settled => "settled",
            Self::Parked => "parked",
            Self::Logged => "logged",
        }
    }
}

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "in tests a step can be the last one")]
pub(in crate::store) fn reached(_home: &super::layout::Home, step: Step) -> crate::store::ground::error::Result<()> {
    if cfg!(debug_assertions) && aborts_after(step) {
        std::process::abort();
    }
    Ok(())
}

/// Whether the environment wants this step to be the last one: `recorded`, or `recorded:3` for its third time.
#[cfg(not(test))]
fn aborts_after(step: Step) -> bool {
    use std::sync::atomic::{AtomicU32, Ordering};
    static TIMES: AtomicU32 = AtomicU32::new(0);
    let Ok(wanted) = std::env::var("BABBLECAST_ABORT_AFTER") else { return false };
    let (name, time) = wanted.split_once(':').unwrap_or((&wanted, "1"));
    name == step.name() && (TIMES.fetch_add(1, Ordering::Relaxed) + 1).to_string() == time
}

#[cfg(test)]
pub(in crate::store) use watched::{end_after, reached, seen};

#[cfg(test)]
mod watched {
    use std::collections::HashMap;
    use std::path::{Path, PathBuf};
    use std::sync::{LazyLock, Mutex};

    use super::Step;
    use crate::store::ground::error::{Result, StoreError};
    use crate::store::home::layout::Home;

    #[derive(Default)]
    struct Watched {
        seen: Vec<(Step, String)>,
        last: Option<Step>,
    }

    static WATCHED: LazyLock<Mutex<HashMap<PathBuf, Watched>>> = LazyLock::new(Mutex::default);

    /// Everything after this step fails in this home, as if nobody were there to do it; `None` lets all go on again.
    pub(in crate::store) fn end_after(home: &Path, last: Option<Step>) {
        WATCHED.lock().unwrap().entry(home.to_owned()).or_default().last = last;
    }

    /// The steps reached so far, each with what another process would have seen of it at that moment.
    pub(in crate::store) fn seen(home: &Path) -> Vec<(Step, String)> {
        WATCHED.lock().unwrap().get(home).map(|watched| watched.seen.clone()).unwrap_or_default()
    }

    pub(in crate::store) fn reached(home: &Home, step: Step) -> Result<()> {
        let mut watched = WATCHED.lock().unwrap();
        let watched = watched.entry(home.root().to_owned()).or_default();
        watched.seen.push((step, visible(home)));
        if watched.last == Some(step) { Err(StoreError::Closed) } else { Ok(()) }
    }

    /// The committed states of attempts, and how many files lie where.
    fn visible(home: &Home) -> String {
        let states = rusqlite::Connection::open_with_flags(
            home.database(),
            rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        .and_then(|connection| {
            connection.query_row("SELECT coalesce(group_concat(state, '+'), 'none') FROM attempt", [], |row| row.get(0))
        })
        .unwrap_or_else(|error| error.to_string());
        let mut files: Vec<String> = std::fs::read_dir(home.spool())
            .unwrap()
            .map(|entry| entry.unwrap().path().extension().unwrap_or_default().to_string_lossy().into_owned())
            .collect();
        files.sort();
        let below = |folder| crate::store::ground::files::files_below(folder).unwrap().len();
        let (assets, sidecars) = (below(&home.assets()), below(&home.sidecars()));
        format!("{states}, spool [{}], {assets} assets, {sidecars} sidecars", files.join(" "))
    }
}
