//! `babblecast takes`: the takes of faces and lines, and which of them the campaign uses.

use serde::Serialize;

use super::context::Context;
use super::exit::{Exit, Failure, sentence};
use super::progress::state_name;
use super::session::{Happening, Session, loaded};
use super::table::{Column, Table};
use super::target::{Part, Target, counted, subject_name, target};
use crate::domain::Display;
use crate::engine::{Command, Event, Level, Loaded, Subject, Take, shown_path, subject_job};
use crate::plan::{Job, JobKey, Mode, Product};

/// List the takes of faces and lines, or choose the one to use
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The choice is kept beside the campaign file as ID.takes.json, so that whoever shares the file gets
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
}

#[derive(Serialize)]
struct Answer {
    campaign_id: String,
    mode: Mode,
    subjects: Vec<TakesOf>,
}

/// All takes of one face or line.
#[derive(Serialize)]
struct TakesOf {
    product: Product,
    speaker: Option<String>,
    /// From 0; of voices only.
    scene_index: Option<usize>,
    takes: Vec<Line>,
    #[serde(skip)]
    name: String,
}

#[derive(Serialize)]
struct Line {
    number: u32,
    key: JobKey,
    state: &'static str,
    chosen: bool,
    file: Option<String>,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let mut session = context.open(std::slice::from_ref(&arguments.campaign))?;
    let mode = session.mode();
    let entry = session.good_entry(&arguments.campaign)?;
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
fn re_rolled(session: &Session, loaded: &Loaded, mode: Mode) -> Result<Vec<TakesOf>, Failure> {
    let portraits = loaded.campaign.speakers().map(|(speaker, _)| Subject::Portrait(speaker));
    let voices = (0..loaded.campaign.scenes.len()).map(Subject::Voice);
    let has_several =
        |subject: &Subject| subject_job(loaded, mode, *subject).is_some_and(|job| loaded.takes.contains_key(&job.base));
    portraits.chain(voices).filter(has_several).map(|subject| takes(session, loaded, mode, subject)).collect()
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

/// A face or line that was never re-rolled has take 1 only.
fn known_takes(loaded: &Loaded, job: &Job) -> Vec<Take> {
    let only = || vec![Take { number: 1, key: job.request.with_take(1).key(), face: None }];
    loaded.takes.get(&job.base).cloned().unwrap_or_else(only)
}

fn takes(session: &Session, loaded: &Loaded, mode: Mode, subject: Subject) -> Result<TakesOf, Failure> {
    let job = job(loaded, mode, subject)?;
    let pick = loaded.choices.pick(job.base);
    let line = |take: Take| {
        let facts = session.facts(take.key);
        Line {
            number: take.number,
            key: take.key,
            state: state_name(&facts.state),
            chosen: pick == take.pick(),
            file: facts.outputs.first().map(|made| shown_path(&made.path)),
        }
    };
    let (speaker, scene_index) = match subject {
        Subject::Portrait(speaker) => (Some(speaker), None),
        Subject::Voice(scene) => (loaded.campaign.line(scene).map(|line| line.speaker), Some(scene)),
    };
    Ok(TakesOf {
        product: job.product(),
        speaker: speaker.map(|speaker| loaded.campaign.profile(speaker).speaker.clone()),
        scene_index,
        takes: known_takes(loaded, job).into_iter().map(line).collect(),
        name: subject_name(loaded, subject),
    })
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
        for (position, line) in subject.takes.iter().enumerate() {
            let name = if position == 0 { subject.name.as_str() } else { "" };
            let used = if line.chosen { "▸ yes" } else { "" };
            let state = if line.state == "cached" { "made" } else { line.state };
            table.row([name, &line.number.to_string(), used, state, &line.key.short()]);
        }
    }
    let files = answer
        .subjects
        .iter()
        .flat_map(|subject| &subject.takes)
        .filter_map(|line| Some(format!("{}  {}", line.key.short(), line.file.as_ref()?.display())));
    let files: Vec<String> = files.collect();
    let mut text = table.render(width);
    if !files.is_empty() {
        text.push_str("\n\n");
        text.push_str(&files.join("\n"));
    }
    text
}
