//! Changes one setting in the config file and leaves every other byte of it alone. What is written is read first as the
//! next start would read it, so that no change makes a file that is refused.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, Value};

use super::error::ConfigError;
use super::file::parse;
use super::sections::Sections;
use super::value::Layers;
use super::{Config, config_file};
use crate::domain::Display;

impl Config {
    /// The config file that a setting is written to: the one that was read, else the one that would be.
    pub fn writable_file(&self) -> Option<PathBuf> {
        self.file.clone().or_else(config_file)
    }
}

/// Writes `key = value` into a config file, which is made where it is missing. The value is given as it would be in the
/// environment: a word, a number, a path.
pub fn set(file: &Path, key: &str, value: &str) -> Result<(), ConfigError> {
    let (text, document) = read(file)?;
    let before = document.as_table();
    let mut refused = None;
    for value in candidates(value) {
        let mut document = document.clone();
        put(&mut document, key, value).map_err(|why| fault(file, why))?;
        let mut changed = document.to_string();
        if before.is_empty() {
            // What was nothing but comments stays above.
            let fresh = changed.strip_suffix(text.as_str()).unwrap_or(&changed);
            let gap = if text.is_empty() || text.ends_with("\n\n") { "" } else { "\n" };
            changed = format!("{text}{gap}{fresh}");
        }
        match check(file, &changed) {
            Ok(()) => return write(file, &text, &changed),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.unwrap_or_default())
}

/// Takes a setting out of a config file; whether it was there.
pub fn unset(file: &Path, key: &str) -> Result<bool, ConfigError> {
    let (text, mut document) = read(file)?;
    let mut table: &mut Table = document.as_table_mut();
    let (path, name) = key.rsplit_once('.').unwrap_or(("", key));
    for part in path.split('.').filter(|part| !part.is_empty()) {
        match table.get_mut(part).and_then(Item::as_table_mut) {
            Some(inner) => table = inner,
            None => return Ok(false),
        }
    }
    if table.remove(name).is_none() {
        return Ok(false);
    }
    let changed = document.to_string();
    check(file, &changed)?;
    write(file, &text, &changed)?;
    Ok(true)
}

fn fault(file: &Path, why: impl std::fmt::Display) -> ConfigError {
    ConfigError { faults: vec![format!("{}: {why}.", file.to_string_lossy().display())] }
}

fn read(file: &Path) -> Result<(String, DocumentMut), ConfigError> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(fault(file, error)),
    };
    let document = text.parse::<DocumentMut>().map_err(|error| fault(file, error.message().display()))?;
    Ok((text, document))
}

/// What a value may have been meant as: itself where it is a value of TOML, and a text.
fn candidates(value: &str) -> Vec<Value> {
    let plain = value.parse::<Value>().ok().filter(|value| !value.is_inline_table() && !value.is_datetime());
    plain.into_iter().chain([Value::from(value)]).collect()
}

fn put(document: &mut DocumentMut, key: &str, mut value: Value) -> Result<(), String> {
    let mut table: &mut Table = document.as_table_mut();
    let (path, name) = key.rsplit_once('.').unwrap_or(("", key));
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let inner = table.entry(part).or_insert_with(|| Item::Table(Table::new()));
        table =
            inner.as_table_mut().ok_or_else(|| format!("{part} is no table of its own there; change it by hand"))?;
    }
    // A comment behind the former value stays there.
    if let Some(former) = table.get(name).and_then(Item::as_value) {
        *value.decor_mut() = former.decor().clone();
    }
    match table.get_mut(name) {
        Some(item) => *item = Item::Value(value),
        None => _ = table.insert(name, Item::Value(value)),
    }
    Ok(())
}

/// Whether the next start would take it.
fn check(file: &Path, text: &str) -> Result<(), ConfigError> {
    let (mut layers, mut sections) = (Layers::default(), Sections::default());
    parse(file, text, &mut layers, &mut sections)?;
    Config::resolve(Some(file.to_owned()), layers, sections, &|_| None).map(|_| ())
}

fn write(file: &Path, former: &str, text: &str) -> Result<(), ConfigError> {
    if former == text && file.exists() {
        return Ok(());
    }
    // A link to the file that one keeps elsewhere stays a link.
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    replace(&target, text).map_err(|error| fault(file, format!("it cannot be written: {error}")))
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let begun = file.with_extension(format!("toml.{}", std::process::id()));
    fs::write(&begun, text)?;
    if let Ok(facts) = fs::metadata(file) {
        fs::set_permissions(&begun, facts.permissions())?;
    }
    fs::rename(&begun, file).inspect_err(|_| _ = fs::remove_file(&begun))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(before: &str, key: &str, value: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        fs::write(&file, before).unwrap();
        let outcome = set(&file, key, value);
        let after = fs::read_to_string(&file).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        match outcome {
            Ok(()) => Ok(after),
            Err(error) => {
                assert_eq!(after, before, "a refused change writes nothing");
                Err(error.faults.join("; ").replace(&file.to_string_lossy().into_owned(), "FILE"))
            }
        }
    }

    #[test]
    fn one_line_is_changed_and_the_rest_stays() {
        let before = "# mine\ntheme = \"dark\" # for now\n\n[caps]\nrun = 2  # dollars\n";
        for (key, value, after) in [
            ("theme", "light", before.replace("\"dark\"", "\"light\"")),
            ("caps.run", "3.5", before.replace("= 2 ", "= 3.5 ")),
            ("caps.month", "none", format!("{before}month = \"none\"\n")),
            ("calm", "true", before.replace("\n\n[caps]", "\ncalm = true\n\n[caps]")),
            ("preview.protocol", "sixel", format!("{before}\n[preview]\nprotocol = \"sixel\"\n")),
            ("theme", "dark", before.to_owned()),
        ] {
            assert_eq!(changed(before, key, value), Ok(after), "{key} = {value}");
        }
        assert_eq!(changed("", "theme", "light"), Ok("theme = \"light\"\n".to_owned()));
        let comment = "# mine\n";
        assert_eq!(changed(comment, "theme", "light"), Ok("# mine\n\ntheme = \"light\"\n".to_owned()));
        assert_eq!(changed(comment, "caps.run", "2"), Ok("# mine\n\n[caps]\nrun = 2\n".to_owned()));
    }

    #[test]
    fn what_the_next_start_would_refuse_is_not_written() {
        for (before, key, value, why) in [
            ("", "theme", "lihgt", "did you mean light?"),
            ("", "teme", "light", "Did you mean theme?"),
            ("", "caps.run", "much", "caps.run cannot be"),
            ("theme = \"dark\"\n", "theme.x", "1", "is no table"),
            ("theme = \n", "theme", "light", "FILE"),
            ("thme = \"dark\"\n", "theme", "light", "thme is no setting"),
        ] {
            let told = changed(before, key, value).unwrap_err();
            assert!(told.contains(why), "{key} = {value}: {told}");
        }
    }

    #[test]
    fn a_setting_is_taken_out_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("below").join("config.toml");
        assert_eq!(unset(&file, "theme"), Ok(false));
        set(&file, "theme", "light").unwrap();
        set(&file, "caps.run", "2").unwrap();
        assert_eq!(
            (unset(&file, "theme"), unset(&file, "caps.run"), unset(&file, "caps.run")),
            (Ok(true), Ok(true), Ok(false))
        );
        assert_eq!(fs::read_to_string(&file).unwrap().trim(), "[caps]");
    }
}
