//! The campaigns folder: which campaign files there are, and their text. Written only when the user asks for it; what
//! the text means is the reader's matter.

use std::path::{Path, PathBuf};

use super::cast_file::is_cast;
use crate::domain::read::id_of;
use crate::domain::{Campaign, CampaignId, Format};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;
use crate::store::ground::files::{Access, Existing};

/// The name of the folder that is searched for.
const FOLDER: &str = "campaigns";
const ENDINGS: [&str; 3] = ["json", "yaml", "yml"];
pub(in crate::store) const CHOICES_ENDING: &str = ".takes.json";

/// The nearest folder named `campaigns` in `start` or a folder above it, as git finds its repository.
pub fn find_folder(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    start.ancestors().map(|folder| folder.join(FOLDER)).find(|folder| folder.is_dir())
}

/// The campaign files directly in a folder, sorted by name: JSON and YAML, without hidden files, choices and the cast. What only
/// has the name of one (a folder, a pipe) is listed too, so that reading it says why it is none.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |source| StoreError::file("listed", folder, source);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_campaign_name(&path) && !is_cast(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The file of a folder that has this id: it says so itself, or it cannot be read and is called so. The first of several,
/// as they are listed.
pub fn file_with_id(folder: &Path, id: &CampaignId) -> Option<PathBuf> {
    let has_it = |path: &PathBuf| {
        let said = Format::of_path(path).zip(read_text(path).ok()).and_then(|(format, text)| id_of(&text, format));
        match said {
            Some(said) => said == *id,
            None => path.file_stem().is_some_and(|stem| stem == id.as_str()),
        }
    };
    // A folder that is not there has no files.
    list(folder).unwrap_or_default().into_iter().find(has_it)
}

/// Whether a file of this name is listed.
pub(in crate::store) fn is_campaign_name(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    !name.starts_with('.') && ENDINGS.contains(&ending.as_str()) && !name.ends_with(CHOICES_ENDING)
}

/// The text of a campaign file, without the mark that some editors put at its start.
pub fn read_text(path: &Path) -> Result<String> {
    let text = read_marked(path)?;
    Ok(match text.strip_prefix(MARK) {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// The mark that some editors put at the start of a file.
pub(super) const MARK: char = '\u{feff}';

/// The whole text of a file, with the mark where there is one.
pub(super) fn read_marked(path: &Path) -> Result<String> {
    let bytes = files::read_plain(path, Campaign::LARGEST_FILE)?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        StoreError::NotText { path: path.to_owned(), line: before.split(|byte| *byte == b'\n').count() }
    })
}

/// Writes a file that must not exist yet; its folder is made where it is missing.
pub fn write_new(path: &Path, content: &[u8]) -> Result<()> {
    let folder = files::folder_of(path);
    std::fs::create_dir_all(folder).map_err(|source| StoreError::file("made", folder, source))?;
    files::write_bytes(path, Access::Usual, Existing::Keep, content)
}

/// Writes a posted campaign, in place of an earlier one of its id; the same text again is left alone.
pub fn write_posted(path: &Path, text: &str) -> Result<()> {
    match read_text(path) {
        Ok(before) if before == text => Ok(()),
        _ => files::write_bytes(path, Access::Usual, Existing::Replace, text.as_bytes()),
    }
}

/// The campaign file that a change of `path` concerns: itself, or the one that its choices of takes belong to.
pub fn file_concerned(path: &Path) -> Option<PathBuf> {
    if is_campaign_name(path) {
        return Some(path.to_owned());
    }
    let name = path.file_name()?.to_str()?;
    let stem = name.strip_suffix(CHOICES_ENDING).filter(|stem| !stem.starts_with('.'))?;
    let files = ENDINGS.iter().map(|ending| path.with_file_name(format!("{stem}.{ending}")));
    files.into_iter().find(|file| file.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_found_from_anywhere_below_its_parent() {
        let root = tempfile::tempdir().unwrap();
        let campaigns = root.path().join("campaigns");
        let deep = root.path().join("a/b/c");
        std::fs::create_dir_all(&deep).unwrap();
        assert_ne!(find_folder(&deep), Some(campaigns.clone()));
        std::fs::create_dir(&campaigns).unwrap();
        for start in [&deep, root.path(), &campaigns] {
            assert_eq!(find_folder(start), Some(campaigns.clone()));
        }
    }

    #[test]
    fn only_campaign_files_are_listed_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.yaml", "a.JSON", "c.yml", "a.takes.json", ".hidden.json", "notes.txt", "json"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<_> = list(folder.path())
            .unwrap()
            .iter()
            .map(|p| p.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["a.JSON", "b.yaml", "c.yml"]);
        assert!(list(&folder.path().join("none")).is_err());
    }

    #[test]
    fn text_is_checked_before_anything_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.json");
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            read_text(&path)
        };
        assert_eq!(read("\u{feff}{\"é\": 1}".as_bytes()).unwrap(), "{\"é\": 1}");
        assert!(matches!(read(b"{\n\n  \"\xff\"}"), Err(StoreError::NotText { line: 3, .. })));
        let large = vec![b' '; Campaign::LARGEST_FILE as usize + 1];
        assert!(matches!(read(&large), Err(StoreError::TooLarge { .. })));
    }

    #[test]
    fn an_id_is_found_in_whatever_file_says_it() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("a.json", "{\"campaign_id\": \"one\"}");
        write("b.yaml", "topic: [unfinished\ncampaign_id: three");
        write("c.yml", "topic: no profiles yet\ncampaign_id: two");
        write("d.json", "{\"campaign_id\": \"not an id\"}");
        write("e.txt", "campaign_id: four");
        for (id, file) in [
            ("one", Some("a.json")),
            ("two", Some("c.yml")),
            ("b", Some("b.yaml")),
            ("d", Some("d.json")),
            ("a", None),
            ("four", None),
        ] {
            let found = file_with_id(folder.path(), &CampaignId::new(id).unwrap());
            assert_eq!(found, file.map(|name| folder.path().join(name)), "{id}");
        }
        assert_eq!(file_with_id(&folder.path().join("none"), &CampaignId::new("one").unwrap()), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_with_the_name_of_a_campaign_does_not_hang() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.json");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
        assert_eq!(list(folder.path()).unwrap(), std::slice::from_ref(&pipe));
        assert!(matches!(read_text(&pipe), Err(StoreError::NotAFile { .. })));
        assert!(matches!(read_text(Path::new("/dev/zero")), Err(StoreError::NotAFile { .. })));
    }

    #[test]
    fn a_new_file_never_replaces_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campaigns/new.json");
        write_new(&path, b"one").unwrap();
        assert!(matches!(write_new(&path, b"two"), Err(StoreError::Exists { .. })));
        assert_eq!(read_text(&path).unwrap(), "one");
    }
}
