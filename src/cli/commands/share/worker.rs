//! `babblecast worker`: makes clips for the studio homes of a farm, until Ctrl-C.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueHint;
use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::output::say;
use crate::cli::support::session::Interrupts;
use crate::cli::support::target::counted;
use crate::engine::start_runtime;
use crate::farm::{FarmSettings, Stops, WorkerSettings, work};
use crate::providers::video::VideoStudio;
use crate::store::host_name;

/// Make clips for the studio homes of a farm: no home, no keys and no campaigns are needed
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Ctrl-C or SIGTERM: what is being made is finished, nothing more is taken, then it leaves. Twice: what is \
being made is handed back at once.

Examples: babblecast worker --nats nats://farm:4222
          babblecast worker --nats tls://farm:4222 --jobs 4 --cache /var/cache/babblecast")]
pub struct Arguments {
    /// The farm's server [config: farm.nats]
    #[arg(long, value_name = "URL")]
    nats: Option<String>,
    /// Make so many clips at once; usually one a processor
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Keep what was fetched below DIR, for the next time too
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    cache: Option<PathBuf>,
    /// Keep at most so many megabytes there
    #[arg(long, value_name = "MB", default_value_t = 2048, value_parser = clap::value_parser!(u64).range(64..))]
    cache_size: u64,
    /// Other workers take over what a worker made that said nothing for so many seconds; the same for all workers
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600))]
    gone_after: u64,
    /// What others call it; usually the machine's name and a number
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let nats = arguments.nats.clone().or_else(|| context.config.farm.nats.value.clone());
    let nats = nats.ok_or_else(|| {
        Failure::wrong("No farm is named: give its server with --nats nats://host:4222, or set farm.nats.")
    })?;
    // A worker has no home to write into.
    let found = arguments.cache.as_ref().map(|cache| cache.join("kind"));
    let farm = FarmSettings { found, ..context.config.farm_of(nats) };
    let temporary = tempfile::tempdir().map_err(|error| Failure::unable(format!("No folder can be made: {error}.")))?;
    let settings = WorkerSettings {
        farm,
        slots: arguments.jobs.map_or_else(processors, usize::from),
        cache: arguments.cache.clone().unwrap_or_else(|| temporary.path().to_owned()),
        most_cached: arguments.cache_size << 20,
        gone_after: Duration::from_secs(arguments.gone_after),
        name: arguments.name.clone().unwrap_or_else(|| format!("{}-{:04x}", host_name(), fastrand::u16(..))),
    };
    let runtime = start_runtime(&mut tokio::runtime::Builder::new_multi_thread())
        .map_err(|error| Failure::unable(format!("The program cannot wait for orders: {error}.")))?;
    let video = VideoStudio::new(context.config.encoder.value);
    let totals = runtime.block_on(async {
        let mut interrupts =
            Interrupts::listen().map_err(|error| Failure::unable(format!("Signals cannot be received: {error}.")))?;
        let stops = Stops::default();
        let working = work(settings, &video, stops.clone(), |line| say(&line));
        tokio::pin!(working);
        loop {
            tokio::select! {
                totals = &mut working => return totals.map_err(Failure::unable),
                () = interrupts.next() => {
                    if stops.drain.is_cancelled() {
                        stops.leave.cancel();
                    } else {
                        say(&"Finishing what is being made, then leaving. Again: it is handed back at once.");
                        stops.drain.cancel();
                    }
                }
            }
        }
    })?;
    // A clip that is handed back may still be drawing: nobody waits for it.
    runtime.shutdown_background();
    context.output.answer(&json!({ "made": totals.made, "failed": totals.failed }), || {
        format!(
            "{} made, {} given up",
            counted(usize::try_from(totals.made).unwrap_or(usize::MAX), "clip"),
            totals.failed
        )
    })?;
    Ok(Exit::Done)
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
