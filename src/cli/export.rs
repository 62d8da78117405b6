//! `babblecast export`: brings `output/C` up to date with what is made, without making anything.

use serde_json::json;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::session::loaded;
use super::target::{Target, counted, target};
use crate::domain::Display;
use crate::engine::{publish, shown_path, videos};
use crate::store;

/// Rebuild the output folder of a campaign from what is made
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Files that a former export put there and nobody wants any more are removed; foreign files never.

Example: babblecast export monroviaboy_baby_podcast_001 --output /tmp/look")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Target,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let session = context.open(std::slice::from_ref(&arguments.campaign))?;
    let entry = session.good_entry(&arguments.campaign)?;
    let files = publish::wanted(loaded(&entry)?, &|key| session.facts(key));
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    store::publish(&entry.output, &files, &videos::kept_names(loaded(&entry)?))?;
    let folder = shown_path(&entry.output);
    let answer = json!({"campaign_id": entry.name, "folder": folder, "files": paths});
    context.output.answer(&answer, || match paths.len() {
        0 => format!("Nothing is made yet: babblecast generate {}", entry.name.display()),
        count => format!("{} in {}", counted(count, "file"), folder.display()),
    })?;
    session.close()?;
    Ok(Exit::Done)
}
