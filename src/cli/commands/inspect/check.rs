//! `babblecast check`: every fault of a campaign file at once. Needs no home, makes nothing, pays nothing.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::target::{NAME_A_CAMPAIGN, Target, counted, existing_file, faults_text, target};
use crate::domain::{Campaign, CampaignId, Dialogue, Display, Fault, Format, Motion, Profile};
use crate::engine::library::{ReadCampaign, id_taken, read_campaign};
use crate::engine::{Campaigns, motion_of_file, shown_path};
use crate::providers::voice::neural;
use crate::store::workspace::campaigns;

/// Find every fault of campaign files, each with its line
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true).args(["campaign", "all"]))]
#[command(after_help = "\
Examples: babblecast check campaigns/my_first.json
          babblecast check --all")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Option<Target>,
    /// Every campaign of the folder
    #[arg(long)]
    all: bool,
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
    /// What is no fault but will not come out as it is meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
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
    let files = match &arguments.campaign {
        Some(Target::File(file)) => vec![existing_file(file, NAME_A_CAMPAIGN)?],
        Some(Target::Id(id)) => vec![file_of(id, context)?],
        None => files(context)?.1,
    };
    // Of two files with one id only the first can be used.
    let mut first_with: HashMap<CampaignId, PathBuf> = HashMap::new();
    let mut exit = Exit::Done;
    for path in files {
        let mut read = read_campaign(&path);
        if let Ok(found) = &read {
            let id = &found.campaign.id;
            match first_with.get(id) {
                Some(other) => read = Err(vec![id_taken(id, other)]),
                None => drop(first_with.insert(id.clone(), path.clone())),
            }
        }
        exit = exit.max(tell(&path, read, context)?);
    }
    Ok(exit)
}

fn tell(path: &Path, read: Result<ReadCampaign, Vec<Fault>>, context: &Context) -> Result<Exit, Failure> {
    let file = shown_path(path);
    match read {
        Ok(ReadCampaign { campaign, .. }) => {
            let answer = Answer {
                campaign_id: Some(campaign.id.clone()),
                file,
                ok: true,
                scenes_total: campaign.scenes.len(),
                faults: Vec::new(),
                motions: motions(&campaign, path),
                notes: unread_lines(&campaign),
            };
            context.output.answer(&answer, || {
                let counts =
                    [counted(campaign.scenes.len(), "scene"), counted(campaign.profiles.len(), "baby profile")];
                let photos =
                    answer.motions.iter().map(|(speaker, motion)| format!("\n{} {motion}.", speaker.display()));
                let photos = photos.collect::<String>();
                let notes: String = answer.notes.iter().map(|note| format!("\nnote: {}", note.display())).collect();
                format!("{} is in order: {}.{photos}{notes}", answer.file.display(), counts.join(", "))
            })?;
            Ok(Exit::Done)
        }
        Err(faults) => {
            let (motions, notes) = (BTreeMap::new(), Vec::new());
            let answer = Answer { campaign_id: None, file, ok: false, scenes_total: 0, faults, motions, notes };
            context.output.answer(&answer, || faults_text(path, &answer.faults))?;
            Ok(Exit::Wrong)
        }
    }
}

/// Lines with words that the built-in voice cannot read: it knows English, and leaves out words of other scripts.
fn unread_lines(campaign: &Campaign) -> Vec<String> {
    let note = |(scene, line): (usize, &Dialogue)| {
        let spoken = line.say.as_ref().unwrap_or(&line.text);
        let unread: Vec<&str> = spoken.split_whitespace().filter(|word| !neural::can_read(word)).collect();
        let is_told = line.audio.is_none() && !unread.is_empty();
        is_told.then(|| {
            format!(
                "scene {}: the built-in voice reads English only and leaves out {}; give the line a `say` text",
                scene + 1,
                unread.join(" ")
            )
        })
    };
    let lines = (0..campaign.scenes.len()).filter_map(|scene| Some((scene, campaign.line(scene)?)));
    lines.filter_map(note).collect()
}

/// The campaigns folder and the campaign files in it.
fn files(context: &Context) -> Result<(PathBuf, Vec<PathBuf>), Failure> {
    let Campaigns::Folder(folder) = context.existing_folder()? else {
        return Err(Failure::wrong(
            "No campaigns folder was found here or above. Name a file, or use --campaigns DIR.",
        ));
    };
    let files = campaigns::list(&folder)?;
    Ok((folder, files))
}

/// The file of a campaign: the one that says so itself, else the one that is named like it.
fn file_of(id: &CampaignId, context: &Context) -> Result<PathBuf, Failure> {
    let (folder, files) = files(context)?;
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
