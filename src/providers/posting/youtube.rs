//! YouTube's resumable upload (Data API v3, `videos.insert`): an upload is begun with the video's words and gets an address
//! of its own; the bytes go there, as often as they are cut off, from where they ended.

use std::io::SeekFrom;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::StreamExt;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderValue, LOCATION, RANGE};
use reqwest::{RequestBuilder, StatusCode, Url};
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::sign_in::{Account, plain};
use super::web::{Answer, Web, ask, read, why};
use crate::providers::http::Endpoint;

/// A connection on which nothing moves for so long is given up, and the upload goes on over another one.
const SILENCE: Duration = Duration::from_mins(1);

/// Where uploads begin.
const BASE: &str = "https://www.googleapis.com";

/// Who may watch the video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Privacy {
    /// The person alone.
    #[default]
    Private,
    /// Whoever has the link.
    Unlisted,
    /// Everybody.
    Public,
}

/// What goes with a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// At most 100 characters, without angle brackets.
    pub title: String,
    /// The text below it.
    pub description: String,
    /// Without their sign.
    pub tags: Vec<String>,
    /// Who may watch it.
    pub privacy: Privacy,
    /// Whether what is seen or heard was made by AI and looks real, as YouTube asks uploaders to say.
    pub is_synthetic: bool,
    /// As the law on children's privacy (COPPA) has uploaders declare.
    pub is_made_for_kids: bool,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    /// So many bytes have arrived.
    Received(u64),
    /// All have, and this is the video.
    Done {
        /// Its id.
        video: String,
    },
    /// YouTube knows nothing of it: it ended, or is older than a week.
    Gone,
}

/// Why YouTube does not want it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The token ended or was taken back: sign in again.
    SignIn,
    /// Today's quota or number of uploads is used up: a sentence without its end.
    Later(String),
    /// It stays so: a sentence without its end.
    Never(String),
}

/// Why nothing more was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSent {
    /// By YouTube.
    Refused(Refusal),
    /// The connection or the server failed, as a clause: the upload can go on.
    Cut(String),
}

#[derive(Deserialize)]
struct Video {
    id: String,
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorContent,
}

#[derive(Deserialize)]
struct ErrorContent {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<ErrorReason>,
}

#[derive(Deserialize)]
struct ErrorReason {
    #[serde(default)]
    reason: String,
}

/// YouTube, or a server that speaks like it.
pub struct YouTube {
    web: Web,
    base: Endpoint,
}

impl YouTube {
    /// The variable that names another server.
    pub const VARIABLE: &str = "BABBLECAST_YOUTUBE_BASE_URL";

    /// At YouTube's own address, or another one; a sentence where that cannot be used.
    pub fn new(web: Web, base: Option<&str>) -> Result<Self, String> {
        Ok(Self { web, base: Endpoint::new(Self::VARIABLE, base.unwrap_or(BASE), true)? })
    }

    /// Begins an upload of so many bytes, and gives its address: whoever has it can send the bytes, so it is kept like a
    /// secret.
    pub async fn begin(&self, account: &Account, details: &Details, bytes: u64) -> Result<String, NotSent> {
        let mut url = self.base.join(&["upload", "youtube", "v3", "videos"]);
        url.query_pairs_mut().extend_pairs([("uploadType", "resumable"), ("part", "snippet,status")]);
        let Details { title, description, tags, privacy, is_synthetic, is_made_for_kids } = details;
        let privacy: &str = privacy.into();
        let words = json!({
            "snippet": {"title": title, "description": description, "tags": tags, "categoryId": "23"},
            "status": {"privacyStatus": privacy, "containsSyntheticMedia": is_synthetic,
                "selfDeclaredMadeForKids": is_made_for_kids},
        });
        let request = self.web.to(&url).post(url.clone()).body(words.to_string());
        let request = request
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header("x-upload-content-type", "video/mp4")
            .header("x-upload-content-length", bytes);
        let answer = ask(signed(request, account)).await.map_err(NotSent::Cut)?;
        if !answer.status.is_success() {
            return Err(refused(&answer));
        }
        let address = answer.headers.get(LOCATION).and_then(|value| Url::parse(value.to_str().ok()?).ok());
        match address.filter(|address| self.base.is_origin_of(address)) {
            Some(address) => Ok(address.into()),
            None => Err(NotSent::Cut("YouTube began an upload without an address of its own".to_owned())),
        }
    }

    /// Asks how far an upload is.
    pub async fn look(&self, account: &Account, session: &str, bytes: u64) -> Result<Session, NotSent> {
        let request = self.put(session, account)?.header(CONTENT_RANGE, format!("bytes */{bytes}"));
        told(&ask(request.header(CONTENT_LENGTH, 0)).await.map_err(NotSent::Cut)?, bytes)
    }

    /// Sends a file from this byte to its end; `on_sent` is told how many bytes have left.
    pub async fn send(
        &self,
        account: &Account,
        (session, file): (&str, &Path),
        (from, bytes): (u64, u64),
        on_sent: Arc<dyn Fn(u64) + Send + Sync>,
    ) -> Result<Session, NotSent> {
        let unreadable = |error: std::io::Error| {
            NotSent::Refused(Refusal::Never(format!("The video cannot be read any more ({error})")))
        };
        let mut file = tokio::fs::File::open(file).await.map_err(unreadable)?;
        file.seek(SeekFrom::Start(from)).await.map_err(unreadable)?;
        let moved = Arc::new(AtomicU64::new(from));
        let counted = moved.clone();
        let parts = ReaderStream::with_capacity(file.take(bytes - from), 256 * 1024).inspect(move |part| {
            let length = part.as_ref().map_or(0, |part| part.len() as u64);
            on_sent(counted.fetch_add(length, Ordering::Relaxed) + length);
        });
        let request = self
            .put(session, account)?
            .header(CONTENT_TYPE, "video/mp4")
            .header(CONTENT_LENGTH, bytes - from)
            .header(CONTENT_RANGE, format!("bytes {from}-{}/{bytes}", bytes - 1))
            .body(reqwest::Body::wrap_stream(parts));
        let answered = async { read(request.send().await.map_err(|error| why(&error))?).await };
        let answer = tokio::select! {
            answer = answered => answer.map_err(NotSent::Cut)?,
            () = stalled(&moved) => return Err(NotSent::Cut(format!("nothing moved for {} s", SILENCE.as_secs()))),
        };
        told(&answer, bytes)
    }

    fn put(&self, session: &str, account: &Account) -> Result<RequestBuilder, NotSent> {
        let strange = || NotSent::Refused(Refusal::Never("The upload was begun at another address".to_owned()));
        let url = Url::parse(session).ok().filter(|url| self.base.is_origin_of(url)).ok_or_else(strange)?;
        Ok(signed(self.web.to(&url).put(url.clone()), account))
    }
}

/// Ends when no byte has left for a while, and no answer has come.
async fn stalled(moved: &AtomicU64) {
    let mut before = None;
    loop {
        let now = moved.load(Ordering::Relaxed);
        if before == Some(now) {
            return;
        }
        before = Some(now);
        tokio::time::sleep(SILENCE).await;
    }
}

fn signed(request: RequestBuilder, account: &Account) -> RequestBuilder {
    match HeaderValue::from_str(&format!("Bearer {}", account.token())) {
        Ok(mut value) => {
            value.set_sensitive(true);
            request.header(AUTHORIZATION, value)
        }
        Err(_) => request,
    }
}

/// What an answer to bytes, or to the question after them, says.
fn told(answer: &Answer, bytes: u64) -> Result<Session, NotSent> {
    match answer.status {
        StatusCode::OK | StatusCode::CREATED => match answer.json::<Video>() {
            Some(Video { id }) if !id.is_empty() => Ok(Session::Done { video: plain(&id) }),
            _ => Err(NotSent::Cut("YouTube took the video and did not say what it is called".to_owned())),
        },
        StatusCode::PERMANENT_REDIRECT => {
            // Without a range nothing has arrived.
            let range = answer.headers.get(RANGE).and_then(|range| range.to_str().ok());
            let last = range.and_then(|range| range.strip_prefix("bytes=0-")?.parse::<u64>().ok());
            Ok(Session::Received(last.map_or(0, |last| (last + 1).min(bytes))))
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Session::Gone),
        _ => Err(refused(answer)),
    }
}

fn refused(answer: &Answer) -> NotSent {
    let status = answer.status.as_u16();
    let content = answer.json::<ErrorBody>().map(|body| body.error);
    let reason = content.iter().flat_map(|content| &content.errors).map(|error| error.reason.as_str()).next();
    let message = content.as_ref().map(|content| plain(&content.message)).filter(|message| !message.is_empty());
    let words = message.map_or_else(|| format!("status {status}"), |message| format!("“{message}”"));
    NotSent::Refused(match (status, reason.unwrap_or_default()) {
        (_, "quotaExceeded" | "dailyLimitExceeded" | "rateLimitExceeded" | "userRateLimitExceeded") => Refusal::Later(
            "The quota of your Google project is used up for today; it begins anew at midnight, Pacific time"
                .to_owned(),
        ),
        (_, "uploadLimitExceeded") => {
            Refusal::Later("The channel has uploaded as many videos as YouTube takes in a day".to_owned())
        }
        (_, "youtubeSignupRequired") => Refusal::Never("This Google account has no YouTube channel yet".to_owned()),
        (401, _) => Refusal::SignIn,
        (408 | 429 | 500..=599, _) => return NotSent::Cut(format!("YouTube answered {words}")),
        _ => Refusal::Never(format!("YouTube refused it: {words}")),
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    fn answer(status: u16, range: Option<&'static str>, body: &str) -> Answer {
        let headers: HeaderMap = range.map(|range| (RANGE, HeaderValue::from_static(range))).into_iter().collect();
        Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: body.into() }
    }

    fn error(reason: &str) -> String {
        json!({"error": {"code": 403, "message": "No.", "errors": [{"reason": reason}]}}).to_string()
    }

    #[test]
    fn an_answer_says_how_far_the_upload_is() {
        let done = Session::Done { video: "abc".to_owned() };
        for (status, range, body, told_as) in [
            (200, None, "{\"id\": \"abc\"}", Some(done.clone())),
            (201, None, "{\"id\": \"abc\"}", Some(done)),
            (308, Some("bytes=0-41"), "", Some(Session::Received(42))),
            (308, Some("bytes=0-4100"), "", Some(Session::Received(100))),
            (308, None, "", Some(Session::Received(0))),
            (308, Some("bytes=7-9"), "", Some(Session::Received(0))),
            (404, None, "", Some(Session::Gone)),
            (200, None, "<html>", None),
            (503, None, "", None),
        ] {
            assert_eq!(told(&answer(status, range, body), 100).ok(), told_as, "{status} {range:?} {body}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_stalls_when_no_byte_has_moved_for_a_minute() {
        let moved = AtomicU64::new(0);
        let began = tokio::time::Instant::now();
        let sender = async {
            for byte in 1..=3 {
                tokio::time::sleep(SILENCE / 2).await;
                moved.store(byte, Ordering::Relaxed);
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = stalled(&moved) => {}
            () = sender => {}
        }
        assert!((SILENCE * 2..=SILENCE * 3).contains(&began.elapsed()), "{:?}", began.elapsed());
    }

    #[test]
    fn a_refusal_says_whether_to_sign_in_to_wait_or_to_give_up() {
        let of = |status, body: &str| match refused(&answer(status, None, body)) {
            NotSent::Refused(refusal) => refusal,
            NotSent::Cut(why) => panic!("{why}"),
        };
        assert_eq!(of(401, ""), Refusal::SignIn);
        assert!(matches!(of(403, &error("quotaExceeded")), Refusal::Later(_)));
        assert!(matches!(of(400, &error("uploadLimitExceeded")), Refusal::Later(_)));
        assert!(matches!(of(401, &error("youtubeSignupRequired")), Refusal::Never(_)));
        assert_eq!(of(400, &error("invalidTitle")), Refusal::Never("YouTube refused it: “No”".to_owned()));
        assert_eq!(of(418, "<html>"), Refusal::Never("YouTube refused it: status 418".to_owned()));
        for status in [408, 429, 500, 503] {
            assert!(matches!(refused(&answer(status, None, "")), NotSent::Cut(_)), "{status}");
        }
    }
}
