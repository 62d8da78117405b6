//! `babblecast unpack`: takes in what somebody packed.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::target::counted;
use crate::domain::Display;
use crate::engine::files::handed_over;
use crate::engine::{Campaigns, shown_path};
use crate::store::Store;

/// Unpack a packed campaign into the campaigns folder and the studio home
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nothing that is there already is ever replaced.

Example: babblecast unpack monrovia.babblecast")]
pub struct Arguments {
    /// A file that `babblecast pack` wrote
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let folder = match context.folder()? {
        Campaigns::Folder(folder) | Campaigns::None { would_be: folder } => folder,
        Campaigns::Files(_) => return Err(Failure::wrong("Name a campaigns folder with --campaigns DIR.")),
    };
    let (store, _) = Store::open(&context.config.home.value)?;
    let unpacked = store.unpack(&arguments.file, &folder, &handed_over::inspect)?;
    let file = shown_path(&unpacked.campaign_file);
    let answer = json!({
        "file": file, "jobs": unpacked.jobs, "assets": unpacked.assets, "materials": unpacked.materials,
    });
    context.output.answer(&answer, || {
        let content = [counted(unpacked.jobs, "made thing"), counted(unpacked.materials, "file")];
        format!(
            "{}: {} new here. Bring out the files: babblecast export {}",
            file.display(),
            content.join(" and "),
            file.display()
        )
    })?;
    Ok(Exit::Done)
}
