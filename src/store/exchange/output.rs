//! The folder `output/<campaign_id>`: copies of assets under names for people. Its `manifest.json` says which files are
//! ours; no other file is ever touched, and no asset is ever linked to (an editor would change it).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::Provenance;
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
    /// What is written into the copy; the asset stays as it is.
    pub provenance: Option<Provenance>,
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
    /// Of the file as it was written.
    pub hash: AssetHash,
    pub bytes: u64,
    /// Where a mark was written into it: of which asset, and what it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<Marked>,
    pub info: Value,
}

/// A copy of an asset with its mark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Marked {
    pub asset: AssetHash,
    pub provenance: Provenance,
}

/// Writes a mark into a copy.
pub type WriteMark<'a> = &'a dyn Fn(&Path, &Provenance) -> io::Result<()>;

const MANIFEST: &str = "manifest.json";
const VERSION: u32 = 1;
const LARGEST_MANIFEST: u64 = 64 * 1024 * 1024;
/// Bytes that are copied at once.
const PIECE: usize = 64 * 1024;

/// Brings a folder to hold exactly the wanted files, apart from those that are not ours. Files that have the right
/// content already are left alone, so their times stay; a file of an older manifest that is not wanted any more is
/// removed, unless somebody has changed it since. `kept` are names that stay as they were where nothing newer is wanted.
pub fn publish(folder: &Path, wanted: &[Wanted], kept: &[String], mark: WriteMark<'_>) -> Result<Published> {
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
        let marked = file.provenance.clone().map(|provenance| Marked { asset: file.hash, provenance });
        // What a marked copy hashes to, only the manifest knows.
        let right = match &marked {
            None => Some(file.hash),
            Some(_) => before.files.get(&file.path).filter(|known| known.marked == marked).map(|known| known.hash),
        };
        let (hash, bytes) = match content_of(&path) {
            Some((hash, bytes)) if Some(hash) == right => {
                Assets::touch(&file.asset);
                published.unchanged.push(file.path.clone());
                (hash, bytes)
            }
            _ => {
                let placed = place(file, &path, mark, &mut shares_blocks)?;
                published.written.push(file.path.clone());
                placed
            }
        };
        manifest.files.insert(file.path.clone(), ManifestFile { hash, bytes, marked, info: file.info.clone() });
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

/// Puts the content of an asset at `to`, with its mark, in one step, sharing its blocks where the file system can;
/// `shares_blocks` is false from the first time that it cannot. Not synced to disk: what a power cut takes is put back by the
/// next publish. Gives back what the copy hashes to, and its length.
fn place(wanted: &Wanted, to: &Path, mark: WriteMark<'_>, shares_blocks: &mut bool) -> Result<(AssetHash, u64)> {
    let asset = wanted.asset.as_path();
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
    let mut found = match copied {
        Some(found) => found,
        None => hash_file(unfinished.path(), Assets::LARGEST)?,
    };
    if found.0 != wanted.hash {
        return Err(StoreError::Damaged { path: asset.to_owned() });
    }
    if let Some(provenance) = &wanted.provenance {
        mark(unfinished.path(), provenance).map_err(failed)?;
        found = hash_file(unfinished.path(), Assets::LARGEST)?;
    }
    unfinished.persist(to).map_err(|error| failed(error.error))?;
    Ok(found)
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
    use crate::domain::SourceType;
    use crate::store::home::layout::Home;

    const NO_MARK: WriteMark<'_> = &|_, _| panic!("nothing is to be marked");

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
            Wanted {
                path: path.to_owned(),
                asset: self.assets.path(hash),
                hash,
                provenance: None,
                info: json!({"take": 1}),
            }
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
        let done = publish(&output, &first, &[], NO_MARK).unwrap();
        assert_eq!(done.written, ["portraits/baby_1.png", "voices/scene_001.wav"]);
        std::fs::write(output.join("portraits/mine.png"), "mine").unwrap();

        let second = [studio.wanted("portraits/baby_1.png", "a"), studio.wanted("portraits/baby_2.png", "c")];
        let done = publish(&output, &second, &[], NO_MARK).unwrap();
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
        publish(&output, &wanted, &[], NO_MARK).unwrap();
        for name in ["a.png", "b.png"] {
            std::fs::write(output.join(name), "retouched").unwrap();
        }
        let done = publish(&output, &wanted[..1], &[], NO_MARK).unwrap();
        assert_eq!((done.written, done.removed), (vec!["a.png".to_owned()], vec![]));
        assert_eq!(studio.read("a.png").as_deref(), Some("a"));
        assert_eq!(studio.read("b.png").as_deref(), Some("retouched"));
        assert_eq!(studio.assets.verify(wanted[0].hash).unwrap(), crate::store::content::assets::Condition::Intact);
    }

    #[test]
    fn a_mark_is_written_into_the_copy_once_and_never_into_the_asset() {
        let studio = Studio::new();
        let output = studio.output();
        let append: WriteMark<'_> = &|path, provenance| {
            std::fs::OpenOptions::new().append(true).open(path)?.write_all(provenance.source.term().as_bytes())
        };
        let with = |source| {
            let provenance = Some(Provenance { source, systems: Vec::new() });
            [Wanted { provenance, ..studio.wanted("a.png", "a") }]
        };
        let (drawn, bought) = (with(SourceType::AlgorithmicMedia), with(SourceType::TrainedAlgorithmicMedia));
        assert_eq!(publish(&output, &drawn, &[], append).unwrap().written, ["a.png"]);
        assert_eq!(studio.read("a.png").as_deref(), Some("aalgorithmicMedia"));
        assert_eq!(publish(&output, &drawn, &[], append).unwrap().unchanged, ["a.png"]);
        assert_eq!(publish(&output, &bought, &[], append).unwrap().written, ["a.png"], "it says something else");
        assert_eq!(studio.read("a.png").as_deref(), Some("atrainedAlgorithmicMedia"));
        assert_eq!(studio.assets.verify(drawn[0].hash).unwrap(), crate::store::content::assets::Condition::Intact);
        // Without a manifest nobody knows what the file is: it is written again. Nobody's changes are removed.
        std::fs::remove_file(output.join("manifest.json")).unwrap();
        assert_eq!(publish(&output, &bought, &[], append).unwrap().written, ["a.png"]);
        assert_eq!(publish(&output, &[], &[], append).unwrap().removed, ["a.png"]);
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
            let refused = publish(&studio.output(), &[good.clone(), studio.wanted(bad, "b")], &[], NO_MARK);
            assert!(matches!(refused, Err(StoreError::Refused { .. })), "{bad:?}: {refused:?}");
        }
        assert!(!studio.output().exists());
    }

    #[test]
    fn a_manifest_cannot_make_us_remove_what_lies_outside() {
        let studio = Studio::new();
        let output = studio.output();
        let secret = studio.folder.path().join("output/secret");
        publish(&output, &[], &[], NO_MARK).unwrap();
        std::fs::write(&secret, "secret").unwrap();
        let file = ManifestFile { hash: AssetHash::of(b"secret"), bytes: 6, marked: None, info: Value::Null };
        let manifest = Manifest { version: VERSION, files: BTreeMap::from([("../secret".to_owned(), file)]) };
        write_manifest(&output, &manifest).unwrap();
        assert_eq!(publish(&output, &[], &[], NO_MARK).unwrap().removed, Vec::<String>::new());
        assert!(secret.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_folder_inside_the_output_is_not_followed_outside() {
        let studio = Studio::new();
        let elsewhere = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(studio.output()).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), studio.output().join("portraits")).unwrap();
        let refused = publish(&studio.output(), &[studio.wanted("portraits/baby_1.png", "a")], &[], NO_MARK);
        assert!(matches!(refused, Err(StoreError::Outside { .. })), "{refused:?}");
        assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_damaged_or_missing_asset_is_never_published() {
        let studio = Studio::new();
        let damaged = studio.wanted("a.png", "a");
        std::fs::remove_file(&damaged.asset).unwrap();
        assert!(matches!(
            publish(&studio.output(), std::slice::from_ref(&damaged), &[], NO_MARK),
            Err(StoreError::Missing { .. })
        ));
        std::fs::write(&damaged.asset, "x").unwrap();
        assert!(matches!(publish(&studio.output(), &[damaged], &[], NO_MARK), Err(StoreError::Damaged { .. })));
        assert_eq!(std::fs::read_dir(studio.output()).unwrap().count(), 0);
    }

    #[test]
    fn an_output_folder_that_cannot_be_made_is_a_clear_error() {
        let studio = Studio::new();
        let file = studio.folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let refused = publish(&file.join("one"), &[studio.wanted("a.png", "a")], &[], NO_MARK).unwrap_err().to_string();
        assert!(refused.contains("could not be made"), "{refused}");
    }
}
