//! The cast of a campaigns folder: `cast.json` (or `.yaml`, `.yml`) beside the campaigns, and the takes of its faces in
//! `cast.takes.json`. A file of that name that gives itself a `campaign_id` is a campaign and no cast.

use std::path::{Path, PathBuf};

use super::campaigns::read_text;
use super::choices_file::{choices_path, read_choices};
use crate::domain::read::id_of;
use crate::domain::{Cast, Fault, Format, read_cast};
use crate::plan::Choices;
use crate::store::ground::error::Result;

/// In the order in which they are looked for.
const NAMES: [&str; 3] = ["cast.json", "cast.yaml", "cast.yml"];

/// The cast of a folder as its files are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CastFile {
    /// `None` where the folder has no cast.
    pub path: Option<PathBuf>,
    /// Empty where the file has faults.
    pub cast: Cast,
    /// Everything that is wrong with the file.
    pub faults: Vec<Fault>,
}

impl CastFile {
    /// Reads the cast of a folder; what is wrong with it is part of the answer.
    pub fn of_folder(folder: &Path) -> Self {
        let files = cast_files(folder);
        let Some(path) = files.first().cloned() else { return Self::default() };
        if let Some(second) = files.get(1) {
            let message = format!("there is a second cast beside it: {}", name_of(second));
            return Self::faulty(path, vec![whole(&message, "Put all members into one file and remove the other.")]);
        }
        let format = Format::of_path(&path).unwrap_or(Format::Json);
        match read_text(&path).map_err(|error| vec![whole(error.to_string().trim_end_matches('.'), "")]) {
            Ok(text) => match read_cast(&text, format) {
                Ok(cast) => Self { path: Some(path), cast, faults: Vec::new() },
                Err(faults) => Self::faulty(path, faults),
            },
            Err(faults) => Self::faulty(path, faults),
        }
    }

    /// The cast that a campaign file can name members of.
    pub fn beside(campaign_file: &Path) -> Self {
        Self::of_folder(campaign_file.parent().unwrap_or(Path::new(".")))
    }

    fn faulty(path: PathBuf, faults: Vec<Fault>) -> Self {
        let cast = Cast::faulty(&name_of(&path), faults.first());
        Self { path: Some(path), cast, faults }
    }

    /// Which takes of its members' faces are used.
    pub fn choices(&self) -> Result<Choices> {
        self.path.as_deref().map_or_else(|| Ok(Choices::default()), |path| read_choices(&choices_path(path)))
    }
}

/// Where a folder without a cast begins one: a campaign may have the first name.
pub fn first_cast_file(folder: &Path) -> PathBuf {
    let free = NAMES.iter().map(|name| folder.join(name)).find(|path| path.symlink_metadata().is_err());
    free.unwrap_or_else(|| folder.join(NAMES[0]))
}

/// Whether this file is the cast of its folder, and no campaign.
pub fn is_cast(path: &Path) -> bool {
    let is_called_so = path.file_name().is_some_and(|name| NAMES.iter().any(|known| name == *known));
    is_called_so && path.is_file() && {
        let said = Format::of_path(path).zip(read_text(path).ok());
        said.is_none_or(|(format, text)| id_of(&text, format).is_none())
    }
}

fn cast_files(folder: &Path) -> Vec<PathBuf> {
    NAMES.iter().map(|name| folder.join(name)).filter(|path| is_cast(path)).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn whole(message: &str, hint: &str) -> Fault {
    let hint = Some(hint).filter(|hint| !hint.is_empty()).map(str::to_owned);
    Fault { line: None, column: None, place: String::new(), pointer: String::new(), message: message.to_owned(), hint }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::workspace::campaigns::list;

    const MOMO: &str = r#"{"members": {"momo": {"tone": "warm", "voice_id": "v"}}}"#;

    #[test]
    fn the_cast_is_no_campaign_and_a_campaign_of_that_name_is_no_cast() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(CastFile::of_folder(folder.path()), CastFile::default());
        write("cast.json", r#"{"campaign_id": "cast"}"#);
        assert_eq!(CastFile::of_folder(folder.path()).path, None);
        assert_eq!(list(folder.path()).unwrap(), [folder.path().join("cast.json")]);
        write("cast.yaml", "members: {momo: {tone: warm, voice_id: v}}");
        let cast = CastFile::of_folder(folder.path());
        assert_eq!((cast.path, cast.cast.members().len()), (Some(folder.path().join("cast.yaml")), 1));
        assert_eq!(list(folder.path()).unwrap(), [folder.path().join("cast.json")]);
    }

    #[test]
    fn a_folder_with_two_casts_has_none_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("cast.json"), MOMO).unwrap();
        std::fs::write(folder.path().join("cast.yml"), MOMO).unwrap();
        let cast = CastFile::of_folder(folder.path());
        assert!(cast.cast.members().is_empty() && cast.faults[0].message.contains("cast.yml"), "{cast:?}");
    }

    #[test]
    fn a_broken_cast_is_an_answer_with_its_faults() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("cast.json"), "{").unwrap();
        let cast = CastFile::of_folder(folder.path());
        assert_eq!((cast.faults.len(), cast.cast.members().len()), (1, 0));
        std::fs::write(folder.path().join("cast.json"), b"\xff").unwrap();
        assert_eq!(CastFile::of_folder(folder.path()).faults.len(), 1);
    }
}
