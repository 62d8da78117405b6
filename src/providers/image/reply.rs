//! Replies in the shape of OpenAI's image calls: one JSON object, or a stream of events whose last one holds the
//! picture. Told apart by their bytes, never by what a header says.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use crate::media::container;
use crate::providers::error_body::ErrorBody;
use crate::providers::http::lenient::lenient;
use crate::providers::http::{base64, sse};
use crate::providers::prices::Usage;

/// The picture of a reply.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub picture: Source,
    pub usage: Option<Usage>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    Bytes(Vec<u8>),
    /// Where it can be fetched; compatible servers only.
    Url(String),
}

/// Why a reply holds no picture.
#[derive(Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// It says so itself.
    Error(ErrorBody),
    Garbled(String),
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(default, borrow)]
    data: Option<Vec<Item<'a>>>,
    #[serde(default, deserialize_with = "lenient")]
    usage: Option<Value>,
    #[serde(default, deserialize_with = "lenient")]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(default, borrow)]
    b64_json: Option<Text<'a>>,
    #[serde(default, deserialize_with = "lenient")]
    url: Option<String>,
}

/// Megabytes of text, copied only if they hold an escape: serde borrows a `Cow` that is a field, not one in an `Option`.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// One event of a stream.
#[derive(Deserialize)]
pub(super) struct StreamEvent<'a> {
    #[serde(default, rename = "type", deserialize_with = "lenient")]
    pub kind: Option<String>,
    #[serde(default, borrow)]
    pub b64_json: Option<Text<'a>>,
    #[serde(default, deserialize_with = "lenient")]
    pub partial_image_index: Option<u32>,
    #[serde(default, deserialize_with = "lenient")]
    usage: Option<Value>,
    #[serde(default, deserialize_with = "lenient")]
    error: Option<Value>,
}

/// Finds the picture in a successful reply.
pub fn read(body: &[u8]) -> Result<Answer, NoAnswer> {
    match body.trim_ascii_start().first() {
        Some(b'{') => read_document(body),
        _ => read_stream(body),
    }
}

fn read_document(body: &[u8]) -> Result<Answer, NoAnswer> {
    let document: Document = serde_json::from_slice(body).map_err(|error| garbled_json(&error))?;
    if document.error.is_some_and(|error| !error.is_null()) {
        return Err(NoAnswer::Error(ErrorBody::parse(body)));
    }
    let picture = match document.data.and_then(|items| items.into_iter().next()) {
        Some(Item { b64_json: Some(Text(text)), .. }) => decoded(&text)?,
        Some(Item { url: Some(url), .. }) => Source::Url(url),
        _ => return Err(NoAnswer::Garbled("it holds no picture".to_owned())),
    };
    Ok(Answer { picture, usage: document.usage.as_ref().and_then(usage) })
}

fn read_stream(body: &[u8]) -> Result<Answer, NoAnswer> {
    let events = sse::events(body);
    if events.is_empty() {
        return Err(NoAnswer::Garbled(format!("it is {}", container::describe(body))));
    }
    let mut last_trouble = NoAnswer::Garbled("its stream ended without the finished picture".to_owned());
    for event in events {
        if event.data.trim_ascii() == b"[DONE]" {
            continue;
        }
        let parsed: StreamEvent = match serde_json::from_slice(&event.data) {
            Ok(parsed) => parsed,
            Err(error) => {
                last_trouble = garbled_json(&error);
                continue;
            }
        };
        if parsed.error.as_ref().is_some_and(|error| !error.is_null()) || parsed.is("error", &event.name) {
            return Err(NoAnswer::Error(ErrorBody::parse(&event.data)));
        }
        if parsed.is("completed", &event.name) {
            let Some(Text(text)) = parsed.b64_json else {
                return Err(NoAnswer::Garbled("its last event holds no picture".to_owned()));
            };
            return Ok(Answer { picture: decoded(&text)?, usage: parsed.usage.as_ref().and_then(usage) });
        }
    }
    Err(last_trouble)
}

impl StreamEvent<'_> {
    /// Whether this is an event of that kind: `image_generation.completed`, `image_edit.completed`, …
    pub(super) fn is(&self, kind: &str, event_name: &str) -> bool {
        self.kind.as_deref().unwrap_or(event_name).rsplit('.').next() == Some(kind)
    }
}

fn decoded(text: &str) -> Result<Source, NoAnswer> {
    base64::decode(text)
        .map(Source::Bytes)
        .ok_or_else(|| NoAnswer::Garbled("its picture is not clean base64: it was altered on the way".to_owned()))
}

fn garbled_json(error: &serde_json::Error) -> NoAnswer {
    NoAnswer::Garbled(if error.is_eof() {
        "it stops in the middle".to_owned()
    } else {
        format!("it is not the JSON that was expected (line {}, column {})", error.line(), error.column())
    })
}

/// The tokens used; where input is not told apart, it counts as the dearer kind.
fn usage(value: &Value) -> Option<Usage> {
    let number = |value: &Value, name: &str| value.get(name).and_then(Value::as_u64);
    let out = number(value, "output_tokens")?;
    let details = value.get("input_tokens_details");
    let kinds = details.and_then(|details| Some((number(details, "text_tokens")?, number(details, "image_tokens")?)));
    let (text_in, image_in) = kinds.unwrap_or((0, number(value, "input_tokens").unwrap_or_default()));
    Some(Usage { text_in, image_in, out })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_picture_is_copied_only_where_slashes_are_escaped() {
        let text = |body: &'static str| {
            let document: Document = serde_json::from_str(body).unwrap();
            document.data.unwrap().remove(0).b64_json.unwrap().0
        };
        assert!(matches!(text(r#"{"data": [{"b64_json": "/+8="}]}"#), Cow::Borrowed("/+8=")));
        assert!(matches!(text(r#"{"data": [{"b64_json": "\/+8="}]}"#), Cow::Owned(text) if text == "/+8="));
        let event: StreamEvent = serde_json::from_str(r#"{"b64_json": "/+8="}"#).unwrap();
        assert!(matches!(event.b64_json, Some(Text(Cow::Borrowed("/+8=")))));
    }
}
