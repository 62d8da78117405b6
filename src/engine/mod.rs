//! Runs plans: commands in, events out. Knows nothing of any front end.

pub mod command;
pub mod event;

pub use command::{Cancel, Command, RunId, Scope, Subject};
pub use event::{
    Content, Entry, Event, FinalsState, JobChange, Level, Library, Loaded, Made, Notice, Outcome, RunEnded, Take,
};
