//! The small JSON file beside the stream of a clip or a cross-fade: what the episode must know of it without decoding a
//! picture.

use serde::{Deserialize, Serialize};

use crate::media::video::Word;
use crate::plan::Role;
use crate::providers::provider::{Facts, File, Input, NotMade};
use crate::providers::stored::{read, unreadable};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClipFacts {
    /// Of the stream; 0 where there is none.
    pub frames: u32,
    /// When each word of the caption is heard, from the start of the clip.
    pub words: Vec<Word>,
    /// When its effect begins, in seconds from the start of the clip; an episode lays it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect_at: Option<f64>,
}

impl ClipFacts {
    pub fn of(product: &Input) -> Result<Self, NotMade> {
        serde_json::from_slice(&read(product, Role::Words)?).map_err(|error| unreadable(&error.to_string()))
    }

    #[expect(clippy::expect_used, reason = "words and numbers are always JSON")]
    pub fn file(&self) -> File {
        let bytes = serde_json::to_vec(self).expect("words and numbers are always JSON");
        File { role: Role::Words, bytes, facts: Facts::Json }
    }
}
