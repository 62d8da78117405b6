//! `babblecast plan`: every job of a campaign with its state and price. Makes nothing, pays nothing.

use std::fmt::Write as _;
use strum::IntoEnumIterator;

use serde::Serialize;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::output::say;
use crate::cli::support::session::{Session, loaded};
use crate::cli::support::submit::{cost, who};
use crate::cli::support::table::{Column, Table};
use crate::cli::support::target::{Target, target};
use crate::domain::{Display, MicroDollars};
use crate::engine::voices::line_by_line;
use crate::engine::{Loaded, found};
use crate::plan::{Estimate, Job, JobKey, Mode, Product, ProviderId};

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

#[derive(Serialize)]
struct Answer {
    campaign_id: String,
    mode: Mode,
    jobs_total: usize,
    jobs_made: usize,
    /// An upper bound of what is missing.
    estimated_usd: f64,
    /// What it is likely to cost, by what so many calls of its kinds were charged; the upper bound where there was none.
    expected_usd: f64,
    expected_from_calls: u32,
    saved_by_cache_usd: f64,
    /// What will soon need the user.
    warnings: Vec<String>,
    jobs: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    key: JobKey,
    product: Product,
    provider: ProviderId,
    model: Option<String>,
    take: u32,
    speakers: Vec<String>,
    /// Positions in the script, from 0.
    scenes: Vec<usize>,
    /// The first of them as people count, from 1: what `--scene` takes.
    scene: Option<usize>,
    state: &'static str,
    /// Of a photo's face: whether it talks.
    #[serde(skip_serializing_if = "Option::is_none")]
    motion: Option<&'static str>,
    price_usd: f64,
    #[serde(skip)]
    what: String,
    #[serde(skip)]
    price: String,
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
    let mut warnings = session.library().warnings.clone();
    if let Some(text) = loaded.graph(mode).and_then(|graph| line_by_line(&loaded.campaign, graph)) {
        say(&format!("note: {}", text.as_str().display()));
        warnings.push(text);
    }
    let price = |made: bool| -> MicroDollars {
        jobs.iter().filter(|job| session.state(job.key).is_made() == made).map(Job::price).sum()
    };
    let missing = jobs.iter().filter(|job| !session.state(job.key).is_made());
    let expected = session.library().charged.estimate_of(missing);
    let answer = Answer {
        campaign_id: loaded.campaign.id.to_string(),
        mode,
        jobs_total: jobs.len(),
        jobs_made: jobs.iter().filter(|job| session.state(job.key).is_made()).count(),
        estimated_usd: price(false).dollars(),
        expected_usd: expected.price.dollars(),
        expected_from_calls: expected.calls,
        saved_by_cache_usd: price(true).dollars(),
        warnings,
        jobs: jobs.iter().map(|job| line(&session, loaded, mode, job)).collect(),
    };
    context.output.answer(&answer, || words(&answer, price(false), expected, context.output.width))?;
    session.close()?;
    Ok(Exit::Done)
}

fn line(session: &Session, loaded: &Loaded, mode: Mode, job: &Job) -> Line {
    let speakers: Vec<String> =
        job.speakers.iter().map(|&speaker| loaded.campaign.profile(speaker).speaker.clone()).collect();
    let text = job.scenes.first().and_then(|&scene| loaded.campaign.line(scene)).map(|line| line.text.as_str());
    let lends = loaded.graph(mode).is_some_and(|graph| graph.only_lends_its_face(job));
    let what = match job.product() {
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
        Product::Episode => loaded.campaign.topic.clone(),
    };
    let made_by = job.request.made_by();
    Line {
        key: job.key,
        product: job.product(),
        provider: job.request.provider(),
        model: made_by.map(|made_by| made_by.model.clone()),
        take: job.request.take(),
        speakers,
        scenes: job.scenes.clone(),
        scene: job.scenes.first().map(|position| position + 1),
        state: session.state(job.key).name(),
        motion: found(&session.job(job.key).outputs),
        price_usd: job.price().dollars(),
        what,
        price: if job.price().is_zero() { "free".to_owned() } else { job.price().to_string() },
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

fn words(answer: &Answer, price: MicroDollars, expected: Estimate, width: Option<usize>) -> String {
    let mut text = String::new();
    for product in Product::iter() {
        let mut table = Table::new([
            Column::giving_way(match product {
                Product::Portrait => "portraits",
                Product::Marks => "faces",
                Product::Dialogue => "dialogues",
                Product::Voice => "voices",
                Product::ShapedVoice => "shaped voices",
                Product::Clip => "clips",
                Product::Fade => "cross-fades",
                Product::Episode => "episode",
            }),
            Column::left("by"),
            Column::right("take"),
            Column::left("state"),
            Column::right("price"),
        ]);
        for line in answer.jobs.iter().filter(|line| line.product == product) {
            let fate = line.motion.unwrap_or_else(|| fate(line.state));
            table.row([&line.what, line.provider.name(), &line.take.to_string(), fate, &line.price]);
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
