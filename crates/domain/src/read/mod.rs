//! Reads a campaign file: text in, [`Campaign`](super::Campaign) or every fault at once out. The front ends and the
//! store call [`read`]; nothing here opens a file.
//!
//! ```text
//! text → json | yaml → Node (a tree that knows where each value stands) → rules → Campaign
//!                                                                            ↘ Faults, in the order of the file
//! ```

mod captions;
mod cast;
mod faults;
mod file;
mod json;
#[cfg(test)]
mod largest;
pub mod limits;
mod loose;
pub mod nearest;
mod node;
mod object;
mod places;
mod profiles;
#[cfg(test)]
pub(crate) mod properties;
mod remarks;
mod rules;
mod sfx;
#[cfg(test)]
mod tests;
mod twins;
mod yaml;

pub use cast::read_cast;
pub use file::{Format, id_of, read, read_with};
pub use places::{faults_at, line_of_scene};
pub use remarks::remarks;

pub(crate) use faults::{quoted, shortened};
pub(crate) use file::{campaign_of, parse};
pub(crate) use loose::without_comments;
pub(crate) use node::{Content, DEEPEST, Node};
