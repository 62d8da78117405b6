//! The steps of a paid call, in the order in which they take effect. In tests each is noted, and any can be made the
//! last one, as if the program had been killed right after it; otherwise this is nothing.

/// What has just taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
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
    /// The decision of the person is in its log.
    Logged,
}

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "in tests a step can be the last one")]
pub(super) fn reached(_home: &super::home::Home, _step: Step) -> super::error::Result<()> {
    Ok(())
}

#[cfg(test)]
pub(super) use watched::{end_after, reached, seen};

#[cfg(test)]
mod watched {
    use std::collections::HashMap;
    use std::path::{Path, PathBuf};
    use std::sync::{LazyLock, Mutex};

    use super::super::error::{Result, StoreError};
    use super::super::home::Home;
    use super::Step;

    #[derive(Default)]
    struct Watched {
        seen: Vec<(Step, String)>,
        last: Option<Step>,
    }

    static WATCHED: LazyLock<Mutex<HashMap<PathBuf, Watched>>> = LazyLock::new(Mutex::default);

    /// Everything after this step fails in this home, as if nobody were there to do it; `None` lets all go on again.
    pub(in super::super) fn end_after(home: &Path, last: Option<Step>) {
        WATCHED.lock().unwrap().entry(home.to_owned()).or_default().last = last;
    }

    /// The steps reached so far, each with what another process would have seen of it at that moment.
    pub(in super::super) fn seen(home: &Path) -> Vec<(Step, String)> {
        WATCHED.lock().unwrap().get(home).map(|watched| watched.seen.clone()).unwrap_or_default()
    }

    pub(in super::super) fn reached(home: &Home, step: Step) -> Result<()> {
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
        let below = |folder| super::super::rebuild::files_below(folder).unwrap().len();
        let (assets, sidecars) = (below(&home.assets()), below(&home.sidecars()));
        format!("{states}, spool [{}], {assets} assets, {sidecars} sidecars", files.join(" "))
    }
}
