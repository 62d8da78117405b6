//! `babblecast post`: everything that is needed to post a finished video, in one folder: the video, its words, pictures for
//! the cover, and what each platform asks for.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::Path;

use image::RgbImage;
use image::imageops::crop_imm;
use serde_json::json;

use super::{phone, youtube};
use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::session::{Session, loaded};
use crate::cli::support::target::{Target, counted, target};
use crate::cli::support::which::Which;
use crate::domain::{Display, Provenance};
use crate::engine::publish::episode::{Finished, finished};
use crate::engine::publish::files;
use crate::engine::publish::platforms::{Check, PLATFORMS, VideoFacts};
use crate::engine::publish::post_words::PostWords;
use crate::engine::{Entry, Loaded, shown_path};
use crate::media::mark::{self, Statement};
use crate::media::picture::encode_png;
use crate::media::video::{HEIGHT, WIDTH, lint_published, liveliest};
use crate::plan::{Mode, Role};
use crate::store::{KitContent, KitFile, write_kit};

/// Lay out what a finished video is posted with: words, covers, a checklist for each platform
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
The folder output/C/post then holds the video with its subtitles, title.txt, caption.txt (title, a line of the script, the \
hint that AI made it, hashtags), three cover pictures to choose from, each also as the grids of the platforms crop it (3:4), \
and checklist.md. Edit the texts as you like: what you have changed stays.

With --phone it then shows a code: the phone's camera opens a page with the video to save and the caption to copy. The \
link is good for one download within 10 minutes, only on the local network, and not encrypted.

Exit code 0: fit to post. 3: a platform asks for something else; the checklist says what. 1 with --phone: nobody came.

Examples: babblecast post nap_or_snack
          babblecast post nap_or_snack --draft --again
          babblecast post nap_or_snack --phone
          babblecast post youtube nap_or_snack"
)]
pub struct Arguments {
    #[command(subcommand)]
    to: Option<To>,
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target(), required = true)]
    campaign: Option<Target>,
    #[command(flatten)]
    which: Which,
    /// Write the texts again, over what was changed by hand
    #[arg(long)]
    again: bool,
    /// Show a code that a phone on the same network gets the video and its caption with
    #[arg(long)]
    phone: bool,
    /// The address of this machine that the phone reaches it by
    #[arg(long, value_name = "IP", requires = "phone")]
    address: Option<IpAddr>,
}

#[derive(Debug, clap::Subcommand)]
enum To {
    Youtube(youtube::Arguments),
}

/// Cover pictures to choose from.
const COVERS: usize = 3;

/// Height of the middle that a profile's grid shows, 3:4 on TikTok and Instagram.
const GRID_HEIGHT: u32 = WIDTH / 3 * 4;

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let target = match (&arguments.to, &arguments.campaign) {
        (Some(To::Youtube(youtube)), _) => return youtube::run(youtube, context),
        (None, Some(target)) => target,
        (None, None) => return Err(Failure::wrong("Name a campaign.")),
    };
    let session = context.open(std::slice::from_ref(target))?;
    let entry = session.good_entry(target)?;
    let campaign = loaded(&entry)?;
    let mode = arguments.which.of(&session, campaign);
    let video = video(&session, &entry, campaign, mode)?;
    let provenance = campaign.graph(mode).and_then(|graph| graph.provenance_of(&video.request));
    let words = PostWords::of(&campaign.campaign, provenance.as_ref());
    let movie = entry.output.join(files::episode_file(campaign, mode, "mp4"));
    let facts = facts(&movie, &video)?;
    let lists: Vec<(&str, Vec<Check>)> =
        PLATFORMS.iter().map(|platform| (platform.name, platform.checklist(&facts, &words))).collect();

    let folder = entry.output.join("post");
    let mut kit = vec![
        text("title.txt", &words.title),
        text("caption.txt", &words.caption()),
        text("checklist.md", &checklist(&lists)),
    ];
    for extension in ["mp4", "srt", "vtt"] {
        let name = files::episode_file(campaign, mode, extension);
        let from = entry.output.join(&name);
        if from.is_file() {
            kit.push(KitFile { name, content: KitContent::CopyOf(from) });
        }
    }
    let covers = covers(&session, campaign, mode)?;
    for (number, cover) in (1..).zip(&covers) {
        let grid = crop_imm(cover, 0, (HEIGHT - GRID_HEIGHT) / 2, WIDTH, GRID_HEIGHT).to_image();
        kit.push(picture(format!("cover_{number}.png"), cover, provenance.as_ref()));
        kit.push(picture(format!("cover_{number}_grid.png"), &grid, provenance.as_ref()));
    }
    let done = write_kit(&folder, &kit, arguments.again)?;

    let missing = lists.iter().flat_map(|(_, checks)| checks).filter(|check| check.pass == Some(false)).count();
    let shown = shown_path(&folder);
    let platforms: Vec<_> = lists.iter().map(|(name, checks)| json!({"name": name, "checks": checks})).collect();
    let answer = json!({
        "campaign_id": entry.name, "mode": mode, "folder": shown, "fit": missing == 0,
        "title": words.title, "caption": words.caption(), "hashtags": words.hashtags,
        "files": kit.iter().map(|file| &file.name).collect::<Vec<_>>(), "kept": done.kept, "platforms": platforms,
    });
    context.output.answer(&answer, || {
        let mut said = String::new();
        for line in words.caption().lines() {
            let _ = writeln!(said, "  {}", line.display());
        }
        said.push('\n');
        for (name, checks) in &lists {
            let broken: Vec<_> = checks.iter().filter(|check| check.pass == Some(false)).collect();
            let _ = match broken.as_slice() {
                [] => writeln!(said, "● {name}: fit to post"),
                broken => broken.iter().try_for_each(|check| {
                    writeln!(said, "! {name}: {} is {}, wanted is {}", check.what, check.found, check.wanted)
                }),
            };
        }
        if words.disclosure.is_some() {
            said.push_str("  Switch on the label for AI when you upload: checklist.md says where.\n");
        }
        let _ = write!(said, "\n{} in {}", counted(kit.len(), "file"), shown.display());
        if !done.kept.is_empty() {
            let names = done.kept.join(", ");
            let _ = write!(said, "\nChanged by hand and kept: {} (--again writes over them)", names.display());
        }
        said
    })?;
    session.close()?;
    let fit = if missing == 0 { Exit::Done } else { Exit::Partial };
    if !arguments.phone {
        return Ok(fit);
    }
    // As a person may have changed them.
    let caption = std::fs::read_to_string(folder.join("caption.txt")).unwrap_or_else(|_| words.caption());
    let file = phone::file_of(&movie, &words.title, &caption);
    let (ended, _) = phone::hand_over(file, arguments.address, context.output)?;
    Ok(fit.max(ended))
}

/// The finished video, which must be that of the script as it is.
pub(super) fn video<'a>(
    session: &'a Session,
    entry: &Entry,
    campaign: &Loaded,
    mode: Mode,
) -> Result<Finished<'a>, Failure> {
    let found = finished(campaign, mode, &|key| session.job(key));
    found.filter(|_| entry.video(mode).is_some()).ok_or_else(|| {
        let name = entry.name.display();
        let why = match entry.video(mode) {
            Some(_) => format!("The video of {name} is older than its script."),
            None => format!("There is no video of {name} yet."),
        };
        let flag = if mode == Mode::Draft { " --draft" } else { "" };
        Failure::unable(format!("{why} Make it first: babblecast generate {name}{flag}"))
    })
}

fn facts(movie: &Path, video: &Finished) -> Result<VideoFacts, Failure> {
    let shown = shown_path(movie);
    let bytes = std::fs::metadata(movie)
        .map_err(|error| Failure::unable(format!("{} cannot be read: {error}.", shown.display())))?
        .len();
    Ok(VideoFacts {
        seconds: f64::from(video.milliseconds().unwrap_or_default()) / 1000.0,
        bytes,
        is_well_formed: lint_published(movie).is_ok_and(|report| report.passed()),
        has_subtitles: video.made(Role::Srt).is_some(),
    })
}

/// Pictures of scenes far from each other: the first, the last and the middle one that speak.
fn covers(session: &Session, campaign: &Loaded, mode: Mode) -> Result<Vec<RgbImage>, Failure> {
    let Some(graph) = campaign.graph(mode) else { return Ok(Vec::new()) };
    let scenes = 0..campaign.campaign.scenes.len();
    let made = |scene: usize| {
        let job = &graph.jobs[graph.scenes[scene].clip?];
        let clip = session.job(job.key).outputs.iter().find(|made| made.output.role == Role::Video)?;
        Some((campaign.campaign.line(scene).is_some(), clip.path.clone()))
    };
    let clips: Vec<_> = scenes.filter_map(made).collect();
    let spoken: Vec<_> = clips.iter().filter(|(speaks, _)| *speaks).collect();
    let chosen = if spoken.is_empty() { clips.iter().collect() } else { spoken };
    let Some(last) = chosen.len().checked_sub(1) else { return Ok(Vec::new()) };
    let mut places: Vec<usize> = (0..COVERS).map(|number| last * number / (COVERS - 1)).collect();
    places.dedup();
    let picture = |place: &usize| {
        liveliest(&chosen[*place].1)
            .map_err(|error| Failure::unable(format!("A cover picture cannot be made: {error}")))
    };
    places.iter().map(picture).collect()
}

fn text(name: &str, words: &str) -> KitFile {
    let bytes = format!("{}\n", words.trim_end()).into_bytes();
    KitFile { name: name.to_owned(), content: KitContent::Bytes(bytes) }
}

fn picture(name: String, picture: &RgbImage, provenance: Option<&Provenance>) -> KitFile {
    let bytes = encode_png(picture);
    let marked = provenance.and_then(|provenance| mark::picture(&bytes, &Statement::of(provenance)));
    KitFile { name, content: KitContent::Bytes(marked.unwrap_or(bytes)) }
}

/// The checklist as a file for people.
fn checklist(lists: &[(&str, Vec<Check>)]) -> String {
    let mut text = String::from("# Before you post\n");
    for (name, checks) in lists {
        let _ = write!(text, "\n## {name}\n\n");
        for check in checks {
            let mark = if check.pass == Some(true) { "x" } else { " " };
            let _ = writeln!(text, "- [{mark}] {}: {} (wanted: {})", check.what, check.found, check.wanted);
        }
    }
    text
}
