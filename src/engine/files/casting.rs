//! A baby of a campaign becomes a member of the cast: the cast file, the take of its face, and the profile that names it.
//! Everything here blocks and is called on a thread that may.

use std::path::Path;

use super::editing;
use crate::domain::edit::{Change, Target, Value, add_member, new_cast};
use crate::domain::look::Looks;
use crate::domain::{Display, Format, Member, SpeakerIndex, read_cast};
use crate::engine::command::Edit;
use crate::engine::entry::Loaded;
use crate::engine::words::paths::shown_path;
use crate::plan::{Choice, JobKey};
use crate::store::workspace::campaigns;
use crate::store::workspace::cast_file::{CastFile, first_cast_file};
use crate::store::workspace::rewriting::rewrite;
use crate::store::{StoreError, choices_path, read_choices, write_choices};

/// A member that is to be written, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMember {
    member: Member,
    /// The profile that it was, and is named by from now on.
    speaker: String,
    /// The takes of its face that its campaign uses.
    choices: Vec<(JobKey, Choice)>,
}

impl NewMember {
    /// The baby as its campaign has it; the error is a sentence without its end.
    pub fn of(loaded: &Loaded, speaker: SpeakerIndex, name: &str) -> Result<Self, String> {
        let campaign = &loaded.campaign;
        let profile = campaign.profile(speaker);
        let called = profile.speaker.as_str().display();
        if let Some(member) = profile.member() {
            return Err(format!("{called} is {} of the cast already", member.name.as_str().display()));
        }
        if let Some(twin) = profile.same_as {
            let twin = campaign.profile(twin).speaker.as_str().display();
            return Err(format!("{called} has the face of {twin}: make {twin} a member, and name it in both profiles"));
        }
        let member = Member::of(name.trim(), profile, Looks::of(campaign).face(campaign, speaker));
        if let Err(faults) = read_cast(&new_cast(&[&member]), Format::Json) {
            let why = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
            return Err(format!("\"{}\" cannot name a member: {why}", name.display()));
        }
        let graphs = std::iter::once(&loaded.draft).chain(&loaded.finals);
        let chosen = graphs.filter_map(|graph| {
            let base = graph.portrait_of(speaker).base;
            let choice = loaded.choices.choices.get(&base)?;
            Some((base, Choice { of: member.name.clone(), ..choice.clone() }))
        });
        let choices = chosen.collect();
        Ok(Self { member, speaker: profile.speaker.clone(), choices })
    }

    /// The name in the cast.
    pub fn name(&self) -> &str {
        &self.member.name
    }
}

/// Why the cast file is as it was.
enum Refused {
    Store(StoreError),
    Cast(String),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Writes a member into the cast beside a campaign file. Returns the cast file, and why the profile does not name the member
/// where the campaign file could not be changed.
pub fn write(campaign_file: &Path, new: &NewMember) -> Result<(std::path::PathBuf, Option<String>), String> {
    let path = add(campaign_file.parent().unwrap_or(Path::new(".")), &new.member, &new.choices)?;
    let of = Target::Baby(new.speaker.clone());
    let named = Change::Set { of, field: "cast".to_owned(), value: Value::from(new.name()) };
    let unnamed = editing::perform(campaign_file, &Edit::Changes(vec![named])).err();
    Ok((path, unnamed))
}

/// Writes a member that no campaign has yet into the cast of a folder. Returns the cast file.
pub fn write_member(folder: &Path, member: &Member) -> Result<std::path::PathBuf, String> {
    add(folder, member, &[])
}

/// Adds a member to the cast of a folder, with the takes of its face; a folder without a cast begins one.
fn add(folder: &Path, member: &Member, takes: &[(JobKey, Choice)]) -> Result<std::path::PathBuf, String> {
    let known = CastFile::of_folder(folder);
    if let (Some(path), Some(fault)) = (&known.path, known.faults.first()) {
        return Err(format!("{} has faults; fix them first: {fault}", shown_path(path)));
    }
    let is_new = known.path.is_none();
    let path = known.path.unwrap_or_else(|| first_cast_file(folder));
    if is_new {
        write_takes(&path, takes)?;
        campaigns::write_new(&path, new_cast(&[member]).as_bytes()).map_err(|error| error.to_string())?;
    } else {
        let format = Format::of_path(&path).unwrap_or(Format::Json);
        let written = rewrite(&path, |text| {
            let text = add_member(text, format, member).map_err(|error| Refused::Cast(error.to_string()))?;
            // The face is known before the member is: nobody plans it with another take meanwhile.
            write_takes(&path, takes).map_err(Refused::Cast)?;
            Ok((text, ()))
        });
        written.map_err(|refused| match refused {
            Refused::Store(error) => error.to_string(),
            Refused::Cast(why) => format!("{} was not changed: {why}", shown_path(&path)),
        })?;
    }
    Ok(path)
}

fn write_takes(cast_file: &Path, takes: &[(JobKey, Choice)]) -> Result<(), String> {
    if takes.is_empty() {
        return Ok(());
    }
    let path = choices_path(cast_file);
    let mut choices = read_choices(&path).map_err(|error| error.to_string())?;
    choices.choices.extend(takes.iter().cloned());
    write_choices(&path, &choices).map_err(|error| error.to_string())
}
