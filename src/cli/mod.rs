//! The command line: one file a subcommand, all of them front ends over the same engine as the studio. What they print
//! and how they end is a contract with scripts.

mod arguments;
mod commands;
mod run;
mod support;

pub use arguments::Arguments;
pub use run::run;
pub use support::exit::Exit;
