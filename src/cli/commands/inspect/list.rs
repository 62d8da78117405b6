//! `babblecast list`: every campaign with what is made and what needs the user.

use std::fmt::Write as _;

use serde::Serialize;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::session::Session;
use crate::cli::support::table::{Column, Table};
use crate::cli::support::target::counted;
use crate::cli::support::which::Which;
use crate::domain::Display;
use crate::engine::document::{EpisodeFile, episode_of};
use crate::engine::{Content, Entry, Loaded, shown_path};
use crate::plan::{Graph, Job, Mode, Product, Progress, progress};

/// List all campaigns: what is made, and what needs you
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without a word each campaign shows its final where any of it was begun or can be made, else its draft.

Examples: babblecast list --json
          babblecast list --final")]
pub struct Arguments {
    #[command(flatten)]
    which: Which,
}

#[derive(Serialize)]
struct Answer {
    folder: Option<String>,
    campaigns: Vec<Line>,
}

/// One campaign in numbers.
#[derive(Serialize)]
struct Line {
    campaign_id: String,
    topic: Option<String>,
    file: String,
    ok: bool,
    faults: usize,
    mode: Mode,
    scenes_total: usize,
    scenes_completed: usize,
    jobs_total: usize,
    jobs_made: usize,
    jobs_failed: usize,
    estimated_usd: f64,
    #[serde(skip)]
    portraits: String,
    #[serde(skip)]
    voices: String,
    #[serde(skip)]
    clips: String,
    /// The finished video, if there is one.
    episode: Option<EpisodeFile>,
}

/// Lists the campaigns of the folder.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let session = context.open(&[])?;
    let folder = session.library().folder.as_deref().map(shown_path);
    let campaigns = session.library().entries.iter().map(|entry| line(&session, entry, arguments.which)).collect();
    let answer = Answer { folder, campaigns };
    context.output.answer(&answer, || answer.words(context.output.width))?;
    session.close()?;
    Ok(Exit::Done)
}

fn line(session: &Session, entry: &Entry, which: Which) -> Line {
    let (loaded, faults) = match &entry.content {
        Content::Good(loaded) => (Some(&**loaded), 0),
        Content::Broken(faults) => (None, faults.len()),
    };
    let mode = match loaded {
        Some(loaded) => which.of(session, loaded),
        None => which.named().unwrap_or_else(|| session.usual_mode()),
    };
    let counts = loaded.map(|loaded| counts(session, loaded, mode)).unwrap_or_default();
    let made_of = |product| loaded.map_or_else(|| "–".to_owned(), |loaded| made_of(session, loaded, mode, product));
    Line {
        campaign_id: entry.name.clone(),
        topic: loaded.map(|loaded| loaded.campaign.topic.clone()),
        file: shown_path(&entry.path),
        ok: loaded.is_some(),
        faults,
        mode,
        scenes_total: counts.scenes_total,
        scenes_completed: counts.scenes_made,
        jobs_total: counts.total,
        jobs_made: counts.done(),
        jobs_failed: counts.failed,
        estimated_usd: counts.price_of_missing.dollars(),
        portraits: made_of(Product::Portrait),
        voices: made_of(Product::Voice),
        clips: made_of(Product::Clip),
        episode: loaded.and_then(|loaded| episode_of(entry, loaded, mode, &|key| session.job(key))),
    }
}

/// Counts the jobs of a campaign.
pub fn counts(session: &Session, loaded: &Loaded, mode: Mode) -> Progress {
    let state = |key| session.state(key);
    loaded.graph(mode).map(|graph: &Graph| progress(graph, &state)).unwrap_or_default()
}

/// `2 of 3`.
fn made_of(session: &Session, loaded: &Loaded, mode: Mode, product: Product) -> String {
    // The title is a clip of no scene: nobody counts it.
    let is_counted = |job: &&Job| job.product() == product && (product != Product::Clip || !job.scenes.is_empty());
    let jobs = loaded.graph(mode).into_iter().flat_map(|graph| &graph.jobs).filter(is_counted);
    let (made, all) =
        jobs.fold((0, 0), |(made, all), job| (made + usize::from(session.state(job.key).is_made()), all + 1));
    format!("{made} of {all}")
}

impl Line {
    /// What the user has to do about it.
    fn needs(&self) -> String {
        let missing = self.jobs_total - self.jobs_made;
        match (self.ok, self.jobs_failed, missing) {
            (false, ..) => format!("{} to fix", counted(self.faults, "fault")),
            (true, 0, 0) => "nothing".to_owned(),
            (true, 0, missing) => format!("{missing} to make"),
            (true, failed, missing) if failed == missing => format!("{failed} failed"),
            (true, failed, missing) => format!("{failed} failed, {} to make", missing - failed),
        }
    }
}

impl Answer {
    fn words(&self, width: Option<usize>) -> String {
        if self.campaigns.is_empty() {
            return match &self.folder {
                Some(folder) => format!("{} holds no campaign. `babblecast new NAME` makes one.", folder.display()),
                None => "No campaigns folder was found here or above. `babblecast new NAME` makes one, \
                         `babblecast new --samples` fills one with samples."
                    .to_owned(),
            };
        }
        let mut table = Table::new([
            Column::giving_way("campaign"),
            Column::right("scenes"),
            Column::right("portraits"),
            Column::right("voices"),
            Column::right("clips"),
            Column::right("episode"),
            Column::left("needs you"),
        ]);
        for line in &self.campaigns {
            let scenes =
                if line.ok { format!("{} of {}", line.scenes_completed, line.scenes_total) } else { "–".to_owned() };
            let episode =
                line.episode.as_ref().map_or_else(|| "–".to_owned(), |episode| format!("{:.1} s", episode.seconds));
            let parts = [&line.portraits, &line.voices, &line.clips];
            table.row([&line.campaign_id, &scenes, parts[0], parts[1], parts[2], &episode, &line.needs()]);
        }
        let mut text = table.render(width);
        let broken = self.campaigns.iter().find(|line| !line.ok);
        if let Some(line) = broken {
            let _ = write!(text, "\n\nSee what to fix: babblecast check {}", line.file.display());
        }
        if self.campaigns.iter().any(|line| line.jobs_made < line.jobs_total) {
            let gap = if broken.is_some() { "\n" } else { "\n\n" };
            let _ = write!(text, "{gap}Make what is missing: babblecast generate --all");
        }
        text
    }
}
