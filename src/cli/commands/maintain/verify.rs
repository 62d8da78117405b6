//! `babblecast verify`: reads every stored byte and fixes what can be fixed.

use indicatif::ProgressBar;
use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::output::say;
use crate::cli::support::target::counted;
use crate::domain::Display;
use crate::store::{Store, Verified, rebuild_database};

/// Read every stored file back, and put aside what is damaged
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What is missing or damaged is made again by the next `generate`.

Example: babblecast verify")]
pub struct Arguments {}

pub fn run(_: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let home = &context.config.home.value;
    let (store, rebuilt) = Store::open(home)?;
    if let Some(rebuilt) = rebuilt {
        say(&rebuilt.to_string().display());
    }
    let mut verified = look(&store)?;
    if let Some(fault) = verified.database_fault.take() {
        say(&format!("The database is damaged: {fault}").display());
        drop(store);
        let (store, rebuilt) = rebuild_database(home)?;
        say(&rebuilt.to_string().display());
        verified = Verified { database_fault: Some(fault), ..look(&store)? };
    }
    let damaged: Vec<String> = verified.damaged.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let answer = json!({
        "intact": verified.intact, "missing": verified.missing, "damaged": damaged,
        "pending_again": verified.pending_again, "adopted": verified.adopted,
        "sidecars_written": verified.sidecars_written, "orphans": verified.orphans,
        "orphan_bytes": verified.orphan_bytes, "database_fault": verified.database_fault,
    });
    context.output.answer(&answer, || words(&verified))?;
    // Damage that was found and put aside is an answer, not a failure.
    Ok(Exit::Done)
}

fn look(store: &Store) -> Result<Verified, Failure> {
    let bar = ProgressBar::new(0); // hides itself where standard error is no terminal
    let verified = store.verify(|read, all| {
        bar.set_length(all as u64);
        bar.set_position(read as u64);
    })?;
    bar.finish_and_clear();
    Ok(verified)
}

fn words(verified: &Verified) -> String {
    let mut lines = vec![format!("{} in order", counted(verified.intact, "file"))];
    let mut tell = |count: usize, what: &str, then: &str| {
        if count > 0 {
            lines.push(format!("{} {then}", counted(count, what)));
        }
    };
    tell(verified.missing.len(), "file", "missing");
    tell(verified.damaged.len(), "damaged file", "put aside in quarantine");
    tell(verified.pending_again.len(), "job", "to make again: the next generate does it");
    tell(verified.adopted, "finished job", "that the database had lost, found again");
    tell(verified.sidecars_written, "missing note beside a file", "written again");
    tell(verified.orphans, "file", "that nothing needs: babblecast prune removes them");
    lines.join("\n")
}
