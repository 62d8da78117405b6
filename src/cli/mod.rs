//! The command line: one file a subcommand, all of them front ends over the same engine as the studio. What they print
//! and how they end is a contract with scripts.

mod arguments;
mod check;
mod completions;
mod config;
mod context;
mod doctor;
mod examination;
mod exit;
mod explain;
mod export;
mod flags;
mod generate;
mod labels;
mod list;
mod log;
mod making;
mod man;
mod new;
mod on_finish;
mod optimize;
mod output;
mod pack;
mod plan;
mod progress;
mod prune;
mod regenerate;
mod report;
mod retry;
mod run;
mod serve;
mod session;
mod show;
mod spend;
mod status;
mod studio;
mod table;
mod takes;
mod target;
mod unknown;
mod unpack;
mod verify;

pub use arguments::Arguments;
pub use exit::{Exit, Failure};
pub use run::run;
