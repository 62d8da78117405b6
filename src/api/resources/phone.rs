//! One file for one phone: a page with the video and its caption, and the file itself, behind a token that is good for one
//! whole download. Everything else is answered with the same few words.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::StreamExt;
use subtle::ConstantTimeEq;
use tokio::sync::watch;

use super::assets::{Served, send};
use super::gallery::escaped;

/// What is handed to a phone.
#[derive(Debug, Clone)]
pub struct PhoneFile {
    /// An MP4.
    pub path: PathBuf,
    /// What the phone calls it.
    pub name: String,
    /// For the head of the page.
    pub title: String,
    /// To be copied beside the video; may be empty.
    pub caption: String,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneState {
    /// Nobody has opened the link.
    Waiting,
    /// The page was opened.
    Opened,
    /// So many per cent of the file were sent.
    Saving(u8),
    /// All of the file was sent: the link is closed.
    Saved,
    /// Nobody had it in time: the link is closed.
    TimedOut,
    /// The link was closed from here.
    Stopped,
}

impl PhoneState {
    /// Whether the link is closed.
    pub fn is_over(self) -> bool {
        matches!(self, PhoneState::Saved | PhoneState::TimedOut | PhoneState::Stopped)
    }
}

/// The page and the file behind a token.
pub struct Handed {
    file: PhoneFile,
    token: String,
    /// The name and port that the link has: a page elsewhere must not lead here under another one.
    host: String,
    etag: String,
    bytes: u64,
    sent: Mutex<Vec<Range<u64>>>,
    state: watch::Sender<PhoneState>,
}

impl Handed {
    /// `length` and `etag` are of the file as it is now: one that changes meanwhile is not handed out.
    pub fn new(file: PhoneFile, token: String, host: String, length: u64, etag: String) -> Self {
        let (sent, state) = (Mutex::default(), watch::Sender::new(PhoneState::Waiting));
        Self { file, token, host, etag, bytes: length, sent, state }
    }

    pub fn state(&self) -> &watch::Sender<PhoneState> {
        &self.state
    }

    /// What happened; nothing more happens once it is over.
    pub fn tell(&self, state: PhoneState) {
        self.state.send_if_modified(|known| {
            let is_news = !known.is_over() && *known != state;
            if is_news {
                *known = state;
            }
            is_news
        });
    }

    fn is_token(&self, shown: &str) -> bool {
        self.token.as_bytes().ct_eq(shown.as_bytes()).into()
    }

    /// These bytes are on their way.
    fn note(&self, part: Range<u64>) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.push(part);
        sent.sort_by_key(|part| part.start);
        let mut whole: Vec<Range<u64>> = Vec::new();
        for part in sent.drain(..) {
            match whole.last_mut() {
                Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
                _ => whole.push(part),
            }
        }
        *sent = whole;
        let count: u64 = sent.iter().map(|part| part.end - part.start).sum();
        drop(sent);
        if count >= self.bytes {
            self.tell(PhoneState::Saved);
        } else {
            self.tell(PhoneState::Saving((count * 100 / self.bytes.max(1)).min(99) as u8));
        }
    }
}

/// All that the phone may ask for.
pub fn router(handed: Arc<Handed>) -> Router {
    Router::new()
        .route("/{token}", get(page))
        .route("/{token}/{part}", get(part))
        .fallback(|| async { nothing() })
        .with_state(handed)
}

/// The same for a wrong token as for any other address, so that nothing is learnt from it.
fn nothing() -> Response {
    (StatusCode::NOT_FOUND, "There is nothing here, or not any more.\n").into_response()
}

/// Whether a request may go on.
fn admits(handed: &Handed, token: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
    handed.is_token(token) && host == Some(handed.host.as_bytes()) && !handed.state.borrow().is_over()
}

async fn page(State(handed): State<Arc<Handed>>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    if !admits(&handed, &token, &headers) {
        return nothing();
    }
    if *handed.state.borrow() == PhoneState::Waiting {
        handed.tell(PhoneState::Opened);
    }
    let nonce = uuid::Uuid::new_v4().simple().to_string();
    let policy = format!(
        "default-src 'none'; media-src 'self'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    let mut response = axum::response::Html(words(&handed, &nonce)).into_response();
    careful(&mut response);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn careful(response: &mut Response) {
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
}

/// `watch` is the video in the page and ends nothing; `save` is the download.
async fn part(
    State(handed): State<Arc<Handed>>,
    Path((token, part)): Path<(String, String)>,
    request: Request,
) -> Response {
    let headers = request.headers();
    if !admits(&handed, &token, headers) || !matches!(part.as_str(), "watch" | "save") {
        return nothing();
    }
    let file = Served::as_it_is(handed.file.path.clone(), handed.etag.clone(), "video/mp4");
    match tokio::fs::metadata(&handed.file.path).await {
        Ok(facts) if etag_of(&facts) == handed.etag => {}
        _ => {
            let message = "The video was made anew meanwhile. Ask for a new link.\n";
            return (StatusCode::CONFLICT, message).into_response();
        }
    }
    let is_counted = part == "save" && request.method() != Method::HEAD;
    let mut response = match send(file, headers).await {
        Ok(response) => response,
        Err(problem) => return problem.into_response(),
    };
    careful(&mut response);
    if part == "save" {
        let name: String =
            handed.file.name.chars().filter(|letter| letter.is_ascii_graphic() && *letter != '"').collect();
        if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
        }
    }
    if is_counted && response.status().is_success() { counted(response, handed) } else { response }
}

/// Notes what is sent of a download, piece by piece.
fn counted(response: Response, handed: Arc<Handed>) -> Response {
    let first = response.headers().get(header::CONTENT_RANGE).and_then(|range| {
        let range = range.to_str().ok()?.strip_prefix("bytes ")?;
        range.split('-').next()?.parse().ok()
    });
    let mut at: u64 = first.unwrap_or(0);
    let (head, body) = response.into_parts();
    let pieces = body.into_data_stream().inspect(move |piece: &Result<Bytes, axum::Error>| {
        if let Ok(piece) = piece {
            let from = at;
            at += piece.len() as u64;
            handed.note(from..at);
        }
    });
    Response::from_parts(head, Body::from_stream(pieces))
}

/// What tells one state of a file from another.
pub fn etag_of(facts: &std::fs::Metadata) -> String {
    let changed = facts.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    format!("\"{:x}-{:x}\"", facts.len(), changed.unwrap_or_default().as_nanos())
}

fn words(handed: &Handed, nonce: &str) -> String {
    let PhoneFile { title, caption, .. } = &handed.file;
    let (title, token) = (escaped(title), &handed.token);
    let size = format!("{:.1} MB", handed.bytes as f64 / 1e6);
    let copy = if caption.trim().is_empty() {
        String::new()
    } else {
        format!(
            "<h2>Caption</h2><textarea id=\"caption\" readonly rows=\"7\">{}</textarea>\
             <button id=\"copy\" type=\"button\">Copy the caption</button>",
            escaped(caption.trim())
        )
    };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style nonce=\"{nonce}\">body{{font:17px/1.4 system-ui,sans-serif;margin:0 auto;max-width:30rem;padding:1rem;\
         color-scheme:light dark}}video{{width:100%;max-height:60vh;background:#000;border-radius:.6rem}}\
         textarea{{width:100%;box-sizing:border-box;font:inherit}}a.save,button{{display:block;width:100%;box-sizing:border-box;\
         margin:.7rem 0;padding:.8rem;border:0;border-radius:.6rem;background:#0a66c2;color:#fff;font:inherit;\
         text-align:center;text-decoration:none}}</style></head><body><h1>{title}</h1>\
         <video controls playsinline preload=\"metadata\" src=\"/{token}/watch\"></video>\
         <a class=\"save\" href=\"/{token}/save\">Save the video ({size})</a>{copy}\
         <p>This link is good for one download. It comes from the computer that shows the code, over your own network, and is not \
         encrypted.</p><script nonce=\"{nonce}\">const copy=document.getElementById('copy');\
         if(copy)copy.onclick=()=>{{const text=document.getElementById('caption');text.select();\
         text.setSelectionRange(0,text.value.length);const done=()=>copy.textContent='Copied';\
         if(navigator.clipboard)navigator.clipboard.writeText(text.value).then(done);else if(document.execCommand('copy'))done();}}\
         </script></body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handed(bytes: u64) -> Handed {
        let file = PhoneFile {
            path: PathBuf::from("a.mp4"),
            name: "a.mp4".to_owned(),
            title: "<b>Naps</b>".to_owned(),
            caption: "</textarea><script>alert(1)</script>".to_owned(),
        };
        Handed::new(file, "a".repeat(32), "127.0.0.1:1".to_owned(), bytes, "\"x\"".to_owned())
    }

    #[test]
    fn a_download_is_whole_when_every_byte_was_sent_in_whatever_parts() {
        for (parts, expected) in [
            (&[(0, 100)][..], PhoneState::Saved),
            (&[(0, 50), (50, 100)], PhoneState::Saved),
            (&[(50, 100), (0, 50)], PhoneState::Saved),
            (&[(0, 60), (40, 100), (0, 2)], PhoneState::Saved),
            (&[(0, 50), (51, 100)], PhoneState::Saving(99)),
            (&[(0, 1), (0, 1), (0, 1)], PhoneState::Saving(1)),
        ] {
            let handed = handed(100);
            for &(from, to) in parts {
                handed.note(from..to);
            }
            assert_eq!(*handed.state.borrow(), expected, "{parts:?}");
        }
        let handed = handed(100);
        handed.tell(PhoneState::TimedOut);
        handed.note(0..100);
        assert_eq!(*handed.state.borrow(), PhoneState::TimedOut, "what is over is over");
    }

    #[test]
    fn words_of_the_campaign_are_no_markup_and_the_token_is_all_of_it() {
        let handed = handed(1);
        let page = words(&handed, "n");
        assert!(page.contains("&lt;b&gt;Naps") && !page.contains("<script>alert"), "{page}");
        for (shown, expected) in
            [("a".repeat(32), true), ("a".repeat(31), false), ("b".repeat(32), false), (String::new(), false)]
        {
            assert_eq!(handed.is_token(&shown), expected, "{shown}");
        }
    }
}
