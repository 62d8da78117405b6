//! `babblecast show`: a picture in the plain terminal.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::output::print_document;
use crate::cli::support::session::loaded;
use crate::cli::support::target::{Target, existing_file, speaker, target};
use crate::cli::support::which::Which;
use crate::domain::Display;
use crate::engine::{FinalsState, shown_path};
use crate::plan::{Mode, Role};
use crate::show::{PrintOptions, print_picture};

/// Show a portrait, or any picture file, in the terminal
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples: babblecast show monroviaboy_baby_podcast_001 --speaker 'Baby 1'
          babblecast show monroviaboy_baby_podcast_001 --speaker 'Baby 1' --draft
          babblecast show cover.png --plain")]
pub struct Arguments {
    /// A picture file, or with --speaker a campaign by id or file
    #[arg(value_name = "C | FILE", value_parser = target())]
    what: Target,
    /// Show the portrait of this baby
    #[arg(long, value_name = "NAME")]
    speaker: Option<String>,
    /// Coloured characters only, which every terminal can show
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    which: Which,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let path = match (&arguments.speaker, &arguments.what) {
        (Some(name), campaign) => portrait(name, campaign, arguments.which, context)?,
        (None, Target::File(file)) => existing_file(file, "Name a picture file, or a campaign with --speaker NAME.")?,
        (None, Target::Id(id)) => {
            return Err(Failure::wrong(format!("Say whose portrait: babblecast show {id} --speaker NAME")));
        }
    };
    if context.output.json {
        print_document(&json!({"file": shown_path(&path)}))?;
        return Ok(Exit::Done);
    }
    let options = PrintOptions { plain: arguments.plain, ..PrintOptions::default() };
    print_picture(&path, options)
        .map_err(|error| Failure::unable(sentence(error.to_string()).display().to_string()))?;
    Ok(Exit::Done)
}

/// Where the made portrait of a speaker lies.
fn portrait(name: &str, campaign: &Target, which: Which, context: &Context) -> Result<PathBuf, Failure> {
    let session = context.open(std::slice::from_ref(campaign))?;
    let entry = session.good_entry(campaign)?;
    let loaded = loaded(&entry)?;
    let speaker = speaker(&loaded.campaign, name)?;
    let mode = which.of(&session, loaded);
    let job = loaded.graph(mode).map(|graph| graph.portrait_of(speaker));
    let outputs = job.map(|job| session.job(job.key).outputs.as_slice()).unwrap_or_default();
    let picture = outputs.iter().find(|made| made.output.role == Role::Picture).map(|made| made.path.clone());
    let missing = || {
        let name = loaded.campaign.profile(speaker).speaker.display();
        let id = &loaded.campaign.id;
        let (kind, flag) = if mode == session.usual_mode() { ("", "") } else { (mode.name(), " --draft") };
        let space = if kind.is_empty() { "" } else { " " };
        let how = match &session.library().finals {
            FinalsState::Unavailable(what_to_set) if mode == Mode::Final => what_to_set.clone(),
            _ => format!("babblecast generate {id}{flag} --only portraits --speaker '{name}'"),
        };
        Failure::unable(sentence(format!("{name} has no {kind}{space}portrait yet: {how}")))
    };
    let picture = picture.ok_or_else(missing)?;
    session.close()?;
    Ok(picture)
}
