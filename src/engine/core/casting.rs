//! The cast: a baby becomes a member, and the takes of members' faces are chosen for every campaign at once.

use super::Core;
use crate::domain::{CampaignId, Display, SpeakerIndex};
use crate::engine::event::{AddedToCast, Event};
use crate::engine::files::casting::{self, NewMember};
use crate::engine::files::library::off_thread;
use crate::engine::words::paths::shown_path;
use crate::plan::{Choice, JobKey};
use crate::store::workspace::cast_file::CastFile;
use crate::store::{choices_path, posted_folder, read_choices, write_choices};

impl Core {
    pub(super) async fn add_to_cast(&mut self, ticket: u64, campaign: &CampaignId, speaker: SpeakerIndex, name: &str) {
        let asked = self.loaded(campaign).and_then(|(entry, loaded)| {
            if entry.path.parent() == Some(&posted_folder(&self.studio.shelf.settings.home)) {
                return Err(format!("{campaign} was posted: only campaigns of a folder have a cast"));
            }
            Ok((entry.path.clone(), NewMember::of(loaded, speaker, name)?))
        });
        let outcome = match asked {
            Ok((path, new)) => {
                let name = new.name().to_owned();
                let written = off_thread(move || casting::write(&path, &new)).await;
                written.map(|(path, unnamed)| {
                    let (name, file) = (name.as_str().display(), shown_path(&path));
                    let text = match unnamed {
                        None => format!("{name} is in {file} now: any profile there can say \"cast\": \"{name}\""),
                        Some(why) => format!("{name} is in {file}. The profile does not name it yet: {why}"),
                    };
                    AddedToCast { name: name.to_string(), file: path, text }
                })
            }
            Err(why) => Err(why),
        };
        if outcome.is_ok() {
            self.reload().await;
        }
        self.tell(Event::AddedToCast { ticket, outcome });
    }
}

/// Chooses a take of a member's face: beside the cast that the campaign file can name members of. Blocks.
pub(super) fn choose_face(campaign_file: &std::path::Path, base: JobKey, choice: Choice) -> Result<(), String> {
    let cast = CastFile::beside(campaign_file);
    let Some(file) = cast.path else { return Err("The cast is gone: there is nothing to choose for".to_owned()) };
    let path = choices_path(&file);
    let mut choices = read_choices(&path).map_err(|error| error.to_string())?;
    choices.choices.insert(base, choice);
    write_choices(&path, &choices).map_err(|error| error.to_string())
}
