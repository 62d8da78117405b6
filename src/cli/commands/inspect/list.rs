//! `babblecast list`: every campaign with what is made and what needs the user.

use std::fmt::Write as _;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::session::Session;
use crate::cli::support::table::{Column, Table};
use crate::cli::support::target::counted;
use crate::cli::support::which::Which;
use crate::domain::Display;
use crate::engine::document::listing::{CampaignLine, Listing, listing};
use crate::engine::{Content, Loaded};
use crate::plan::{Job, Mode, Product};

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

/// Lists the campaigns of the folder.
pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let session = context.open(&[])?;
    let answer = listing(&session, arguments.which.named());
    context.output.answer(&answer, || words(&session, &answer, context.output.width))?;
    session.close()?;
    Ok(Exit::Done)
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

/// What the user has to do about it.
fn needs(line: &CampaignLine) -> String {
    let missing = line.jobs_total - line.jobs_made;
    match (line.ok, line.jobs_failed, missing) {
        (false, ..) => format!("{} to fix", counted(line.faults, "fault")),
        (true, 0, 0) => "nothing".to_owned(),
        (true, 0, missing) => format!("{missing} to make"),
        (true, failed, missing) if failed == missing => format!("{failed} failed"),
        (true, failed, missing) => format!("{failed} failed, {} to make", missing - failed),
    }
}

fn words(session: &Session, answer: &Listing, width: Option<usize>) -> String {
    if answer.campaigns.is_empty() {
        return match &answer.folder {
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
    // The lines are in the order of the library.
    for (line, entry) in answer.campaigns.iter().zip(&session.library().entries) {
        let scenes =
            if line.ok { format!("{} of {}", line.scenes_completed, line.scenes_total) } else { "–".to_owned() };
        let episode =
            line.episode.as_ref().map_or_else(|| "–".to_owned(), |episode| format!("{:.1} s", episode.seconds));
        let parts = [Product::Portrait, Product::Voice, Product::Clip].map(|product| match &entry.content {
            Content::Good(loaded) => made_of(session, loaded, line.mode, product),
            Content::Broken(_) => "–".to_owned(),
        });
        table.row([&line.campaign_id, &scenes, &parts[0], &parts[1], &parts[2], &episode, &needs(line)]);
    }
    let mut text = table.render(width);
    let broken = answer.campaigns.iter().find(|line| !line.ok);
    if let Some(line) = broken {
        let _ = write!(text, "\n\nSee what to fix: babblecast check {}", line.file.display());
    }
    if answer.campaigns.iter().any(|line| line.jobs_made < line.jobs_total) {
        let gap = if broken.is_some() { "\n" } else { "\n\n" };
        let _ = write!(text, "{gap}Make what is missing: babblecast generate --all");
    }
    text
}
