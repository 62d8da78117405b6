//! Runs plans: commands in, events out. Knows nothing of any front end.

mod buy;
pub mod command;
mod core;
pub mod document;
pub mod episode;
pub mod event;
pub mod library;
pub mod publish;
mod queue;
mod run;
pub mod settings;
mod start;
mod starter;
mod talking;
pub mod videos;
mod work;

pub use command::{Cancel, Command, Consent, RunId, Scope, Subject};
pub use core::{shown_path, subject_job};
pub use document::{Document, JobFacts, document};
pub use event::{
    Content, Entry, Event, FinalsState, JobChange, Level, Library, Loaded, Made, Notice, Outcome, RunEnded, Take,
};
pub use settings::{Campaigns, EngineSettings, Finals, Makers};
pub use start::{EngineHandle, start};
pub use talking::talking;
pub use videos::Video;
