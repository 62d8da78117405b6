//! The folder tree is the architecture: which room may use which is listed in ARCHITECTURE.md, and kept here, down to
//! the folders inside of the rooms.

use std::collections::{BTreeMap, BTreeSet};

use crate::imports::{Module, Source, sources};

/// Room → the rooms it may use. What is not listed may use nothing of the crate.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("plan", &["domain"]),
    ("baby", &["domain"]),
    ("face", &[]),
    ("credentials", &["domain"]),
    ("media", &["domain", "baby", "face"]),
    ("store", &["domain", "plan"]),
    ("providers", &["domain", "plan", "media", "baby", "face"]),
    ("farm", &["domain", "plan", "providers", "media"]),
    ("engine", &["domain", "plan", "store", "providers", "farm", "media", "credentials", "baby", "face"]),
    ("show", &["domain", "media"]),
    ("api", &["domain", "plan", "store", "engine", "media"]),
    ("mcp", &["domain", "plan", "store", "engine", "media"]),
    ("config", &["domain", "plan", "store", "engine", "providers", "farm", "credentials", "tui"]),
    ("tui", &["domain", "plan", "engine", "media", "show"]),
    (
        "cli",
        &[
            "domain",
            "plan",
            "store",
            "engine",
            "providers",
            "farm",
            "media",
            "credentials",
            "show",
            "tui",
            "config",
            "api",
            "mcp",
        ],
    ),
];

/// Room → its folders and files, in order: each may use what stands before it. What is not listed is the room's own
/// front: it may use all of them, and none of them may use it.
const INSIDE: &[(&str, &[&str])] = &[
    (
        "store",
        &[
            "ground",
            "home",
            "journal",
            "content",
            "studio",
            "jobs",
            "payments",
            "upkeep",
            "workspace",
            "exchange",
            "opening",
        ],
    ),
    ("farm", &["settings", "sight", "words", "turns", "cache", "machine", "kind", "link", "worker", "home", "look"]),
    ("media/video", &["frame", "lanes", "perform", "draw", "h264", "encode", "audio", "lint", "mux"]),
    (
        "tui",
        &[
            "text", "theme", "marks", "layout", "money", "input", "facts", "takes", "terminal", "pictures", "widgets",
            "model", "pages", "app",
        ],
    ),
    ("cli", &["support", "commands"]),
    ("api", &["common", "resources", "schema", "serve"]),
    ("mcp", &["common", "tools", "table", "serve"]),
    ("baby", &["paint", "looks", "head", "torso", "room", "stage", "shown"]),
];

/// A crate → the only rooms that may name it.
const CRATES: &[(&str, &[&str])] = &[
    ("async_nats", &["farm"]),
    ("c2pa", &["credentials"]),
    ("rusqlite", &["store"]),
    ("viuer", &["show"]),
    ("ratatui", &["tui"]),
    ("ratatui_image", &["tui"]),
    ("reqwest", &["providers"]),
    ("axum", &["api"]),
    ("hyper", &["api"]),
    ("rmcp", &["mcp"]),
    ("clap", &["cli"]),
    ("color_eyre", &["cli"]),
];

/// Rooms without async and I/O.
const PURE: &[&str] = &["domain", "plan", "baby", "face"];

/// More files that name each other in a circle cannot be read one by one.
const LARGEST_CIRCLE: usize = 3;

/// A module whose files may all name each other and it, with the reason.
const CIRCLES: &[(&str, &str)] =
    &[("engine/core", "one task owns one state: each file holds those methods of `Core` that serve one purpose")];

fn path_of(module: &Module) -> String {
    module.join("/")
}

/// The folder or file of the room that a module belongs to; `None` is the room's front, or another room.
fn place<'a>(module: &'a Module, room: &str) -> Option<&'a str> {
    let parts: Vec<&str> = room.split('/').collect();
    let inside = module.len() > parts.len() && module.iter().zip(&parts).all(|(name, part)| name == part);
    inside.then(|| module[parts.len()].as_str())
}

fn is_in(module: &Module, room: &str) -> bool {
    place(module, room).is_some() || path_of(module) == room
}

#[test]
fn rooms_use_only_what_the_arrows_allow() {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let room = source.module[0].as_str();
        let arrows = allowed.get(room).unwrap_or_else(|| panic!("{room} has no row in ROOMS"));
        let others = source.names.iter().filter(|named| !named.is_empty() && named[0] != room);
        wrong.extend(
            others
                .filter(|named| !arrows.contains(&named[0].as_str()))
                .map(|named| format!("{} → {}", path_of(&source.module), path_of(named))),
        );
    }
    assert!(wrong.is_empty(), "arrows that may not exist:\n{}", wrong.join("\n"));
}

#[test]
fn folders_of_a_room_use_only_what_stands_before_them() {
    let sources = sources();
    let mut wrong = Vec::new();
    for (room, order) in INSIDE {
        let rank = |module: &Module| place(module, room).and_then(|name| order.iter().position(|at| *at == name));
        for source in sources {
            let Some(own) = rank(&source.module) else { continue };
            let backwards = source.names.iter().filter(|named| is_in(named, room)).filter(|named| {
                let folder_itself = path_of(named) == *room;
                folder_itself || rank(named).is_none_or(|rank| rank > own)
            });
            wrong.extend(backwards.map(|named| format!("{} → {}", path_of(&source.module), path_of(named))));
        }
    }
    assert!(wrong.is_empty(), "{} arrows inside of a room run back:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_circle_of_files_is_large_or_leaves_its_folder() {
    let is_excused =
        |circle: &BTreeSet<Module>| CIRCLES.iter().any(|(module, _)| circle.iter().all(|file| is_in(file, module)));
    let wrong: Vec<String> = circles(sources())
        .into_iter()
        .filter(|circle| circle.len() > LARGEST_CIRCLE || folders(circle).len() > 1)
        .filter(|circle| !is_excused(circle))
        .map(|circle| circle.iter().map(path_of).collect::<Vec<_>>().join(" "))
        .collect();
    assert!(wrong.is_empty(), "files that name each other in a circle:\n{}", wrong.join("\n"));
}

/// Where these files lie; those of a module that is one of them lie with it.
fn folders(circle: &BTreeSet<Module>) -> BTreeSet<&[String]> {
    let folders = circle.iter().map(|file| &file[..file.len() - 1]);
    folders.filter(|folder| !circle.contains(*folder)).collect()
}

/// The sets of files that can all be reached from each other.
fn circles(sources: &[Source]) -> Vec<BTreeSet<Module>> {
    let arrows: BTreeMap<&Module, &BTreeSet<Module>> =
        sources.iter().map(|source| (&source.module, &source.names)).collect();
    let reached = |from: &Module| {
        let mut seen = BTreeSet::new();
        let mut open = vec![from.clone()];
        while let Some(module) = open.pop() {
            let names = arrows.get(&module).copied().into_iter().flatten();
            open.extend(names.filter(|named| seen.insert((*named).clone())).cloned());
        }
        seen
    };
    let reach: BTreeMap<&Module, BTreeSet<Module>> = arrows.keys().map(|module| (*module, reached(module))).collect();
    let mut found: Vec<BTreeSet<Module>> = Vec::new();
    for (module, reachable) in &reach {
        let circle: BTreeSet<Module> = reachable
            .iter()
            .filter(|other| reach.get(other).is_some_and(|back| back.contains(*module)))
            .cloned()
            .collect();
        if circle.len() > 1 && !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}

#[test]
fn crates_are_named_only_where_they_belong() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, rooms) in CRATES {
            if source.crates.contains(*name) && !rooms.contains(&source.module[0].as_str()) {
                wrong.push(format!("{}: {name}", path_of(&source.module)));
            }
        }
    }
    assert!(wrong.is_empty(), "crates named in the wrong place:\n{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_touch_no_files_clocks_or_threads() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| PURE.contains(&source.module[0].as_str())) {
        let code = source.text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for forbidden in ["tokio", "std::fs", "std::time", "std::thread", "std::env", "std::net"] {
            if code.contains(forbidden) {
                wrong.push(format!("{}: {forbidden}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "a pure room is not pure:\n{}", wrong.join("\n"));
}

/// A file above this is no file of one idea.
const MOST_LINES: usize = 500;

/// Files that are longer, with the reason.
const LONG: &[(&str, &str)] = &[
    ("src/tui/app/update.rs", "one match over every message: what the studio does is read from top to bottom"),
    ("src/tui/pages/campaign.rs", "the state, keys and view of a page are read together"),
    ("src/tui/pages/home.rs", "the state, keys and view of a page are read together"),
];

#[test]
fn files_can_be_read_in_one_go() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut long = Vec::new();
    let mut folders: Vec<_> = ["src", "crates", "tests", "benches", "examples"].map(|folder| root.join(folder)).into();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let lines = std::fs::read_to_string(&path).unwrap().lines().count();
                let name = path.strip_prefix(root).unwrap().display().to_string();
                if lines > MOST_LINES && !LONG.iter().any(|(file, _)| *file == name) {
                    long.push(format!("{name}: {lines} lines"));
                }
            }
        }
    }
    assert!(long.is_empty(), "split these, or give a reason in LONG:\n{}", long.join("\n"));
}
