//! The members of the cast that come with a pack. They are put beside those that are there; a member that is there already
//! stays as it is, with the take of its face that is used there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::pack::Index;
use crate::domain::edit::{add_member, new_cast};
use crate::domain::{Campaign, Cast, Display, Format, Member, Profile, read_cast};
use crate::plan::{Choice, JobKey};
use crate::store::ground::error::{Result, StoreError};
use crate::store::workspace::campaigns::write_new;
use crate::store::workspace::cast_file::{CastFile, first_cast_file};
use crate::store::workspace::choices_file::{choices_path, read_choices, write_choices};
use crate::store::workspace::rewriting::rewrite;

/// The cast that a pack brings; the error is a clause.
pub(super) fn packed(index: &Index) -> std::result::Result<Cast, String> {
    let Some(text) = &index.cast else { return Ok(Cast::none()) };
    read_cast(text, Format::Json).map_err(|faults| {
        let first = faults.first().map(ToString::to_string).unwrap_or_default();
        format!("its cast has faults: {}", first.trim_end_matches('.'))
    })
}

/// A pack brings just the members that its campaign names; the error is a clause.
pub(super) fn check_named(campaign: &Campaign, cast: &Cast) -> std::result::Result<(), String> {
    let named: BTreeSet<&str> =
        campaign.profiles.iter().filter_map(Profile::member).map(|member| member.name.as_str()).collect();
    let other = cast.members().iter().find(|member| !named.contains(member.name.as_str()));
    other.map_or(Ok(()), |other| Err(format!("its campaign names no {:?} of the cast", other.name)))
}

/// What is to be added to the cast of a folder.
pub(super) struct Arrival {
    /// The file that is there, or the one that is begun.
    path: PathBuf,
    is_new: bool,
    members: Vec<Member>,
    faces: BTreeMap<JobKey, Choice>,
}

impl Arrival {
    /// Refused where a member is another baby here, or cannot be added; the error is a clause.
    pub(super) fn of(index: &Index, folder: &Path) -> std::result::Result<Self, String> {
        let brought = packed(index)?;
        let there = CastFile::of_folder(folder);
        let mut members = Vec::new();
        for member in brought.members() {
            let name = member.name.as_str().display();
            match (there.cast.member(&member.name), there.faults.first()) {
                (_, Some(fault)) => return Err(format!("it brings {name}, and the cast here has faults: {fault}")),
                (Some(known), None) if known == member => {}
                (Some(_), None) => {
                    return Err(format!("{name} is another baby in the cast here. Rename one of the two first"));
                }
                (None, None) => members.push(member.clone()),
            }
        }
        let same = |member: &Member| there.cast.members().iter().find(|known| known.has_the_face_of(member));
        if let Some((member, known)) = members.iter().find_map(|member| Some((member, same(member)?))) {
            let (name, known) = (member.name.as_str().display(), known.name.as_str().display());
            return Err(format!("its {name} is called {known} in the cast here. Give both one name first"));
        }
        let is_new = there.path.is_none();
        let path = there.path.unwrap_or_else(|| first_cast_file(folder));
        if !members.is_empty() && path == folder.join(&index.file) {
            return Err(format!("its campaign would stand where the cast belongs, in {}", path.display()));
        }
        Ok(Self { path, is_new, members, faces: index.faces.clone() })
    }

    /// The takes first: a member that appears has its face.
    pub(super) fn write(&self) -> Result<()> {
        if self.members.is_empty() {
            return Ok(());
        }
        if !self.faces.is_empty() {
            let path = choices_path(&self.path);
            let mut choices = read_choices(&path)?;
            for (base, choice) in &self.faces {
                choices.choices.entry(*base).or_insert_with(|| choice.clone());
            }
            write_choices(&path, &choices)?;
        }
        if self.is_new {
            return write_new(&self.path, new_cast(&self.members.iter().collect::<Vec<_>>()).as_bytes());
        }
        let format = Format::of_path(&self.path).unwrap_or(Format::Json);
        rewrite(&self.path, |text| {
            let refused = |why: String| StoreError::Refused { what: self.path.display().to_string(), why };
            let all = self.members.iter().try_fold(text.to_owned(), |text, member| add_member(&text, format, member));
            all.map(|text| (text, ())).map_err(|error| refused(error.to_string()))
        })
    }
}
