//! What a call is about: a campaign by its id, a baby by its name, a scene by its number. Never a path.

use std::sync::Arc;

use super::answer::Refusal;
use crate::domain::read::nearest::nearest;
use crate::domain::{Campaign, CampaignId, Display, SpeakerIndex};
use crate::engine::document::listing::usual_mode_of;
use crate::engine::{Content, Entry, Loaded, Subject, View};
use crate::plan::Mode;

/// The id that a client wrote.
pub fn id(written: &str) -> Result<CampaignId, Refusal> {
    CampaignId::new(written)
        .map_err(|why| Refusal::new(format!("\"{}\" is no campaign id: {why}. `list` shows all", written.display())))
}

/// The campaign with this id; broken ones too.
pub fn entry(view: &View, written: &str) -> Result<Arc<Entry>, Refusal> {
    // The file of a broken campaign may be called anything.
    if let Some(entry) = view.entry(written) {
        return Ok(entry.clone());
    }
    let id = id(written)?;
    let names = view.library().entries.iter().map(|entry| entry.name.as_str());
    Err(Refusal::new(match nearest(id.as_str(), names) {
        Some(meant) => format!("There is no campaign {id}. Did you mean {}?", meant.display()),
        None => format!("There is no campaign {id}. `list` shows all, `write` makes one"),
    }))
}

/// The same, which must pass every check.
pub fn good_entry(view: &View, written: &str) -> Result<Arc<Entry>, Refusal> {
    let entry = entry(view, written)?;
    loaded(&entry)?;
    Ok(entry)
}

/// The content of an entry that has no faults.
pub fn loaded(entry: &Entry) -> Result<&Loaded, Refusal> {
    match &entry.content {
        Content::Good(loaded) => Ok(loaded),
        Content::Broken(faults) => Err(Refusal::new(format!(
            "{} cannot be used: it has {} to fix first. `check` lists them",
            entry.name.display(),
            counted(faults.len(), "fault")
        ))),
    }
}

/// The mode that was named, or the usual one of this campaign.
pub fn mode(view: &View, loaded: &Loaded, named: Option<Mode>) -> Mode {
    named.unwrap_or_else(|| usual_mode_of(view, loaded))
}

pub fn speaker(campaign: &Campaign, name: &str) -> Result<SpeakerIndex, Refusal> {
    campaign.speaker_named(name).ok_or_else(|| {
        let names: Vec<String> =
            campaign.profiles.iter().take(12).map(|profile| format!("\"{}\"", profile.speaker.display())).collect();
        let name = name.display();
        Refusal::new(format!("{} has no baby \"{name}\"; it has {}", campaign.id, names.join(", ")))
    })
}

/// The position in the script of the scene with this number, which counts from 1.
pub fn scene(campaign: &Campaign, number: usize) -> Result<usize, Refusal> {
    let last = campaign.scenes.len();
    if (1..=last).contains(&number) {
        return Ok(number - 1);
    }
    Err(Refusal::new(format!("{} has no scene {number}: its scenes are 1 to {last}", campaign.id)))
}

/// The portrait of a baby or the voice of a scene; `None` where neither is named.
pub fn subject(campaign: &Campaign, baby: Option<&str>, number: Option<usize>) -> Result<Option<Subject>, Refusal> {
    match (baby, number) {
        (None, None) => Ok(None),
        (Some(name), None) => Ok(Some(Subject::Portrait(speaker(campaign, name)?))),
        (None, Some(number)) => {
            let position = scene(campaign, number)?;
            let silent = || Refusal::new(format!("Scene {number} has no voice: it is not a line of dialogue"));
            campaign.line(position).map(|_| Some(Subject::Voice(position))).ok_or_else(silent)
        }
        (Some(_), Some(_)) => Err(Refusal::new("Give either `speaker` (a portrait) or `scene` (a voice)")),
    }
}

/// `3 faults`, `1 fault`.
pub fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}
