//! `babblecast show`: a picture in the plain terminal.

use std::path::PathBuf;

use serde_json::json;

use super::context::Context;
use super::exit::{Exit, Failure, sentence};
use super::output::print_document;
use super::session::loaded;
use super::target::{Target, existing_file, speaker, target};
use crate::domain::Display;
use crate::engine::shown_path;
use crate::plan::Role;
use crate::show::{PrintOptions, print_picture};

/// Show a portrait, or any picture file, in the terminal
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples: babblecast show monroviaboy_baby_podcast_001 --speaker 'Baby 1'
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
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let path = match (&arguments.speaker, &arguments.what) {
        (Some(name), campaign) => portrait(name, campaign, context)?,
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
fn portrait(name: &str, campaign: &Target, context: &Context) -> Result<PathBuf, Failure> {
    let session = context.open(std::slice::from_ref(campaign))?;
    let entry = session.good_entry(campaign)?;
    let loaded = loaded(&entry)?;
    let speaker = speaker(&loaded.campaign, name)?;
    let job = loaded.graph(session.mode()).map(|graph| graph.portrait_of(speaker));
    let outputs = job.map(|job| session.facts(job.key).outputs.as_slice()).unwrap_or_default();
    let picture = outputs.iter().find(|made| made.output.role == Role::Picture).map(|made| made.path.clone());
    let missing = || {
        let name = loaded.campaign.profile(speaker).speaker.display();
        let id = &loaded.campaign.id;
        Failure::unable(format!(
            "{name} has no portrait yet: babblecast generate {id} --only portraits --speaker '{name}'"
        ))
    };
    let picture = picture.ok_or_else(missing)?;
    session.close()?;
    Ok(picture)
}
