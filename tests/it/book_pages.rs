//! The parts of the book that are made from the program: Markdown from its schema, its keys, its routes, its tools and its
//! help.

use std::fmt::Write as _;
use std::path::Path;

use babblecast::domain::campaign_schema;
use serde_json::Value;

use crate::api_support::Service;
use crate::mcp_agent::Agent;
use crate::program::Studio;
use crate::support::Place;

/// A page, the name of the part in it, as `<!-- made from the program: NAME -->`, and what makes it.
type Part = (&'static str, &'static str, fn() -> String);

pub const PARTS: [Part; 5] = [
    ("campaign.md", "schema", campaign),
    ("keys.md", "keymap", keys),
    ("commands.md", "help", commands),
    ("http.md", "routes", routes),
    ("mcp.md", "tools", tools),
];

fn source(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// One line that stands in a cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

fn described(value: &Value) -> String {
    cell(value["description"].as_str().unwrap_or_default())
}

/// Every kind of thing in a campaign file, with its fields.
fn campaign() -> String {
    let schema = campaign_schema();
    let schema: Value = serde_json::to_value(schema).unwrap();
    let mut page = String::new();
    fields(&mut page, "The file", &schema);
    for (name, kind) in schema["$defs"].as_object().unwrap() {
        let title = &words_of(name);
        match kind["oneOf"].as_array().or(kind["anyOf"].as_array()) {
            Some(kinds) if kinds.iter().any(|kind| kind["properties"].is_object()) => {
                for kind in kinds {
                    let named = kind.pointer("/properties/type/const").and_then(Value::as_str);
                    let title = named.map_or_else(|| title.clone(), |named| format!("{title}: `{named}`"));
                    if kind["properties"].is_object() {
                        fields(&mut page, &title, kind);
                    }
                }
            }
            Some(words) => {
                let _ = writeln!(page, "### {title}\n\n{}\n\n| word | |\n|---|---|", described(kind));
                for word in words.iter().filter(|word| word["const"].is_string()) {
                    let _ = writeln!(page, "| `{}` | {} |", word["const"].as_str().unwrap(), described(word));
                }
                page.push('\n');
            }
            None => fields(&mut page, title, kind),
        }
    }
    page
}

/// The name of a type as people read it: `CaptionPosition` → `Caption position`.
fn words_of(name: &str) -> String {
    let mut words = String::new();
    for letter in name.strip_suffix("Document").unwrap_or(name).chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

fn fields(page: &mut String, title: &str, kind: &Value) {
    let _ = writeln!(page, "### {title}\n\n{}\n\n| field | takes | |\n|---|---|---|", described(kind));
    let required: Vec<&Value> = kind["required"].as_array().into_iter().flatten().collect();
    for (name, field) in kind["properties"].as_object().into_iter().flatten() {
        let needed = if required.iter().any(|needed| *needed == name) { ", needed" } else { "" };
        let _ = writeln!(page, "| `{name}` | {}{needed} | {} |", taken(field), described(field));
    }
    page.push('\n');
}

/// What a field may be, in a few words.
fn taken(field: &Value) -> String {
    let range = |least: &str, most: &str| match (field[least].as_f64(), field[most].as_f64()) {
        (Some(least), Some(most)) => format!(", {least} to {most}"),
        (None, Some(most)) => format!(", up to {most}"),
        _ => String::new(),
    };
    if let Some(word) = field["const"].as_str() {
        return format!("`{word}`");
    }
    if let Some(named) = field["$ref"].as_str() {
        let words = words_of(named.rsplit('/').next().unwrap()).to_lowercase();
        // There are two kinds of scenes.
        let anchor = if words == "scene" { "scene-dialogue".to_owned() } else { words.replace(' ', "-") };
        return format!("[{words}](#{anchor})");
    }
    if let Some(kinds) = field["anyOf"].as_array().or(field["oneOf"].as_array()) {
        let kinds = kinds.iter().map(taken).filter(|kind| !kind.is_empty());
        return kinds.collect::<Vec<_>>().join(" or ");
    }
    let kinds: Vec<&str> = match &field["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect(),
        _ => Vec::new(),
    };
    let words = kinds.into_iter().map(|kind| match kind {
        "string" => format!("text{}", range("-", "maxLength")),
        "integer" => format!("whole number{}", range("minimum", "maximum")),
        "number" => format!("number{}", range("minimum", "maximum")),
        "array" => format!("list of {}", taken(&field["items"])),
        "object" if field["additionalProperties"].is_object() => {
            format!("names, each with {}", taken(&field["additionalProperties"]))
        }
        "null" => String::new(),
        other => other.to_owned(),
    });
    words.collect::<Vec<_>>().join(" or ")
}

/// The keys of each section, in the order of the help page.
fn keys() -> String {
    let keymap: toml::Table = source("assets/keymap.toml").parse().unwrap();
    let actions = source("src/tui/input/action.rs");
    // `Draft "draft" "draft" "make the draft";`: its name in the keymap, and its line of help.
    let actions: Vec<(&str, &str)> = actions
        .lines()
        .map(|line| line.split('"').collect::<Vec<_>>())
        .filter(|parts| parts.len() == 7 && parts[6] == ";")
        .map(|parts| (parts[1], parts[5]))
        .collect();
    let mut page = String::new();
    for section in source("assets/keymap.toml").lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')) {
        let bound = keymap[section].as_table().unwrap();
        let _ = writeln!(page, "### {section}\n\n| keys | action | |\n|---|---|---|");
        let mut told = 0;
        for (name, help) in actions.iter().filter(|(name, _)| bound.contains_key(*name)) {
            let keys = bound[*name].as_array().unwrap().iter().filter_map(toml::Value::as_str);
            let keys: Vec<String> = keys.map(|key| cell(&format!("`{key}`"))).collect();
            let _ = writeln!(page, "| {} | `{name}` | {} |", keys.join(" "), cell(help));
            told += 1;
        }
        assert_eq!(told, bound.len(), "an action of [{section}] has no line of help");
        page.push('\n');
    }
    page
}

/// What each command says of itself.
fn commands() -> String {
    let studio = Studio::empty();
    let help = |arguments: &[&str]| studio.run(arguments).expect(0).stdout.trim_end().to_owned();
    let overview = help(&["help"]);
    let names = overview.lines().filter_map(|line| {
        let line = line.strip_prefix("  ").filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))?;
        line.split_whitespace().next()
    });
    let mut page = format!("```text\n{overview}\n```\n\n");
    for name in names {
        let text = help(&[name, "--help"]);
        // The options of every command stand above, once.
        let own = text.split("Options of every command:").next().unwrap().trim_end();
        let example = text.split_once("Example").map(|(_, rest)| format!("\n\nExample{rest}")).unwrap_or_default();
        let example = if own.contains("Example") { String::new() } else { example };
        let _ = writeln!(page, "### `babblecast {name}`\n\n```text\n{own}{example}\n```\n");
    }
    page
}

/// The routes of the HTTP API.
fn routes() -> String {
    let place = Place::new();
    let document: Value = Service::over(&place).client.get("/openapi.json").expect(200).json();
    let mut page = String::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let summary = operation["summary"].as_str().unwrap();
            let _ = writeln!(page, "### {} `{path}`\n\n{summary}\n", method.to_uppercase());
            let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
            for parameter in &parameters {
                let (name, place) = (parameter["name"].as_str().unwrap(), parameter["in"].as_str().unwrap());
                let _ = writeln!(page, "- `{name}` ({place}): {}", described(parameter));
            }
            if !parameters.is_empty() {
                page.push('\n');
            }
        }
    }
    page
}

/// The tools for agents, as a client is told of them.
fn tools() -> String {
    let studio = Studio::empty();
    let mut page = String::new();
    for tool in Agent::of(&studio).tools() {
        let _ = writeln!(page, "### `{}`\n\n{}\n", tool.name, tool.description.unwrap());
        let required = tool.input_schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let arguments: Vec<_> = tool.input_schema["properties"].as_object().into_iter().flatten().collect();
        for (name, argument) in &arguments {
            let needed = if required.iter().any(|needed| *needed == name.as_str()) { " (needed)" } else { "" };
            let _ = writeln!(page, "- `{name}`{needed}: {}", described(argument));
        }
        if !arguments.is_empty() {
            page.push('\n');
        }
    }
    page
}
