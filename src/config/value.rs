//! Values on their way from text to type: what was written, by whom, and what is wrong with it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use super::word::Word;
use crate::domain::read::nearest::nearest;
use crate::domain::{Display, MicroDollars};

/// A value and who set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    pub value: T,
    pub source: Source,
}

/// Who set a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Default,
    /// The config file, at a line counted from 1.
    File {
        path: PathBuf,
        line: usize,
    },
    /// The name of the variable.
    Environment(&'static str),
    /// The name of the flag with its dashes.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File { path, line } => write!(f, "{}:{line}", path.to_string_lossy().display()),
            Source::Environment(name) | Source::Flag(name) => f.write_str(name),
        }
    }
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Written {
    Text(OsString),
    Bool(bool),
    Number(String),
    List(Vec<String>),
    /// A TOML value that no setting is made of: its kind.
    Other(&'static str),
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Written::Text(text) => write!(f, "\"{}\"", text.to_string_lossy().display()),
            Written::Bool(value) => value.fmt(f),
            Written::Number(digits) => f.write_str(digits),
            Written::List(_) => f.write_str("a list"),
            Written::Other(kind) => f.write_str(kind),
        }
    }
}

/// A value with its source; the highest layer that gives one wins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Given {
    pub written: Written,
    pub source: Source,
}

impl Given {
    pub fn text(text: impl Into<OsString>, source: Source) -> Self {
        Self { written: Written::Text(text.into()), source }
    }
}

/// What the layers laid so far say, by the key of the setting, and what was wrong.
#[derive(Debug, Default)]
pub(super) struct Layers {
    given: BTreeMap<&'static str, Given>,
    faults: Vec<String>,
}

impl Layers {
    /// Lays a value over what lower layers said.
    pub fn put(&mut self, key: &'static str, given: Given) {
        self.given.insert(key, given);
    }

    pub fn fault(&mut self, sentence: String) {
        self.faults.push(sentence);
    }

    pub fn into_faults(self) -> Vec<String> {
        self.faults
    }

    /// The value of `key`, or `None` where no layer gives one.
    pub fn optional<Kind: Reads<T>, T>(&mut self, key: &'static str) -> Setting<Option<T>> {
        let Some(given) = self.given.remove(key) else {
            return Setting { value: None, source: Source::Default };
        };
        match Kind::read(&given) {
            Ok(value) => Setting { value: Some(value), source: given.source },
            Err(wanted) => {
                self.faults.push(format!("{}: {key} cannot be {}: {wanted}.", given.source, given.written));
                Setting { value: None, source: given.source }
            }
        }
    }

    /// The value of `key`, or `default`.
    pub fn or<Kind: Reads<T>, T>(&mut self, key: &'static str, default: T) -> Setting<T> {
        let Setting { value, source } = self.optional::<Kind, T>(key);
        Setting { value: value.unwrap_or(default), source }
    }
}

/// How a kind of setting reads its values; the error says what it wants to be given.
pub(super) trait Reads<T> {
    fn read(given: &Given) -> Result<T, String>;
}

/// One word of a few.
pub(super) struct Choice<T>(PhantomData<T>);

impl<T: Word> Reads<T> for Choice<T> {
    fn read(given: &Given) -> Result<T, String> {
        let text = match &given.written {
            Written::Text(text) => text.to_string_lossy().into_owned(),
            _ => String::new(),
        };
        T::of_word(&text).ok_or_else(|| {
            let words: Vec<&str> = T::WORDS.iter().map(|(_, word, _)| *word).collect();
            let meant = nearest(&text, words.iter().copied());
            let meant = meant.map_or_else(String::new, |word| format!(" (did you mean {word}?)"));
            format!("use one of {}{meant}", words.join(", "))
        })
    }
}

/// A path; in the config file relative to that file, and `~/` is the user's home folder.
pub(super) struct Folder;

impl Reads<PathBuf> for Folder {
    fn read(given: &Given) -> Result<PathBuf, String> {
        let Written::Text(text) = &given.written else { return Err("give a path as a text".to_owned()) };
        let written = Path::new(text);
        if text.is_empty() {
            return Err("give a path".to_owned());
        }
        let path = match &given.source {
            Source::File { path, .. } => {
                let folder = path.parent().unwrap_or(Path::new(""));
                match (written.strip_prefix("~"), directories::BaseDirs::new()) {
                    (Ok(below), Some(places)) => places.home_dir().join(below),
                    _ => folder.join(written),
                }
            }
            _ => written.to_owned(),
        };
        std::path::absolute(&path).map_err(|error| format!("the path cannot be used ({error})"))
    }
}

impl Reads<bool> for bool {
    fn read(given: &Given) -> Result<bool, String> {
        match &given.written {
            Written::Bool(value) => Ok(*value),
            Written::Text(text) if text == "true" || text == "1" || text == "on" => Ok(true),
            Written::Text(text) if text == "false" || text == "0" || text == "off" => Ok(false),
            _ => Err("use true or false".to_owned()),
        }
    }
}

impl Reads<MicroDollars> for MicroDollars {
    fn read(given: &Given) -> Result<MicroDollars, String> {
        let text = match &given.written {
            Written::Number(digits) => digits.clone(),
            Written::Text(text) => text.to_string_lossy().into_owned(),
            _ => String::new(),
        };
        parse_dollars(&text)
    }
}

/// The word for a cap that is none.
pub(super) const NO_CAP: &str = "none";

/// An amount, or the word that there is no limit.
pub(super) struct Cap;

impl Reads<Option<MicroDollars>> for Cap {
    fn read(given: &Given) -> Result<Option<MicroDollars>, String> {
        match &given.written {
            Written::Text(text) if text == NO_CAP => Ok(None),
            _ => match <MicroDollars as Reads<_>>::read(given) {
                Ok(cap) => Ok(Some(cap)),
                Err(wanted) => Err(format!("{wanted}, or \"{NO_CAP}\"")),
            },
        }
    }
}

/// A program with its arguments: a list, or a text that is split at white space. No shell reads it.
pub(super) struct Program;

impl Reads<Vec<String>> for Program {
    fn read(given: &Given) -> Result<Vec<String>, String> {
        let words = match &given.written {
            Written::List(words) => words.clone(),
            Written::Text(text) => text.to_str().unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        if words.first().is_none_or(String::is_empty) {
            return Err("give a program and its arguments, as [\"program\", \"argument\"]".to_owned());
        }
        Ok(words)
    }
}

/// A text of one line.
pub(super) struct Text;

impl Reads<String> for Text {
    fn read(given: &Given) -> Result<String, String> {
        let Written::Text(text) = &given.written else { return Err("give a text".to_owned()) };
        let text = text.to_str().map(str::trim).filter(|text| !text.is_empty() && !text.contains(char::is_control));
        text.map(str::to_owned).ok_or_else(|| "give a text of one line".to_owned())
    }
}

/// A whole number of a range.
pub(super) struct Count<const LEAST: usize, const MOST: usize>;

impl<const LEAST: usize, const MOST: usize> Reads<usize> for Count<LEAST, MOST> {
    fn read(given: &Given) -> Result<usize, String> {
        let text = match &given.written {
            Written::Number(digits) => digits.clone(),
            Written::Text(text) => text.to_string_lossy().into_owned(),
            _ => String::new(),
        };
        let count = text.trim().parse().ok().filter(|count| (LEAST..=MOST).contains(count));
        count.ok_or_else(|| format!("give a whole number from {LEAST} to {MOST}"))
    }
}

/// An amount such as `5`, `0.25` or `$1`, at most a million dollars.
pub fn parse_dollars(text: &str) -> Result<MicroDollars, String> {
    const MOST: f64 = 1e6;
    let digits = text.trim().trim_start_matches('$');
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match digits.parse::<f64>() {
        Ok(dollars) if plain && dollars <= MOST => Ok(MicroDollars::from_dollars(dollars)),
        _ => Err("give an amount in US dollars, such as 0.25".to_owned()),
    }
}

/// A setting as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub name: String,
    pub value: String,
    pub source: Source,
}
