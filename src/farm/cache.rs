//! What a worker fetched, by hash, in one folder of bounded size: each file comes over the network once a machine. A name is a
//! hash that was computed here, so nothing is ever written elsewhere.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crate::plan::AssetHash;

/// The folder. Several workers may share it.
pub struct Cache {
    folder: PathBuf,
    most: u64,
    /// Bytes put since the folder was last looked through.
    unlooked: AtomicU64,
    /// Files whose bytes were compared with their names by this program.
    known: Mutex<HashSet<AssetHash>>,
}

impl Cache {
    /// Makes the folder where it is not there.
    pub fn open(folder: PathBuf, most: u64) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, most, unlooked: AtomicU64::new(most), known: Mutex::default() })
    }

    fn path(&self, hash: AssetHash) -> PathBuf {
        self.folder.join(hash.to_string())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashSet<AssetHash>> {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The file of this hash, where it is here and whole.
    pub fn get(&self, hash: AssetHash) -> Option<PathBuf> {
        let path = self.path(hash);
        if !self.known().contains(&hash) {
            let bytes = std::fs::read(&path).ok()?;
            if AssetHash::of(&bytes) != hash {
                let _ = std::fs::remove_file(&path);
                return None;
            }
            self.known().insert(hash);
        }
        let file = std::fs::File::options().append(true).open(&path).ok()?;
        // What was used is not what was used longest ago.
        let _ = file.set_modified(SystemTime::now());
        Some(path)
    }

    /// Keeps bytes that have this hash, and makes room for them.
    pub fn put(&self, hash: AssetHash, bytes: &[u8]) -> io::Result<PathBuf> {
        let path = self.path(hash);
        let mut file = tempfile::Builder::new().prefix(".part").tempfile_in(&self.folder)?;
        io::Write::write_all(&mut file, bytes)?;
        file.persist(&path).map_err(|error| error.error)?;
        self.known().insert(hash);
        let put = bytes.len() as u64;
        // To look through thousands of files for each one would cost more than a few bytes too many.
        if self.unlooked.fetch_add(put, Ordering::Relaxed).saturating_add(put) >= self.most / 16 {
            self.unlooked.store(0, Ordering::Relaxed);
            self.make_room(&path);
        }
        Ok(path)
    }

    /// Removes files used longest ago until the rest fits; never `keep`. One that another worker removed first is gone.
    fn make_room(&self, keep: &Path) {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
            .filter_map(|entry| {
                let facts = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
                Some((facts.modified().ok()?, facts.len(), entry.path()))
            })
            .collect();
        let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        files.sort();
        for (_, bytes, path) in files {
            if total <= self.most {
                return;
            }
            let hash = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
            if let Some(hash) = hash.filter(|_| path != keep) {
                self.known().remove(&hash);
                let _ = std::fs::remove_file(&path);
                total -= bytes;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_makes_room_and_what_was_damaged_is_fetched_again() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().to_owned(), 250).unwrap();
        let files: Vec<Vec<u8>> = (0..3).map(|byte| vec![byte; 100]).collect();
        let hashes: Vec<AssetHash> = files.iter().map(|bytes| AssetHash::of(bytes)).collect();
        let path = cache.put(hashes[0], &files[0]).unwrap();
        let long_ago = SystemTime::UNIX_EPOCH;
        std::fs::File::options().append(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        cache.put(hashes[1], &files[1]).unwrap();
        cache.put(hashes[2], &files[2]).unwrap();
        assert_eq!((cache.get(hashes[0]), cache.get(hashes[1]).is_some()), (None, true));

        std::fs::write(cache.path(hashes[2]), b"bent").unwrap();
        let next = Cache::open(folder.path().to_owned(), 250).unwrap();
        assert_eq!(next.get(hashes[2]), None);
        assert!(next.get(hashes[1]).is_some());
    }
}
