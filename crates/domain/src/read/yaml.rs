//! YAML text to [`Node`]s, through serde-saphyr with budgets that end alias bombs and deep nesting early.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Error, Location, Options, Spanned};

use super::faults::{Problem, Unreadable, shortened_to};
use super::limits::TEXTS;
use super::node::{Content, DEEPEST, MOST_VALUES, Node};

/// The tree of `text`, or where and why there is none.
pub fn parse(text: &str) -> Result<Node, Unreadable> {
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| {
        let at = error.location().map_or(0, |location| offset(text, location));
        let problem = problem(&error);
        let problem = match unquoted(text, at) {
            Some(hint) => problem.hint(hint),
            None => problem,
        };
        Unreadable { at, problem }
    })
}

/// What to do where an error comes from a text that begins with a mark of YAML's own: on its line, or the one before.
fn unquoted(text: &str, at: usize) -> Option<String> {
    let at = text.floor_char_boundary(at);
    let start = |at: usize| text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let here = start(at);
    let lines = [here, start(here.saturating_sub(1))].map(|start| text[start..].lines().next().unwrap_or_default());
    lines.into_iter().find_map(|line| {
        let (name, value) = line.trim_start_matches([' ', '-', '{']).split_once(':')?;
        let first = value.trim_start().chars().next()?;
        let is_mark = matches!(first, '[' | '{' | '*' | '&' | '!' | '%' | '@' | '`');
        (is_mark && TEXTS.contains(&name.trim()))
            .then(|| format!("Put a text that begins with {first} in quotes, as in {}: \"{first}…\".", name.trim()))
    })
}

/// The byte that `location` points at; the scanner's own errors know only line and column.
fn offset(text: &str, location: Location) -> usize {
    if let Some(byte) = location.span().byte_offset() {
        return byte as usize;
    }
    let lines_before = location.line().saturating_sub(1) as usize;
    let start = text.split_inclusive('\n').take(lines_before).map(str::len).sum::<usize>();
    let column = location.column().saturating_sub(1) as usize;
    start + text[start..].chars().take(column).map(char::len_utf8).sum::<usize>()
}

/// The parser's error in the words of a campaign file.
fn problem(error: &Error) -> Problem {
    match error {
        Error::AliasError { error, .. } => problem(error),
        Error::UnsupportedTag { .. } => Problem::new("tags such as !include are not supported")
            .hint("Write the content itself: a campaign file reads no other file."),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::Budget { breach: BudgetBreach::Aliases { .. } | BudgetBreach::Anchors { .. }, .. } => {
            Problem::new("the aliases (*name) of the file unfold to too much")
                .hint("Write the repeated parts out, or repeat less.")
        }
        Error::Budget { breach: BudgetBreach::Documents { .. }, .. } | Error::MultipleDocuments { .. } => {
            Problem::new("the file holds more than one document")
                .hint("Keep one campaign a file: remove the line --- and what belongs to the other.")
        }
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => Problem::too_deep(),
        Error::Budget { .. } => Problem::too_many_values(),
        other => {
            let whole = other.to_string();
            let reason = whole.split(" at line ").next().unwrap_or(&whole);
            let problem = Problem::new(format!("this is not valid YAML: {}", shortened_to(200, reason)));
            match reason {
                // The scanner looks ahead of the budget, and has a limit of its own.
                reason if reason.starts_with("recursion limit") => Problem::too_deep(),
                reason if reason.contains("tab") => problem.hint("Indent with spaces."),
                reason if reason.contains("unclosed") => problem.hint("Add the closing quote or bracket."),
                reason if reason.contains("unknown anchor") => {
                    problem.hint("Define it first, as &name, or use quotes.")
                }
                _ => problem.hint("Put a text that holds : # @ or quotes in quotes, and indent with spaces."),
            }
        }
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            max_documents: 1,
            max_events: 3 * MOST_VALUES,
            max_nodes: MOST_VALUES,
            max_aliases: 50_000,
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 200_000,
            max_replay_stack_depth: DEEPEST,
        },
        // The rules name repeated keys and infinite numbers themselves, with their place.
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        // YAML 1.2: `yes` and `007` are texts.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Content>::deserialize(deserializer)?;
        let at = spanned.referenced.span().byte_offset().unwrap_or(0);
        Ok(Self { at: at as usize, content: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyContent)
    }
}

struct AnyContent;

impl<'de> Visitor<'de> for AnyContent {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text, number, list or object")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Content, E> {
        Ok(Content::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Content, E> {
        Ok(Content::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Content, E> {
        Ok(Content::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Content, E> {
        Ok(Content::Number(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Content, E> {
        Ok(Content::Number(value as f64))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Content, E> {
        Ok(Content::Number(value))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Content, E> {
        Ok(Content::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Content, E> {
        Ok(Content::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Content, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Content::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Content, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Content::Map(map))
    }
}
