//! What every front end calls things: jobs, takes, money, times and paths in words, so that the same thing has the same name
//! wherever it is told. Pure.

pub mod babies;
pub mod cost;
pub(in crate::engine) mod elapsed;
pub mod finding;
pub mod json;
pub mod motion;
pub mod part;
pub mod paths;
pub mod place;
pub mod quote;
pub mod takes;
