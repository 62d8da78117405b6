//! JSON text to [`Node`]s. Strict JSON as serde_json understands it; each value is first taken as the slice of the text
//! it stands in, and the slice's own position is where the value is.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::faults::{Problem, Unreadable};
use super::node::{Content, DEEPEST, MOST_VALUES, Node};

/// The tree of `text`, or where and why there is none.
pub fn parse(text: &str) -> Result<Node, Unreadable> {
    let root = slice::<&RawValue>(text, text)?;
    let mut values_left = MOST_VALUES;
    node(text, root, 0, &mut values_left)
}

fn node(text: &str, raw: &RawValue, depth: usize, values_left: &mut usize) -> Result<Node, Unreadable> {
    let raw = raw.get();
    let at = offset(text, raw);
    *values_left = values_left.checked_sub(1).ok_or_else(|| Unreadable { at, problem: Problem::too_many_values() })?;
    let content = match raw.as_bytes().first() {
        Some(b'"') => Content::Text(slice::<Cow<str>>(text, raw)?.into_owned()),
        Some(b'[' | b'{') if depth == DEEPEST => return Err(Unreadable { at, problem: Problem::too_deep() }),
        Some(b'[') => {
            let items = slice::<Vec<&RawValue>>(text, raw)?;
            Content::List(
                items.into_iter().map(|item| node(text, item, depth + 1, values_left)).collect::<Result<_, _>>()?,
            )
        }
        Some(b'{') => {
            let Entries(entries) = slice(text, raw)?;
            let nodes = entries.into_iter().map(|(key, value)| {
                Ok((node(text, key, depth + 1, values_left)?, node(text, value, depth + 1, values_left)?))
            });
            Content::Map(nodes.collect::<Result<_, Unreadable>>()?)
        }
        Some(b't') => Content::Bool(true),
        Some(b'f') => Content::Bool(false),
        Some(b'n') => Content::Null,
        // The slice is a JSON number, and every JSON number parses as f64; a huge one is infinite, which no rule allows.
        _ => Content::Number(raw.parse().unwrap_or(f64::NAN)),
    };
    Ok(Node { at, content })
}

/// Where `part`, a slice of `text`, starts.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// Reads one level of `part`, a slice of `text`.
fn slice<'a, T: Deserialize<'a>>(text: &str, part: &'a str) -> Result<T, Unreadable> {
    serde_json::from_str(part).map_err(|error| {
        let line_start = match error.line() {
            0 | 1 => 0,
            line => part.match_indices('\n').nth(line - 2).map_or(0, |(newline, _)| newline + 1),
        };
        let at = offset(text, part) + line_start + error.column().saturating_sub(1);
        let whole = error.to_string();
        let reason = whole.split(" at line ").next().unwrap_or(&whole);
        let problem = Problem::new(format!("this is not valid JSON: {}", in_words(reason)));
        let stands_here = text[text.floor_char_boundary(at)..].chars().next();
        let hint = match reason {
            _ if stands_here.is_some_and(|c| matches!(c, '“' | '”' | '„' | '‘' | '’' | '«' | '»')) => {
                "Put names and texts in straight quotes (\"): these are the quotes of a text program."
            }
            "key must be a string" => "Put the field's name in double quotes.",
            "trailing characters" => "Remove what follows the end of the document.",
            "unexpected end of hex escape" | "lone leading surrogate in hex escape" => {
                "An emoji written as \\u escapes needs both halves, such as \\ud83d\\udc76."
            }
            reason if reason.starts_with("EOF") => "The file ends too early: a closing quote or bracket is missing.",
            reason if reason.starts_with("control character") => {
                "Write a line break as \\n and a tab as \\t, or close the quotes."
            }
            _ => "Check the commas, quotes and brackets here and on the line before.",
        };
        Unreadable { at, problem: problem.hint(hint) }
    })
}

/// serde_json's reasons that speak of its own parts, in words.
fn in_words(reason: &str) -> &str {
    match reason {
        "expected ident" => "expected true, false or null",
        "unexpected end of hex escape" => "half of a surrogate pair",
        reason if reason.starts_with("control character") => "an unescaped line break or tab inside a text",
        reason => reason,
    }
}

/// The entries of an object as they stand, repeated keys and all.
struct Entries<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EveryEntry;

        impl<'de> Visitor<'de> for EveryEntry {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(EveryEntry)
    }
}
