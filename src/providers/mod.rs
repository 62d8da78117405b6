//! Who makes what: built-in parts, the user's own material and free servers behind one trait, metered providers as pure
//! functions around one call, and the catalogue that finds the provider of a request. Knows no campaign, no store and no
//! front end.

pub mod catalogue;
pub mod check;
pub mod config;
mod error_body;
pub mod errors;
pub mod face;
mod faults;
pub mod http;
pub mod image;
mod names;
mod open_files;
pub mod own;
pub mod packs;
pub mod planned;
pub mod prices;
pub mod provider;
pub mod remarks;
pub mod remote;
pub mod room;
#[cfg(test)]
mod samples;
pub mod server;
mod stored;
pub mod video;
pub mod voice;
pub mod who;

pub use catalogue::{Catalogue, FinalsChoice, ImageChoice, VoiceChoice};
pub use config::ProviderConfig;
pub use open_files::{OpenFiles, start_runtime};
pub use planned::{MadeFinals, PlannedFinals};
pub use provider::{Facts, File, Input, JobContext, Lane, NotMade, Provider, Source, step_back};
pub use remote::{Checked, Inputs, Partial, PartialReader, RemoteProvider, Verdict, judge};
pub use who::Who;
