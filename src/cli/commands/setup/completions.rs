//! `babblecast completions`: what shells know of the command line.

use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::output::write_all;

/// Print the completions of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: babblecast completions fish > ~/.config/fish/completions/babblecast.fish")]
pub struct Arguments {
    #[arg(value_name = "SHELL")]
    shell: clap_complete::Shell,
}

/// `command` is the whole command line.
pub fn run(arguments: &Arguments, mut command: clap::Command) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "babblecast", &mut script);
    write_all(&script)?;
    Ok(Exit::Done)
}
