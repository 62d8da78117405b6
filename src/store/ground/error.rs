//! What can go wrong with files and the database, as sentences for the user: what failed, which path, why, what next.

use std::io;
use std::path::{Path, PathBuf};

use crate::plan::{Failure, JobKey};

/// Every failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no room for a file, or the quota is used up.
    #[error("the disk is full: {} could not be written. Free some room and try again; what was made before is safe", path.display())]
    DiskFull {
        /// What was to be written.
        path: PathBuf,
    },
    /// The system refused to do something with a file.
    #[error("{} could not be {action}: {source}. {next_step}", path.display())]
    File {
        /// A participle for the message: `read`, `written`, `removed`, …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
        /// A sentence without its full stop.
        next_step: &'static str,
    },
    /// A file that something refers to is not there.
    #[error("{} is missing. Put it there, or correct what refers to it", path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A folder, a pipe or a device lies where a file is expected. It is not opened.
    #[error("{} is no regular file. Only plain files can be used", path.display())]
    NotAFile {
        /// What lies there.
        path: PathBuf,
    },
    /// A file has more bytes than are ever read of its kind.
    #[error("{} has {bytes} bytes; at most {limit} are allowed. Make it smaller", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
        /// The largest length that is accepted.
        limit: u64,
    },
    /// A campaign file is not UTF-8.
    #[error("{} is not UTF-8 text: line {line} holds a byte that is no text. Save it as UTF-8", path.display())]
    NotText {
        /// The campaign file.
        path: PathBuf,
        /// From 1: where the first byte stands that is no text.
        line: usize,
    },
    /// A path leaves the folder that it must stay in, perhaps by a link.
    #[error("{} leads out of the folder {}. Copy the file into that folder", path.display(), folder.display())]
    Outside {
        /// The path as it was given.
        path: PathBuf,
        /// The folder that it must stay in.
        folder: PathBuf,
    },
    /// Something stands where a new file is to go. It is never written over.
    #[error("{} exists already and was left alone. Choose another name, or remove it first", path.display())]
    Exists {
        /// What stands there.
        path: PathBuf,
    },
    /// A file of babblecast's own, a sidecar or the choices of a campaign, does not follow its format.
    #[error("{} cannot be understood: {why}. {next_step}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// A clause.
        why: String,
        /// A sentence without its full stop.
        next_step: &'static str,
    },
    /// The bytes of an asset do not have the hash that is its name.
    #[error("{} is damaged: its content is not what was stored. Run `babblecast verify`", path.display())]
    Damaged {
        /// The asset.
        path: PathBuf,
    },
    /// No folder for the home is named, and the system has none for data.
    #[error(
        "no place for the studio's files is known on this machine (no home folder). Set BABBLECAST_HOME or use --home DIR"
    )]
    NoHome,
    /// The database has a format that this version does not know. It is left as it is.
    #[error(
        "{} was made by a newer babblecast (format {found}; this one knows {known}). Update babblecast, or use another --home",
        path.display()
    )]
    NewerVersion {
        /// The database.
        path: PathBuf,
        /// The format of the database.
        found: i64,
        /// The newest format that this version can use.
        known: i64,
    },
    /// The database stayed locked longer than a transaction waits.
    #[error(
        "another babblecast has kept the studio's database busy for more than 10 seconds. Try again when it is done"
    )]
    Busy,
    /// SQLite failed in a way that is neither damage nor a matter of access.
    #[error(
        "the studio's database could not be used: {why}. Check the disk and try again; what was made before is safe"
    )]
    Database {
        /// In SQLite's words, with its code.
        why: String,
    },
    /// The system does not let the database be opened or written.
    #[error(
        "the studio's database cannot be opened or written: {why}. Check the permissions of studio.db and of its folder, and how many files may be open (`ulimit -n`)"
    )]
    NoAccess {
        /// In SQLite's words, with its code.
        why: String,
        /// SQLite's extended result code.
        code: i32,
    },
    /// The database is damaged, or holds what this program never wrote.
    #[error(
        "the studio's database is damaged: {why}. End every other babblecast and run `babblecast verify`: it is put aside and rebuilt from the stored files"
    )]
    NotADatabase {
        /// What is wrong with it, as a clause.
        why: String,
    },
    /// Another file lies at the database's path than the one that is open. Nothing is begun in either.
    #[error(
        "{} is not the database any more that this babblecast has open: it was deleted, moved or replaced. Nothing more is begun. End every babblecast of this studio, then start again: what was made and paid is in the stored files",
        path.display()
    )]
    Replaced {
        /// Where the database was.
        path: PathBuf,
    },
    /// The database has to be rebuilt, and cannot be while another program has the home open.
    #[error(
        "{} {what}, and another babblecast has this studio open. End that one first, then start again: the database is rebuilt from the stored files",
        path.display()
    )]
    InUse {
        /// The database.
        path: PathBuf,
        /// What is wrong with it, as a predicate: `is missing`.
        what: String,
    },
    /// The thread of the database has ended.
    #[error("the studio's database is closed. Start babblecast again")]
    Closed,
    /// A change or a question panicked; a change has left nothing behind.
    #[error(
        "babblecast made a mistake of its own while it used the studio's files. The log has the details; please report it"
    )]
    Panicked,
    /// A key that is not in the database.
    #[error("job {} was never planned. Plan the campaign again", .0.short())]
    UnknownJob(JobKey),
    /// The lease of the job went to another process, or its call was recorded before.
    #[error("job {} is not held by this babblecast any more. Nothing was changed", .0.short())]
    NotHeld(JobKey),
    /// An earlier call for the job may have been billed: a person must decide first.
    #[error("{}. {}", .0.reason, .0.next_step)]
    OnHold(Failure),
    /// What was given cannot be taken in: a pack, a result for another key, a name for `output/`.
    #[error("{what} cannot be used: {why}. Nothing was changed")]
    Refused {
        /// What was given, in words for the user.
        what: String,
        /// A clause.
        why: String,
    },
}

/// What the store hands back.
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
