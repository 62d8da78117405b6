//! A pack: a named set of files, each with its length, its hash and where it is published.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// A voice that can be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// As the user names it.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    /// The licence, and whose work it is.
    pub licence: &'static str,
    /// All of them are needed.
    pub files: Vec<PackFile>,
}

/// One file of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// In its folder, and as it is published.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
    /// Where it is published, tried in this order.
    pub addresses: Vec<String>,
}

/// How a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// All bytes are there, as far as was looked.
    Whole,
    /// No file of its name is there; one that is still coming has another name.
    Missing,
    /// Of another length, or of other bytes where they were looked at.
    Damaged,
}

impl Pack {
    /// Where its files lie below the folder of all voices.
    pub fn folder(&self, voices: &Path) -> PathBuf {
        voices.join(self.name)
    }

    /// The length of all files together.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Whether all of its files are there, as far as their lengths tell: quick enough to be asked at every start.
    pub fn is_there(&self, voices: &Path) -> bool {
        let folder = self.folder(voices);
        self.files.iter().all(|file| file.at_a_glance(&folder) == FileState::Whole)
    }

    /// Removes what is there of it. Returns the bytes that are free again.
    pub fn remove(&self, voices: &Path) -> io::Result<u64> {
        let folder = self.folder(voices);
        let mut freed = 0;
        // Only what is named here, and what became of it on the way: a person may keep other things there.
        for file in &self.files {
            for name in [file.name.clone(), unfinished(&file.name), damaged(&file.name)] {
                let path = folder.join(name);
                let bytes = fs::metadata(&path).map_or(0, |file| file.len());
                match fs::remove_file(&path) {
                    Ok(()) => freed += bytes,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let _ = fs::remove_file(folder.join(super::install::LOCK));
        let _ = fs::remove_dir(&folder);
        Ok(freed)
    }
}

impl PackFile {
    /// By its length alone.
    pub fn at_a_glance(&self, folder: &Path) -> FileState {
        match fs::metadata(folder.join(&self.name)) {
            Ok(file) if file.is_file() && file.len() == self.bytes => FileState::Whole,
            Ok(_) => FileState::Damaged,
            Err(_) => FileState::Missing,
        }
    }

    /// By all of its bytes.
    pub fn looked_at(&self, folder: &Path) -> FileState {
        match self.at_a_glance(folder) {
            FileState::Whole if self.is_it(&folder.join(&self.name)) => FileState::Whole,
            FileState::Missing => FileState::Missing,
            _ => FileState::Damaged,
        }
    }

    /// Whether the file at a path has the bytes that it should have.
    pub fn is_it(&self, path: &Path) -> bool {
        let mut hasher = Sha256::new();
        let read = File::open(path).and_then(|file| feed(file, &mut hasher));
        read.is_ok() && hex(hasher) == self.sha256
    }

    /// Its bytes, where they are what they should be.
    pub fn read(&self, folder: &Path) -> Result<Vec<u8>, String> {
        let path = folder.join(&self.name);
        let shown = path.display();
        let bytes = fs::read(&path).map_err(|error| format!("{shown} cannot be read: {error}"))?;
        let mut hasher = Sha256::new();
        hasher.update(&bytes);
        if hex(hasher) == self.sha256 { Ok(bytes) } else { Err(format!("{shown} is damaged")) }
    }
}

/// What a file is called until all of it is there.
pub(super) fn unfinished(name: &str) -> String {
    format!("{name}.part")
}

/// What a file is called whose bytes are not what they should be: nobody reads it.
pub(super) fn damaged(name: &str) -> String {
    format!("{name}.bad")
}

pub(super) fn feed(mut file: File, hasher: &mut Sha256) -> io::Result<u64> {
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(bytes),
            count => {
                hasher.update(&buffer[..count]);
                bytes += count as u64;
            }
        }
    }
}

pub(super) fn hex(hasher: Sha256) -> String {
    use std::fmt::Write as _;
    hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
