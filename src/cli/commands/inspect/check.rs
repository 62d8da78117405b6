//! `babblecast check`: every fault of a campaign file and of the own files that it names, at once. Needs no home, makes
//! nothing, pays nothing.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::target::{NAME_A_CAMPAIGN, Target, counted, existing_file, faults_text, target};
use crate::domain::{CampaignId, Display, Fault, Format};
use crate::engine::files::checking::{Checked, checked};
use crate::engine::files::library::{id_taken, read_campaign};
use crate::engine::{Campaigns, shown_path};
use crate::store::workspace::campaigns;
use crate::store::workspace::cast_file::{CastFile, is_cast};

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

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let files = match &arguments.campaign {
        Some(Target::File(file)) => vec![existing_file(file, NAME_A_CAMPAIGN)?],
        Some(Target::Id(id)) => vec![file_of(id, context)?],
        None => {
            let (folder, files) = files(context)?;
            CastFile::of_folder(&folder).path.into_iter().chain(files).collect()
        }
    };
    // Of two files with one id only the first can be used.
    let mut first_with: HashMap<CampaignId, PathBuf> = HashMap::new();
    // Whether there is a campaigns folder does not matter for a file that is named.
    let settings = context.engine_settings(Campaigns::Files(files.clone()));
    let mut exit = Exit::Done;
    for path in files {
        if is_cast(&path) {
            exit = exit.max(tell_cast(&path, context)?);
            continue;
        }
        let mut read = read_campaign(&path);
        if let Ok(found) = &read {
            let id = &found.campaign.id;
            match first_with.get(id) {
                Some(other) => read = Err(vec![id_taken(id, other)]),
                None => drop(first_with.insert(id.clone(), path.clone())),
            }
        }
        exit = exit.max(tell(&path, &checked(&path, read, &settings), context)?);
    }
    Ok(exit)
}

/// What is wrong with the cast, which is no campaign.
fn tell_cast(path: &Path, context: &Context) -> Result<Exit, Failure> {
    let (file, cast) = (shown_path(path), CastFile::beside(path));
    if !cast.faults.is_empty() {
        return tell(path, &Checked::with_faults(file, cast.faults, Vec::new()), context);
    }
    let members = cast.cast.members().len();
    let answer = json!({"file": file, "ok": true, "members": members});
    context.output.answer(&answer, || format!("{} is in order: {}.", file.display(), counted(members, "member")))?;
    Ok(Exit::Done)
}

fn tell(path: &Path, answer: &Checked, context: &Context) -> Result<Exit, Failure> {
    context.output.answer(answer, || if answer.ok { words(path, answer) } else { what_to_fix(path, answer) })?;
    Ok(if answer.ok { Exit::Done } else { Exit::Wrong })
}

fn what_to_fix(path: &Path, answer: &Checked) -> String {
    let all: Vec<Fault> = answer.faults.iter().chain(&answer.remarks).cloned().collect();
    faults_text(path, &all)
}

fn words(path: &Path, answer: &Checked) -> String {
    let counts = [counted(answer.scenes_total, "scene"), counted(answer.profiles_total, "baby profile")];
    let mut text = String::new();
    if !answer.remarks.is_empty() {
        text = format!("{}\n", faults_text(path, &answer.remarks));
    }
    let _ = write!(text, "{} is in order: {}.", answer.file.display(), counts.join(", "));
    for (speaker, motion) in &answer.motions {
        let _ = write!(text, "\n{} {motion}.", speaker.display());
    }
    for note in &answer.notes {
        let _ = write!(text, "\nnote: {}", note.as_str().display());
    }
    text
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
    text.is_some_and(|(format, text)| crate::domain::read::id_of(&text, format).as_ref() == Some(id))
}
