//! Runs plans: commands in, events out. Knows nothing of any front end.

pub mod command;
mod core;
mod cost;
pub mod document;
mod drop_aside;
mod editing;
mod elapsed;
pub mod event;
pub mod handed_over;
pub mod library;
mod motion;
mod outside;
pub mod paid;
mod paths;
mod place;
mod preview;
pub mod publish;
pub mod quote;
mod run;
mod schedule;
pub mod settings;
mod start;
mod starter;
mod takes;
mod talking;
pub mod view;
pub mod voices;
mod work;

pub use command::{Cancel, Command, Consent, Edit, Likeness, Scope, Subject};
pub use cost::Cost;
pub use document::{Document, document};
pub use drop_aside::DropAside;
pub use event::{
    Budget, Budgets, Content, EditDone, Edited, Entry, Event, FinalsState, JobChange, JobFacts, Ledger, Level, Library,
    Loaded, Made, Notice, Outcome, Remakes, RunEnded, Take, Video,
};
pub use motion::{found, motion, motion_of_file};
pub use outside::{Outside, Service};
pub use paths::shown_path;
pub use place::{place, place_of};
pub use preview::{FacePreview, Preview, ScenePreview, clip_of, lacks};
pub use quote::{Obstacle, Quote, Room};
pub use settings::{Campaigns, EngineSettings, Finals, Makers};
pub use start::{EngineHandle, Opened, start};
pub use starter::why_taken;
pub use takes::{TakeLine, TakesOf, known_takes, re_rolled, subject_job, takes_a_note, takes_of};
pub use view::{Changed, RunView, View};

pub use crate::plan::RunId;
pub use crate::providers::{OpenFiles, start_runtime};
pub use crate::store::{
    Amounts, AttemptId, AttemptState, Call, Calls, PortraitMade, Resolution, Spend, SpendLine, UnknownCall,
};
pub use paid::unfinished::Unfinished;
pub use talking::{Talker, talking};
