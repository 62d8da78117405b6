//! The studio's home: the folder that holds everything made, shared by all campaigns of a person. Knows where things
//! lie, not what they are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::privacy;
use crate::plan::{AssetHash, JobKey};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;

/// An existing, writable home. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Home {
    root: Arc<Path>,
}

impl Home {
    /// Makes what is missing of the folders below `root` and checks that files can be written there.
    pub fn open(root: &Path) -> Result<Self> {
        let home = Self { root: root.into() };
        for folder in home.folders() {
            privacy::make_folder(&folder).map_err(|source| StoreError::file("made", &folder, source))?;
        }
        tempfile::Builder::new()
            .prefix(files::UNFINISHED)
            .tempfile_in(root)
            .map_err(|source| StoreError::file("written to", root, source))?;
        Ok(home)
    }

    /// The platform's place for a person's data: `~/.local/share/babblecast` on Linux. Where the environment names no
    /// home folder (`HOME` empty or unset), the one of the system's user table is used; an error when there is none
    /// either.
    pub(crate) fn default_root() -> Result<PathBuf> {
        directories::ProjectDirs::from("", "", "babblecast")
            .map(|places| places.data_dir().to_owned())
            .filter(|root| root.is_absolute())
            .ok_or(StoreError::NoHome)
    }

    /// All folders that are made in it.
    pub(super) fn folders(&self) -> [PathBuf; 10] {
        [
            self.assets(),
            self.sidecars(),
            self.spool(),
            self.quarantine(),
            self.logs(),
            self.instances(),
            self.voices(),
            self.campaigns(),
            self.thumbnails(),
            self.uploads(),
        ]
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("studio.db")
    }

    /// Touched after every commit that wrote events; other processes watch it.
    pub(crate) fn bump(&self) -> PathBuf {
        self.root.join("bump")
    }

    /// Every take number ever given, one JSON line each; the database's takes are rebuilt from it.
    pub(crate) fn take_log(&self) -> PathBuf {
        self.root.join("takes.log")
    }

    /// Every decision on a call that may have been billed, one JSON line each; never shortened.
    pub(crate) fn resolution_log(&self) -> PathBuf {
        self.root.join("resolutions.log")
    }

    /// Held while the database is opened, migrated or rebuilt.
    pub(in crate::store) fn opening_lock(&self) -> PathBuf {
        self.root.join("opening.lock")
    }

    pub(crate) fn assets(&self) -> PathBuf {
        self.root.join("assets")
    }

    pub(crate) fn asset(&self, hash: AssetHash) -> PathBuf {
        below(&self.assets(), &hash.to_string())
    }

    pub(crate) fn sidecars(&self) -> PathBuf {
        self.root.join("sidecars")
    }

    pub(crate) fn sidecar(&self, key: JobKey) -> PathBuf {
        below(&self.sidecars(), &format!("{key}.json"))
    }

    /// One file for each paid call that is not settled: what was asked, then the raw reply as it comes.
    pub(crate) fn spool(&self) -> PathBuf {
        self.root.join("spool")
    }

    /// Damaged or unusable files, kept for a person to look at.
    pub(crate) fn quarantine(&self) -> PathBuf {
        self.root.join("quarantine")
    }

    pub(crate) fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    pub(crate) fn instances(&self) -> PathBuf {
        self.root.join("instances")
    }

    pub(crate) fn voices(&self) -> PathBuf {
        self.root.join("voices")
    }

    /// Previews of voices that were listened to; they can go at any time.
    pub(crate) fn previews(&self) -> PathBuf {
        self.root.join("previews")
    }

    /// Small copies of pictures that were looked at; they can go at any time.
    pub(crate) fn thumbnails(&self) -> PathBuf {
        thumbnails_folder(&self.root)
    }

    /// The campaigns that were posted over the network, a file each. Read like any campaigns folder.
    pub fn campaigns(&self) -> PathBuf {
        posted_folder(&self.root)
    }

    /// Accounts that videos are posted with, and uploads that were begun.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.root.join("uploads")
    }

    /// Bytes that are free on its disk, where the system says so.
    pub(crate) fn room(&self) -> Option<u64> {
        files::room(&self.root)
    }

    /// Moves a file to the quarantine under a name that is free there.
    pub(in crate::store) fn put_into_quarantine(&self, path: &Path) -> Result<PathBuf> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let place = free_name(&self.quarantine().join(name));
        std::fs::rename(path, &place).map_err(|source| StoreError::file("moved to quarantine", path, source))?;
        Ok(place)
    }
}

/// Where the home below `root` keeps the campaigns that were posted.
pub fn posted_folder(root: &Path) -> PathBuf {
    root.join("campaigns")
}

/// Where the home below `root` keeps small copies of pictures.
pub fn thumbnails_folder(root: &Path) -> PathBuf {
    root.join("thumbnails")
}

/// `folder/ab/abcdef…`: no folder grows to hundreds of thousands of entries.
fn below(folder: &Path, name: &str) -> PathBuf {
    folder.join(&name[..2]).join(name)
}

/// `path`, or `path-2`, `path-3` … when that exists.
pub(in crate::store) fn free_name(path: &Path) -> PathBuf {
    let mut free = path.to_owned();
    let mut number = 1;
    while free.symlink_metadata().is_ok() {
        number += 1;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!("-{number}"));
        free.set_file_name(name);
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_made_with_all_its_folders_and_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("new/home");
        for _ in 0..2 {
            let home = Home::open(&root).unwrap();
            assert!(home.assets().is_dir() && home.instances().is_dir() && home.voices().is_dir());
        }
        let left: Vec<_> = std::fs::read_dir(&root).unwrap().filter(|e| e.as_ref().unwrap().path().is_file()).collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn the_default_home_never_depends_on_the_working_directory() {
        match Home::default_root() {
            Ok(root) => assert!(root.is_absolute() && root.ends_with("babblecast"), "{}", root.display()),
            Err(error) => assert!(matches!(error, StoreError::NoHome)),
        }
    }

    #[test]
    fn a_home_that_cannot_be_written_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let refused = Home::open(&file).unwrap_err().to_string();
        assert!(refused.contains("file/assets could not be made"), "{refused}");
    }

    #[test]
    fn quarantine_never_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        let bad = folder.path().join("bad");
        for content in ["one", "two"] {
            std::fs::write(&bad, content).unwrap();
            home.put_into_quarantine(&bad).unwrap();
        }
        assert_eq!(std::fs::read(home.quarantine().join("bad")).unwrap(), b"one");
        assert_eq!(std::fs::read(home.quarantine().join("bad-2")).unwrap(), b"two");
    }
}
