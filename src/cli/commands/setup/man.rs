//! `babblecast man`: the manual, a page a command.

use std::path::PathBuf;

use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::output::write_all;
use crate::domain::Display;

/// Print the manual pages, or write them to a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples: babblecast man | man -l -
          babblecast man --dir ~/.local/share/man/man1")]
pub struct Arguments {
    /// Write a file for each page to this folder
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Named at the foot of every page.
const SOURCE: &str = concat!("babblecast ", env!("CARGO_PKG_VERSION"));

/// `command` is the whole command line.
pub fn run(arguments: &Arguments, command: clap::Command) -> Result<Exit, Failure> {
    let unable = |error: &std::io::Error| Failure::unable(format!("The manual cannot be written: {error}."));
    // The grouped help of the terminal is no roff; a page lists the commands itself.
    let mut command = command.help_template("{all-args}").disable_help_subcommand(true);
    // A page for each command of its own; `help` repeats them.
    command = command.mut_subcommands(|sub| sub.disable_help_subcommand(true));
    command.build();
    if let Some(folder) = &arguments.dir {
        std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(command, folder))
            .map_err(|error| Failure::unable(format!("{}: {error}.", folder.to_string_lossy().display())))?;
        return Ok(Exit::Done);
    }
    let mut pages = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut pages).map_err(|error| unable(&error))?;
    for sub in command.get_subcommands() {
        clap_mangen::Man::new(sub.clone()).source(SOURCE).render(&mut pages).map_err(|error| unable(&error))?;
    }
    write_all(&pages)?;
    Ok(Exit::Done)
}
