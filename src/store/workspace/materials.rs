//! The user's own files that a campaign names: opened only inside of its folder, hashed piece by piece.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::domain::MaterialPath;
use crate::domain::text::{composed, decomposed};
use crate::plan::AssetHash;
use crate::store::content::assets::hash_file;
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;

/// Bytes of the largest file that is used.
pub const LARGEST_MATERIAL: u64 = 512 * 1024 * 1024;

/// The hash of a file that a campaign in `folder` names.
pub fn hash_material(folder: &Path, material: &MaterialPath) -> Result<AssetHash> {
    Ok(hash_file(&resolve(folder, material)?, LARGEST_MATERIAL)?.0)
}

/// The whole content of a file that a campaign in `folder` names.
#[cfg(test)]
fn read_material(folder: &Path, material: &MaterialPath) -> Result<Vec<u8>> {
    files::read_plain(&resolve(folder, material)?, LARGEST_MATERIAL)
}

/// Opens a plain file of the user's own, wherever it lies; never waits for a pipe or a device. For callers that read it
/// piece by piece.
pub fn open_material(path: &Path) -> Result<File> {
    Ok(files::open_plain(path, LARGEST_MATERIAL)?.0)
}

/// Where the file really lies, with every link followed; refused when that is outside of the folder.
pub fn resolve(folder: &Path, material: &MaterialPath) -> Result<PathBuf> {
    let named = folder.join(material.as_path());
    let real = |path: &Path| path.canonicalize().map_err(|source| StoreError::file("read", path, source));
    let root = real(folder)?;
    let path = match real(&named) {
        // Some systems keep the names of files with letters and accents apart.
        Err(StoreError::Missing { .. }) => {
            let other = [composed(material.as_str()).into_owned(), decomposed(material.as_str())];
            let found = other.iter().find_map(|name| real(&folder.join(name)).ok());
            found.map_or_else(|| real(&named), Ok)?
        }
        path => path?,
    };
    if !path.starts_with(&root) {
        return Err(StoreError::Outside { path: named, folder: folder.to_owned() });
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn material(path: &str) -> MaterialPath {
        MaterialPath::new(path).unwrap()
    }

    #[test]
    fn material_is_read_and_hashed_inside_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("media")).unwrap();
        std::fs::write(folder.path().join("media/cover.png"), "cover").unwrap();
        let cover = material("media/cover.png");
        assert_eq!(hash_material(folder.path(), &cover).unwrap(), AssetHash::of(b"cover"));
        assert_eq!(read_material(folder.path(), &cover).unwrap(), b"cover");
        let none = hash_material(folder.path(), &material("media/none.png"));
        assert!(matches!(none, Err(StoreError::Missing { .. })), "{none:?}");
        let not_a_file = hash_material(folder.path(), &material("media"));
        assert!(matches!(not_a_file, Err(StoreError::NotAFile { .. })), "{not_a_file:?}");
    }

    #[test]
    fn a_file_is_found_whichever_way_its_accents_were_typed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Zoe\u{308}.png"), "apart").unwrap();
        assert_eq!(read_material(folder.path(), &material("Zo\u{eb}.png")).unwrap(), b"apart");
    }

    #[cfg(unix)]
    #[test]
    fn links_may_lead_anywhere_inside_and_nowhere_outside() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "secret").unwrap();
        std::fs::write(folder.path().join("real"), "real").unwrap();
        symlink("real", folder.path().join("inside")).unwrap();
        symlink(outside.path().join("secret"), folder.path().join("file")).unwrap();
        symlink(outside.path(), folder.path().join("folder")).unwrap();
        assert_eq!(read_material(folder.path(), &material("inside")).unwrap(), b"real");
        for link in ["file", "folder/secret"] {
            let refused = read_material(folder.path(), &material(link));
            assert!(matches!(refused, Err(StoreError::Outside { .. })), "{refused:?}");
        }
    }
}
