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
    /// What it was made of, for its credentials.
    pub ingredients: Vec<Ingredient>,
    /// For the manifest: prompt, model, take, price.
    pub info: Value,
}

/// A file that went into another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingredient {
    pub title: String,
    pub path: PathBuf,
    /// Of its bytes when it went in.
    pub hash: AssetHash,
}

impl Ingredient {
    /// Whether the file still is what went in; one of the user's own may have been changed since.
    pub fn is_as_it_was(&self) -> bool {
        hash_file(&self.path, Assets::LARGEST).is_ok_and(|(hash, _)| hash == self.hash)
    }
}

/// What [`publish`] did, by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    pub written: Vec<String>,
    pub unchanged: Vec<String>,
    pub removed: Vec<String>,
    /// Of the written ones, those that were to be signed and are not, with the reason. The next publish tries again.
    pub unsigned: Vec<(String, String)>,
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
    /// The certificate that it is signed with, as the hash of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_as: Option<String>,
}

/// Makes copies ready for people.
pub trait Finish {
    /// Writes the mark into a copy. The error is for one that cannot carry it.
    fn mark(&self, copy: &Path, provenance: &Provenance) -> io::Result<()>;
    /// The certificate that copies are signed with, as the hash of it. What carries another one is written again; where
    /// nobody signs, what is signed stays.
    fn signs_as(&self) -> Option<&str>;
    /// Signs a marked copy. The error is the reason why it is not, for people.
    fn sign(&self, copy: &Path, wanted: &Wanted, provenance: &Provenance) -> std::result::Result<(), String>;
}

const MANIFEST: &str = "manifest.json";
const VERSION: u32 = 1;
const LARGEST_MANIFEST: u64 = 64 * 1024 * 1024;
/// Bytes that are copied at once.
const PIECE: usize = 64 * 1024;

/// Brings a folder to hold exactly the wanted files, apart from those that are not ours. Files that have the right
/// content already are left alone, so their times stay; a file of an older manifest that is not wanted any more is
/// removed, unless somebody has changed it since. `kept` are names that stay as they were where nothing newer is wanted.
pub fn publish(folder: &Path, wanted: &[Wanted], kept: &[String], finish: &dyn Finish) -> Result<Published> {
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
        let known = before.files.get(&file.path);
        let signed_as = match finish.signs_as() {
            Some(now) => Some(now.to_owned()),
            None => known.and_then(|known| known.marked.as_ref()?.signed_as.clone()),
        };
        let mut marked = file.provenance.clone().map(|provenance| Marked { asset: file.hash, provenance, signed_as });
        // What a marked copy hashes to, only the manifest knows.
        let right = match &marked {
            None => Some(file.hash),
            Some(_) => known.filter(|known| known.marked == marked).map(|known| known.hash),
        };
        let (hash, bytes) = match content_of(&path) {
            Some((hash, bytes)) if Some(hash) == right => {
                Assets::touch(&file.asset);
                published.unchanged.push(file.path.clone());
                (hash, bytes)
            }
            _ => {
                let (placed, unsigned) = place(file, &path, finish, &mut shares_blocks)?;
                published.written.push(file.path.clone());
                let is_signed = finish.signs_as().is_some() && unsigned.is_none();
                marked = marked.map(|marked| Marked { signed_as: marked.signed_as.filter(|_| is_signed), ..marked });
                published.unsigned.extend(unsigned.map(|reason| (file.path.clone(), reason)));
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

/// Hash and length of a copy; and why it is not signed, where it should be.
type Placed = ((AssetHash, u64), Option<String>);

/// Puts the content of an asset at `to`, with its mark, in one step, sharing its blocks where the file system can;
/// `shares_blocks` is false from the first time that it cannot. Not synced to disk: what a power cut takes is put back by the
/// next publish. Gives back what the copy hashes to, and its length; and why it is not signed, where it should be.
fn place(wanted: &Wanted, to: &Path, finish: &dyn Finish, shares_blocks: &mut bool) -> Result<Placed> {
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
    let mut unsigned = None;
    if let Some(provenance) = &wanted.provenance {
        finish.mark(unfinished.path(), provenance).map_err(failed)?;
        if finish.signs_as().is_some() {
            unsigned = finish.sign(unfinished.path(), wanted, provenance).err();
        }
        found = hash_file(unfinished.path(), Assets::LARGEST)?;
    }
    unfinished.persist(to).map_err(|error| failed(error.error))?;
    Ok((found, unsigned))
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
mod tests;
