//! How a campaign wants its captions to look. Checked by the reader, part of the request of every clip that shows words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `captions` of a campaign file says; what it leaves out is as always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CaptionLook {
    /// Says also how many words a page has where `words_per_page` does not.
    #[serde(default, skip_serializing_if = "is_default")]
    pub style: CaptionStyle,
    /// `None` is at the bottom, and clear of the face where a photo has it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<CaptionPosition>,
    /// At most so many words at a time; `None` is what the style has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words_per_page: Option<u8>,
    /// Changes only what is drawn; the subtitle files keep the text as written.
    #[serde(default, skip_serializing_if = "is_default")]
    pub case: LetterCase,
}

/// How the words are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaptionStyle {
    /// White, the spoken word larger and in yellow.
    #[default]
    Highlight,
    /// White, at most five words, each page at least 0.9 s.
    Plain,
    /// White and large, at most three words.
    Bold,
    /// No words in the picture; the subtitle files have them.
    None,
}

/// Where the words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaptionPosition {
    /// Near the top: from row 300 of 1,920.
    Top,
    /// Across the middle: from row 700 of 1,920.
    Middle,
    /// Above the controls of the platforms, whatever the picture shows there.
    Bottom,
}

/// The case of the letters that are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterCase {
    /// The letters of the campaign file.
    #[default]
    AsWritten,
    /// All capitals.
    Upper,
    /// All small letters.
    Lower,
}

impl CaptionLook {
    /// Words on a page that a campaign may ask for.
    pub const MOST_WORDS: u8 = 20;

    /// Whether it is what a campaign without `captions` has: then requests leave it out, and their keys stay the same.
    pub fn is_default(&self) -> bool {
        *self == CaptionLook::default()
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
