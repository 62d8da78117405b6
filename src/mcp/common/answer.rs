//! What a tool answers: a document, and small pictures beside it; or a sentence that says why not and what to do next.

use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;
use serde_json::Value;

use super::pictures::Picture;
use crate::domain::Display;
use crate::engine::words::json;
use crate::store::StoreError;

/// What was asked for.
#[derive(Debug, Default)]
pub struct Answer {
    document: Value,
    /// Each with what it shows.
    pictures: Vec<(String, Picture)>,
    /// False where what was asked for did not come to be, although it was begun.
    is_well: bool,
}

/// Why nothing was done: sentences for the agent and whoever reads along.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

impl Refusal {
    pub fn new(why: impl Into<String>) -> Self {
        let mut why = why.into();
        if !why.ends_with(['.', '!', '?']) {
            why.push('.');
        }
        Self(why)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::new(error.to_string().display().to_string())
    }
}

impl Answer {
    pub fn of(document: &impl Serialize) -> Result<Self, Refusal> {
        let document = serde_json::to_value(document)
            .map_err(|error| Refusal::new(format!("The answer cannot be written as JSON: {error}")))?;
        Ok(Self { document, pictures: Vec::new(), is_well: true })
    }

    pub fn with_pictures(self, pictures: Vec<(String, Picture)>) -> Self {
        Self { pictures, ..self }
    }

    /// The same, told as a failure where `is_well` is false.
    pub fn well(self, is_well: bool) -> Self {
        Self { is_well, ..self }
    }
}

/// The same as the protocol has it: the document as a value and as text, because not every client reads both.
pub fn result(answered: Result<Answer, Refusal>) -> CallToolResult {
    let Answer { document, pictures, is_well } = match answered {
        Ok(answer) => answer,
        Err(refusal) => return CallToolResult::error(vec![ContentBlock::text(refusal.0.display().to_string())]),
    };
    let text = json::text(&document).unwrap_or_else(|error| error.to_string());
    let mut content = vec![ContentBlock::text(text)];
    for (what, picture) in pictures {
        content.push(ContentBlock::text(what));
        content.push(ContentBlock::image(picture.base64(), Picture::MEDIA_TYPE));
    }
    let mut result = if is_well { CallToolResult::success(content) } else { CallToolResult::error(content) };
    result.structured_content = Some(document);
    result
}
