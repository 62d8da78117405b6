//! `babblecast prune`: removes what nothing needs.

use std::time::SystemTime;

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::target::counted;
use crate::store::Store;

/// Remove files from the studio home that nothing needs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Never what was paid for. Clips and episodes, which can be made again for nothing, are kept up to 5 GiB; \
beyond that, those used longest ago go, as they do by themselves after each new episode.

Example: babblecast prune")]
pub struct Arguments {}

pub fn run(_: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let (store, _) = Store::open(&context.config.home.value)?;
    let pruned = store.prune(SystemTime::now())?;
    let files = pruned.assets + pruned.unfinished;
    let answer = json!({
        "assets": pruned.assets, "unfinished": pruned.unfinished, "bytes": pruned.bytes, "events": pruned.events,
    });
    context.output.answer(&answer, || match files {
        0 => "Nothing to remove".to_owned(),
        files => format!("{} removed, {:.1} MB", counted(files, "file"), pruned.bytes as f64 / 1e6),
    })?;
    Ok(Exit::Done)
}
