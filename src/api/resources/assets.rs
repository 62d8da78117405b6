//! Made files: by their hash, and the video of a campaign. Sent piece by piece; a hash is looked up, never a path.
//!
//! What people look at or listen to says how it was made, as the files of `output/` do. It is stored as it was made, and gets
//! its mark on the way out: so the hash in the address is that of the stored file, and the entity tag names the mark too.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::jobs::find;
use super::range::{Wanted, wanted};
use crate::api::common::extract::PathParts;
use crate::api::common::problem::Problem;
use crate::api::common::shared::SharedRef;
use crate::media::mark::{self, Marked, Piece, Statement};
use crate::plan::AssetHash;

/// The hash of a file as it is stored, where what is sent has a mark and so another hash.
const STORED: header::HeaderName = header::HeaderName::from_static("x-stored-sha256");

/// How long what an address shows may be kept unasked. The bytes of a stored file never change; how a later version says that it
/// was made may.
const FOR_EVER: &str = "private, max-age=31536000, immutable";
const FOR_A_DAY: &str = "private, max-age=86400";

/// Bytes of a piece: never more of a file is in memory.
const PIECE: usize = 64 * 1024;

pub async fn asset(
    State(shared): State<SharedRef>,
    PathParts(hash): PathParts<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let unknown = || Problem::not_found("There is no asset of this hash.");
    let hash: AssetHash = hash.parse().map_err(|_| unknown())?;
    let facts = shared.store.journal.asset(hash).await?.ok_or_else(unknown)?;
    let path = shared.store.assets.path(hash);
    let mark = match shared.marks.of(&shared.store.journal, hash).await? {
        Some(provenance) => {
            let tag = AssetHash::of(&Statement::of(&provenance).beside(None)).to_string();
            let marked = marked(path.clone(), provenance).await?;
            marked.map(|marked| (marked, tag))
        }
        None => None,
    };
    let (etag, keeps) = match &mark {
        Some((_, tag)) => (format!("\"{hash}-{}\"", &tag[..16]), FOR_A_DAY),
        None => (format!("\"{hash}\""), FOR_EVER),
    };
    let stored = mark.as_ref().map(|_| hash);
    let marked = mark.map(|(marked, _)| marked);
    let media_type = safe_type(&facts.media_type);
    send(Served { path, marked, stored, etag, media_type, keeps }, &headers).await
}

/// The file with its mark; `None` where it stays as it is.
async fn marked(path: PathBuf, provenance: crate::domain::Provenance) -> Result<Option<Marked>, Problem> {
    let made = tokio::task::spawn_blocking(move || match mark::marked(&path, &provenance) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(gone()),
        // It was stored whole and right, so this is no file of ours; better without a mark than not at all.
        Err(error) => {
            tracing::warn!("{} is sent without a mark: {error}", path.display());
            Ok(None)
        }
        Ok(marked) => Ok(marked),
    });
    made.await.map_err(|_| Problem::internal("The mark of the file could not be made.".to_owned()))?
}

/// A kind that is not one of ours is handed out as bytes, which no browser shows.
fn safe_type(media_type: &str) -> &'static str {
    const KNOWN: [&str; 8] = [
        "image/png",
        "image/jpeg",
        "image/webp",
        "audio/wav",
        "audio/mpeg",
        "video/mp4",
        "application/json",
        "text/vtt",
    ];
    KNOWN.into_iter().find(|known| *known == media_type).unwrap_or("application/octet-stream")
}

/// The finished video of a campaign, once there is one.
pub async fn episode(
    State(shared): State<SharedRef>,
    PathParts(id): PathParts<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let named = find(&shared, &id).await?;
    let path = shared.look(|seen| Some(seen.entry(named.campaign.as_str())?.video(named.mode)?.path.clone()));
    let path = path.ok_or_else(|| Problem::not_found("There is no video of this campaign yet."))?;
    let facts = tokio::fs::metadata(&path).await.map_err(|_| Problem::not_found("The video has just gone."))?;
    let changed = facts.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let etag = format!("\"{:x}-{:x}\"", facts.len(), changed.unwrap_or_default().as_nanos());
    // It has its mark: it is a file for people.
    let keeps = "private, no-cache";
    send(Served { path, marked: None, stored: None, etag, media_type: "video/mp4", keeps }, &headers).await
}

/// A file on its way out.
pub struct Served {
    path: PathBuf,
    /// With its mark, where it does not have it.
    marked: Option<Marked>,
    /// The hash of what is stored, where that is not what is sent.
    stored: Option<AssetHash>,
    etag: String,
    media_type: &'static str,
    /// For whom and how long it may be kept.
    keeps: &'static str,
}

impl Served {
    /// A file that is sent as it is, and kept by nobody.
    pub fn as_it_is(path: PathBuf, etag: String, media_type: &'static str) -> Self {
        Self { path, marked: None, stored: None, etag, media_type, keeps: "no-store" }
    }
}

pub async fn send(served: Served, headers: &HeaderMap) -> Result<Response, Problem> {
    let (file, length) = open(&served.path).await?;
    let length = served.marked.as_ref().map_or(length, Marked::length);
    let (status, first, bytes) = match wanted(headers, &served.etag, length) {
        Wanted::NotModified => (StatusCode::NOT_MODIFIED, 0, 0),
        Wanted::Whole => (StatusCode::OK, 0, length),
        Wanted::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Wanted::Outside => {
            let message = format!("The file has {length} bytes; nothing of what Range asks for is in it.");
            let problem = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "range_outside", message);
            let mut response = problem.into_response();
            set(&mut response, header::CONTENT_RANGE, &format!("bytes */{length}"));
            return Ok(response);
        }
    };
    let body = if status == StatusCode::NOT_MODIFIED {
        Body::empty()
    } else {
        let pieces = match &served.marked {
            Some(marked) => marked.part(first, bytes),
            None => vec![Piece::Stored(first..first + bytes)],
        };
        let reader = joined(&served.path, file, pieces).await?;
        Body::from_stream(ReaderStream::with_capacity(reader, PIECE))
    };
    let mut response = (status, body).into_response();
    set(&mut response, header::ETAG, &served.etag);
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    set(&mut response, header::CACHE_CONTROL, served.keeps);
    if let Some(stored) = served.stored {
        set(&mut response, STORED, &stored.to_string());
    }
    if status != StatusCode::NOT_MODIFIED {
        set(&mut response, header::CONTENT_TYPE, served.media_type);
        set(&mut response, header::CONTENT_LENGTH, &bytes.to_string());
    }
    if status == StatusCode::PARTIAL_CONTENT {
        set(&mut response, header::CONTENT_RANGE, &format!("bytes {first}-{}/{length}", first + bytes - 1));
    }
    Ok(response)
}

/// The pieces one after the other. All files are open before the first byte is sent: what is pruned meanwhile is still sent.
async fn joined(path: &Path, file: File, pieces: Vec<Piece>) -> Result<Box<dyn AsyncRead + Send + Unpin>, Problem> {
    let mut first = Some(file);
    let mut all: Box<dyn AsyncRead + Send + Unpin> = Box::new(tokio::io::empty());
    for piece in pieces {
        let next: Box<dyn AsyncRead + Send + Unpin> = match piece {
            Piece::Put(bytes) => Box::new(std::io::Cursor::new(bytes)),
            Piece::Stored(range) => {
                let mut file = match first.take() {
                    Some(file) => file,
                    None => open(path).await?.0,
                };
                file.seek(SeekFrom::Start(range.start)).await.map_err(|error| unreadable(&error))?;
                Box::new(file.take(range.end - range.start))
            }
        };
        all = Box::new(all.chain(next));
    }
    Ok(all)
}

fn gone() -> Problem {
    Problem::not_found("The file is recorded but gone; make it again, or run `babblecast verify`.")
}

async fn open(path: &Path) -> Result<(File, u64), Problem> {
    let file = File::open(path).await.map_err(|_| gone())?;
    let facts = file.metadata().await.map_err(|error| unreadable(&error))?;
    if facts.is_file() { Ok((file, facts.len())) } else { Err(gone()) }
}

fn unreadable(error: &std::io::Error) -> Problem {
    Problem::internal(format!("The file cannot be read: {error}."))
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
