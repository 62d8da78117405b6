//! Which babblecast processes are alive. Each holds a lock on a file of its own, from before its name is in the database
//! until the kernel ends it: no clocks, and `kill -9` frees it too.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, io};

use uuid::Uuid;

use super::layout::Home;
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;

/// One opened journal of one process; what a lease is held by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner(pub(in crate::store) Uuid);

#[cfg(test)]
impl Owner {
    pub fn numbered(number: u128) -> Self {
        Self(Uuid::from_u128(number))
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The held lock of this process.
pub(in crate::store) struct Instance {
    pub(in crate::store) owner: Owner,
    path: PathBuf,
    /// Closing it frees the lock.
    _lock: File,
}

impl Instance {
    /// Must be called with the opening lock held, so that no other process takes the file for a dead one's in between.
    pub(in crate::store) fn start(home: &Home) -> Result<Self> {
        let owner = Owner(Uuid::new_v4());
        let path = lock_path(home, owner);
        let failed = |source| StoreError::file("locked", &path, source);
        let lock = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(Self { owner, path, _lock: lock })
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // What stays behind is found unlocked, and removed by the next one that opens the home.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn lock_path(home: &Home, owner: Owner) -> PathBuf {
    home.instances().join(format!("{owner}.lock"))
}

/// What a look at a lock file shows.
#[derive(Debug)]
enum Life {
    /// Somebody holds the lock.
    Runs,
    /// There is no file, or its lock was to be had.
    Gone,
    /// Nobody could look: no right to, no file left to open, a failing disk.
    CannotTell(StoreError),
}

/// Whether the process behind a name may still run: only one that is surely gone does not. Taking a living one for dead
/// would take its jobs and its paid calls out of its hands.
pub(in crate::store) fn is_alive(home: &Home, owner: Owner) -> bool {
    !matches!(life_behind(&lock_path(home, owner)), Life::Gone)
}

/// Nothing tells when a lock that could not be looked at can be.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Blocks until the owner is gone; the kernel wakes it.
pub(in crate::store) fn wait_until_gone(home: &Home, owner: Owner) {
    let path = lock_path(home, owner);
    loop {
        match files::open_without_waiting(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Ok(file) if file.lock_shared().is_ok() => return,
            Ok(_) | Err(_) => std::thread::sleep(LOOK_AGAIN),
        }
    }
}

/// Removes the lock files of dead processes. Must be called with the opening lock held, see [`Instance::start`].
pub(in crate::store) fn sweep(home: &Home) -> Result<()> {
    for (path, _) in lock_files(home)? {
        if matches!(life_behind(&path), Life::Gone) {
            let _ = std::fs::remove_file(path);
        }
    }
    Ok(())
}

/// Every instance that may still run, with what kept the look from being sure.
pub(in crate::store) fn living(home: &Home) -> Result<Vec<(Owner, Option<StoreError>)>> {
    let lives = lock_files(home)?.into_iter().map(|(path, owner)| (owner, life_behind(&path)));
    Ok(lives
        .filter_map(|(owner, life)| match life {
            Life::Runs => Some((owner, None)),
            Life::CannotTell(error) => Some((owner, Some(error))),
            Life::Gone => None,
        })
        .collect())
}

/// The files that are named as an instance's lock is.
fn lock_files(home: &Home) -> Result<Vec<(PathBuf, Owner)>> {
    let folder = home.instances();
    let failed = |source| StoreError::file("listed", &folder, source);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_lock = path.extension().is_some_and(|ending| ending == "lock");
        let owner = path.file_stem().and_then(|name| name.to_str()?.parse().ok()).filter(|_| is_lock);
        found.extend(owner.map(|owner| (path, Owner(owner))));
    }
    Ok(found)
}

/// Looks with a shared lock, so that two who look at once do not take each other for the owner.
fn life_behind(path: &Path) -> Life {
    let file = match files::open_without_waiting(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Life::Gone,
        Err(error) => return Life::CannotTell(StoreError::file("looked at", path, error)),
    };
    match file.try_lock_shared() {
        Ok(()) => Life::Gone,
        Err(TryLockError::WouldBlock) => Life::Runs,
        Err(TryLockError::Error(error)) => Life::CannotTell(StoreError::file("looked at", path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_lives_exactly_as_long_as_its_lock() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        let instance = Instance::start(&home).unwrap();
        let owner = instance.owner;
        assert!(is_alive(&home, owner));
        sweep(&home).unwrap();
        assert!(is_alive(&home, owner), "a living instance was swept away");
        let waiter = std::thread::spawn({
            let home = home.clone();
            move || wait_until_gone(&home, owner)
        });
        drop(instance);
        waiter.join().unwrap();
        assert!(!is_alive(&home, owner));
    }

    #[test]
    fn the_file_of_a_killed_process_is_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        let dead = Owner(Uuid::new_v4());
        File::create(lock_path(&home, dead)).unwrap();
        assert!(!is_alive(&home, dead));
        sweep(&home).unwrap();
        assert!(!lock_path(&home, dead).exists());
    }

    /// A symbolic link to itself cannot be opened by anybody, not even by root: as a file without rights, or as any file
    /// when the program may open no more.
    #[cfg(unix)]
    #[test]
    fn a_lock_that_cannot_be_looked_at_is_a_living_process() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        let owner = Owner(Uuid::new_v4());
        let path = lock_path(&home, owner);
        std::os::unix::fs::symlink(&path, &path).unwrap();
        assert!(is_alive(&home, owner), "nobody could look, and it counted as dead");
        sweep(&home).unwrap();
        assert!(path.symlink_metadata().is_ok(), "it was swept away");
        let living = living(&home).unwrap();
        assert_eq!(living.len(), 1);
        let why = living[0].1.as_ref().expect("nobody could look").to_string();
        assert!(why.contains(&owner.to_string()), "{why}");
        let waiter = std::thread::spawn({
            let home = home.clone();
            move || wait_until_gone(&home, owner)
        });
        std::fs::remove_file(&path).unwrap();
        waiter.join().unwrap();
        assert!(!is_alive(&home, owner));
    }

    #[test]
    fn a_pipe_in_the_place_of_a_lock_keeps_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        std::fs::write(home.instances().join("notes.txt"), "").unwrap();
        std::fs::write(home.instances().join("no-name.lock"), "").unwrap();
        let owner = Owner(Uuid::new_v4());
        #[cfg(unix)]
        rustix::fs::mkfifoat(rustix::fs::CWD, lock_path(&home, owner), rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
        sweep(&home).unwrap();
        assert!(living(&home).unwrap().is_empty());
    }
}
