//! What a request says, read with limits: its body, its path, its query. Whatever cannot be read is answered in words.

use std::collections::HashMap;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use futures::StreamExt;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use super::shared::SharedRef;
use crate::engine::words::part::Part;
use crate::plan::{Mode, Product};

/// How long a whole body may take to come.
const BODY_TIME: Duration = Duration::from_secs(20);

/// Characters of an idempotency key.
const LONGEST_KEY: usize = 255;

/// The body as text, within the server's limits.
pub struct Text(pub String);

impl FromRequest<SharedRef> for Text {
    type Rejection = Problem;

    async fn from_request(request: Request, shared: &SharedRef) -> Result<Self, Problem> {
        check_type(request.headers())?;
        let limit = shared.settings.body_limit;
        let too_large = || {
            let message = format!("The body may have at most {limit} bytes.");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message)
        };
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        if announced.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let read = tokio::time::timeout(BODY_TIME, read_body(request.into_body(), limit)).await;
        let Ok(read) = read else {
            let message = format!("The body did not come within {} seconds.", BODY_TIME.as_secs());
            return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", message));
        };
        let cut_off = |_| Problem::bad_request("body_cut_off", "The body ended before its end.");
        let bytes = read.map_err(cut_off)?.ok_or_else(too_large)?;
        String::from_utf8(bytes).map(Self).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Problem::bad_request(
                "not_utf8",
                format!("The body is not UTF-8 text: byte {at} is no part of a character."),
            )
        })
    }
}

/// The bytes; `None` as soon as there are more than `limit`.
async fn read_body(body: Body, limit: usize) -> Result<Option<Vec<u8>>, axum::Error> {
    let mut pieces = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await {
        bytes.extend_from_slice(&piece?);
        if bytes.len() > limit {
            return Ok(None);
        }
    }
    Ok(Some(bytes))
}

/// JSON, or what sends JSON without saying so: nothing, or curl's own word for `-d`.
fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" | "application/x-www-form-urlencoded" | "" => Ok(()),
        kind if kind.ends_with("+json") => Ok(()),
        _ => {
            let message = "Send the body as JSON: `Content-Type: application/json`.";
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", message))
        }
    }
}

/// A JSON body of a known shape.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<SharedRef> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, shared: &SharedRef) -> Result<Self, Problem> {
        let Text(text) = Text::from_request(request, shared).await?;
        serde_json::from_str(&text).map(Self).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => {
                Problem::unprocessable("invalid_body", format!("The body is not what is asked for: {error}."))
            }
            _ => Problem::bad_request("malformed_json", format!("The body is no JSON: {error}.")),
        })
    }
}

/// The parts of the path that stand for something, as texts; what they mean is looked up, never opened.
pub struct PathParts<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<SharedRef> for PathParts<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &SharedRef) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, shared).await;
        path.map(|Path(path)| Self(path))
            .map_err(|_| Problem::not_found("There is nothing at this path; /docs lists what there is."))
    }
}

/// The query; a name that the route does not know is refused, so that a slip is never silently ignored.
pub struct QueryOf(HashMap<String, String>);

impl FromRequestParts<SharedRef> for QueryOf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &SharedRef) -> Result<Self, Problem> {
        let query = Query::<HashMap<String, String>>::from_request_parts(parts, shared).await;
        query
            .map(|Query(query)| Self(query))
            .map_err(|error| Problem::bad_request("invalid_query", format!("The query cannot be read: {error}.")))
    }
}

impl QueryOf {
    /// Refuses every name but these.
    pub fn only(self, known: &[&str]) -> Result<Self, Problem> {
        match self.0.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(self),
            Some(_) if known.is_empty() => Err(Problem::bad_request("invalid_query", "This route takes no query.")),
            Some(name) => Err(Problem::bad_request(
                "invalid_query",
                format!("The query has {name:?}; this route knows {}.", known.join(", ")),
            )),
        }
    }

    pub fn mode(&self) -> Result<Option<Mode>, Problem> {
        self.0.get("mode").map(|word| mode_of(word)).transpose()
    }

    /// The parts that are asked for, as on the command line; empty is all.
    pub fn products(&self) -> Result<Vec<Product>, Problem> {
        let Some(text) = self.0.get("only") else { return Ok(Vec::new()) };
        let parts: Option<Vec<Part>> = text.split(',').map(|word| word.parse().ok()).collect();
        let products = parts.map(|parts| parts.iter().flat_map(|part| part.products()).copied().collect());
        products.ok_or_else(|| {
            Problem::bad_request("invalid_query", "only may name portraits, voices, clips and episode, with commas.")
        })
    }

    /// A text; empty where it is left out.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A whole number from 0 to `most`.
    pub fn number(&self, name: &str, usual: usize, most: usize) -> Result<usize, Problem> {
        let Some(text) = self.0.get(name) else { return Ok(usual) };
        text.parse().ok().filter(|number| *number <= most).ok_or_else(|| {
            Problem::bad_request("invalid_query", format!("{name} must be a whole number from 0 to {most}."))
        })
    }
}

/// `draft` or `final`.
pub fn mode_of(word: &str) -> Result<Mode, Problem> {
    [Mode::Draft, Mode::Final]
        .into_iter()
        .find(|mode| mode.name() == word)
        .ok_or_else(|| Problem::unprocessable("invalid_mode", "mode must be \"draft\" or \"final\"."))
}

/// What the asker calls this request, so that a second sending is recognised.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().map(str::trim).filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
    key.map(|key| Some(key.to_owned())).ok_or_else(|| {
        let message = format!("Idempotency-Key must have 1 to {LONGEST_KEY} visible ASCII characters.");
        Problem::bad_request("invalid_idempotency_key", message)
    })
}
