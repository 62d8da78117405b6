//! The book in `docs/`: what it quotes of the program is what the program says now, its links lead somewhere, every page is in
//! its table of contents, and its examples are campaigns.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use babblecast::domain::{Format, read};

use crate::book_pages::PARTS;

const END: &str = "<!-- end -->";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page for people, by its place.
fn pages() -> BTreeMap<PathBuf, String> {
    let listed = |folder: &str| std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let files = listed("docs").chain(listed("skills/babblecast")).chain([root().join("README.md")]);
    let pages = files.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.map(|path| (path.clone(), std::fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn what_the_book_quotes_is_what_the_program_says_now() {
    let mut stale = Vec::new();
    for (page, name, made) in PARTS {
        let path = root().join("docs").join(page);
        let text = std::fs::read_to_string(&path).unwrap();
        let begin = format!("<!-- made from the program: {name} -->\n");
        let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{page} has no part {name}"));
        let (_, after) = rest.split_once(END).expect("an end of the part");
        let wanted = format!("{before}{begin}\n{}\n\n{END}{after}", made().trim());
        if wanted == text {
            continue;
        }
        if std::env::var_os("BABBLECAST_WRITE_BOOK").is_some() {
            std::fs::write(&path, wanted).unwrap();
        } else {
            let line = wanted.lines().zip(text.lines()).find(|(wanted, told)| wanted != told);
            stale.push(format!("{page}: {line:?}"));
        }
    }
    assert!(stale.is_empty(), "`just book` writes them anew:\n{}", stale.join("\n"));
}

/// The name of a heading in a link, as mdBook and GitHub make it.
fn anchor(heading: &str) -> String {
    let kept = heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .collect::<String>();
    kept.replace(' ', "-")
}

fn anchors(page: &str) -> Vec<String> {
    let mut is_code = false;
    let mut found = Vec::new();
    for line in page.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if !is_code && line.starts_with('#') {
            found.push(anchor(line.trim_start_matches('#')));
        }
    }
    found
}

/// Where the links of a page lead, outside of code.
fn links(page: &str) -> Vec<String> {
    let mut text = String::new();
    let mut is_code = false;
    for line in page.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if !is_code {
            // In a line too, what is between backticks is no link; the words of a link may be code.
            text.push_str(line);
            text.push('\n');
        }
    }
    text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())).collect()
}

#[test]
fn every_link_of_the_pages_leads_somewhere() {
    let pages = pages();
    let mut broken = Vec::new();
    let mut count = 0;
    for (path, text) in &pages {
        for link in links(text).into_iter().filter(|link| !link.starts_with("http")) {
            count += 1;
            let (file, heading) = link.split_once('#').map_or((link.as_str(), None), |(file, name)| (file, Some(name)));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            let shown = path.strip_prefix(root()).unwrap().display();
            match target.canonicalize() {
                Err(_) => broken.push(format!("{shown}: {link}")),
                Ok(target) => {
                    let has =
                        |name: &str| pages.get(&target).is_some_and(|page| anchors(page).iter().any(|at| at == name));
                    if heading.is_some_and(|name| !has(name)) {
                        broken.push(format!("{shown}: {link} has no such heading"));
                    }
                    // The book is made of `docs/` alone.
                    let is_of_book = |path: &Path| path.starts_with(root().join("docs"));
                    if is_of_book(path) && !is_of_book(&target) {
                        broken.push(format!("{shown}: {link} leads out of the book"));
                    }
                }
            }
        }
    }
    assert!(count > 20, "{count} links were looked at");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_page_is_in_the_table_of_contents_once() {
    let contents = std::fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let mut told = links(&contents);
    told.sort();
    let of_book = |path: &PathBuf| path.starts_with(root().join("docs")) && !path.ends_with("SUMMARY.md");
    let names = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut there: Vec<String> = pages().into_keys().filter(of_book).map(names).collect();
    there.sort();
    assert_eq!(told, there);
}

#[test]
fn every_campaign_of_the_pages_can_be_read() {
    let mut count = 0;
    for (path, text) in pages() {
        for block in text.split("```").skip(1).step_by(2) {
            let Some((kind, code)) = block.split_once('\n') else { continue };
            let format = match kind {
                "json" => Format::Json,
                "yaml" => Format::Yaml,
                _ => continue,
            };
            if code.contains("campaign_id") {
                count += 1;
                let read = read(code, format);
                assert!(read.is_ok(), "{}: {code}\n{:?}", path.display(), read.unwrap_err());
            }
        }
    }
    assert!(count >= 3, "{count} campaigns were read");
}

/// The text of every source file of the program.
fn sources() -> String {
    fn walk(folder: &Path, into: &mut String) {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                into.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut text = String::new();
    walk(&root().join("src"), &mut text);
    walk(&root().join("crates"), &mut text);
    text
}

#[test]
fn every_message_of_the_troubleshooting_page_is_one_that_the_program_says() {
    let page = std::fs::read_to_string(root().join("docs/troubleshooting.md")).unwrap();
    let sources = sources();
    let mut count = 0;
    for heading in page.lines().filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`')) {
        count += 1;
        // What differs from time to time is left out with dots.
        for part in heading.split('…').map(str::trim).filter(|part| !part.is_empty()) {
            assert!(sources.contains(part), "nobody says {part:?}");
        }
    }
    assert!(count >= 10, "{count} messages were looked for");
}
