//! Made files: by their hash, and the video of a campaign. Sent piece by piece; a hash is looked up, never a path.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::jobs::find;
use super::range::{Wanted, wanted};
use crate::api::common::extract::PathParts;
use crate::api::common::problem::Problem;
use crate::api::common::shared::SharedRef;
use crate::plan::AssetHash;

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
    let file = Served {
        path: shared.store.assets.path(hash),
        etag: format!("\"{hash}\""),
        media_type: safe_type(&facts.media_type),
        immutable: true,
    };
    send(file, &headers).await
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
    send(Served { path, etag, media_type: "video/mp4", immutable: false }, &headers).await
}

/// A file on its way out.
struct Served {
    path: PathBuf,
    etag: String,
    media_type: &'static str,
    /// Whether its address stands for these bytes for ever.
    immutable: bool,
}

async fn send(served: Served, headers: &HeaderMap) -> Result<Response, Problem> {
    let (mut file, length) = open(&served.path).await?;
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
        file.seek(SeekFrom::Start(first)).await.map_err(|error| unreadable(&error))?;
        Body::from_stream(ReaderStream::with_capacity(file.take(bytes), PIECE))
    };
    let mut response = (status, body).into_response();
    set(&mut response, header::ETAG, &served.etag);
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    let keeps = if served.immutable { "private, max-age=31536000, immutable" } else { "private, no-cache" };
    set(&mut response, header::CACHE_CONTROL, keeps);
    if status != StatusCode::NOT_MODIFIED {
        set(&mut response, header::CONTENT_TYPE, served.media_type);
        set(&mut response, header::CONTENT_LENGTH, &bytes.to_string());
    }
    if status == StatusCode::PARTIAL_CONTENT {
        set(&mut response, header::CONTENT_RANGE, &format!("bytes {first}-{}/{length}", first + bytes - 1));
    }
    Ok(response)
}

async fn open(path: &Path) -> Result<(File, u64), Problem> {
    let gone = || Problem::not_found("The file is recorded but gone; make it again, or run `babblecast verify`.");
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
