//! `babblecast new`: a first campaign file, or the samples.

use serde_json::json;

use super::context::Context;
use super::exit::{Exit, Failure, sentence};
use super::session::{Happening, Session};
use crate::domain::{CampaignId, Display};
use crate::engine::{Command, Event, Level, shown_path};

/// Write a new campaign file to begin with, or the samples
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples: babblecast new my_first_podcast
          babblecast new --samples")]
pub struct Arguments {
    /// Id of the new campaign: letters, digits, `_` and `-`
    #[arg(required_unless_present = "samples", conflicts_with = "samples", value_parser = campaign_id)]
    name: Option<CampaignId>,
    /// Write the sample campaigns that are not there yet
    #[arg(long)]
    samples: bool,
}

fn campaign_id(text: &str) -> Result<CampaignId, String> {
    CampaignId::new(text).map_err(|why| why.to_string())
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let mut session = Session::open(context.engine_settings(context.folder()?))?;
    let command = match &arguments.name {
        Some(name) => Command::New { name: name.to_string() },
        None => Command::AddSamples,
    };
    session.send(command)?;
    written(&mut session)?;
    let is_new = |name: &str| arguments.name.as_ref().is_none_or(|new| new.as_str() == name);
    let files: Vec<String> = session
        .library
        .entries
        .iter()
        .filter(|entry| is_new(&entry.name))
        .map(|entry| shown_path(&entry.path))
        .collect();
    let answer = json!({
        "folder": session.library.folder.as_deref().map(shown_path),
        "campaign_id": arguments.name,
        "files": files,
    });
    let next_step = match &arguments.name {
        Some(name) => format!("Make it: babblecast generate {name}"),
        None => "Make them: babblecast generate --all".to_owned(),
    };
    context.output.answer(&answer, || {
        let shown = files.iter().map(|file| file.display().to_string());
        shown.chain([next_step]).collect::<Vec<_>>().join("\n")
    })?;
    session.close()?;
    Ok(Exit::Done)
}

/// Waits for the engine's word that the files are there.
fn written(session: &mut Session) -> Result<(), Failure> {
    loop {
        match session.next()? {
            Happening::Event(Event::Notice(notice)) if notice.level == Level::Info => return Ok(()),
            Happening::Event(Event::Notice(notice)) => return Err(Failure::unable(sentence(notice.text))),
            Happening::Interrupted => return Err(Failure::interrupted()),
            Happening::Event(_) => {}
        }
    }
}
