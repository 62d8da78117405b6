//! Reads `appearance`: words become wishes, and what cannot be drawn is told. `vocabulary` says what a word means,
//! `grammar` which noun an adjective belongs to, also across commas (`lists`), `tints` what a colour is on skin, hair and eyes. Called by `look` only.

mod grammar;
mod lists;
mod tints;
mod vocabulary;
mod wishes;

#[cfg(test)]
mod phrases;

pub use grammar::read;
pub use wishes::{Asked, Wishes};
