//! `babblecast new`: a first campaign file, or the samples.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;
use strum::IntoEnumIterator;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::output::say;
use crate::cli::support::session::{Happening, Session};
use crate::domain::write::{NameError, named};
use crate::domain::{CampaignId, Display};
use crate::engine::{Command, Event, FromTemplate, Level, Template, shown_path, why_taken};

/// Write a new campaign file to begin with, or the samples
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples: babblecast new my_first_podcast
          babblecast new 'My first show!'
          babblecast new sock_debate --from debate --topic 'where socks go'
          babblecast new --samples")]
pub struct Arguments {
    /// Title of the new campaign, from which its id is made, or the id itself
    #[arg(required_unless_present = "samples", conflicts_with = "samples", value_parser = name)]
    name: Option<Name>,
    /// Begin with the words of a format
    #[arg(long, value_name = "FORMAT", value_parser = template(), conflicts_with = "samples")]
    from: Option<Template>,
    /// What the babies of the format talk about, and the title
    #[arg(long, value_name = "TOPIC", requires = "from", value_parser = topic)]
    topic: Option<String>,
    /// Write the sample campaigns that are not there yet
    #[arg(long)]
    samples: bool,
}

impl Arguments {
    fn template(&self) -> Option<FromTemplate> {
        self.from.map(|template| FromTemplate { template, topic: self.topic.clone() })
    }
}

/// Reads a format by its name.
pub fn template() -> impl TypedValueParser<Value = Template> {
    PossibleValuesParser::new(Template::iter().map(Template::name)).try_map(|name| name.parse::<Template>())
}

/// A topic is what can be the title of a campaign.
pub fn topic(text: &str) -> Result<String, NameError> {
    named(text).map(|_| text.trim().to_owned())
}

/// A name as it was given, and the id that it stands for.
#[derive(Debug, Clone)]
struct Name {
    given: String,
    id: CampaignId,
}

fn name(text: &str) -> Result<Name, NameError> {
    named(text).map(|(id, _)| Name { given: text.to_owned(), id })
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let settings = context.engine_settings(context.folder()?);
    if let Some(why) = arguments.name.as_ref().and_then(|name| why_taken(&settings, &name.id)) {
        return Err(Failure::wrong(sentence(why)));
    }
    let mut session = Session::open(settings)?;
    let id = arguments.name.as_ref().map(|name| &name.id);
    let command = match &arguments.name {
        Some(name) => Command::New { name: name.given.clone(), template: arguments.template() },
        None => Command::AddSamples,
    };
    session.send(command)?;
    written(&mut session)?;
    let is_new = |name: &str| id.is_none_or(|new| new.as_str() == name);
    let files: Vec<String> = session
        .library()
        .entries
        .iter()
        .filter(|entry| is_new(&entry.name))
        .map(|entry| shown_path(&entry.path))
        .collect();
    let answer = json!({
        "folder": session.library().folder.as_deref().map(shown_path),
        "campaign_id": id,
        "files": files,
    });
    let next_step = match id {
        Some(id) => format!("Make it: babblecast generate {id}"),
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
pub fn written(session: &mut Session) -> Result<(), Failure> {
    loop {
        match session.next()? {
            Happening::Event(Event::Notice(notice)) => match notice.level {
                Level::Info => return Ok(()),
                // Of another campaign of the folder.
                Level::Warning => say(&format!("warning: {}", notice.text.display())),
                Level::Error => return Err(Failure::unable(sentence(notice.text))),
            },
            Happening::Interrupted => return Err(Failure::interrupted()),
            Happening::Event(_) => {}
        }
    }
}
