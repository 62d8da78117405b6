//! Runs plans: commands in, events out. Knows nothing of any front end.

mod command;
mod core;
mod cost;
pub(crate) mod document;
mod drop_aside;
mod editing;
mod elapsed;
mod event;
pub(crate) mod handed_over;
pub(crate) mod library;
mod motion;
mod outside;
mod paid;
mod paths;
mod place;
mod preview;
pub mod publish;
pub(crate) mod quote;
mod run;
mod schedule;
pub(crate) mod settings;
mod start;
mod starter;
mod takes;
mod talking;
mod view;
pub(crate) mod voices;
mod work;

pub use command::{Cancel, Command, Consent, Edit, Likeness, Scope, Subject};
pub use cost::Cost;
pub(crate) use document::{Document, document};
pub use drop_aside::DropAside;
pub use event::{
    Budget, Budgets, Content, EditDone, Edited, Entry, Event, FinalsState, JobChange, JobFacts, Ledger, Level, Library,
    Loaded, Made, Notice, Outcome, Remakes, RunEnded, Take, Video,
};
pub(crate) use motion::{found, motion, motion_of_file};
pub use outside::{Outside, Service};
pub(crate) use paths::shown_path;
pub(crate) use place::{place, place_of};
pub(crate) use preview::{ScenePreview, clip_of, lacks};
pub(crate) use quote::{Obstacle, Quote, Room};
pub(crate) use settings::Makers;
pub use settings::{Campaigns, EngineSettings};
pub use start::{EngineHandle, Opened, start};
pub(crate) use starter::why_taken;
pub use takes::{TakeLine, TakesOf, re_rolled, takes_of};
pub(crate) use takes::{known_takes, subject_job, takes_a_note};
pub use view::{Changed, RunView, View};
pub use voices::{VoiceEntry, VoiceList};

pub use crate::plan::RunId;
pub(crate) use crate::providers::{OpenFiles, start_runtime};
pub use crate::store::{Amounts, AttemptId, PortraitMade, Resolution, Spend, SpendLine, UnknownCall};
pub use paid::unfinished::Unfinished;
pub(crate) use talking::{Talker, talking};
