//! `babblecast farm`: who works on the farm; has workers drain; tries a clip there and back.

use clap::{Args, Subcommand};
use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::table::{Column, Table};
use crate::engine::start_runtime;
use crate::farm::{FarmSight, drain, look, round_trip};
use crate::providers::video::VideoStudio;

/// Show who makes clips on the farm; have workers drain, or try a clip there and back
#[derive(Debug, Args)]
#[command(after_help = "\
Examples: babblecast farm
          babblecast farm try
          babblecast farm drain render-3-1f2e")]
pub struct Arguments {
    /// The farm's server [config: farm.nats]
    #[arg(long, value_name = "URL", global = true)]
    nats: Option<String>,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the workers, as without a word
    List,
    /// Have one short clip made by a worker, and look at it
    Try,
    /// Tell a worker to finish what it makes and leave
    Drain {
        /// As the list names it
        #[arg(value_name = "WORKER", required_unless_present = "all")]
        worker: Option<String>,
        /// All of them
        #[arg(long, conflicts_with = "worker")]
        all: bool,
    },
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let nats = arguments.nats.clone().or_else(|| context.config.farm.nats.value.clone());
    let farm = nats.map(|nats| context.config.farm_of(nats)).ok_or_else(|| {
        Failure::wrong(
            "No farm is set up: name its server with --nats nats://host:4222, or set farm.nats in the config file.",
        )
    })?;
    let runtime = start_runtime(tokio::runtime::Builder::new_multi_thread().worker_threads(2))
        .map_err(|error| Failure::unable(format!("The program cannot wait for an answer: {error}.")))?;
    let video = VideoStudio::new(context.config.encoder.value);
    let unable = |why: String| Failure::unable(sentence(why));
    match arguments.what.as_ref().unwrap_or(&What::List) {
        What::List => {
            let sight = runtime.block_on(look(&farm, &video)).map_err(unable)?;
            context.output.answer(&sight, || words(&sight, context.output.width))?;
        }
        What::Try => {
            let trial = runtime.block_on(round_trip(&farm, &video)).map_err(unable)?;
            let answer = json!({
                "milliseconds": u64::try_from(trial.elapsed.as_millis()).unwrap_or(u64::MAX), "frames": trial.frames, "bytes": trial.bytes,
                "workers": trial.sight.workers,
            });
            context.output.answer(&answer, || {
                let (seconds, kilobytes) = (trial.elapsed.as_secs_f32(), trial.bytes as f32 / 1000.0);
                format!(
                    "{} frames there and back in {seconds:.1} s ({kilobytes:.0} kB), looked at and right",
                    trial.frames
                )
            })?;
        }
        What::Drain { worker, .. } => {
            runtime.block_on(drain(&farm, worker.as_deref())).map_err(unable)?;
            context.output.answer(&json!({ "drained": worker.as_deref().unwrap_or("all") }), || {
                let who = worker.as_deref().unwrap_or("All workers");
                format!("{who} told: what is being made is finished, nothing more is taken")
            })?;
        }
    }
    runtime.shutdown_background();
    Ok(Exit::Done)
}

fn words(sight: &FarmSight, width: Option<usize>) -> String {
    let mut table = Table::new([
        Column::left("worker"),
        Column::left("version"),
        Column::left("state"),
        Column::right("at once"),
        Column::right("made"),
        Column::right("a minute"),
        Column::right("given up"),
        Column::right("MB"),
        Column::giving_way("makes now"),
    ]);
    for worker in &sight.workers {
        let state = match (worker.fits, worker.draining) {
            (_, true) => "drains",
            (false, _) => "another version",
            (true, _) if worker.making.is_empty() => "waits",
            (true, _) => "works",
        };
        let [slots, made, lately, failed] =
            [worker.slots as u64, worker.made, worker.made_last_minute, worker.failed].map(|count| count.to_string());
        let megabytes = format!("{:.1}", worker.bytes as f64 / 1e6);
        let making = worker.making.join(", ");
        table.row([&worker.name, &worker.version, state, &slots, &made, &lately, &failed, &megabytes, &making]);
    }
    let head = sentence(sight.sentence());
    let queued = if sight.queued == 0 { String::new() } else { format!("\n{} orders wait or are made", sight.queued) };
    if table.is_empty() { format!("{head}{queued}") } else { format!("{head}{queued}\n\n{}", table.render(width)) }
}
