//! Brings the files of a pack: from where they are published, or from files that the user has. A download that was cut
//! goes on where it ended. Nothing gets its name before all of its bytes are there, hashed and on the disk.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::pack::{FileState, Pack, PackFile, damaged, feed, hex, unfinished};
use crate::providers::http::Downloads;

/// The file that a program locks which installs.
pub(super) const LOCK: &str = "installing";

/// Room that is left for everything else.
#[cfg(unix)]
const ROOM_TO_SPARE: u64 = 64 << 20;

/// Where the files come from.
pub enum Supply<'a> {
    /// Each file from the addresses where it is published, one after the other until one has it.
    Network(&'a Downloads),
    /// Files, and folders that hold them under their names.
    Files(&'a [PathBuf]),
}

/// What has come so far of the file in hand and of all that is missing, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// The name of the file in hand.
    pub file: &'a str,
    /// Of all missing files together, those that are done included.
    pub bytes: u64,
    /// The length of all missing files together.
    pub of: u64,
}

/// Why a pack is not installed.
#[derive(Debug, thiserror::Error)]
pub enum NotInstalled {
    /// `on_step` said so.
    #[error("It was stopped. What has come is kept: the same command goes on from there")]
    Stopped,
    /// The folder is locked by a program that installs.
    #[error("Another program installs it just now")]
    InHand,
    /// The disk has less room than what is missing, and 64 MiB to spare.
    #[error("There is room for {} MB and {} MB are needed. Free some space, or choose another --home", .free >> 20, .needed >> 20)]
    NoRoom {
        /// Bytes.
        free: u64,
        /// Bytes, those to spare included.
        needed: u64,
    },
    /// The system refused to write or read a file.
    #[error("{} cannot be written: {source}", .path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Each address with the reason.
    #[error("{file} could not be fetched: {}. The same command goes on from where it ended; a machine without network takes the files with --from", .reasons.join("; "))]
    Network {
        /// The name of the file.
        file: String,
        /// One for each address, as a clause with the address.
        reasons: Vec<String>,
    },
    /// What came, or what the user has, does not have the hash of the file.
    #[error("{} is not {file} as it is published: other bytes. It was not used", .path.display())]
    Other {
        /// The name that the file has in the pack.
        file: String,
        /// What was looked at.
        path: PathBuf,
    },
    /// Some files are not among those that the user has. Those that are have been installed.
    #[error("{} is missing in what --from names", .files.join(", "))]
    NotThere {
        /// The names of what is missing.
        files: Vec<String>,
    },
}

/// Installs what is not there yet. What is there is looked at in full first; what is damaged is fetched again. `on_step`
/// hears of the bytes and says whether to go on.
pub async fn install(
    pack: &Pack,
    voices: &Path,
    from: Supply<'_>,
    on_step: &mut dyn FnMut(Step<'_>) -> bool,
) -> Result<(), NotInstalled> {
    let folder = pack.folder(voices);
    fs::create_dir_all(&folder).map_err(|source| disk(&folder, source))?;
    let _lock = lock(&folder)?;
    let missing: Vec<&PackFile> =
        pack.files.iter().filter(|file| file.looked_at(&folder) != FileState::Whole).collect();
    let of: u64 = missing.iter().map(|file| file.bytes).sum();
    let begun = |file: &&PackFile| fs::metadata(folder.join(unfinished(&file.name))).map_or(0, |file| file.len());
    check_room(&folder, of.saturating_sub(missing.iter().map(begun).sum()))?;
    let mut done = 0;
    let mut absent = Vec::new();
    for file in missing {
        let mut on_bytes = |bytes: u64| on_step(Step { file: &file.name, bytes: done + bytes, of });
        match from {
            Supply::Network(downloads) => fetch(file, &folder, downloads, &mut on_bytes).await?,
            Supply::Files(paths) => match find(file, paths) {
                None => absent.push(file.name.clone()),
                Some(path) => copy(file, &path, &folder, &mut on_bytes)?,
            },
        }
        done += file.bytes;
    }
    if absent.is_empty() { Ok(()) } else { Err(NotInstalled::NotThere { files: absent }) }
}

fn disk(path: &Path, source: io::Error) -> NotInstalled {
    NotInstalled::Disk { path: path.to_owned(), source }
}

/// Two programs do not write into one file.
fn lock(folder: &Path) -> Result<File, NotInstalled> {
    let path = folder.join(LOCK);
    let file = File::create(&path).map_err(|source| disk(&path, source))?;
    match file.try_lock() {
        // A disk that knows no locks is used without.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(NotInstalled::InHand),
    }
}

#[cfg(unix)]
fn check_room(folder: &Path, needed: u64) -> Result<(), NotInstalled> {
    let Ok(disk) = rustix::fs::statvfs(folder) else { return Ok(()) };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let needed = needed + ROOM_TO_SPARE;
    if free < needed { Err(NotInstalled::NoRoom { free, needed }) } else { Ok(()) }
}

#[cfg(not(unix))]
fn check_room(_: &Path, _: u64) -> Result<(), NotInstalled> {
    Ok(())
}

/// The first of the paths that is the file, or holds it.
fn find(file: &PackFile, paths: &[PathBuf]) -> Option<PathBuf> {
    let candidates = paths.iter().map(|path| if path.is_dir() { path.join(&file.name) } else { path.clone() });
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name == file.name.as_str()) && path.is_file();
    candidates.clone().find(named).or_else(|| {
        // A file of another name may still be it.
        candidates.filter(|path| path.is_file()).find(|path| file.is_it(path))
    })
}

/// A file on its way, with the hash of what is there of it.
struct Unfinished {
    path: PathBuf,
    file: File,
    hasher: Sha256,
    bytes: u64,
}

impl Unfinished {
    /// Goes on with what is there.
    fn open(file: &PackFile, folder: &Path) -> Result<Self, NotInstalled> {
        let path = folder.join(unfinished(&file.name));
        let mut hasher = Sha256::new();
        let mut open = || {
            let bytes = match File::open(&path) {
                Ok(begun) => feed(begun, &mut hasher)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
                Err(error) => return Err(error),
            };
            Ok((OpenOptions::new().create(true).append(true).open(&path)?, bytes))
        };
        let (opened, bytes) = open().map_err(|source| disk(&path, source))?;
        let mut begun = Self { path, file: opened, hasher, bytes };
        if begun.bytes > file.bytes {
            begun.start_over()?;
        }
        Ok(begun)
    }

    fn start_over(&mut self) -> Result<(), NotInstalled> {
        self.file.set_len(0).map_err(|source| disk(&self.path, source))?;
        (self.hasher, self.bytes) = (Sha256::new(), 0);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), NotInstalled> {
        self.file.write_all(bytes).map_err(|source| disk(&self.path, source))?;
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Gives the file its name, where its bytes are what they should be; else it is set aside.
    fn finish(self, file: &PackFile, folder: &Path) -> Result<bool, NotInstalled> {
        let is_it = self.bytes == file.bytes && hex(self.hasher) == file.sha256;
        let to = folder.join(if is_it { file.name.clone() } else { damaged(&file.name) });
        let finish = || {
            self.file.sync_all()?;
            drop(self.file);
            fs::rename(&self.path, &to)?;
            // On other systems a folder cannot be opened; they sync it with the file.
            if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
        };
        finish().map_err(|source| disk(&to, source))?;
        if is_it {
            let _ = fs::remove_file(folder.join(damaged(&file.name)));
        }
        Ok(is_it)
    }
}

/// Fetches a file from the first of its addresses that has it. The reasons of all are told where none has.
async fn fetch(
    file: &PackFile,
    folder: &Path,
    downloads: &Downloads,
    on_bytes: &mut dyn FnMut(u64) -> bool,
) -> Result<(), NotInstalled> {
    let mut reasons = Vec::new();
    for address in &file.addresses {
        // What was begun may be of another file that was there before: then the whole is fetched once more.
        for _ in 0..2 {
            let resumes = match fetch_from(address, file, folder, downloads, on_bytes).await? {
                Came::Whole => return Ok(()),
                Came::Other { resumed } => {
                    if !resumed {
                        reasons.push(format!("{address}: other bytes than those that are published"));
                    }
                    resumed
                }
                Came::Broken(reason) => {
                    reasons.push(format!("{address}: {reason}"));
                    false
                }
            };
            if !resumes {
                break;
            }
        }
    }
    Err(NotInstalled::Network { file: file.name.clone(), reasons })
}

/// How one try at one address ended.
enum Came {
    Whole,
    Other { resumed: bool },
    Broken(String),
}

async fn fetch_from(
    address: &str,
    file: &PackFile,
    folder: &Path,
    downloads: &Downloads,
    on_bytes: &mut dyn FnMut(u64) -> bool,
) -> Result<Came, NotInstalled> {
    let mut begun = Unfinished::open(file, folder)?;
    let mut resumed = begun.bytes > 0;
    if begun.bytes < file.bytes {
        let mut download = match downloads.begin(address, begun.bytes).await {
            Ok(download) => download,
            Err(reason) => return Ok(Came::Broken(reason)),
        };
        if download.begins_at == 0 && resumed {
            begun.start_over()?;
            resumed = false;
        }
        if download.bytes.is_some_and(|bytes| begun.bytes + bytes != file.bytes) {
            return Ok(Came::Broken("it is of another length".to_owned()));
        }
        loop {
            match download.next().await {
                Ok(None) => break,
                Ok(Some(chunk)) => {
                    begun.write(chunk.as_ref())?;
                    if begun.bytes > file.bytes {
                        break;
                    }
                }
                Err(reason) => return Ok(Came::Broken(reason)),
            }
            if !on_bytes(begun.bytes) {
                return Err(NotInstalled::Stopped);
            }
        }
        if begun.bytes < file.bytes {
            return Ok(Came::Broken("it ended early".to_owned()));
        }
    }
    Ok(if begun.finish(file, folder)? { Came::Whole } else { Came::Other { resumed } })
}

/// Takes a file of the user's.
fn copy(
    file: &PackFile,
    from: &Path,
    folder: &Path,
    on_bytes: &mut dyn FnMut(u64) -> bool,
) -> Result<(), NotInstalled> {
    if !file.is_it(from) {
        return Err(NotInstalled::Other { file: file.name.clone(), path: from.to_owned() });
    }
    let mut begun = Unfinished::open(file, folder)?;
    begun.start_over()?;
    let bytes = fs::read(from).map_err(|source| disk(from, source))?;
    for chunk in bytes.chunks(1 << 20) {
        begun.write(chunk)?;
        if !on_bytes(begun.bytes) {
            return Err(NotInstalled::Stopped);
        }
    }
    let is_it = begun.finish(file, folder)?;
    if is_it { Ok(()) } else { Err(NotInstalled::Other { file: file.name.clone(), path: from.to_owned() }) }
}
