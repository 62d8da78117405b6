//! What was uploaded and with which account: a file for each account and each upload, of the owner of the home alone. The
//! refresh token of an account is the only secret that a home holds: without it a person would sign in for every video.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::plan::AssetHash;
use crate::store::content::assets::{Assets, hash_file};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files::{self, Access, Existing};
use crate::store::home::layout::Home;

const LARGEST: u64 = 1 << 20;

/// The files of one service.
#[derive(Debug, Clone)]
pub struct UploadFiles {
    home: Home,
    service: &'static str,
}

impl UploadFiles {
    pub fn new(home: Home, service: &'static str) -> Self {
        Self { home, service }
    }

    fn account_file(&self) -> PathBuf {
        self.home.uploads().join(format!("{}.json", self.service))
    }

    fn upload_file(&self, video: AssetHash) -> PathBuf {
        self.home.uploads().join(format!("{}-{video}.json", self.service))
    }

    /// The account, where there is one; a file that cannot be read as one counts as none.
    pub fn account<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        read(&self.account_file())
    }

    pub fn keep_account(&self, account: &impl Serialize) -> Result<()> {
        write(&self.account_file(), account)
    }

    /// Whether there was one.
    pub fn forget_account(&self) -> Result<bool> {
        let path = self.account_file();
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(StoreError::file("removed", &path, source)),
        }
    }

    /// What became of the upload of a video.
    pub fn upload<T: DeserializeOwned>(&self, video: AssetHash) -> Result<Option<T>> {
        read(&self.upload_file(video))
    }

    /// Durable when it returns.
    pub fn keep_upload(&self, video: AssetHash, upload: &impl Serialize) -> Result<()> {
        write(&self.upload_file(video), upload)
    }

    /// What a video is known by, and its bytes.
    pub fn known_by(video: &Path) -> Result<(AssetHash, u64)> {
        hash_file(video, Assets::LARGEST)
    }

    /// Held while a video is uploaded; `None` where another program uploads it.
    pub fn lock(&self, video: AssetHash) -> Result<Option<File>> {
        let path = self.home.uploads().join(format!("{}-{video}.lock", self.service));
        let failed = |source| StoreError::file("locked", &path, source);
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    match files::read_plain(path, LARGEST) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(StoreError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, content: &impl Serialize) -> Result<()> {
    let bytes = serde_json::to_vec_pretty(content).map_err(|error| StoreError::file("written", path, error.into()))?;
    files::write_bytes(path, Access::Private, Existing::Replace, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_and_an_upload_are_their_owners_alone_and_one_program_uploads_a_video() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        let (files, video) = (UploadFiles::new(home.clone(), "tube"), AssetHash::of(b"video"));
        assert_eq!(files.account::<String>().unwrap(), None);
        files.keep_account(&"secret").unwrap();
        files.keep_upload(video, &7).unwrap();
        assert_eq!(files.account::<String>().unwrap().as_deref(), Some("secret"));
        assert_eq!(files.upload::<u32>(video).unwrap(), Some(7));
        #[cfg(unix)]
        for entry in std::fs::read_dir(home.uploads()).unwrap() {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o077, 0);
        }
        let held = files.lock(video).unwrap();
        assert!(held.is_some() && files.lock(video).unwrap().is_none());
        drop(held);
        assert!(files.lock(video).unwrap().is_some());
        assert!(files.forget_account().unwrap() && !files.forget_account().unwrap());
        std::fs::write(files.account_file(), "{").unwrap();
        assert_eq!(files.account::<String>().unwrap(), None, "a damaged file is no account");
    }
}
