//! `babblecast check`: every fault of a campaign file at once. Needs no home, makes nothing, pays nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::target::{Target, counted, existing_file, faults_text, target};
use crate::domain::{Campaign, CampaignId, Display, Fault, Format, Motion, Profile};
use crate::engine::library::read_campaign;
use crate::engine::{Campaigns, motion_of_file, shown_path};
use crate::store::campaigns;

/// Find every fault of a campaign file, each with its line
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: babblecast check campaigns/my_first.json")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Target,
}

#[derive(Serialize)]
struct Answer {
    campaign_id: Option<CampaignId>,
    file: String,
    ok: bool,
    scenes_total: usize,
    faults: Vec<Fault>,
    /// Of each photo of the person's own that is not to stay still: whether it talks.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    motions: BTreeMap<String, &'static str>,
}

/// Looks for the face of every picture that the campaign names as a portrait.
fn motions(campaign: &Campaign, file: &Path) -> BTreeMap<String, &'static str> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let profiles = campaign.profiles.iter().filter(|profile| profile.motion != Motion::Still);
    let motion = |profile: &Profile| {
        let picture = folder.join(profile.portrait.as_ref()?.as_path());
        Some((profile.speaker.clone(), motion_of_file(&picture, profile.motion)?))
    };
    profiles.filter_map(motion).collect()
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let path = match &arguments.campaign {
        Target::File(file) => existing_file(file)?,
        Target::Id(id) => file_of(id, context)?,
    };
    let file = shown_path(&path);
    match read_campaign(&path) {
        Ok(read) => {
            let campaign = read.campaign;
            let answer = Answer {
                campaign_id: Some(campaign.id.clone()),
                file,
                ok: true,
                scenes_total: campaign.scenes.len(),
                faults: Vec::new(),
                motions: motions(&campaign, &path),
            };
            context.output.answer(&answer, || {
                let counts =
                    [counted(campaign.scenes.len(), "scene"), counted(campaign.profiles.len(), "baby profile")];
                let photos =
                    answer.motions.iter().map(|(speaker, motion)| format!("\n{} {motion}.", speaker.display()));
                let photos = photos.collect::<String>();
                format!("{} is in order: {}.{photos}", answer.file.display(), counts.join(", "))
            })?;
            Ok(Exit::Done)
        }
        Err(faults) => {
            let answer =
                Answer { campaign_id: None, file, ok: false, scenes_total: 0, faults, motions: BTreeMap::new() };
            context.output.answer(&answer, || faults_text(&path, &answer.faults))?;
            Ok(Exit::Wrong)
        }
    }
}

/// The file of a campaign: the one that says so itself, else the one that is named like it.
fn file_of(id: &CampaignId, context: &Context) -> Result<PathBuf, Failure> {
    let Campaigns::Folder(folder) = context.existing_folder()? else {
        return Err(Failure::wrong(
            "No campaigns folder was found here or above. Name a file, or use --campaigns DIR.",
        ));
    };
    let files = campaigns::list(&folder)?;
    let named_like = |path: &&PathBuf| path.file_stem().is_some_and(|stem| stem == id.as_str());
    let says_so = |path: &&PathBuf| says_id(path, id);
    let found = files.iter().find(says_so).or_else(|| files.iter().find(named_like));
    found.cloned().ok_or_else(|| {
        Failure::wrong(format!(
            "{} holds no campaign {id}. `babblecast list` shows all.",
            folder.to_string_lossy().display()
        ))
    })
}

/// Whether the campaign in this file calls itself so; own files beside it do not matter for that.
fn says_id(path: &Path, id: &CampaignId) -> bool {
    let text = Format::of_path(path).zip(campaigns::read_text(path).ok());
    text.is_some_and(|(format, text)| crate::domain::read(&text, format).is_ok_and(|campaign| campaign.id == *id))
}
