//! The small JSON file beside a clip's stream: what the episode must know of it without decoding a picture.

use serde::{Deserialize, Serialize};

use crate::media::video::Word;
use crate::plan::Role;
use crate::providers::provider::{Facts, File};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClipFacts {
    /// Of the stream.
    pub frames: u32,
    /// When each word of the caption is heard, from the start of the clip.
    pub words: Vec<Word>,
}

impl ClipFacts {
    pub fn file(&self) -> File {
        let bytes = serde_json::to_vec(self).expect("words and numbers are always JSON");
        File { role: Role::Words, bytes, facts: Facts::Json }
    }
}
