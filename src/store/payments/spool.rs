//! One file for each paid call, from before it is sent until it is settled: a line that says what was asked, a line of
//! fixed length for what is known of the answer, then the raw reply. Its room is on disk before anything is paid. Knows
//! nothing of the database; the file's name says how far the call got.

use crate::store::ground::token::Token;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::domain::{CampaignId, MicroDollars};
use crate::plan::{JobKey, ProviderId, RunId, canonical_json};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;
use crate::store::ground::files::{Access, Existing};
use crate::store::home::failpoints;
use crate::store::home::failpoints::Step;
use crate::store::home::instance::Owner;
use crate::store::home::layout::Home;

/// The largest reply that is taken.
pub const LARGEST_REPLY: u64 = 64 * 1024 * 1024;
/// What must stay free on the disk after a reservation: the result, its sidecar and the database need room too.
pub(in crate::store) const FREE_SPACE_FLOOR: u64 = 64 * 1024 * 1024;
/// The largest reply that is held in memory while it comes: a picture of 3 MB as text. Sixteen of them come at once.
const LARGEST_KEPT: u64 = 4 * 1024 * 1024;
const LARGEST_HEADER: u64 = 4 * 1024 * 1024;
/// Bytes of the second line, its end included.
const ANSWER_LINE: usize = 16 * 1024;
/// How long the end of a reply waits for another file to be closed.
const LONGEST_WAIT_FOR_FILES: Duration = Duration::from_secs(10);
const BETWEEN_TRIES: Duration = Duration::from_millis(50);
/// Bytes of a reason that is kept in the second line.
const LONGEST_WHY: usize = 4 * 1024;

/// The first line: enough to record the attempt again when the database is lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct CallHeader {
    pub(in crate::store) version: u32,
    pub(in crate::store) token: Token,
    pub(in crate::store) key: JobKey,
    pub(in crate::store) run: RunId,
    pub(in crate::store) campaign: CampaignId,
    pub(in crate::store) provider: ProviderId,
    /// The canonical request.
    pub(in crate::store) request: Value,
    pub(in crate::store) estimate: MicroDollars,
    /// Milliseconds since 1970.
    pub(in crate::store) sent_at: i64,
    pub(in crate::store) owner: Uuid,
}

impl CallHeader {
    pub(in crate::store) const VERSION: u32 = 1;

    pub(in crate::store) fn owner(&self) -> Owner {
        Owner(self.owner)
    }
}

/// The second line.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Answer {
    /// Status and headers, in the form of the client that sent the call.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    head: Value,
    /// Bytes of the whole reply, from the moment on that it is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unknown: Option<Note>,
}

/// Why the outcome of a call is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct Note {
    pub(in crate::store) why: String,
    pub(in crate::store) http_status: Option<u16>,
    /// Milliseconds since 1970.
    pub(in crate::store) at: i64,
}

/// How far a call got, as the ending of its file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) enum Stage {
    /// Reserved or under way.
    Part,
    /// The whole reply is there.
    Response,
    /// Its outcome is unknown; the reply, if any came, is kept only in quarantine.
    Unknown,
}

impl Stage {
    const ALL: [Self; 3] = [Self::Part, Self::Response, Self::Unknown];

    fn ending(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Response => "resp",
            Self::Unknown => "unknown",
        }
    }

    pub(in crate::store) fn path(self, folder: &Path, token: Token) -> PathBuf {
        folder.join(format!("{token}.{}", self.ending()))
    }

    fn of(path: &Path) -> Option<(Self, Token)> {
        let ending = path.extension()?.to_str()?;
        let stage = Self::ALL.into_iter().find(|stage| stage.ending() == ending)?;
        Some((stage, Token(path.file_stem()?.to_str()?.parse().ok()?)))
    }
}

/// The open file of one call.
#[derive(Debug)]
pub struct SpoolFile {
    header: Arc<CallHeader>,
    answer: Answer,
    home: Home,
    file: File,
    path: PathBuf,
    /// Where the raw reply begins.
    reply_at: u64,
    written: u64,
    /// The reply as written, so that it need not be read back; `None` once it is too large for that.
    kept: Option<Vec<u8>>,
    /// Whether a call may have left: else it is only room, and goes away with this.
    is_record: bool,
}

/// A whole reply as it was received.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// What [`SpoolFile::complete`] was given.
    pub head: Value,
    /// As it came over the network, decoded from its transfer only.
    pub body: Vec<u8>,
}

impl SpoolFile {
    /// Makes the file and fills it to its reserved size. A disk without that room, and `floor` beyond it, is full.
    #[expect(clippy::expect_used, reason = "an empty answer is short; a header holds only JSON values")]
    pub(in crate::store) fn reserve(home: &Home, header: CallHeader, reserve: u64, floor: u64) -> Result<Self> {
        let path = Stage::Part.path(&home.spool(), header.token);
        let mut lines = serde_json::to_vec(&header).expect("a header holds only JSON values");
        lines.push(b'\n');
        let reply_at = (lines.len() + ANSWER_LINE) as u64;
        let answer = Answer::default();
        lines.extend(answer_line(&answer).expect("an empty answer is short"));
        if files::room(&home.spool()).is_some_and(|room| room < floor.saturating_add(reply_at).saturating_add(reserve))
        {
            return Err(StoreError::DiskFull { path });
        }
        files::write_whole(&path, Access::Private, Existing::Keep, |file| {
            file.write_all(&lines)?;
            io::copy(&mut io::repeat(0).take(reserve), file).map(drop)
        })?;
        failpoints::reached(home, Step::Reserved)?;
        let mut file = open_again(&path)?;
        file.seek(SeekFrom::Start(reply_at)).map_err(|source| StoreError::file("written", &path, source))?;
        Ok(Self {
            header: Arc::new(header),
            answer,
            home: home.clone(),
            file,
            path,
            reply_at,
            written: 0,
            kept: Some(Vec::new()),
            is_record: false,
        })
    }

    /// The attempt is recorded: from now on the file stays until the call is settled.
    pub(in crate::store) fn keep(&mut self) {
        self.is_record = true;
    }

    /// Opens what a dead process left. Refused when the first line is not what its name says.
    pub(in crate::store) fn reopen(home: &Home, path: &Path) -> Result<Self> {
        let (header, answer, reply_at, bytes) = read_lines(path)?;
        let there = bytes.saturating_sub(reply_at);
        // What is behind a whole reply was only reserved.
        let written = answer.bytes.map_or(there, |whole| whole.min(there));
        let (home, file) = (home.clone(), open_again(path)?);
        let (header, path) = (Arc::new(header), path.to_owned());
        Ok(Self { header, answer, home, file, path, reply_at, written, kept: None, is_record: true })
    }

    /// The same; `None` when there is none. What cannot be understood, and what cannot be looked at, are errors.
    pub(in crate::store) fn find(home: &Home, path: &Path) -> Result<Option<Self>> {
        match Self::reopen(home, path) {
            Ok(spool) => Ok(Some(spool)),
            Err(StoreError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(in crate::store) fn header(&self) -> &Arc<CallHeader> {
        &self.header
    }

    pub(in crate::store) fn note(&self) -> Option<&Note> {
        self.answer.unknown.as_ref()
    }

    /// Whether the reply came in full, whether or not it could be kept under its final name.
    pub(in crate::store) fn is_whole(&self) -> bool {
        self.answer.bytes.is_some()
    }

    /// Where the reply lies now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The reply is whole: cuts off what was reserved in vain and makes it durable under its final name. `head` is the
    /// status and the headers that decoding needs. Blocks for a few milliseconds. A disk that fails is asked once more:
    /// the reply was paid for.
    pub fn complete(&mut self, head: &impl Serialize) -> Result<()> {
        self.kept = None;
        let head = serde_json::to_value(head).map_err(|error| self.refused(&error.to_string()))?;
        let answer = Answer { head, bytes: Some(self.written), unknown: None };
        self.once_more(|spool| {
            spool.write_answer(answer.clone())?;
            spool.cut_off(spool.written)?;
            spool.rename(Stage::Response.path(&spool.home.spool(), spool.header.token))
        })?;
        failpoints::reached(&self.home, Step::Received)
    }

    /// Tries what can be repeated a second time when the disk failed, and for a while when only no more files may be open;
    /// what is refused is refused.
    fn once_more(&mut self, work: impl Fn(&mut Self) -> Result<()>) -> Result<()> {
        let given_up = Instant::now() + LONGEST_WAIT_FOR_FILES;
        loop {
            match work(self) {
                Err(error) if error.for_want_of_files().is_some() && Instant::now() < given_up => {
                    std::thread::sleep(BETWEEN_TRIES);
                }
                Err(error @ StoreError::File { .. }) => {
                    tracing::warn!(path = %self.path.display(), %error, "the disk failed, and is asked once more");
                    return work(self);
                }
                done => return done,
            }
        }
    }

    /// The same, while `work` looks at the body on this thread: waiting for the disk takes as long as that. What it finds
    /// is given only when the reply is safe.
    pub fn complete_while<T>(&mut self, head: &(impl Serialize + Sync), work: impl FnOnce(Vec<u8>) -> T) -> Result<T> {
        let body = match self.kept.take() {
            Some(body) => body,
            None => self.body(self.written)?,
        };
        std::thread::scope(|scope| {
            let completing = scope.spawn(|| self.complete(head));
            let found = work(body);
            completing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            Ok(found)
        })
    }

    /// Reads a whole reply back.
    pub fn read(&self) -> Result<Received> {
        if Stage::of(&self.path).is_none_or(|(stage, _)| stage != Stage::Response) {
            return Err(self.refused("its reply is not whole"));
        }
        Ok(Received { head: self.answer.head.clone(), body: self.body(LARGEST_REPLY)? })
    }

    /// The raw reply as far as it is there, at most `limit` bytes of it.
    fn body(&self, limit: u64) -> Result<Vec<u8>> {
        let failed = |source| StoreError::file("read", &self.path, source);
        let mut file = File::open(&self.path).map_err(failed)?;
        file.seek(SeekFrom::Start(self.reply_at)).map_err(failed)?;
        let mut body = Vec::with_capacity(usize::try_from(self.written.min(limit)).unwrap_or_default());
        file.take(limit).read_to_end(&mut body).map_err(failed)?;
        Ok(body)
    }

    /// Keeps the file as the record of an unknown outcome: in quarantine with the reply, else in the spool without. Needs
    /// no room on the disk.
    pub(in crate::store) fn park(&mut self, note: &Note, keep_reply: bool) -> Result<()> {
        let why = note.why.chars().scan(0, |bytes, c| {
            *bytes += c.len_utf8();
            (*bytes <= LONGEST_WHY).then_some(c)
        });
        let note = Note { why: why.collect(), ..*note };
        let bytes = self.answer.bytes.filter(|_| keep_reply);
        let with_head = Answer { head: self.answer.head.take(), bytes, unknown: Some(note.clone()) };
        let without = Answer { head: Value::Null, bytes, unknown: Some(note) };
        let folder = if keep_reply { self.home.quarantine() } else { self.home.spool() };
        self.once_more(|spool| {
            if spool.write_answer(with_head.clone()).is_err() {
                spool.write_answer(without.clone())?;
            }
            spool.cut_off(if keep_reply { spool.written } else { 0 })?;
            spool.rename(Stage::Unknown.path(&folder, spool.header.token))
        })?;
        failpoints::reached(&self.home, Step::Parked)
    }

    /// The call is settled. A file that cannot be removed now is removed by a later recovery.
    pub(in crate::store) fn remove(mut self) {
        self.is_record = false;
    }

    fn write_answer(&mut self, answer: Answer) -> Result<()> {
        let line = answer_line(&answer).ok_or_else(|| self.refused("its head is too long"))?;
        let start = self.reply_at - ANSWER_LINE as u64;
        let end = self.reply_at + self.written;
        self.file
            .seek(SeekFrom::Start(start))
            .and_then(|_| self.file.write_all(&line))
            .and_then(|()| self.file.seek(SeekFrom::Start(end)))
            .map_err(|source| StoreError::file("written", &self.path, source))?;
        self.answer = answer;
        Ok(())
    }

    fn cut_off(&mut self, written: u64) -> Result<()> {
        self.written = written;
        let cut = self.file.set_len(self.reply_at + written).and_then(|()| self.file.sync_all());
        cut.map_err(|source| StoreError::file("written", &self.path, source))
    }

    fn rename(&mut self, to: PathBuf) -> Result<()> {
        let folder = |path: &Path| path.parent().unwrap_or(path).to_owned();
        if self.path != to {
            std::fs::rename(&self.path, &to).map_err(|source| StoreError::file("renamed", &self.path, source))?;
            // The file has its new name, also when that is not durable yet.
            self.path = to;
        }
        // A second try does not know where it came from.
        files::sync_folder(&folder(&self.path))?;
        if folder(&self.path) != self.home.spool() {
            files::sync_folder(&self.home.spool())?;
        }
        Ok(())
    }

    fn refused(&self, why: &str) -> StoreError {
        StoreError::Refused { what: self.path.display().to_string(), why: why.to_owned() }
    }
}

/// Room of a call that was never recorded, and the file of a settled one, are of no use to anybody.
impl Drop for SpoolFile {
    fn drop(&mut self) {
        if self.is_record {
            return;
        }
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "a file of the spool could not be removed");
        }
    }
}

/// Appends to the raw reply; more than `LARGEST_REPLY` is refused before any of it is written.
impl Write for SpoolFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.written + bytes.len() as u64 > LARGEST_REPLY {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the reply is larger than 64 MiB"));
        }
        let written = self.file.write(bytes)?;
        self.written += written as u64;
        if self.written > LARGEST_KEPT {
            self.kept = None;
        } else if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(&bytes[..written]);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The files of unsettled calls in a folder, by name.
pub(in crate::store) fn list(folder: &Path) -> Result<Vec<(PathBuf, Stage, Token)>> {
    let failed = |source| StoreError::file("listed", folder, source);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        found.extend(Stage::of(&path).map(|(stage, token)| (path, stage, token)));
    }
    found.sort();
    Ok(found)
}

/// Removes the record of an unknown outcome that a person has decided on; a reply in quarantine stays.
pub(in crate::store) fn forget_unknown(home: &Home, token: Token) {
    let _ = std::fs::remove_file(Stage::Unknown.path(&home.spool(), token));
}

/// Missing when its own program has renamed or removed it since it was looked at.
fn open_again(path: &Path) -> Result<File> {
    OpenOptions::new().read(true).write(true).open(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => StoreError::Missing { path: path.to_owned() },
        _ => StoreError::file("opened", path, source),
    })
}

/// `None` when it is too long.
fn answer_line(answer: &Answer) -> Option<Vec<u8>> {
    let mut line = serde_json::to_vec(answer).ok()?;
    let fits = line.len() < ANSWER_LINE;
    line.resize(ANSWER_LINE - 1, b' ');
    line.push(b'\n');
    fits.then_some(line)
}

/// Both lines, where the reply begins, and the length of the file. A second line that a crash has spoiled counts as
/// empty.
fn read_lines(path: &Path) -> Result<(CallHeader, Answer, u64, u64)> {
    let broken = |why: &str| StoreError::Broken {
        path: path.to_owned(),
        why: why.to_owned(),
        next_step: "It is kept in the quarantine of the studio home",
    };
    let (file, facts) = files::open_plain(path, LARGEST_HEADER + ANSWER_LINE as u64 + LARGEST_REPLY)?;
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    let failed = |source| StoreError::file("read", path, source);
    reader.by_ref().take(LARGEST_HEADER).read_until(b'\n', &mut line).map_err(failed)?;
    let header: CallHeader = serde_json::from_slice(&line).map_err(|error| broken(&error.to_string()))?;
    let reply_at = (line.len() + ANSWER_LINE) as u64;
    if header.version != CallHeader::VERSION || facts.len() < reply_at {
        return Err(broken("it is cut off, or of another version of babblecast"));
    }
    if Stage::of(path).is_none_or(|(_, token)| token != header.token) {
        return Err(broken("it has the name of another call"));
    }
    if JobKey::of(canonical_json(&header.request).as_bytes()) != header.key {
        return Err(broken("its request has another key"));
    }
    let mut line = vec![0; ANSWER_LINE];
    reader.read_exact(&mut line).map_err(failed)?;
    let answer = serde_json::from_slice(&line).unwrap_or_default();
    Ok((header, answer, reply_at, facts.len()))
}

#[cfg(test)]
mod tests;
