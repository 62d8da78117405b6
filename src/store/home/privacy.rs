//! Who may look into a home: its owner alone. Scripts, replies, prices and logs are nobody else's business. Folders are
//! made closed, and a home of an older babblecast is closed when it is opened. Where a file system keeps no permissions,
//! or the home is somebody else's, everything works as before.

use std::path::Path;

use super::layout::Home;

/// Makes a folder, and the folders above it that are missing, for its owner alone.
pub fn make_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.recursive(true).create(path)
}

#[cfg(not(unix))]
pub(in crate::store) fn close(_: &Home) {}

/// Takes away what others may do with a home: with its folders, and with the files that hold replies, prices and logs.
/// Assets can be read by all, as far as somebody gets to them.
#[cfg(unix)]
pub(in crate::store) fn close(home: &Home) {
    let folders = [
        home.sidecars(),
        home.spool(),
        home.quarantine(),
        home.logs(),
        home.instances(),
        home.assets(),
        home.uploads(),
    ];
    for folder in &folders {
        restrict(folder, FOLDER);
    }
    if holds_nothing_else(home) {
        restrict(home.root(), FOLDER);
    }
    let few = [home.root().to_owned(), home.spool(), home.quarantine(), home.logs(), home.uploads()];
    for entry in few.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten() {
        // A link is not followed: it may lead to a file that is not ours.
        if is_ours(home, &entry.path()) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            restrict(&entry.path(), FILE);
        }
    }
}

#[cfg(unix)]
const FOLDER: u32 = 0o700;
#[cfg(unix)]
const FILE: u32 = 0o600;

#[cfg(unix)]
fn restrict(path: &Path, most: u32) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(facts) = path.symlink_metadata() else { return };
    let mode = facts.permissions().mode() & 0o777;
    if mode & !most != 0
        && !facts.is_symlink()
        && let Err(error) = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode & most))
    {
        tracing::warn!(path = %path.display(), %error, "others may look into this: its permissions cannot be changed");
    }
}

/// Whether the folder is only a home. A project that somebody chose as home is not shut to those who share it.
#[cfg(unix)]
fn holds_nothing_else(home: &Home) -> bool {
    let entries = std::fs::read_dir(home.root()).into_iter().flatten();
    entries.flatten().all(|entry| is_ours(home, &entry.path()))
}

/// Whether an entry of the home, or something below it, belongs to babblecast.
#[cfg(unix)]
fn is_ours(home: &Home, path: &Path) -> bool {
    let files = [home.bump(), home.take_log(), home.resolution_log(), home.opening_lock()];
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    home.folders().iter().chain(&files).any(|place| path.starts_with(place))
        || path.parent() == Some(home.root())
            && (name.starts_with("studio.db") || name.starts_with(crate::store::ground::files::UNFINISHED))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::store::studio::Store;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn open_to_all(path: &Path) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(if path.is_dir() { 0o755 } else { 0o644 }))
            .unwrap();
    }

    #[test]
    fn nobody_else_looks_into_a_home_be_it_new_or_old() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("new/home");
        let (store, _) = Store::open(&root).unwrap();
        let home = store.home.clone();
        std::fs::write(home.logs().join("babblecast.log"), "what was done").unwrap();
        std::fs::write(home.quarantine().join("reply"), "what a provider said").unwrap();
        std::fs::write(home.take_log(), "").unwrap();
        let folders = [root.clone(), home.sidecars(), home.spool(), home.quarantine(), home.logs(), home.assets()];
        let files =
            [home.database(), home.take_log(), home.logs().join("babblecast.log"), home.quarantine().join("reply")];
        drop(store);
        for _ in ["new", "old"] {
            drop(Store::open(&root).unwrap());
            for folder in &folders {
                assert_eq!(mode(folder), 0o700, "{}", folder.display());
            }
            for file in &files {
                assert_eq!(mode(file), 0o600, "{}", file.display());
            }
            folders.iter().chain(&files).for_each(|path| open_to_all(path));
        }
    }

    #[test]
    fn a_folder_that_holds_other_things_too_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        open_to_all(folder.path());
        std::fs::write(folder.path().join("README"), "a project").unwrap();
        open_to_all(&folder.path().join("README"));
        drop(Store::open(folder.path()).unwrap());
        assert_eq!((mode(folder.path()), mode(&folder.path().join("README"))), (0o755, 0o644));
        assert_eq!((mode(&folder.path().join("spool")), mode(&folder.path().join("studio.db"))), (0o700, 0o600));
    }
}
