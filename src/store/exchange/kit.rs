//! The folder `post/` of a campaign's output: what a video is posted with. A person edits its texts, so a file that is no
//! longer as it was written stays as it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::plan::AssetHash;
use crate::store::content::assets::{Assets, hash_file};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files::{self, Access, Existing};

/// A file of the kit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KitFile {
    /// Without folders.
    pub name: String,
    pub content: KitContent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KitContent {
    Bytes(Vec<u8>),
    /// Of another file, which may be too large for memory.
    CopyOf(PathBuf),
}

/// What [`write_kit`] did, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KitWritten {
    pub written: Vec<String>,
    pub unchanged: Vec<String>,
    /// Somebody has changed these since.
    pub kept: Vec<String>,
}

/// What was written, by name: the only file of the folder that is nobody's to edit.
const RECORD: &str = "kit.json";
const LARGEST_RECORD: u64 = 1 << 20;

/// Writes the files of a kit. One that is not as this function left it stays, unless `overwrites`; files with other names
/// are never touched.
pub fn write_kit(folder: &Path, kit: &[KitFile], overwrites: bool) -> Result<KitWritten> {
    std::fs::create_dir_all(folder).map_err(|source| StoreError::file("made", folder, source))?;
    let mut record = record(folder);
    let mut done = KitWritten::default();
    for file in kit {
        let path = folder.join(&file.name);
        if file.name == RECORD || file.name.contains('/') || !files::is_plain_path(&file.name) {
            let why = "it is no plain name".to_owned();
            return Err(StoreError::Refused { what: file.name.clone(), why });
        }
        let wanted = match &file.content {
            KitContent::Bytes(bytes) => AssetHash::of(bytes),
            KitContent::CopyOf(from) => hash_file(from, Assets::LARGEST)?.0,
        };
        let there = match path.symlink_metadata() {
            Ok(facts) if facts.is_file() => Some(hash_file(&path, Assets::LARGEST)?.0),
            Ok(_) => return Err(StoreError::Refused { what: file.name.clone(), why: "it is no file".to_owned() }),
            Err(_) => None,
        };
        let is_ours = there.is_none_or(|there| record.get(&file.name) == Some(&there));
        if there == Some(wanted) {
            done.unchanged.push(file.name.clone());
        } else if is_ours || overwrites {
            write(&path, &file.content)?;
            done.written.push(file.name.clone());
        } else {
            done.kept.push(file.name.clone());
            continue;
        }
        record.insert(file.name.clone(), wanted);
    }
    let text = serde_json::to_vec_pretty(&record).unwrap_or_default();
    files::write_bytes(&folder.join(RECORD), Access::Usual, Existing::Replace, &text)?;
    Ok(done)
}

/// What was written last time. Without it, or where it is damaged, every file is somebody's.
fn record(folder: &Path) -> BTreeMap<String, AssetHash> {
    let bytes = files::read_plain(&folder.join(RECORD), LARGEST_RECORD).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn write(to: &Path, content: &KitContent) -> Result<()> {
    match content {
        KitContent::Bytes(bytes) => files::write_bytes(to, Access::Usual, Existing::Replace, bytes),
        KitContent::CopyOf(from) => files::write_whole(to, Access::Usual, Existing::Replace, |file| {
            let mut from = std::fs::File::open(from)?;
            std::io::copy(&mut from, file).map(|_| ())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, text: &str) -> KitFile {
        KitFile { name: name.to_owned(), content: KitContent::Bytes(text.as_bytes().to_vec()) }
    }

    #[test]
    fn what_a_person_has_edited_stays_until_told_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let post = folder.path().join("post");
        let video = folder.path().join("one.mp4");
        std::fs::write(&video, "moving pictures").unwrap();
        let copy = KitFile { name: "one.mp4".to_owned(), content: KitContent::CopyOf(video.clone()) };
        let kit = |words: &str| vec![text("caption.txt", words), copy.clone()];
        let read = |name: &str| std::fs::read_to_string(post.join(name)).unwrap();

        assert_eq!(write_kit(&post, &kit("Milk"), false).unwrap().written, ["caption.txt", "one.mp4"]);
        assert_eq!(write_kit(&post, &kit("Milk"), false).unwrap().unchanged, ["caption.txt", "one.mp4"]);
        assert_eq!(write_kit(&post, &kit("Milk!"), false).unwrap().written, ["caption.txt"]);
        std::fs::write(post.join("caption.txt"), "My own words").unwrap();
        std::fs::write(post.join("mine.txt"), "mine").unwrap();
        std::fs::write(&video, "other pictures").unwrap();
        let done = write_kit(&post, &kit("Milk?"), false).unwrap();
        assert_eq!((done.kept, done.written), (vec!["caption.txt".to_owned()], vec!["one.mp4".to_owned()]));
        assert_eq!((read("caption.txt"), read("one.mp4")), ("My own words".to_owned(), "other pictures".to_owned()));
        assert_eq!(write_kit(&post, &kit("Milk?"), true).unwrap().written, ["caption.txt"]);
        assert_eq!((read("caption.txt"), read("mine.txt")), ("Milk?".to_owned(), "mine".to_owned()));
    }

    #[test]
    fn nothing_is_written_outside_or_over_what_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["../caption.txt", "a/b.txt", "kit.json", ""] {
            assert!(write_kit(folder.path(), &[text(name, "x")], true).is_err(), "{name:?}");
        }
        std::fs::create_dir(folder.path().join("caption.txt")).unwrap();
        assert!(write_kit(folder.path(), &[text("caption.txt", "x")], true).is_err());
        std::fs::write(folder.path().join("kit.json"), "{").unwrap();
        std::fs::write(folder.path().join("title.txt"), "mine").unwrap();
        assert_eq!(write_kit(folder.path(), &[text("title.txt", "x")], false).unwrap().kept, ["title.txt"]);
    }
}
