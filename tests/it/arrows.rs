//! The folder tree is the architecture: which part may use which is listed in ARCHITECTURE.md, and kept here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Part → the parts it may use. What is not listed may use nothing of the crate.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("plan", &["domain"]),
    ("baby", &["domain"]),
    ("face", &[]),
    ("media", &["domain", "baby", "face"]),
    ("store", &["domain", "plan"]),
    ("providers", &["domain", "plan", "media", "baby", "face"]),
    ("engine", &["domain", "plan", "store", "providers", "media", "baby", "face"]),
    ("show", &["domain", "media"]),
    ("api", &["domain", "plan", "store", "engine"]),
    ("config", &["domain", "plan", "store", "engine", "providers", "tui"]),
    ("tui", &["domain", "plan", "engine", "media", "show"]),
    ("cli", &["domain", "plan", "store", "engine", "providers", "media", "show", "tui", "config", "api"]),
];

/// A crate → the only places that may name it.
const CRATES: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("viuer", &["show"]),
    ("ratatui", &["tui"]),
    ("ratatui_image", &["tui"]),
    ("reqwest", &["providers"]),
    ("axum", &["api"]),
    ("hyper", &["api"]),
    ("clap", &["cli", "main"]),
    ("color_eyre", &["cli", "main"]),
];

/// Files that must stay free of async and I/O.
const PURE: &[&str] = &["domain", "plan", "baby", "face"];

fn sources() -> Vec<(String, PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    let part_of = |path: &Path| {
        let first = path.strip_prefix(&root).unwrap().components().next().unwrap().as_os_str().to_string_lossy();
        first.trim_end_matches(".rs").to_owned()
    };
    paths
        .into_iter()
        .map(|path| {
            // Tests at the end of a file may use what they like.
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
            (part_of(&path), path, code)
        })
        .filter(|(_, path, _)| !path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests")))
        .collect()
}

/// Every `crate::part` that a file names.
fn parts_named(code: &str) -> BTreeSet<String> {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|line| line.match_indices("crate::").map(|(at, found)| &line[at + found.len()..]).collect::<Vec<_>>())
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
        .filter(|part| part.chars().next().is_some_and(char::is_lowercase))
        .collect()
}

#[test]
fn parts_use_only_what_the_arrows_allow() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (part, path, code) in sources() {
        if matches!(part.as_str(), "lib" | "main") {
            continue;
        }
        let arrows = allowed.get(part.as_str()).unwrap_or_else(|| panic!("{part} has no row in ARROWS"));
        for used in parts_named(&code) {
            if used != part && !arrows.contains(&used.as_str()) {
                wrong.push(format!("{}: {part} → {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that may not exist:\n{}", wrong.join("\n"));
}

#[test]
fn crates_are_named_only_where_they_belong() {
    let mut wrong = Vec::new();
    for (part, path, code) in sources() {
        for (name, places) in CRATES {
            let named = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .any(|line| line.contains(&format!("{name}::")) || line.contains(&format!("use {name};")));
            if named && !places.contains(&part.as_str()) {
                wrong.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "crates named in the wrong place:\n{}", wrong.join("\n"));
}

#[test]
fn pure_parts_touch_no_files_clocks_or_threads() {
    let mut wrong = Vec::new();
    for (part, path, code) in sources() {
        if PURE.contains(&part.as_str()) {
            for forbidden in ["tokio", "std::fs", "std::time", "std::thread", "std::env", "std::net"] {
                if code.contains(forbidden) {
                    wrong.push(format!("{}: {forbidden}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "a pure part is not pure:\n{}", wrong.join("\n"));
}

#[test]
fn other_programs_are_started_in_one_place_which_keeps_the_secrets_back() {
    let starts = |code: &str| code.contains("Command::new(") || code.contains("process::Command;");
    let places: Vec<String> = sources()
        .into_iter()
        .filter(|(_, _, code)| starts(code.split("#[cfg(test)]").next().unwrap_or_default()))
        .map(|(_, path, _)| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .filter(|name| !name.ends_with("tests.rs"))
        .collect();
    assert_eq!(places, ["child.rs"]);
}
