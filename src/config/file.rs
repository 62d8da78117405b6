//! The config file: where it lies, and its TOML as values with their lines. Unknown keys are faults that name the
//! nearest known one, so that a slip of the pen is never silently ignored.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::ConfigError;
use super::names::NAMES;
use super::sections::{SECTIONS, Sections};
use super::value::{Given, Layers, Source, Written};
use crate::domain::Display;
use crate::domain::read::nearest::nearest;

/// Names another config file; `--config` does so too.
const VARIABLE: &str = "BABBLECAST_CONFIG";

/// No config file is larger.
const LARGEST: u64 = 1024 * 1024;

/// Where the config file lies unless another one is named: `~/.config/babblecast/config.toml` on Linux.
pub fn config_file() -> Option<PathBuf> {
    let places = directories::ProjectDirs::from("", "", "babblecast")?;
    Some(places.config_dir().join("config.toml"))
}

/// Reads the config file into the layers and returns its path; `None` where there is none and none was asked for.
pub(super) fn read(
    flag: Option<&Path>,
    environment: &dyn Fn(&str) -> Option<OsString>,
    layers: &mut Layers,
    sections: &mut Sections,
) -> Result<Option<PathBuf>, ConfigError> {
    let named = flag.map(Path::to_owned).or_else(|| environment(VARIABLE).map(PathBuf::from));
    let must_exist = named.is_some();
    let Some(path) = named.or_else(config_file) else { return Ok(None) };
    let unreadable = |why: &dyn std::fmt::Display| ConfigError {
        faults: vec![format!("The config file {} cannot be read: {why}.", path.to_string_lossy().display())],
    };
    let facts = match std::fs::metadata(&path) {
        Ok(facts) => facts,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
    };
    if !facts.is_file() || facts.len() > LARGEST {
        return Err(unreadable(&"it is no plain file of at most 1 MiB"));
    }
    let bytes = std::fs::read(&path).map_err(|error| unreadable(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable(&"it is not UTF-8 text"))?;
    parse(&path, &text, layers, sections)?;
    Ok(Some(path))
}

/// Lays every value of the file; unknown keys become faults of the layers.
pub(super) fn parse(path: &Path, text: &str, layers: &mut Layers, sections: &mut Sections) -> Result<(), ConfigError> {
    let shown = path.to_string_lossy().display();
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        let message = error.message().trim().replace('\n', "; ");
        ConfigError { faults: vec![format!("{shown}:{line}: {}.", message.display())] }
    })?;
    let source_at = |offset| Source::File { path: path.to_owned(), line: line_of(text, offset) };
    for (key, value) in table.get_ref() {
        if let Some(section) = SECTIONS.into_iter().find(|section| section == key.get_ref()) {
            sections.read(section, value, &source_at, layers);
        }
    }
    let mut values = Vec::new();
    flatten("", table.get_ref(), &mut values);
    values.retain(|(key, ..)| !SECTIONS.contains(&key.as_str()));
    for (key, offset, value) in values {
        let source = source_at(offset);
        if let Some(name) = NAMES.iter().find(|name| name.key == key) {
            layers.put(name.key, Given { written: written(value), source });
        } else {
            layers.fault(format!("{source}: {} is no setting. {}", key.display(), known_keys(&key)));
        }
    }
    Ok(())
}

/// What an unknown key may have been meant to be.
fn known_keys(unknown: &str) -> String {
    let keys = || NAMES.iter().map(|name| name.key).chain(SECTIONS);
    match nearest(unknown, keys()) {
        Some(key) => format!("Did you mean {key}?"),
        None => format!("Known are {}.", keys().collect::<Vec<_>>().join(", ")),
    }
}

/// Every value with its key in dots and the place of that key, in the order of the file. Tables that hold settings are
/// opened; any other table is a value, and so an unknown key.
fn flatten<'a>(prefix: &str, table: &'a DeTable<'_>, values: &mut Vec<(String, usize, &'a DeValue<'a>)>) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        let opens = format!("{name}.");
        match value.get_ref() {
            DeValue::Table(inner) if NAMES.iter().any(|known| known.key.starts_with(&opens)) => {
                flatten(&opens, inner, values);
            }
            value => values.push((name, key.span().start, value)),
        }
    }
    values.sort_by_key(|(_, offset, _)| *offset);
}

fn written(value: &DeValue<'_>) -> Written {
    match value {
        DeValue::String(text) => Written::Text(OsString::from(text.as_ref())),
        DeValue::Boolean(value) => Written::Bool(*value),
        DeValue::Integer(number) => Written::Number(number.as_str().to_owned()),
        DeValue::Float(number) => Written::Number(number.as_str().to_owned()),
        DeValue::Array(items) => {
            let words: Option<Vec<String>> =
                items.iter().map(Spanned::get_ref).map(|item| item.as_str().map(str::to_owned)).collect();
            words.map_or(Written::Other("a list of other things than texts"), Written::List)
        }
        DeValue::Datetime(_) => Written::Other("a date"),
        DeValue::Table(_) => Written::Other("a table"),
    }
}

/// From 1.
fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}
