//! An edit of a file of the user's own: read, changed, and put in its place in one step, only if it is still what was
//! read. What the change is, its caller knows. Programs of this kind wait for each other; what any other program wrote in
//! between is read, and the change is made of that.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files::{Access, Existing, Prepared, folder_of};
use crate::store::workspace::campaigns::{MARK, read_marked};

/// How often a file is read again that somebody keeps writing.
const MOST_TRIES: usize = 16;

/// How long another program may take to write a file of the same folder.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Rewrites the text at `path`, as `change` makes it of the text that it is given, and hands back what comes with it. Links
/// are followed, permissions and a mark at the start stay. `change` is asked again when the file changed meanwhile; what
/// it refuses leaves the file as it is.
pub fn rewrite<T, E: From<StoreError>>(
    path: &Path,
    mut change: impl FnMut(&str) -> std::result::Result<(String, T), E>,
) -> std::result::Result<T, E> {
    let real = path.canonicalize().map_err(|source| StoreError::file("read", path, source))?;
    let _turn = turn(&real)?;
    for _ in 0..MOST_TRIES {
        let before = read_marked(&real)?;
        let (mark, text) = match before.strip_prefix(MARK) {
            Some(text) => (&before[..MARK.len_utf8()], text),
            None => ("", before.as_str()),
        };
        let (after, result) = change(text)?;
        if after == text || put(&real, &before, &format!("{mark}{after}"))? {
            return Ok(result);
        }
    }
    let path = path.to_owned();
    let why = "another program keeps changing it".to_owned();
    Err(StoreError::Broken { path, why, next_step: "Wait until it is done, and do it once more" }.into())
}

/// Whether the file was still as before; then it has the new text.
fn put(path: &Path, before: &str, after: &str) -> Result<bool> {
    let permissions = std::fs::metadata(path).map_err(|source| StoreError::file("read", path, source))?.permissions();
    let prepared = Prepared::write(path, Access::Usual, |file| file.write_all(after.as_bytes()))?;
    let prepared = prepared.with_permissions(permissions)?;
    if read_marked(path)? != before {
        return Ok(false);
    }
    prepared.put_in_place(Existing::Replace)?;
    Ok(true)
}

/// One program at a time rewrites files of a folder: its lock is held until this is dropped. A file cannot be locked
/// itself, because each edit puts another one in its place. Where folders cannot be locked nobody waits.
fn turn(path: &Path) -> Result<Option<File>> {
    let Ok(folder) = File::open(folder_of(path)) else { return Ok(None) };
    let until = Instant::now() + LONGEST_WAIT;
    loop {
        match folder.try_lock() {
            Ok(()) => return Ok(Some(folder)),
            Err(std::fs::TryLockError::Error(_)) => return Ok(None),
            Err(std::fs::TryLockError::WouldBlock) if Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(2));
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                let why = "another program writes there and does not end".to_owned();
                return Err(StoreError::Broken { path: path.to_owned(), why, next_step: "Do it once more" });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(path: &Path, text: &str) -> Result<()> {
        rewrite(path, |_| Ok((text.to_owned(), ())))
    }

    #[test]
    fn many_writers_at_once_lose_no_word() {
        const WRITERS: usize = 8;
        const WORDS: usize = 12;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.json");
        std::fs::write(&path, "").unwrap();
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let path = &path;
                scope.spawn(move || {
                    for word in 0..WORDS {
                        let add = |text: &str| Ok::<_, StoreError>((format!("{text}{writer}-{word}\n"), ()));
                        rewrite(path, add).unwrap();
                    }
                });
            }
        });
        let text = std::fs::read_to_string(&path).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), WRITERS * WORDS, "{text}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing unfinished is left");
    }

    #[test]
    fn what_another_program_wrote_meanwhile_is_what_is_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.json");
        std::fs::write(&path, "theirs").unwrap();
        let mut seen = Vec::new();
        let changed: Result<()> = rewrite(&path, |text| {
            seen.push(text.to_owned());
            if seen.len() == 1 {
                std::fs::write(&path, "theirs, again").unwrap();
            }
            Ok((format!("{text}, mine"), ()))
        });
        changed.unwrap();
        assert_eq!(seen, ["theirs", "theirs, again"]);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "theirs, again, mine");
    }

    #[test]
    fn a_file_that_never_rests_is_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.json");
        std::fs::write(&path, "0").unwrap();
        let mut number = 0;
        let refused: Result<()> = rewrite(&path, |text| {
            number += 1;
            std::fs::write(&path, number.to_string()).unwrap();
            Ok((format!("{text} mine"), ()))
        });
        assert!(refused.unwrap_err().to_string().contains("keeps changing it"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), MOST_TRIES.to_string());
    }

    #[test]
    fn a_refused_change_leaves_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.json");
        std::fs::write(&path, "old").unwrap();
        let refused: Result<()> = rewrite(&path, |_| Err(StoreError::NotAFile { path: path.clone() }));
        assert!(refused.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        assert!(set(&folder.path().join("none.json"), "x").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_permissions_and_the_mark_at_the_start_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real/one.json"), folder.path().join("one.json"));
        std::fs::create_dir(folder.path().join("real")).unwrap();
        std::fs::write(&real, "\u{feff}old").unwrap();
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut given = String::new();
        let changed: Result<()> = rewrite(&link, |text| {
            text.clone_into(&mut given);
            Ok(("new".to_owned(), ()))
        });
        changed.unwrap();
        assert_eq!(given, "old");
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "\u{feff}new");
        assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
