//! Runs plans: commands in, events out. Knows nothing of any front end.

mod command;
mod core;
pub(crate) mod document;
mod drop_aside;
mod entry;
mod event;
pub(crate) mod files;
mod imports;
mod outside;
mod paid;
mod pictures;
pub mod publish;
mod queued;
mod recording;
mod run;
mod schedule;
pub(crate) mod settings;
mod start;
mod view;
pub(crate) mod voices;
pub(crate) mod words;
mod work;
pub(crate) mod writing;

pub use command::{Cancel, Command, Consent, Edit, Likeness, Scope, Subject};
pub(crate) use document::{Document, document};
pub use drop_aside::DropAside;
pub use entry::{Content, Entry, FinalsState, Library, Loaded, Take, Video};
pub use event::{
    AddedToCast, Budget, Budgets, EditDone, Edited, Event, JobChange, JobFacts, Ledger, Level, Made, Notice, Outcome,
    Remakes, RunEnded,
};
pub(crate) use files::starter::why_taken;
pub use imports::{HeldRecording, Import, ImportWish, Imported, ImportedVoices, MomentWish};
pub use outside::{Outside, Service};
pub(crate) use pictures::preview::{FacePreview, ScenePreview, clip_of, lacks};
pub use queued::{About, Queued, Turn, Waits, Width};
pub(crate) use settings::Makers;
pub use settings::{Campaigns, EngineSettings};
pub use start::{EngineHandle, Opened, start};
pub use view::{Changed, RunView, View};
pub use voices::{VoiceEntry, VoiceList};
pub use words::babies::{Baby, Use, babies};
pub use words::cost::Cost;
pub(crate) use words::motion::{found, motion};
pub(crate) use words::paths::shown_path;
pub(crate) use words::place::{place, place_of};
pub(crate) use words::quote::{Obstacle, Quote, Room};
pub use words::takes::{TakeLine, TakesOf, re_rolled, takes_of};
pub(crate) use words::takes::{known_takes, subject_job, takes_a_note};
pub(crate) use writing::rewording;
pub use writing::{Brief, FromTemplate, NotWritten, Order, Reworded, Template, Wanted, Written};

pub use crate::farm::{FarmSettings, FarmSight, Server as FarmServer, WorkerSight};
pub use crate::plan::RunId;
pub use crate::providers::catalogue::Transcriber;
pub(crate) use crate::providers::{OpenFiles, start_runtime};
pub use crate::store::workspace::cast_file::CastFile;
pub use crate::store::{
    Amounts, AttemptId, AttemptState, Call, Calls, PortraitMade, Resolution, Spend, SpendLine, UnknownCall,
};
pub use paid::unfinished::Unfinished;
pub(crate) use pictures::talking::{Talker, talking};
