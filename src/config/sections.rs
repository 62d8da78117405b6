//! The sections of the config file that belong to the providers: `[openai]`, `[elevenlabs]`, `[image_server]`,
//! `[voice_server]`, `[writer]`, `[writer_server]`, `[transcript_server]` and `[prices]`. Each setting is checked by itself,
//! so that every fault is told with its line.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::value::{Layers, Row, Source};
use crate::domain::Display;
use crate::domain::read::nearest::nearest;
use crate::providers::config::ProviderConfig;
use crate::providers::prices::Prices;

/// Every section, in the order in which they are shown.
pub(super) const SECTIONS: [&str; 8] =
    ["openai", "elevenlabs", "image_server", "voice_server", "writer", "writer_server", "transcript_server", PRICES];
const PRICES: &str = "prices";

/// What the file says of the providers, and where it says it. Keys and addresses come from the environment.
#[derive(Debug, Clone, Default)]
pub struct Sections {
    pub(super) providers: ProviderConfig,
    /// `openai.quality` → its place in the file.
    sources: BTreeMap<String, Source>,
}

impl Sections {
    /// Takes a section of the file in; `source_at` names the place of a byte of the file.
    pub(super) fn read(
        &mut self,
        section: &'static str,
        value: &Spanned<DeValue<'_>>,
        source_at: &dyn Fn(usize) -> Source,
        layers: &mut Layers,
    ) {
        let Some(lines) = value.get_ref().as_table() else {
            let at = source_at(value.span().start);
            layers.fault(format!("{at}: {section} is a section: write [{section}] and its settings below."));
            return;
        };
        let table = match toml::Table::deserialize(value.clone().into_deserializer()) {
            Ok(table) => table,
            Err(error) => {
                let at = source_at(error.span().map_or(0, |span| span.start));
                return layers.fault(format!("{at}: {}.", error.message().display()));
            }
        };
        let entries: Vec<Entry> = match section {
            PRICES => leaves(PRICES, lines, &table),
            _ => entries(section, lines, &table),
        };
        let mut good = toml::Table::new();
        for entry in entries {
            let at = source_at(entry.offset);
            match check(section, &entry) {
                Ok(()) => {
                    lay(&mut good, &entry.path, entry.value.clone());
                    self.sources.insert(entry.name, at);
                }
                Err(fault) => layers.fault(format!("{at}: {fault}")),
            }
        }
        match section {
            "openai" => set(&mut self.providers.openai, good),
            "elevenlabs" => set(&mut self.providers.elevenlabs, good),
            "image_server" => set(&mut self.providers.image_server, good),
            "voice_server" => set(&mut self.providers.voice_server, good),
            "writer" => set(&mut self.providers.writer, good),
            "writer_server" => set(&mut self.providers.writer_server, good),
            "transcript_server" => set(&mut self.providers.transcript_server, good),
            _ => self.providers.prices = good,
        }
    }

    /// Tells what can be read and cannot be meant.
    pub(super) fn check(&self, layers: &mut Layers) {
        for wrong in self.providers.wrong() {
            layers.fault(format!("{}: {wrong}", self.source(wrong.key)));
        }
    }

    fn source(&self, name: &str) -> Source {
        self.sources.get(name).cloned().unwrap_or(Source::Default)
    }

    /// Every setting of the sections. Of the prices only those that are set: all others are built in.
    pub(super) fn rows(&self) -> Vec<Row> {
        let ProviderConfig {
            openai,
            elevenlabs,
            image_server,
            voice_server,
            writer,
            writer_server,
            transcript_server,
            ..
        } = &self.providers;
        let sections = [
            ("openai", members(openai)),
            ("elevenlabs", members(elevenlabs)),
            ("image_server", members(image_server)),
            ("voice_server", members(voice_server)),
            ("writer", members(writer)),
            ("writer_server", members(writer_server)),
            ("transcript_server", members(transcript_server)),
        ];
        let settings = sections.into_iter().flat_map(|(section, members)| {
            members.into_iter().map(move |(key, value)| (format!("{section}.{key}"), value))
        });
        let mut rows: Vec<Row> =
            settings.map(|(name, value)| Row { value: words(&value), source: self.source(&name), name }).collect();
        let prices = self.sources.iter().filter(|(name, _)| name.starts_with("prices."));
        let prices: Vec<Row> = prices
            .map(|(name, source)| {
                let value = name.split('.').skip(1).try_fold(None, |table: Option<&toml::Value>, key| {
                    Some(Some(table.map_or_else(|| self.providers.prices.get(key), |value| value.get(key))?))
                });
                let value = value.flatten().map_or_else(String::new, ToString::to_string);
                Row { name: name.clone(), value, source: source.clone() }
            })
            .collect();
        if prices.is_empty() {
            rows.push(Row { name: PRICES.to_owned(), value: "built in".to_owned(), source: Source::Default });
        }
        rows.extend(prices);
        rows
    }
}

/// One setting of a section.
struct Entry<'a> {
    /// `openai.quality`
    name: String,
    /// Its keys below the section.
    path: Vec<String>,
    offset: usize,
    value: &'a toml::Value,
}

fn entries<'a>(section: &str, lines: &DeTable<'_>, table: &'a toml::Table) -> Vec<Entry<'a>> {
    let with_value = lines.keys().filter_map(|key| Some((key, table.get(key.get_ref().as_ref())?)));
    with_value
        .map(|(key, value)| Entry {
            name: format!("{section}.{}", key.get_ref()),
            path: vec![key.get_ref().to_string()],
            offset: key.span().start,
            value,
        })
        .collect()
}

/// The figures of nested tables, each by itself.
fn leaves<'a>(section: &str, lines: &DeTable<'_>, table: &'a toml::Table) -> Vec<Entry<'a>> {
    let mut found = Vec::new();
    for entry in entries(section, lines, table) {
        let inner = lines.iter().find(|(key, _)| *key.get_ref() == entry.path[0]).map(|(_, value)| value.get_ref());
        match (inner.and_then(DeValue::as_table), entry.value.as_table()) {
            (Some(lines), Some(table)) => {
                let below = leaves(&entry.name, lines, table);
                found.extend(below.into_iter().map(|leaf| {
                    let path = entry.path.iter().cloned().chain(leaf.path).collect();
                    Entry { path, ..leaf }
                }));
            }
            _ => found.push(entry),
        }
    }
    found
}

/// What is wrong with one setting, if anything.
fn check(section: &str, entry: &Entry) -> Result<(), String> {
    let mut alone = toml::Table::new();
    lay(&mut alone, &entry.path, entry.value.clone());
    let defaults = ProviderConfig::default();
    match section {
        "openai" => check_field(entry, alone, &defaults.openai, "OPENAI_API_KEY", "OPENAI_BASE_URL"),
        "elevenlabs" => check_field(entry, alone, &defaults.elevenlabs, "ELEVENLABS_API_KEY", "ELEVENLABS_BASE_URL"),
        "image_server" => {
            check_field(entry, alone, &defaults.image_server, "BABBLECAST_IMAGE_KEY", "BABBLECAST_IMAGE_BASE_URL")
        }
        "voice_server" => {
            check_field(entry, alone, &defaults.voice_server, "BABBLECAST_VOICE_KEY", "BABBLECAST_VOICE_BASE_URL")
        }
        "writer" => check_field(entry, alone, &defaults.writer, "OPENAI_API_KEY", "OPENAI_BASE_URL"),
        "writer_server" => {
            check_field(entry, alone, &defaults.writer_server, "BABBLECAST_WRITER_KEY", "BABBLECAST_WRITER_BASE_URL")
        }
        "transcript_server" => check_field(
            entry,
            alone,
            &defaults.transcript_server,
            "BABBLECAST_TRANSCRIPT_KEY",
            "BABBLECAST_TRANSCRIPT_BASE_URL",
        ),
        _ => match Prices::with(&alone) {
            Ok(_) => Ok(()),
            Err(why) => Err(format!("{} cannot be {}: {}.", entry.name, shown(entry.value), why.display())),
        },
    }
}

fn check_field<T: DeserializeOwned + Serialize>(
    entry: &Entry,
    alone: toml::Table,
    defaults: &T,
    key_variable: &str,
    base_variable: &str,
) -> Result<(), String> {
    let known: Vec<String> = members(defaults).into_iter().map(|(key, _)| key).collect();
    let (name, key) = (entry.name.as_str().display(), entry.path[0].as_str());
    if !known.iter().any(|known| known == key) {
        // The value is not repeated: it may be a key that has no place in a file.
        let lower = key.to_ascii_lowercase();
        let meant = nearest(key, known.iter().map(String::as_str));
        return Err(if lower.contains("url") || lower.contains("base") {
            format!("{name} is no setting: the address is read from {base_variable}.")
        } else if lower.ends_with("key") || lower.contains("token") {
            format!("{name} is no setting: keys are read from the environment only. Set {key_variable}.")
        } else if let Some(meant) = meant {
            format!("{name} is no setting. Did you mean {}?", entry.name.replace(key, meant))
        } else {
            format!("{name} is no setting. Known are {}.", known.join(", "))
        });
    }
    match alone.try_into::<T>() {
        Ok(_) => Ok(()),
        Err(error) => {
            let message = error.message().trim_end_matches('.');
            let wanted =
                message.rsplit_once("expected ").map_or(message.to_owned(), |(_, wanted)| format!("give {wanted}"));
            Err(format!("{name} cannot be {}: {}.", shown(entry.value), wanted.display()))
        }
    }
}

/// A value as it may stand in a sentence.
fn shown(value: &toml::Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string().display().to_string();
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

fn lay(table: &mut toml::Table, path: &[String], value: toml::Value) {
    match path {
        [] => {}
        [key] => drop(table.insert(key.clone(), value)),
        [key, below @ ..] => {
            let inner = table.entry(key.clone()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let toml::Value::Table(inner) = inner {
                lay(inner, below, value);
            }
        }
    }
}

/// Every setting in `good` was read by itself before, so that all of them together are read as well.
fn set<T: DeserializeOwned>(section: &mut T, good: toml::Table) {
    if let Ok(read) = good.try_into() {
        *section = read;
    }
}

/// The settings of a section with their values, in the order of the section.
fn members<T: Serialize>(section: &T) -> Vec<(String, serde_json::Value)> {
    match serde_json::to_value(section) {
        Ok(serde_json::Value::Object(members)) => members.into_iter().collect(),
        _ => Vec::new(),
    }
}

fn words(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "automatic".to_owned(),
        serde_json::Value::String(text) if text.is_empty() => "automatic".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Object(members) if members.is_empty() => "none".to_owned(),
        value => value.to_string(),
    }
}
