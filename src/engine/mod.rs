//! Runs plans: commands in, events out. Knows nothing of any front end.

mod buy;
pub mod command;
mod core;
pub mod document;
pub mod event;
pub mod library;
mod outside;
pub mod publish;
mod queue;
mod run;
pub mod settings;
mod start;
mod starter;
mod takes;
mod work;

pub use command::{Cancel, Command, Consent, RunId, Scope, Subject};
pub use core::{shown_path, subject_job};
pub use document::{Document, JobFacts, document};
pub use event::{
    Content, Entry, Event, FinalsState, JobChange, Level, Library, Loaded, Made, Notice, Outcome, RunEnded, Take,
};
pub use outside::{Outside, Service};
pub use settings::{Campaigns, EngineSettings, Finals, Makers};
pub use start::{EngineHandle, Opened, start};
pub use takes::{TakeLine, TakesOf, known_takes, re_rolled, takes_of};
