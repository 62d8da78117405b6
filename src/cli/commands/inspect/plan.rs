//! `babblecast plan`: every job of a campaign with its state and price. Makes nothing, pays nothing.

use std::fmt::Write as _;
use strum::IntoEnumIterator;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::output::say;
use crate::cli::support::session::loaded;
use crate::cli::support::submit::{cost, who};
use crate::cli::support::table::{Column, Table};
use crate::cli::support::target::{Target, target};
use crate::domain::{Display, MicroDollars};
use crate::engine::Loaded;
use crate::engine::document::planned::{PlanDocument, note, plan_document, price_of_missing};
use crate::plan::{Estimate, Job, Mode, Product, Request};

/// Show every job: what is made already, what would be made, and the price
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: babblecast plan monroviaboy_baby_podcast_001 --json")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Target,
    /// Plan the free draft even where a key is set
    #[arg(long)]
    draft: bool,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let session = context.open_to_make(std::slice::from_ref(&arguments.campaign), None, arguments.draft)?;
    let entry = session.good_entry(&arguments.campaign)?;
    let mode = if arguments.draft { Mode::Draft } else { session.usual_mode() };
    say(&who(&context.config, session.library(), mode));
    for warning in &session.library().warnings {
        say(&format!("warning: {}", warning.display()));
    }
    let loaded = loaded(&entry)?;
    let jobs = loaded.graph(mode).map(|graph| graph.jobs.as_slice()).unwrap_or_default();
    if loaded.keeps_earlier_voice {
        say(
            &"The older built-in voice goes on speaking here, as it spoke the drafts that exist; --voice neural changes that.",
        );
    }
    if let Some(text) = note(loaded, mode) {
        say(&format!("note: {}", text.as_str().display()));
    }
    let answer = plan_document(&session, loaded, mode);
    context.output.answer(&answer, || {
        let what: Vec<String> = jobs.iter().map(|job| what(loaded, mode, job)).collect();
        words(&answer, &what, price_of_missing(&session, jobs), context.output.width)
    })?;
    session.close()?;
    Ok(Exit::Done)
}

/// What a job makes, in the words of its campaign.
fn what(loaded: &Loaded, mode: Mode, job: &Job) -> String {
    let speakers: Vec<String> =
        job.speakers.iter().map(|&speaker| loaded.campaign.profile(speaker).speaker.clone()).collect();
    let text = job.scenes.first().and_then(|&scene| loaded.campaign.line(scene)).map(|line| line.text.as_str());
    let lends = loaded.graph(mode).is_some_and(|graph| graph.only_lends_its_face(job));
    match job.product() {
        Product::Portrait if lends => format!("{}: the face to keep", speakers.join(", ")),
        Product::Portrait | Product::Marks => speakers.join(", "),
        Product::Clip if job.scenes.is_empty() => "the title".to_owned(),
        Product::Fade => {
            let numbers: Vec<String> = job.scenes.iter().map(|scene| (scene + 1).to_string()).collect();
            format!("into {}", numbers.join(", "))
        }
        Product::Dialogue | Product::Voice | Product::ShapedVoice | Product::Clip => {
            let numbers: Vec<String> = job.scenes.iter().map(|scene| (scene + 1).to_string()).collect();
            let who = if speakers.is_empty() { "media".to_owned() } else { speakers.join(", ") };
            let text = text.map_or_else(String::new, |text| format!(": {text}"));
            format!("{} {who}{text}", numbers.join(", "))
        }
        Product::Effect => {
            let numbers: Vec<String> = job.scenes.iter().map(|scene| (scene + 1).to_string()).collect();
            format!("{} {}", numbers.join(", "), heard(&job.request))
        }
        Product::Music => heard(&job.request),
        Product::Episode | Product::Script | Product::Transcript => loaded.campaign.topic.clone(),
    }
}

/// The words that a sound is made from, or its name where it is built in.
fn heard(request: &Request) -> String {
    match request {
        Request::Effect(sound) | Request::Music(sound) => {
            sound.prompt.clone().unwrap_or_else(|| sound.made_by.model.clone())
        }
        _ => String::new(),
    }
}

/// What happens to a job in the next run.
fn fate(state: &str) -> &str {
    match state {
        "made" | "cached" => "made already",
        "failed" => "to make (failed before)",
        "waiting" | "running" => "being made",
        _ => "to make",
    }
}

/// `what` has the words of each job of the plan.
fn words(answer: &PlanDocument, what: &[String], price: (MicroDollars, Estimate), width: Option<usize>) -> String {
    let (price, expected) = price;
    let mut text = String::new();
    for product in Product::iter() {
        let mut table = Table::new([
            Column::giving_way(match product {
                Product::Portrait => "portraits",
                Product::Marks => "faces",
                Product::Dialogue => "dialogues",
                Product::Voice => "voices",
                Product::ShapedVoice => "shaped voices",
                Product::Effect => "sound effects",
                Product::Music => "music",
                Product::Transcript => "transcripts",
                Product::Clip => "clips",
                Product::Fade => "cross-fades",
                Product::Episode => "episode",
                Product::Script => "scripts",
            }),
            Column::left("by"),
            Column::right("take"),
            Column::left("state"),
            Column::right("price"),
        ]);
        for (line, what) in answer.jobs.iter().zip(what).filter(|(line, _)| line.product == product) {
            let fate = line.motion.unwrap_or_else(|| fate(line.state));
            let price = MicroDollars::from_dollars(line.price_usd);
            let price = if price.is_zero() { "free".to_owned() } else { price.to_string() };
            table.row([what, line.provider.name(), &line.take.to_string(), fate, &price]);
        }
        if !table.is_empty() {
            text.push_str(&table.render(width));
            text.push_str("\n\n");
        }
    }
    let missing = answer.jobs_total - answer.jobs_made;
    let cost = if price.is_zero() { "free".to_owned() } else { cost(price, expected) };
    let rest = match missing {
        0 => "nothing to make".to_owned(),
        missing => format!("{missing} to make, {cost}: babblecast generate {}", answer.campaign_id.display()),
    };
    let _ = write!(text, "{} of {} made already, {rest}", answer.jobs_made, answer.jobs_total);
    text
}
