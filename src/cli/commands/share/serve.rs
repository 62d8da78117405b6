//! `babblecast serve`: the HTTP API and the gallery, until Ctrl-C.

use std::net::SocketAddr;

use serde_json::json;

use crate::api::{Rates, ServeError, ServeSettings, Server, Token};
use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::output::say;
use crate::cli::support::session::Interrupts;
use crate::config::parse_dollars;
use crate::domain::MicroDollars;
use crate::domain::secrets::TOKEN;
use crate::engine::start_runtime;

/// Answer over HTTP: the API, its documentation and a gallery of every campaign
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Only this machine may ask, unless BABBLECAST_TOKEN is set to a secret of at least 32 characters. A POST \
is consent to spend up to --cap; without any key everything is a free draft.

Examples: babblecast serve
          babblecast serve --addr 0.0.0.0:8000 --cap 2")]
pub struct Arguments {
    /// Listen here; port 0 lets the system choose one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8000")]
    addr: SocketAddr,
    /// Spend at most this many US dollars for one job [config: caps.run]
    #[arg(long, value_name = "USD", value_parser = parse_dollars)]
    cap: Option<MicroDollars>,
    /// A name by which the server may be called, beside its address and localhost
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// Largest body of a request, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = ServeSettings::USUAL_BODY_LIMIT)]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1024..=8 * 1024 * 1024))]
    body_limit: usize,
    /// Answer at most so many requests a second that change nothing, of all askers together
    #[arg(long, value_name = "NUMBER", default_value_t = Rates::USUAL.reads, value_parser = clap::value_parser!(u32).range(1..))]
    reads_per_second: u32,
    /// Answer at most so many requests a second that change something
    #[arg(long, value_name = "NUMBER", default_value_t = Rates::USUAL.changes, value_parser = clap::value_parser!(u32).range(1..))]
    changes_per_second: u32,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let settings = ServeSettings {
        addr: arguments.addr,
        token: token()?,
        cap: arguments.cap.or(context.config.caps.run.value).unwrap_or(MicroDollars(u64::MAX)),
        hosts: arguments.hosts.clone(),
        body_limit: arguments.body_limit,
        rates: Rates { reads: arguments.reads_per_second, changes: arguments.changes_per_second },
    };
    // Who posts to a server with a key that cannot be used would get drafts without a word.
    if let Some(fault) = context.config.fault_of_finals() {
        return Err(Failure::stopped(sentence(fault)));
    }
    let runtime = start_runtime(&mut tokio::runtime::Builder::new_current_thread())
        .map_err(|error| Failure::unable(format!("The program cannot wait for signals: {error}.")))?;
    let mut interrupts = runtime
        .block_on(async { Interrupts::listen() })
        .map_err(|error| Failure::unable(format!("Signals cannot be received: {error}.")))?;
    let engine = context.config.engine_settings(context.existing_folder()?, true);
    let server = Server::start(engine, settings).map_err(|error| match error {
        ServeError::TokenNeeded(_) => Failure::wrong(sentence(error.to_string())),
        error => Failure::unable(sentence(error.to_string())),
    })?;
    let address = format!("http://{}", server.addr());
    context.output.answer(&json!({ "address": address }), || {
        format!("Listening on {address} (gallery at /, interface at /docs); Ctrl-C ends it")
    })?;
    runtime.block_on(interrupts.next());
    say(
        &"Stopping: paid calls come to their end; free work is dropped, and the next start makes it. Ctrl-C again leaves at once.",
    );
    let (stopped, is_stopped) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        server.stop();
        // A user who pressed Ctrl-C twice does not wait for this.
        let _ = stopped.send(());
    });
    Ok(runtime.block_on(async {
        tokio::select! {
            () = interrupts.next() => Exit::Interrupted,
            _ = is_stopped => Exit::Done,
        }
    }))
}

fn token() -> Result<Option<Token>, Failure> {
    let set = std::env::var(TOKEN).ok().filter(|text| !text.is_empty());
    let token = set.map(|text| Token::new(&text)).transpose();
    token.map_err(|why| Failure::wrong(format!("{TOKEN} cannot be used: {why}.")))
}
