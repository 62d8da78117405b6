//! Immutable files named by the SHA-256 of their bytes. An asset is whole or absent; nothing here knows jobs.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::plan::AssetHash;
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;
use crate::store::ground::files::{Access, Existing};
use crate::store::home::layout::Home;

/// The assets of a home. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Assets {
    home: Home,
}

/// What a look at the bytes of an asset found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    Intact,
    Missing,
    /// Its bytes had another hash; it lies here now, out of use.
    Damaged {
        quarantined: PathBuf,
    },
}

impl Assets {
    /// No asset is larger; a file that is was not made here.
    pub const LARGEST: u64 = 4 * 1024 * 1024 * 1024;

    pub fn new(home: Home) -> Self {
        Self { home }
    }

    pub fn path(&self, hash: AssetHash) -> PathBuf {
        self.home.asset(hash)
    }

    /// Stores bytes durably and returns their name.
    #[cfg(test)]
    pub(crate) fn put(&self, bytes: &[u8]) -> Result<AssetHash> {
        let hash = AssetHash::of(bytes);
        self.put_as(hash, bytes)?;
        Ok(hash)
    }

    /// Stores bytes of a known hash. Storing the same bytes again costs a look at the file's length; a file of a wrong
    /// length is put into quarantine and written again.
    pub(in crate::store) fn put_as(&self, hash: AssetHash, bytes: &[u8]) -> Result<()> {
        let path = self.path(hash);
        match path.symlink_metadata() {
            Ok(facts) if facts.is_file() && facts.len() == bytes.len() as u64 => {
                // Young again, so that a prune does not take it for a forgotten one.
                Self::touch(&path);
                return Ok(());
            }
            Ok(_) | Err(_) => self.make_room_for(hash)?,
        }
        match files::write_bytes(&path, Access::ReadOnly, Existing::Keep, bytes) {
            // Another process stored the same bytes in between.
            Err(StoreError::Exists { .. }) => Ok(()),
            written => written,
        }
    }

    /// The same for a file of this home, which is moved.
    pub(in crate::store) fn put_file_as(&self, hash: AssetHash, bytes: u64, file: &Path) -> Result<()> {
        if !self.has(hash, bytes) {
            self.make_room_for(hash)?;
        }
        files::move_into_place(file, &self.path(hash))
    }

    /// Notes that an asset was used just now: what was used last is pruned last.
    pub(crate) fn touch(path: &Path) {
        // Where the file system does not keep times, only the order of pruning is worse.
        let _ = File::open(path).and_then(|file| file.set_modified(SystemTime::now()));
    }

    /// The bytes, at most `limit` of them, as they are on disk: see [`Assets::verify`] for whether they are right.
    #[cfg(test)]
    pub(crate) fn read(&self, hash: AssetHash, limit: u64) -> Result<Vec<u8>> {
        files::read_plain(&self.path(hash), limit)
    }

    /// Whether a file of this name and length is there: cheap, and right unless the disk has decayed.
    pub fn has(&self, hash: AssetHash, bytes: u64) -> bool {
        self.path(hash).symlink_metadata().is_ok_and(|facts| facts.is_file() && facts.len() == bytes)
    }

    /// Reads the whole file and compares its hash. A damaged one is moved to quarantine, so that it never counts as
    /// made again.
    pub(crate) fn verify(&self, hash: AssetHash) -> Result<Condition> {
        let path = self.path(hash);
        match hash_file(&path, Self::LARGEST) {
            Ok((found, _)) if found == hash => Ok(Condition::Intact),
            Err(StoreError::Missing { .. }) => Ok(Condition::Missing),
            Ok(_) | Err(StoreError::NotAFile { .. } | StoreError::TooLarge { .. }) => {
                Ok(Condition::Damaged { quarantined: self.home.put_into_quarantine(&path)? })
            }
            Err(error) => Err(error),
        }
    }

    /// Makes the folder for an asset and puts whatever stands in its place, which is not it, into quarantine.
    pub(in crate::store) fn make_room_for(&self, hash: AssetHash) -> Result<()> {
        let path = self.path(hash);
        if path.symlink_metadata().is_ok() {
            self.home.put_into_quarantine(&path)?;
        }
        let folder = path.parent().unwrap_or(&path);
        if folder.is_dir() {
            return Ok(());
        }
        std::fs::create_dir_all(folder).map_err(|source| StoreError::file("made", folder, source))?;
        files::sync_folder(&self.home.assets())
    }
}

/// The hash and length of a plain file of at most `limit` bytes, read piece by piece.
pub(in crate::store) fn hash_file(path: &Path, limit: u64) -> Result<(AssetHash, u64)> {
    let (file, _) = files::open_plain(path, limit)?;
    let mut hasher = HashingWriter::default();
    let bytes = io::copy(&mut io::Read::take(file, limit + 1), &mut hasher)
        .map_err(|source| StoreError::file("read", path, source))?;
    if bytes > limit {
        return Err(StoreError::TooLarge { path: path.to_owned(), bytes, limit });
    }
    Ok((hasher.hash(), bytes))
}

/// Hashes everything written to it.
#[derive(Default)]
pub(in crate::store) struct HashingWriter(Sha256);

impl HashingWriter {
    pub(in crate::store) fn hash(self) -> AssetHash {
        AssetHash::from_digest(self.0.finalize().into())
    }
}

impl Write for HashingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> (tempfile::TempDir, Assets) {
        let folder = tempfile::tempdir().unwrap();
        let assets = Assets::new(Home::open(folder.path()).unwrap());
        (folder, assets)
    }

    /// Replaces the bytes behind an asset's name, as a decayed disk would.
    fn spoil(assets: &Assets, hash: AssetHash, bytes: &[u8]) {
        std::fs::remove_file(assets.path(hash)).unwrap();
        std::fs::write(assets.path(hash), bytes).unwrap();
    }

    #[test]
    fn what_is_stored_reads_back_under_its_hash() {
        let (_folder, assets) = assets();
        let hash = assets.put(b"picture").unwrap();
        assert_eq!(hash, AssetHash::of(b"picture"));
        assert_eq!(assets.put(b"picture").unwrap(), hash);
        assert_eq!(assets.read(hash, 100).unwrap(), b"picture");
        assert!(matches!(assets.read(hash, 3), Err(StoreError::TooLarge { .. })));
        assert_eq!(assets.verify(hash).unwrap(), Condition::Intact);
        assert!(assets.has(hash, 7) && !assets.has(hash, 8));
    }

    #[cfg(unix)]
    #[test]
    fn a_stored_file_cannot_be_written_by_anybody() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, assets) = assets();
        let hash = assets.put(b"picture").unwrap();
        assert_eq!(std::fs::metadata(assets.path(hash)).unwrap().permissions().mode() & 0o222, 0);
    }

    #[test]
    fn a_damaged_asset_goes_to_quarantine_and_can_be_stored_again() {
        let (_folder, assets) = assets();
        let hash = assets.put(b"picture").unwrap();
        spoil(&assets, hash, b"pictura");
        let Condition::Damaged { quarantined } = assets.verify(hash).unwrap() else { panic!("damage was not seen") };
        assert_eq!(std::fs::read(quarantined).unwrap(), b"pictura");
        assert_eq!(assets.verify(hash).unwrap(), Condition::Missing);
        assets.put(b"picture").unwrap();
        assert_eq!(assets.verify(hash).unwrap(), Condition::Intact);
    }

    #[test]
    fn a_cut_off_asset_is_replaced_when_it_is_stored_again() {
        let (_folder, assets) = assets();
        let hash = assets.put(b"picture").unwrap();
        spoil(&assets, hash, b"pic");
        assets.put(b"picture").unwrap();
        assert_eq!(assets.read(hash, 100).unwrap(), b"picture");
    }
}
