//! Reading and writing single files safely: a written file is whole or absent, a read one is a plain file of bounded
//! size. Used by the other files of the store only; knows nothing of what the files mean.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;

use super::error::{Result, StoreError};

/// How names of unfinished files begin; what a killed program leaves behind is found by it.
pub(in crate::store) const UNFINISHED: &str = ".babblecast-unfinished-";

/// Who may do what with a written file later.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Access {
    /// As any file the user makes.
    Usual,
    /// Its owner, who alone may also read it.
    Private,
    /// Nobody: the content is named by its hash.
    ReadOnly,
}

/// What happens to a file that has the name already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Existing {
    Replace,
    Keep,
}

/// Writes a file beside its final name, makes it durable and moves it there. When anything fails, the disk is as before.
pub(in crate::store) fn write_whole(
    path: &Path,
    access: Access,
    existing: Existing,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<()> {
    Prepared::write(path, access, fill)?.put_in_place(existing)
}

/// A file whose content is durable beside its final name; it removes itself unless it is put in its place.
pub(in crate::store) struct Prepared {
    unfinished: NamedTempFile,
    path: PathBuf,
}

impl Prepared {
    pub(in crate::store) fn write(
        path: &Path,
        access: Access,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<Self> {
        let failed = |source| StoreError::file("written", path, source);
        let mut unfinished = new_unfinished(folder_of(path), access).map_err(failed)?;
        fill(unfinished.as_file_mut()).map_err(failed)?;
        unfinished.as_file().sync_all().map_err(failed)?;
        Ok(Self { unfinished, path: path.to_owned() })
    }

    /// Gives it the permissions that the file at its place has.
    pub(in crate::store) fn with_permissions(self, permissions: std::fs::Permissions) -> Result<Self> {
        let failed = |source| StoreError::file("written", &self.path, source);
        self.unfinished.as_file().set_permissions(permissions).map_err(failed)?;
        Ok(self)
    }

    pub(in crate::store) fn put_in_place(self, existing: Existing) -> Result<()> {
        let Self { unfinished, path } = self;
        match existing {
            Existing::Replace => unfinished.persist(&path),
            Existing::Keep => unfinished.persist_noclobber(&path),
        }
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Exists { path: path.clone() },
            _ => StoreError::file("written", &path, error.error),
        })?;
        sync_folder(folder_of(&path))
    }
}

/// The folder that a file lies in; of a bare name, the one that the program was started in.
pub(in crate::store) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

pub(in crate::store) fn write_bytes(path: &Path, access: Access, existing: Existing, bytes: &[u8]) -> Result<()> {
    write_whole(path, access, existing, |file| file.write_all(bytes))
}

/// An empty file in `folder` that removes itself unless it is persisted.
fn new_unfinished(folder: &Path, access: Access) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    let permissions = {
        use std::os::unix::fs::PermissionsExt;
        std::fs::Permissions::from_mode(match access {
            Access::Usual => 0o666,
            Access::Private => 0o600,
            Access::ReadOnly => 0o444,
        })
    };
    #[cfg(unix)]
    builder.permissions(permissions);
    #[cfg(not(unix))]
    let _ = access;
    builder.tempfile_in(folder)
}

/// An empty file that its owner fills by name; it goes away when the path is dropped.
pub(in crate::store) fn unfinished_file(folder: &Path) -> Result<tempfile::TempPath> {
    let made = new_unfinished(folder, Access::Private).map_err(|source| StoreError::file("made", folder, source))?;
    Ok(made.into_temp_path())
}

/// Gives a filled file its final, read-only place, durably. One that stands there already stays.
pub(in crate::store) fn move_into_place(from: &Path, to: &Path) -> Result<()> {
    let failed = |source| StoreError::file("written", to, source);
    let file = File::open(from).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o444)).map_err(failed)?;
    }
    file.sync_all().map_err(failed)?;
    std::fs::rename(from, to).map_err(failed)?;
    sync_folder(folder_of(to))
}

/// Makes a rename in `folder` survive a power cut.
pub(in crate::store) fn sync_folder(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(folder).and_then(|open| open.sync_all()).map_err(|e| StoreError::file("written", folder, e))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Which file stands at a path, whatever became of that path since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct FileIdentity {
    device: u64,
    number: u64,
}

impl FileIdentity {
    /// `None` when there is no file. Where the system does not number files, all are alike.
    pub(in crate::store) fn of(path: &Path) -> Result<Option<Self>> {
        match std::fs::metadata(path) {
            #[cfg(unix)]
            Ok(facts) => {
                use std::os::unix::fs::MetadataExt;
                Ok(Some(Self { device: facts.dev(), number: facts.ino() }))
            }
            #[cfg(not(unix))]
            Ok(_) => Ok(Some(Self { device: 0, number: 0 })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::file("looked at", path, error)),
        }
    }
}

/// Opens a plain file of at most `limit` bytes. Looks before it opens, so that a pipe or a device cannot make it wait,
/// and looks again at what it has opened.
pub(in crate::store) fn open_plain(path: &Path, limit: u64) -> Result<(File, Metadata)> {
    let failed = |source| StoreError::file("read", path, source);
    let check = |facts: &Metadata| {
        if !facts.is_file() {
            return Err(StoreError::NotAFile { path: path.to_owned() });
        }
        if facts.len() > limit {
            return Err(StoreError::TooLarge { path: path.to_owned(), bytes: facts.len(), limit });
        }
        Ok(())
    };
    check(&std::fs::metadata(path).map_err(failed)?)?;
    let file = open_without_waiting(path).map_err(failed)?;
    let facts = file.metadata().map_err(failed)?;
    check(&facts)?;
    Ok((file, facts))
}

/// Opens for reading; a pipe or a device cannot make it wait.
#[cfg(unix)]
pub(in crate::store) fn open_without_waiting(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

#[cfg(not(unix))]
pub(in crate::store) fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The content of a plain file of at most `limit` bytes, even when it grows while it is read.
pub(in crate::store) fn read_plain(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let (file, facts) = open_plain(path, limit)?;
    let mut bytes = Vec::with_capacity(usize::try_from(facts.len()).unwrap_or_default());
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|e| StoreError::file("read", path, e))?;
    if bytes.len() as u64 > limit {
        return Err(StoreError::TooLarge { path: path.to_owned(), bytes: bytes.len() as u64, limit });
    }
    Ok(bytes)
}

/// Adds a line to an append-only log and makes it durable. Begins with a line break, so that a line cut off by a crash
/// spoils no other.
pub(in crate::store) fn append_line(path: &Path, line: &impl Serialize) -> Result<()> {
    let failed = |source| StoreError::file("written", path, source);
    let line = format!("\n{}", serde_json::to_string(line).map_err(|error| failed(error.into()))?);
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut log = options.open(path).map_err(failed)?;
    log.write_all(line.as_bytes()).map_err(failed)?;
    log.sync_all().map_err(failed)
}

/// Every readable line of an append-only log, and how many are not; one that does not exist is empty.
pub(in crate::store) fn read_log<T: DeserializeOwned>(path: &Path, limit: u64) -> Result<(Vec<T>, usize)> {
    let bytes = match read_plain(path, limit) {
        Err(StoreError::Missing { .. }) => return Ok((Vec::new(), 0)),
        bytes => bytes?,
    };
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let (mut read, mut unreadable) = (Vec::new(), 0);
    for line in lines {
        match serde_json::from_slice(line) {
            Ok(line) => read.push(line),
            Err(_) => unreadable += 1,
        }
    }
    Ok((read, unreadable))
}

/// Whether every part of a `/`-separated path is an ordinary, visible name on every system.
pub(in crate::store) fn is_plain_path(path: &str) -> bool {
    !path.contains(['\\', ':'])
        && !path.chars().any(char::is_control)
        && path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}

/// Makes the folder that `path` lies in. Refused, before anything is made, where a link leads out of `folder`.
pub(in crate::store) fn make_parent_inside(folder: &Path, path: &Path) -> Result<()> {
    let parent = path.parent().unwrap_or(folder);
    let existing = parent.ancestors().find(|ancestor| ancestor.symlink_metadata().is_ok()).unwrap_or(folder);
    if !is_inside(folder, existing)? {
        return Err(StoreError::Outside { path: path.to_owned(), folder: folder.to_owned() });
    }
    std::fs::create_dir_all(parent).map_err(|source| StoreError::file("made", parent, source))
}

/// Whether a path, with every link followed, lies in a folder.
pub(in crate::store) fn is_inside(folder: &Path, path: &Path) -> Result<bool> {
    let real = |path: &Path| path.canonicalize().map_err(|source| StoreError::file("read", path, source));
    Ok(real(path)?.starts_with(real(folder)?))
}

/// The plain files of `folder/ab/…`, unfinished ones left out, in order of their names.
pub(in crate::store) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = |folder: &Path| -> Result<Vec<std::fs::DirEntry>> {
        let failed = |source| StoreError::file("listed", folder, source);
        let mut entries =
            std::fs::read_dir(folder).map_err(failed)?.collect::<std::io::Result<Vec<_>>>().map_err(failed)?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        Ok(entries)
    };
    let mut files = Vec::new();
    for shelf in entries(folder)? {
        if !shelf.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        for entry in entries(&shelf.path())? {
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !is_hidden && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}

/// Removes a file, and tells how many bytes that freed.
pub(in crate::store) fn remove_file(path: &Path) -> Result<u64> {
    let bytes = path.symlink_metadata().map_or(0, |facts| facts.len());
    std::fs::remove_file(path).map_err(|source| StoreError::file("removed", path, source))?;
    Ok(bytes)
}

/// Bytes that may still be written to the disk of a folder; `None` where nobody can tell.
#[cfg(unix)]
pub(in crate::store) fn room(folder: &Path) -> Option<u64> {
    let facts = rustix::fs::statvfs(folder).ok()?;
    Some(facts.f_bavail.saturating_mul(facts.f_frsize))
}

#[cfg(not(unix))]
pub(in crate::store) fn room(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_write_that_fails_midway_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "old").unwrap();
        let full = write_whole(&path, Access::Usual, Existing::Replace, |file| {
            file.write_all(b"half of the new")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(matches!(full, Err(StoreError::DiskFull { .. })), "{full:?}");
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn an_existing_file_is_kept_where_that_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "old").unwrap();
        let kept = write_bytes(&path, Access::Usual, Existing::Keep, b"new");
        assert!(matches!(kept, Err(StoreError::Exists { .. })), "{kept:?}");
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn a_read_never_takes_more_than_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "1234").unwrap();
        assert_eq!(read_plain(&path, 4).unwrap(), b"1234");
        assert!(matches!(read_plain(&path, 3), Err(StoreError::TooLarge { bytes: 4, limit: 3, .. })));
        assert!(matches!(read_plain(folder.path(), 3), Err(StoreError::NotAFile { .. })));
        assert!(matches!(read_plain(&folder.path().join("none"), 3), Err(StoreError::Missing { .. })));
    }
}
