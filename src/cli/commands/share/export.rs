//! `babblecast export`: brings `output/C` up to date with what is made, without making anything.

use std::path::Path;

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::output::say;
use crate::cli::support::session::{Session, loaded};
use crate::cli::support::target::{Target, counted, target};
use crate::cli::support::which::Which;
use crate::domain::Display;
use crate::engine::publish::finishing::Finishing;
use crate::engine::publish::{files, videos};
use crate::engine::{Entry, shown_path};
use crate::plan::Mode;
use crate::store::{self, Wanted};

/// Rebuild the output folder of a campaign from what is made
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Files that a former export put there and nobody wants any more are removed; foreign files never. With \
--draft or --final only those files are brought up to date, and the others stay as they are.

Examples: babblecast export monroviaboy_baby_podcast_001 --output /tmp/look
          babblecast export monroviaboy_baby_podcast_001 --final")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Target,
    #[command(flatten)]
    which: Which,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let session = context.open(std::slice::from_ref(&arguments.campaign))?;
    let entry = session.good_entry(&arguments.campaign)?;
    let settings = context.engine_settings(context.folder()?);
    let (wanted, others) = wanted(&entry, settings.materials_of(&entry.path), &session, arguments.which)?;
    let paths: Vec<String> = wanted.iter().map(|file| file.path.clone()).collect();
    let mut kept = videos::kept_names(loaded(&entry)?);
    kept.extend(others);
    let finishing = Finishing::new(context.config.identity());
    let published = store::publish(&entry.output, &wanted, &kept, &finishing)?;
    let unsigned = finishing.trouble(&published);
    if let Some(why) = &unsigned {
        say(&why.display());
    }
    let folder = shown_path(&entry.output);
    let answer = json!({"campaign_id": entry.name, "folder": folder, "files": paths});
    context.output.answer(&answer, || match paths.len() {
        0 => format!("Nothing is made yet: babblecast generate {}", entry.name.display()),
        count => format!("{} in {}", counted(count, "file"), folder.display()),
    })?;
    session.close()?;
    Ok(if unsigned.is_none() { Exit::Done } else { Exit::Unable })
}

/// The files of the mode that is named, of both where none is; and the names of the others.
fn wanted(
    entry: &Entry,
    materials: &Path,
    session: &Session,
    which: Which,
) -> Result<(Vec<Wanted>, Vec<String>), Failure> {
    let loaded = loaded(entry)?;
    let (mut wanted, mut others) = (Vec::new(), Vec::new());
    for mode in [Mode::Final, Mode::Draft] {
        let files = files::wanted_of(loaded, mode, materials, &|key| session.job(key));
        if which.named().is_none_or(|named| named == mode) {
            wanted.extend(files);
        } else {
            others.extend(files.into_iter().map(|file| file.path));
        }
    }
    Ok((wanted, others))
}
