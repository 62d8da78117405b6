//! Who makes what: built-in parts and the person's own material behind one trait, and the catalogue that finds the
//! provider of a request. Knows no campaign, no store and no front end.

pub mod catalogue;
pub mod config;
mod error_body;
pub mod errors;
pub mod http;
pub mod image;
pub mod own;
pub mod prices;
pub mod provider;
pub mod remote;
pub mod server;
pub mod voice;

pub use catalogue::Catalogue;
pub use provider::{Facts, File, JobContext, Lane, NotMade, Provider};
