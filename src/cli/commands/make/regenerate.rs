//! `babblecast regenerate`: a new take of one portrait or one voice.

use serde::Serialize;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::labels::Labels;
use crate::cli::support::output::say;
use crate::cli::support::session::loaded;
use crate::cli::support::submit::{Consent, make, who};
use crate::cli::support::target::{Part, Target, subject_name, target};
use crate::domain::Display;
use crate::engine::{Command, Document, Likeness, Quote, Room, RunId, place_of, shown_path, subject_job};
use crate::plan::{Face, JobState, Product};

/// Make a new take of a portrait or of a voice
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The new take is a candidate: the campaign keeps the take it uses until another one is chosen.

Examples: babblecast regenerate monroviaboy_baby_podcast_001 --speaker 'Baby 1'   a new portrait
          babblecast regenerate monroviaboy_baby_podcast_001 --speaker 'Baby 1' --same-baby
          babblecast regenerate monroviaboy_baby_podcast_001 --scene 2            a new voice for the line")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Target,
    #[command(flatten)]
    part: Part,
    /// Keep the face of the picture in use; after an edit of the profile, of the picture before it
    #[arg(long, conflicts_with = "scene")]
    same_baby: bool,
    /// Ask something of this take alone: "smile less". It stands behind the prompt of a painted portrait
    #[arg(long, value_name = "TEXT", conflicts_with = "scene")]
    note: Option<String>,
    #[command(flatten)]
    consent: Consent,
}

/// The campaign's document, and which take was made.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    document: Document,
    take: Option<NewTake>,
}

#[derive(Serialize)]
struct NewTake {
    number: u32,
    file: String,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let mut session = context.open_to_make(std::slice::from_ref(&arguments.campaign), arguments.consent.cap, false)?;
    let mode = session.usual_mode();
    let before = session.good_entry(&arguments.campaign)?;
    let loaded_before = loaded(&before)?;
    let subject = arguments.part.subject(&loaded_before.campaign)?.ok_or_else(|| {
        Failure::wrong("Say what to make again: --speaker NAME for a portrait, or --scene N for a voice.")
    })?;
    let name = subject_name(loaded_before, subject);
    let job = subject_job(loaded_before, mode, subject).filter(|job| job.request.has_takes()).ok_or_else(|| {
        Failure::wrong(format!("The {name} is your own file: change that file, or take it out of the campaign."))
    })?;
    let name = if job.product() == Product::Dialogue { place_of(&loaded_before.campaign, job) } else { name };
    let base = job.base;
    let another = job.request.with_take(1);
    let note = arguments.note.as_deref().map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
    let another = note.clone().map_or(another.clone(), |note| another.noted(note));
    let (likeness, request) = if arguments.same_baby {
        (Likeness::Same, another.keeping(Face::Made(job.key)))
    } else {
        (Likeness::Another, another)
    };
    let price = job.price_of_another(&request);
    let estimate = session.library().charged.estimate(&request, price);
    say(&who(&context.config, session.library(), mode));
    let quote = Quote::of_take(job, price, estimate);
    let room = Room::of(session.budgets(), session.ledger().used_by(&loaded_before.campaign.id));
    let consent = arguments.consent.require(&quote, &room, &session, context.config.caps.run.value)?;

    let labels = Labels::of_subject(loaded_before, subject, job.product());
    let run = RunId::random();
    let campaign = loaded_before.campaign.id.clone();
    let command = Command::Regenerate { run, campaign, mode, subject, likeness, note, consent };
    let finished = make(context, &mut session, labels, run, command)?;
    let entry = session.good_entry(&arguments.campaign)?;
    let document = finished.document(&session, &entry)?;
    let newest = loaded(&entry)?.takes.get(&base).and_then(|takes| takes.last());
    let take = newest.and_then(|take| match &session.job(take.key).state {
        JobState::Made | JobState::Cached => {
            let made = session.job(take.key).outputs.first()?;
            Some(NewTake { number: take.number, file: shown_path(&made.path) })
        }
        _ => None,
    });
    let message = match &take {
        Some(take) => {
            format!("{}\n{}", take_line(&name, take), choose_line(&document.campaign_id, arguments, take.number))
        }
        None => document.message.display().to_string(),
    };
    context.output.answer(&Answer { document, take }, || message)?;
    let exit = if session.was_interrupted() { Exit::Interrupted } else { finished.exit() };
    session.close()?;
    Ok(exit)
}

fn take_line(name: &str, take: &NewTake) -> String {
    format!("Take {} of the {name}: {}", take.number, take.file.display())
}

/// What to type to use the new take.
fn choose_line(campaign: &str, arguments: &Arguments, number: u32) -> String {
    let part = match (&arguments.part.speaker, arguments.part.scene) {
        (Some(speaker), _) => format!("--speaker '{}'", speaker.display()),
        (None, Some(scene)) => format!("--scene {scene}"),
        (None, None) => String::new(),
    };
    format!("Use it with: babblecast takes {campaign} {part} --choose {number}")
}
