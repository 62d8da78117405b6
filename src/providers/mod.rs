//! Who makes what: built-in parts, the user's own material and free servers behind one trait, metered providers as pure
//! functions around one call, and the catalogue that finds the provider of a request. Knows no campaign, no store and no
//! front end.

pub mod catalogue;
pub(crate) mod check;
pub mod config;
mod error_body;
pub(crate) mod errors;
pub(crate) mod face;
mod faults;
pub mod http;
pub mod image;
mod names;
mod open_files;
pub(crate) mod own;
pub mod packs;
pub(crate) mod planned;
pub mod posting;
pub(crate) mod prices;
pub(crate) mod provider;
pub(crate) mod remarks;
pub(crate) mod remote;
pub(crate) mod room;
#[cfg(test)]
mod samples;
pub(crate) mod server;
mod sound;
mod stored;
pub(crate) mod transcript;
pub mod video;
pub mod voice;
pub(crate) mod who;
pub(crate) mod writer;

pub use catalogue::{Catalogue, FinalsChoice, ImageChoice, VoiceChoice};
pub use config::ProviderConfig;
pub(crate) use open_files::{OpenFiles, start_runtime};
pub(crate) use planned::{MadeFinals, PlannedFinals};
pub(crate) use provider::{Facts, File, Input, JobContext, Lane, NotMade, Provider, Source, step_back};
pub(crate) use remote::RemoteProvider;
pub use who::Who;
