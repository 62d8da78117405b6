//! What can go wrong with files and the database, as sentences for the user: what failed, which path, why, what next.

use std::io;
use std::path::{Path, PathBuf};

use crate::plan::{Failure, JobKey};

/// Every failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the disk is full: {} could not be written. Free some room and try again; what was made before is safe", path.display())]
    DiskFull { path: PathBuf },
    #[error("{} could not be {action}: {source}. {next_step}", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error, next_step: &'static str },
    #[error("{} is missing. Put it there, or correct what refers to it", path.display())]
    Missing { path: PathBuf },
    #[error("{} is no regular file. Only plain files can be used", path.display())]
    NotAFile { path: PathBuf },
    #[error("{} has {bytes} bytes; at most {limit} are allowed. Make it smaller", path.display())]
    TooLarge { path: PathBuf, bytes: u64, limit: u64 },
    #[error("{} is not UTF-8 text: line {line} holds a byte that is no text. Save it as UTF-8", path.display())]
    NotText { path: PathBuf, line: usize },
    #[error("{} leads out of the folder {}. Copy the file into that folder", path.display(), folder.display())]
    Outside { path: PathBuf, folder: PathBuf },
    #[error("{} exists already and was left alone. Choose another name, or remove it first", path.display())]
    Exists { path: PathBuf },
    #[error("{} cannot be understood: {why}. {next_step}", path.display())]
    Broken { path: PathBuf, why: String, next_step: &'static str },
    #[error("{} is damaged: its content is not what was stored. Run `babblecast verify`", path.display())]
    Damaged { path: PathBuf },
    #[error(
        "no place for the studio's files is known on this machine (no home folder). Set BABBLECAST_HOME or use --home DIR"
    )]
    NoHome,
    #[error(
        "{} was made by a newer babblecast (format {found}; this one knows {known}). Update babblecast, or use another --home",
        path.display()
    )]
    NewerVersion { path: PathBuf, found: i64, known: i64 },
    #[error(
        "another babblecast has kept the studio's database busy for more than 10 seconds. Try again when it is done"
    )]
    Busy,
    #[error(
        "the studio's database could not be used: {why}. Check the disk and try again; what was made before is safe"
    )]
    Database { why: String },
    #[error(
        "the studio's database cannot be opened or written: {why}. Check the permissions of studio.db and of its folder, and how many files may be open (`ulimit -n`)"
    )]
    NoAccess { why: String, code: i32 },
    #[error(
        "the studio's database is damaged: {why}. End every other babblecast and run `babblecast verify`: it is put aside and rebuilt from the stored files"
    )]
    NotADatabase { why: String },
    #[error(
        "{} is not the database any more that this babblecast has open: it was deleted, moved or replaced. Nothing more is begun. End every babblecast of this studio, then start again: what was made and paid is in the stored files",
        path.display()
    )]
    Replaced { path: PathBuf },
    #[error(
        "{} {what}, and another babblecast has this studio open. End that one first, then start again: the database is rebuilt from the stored files",
        path.display()
    )]
    InUse { path: PathBuf, what: String },
    #[error("the studio's database is closed. Start babblecast again")]
    Closed,
    #[error(
        "babblecast made a mistake of its own while it used the studio's files. The log has the details; please report it"
    )]
    Panicked,
    #[error("job {} was never planned. Plan the campaign again", .0.short())]
    UnknownJob(JobKey),
    #[error("job {} is not held by this babblecast any more. Nothing was changed", .0.short())]
    NotHeld(JobKey),
    #[error("{}. {}", .0.reason, .0.next_step)]
    OnHold(Failure),
    #[error("{what} cannot be used: {why}. Nothing was changed")]
    Refused { what: String, why: String },
}

pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// A failed operation on a file; a full disk keeps its own variant.
    pub(in crate::store) fn file(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        let next_step = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => return Self::DiskFull { path },
            io::ErrorKind::NotFound if action == "read" => return Self::Missing { path },
            io::ErrorKind::PermissionDenied => "Change its permissions, or choose another place",
            io::ErrorKind::ReadOnlyFilesystem => "Choose a place that can be written",
            io::ErrorKind::NotFound => "Check that its folder exists",
            _ => "Check the disk and try again",
        };
        Self::File { action, path, source, next_step }
    }

    /// A task that ended without an answer.
    pub(in crate::store) fn ended(ended: &tokio::task::JoinError) -> Self {
        if ended.is_panic() { Self::Panicked } else { Self::Closed }
    }

    /// The same failure for every change of a batch that it ended.
    pub(in crate::store) fn for_all(&self) -> Self {
        match self {
            Self::DiskFull { path } => Self::DiskFull { path: path.clone() },
            Self::Busy => Self::Busy,
            Self::Panicked => Self::Panicked,
            Self::NoAccess { why, code } => Self::NoAccess { why: why.clone(), code: *code },
            Self::NotADatabase { why } => Self::NotADatabase { why: why.clone() },
            Self::Database { why } => Self::Database { why: why.clone() },
            other => Self::Database { why: other.to_string() },
        }
    }

    /// Whether a file was looked at and is not there, or is not what it should be. Any other failure to read one means
    /// that nobody could look, and nothing may be concluded from it.
    pub(in crate::store) fn is_verdict(&self) -> bool {
        matches!(
            self,
            Self::Missing { .. }
                | Self::NotAFile { .. }
                | Self::TooLarge { .. }
                | Self::NotText { .. }
                | Self::Broken { .. }
                | Self::Damaged { .. }
        )
    }

    /// The failure of a program that has as many files open as it may; `None` for any other.
    pub fn for_want_of_files(&self) -> Option<Failure> {
        match self {
            Self::File { source, .. } => Failure::for_want_of_files(source),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let Some(failure) = error.sqlite_error() else {
            // A value that is no id, no state or no number: whatever wrote it, it was not this program.
            return Self::NotADatabase { why: error.to_string() };
        };
        let words = match &error {
            // Without the whole statement behind it.
            rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
            error => error.to_string(),
        };
        let why = format!("{words} (SQLite code {})", failure.extended_code);
        match failure.code {
            ErrorCode::DiskFull => Self::DiskFull { path: "studio.db".into() },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
                Self::NoAccess { why, code: failure.extended_code }
            }
            // A table or a column that is gone, and rows that break the rules of their table, are damage too.
            ErrorCode::NotADatabase
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::ConstraintViolation
            | ErrorCode::SchemaChanged
            | ErrorCode::TypeMismatch
            | ErrorCode::Unknown => Self::NotADatabase { why },
            _ => Self::Database { why },
        }
    }
}
