//! `babblecast cast`: every baby over all campaigns with where it is used, and a baby that becomes a member of the cast.

use std::fmt::Write as _;
use std::path::Path;

use clap::Subcommand;
use serde::Serialize;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::session::{Happening, Session, loaded};
use crate::cli::support::table::{Column, Table};
use crate::cli::support::target::{Target, faults_text, speaker, target};
use crate::domain::{Display, Fault};
use crate::engine::words::babies::{BabyTold, told};
use crate::engine::{AddedToCast, Baby, Command, Event, Use, babies, shown_path};
use crate::plan::Mode;

/// Show every baby and where it is used, or make one a member of the cast
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
The cast is the file cast.json beside the campaigns. A profile that says \"cast\": \"momo\" has momo's face, \
tone and voice; what it says itself goes before, and in another tone it keeps the face.

Examples: babblecast cast
          babblecast cast add momo --from nap_or_snack --speaker Rosie"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Part>,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Make a baby of a campaign a member: its portrait becomes the member's face, without being made or paid again
    #[command(after_help = "Example: babblecast cast add momo --from nap_or_snack --speaker Rosie")]
    Add {
        /// What the cast calls the baby
        #[arg(value_name = "NAME")]
        name: String,
        /// Campaign by id or file
        #[arg(long, value_name = "C", value_parser = target())]
        from: Target,
        /// The baby, by its name in that campaign
        #[arg(long, value_name = "S")]
        speaker: String,
    },
}

#[derive(Serialize)]
struct Answer {
    /// The cast file; nothing where there is none.
    file: Option<String>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
    babies: Vec<BabyTold>,
}

#[derive(Serialize)]
struct Added {
    name: String,
    file: String,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    match &arguments.command {
        None => list(context),
        Some(Part::Add { name, from, speaker }) => add(name, from, speaker, context),
    }
}

fn list(context: &Context) -> Result<Exit, Failure> {
    let session = context.open(&[])?;
    let cast = session.library().cast.clone();
    let answer = Answer {
        file: cast.path.as_deref().map(shown_path),
        faults: cast.faults.clone(),
        babies: told(session.library(), &|key| session.state(key)),
    };
    context.output.answer(&answer, || {
        let faults = faults_text(cast.path.as_deref().unwrap_or(Path::new("cast.json")), &cast.faults);
        let table = table(&session, context.output.width);
        if cast.faults.is_empty() { table } else { format!("{faults}\n\n{table}") }
    })?;
    let exit = if cast.faults.is_empty() { Exit::Done } else { Exit::Wrong };
    session.close()?;
    Ok(exit)
}

fn table(session: &Session, width: Option<usize>) -> String {
    let babies = babies(session.library());
    if babies.is_empty() {
        return "There is no baby yet. `babblecast new NAME` begins a campaign with two.".to_owned();
    }
    let columns = [
        Column::left("baby"),
        Column::left("cast"),
        Column::giving_way("tone"),
        Column::left("voice"),
        Column::right("scenes"),
        Column::left("draft"),
        Column::left("final"),
        Column::giving_way("used in"),
    ];
    let mut table = Table::new(columns);
    for baby in &babies {
        let scenes = baby.scenes().to_string();
        let cast = if baby.is_member() { "yes" } else { "" };
        let [draft, finals] = [Mode::Draft, Mode::Final].map(|mode| made(session, baby, mode));
        table.row([&baby.name, cast, &baby.tone, &baby.voice_id, &scenes, &draft, &finals, &used_in(baby)]);
    }
    let mut text = table.render(width);
    if babies.iter().all(|baby| !baby.is_member()) {
        let _ = write!(text, "\n\nNobody is in the cast yet: babblecast cast add NAME --from CAMPAIGN --speaker BABY");
    }
    text
}

/// How many of its portraits are made: `2 of 3`.
fn made(session: &Session, baby: &Baby, mode: Mode) -> String {
    let mut faces: Vec<_> = baby.used.iter().filter_map(|used| used.face(mode)).collect();
    faces.sort_unstable();
    faces.dedup();
    if faces.is_empty() {
        return "–".to_owned();
    }
    format!("{} of {}", faces.iter().filter(|key| session.state(**key).is_made()).count(), faces.len())
}

/// `nap_or_snack, spoon as Ada`.
fn used_in(baby: &Baby) -> String {
    let place = |used: &Use| {
        let is_called_so = used.called == baby.name;
        if is_called_so { used.campaign.to_string() } else { format!("{} as {}", used.campaign, used.called) }
    };
    baby.used.iter().map(place).collect::<Vec<_>>().join(", ")
}

fn add(name: &str, from: &Target, baby: &str, context: &Context) -> Result<Exit, Failure> {
    let mut session = context.open(std::slice::from_ref(from))?;
    let entry = session.good_entry(from)?;
    let campaign = &loaded(&entry)?.campaign;
    let speaker = speaker(campaign, baby)?;
    let (campaign, name) = (campaign.id.clone(), name.to_owned());
    session.send(Command::AddToCast { ticket: 0, campaign, speaker, name })?;
    let AddedToCast { name, file, text } = loop {
        match session.next()? {
            Happening::Event(Event::AddedToCast { outcome, .. }) => {
                break outcome.map_err(|why| Failure::wrong(sentence(why)))?;
            }
            Happening::Interrupted => return Err(Failure::interrupted()),
            Happening::Event(_) => {}
        }
    };
    let answer = Added { name, file: file.to_string_lossy().into_owned() };
    context.output.answer(&answer, || sentence(text).display().to_string())?;
    session.close()?;
    Ok(Exit::Done)
}
