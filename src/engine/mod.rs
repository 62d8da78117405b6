//! Runs plans: commands in, events out. Knows nothing of any front end.

pub mod command;
pub mod event;

/// A running engine, as a front end holds it. Dropping it shuts the engine down.
pub struct EngineHandle {
    pub commands: tokio::sync::mpsc::Sender<Command>,
    pub events: tokio::sync::mpsc::UnboundedReceiver<Event>,
}

pub use command::{Cancel, Command, RunId, Scope, Subject};
pub use event::{
    Content, Entry, Event, FinalsState, JobChange, Level, Library, Loaded, Made, Notice, Outcome, RunEnded, Take,
};
