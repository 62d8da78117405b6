//! The folder `output/<campaign_id>`: copies of assets under names for people. Its `manifest.json` says which files are
//! ours; no other file is ever touched, and no asset is ever linked to (an editor would change it).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::AssetHash;
use crate::store::content::assets::{Assets, HashingWriter, hash_file};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;
use crate::store::ground::files::{Access, Existing};

/// One file that people should find.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Below the output folder, parts joined by `/`: `portraits/baby_1.png`.
    pub path: String,
    /// Where the asset lies.
    pub asset: PathBuf,
    pub hash: AssetHash,
    /// For the manifest: prompt, model, take, price.
    pub info: Value,
}

/// What [`publish`] did, by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    pub written: Vec<String>,
    pub unchanged: Vec<String>,
    pub removed: Vec<String>,
}

/// The content of `manifest.json`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Manifest {
    pub version: u32,
    /// By path.
    pub files: BTreeMap<String, ManifestFile>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManifestFile {
    pub hash: AssetHash,
    pub bytes: u64,
    pub info: Value,
}

const MANIFEST: &str = "manifest.json";
const VERSION: u32 = 1;
const LARGEST_MANIFEST: u64 = 64 * 1024 * 1024;
/// Bytes that are copied at once.
const PIECE: usize = 64 * 1024;

/// Brings a folder to hold exactly the wanted files, apart from those that are not ours. Files that have the right
/// content already are left alone, so their times stay; a file of an older manifest that is not wanted any more is
/// removed, unless somebody has changed it since. `kept` are names that stay as they were where nothing newer is wanted.
pub fn publish(folder: &Path, wanted: &[Wanted], kept: &[String]) -> Result<Published> {
    check_names(wanted)?;
    std::fs::create_dir_all(folder).map_err(|source| StoreError::file("made", folder, source))?;
    let before = read_manifest(folder).unwrap_or_default();
    let mut published = Published::default();
    let mut manifest = Manifest { version: VERSION, files: BTreeMap::new() };
    let mut folders = BTreeSet::new();
    let mut shares_blocks = true;
    for file in wanted {
        let path = folder.join(&file.path);
        if path.parent().is_some_and(|parent| folders.insert(parent.to_owned())) {
            files::make_parent_inside(folder, &path)?;
        }
        let bytes = match content_of(&path) {
            Some((hash, bytes)) if hash == file.hash => {
                Assets::touch(&file.asset);
                published.unchanged.push(file.path.clone());
                bytes
            }
            _ => {
                let bytes = place(&file.asset, file.hash, &path, &mut shares_blocks)?;
                published.written.push(file.path.clone());
                bytes
            }
        };
        manifest.files.insert(file.path.clone(), ManifestFile { hash: file.hash, bytes, info: file.info.clone() });
    }
    for name in kept.iter().filter(|name| !manifest.files.contains_key(*name)).collect::<Vec<_>>() {
        manifest.files.extend(before.files.get(name).map(|file| (name.clone(), file.clone())));
    }
    // Before the new manifest: a crash in between must not forget which files are ours.
    for (name, file) in before.files.iter().filter(|(name, _)| !manifest.files.contains_key(*name)) {
        if remove_stale(folder, name, file)? {
            published.removed.push(name.clone());
        }
    }
    if manifest != before {
        write_manifest(folder, &manifest)?;
    }
    Ok(published)
}

/// The manifest of an output folder; none where there is no folder or no manifest.
pub fn read_manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    match files::read_plain(&path, LARGEST_MANIFEST) {
        Err(StoreError::Missing { .. }) => Ok(Manifest::default()),
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| StoreError::Broken {
            path,
            why: error.to_string(),
            next_step: "Run `babblecast export` to write it again",
        }),
        Err(error) => Err(error),
    }
}

#[expect(clippy::expect_used, reason = "a manifest holds only JSON values")]
fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<()> {
    let mut text = serde_json::to_string_pretty(manifest).expect("a manifest holds only JSON values");
    text.push('\n');
    files::write_bytes(&folder.join(MANIFEST), Access::Usual, Existing::Replace, text.as_bytes())
}

fn check_names(wanted: &[Wanted]) -> Result<()> {
    let mut names = BTreeSet::new();
    for file in wanted {
        let refused = |why: &str| StoreError::Refused { what: file.path.clone(), why: why.to_owned() };
        if !is_our_name(&file.path) {
            return Err(refused("it is no plain path below the output folder"));
        }
        // Some file systems do not tell upper from lower case.
        if !names.insert(file.path.to_lowercase()) {
            return Err(refused("two files would have this name"));
        }
    }
    Ok(())
}

fn is_our_name(name: &str) -> bool {
    name.to_lowercase() != MANIFEST && files::is_plain_path(name)
}

/// Hash and length of a plain file; `None` for anything else, links included.
fn content_of(path: &Path) -> Option<(AssetHash, u64)> {
    let facts = path.symlink_metadata().ok()?;
    if facts.is_file() { hash_file(path, Assets::LARGEST).ok() } else { None }
}

/// Puts the content of an asset at `to`, in one step, sharing its blocks where the file system can; `shares_blocks` is
/// false from the first time that it cannot. Not synced to disk: what a power cut takes is put back by the next publish.
fn place(asset: &Path, hash: AssetHash, to: &Path, shares_blocks: &mut bool) -> Result<u64> {
    let failed = |source| StoreError::file("written", to, source);
    if !asset.is_file() {
        return Err(StoreError::Missing { path: asset.to_owned() });
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(files::UNFINISHED);
    let folder = files::folder_of(to);
    let mut copied = None;
    let unfinished = builder.make_in(folder, |path| {
        if *shares_blocks {
            match share(asset, path) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => *shares_blocks = false,
                shared => return shared,
            }
        }
        let (file, found) = copy(asset, path)?;
        copied = Some(found);
        Ok(file)
    });
    let unfinished = unfinished.map_err(failed)?;
    let (found, bytes) = match copied {
        Some(found) => found,
        None => hash_file(unfinished.path(), Assets::LARGEST)?,
    };
    if found != hash {
        return Err(StoreError::Damaged { path: asset.to_owned() });
    }
    unfinished.persist(to).map_err(|error| failed(error.error))?;
    Ok(bytes)
}

fn share(from: &Path, to: &Path) -> io::Result<File> {
    reflink_copy::reflink(from, to)?;
    // Some systems share the permissions too, and an asset is read-only.
    let file = File::open(to)?;
    #[cfg(target_os = "macos")]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    Ok(file)
}

/// A copy, with hash and length of what was copied.
fn copy(from: &Path, to: &Path) -> io::Result<(File, (AssetHash, u64))> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(to)?;
    let mut pass_on = || {
        let (mut asset, mut hasher) = (File::open(from)?, HashingWriter::default());
        let (mut piece, mut bytes) = (vec![0; PIECE], 0);
        loop {
            let count = asset.read(&mut piece)?;
            if count == 0 {
                return Ok((hasher.hash(), bytes));
            }
            hasher.write_all(&piece[..count])?;
            file.write_all(&piece[..count])?;
            bytes += count as u64;
        }
    };
    match pass_on() {
        Ok(found) => Ok((file, found)),
        Err(error) => {
            let _ = std::fs::remove_file(to);
            Err(error)
        }
    }
}

/// Removes a file that an older manifest names, and its folder when that is empty then. A manifest is a file that
/// anybody can edit: its names are checked as any others.
fn remove_stale(folder: &Path, name: &str, file: &ManifestFile) -> Result<bool> {
    let path = folder.join(name);
    let parent = path.parent().unwrap_or(folder);
    let is_ours = is_our_name(name)
        && parent.is_dir()
        && files::is_inside(folder, parent)?
        && content_of(&path).is_some_and(|(hash, _)| hash == file.hash);
    if !is_ours {
        return Ok(false);
    }
    std::fs::remove_file(&path).map_err(|source| StoreError::file("removed", &path, source))?;
    if parent != folder {
        // Refused by the system unless it is empty.
        let _ = std::fs::remove_dir(parent);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::home::layout::Home;

    struct Studio {
        folder: tempfile::TempDir,
        assets: Assets,
    }

    impl Studio {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let assets = Assets::new(Home::open(&folder.path().join("home")).unwrap());
            Self { folder, assets }
        }

        fn wanted(&self, path: &str, content: &str) -> Wanted {
            let hash = self.assets.put(content.as_bytes()).unwrap();
            Wanted { path: path.to_owned(), asset: self.assets.path(hash), hash, info: json!({"take": 1}) }
        }

        fn output(&self) -> PathBuf {
            self.folder.path().join("output/one")
        }

        fn read(&self, path: &str) -> Option<String> {
            std::fs::read_to_string(self.output().join(path)).ok()
        }
    }

    #[test]
    fn wanted_files_appear_stale_ones_go_and_foreign_ones_stay() {
        let studio = Studio::new();
        let output = studio.output();
        let first = [studio.wanted("portraits/baby_1.png", "a"), studio.wanted("voices/scene_001.wav", "b")];
        let done = publish(&output, &first, &[]).unwrap();
        assert_eq!(done.written, ["portraits/baby_1.png", "voices/scene_001.wav"]);
        std::fs::write(output.join("portraits/mine.png"), "mine").unwrap();

        let second = [studio.wanted("portraits/baby_1.png", "a"), studio.wanted("portraits/baby_2.png", "c")];
        let done = publish(&output, &second, &[]).unwrap();
        assert_eq!(done.written, ["portraits/baby_2.png"]);
        assert_eq!(done.unchanged, ["portraits/baby_1.png"]);
        assert_eq!(done.removed, ["voices/scene_001.wav"]);
        assert!(!output.join("voices").exists());
        assert_eq!(studio.read("portraits/mine.png").as_deref(), Some("mine"));
        let manifest = read_manifest(&output).unwrap();
        assert_eq!(manifest.files.keys().collect::<Vec<_>>(), ["portraits/baby_1.png", "portraits/baby_2.png"]);
    }

    #[test]
    fn a_changed_copy_is_replaced_where_wanted_and_kept_where_not_and_never_changes_the_asset() {
        let studio = Studio::new();
        let output = studio.output();
        let wanted = [studio.wanted("a.png", "a"), studio.wanted("b.png", "b")];
        publish(&output, &wanted, &[]).unwrap();
        for name in ["a.png", "b.png"] {
            std::fs::write(output.join(name), "retouched").unwrap();
        }
        let done = publish(&output, &wanted[..1], &[]).unwrap();
        assert_eq!((done.written, done.removed), (vec!["a.png".to_owned()], vec![]));
        assert_eq!(studio.read("a.png").as_deref(), Some("a"));
        assert_eq!(studio.read("b.png").as_deref(), Some("retouched"));
        assert_eq!(studio.assets.verify(wanted[0].hash).unwrap(), crate::store::content::assets::Condition::Intact);
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused_before_anything_is_written() {
        let studio = Studio::new();
        let good = studio.wanted("good.png", "a");
        for bad in [
            "../x",
            "/x",
            "a/../../x",
            "a\\..\\x",
            "C:x",
            "",
            ".hidden",
            "a//b",
            "a/./b",
            "manifest.json",
            "GOOD.png",
            "a\nb",
        ] {
            let refused = publish(&studio.output(), &[good.clone(), studio.wanted(bad, "b")], &[]);
            assert!(matches!(refused, Err(StoreError::Refused { .. })), "{bad:?}: {refused:?}");
        }
        assert!(!studio.output().exists());
    }

    #[test]
    fn a_manifest_cannot_make_us_remove_what_lies_outside() {
        let studio = Studio::new();
        let output = studio.output();
        let secret = studio.folder.path().join("output/secret");
        publish(&output, &[], &[]).unwrap();
        std::fs::write(&secret, "secret").unwrap();
        let file = ManifestFile { hash: AssetHash::of(b"secret"), bytes: 6, info: Value::Null };
        let manifest = Manifest { version: VERSION, files: BTreeMap::from([("../secret".to_owned(), file)]) };
        write_manifest(&output, &manifest).unwrap();
        assert_eq!(publish(&output, &[], &[]).unwrap().removed, Vec::<String>::new());
        assert!(secret.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_folder_inside_the_output_is_not_followed_outside() {
        let studio = Studio::new();
        let elsewhere = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(studio.output()).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), studio.output().join("portraits")).unwrap();
        let refused = publish(&studio.output(), &[studio.wanted("portraits/baby_1.png", "a")], &[]);
        assert!(matches!(refused, Err(StoreError::Outside { .. })), "{refused:?}");
        assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_damaged_or_missing_asset_is_never_published() {
        let studio = Studio::new();
        let damaged = studio.wanted("a.png", "a");
        std::fs::remove_file(&damaged.asset).unwrap();
        assert!(matches!(
            publish(&studio.output(), std::slice::from_ref(&damaged), &[]),
            Err(StoreError::Missing { .. })
        ));
        std::fs::write(&damaged.asset, "x").unwrap();
        assert!(matches!(publish(&studio.output(), &[damaged], &[]), Err(StoreError::Damaged { .. })));
        assert_eq!(std::fs::read_dir(studio.output()).unwrap().count(), 0);
    }

    #[test]
    fn an_output_folder_that_cannot_be_made_is_a_clear_error() {
        let studio = Studio::new();
        let file = studio.folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let refused = publish(&file.join("one"), &[studio.wanted("a.png", "a")], &[]).unwrap_err().to_string();
        assert!(refused.contains("could not be made"), "{refused}");
    }
}
