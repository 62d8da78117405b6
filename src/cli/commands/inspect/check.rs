//! `babblecast check`: every fault of a campaign file and of the own files that it names, at once. Needs no home, makes
//! nothing, pays nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::target::{NAME_A_CAMPAIGN, Target, counted, existing_file, faults_text, target};
use crate::domain::{CampaignId, Display, Fault, Format};
use crate::engine::library::{ReadCampaign, id_taken, read_campaign, remarks};
use crate::engine::{Campaigns, shown_path};
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
    /// What is allowed and probably not meant.
    notes: Vec<Fault>,
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
            let (faults, notes) = remarks(path, &campaign);
            if !faults.is_empty() {
                return told_faults(path, file, faults, notes, context);
            }
            let answer = Answer {
                campaign_id: Some(campaign.id.clone()),
                file,
                ok: true,
                scenes_total: campaign.scenes.len(),
                faults: Vec::new(),
                notes,
            };
            context.output.answer(&answer, || {
                let counts =
                    [counted(campaign.scenes.len(), "scene"), counted(campaign.profiles.len(), "baby profile")];
                let order = format!("{} is in order: {}.", answer.file.display(), counts.join(", "));
                if answer.notes.is_empty() { order } else { format!("{}\n{order}", faults_text(path, &answer.notes)) }
            })?;
            Ok(Exit::Done)
        }
        Err(faults) => told_faults(path, file, faults, Vec::new(), context),
    }
}

fn told_faults(
    path: &Path,
    file: String,
    faults: Vec<Fault>,
    notes: Vec<Fault>,
    context: &Context,
) -> Result<Exit, Failure> {
    let answer = Answer { campaign_id: None, file, ok: false, scenes_total: 0, faults, notes };
    context.output.answer(&answer, || {
        let all: Vec<Fault> = answer.faults.iter().chain(&answer.notes).cloned().collect();
        faults_text(path, &all)
    })?;
    Ok(Exit::Wrong)
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
