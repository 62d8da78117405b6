//! Names that are safe to use as a file name: the checked campaign id and the slug of a speaker.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The id of a campaign: 1 to 64 of `A-Z a-z 0-9 _ -`, no leading `-`, no device name that Windows reserves.
/// It names files and folders, so it is checked once here and trusted everywhere else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CampaignId(String);

/// Why a text is no campaign id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// A text of no characters; blanks are no letters and end as `Character`.
    #[error("it is empty; give it 1 to 64 letters, digits, '_' or '-'")]
    Empty,
    /// With the number of its characters.
    #[error("it has {0} characters; at most 64 are allowed")]
    TooLong(usize),
    /// The dash is allowed anywhere else.
    #[error("it starts with '-', which a command line would read as an option")]
    LeadingDash,
    /// The first character that is not allowed.
    #[error("it contains {0:?}; only letters A-Z, digits, '_' and '-' are allowed")]
    Character(char),
    /// Such as `con` or `lpt1`, in any case: no such file can be made there.
    #[error("it is a device name that Windows reserves")]
    Reserved,
}

const LONGEST_ID: usize = 64;

impl CampaignId {
    /// Checks `text` by the rules above.
    pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
        let text = text.into();
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        let length = text.chars().count();
        if length > LONGEST_ID {
            return Err(IdError::TooLong(length));
        }
        if text.starts_with('-') {
            return Err(IdError::LeadingDash);
        }
        if let Some(bad) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
            return Err(IdError::Character(bad));
        }
        if is_reserved_device(&text) {
            return Err(IdError::Reserved);
        }
        Ok(Self(text))
    }

    /// Safe as a file name, in an address and on a command line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CampaignId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::new(text)
    }
}

impl From<CampaignId> for String {
    fn from(id: CampaignId) -> String {
        id.0
    }
}

/// `CON`, `NUL`, `COM1` … cannot be file names on Windows, in any case and with any extension.
fn is_reserved_device(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let numbered = |prefix: &str| {
        upper.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

/// A file-name-safe form of any text: lower-case ASCII letters and digits joined by `_`, at most 40 characters.
/// Different texts can share a slug, and some have none (""): the caller adds a number.
pub fn slug(text: &str) -> String {
    const LONGEST_SLUG: usize = 40;
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if slug.len() == LONGEST_SLUG {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_ids_are_ids() {
        for good in ["a", "monroviaboy_baby_podcast_001", "_-", "A-1", "console", "COM10", &"x".repeat(64)] {
            assert!(CampaignId::new(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", IdError::Empty),
            ("../../x", IdError::Character('.')),
            ("a/b", IdError::Character('/')),
            ("a\0", IdError::Character('\0')),
            ("é", IdError::Character('é')),
            ("-rf", IdError::LeadingDash),
            ("CON", IdError::Reserved),
            ("lpt1", IdError::Reserved),
        ] {
            assert_eq!(CampaignId::new(bad), Err(why), "{bad:?}");
        }
        assert_eq!(CampaignId::new("x".repeat(300)), Err(IdError::TooLong(300)));
    }

    #[test]
    fn slugs_are_plain_file_names() {
        for (text, expected) in [
            ("Baby 1", "baby_1"),
            ("  Mon Rovîa! ", "mon_rov_a"),
            ("../../etc", "etc"),
            ("李", ""),
            ("a\u{202e}b", "a_b"),
        ] {
            assert_eq!(slug(text), expected);
        }
        assert!(slug(&"long ".repeat(50)).len() <= 40);
    }
}
