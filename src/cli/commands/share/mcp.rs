//! `babblecast mcp`: babblecast as a tool for agents, over standard input and output, until the client is gone.

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::session::Interrupts;
use crate::engine::{EngineSettings, start_runtime};
use crate::mcp::{Settings, serve};

/// Answer an agent over standard input and output (Model Context Protocol)
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An agent starts this itself; docs/mcp.md has the lines for its settings. A draft is free; a final spends \
only what a call names as its cap, and never more than the caps of the config.

Example: babblecast mcp --campaigns ~/podcast/campaigns")]
pub struct Arguments {}

pub fn run(_arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let engine = context.config.engine_settings(context.existing_folder()?, true);
    let settings = Settings {
        engine: EngineSettings { meet_account: context.config.asks_for_finals(), ..engine },
        longest_message: Settings::LONGEST_MESSAGE,
    };
    let runtime = start_runtime(tokio::runtime::Builder::new_multi_thread().worker_threads(2))
        .map_err(|error| Failure::unable(format!("No threads can be started: {error}.")))?;
    let served = runtime.block_on(async {
        let mut interrupts =
            Interrupts::listen().map_err(|error| Failure::unable(format!("Signals cannot be received: {error}.")))?;
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let told_to_stop = async {
            // The sender lives as long as this function.
            let _ = stopped.await;
        };
        let serving = serve(settings, tokio::io::stdin(), tokio::io::stdout(), told_to_stop);
        let mut serving = std::pin::pin!(serving);
        let interrupted = tokio::select! {
            served = &mut serving => return ended(served),
            () = interrupts.next() => stop.send(()),
        };
        debug_assert!(interrupted.is_ok());
        tokio::select! {
            served = &mut serving => ended(served),
            () = interrupts.next() => Ok(Exit::Interrupted),
        }
    });
    // A thread may still wait for standard input, which nobody closes.
    runtime.shutdown_background();
    served
}

fn ended<E: std::fmt::Display>(served: Result<(), E>) -> Result<Exit, Failure> {
    served.map(|()| Exit::Done).map_err(|error| Failure::wrong(sentence(error.to_string())))
}
