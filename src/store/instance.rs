//! Which babblecast processes are alive. Each holds a lock on a file of its own, from before its name is in the database
//! until the kernel ends it: no clocks, and `kill -9` frees it too.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::error::{Result, StoreError};
use super::home::Home;

/// One opened journal of one process; what a lease is held by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner(pub(super) Uuid);

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The held lock of this process.
pub(super) struct Instance {
    pub(super) owner: Owner,
    path: PathBuf,
    /// Closing it frees the lock.
    _lock: File,
}

impl Instance {
    /// Must be called with the opening lock held, so that no other process takes the file for a dead one's in between.
    pub(super) fn start(home: &Home) -> Result<Self> {
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

/// Whether the process behind a name still runs.
pub(super) fn is_alive(home: &Home, owner: Owner) -> bool {
    is_locked(&lock_path(home, owner))
}

/// Blocks until the owner is gone; the kernel wakes it.
pub(super) fn wait_until_gone(home: &Home, owner: Owner) {
    if let Ok(file) = File::open(lock_path(home, owner)) {
        let _ = file.lock_shared();
    }
}

/// Removes the lock files of dead processes. Must be called with the opening lock held, see [`Instance::start`].
pub(super) fn sweep(home: &Home) -> Result<()> {
    for path in lock_files(home)?.iter().filter(|path| !is_locked(path)) {
        let _ = std::fs::remove_file(path);
    }
    Ok(())
}

/// Whether any process, this one included, has the home open.
pub(super) fn any_alive(home: &Home) -> Result<bool> {
    Ok(lock_files(home)?.iter().any(|path| is_locked(path)))
}

fn lock_files(home: &Home) -> Result<Vec<PathBuf>> {
    let folder = home.instances();
    let entries = std::fs::read_dir(&folder).map_err(|source| StoreError::file("listed", &folder, source))?;
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|ending| ending == "lock")).collect())
}

/// Looks with a shared lock, so that two who look at once do not take each other for the owner.
fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
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
}
