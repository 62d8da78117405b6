//! `ID.takes.json` beside a campaign file: the user's choices. A file that cannot be understood is never overwritten.

use std::path::{Path, PathBuf};

use crate::plan::Choices;
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;
use crate::store::ground::files::{Access, Existing};

/// Bytes; every scene may have a choice of some hundred bytes.
pub(in crate::store) const LARGEST: u64 = 16 * 1024 * 1024;

/// Where the choices of a campaign file lie: `one.takes.json` beside `one.yaml`.
pub fn choices_path(campaign_file: &Path) -> PathBuf {
    campaign_file.with_extension("takes.json")
}

/// The choices in a file; none where there is no file.
pub fn read_choices(path: &Path) -> Result<Choices> {
    match files::read_plain(path, LARGEST) {
        Err(StoreError::Missing { .. }) => Ok(Choices::default()),
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| StoreError::Broken {
            path: path.to_owned(),
            why: error.to_string(),
            next_step: "Fix it (a merge may have left marks in it), or remove it to use take 1 of everything",
        }),
        Err(error) => Err(error),
    }
}

/// Replaces the choices in one step, in an order that does not depend on how they were made. A broken file stays, and is
/// the error.
pub fn write_choices(path: &Path, choices: &Choices) -> Result<()> {
    read_choices(path)?;
    files::write_bytes(path, Access::Usual, Existing::Replace, &to_bytes(choices))
}

/// The content of such a file.
#[expect(clippy::expect_used, reason = "choices hold only texts and numbers")]
pub(in crate::store) fn to_bytes(choices: &Choices) -> Vec<u8> {
    let mut text = serde_json::to_string_pretty(choices).expect("choices hold only texts and numbers");
    text.push('\n');
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Choice, JobKey, Pick, Product};

    fn choice(of: &str, pick: Pick) -> (JobKey, Choice) {
        (JobKey::of(of.as_bytes()), Choice { product: Product::Portrait, of: of.to_owned(), pick })
    }

    #[test]
    fn choices_are_written_the_same_whatever_came_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = choices_path(&folder.path().join("one.yaml"));
        assert_eq!(path.file_name().unwrap(), "one.takes.json");
        assert_eq!(read_choices(&path).unwrap(), Choices::default());
        let all = [choice("Baby 1", Pick::Take(2)), choice("Baby 2", Pick::Kept(JobKey::of(b"old")))];
        let forwards = Choices { choices: all.clone().into_iter().collect(), ..Choices::default() };
        let backwards = Choices { choices: all.into_iter().rev().collect(), ..Choices::default() };
        write_choices(&path, &forwards).unwrap();
        let first = std::fs::read_to_string(&path).unwrap();
        write_choices(&path, &backwards).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
        assert!(first.ends_with("}\n"));
        assert_eq!(read_choices(&path).unwrap(), forwards);
    }

    #[test]
    fn broken_choices_are_an_error_and_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.takes.json");
        std::fs::write(&path, "<<<<<<< HEAD").unwrap();
        assert!(matches!(read_choices(&path), Err(StoreError::Broken { .. })));
        assert!(matches!(write_choices(&path, &Choices::default()), Err(StoreError::Broken { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "<<<<<<< HEAD");
    }
}
