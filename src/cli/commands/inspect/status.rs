//! `babblecast status`: one campaign, scene by scene; without a campaign the morning report.

use std::fmt::Write as _;

use super::report;
use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::session::{Session, loaded};
use crate::cli::support::submit::who;
use crate::cli::support::table::{Column, Table};
use crate::cli::support::target::{Target, target};
use crate::cli::support::which::Which;
use crate::domain::{Display, Scene};
use crate::engine::document::listing::counts;
use crate::engine::{Document, Entry, FinalsState, Loaded, document, motion, place_of, shown_path};
use crate::plan::{JobState, Mode, Product, Role};

/// Show what is made, what needs you and what may have been billed; one campaign scene by scene
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples: babblecast status
          babblecast status monroviaboy_baby_podcast_001
          babblecast status monroviaboy_baby_podcast_001 --draft")]
pub struct Arguments {
    /// Campaign by id or file; a report on all of them where none is named
    #[arg(value_name = "C", value_parser = target())]
    campaign: Option<Target>,
    #[command(flatten)]
    which: Which,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let Some(campaign) = &arguments.campaign else { return report::show(context, arguments.which) };
    let session = context.open(std::slice::from_ref(campaign))?;
    let entry = session.good_entry(campaign)?;
    let loaded = loaded(&entry)?;
    let mode = arguments.which.of(&session, loaded);
    let facts = |key| session.job(key);
    let mut document = document(&entry, loaded, mode, &facts, None);
    document.message = message(&session, loaded, mode);
    context.output.answer(&document, || {
        let table = table(&session, loaded, mode).render(context.output.width);
        let who = who(&context.config, session.library(), mode);
        let message = format!("{}.{}", document.message, video(&document));
        let parts = [head(&entry, loaded, &who), table, motions(&session, loaded, mode), message];
        let parts = parts.into_iter().chain([legend(&session, loaded, mode)]);
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    })?;
    session.close()?;
    Ok(Exit::Done)
}

fn head(entry: &Entry, loaded: &Loaded, who: &str) -> String {
    let file = shown_path(&entry.path);
    format!("{}\n{} · {}\n{who}", loaded.campaign.topic.display(), loaded.campaign.id, file.display())
}

/// Which photos talk, a line each, as far as it is known.
fn motions(session: &Session, loaded: &Loaded, mode: Mode) -> String {
    let Some(graph) = loaded.graph(mode) else { return String::new() };
    let speakers = loaded.campaign.speakers();
    let lines = speakers.filter_map(|(speaker, profile)| {
        let motion = motion(graph, speaker, |key| &session.job(key).outputs)?;
        Some(format!("{} {motion}", profile.speaker.display()))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Where the finished video is and how long.
fn video(document: &Document) -> String {
    document.episode.as_ref().map_or_else(String::new, |episode| {
        let cards = if episode.complete { "" } else { ", with cards for missing scenes" };
        format!("\n{}, {:.1} s{cards}", episode.file.display(), episode.seconds)
    })
}

/// What is made, what failed and what to do, without a full stop.
fn message(session: &Session, loaded: &Loaded, mode: Mode) -> String {
    let counts = counts(session, loaded, mode);
    let mut text = format!("{} of {} scenes made", counts.scenes_made, counts.scenes_total);
    if counts.failed > 0 {
        let _ = write!(text, ", {} failed", counts.failed);
    }
    match &session.library().finals {
        _ if counts.is_complete() => {}
        FinalsState::Unavailable(what_to_set) if mode == Mode::Final => {
            let _ = write!(text, "; to make the rest: {}", what_to_set.trim_end_matches('.'));
        }
        _ => {
            let flag = if session.usual_mode() == mode { "" } else { " --draft" };
            let _ = write!(text, "; make the rest with: babblecast generate {}{flag}", loaded.campaign.id);
        }
    }
    text
}

fn table(session: &Session, loaded: &Loaded, mode: Mode) -> Table {
    let mut table = Table::new([
        Column::right("#"),
        Column::left("who"),
        Column::giving_way("line"),
        Column::left("face"),
        Column::left("voice"),
        Column::left("clip"),
        Column::right("length"),
    ]);
    let graph = loaded.graph(mode);
    for (position, scene) in loaded.campaign.scenes.iter().enumerate() {
        let jobs = graph.and_then(|graph| graph.scenes.get(position).copied()).unwrap_or_default();
        let key = |product| Some(graph?.jobs[jobs.of(product)?].key);
        let symbol = |product| key(product).map_or('–', |key| symbol(session.state(key))).to_string();
        let voice = key(Product::ShapedVoice).or_else(|| key(Product::Voice)).map(|key| session.job(key));
        let spoken = voice.and_then(|facts| facts.outputs.iter().find(|made| made.output.role == Role::Sound));
        let spoken = spoken.and_then(|made| made.output.milliseconds).map(|ms| f64::from(ms) / 1000.0);
        let clip = key(Product::Clip).map(|key| session.job(key));
        let filmed = clip.and_then(|facts| facts.outputs.iter().find(|made| made.output.role == Role::Movie));
        let filmed = filmed.and_then(|made| made.output.milliseconds).map(|ms| f64::from(ms) / 1000.0);
        let (who, line, seconds) = match scene {
            Scene::Dialogue(line) => {
                (loaded.campaign.profile(line.speaker).speaker.as_str(), line.text.as_str(), filmed.or(spoken))
            }
            Scene::Media(media) => ("media", media.source.as_str(), filmed.or(media.duration_s)),
        };
        let seconds = seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{seconds:.1} s"));
        let number = (position + 1).to_string();
        let symbols = [Product::Portrait, Product::Voice, Product::Clip].map(symbol);
        table.row([&number, who, line, &symbols[0], &symbols[1], &symbols[2], &seconds]);
    }
    table
}

/// What was made by whichever run is simply made here.
fn symbol(state: &JobState) -> char {
    if state.is_made() { JobState::Made.symbol() } else { state.symbol() }
}

/// The symbols that occur, in words; and why what failed has failed.
fn legend(session: &Session, loaded: &Loaded, mode: Mode) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut failures: Vec<(String, Vec<String>)> = Vec::new();
    for job in loaded.graph(mode).into_iter().flat_map(|graph| &graph.jobs) {
        let state = session.state(job.key);
        let state = if state.is_made() { &JobState::Made } else { state };
        let word = format!("{} {}", state.symbol(), state.word());
        if !words.contains(&word) {
            words.push(word);
        }
        if let JobState::Failed(failure) | JobState::Held(failure) = state {
            let (failure, place) = (failure.to_string().display().to_string(), place_of(&loaded.campaign, job));
            match failures.iter_mut().find(|(told, _)| *told == failure) {
                Some((_, places)) => places.push(place),
                None => failures.push((failure, vec![place])),
            }
        }
    }
    let failures = failures.iter().map(|(failure, places)| format!("{}: {failure}", some_of(places)));
    std::iter::once(words.join("  ")).chain(failures).collect::<Vec<_>>().join("\n")
}

/// A few by name; what stopped a provider stopped all its jobs.
fn some_of(places: &[String]) -> String {
    const NAMED: usize = 2;
    let rest = places.len().saturating_sub(NAMED);
    let named = places.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
    if rest == 0 { named } else { format!("{named} and {rest} more") }
}
