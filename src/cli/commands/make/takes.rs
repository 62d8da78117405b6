//! `babblecast takes`: the takes of faces and lines, and which of them the campaign uses.

use serde::Serialize;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::session::{Happening, Session, loaded};
use crate::cli::support::table::{Column, Table};
use crate::cli::support::target::{Part, Target, counted, subject_name, target};
use crate::cli::support::which::Which;
use crate::domain::Display;
use crate::engine::{self, Command, Event, Level, Loaded, Subject, TakesOf, known_takes, subject_job, takes_of};
use crate::plan::{Job, Mode};

/// List the takes of faces and lines, or choose the one to use
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The choice is kept beside the campaign file as ID.takes.json, so that everybody who is given the file gets \
the same faces.

Examples: babblecast takes monroviaboy_baby_podcast_001
          babblecast takes monroviaboy_baby_podcast_001 --speaker 'Baby 1' --choose 2")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Target,
    #[command(flatten)]
    part: Part,
    /// Use this take from now on; needs --speaker or --scene
    #[arg(long, value_name = "N", requires = "Part", value_parser = clap::value_parser!(u32).range(1..))]
    choose: Option<u32>,
    #[command(flatten)]
    which: Which,
}

#[derive(Serialize)]
struct Answer {
    campaign_id: String,
    mode: Mode,
    subjects: Vec<Named>,
}

/// The takes of one face or line, and what people call it.
#[derive(Serialize)]
struct Named {
    #[serde(flatten)]
    takes: TakesOf,
    #[serde(skip)]
    name: String,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let mut session = context.open(std::slice::from_ref(&arguments.campaign))?;
    let entry = session.good_entry(&arguments.campaign)?;
    let mode = arguments.which.of(&session, loaded(&entry)?);
    let subject = arguments.part.subject(&loaded(&entry)?.campaign)?;
    if let (Some(subject), Some(number)) = (subject, arguments.choose) {
        choose(&mut session, loaded(&entry)?, mode, subject, number)?;
    }
    let entry = session.good_entry(&arguments.campaign)?;
    let loaded = loaded(&entry)?;
    let subjects = match subject {
        Some(subject) => vec![takes(&session, loaded, mode, subject)?],
        None => re_rolled(&session, loaded, mode)?,
    };
    let answer = Answer { campaign_id: loaded.campaign.id.to_string(), mode, subjects };
    context.output.answer(&answer, || words(&answer, context.output.width))?;
    session.close()?;
    Ok(Exit::Done)
}

/// Every face and line that has more than one take.
fn re_rolled(session: &Session, loaded: &Loaded, mode: Mode) -> Result<Vec<Named>, Failure> {
    engine::re_rolled(loaded, mode).map(|subject| takes(session, loaded, mode, subject)).collect()
}

fn job(loaded: &Loaded, mode: Mode, subject: Subject) -> Result<&Job, Failure> {
    let name = || subject_name(loaded, subject);
    let job = subject_job(loaded, mode, subject).ok_or_else(|| Failure::wrong(format!("There is no {}.", name())))?;
    if job.request.has_takes() {
        Ok(job)
    } else {
        Err(Failure::wrong(format!("The {} is your own file: it has no takes.", name())))
    }
}

fn takes(session: &Session, loaded: &Loaded, mode: Mode, subject: Subject) -> Result<Named, Failure> {
    let job = job(loaded, mode, subject)?;
    let takes = takes_of(loaded, job, subject, &|key| session.job(key));
    Ok(Named { takes, name: subject_name(loaded, subject) })
}

fn choose(session: &mut Session, loaded: &Loaded, mode: Mode, subject: Subject, number: u32) -> Result<(), Failure> {
    let known = known_takes(loaded, job(loaded, mode, subject)?);
    let Some(take) = known.iter().find(|take| take.number == number) else {
        let name = subject_name(loaded, subject);
        let numbers: Vec<String> = known.iter().map(|take| take.number.to_string()).collect();
        return Err(Failure::wrong(format!(
            "The {name} has no take {number}: it has {} ({}). `babblecast regenerate` makes another.",
            counted(known.len(), "take"),
            numbers.join(", ")
        )));
    };
    let campaign = loaded.campaign.id.clone();
    session.send(Command::Choose { campaign, mode, subject, pick: take.pick() })?;
    loop {
        match session.next()? {
            Happening::Event(Event::Campaign(entry)) if entry.name == loaded.campaign.id.as_str() => return Ok(()),
            Happening::Event(Event::Notice(notice)) if notice.level == Level::Error => {
                return Err(Failure::unable(sentence(notice.text)));
            }
            Happening::Interrupted => return Err(Failure::interrupted()),
            Happening::Event(_) => {}
        }
    }
}

fn words(answer: &Answer, width: Option<usize>) -> String {
    if answer.subjects.is_empty() {
        return format!(
            "Nothing has a second take yet. Make one: babblecast regenerate {} --speaker NAME | --scene N",
            answer.campaign_id
        );
    }
    let mut table = Table::new([
        Column::giving_way("of"),
        Column::right("take"),
        Column::left("used"),
        Column::left("state"),
        Column::left("key"),
    ]);
    for subject in &answer.subjects {
        for (position, line) in subject.takes.takes.iter().enumerate() {
            let name = if position == 0 { subject.name.as_str() } else { "" };
            let used = if line.chosen { "▸ yes" } else { "" };
            let state = if line.state == "cached" { "made" } else { line.state };
            let number = line.number.map_or_else(|| "kept".to_owned(), |number| number.to_string());
            table.row([name, &number, used, state, &line.key.short()]);
        }
    }
    let files = answer
        .subjects
        .iter()
        .flat_map(|subject| &subject.takes.takes)
        .filter_map(|line| Some(format!("{}  {}", line.key.short(), line.file.as_ref()?.display())));
    let files: Vec<String> = files.collect();
    let mut text = table.render(width);
    if !files.is_empty() {
        text.push_str("\n\n");
        text.push_str(&files.join("\n"));
    }
    text
}
