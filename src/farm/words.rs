//! What travels: orders of homes, records of what was made, cards of workers. All of it may come from a hostile machine:
//! sizes are bounded before anything is read, and a hash is checked before a file is parsed.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::plan::{AssetHash, JobKey, Request, Role};

/// Changes with every change of what is written here; part of a farm's kind, so that two versions never meet.
pub const PROTOCOL: u32 = 2;

/// An order holds one clip's words and the requests of at most five inputs, or two clips by their names.
pub const MOST_ORDER: usize = 512 << 10;
pub const MOST_RECORD: usize = 16 << 10;
/// A portrait, a voice, a picture of the user's: what is larger stays at home.
pub const MOST_INPUT: u64 = 64 << 20;
/// The stream of a clip of twenty minutes has less.
pub const MOST_STREAM: u64 = 1 << 30;
/// The still of a clip, its words and its sound: a minute of sound has 1.5 MB.
pub const MOST_BESIDE: u64 = 64 << 20;
/// A font file of the user's own system: what is larger stays at home.
pub const MOST_FONT: u64 = 20 << 20;
/// No clip has more parts.
const MOST_PARTS: usize = 8;
/// Nobody's reason or name is longer.
const MOST_LETTERS: usize = 500;

/// A file in the object store, named by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub hash: AssetHash,
    pub bytes: u64,
}

/// What a home wants made: the parts of one clip or cross-fade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub protocol: u32,
    /// Of the request.
    pub key: JobKey,
    pub request: Request,
    pub inputs: Vec<OrderInput>,
    /// The font files that its request names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fonts: Vec<Stored>,
    /// The user's own file that it shows.
    pub source: Option<Stored>,
}

/// What it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderInput {
    pub key: JobKey,
    /// As far as it decides what is drawn: nobody's prompt travels.
    pub request: Request,
    pub files: Vec<(Role, Stored)>,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub protocol: u32,
    pub worker: String,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Its parts lie in the object store.
    Made(Made),
    /// Nobody tries it again; the reason is a clause.
    Failed { reason: String, tries: u64 },
}

/// The parts of a job. The stream lies there by itself, under the name that it has at home too: so a cross-fade finds its clips.
/// All others are one file, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    pub stream: Stored,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<Bundle>,
}

/// Several parts in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    pub stored: Stored,
    /// What they are, and the bytes of each.
    pub parts: Vec<(Role, u64)>,
}

impl Bundle {
    /// The parts, out of a file that is the one its hash names. The error is a clause.
    pub fn split(&self, mut bytes: &[u8]) -> Result<Vec<(Role, Vec<u8>)>, String> {
        let wrong = || "its parts are not as long as it says".to_owned();
        if self.parts.len() > MOST_PARTS {
            return Err(format!("it has {} parts and at most {MOST_PARTS} are read", self.parts.len()));
        }
        let mut parts = Vec::new();
        for (role, length) in &self.parts {
            let length = usize::try_from(*length).map_err(|_| wrong())?;
            let (part, rest) = bytes.split_at_checked(length).ok_or_else(wrong)?;
            parts.push((*role, part.to_vec()));
            bytes = rest;
        }
        if bytes.is_empty() { Ok(parts) } else { Err(wrong()) }
    }
}

/// What a worker says of itself every few seconds. It names no time: clocks may differ by hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub name: String,
    pub version: String,
    pub kind: String,
    /// What no two machines have in common, where it can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    pub slots: usize,
    pub making: Vec<String>,
    pub made: u64,
    pub failed: u64,
    pub made_last_minute: u64,
    pub bytes: u64,
    pub draining: bool,
    /// Its last word.
    pub left: bool,
}

/// What every message says first, whatever else its version says.
#[derive(Deserialize)]
struct Versioned {
    protocol: u32,
}

/// Reads an order or a record; the error is a clause.
pub fn read<T: DeserializeOwned>(payload: &[u8], most: usize) -> Result<T, String> {
    if payload.len() > most {
        return Err(format!("it has {} bytes and at most {most} are read", payload.len()));
    }
    let unreadable = |error: serde_json::Error| cut(&format!("it cannot be read ({error})"));
    let Versioned { protocol } = serde_json::from_slice(payload).map_err(unreadable)?;
    if protocol != PROTOCOL {
        let newer = if protocol > PROTOCOL { "a newer" } else { "an older" };
        return Err(format!("it is of {newer} babblecast (protocol {protocol}, this one speaks {PROTOCOL})"));
    }
    serde_json::from_slice(payload).map_err(unreadable)
}

/// A card of a worker, with bounded words.
pub fn read_card(payload: &[u8]) -> Option<Card> {
    let card: Card = (payload.len() <= MOST_RECORD).then(|| serde_json::from_slice(payload).ok())??;
    let making = card.making.iter().take(MOST_SHOWN).map(|name| cut(name)).collect();
    Some(Card { name: cut(&card.name), version: cut(&card.version), making, ..card })
}

/// No worker is told to make more at once.
const MOST_SHOWN: usize = 64;

#[expect(clippy::expect_used, reason = "strings, numbers and maps with string keys are always JSON")]
pub fn write(message: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(message).expect("strings, numbers and maps with string keys are always JSON")
}

/// Words of another machine, no longer than people read.
pub fn cut(words: &str) -> String {
    words.chars().take(MOST_LETTERS).collect()
}

/// A name as one part of a subject: letters, digits, `-` and `_`.
pub fn token(name: &str) -> String {
    let token: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' })
        .take(64)
        .collect();
    if token.is_empty() { "-".to_owned() } else { token }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_another_version_are_refused_with_a_sentence_whatever_else_they_say() {
        let why = |text: &str| read::<Record>(text.as_bytes(), MOST_RECORD).unwrap_err();
        assert!(why(r#"{"protocol": 3, "all": "new"}"#).contains("a newer babblecast (protocol 3"));
        assert!(why(r#"{"protocol": 0}"#).contains("an older"));
        assert!(why(r#"{"worker": 1}"#).contains("cannot be read"));
        assert!(why(&"x".repeat(MOST_RECORD + 1)).contains("at most"));
        assert!(why("\u{1}").contains("cannot be read"));
    }

    #[test]
    fn a_record_reads_back() {
        let stored = Stored { hash: AssetHash::of(b"a"), bytes: 1 };
        let made = Made { stream: stored, beside: Some(Bundle { stored, parts: vec![(Role::Still, 1)] }) };
        let record = Record { protocol: PROTOCOL, worker: "w".to_owned(), outcome: Outcome::Made(made) };
        assert_eq!(read::<Record>(&write(&record), MOST_RECORD), Ok(record));
    }

    #[test]
    fn parts_are_cut_where_the_record_says_and_nowhere_else() {
        let split = |parts: &[(Role, u64)], bytes: &[u8]| {
            Bundle { stored: Stored { hash: AssetHash::of(bytes), bytes: 5 }, parts: parts.to_vec() }.split(bytes)
        };
        let right = split(&[(Role::Still, 2), (Role::Words, 0), (Role::Sound, 3)], b"abcde").unwrap();
        assert_eq!(right, [(Role::Still, b"ab".to_vec()), (Role::Words, Vec::new()), (Role::Sound, b"cde".to_vec())]);
        for wrong in [&[(Role::Still, 4)][..], &[(Role::Still, 6)], &[(Role::Still, u64::MAX), (Role::Words, 6)], &[]] {
            assert!(split(wrong, b"abcde").is_err(), "{wrong:?}");
        }
        assert!(split(&[(Role::Still, 0); 9], b"").is_err());
    }

    #[test]
    fn any_name_becomes_one_part_of_a_subject() {
        assert_eq!(token("a.b > *é"), "a-b-----");
        assert_eq!(token(""), "-");
        assert_eq!(token(&"x".repeat(100)).len(), 64);
    }
}
