//! Runs plans: commands in, events out. Knows nothing of any front end.

pub mod command;
mod core;
pub mod document;
mod drop_aside;
pub mod event;
pub mod files;
mod outside;
pub mod paid;
mod pictures;
pub mod publish;
mod run;
mod schedule;
pub mod settings;
mod start;
pub mod view;
pub mod voices;
pub mod words;
mod work;

pub use command::{Cancel, Command, Consent, Edit, Likeness, Scope, Subject};
pub use document::{Document, document};
pub use drop_aside::DropAside;
pub use event::{
    Budget, Budgets, Content, EditDone, Edited, Entry, Event, FinalsState, JobChange, JobFacts, Ledger, Level, Library,
    Loaded, Made, Notice, Outcome, Remakes, RunEnded, Take, Video,
};
pub use files::starter::why_taken;
pub use outside::{Outside, Service};
pub use pictures::preview::{Preview, ScenePreview, clip_of, lacks};
pub use settings::{Campaigns, EngineSettings, Finals, Makers};
pub use start::{EngineHandle, Opened, start};
pub use view::{Changed, RunView, View};
pub use words::cost::Cost;
pub use words::motion::{found, motion, motion_of_file};
pub use words::paths::shown_path;
pub use words::place::{place, place_of};
pub use words::quote::{Obstacle, Quote, Room};
pub use words::takes::{TakeLine, TakesOf, known_takes, re_rolled, subject_job, takes_a_note, takes_of};

pub use crate::plan::RunId;
pub use crate::providers::{OpenFiles, start_runtime};
pub use crate::store::{Amounts, AttemptId, PortraitMade, Resolution, Spend, SpendLine, UnknownCall};
pub use paid::unfinished::Unfinished;
pub use pictures::talking::{Talker, talking};
