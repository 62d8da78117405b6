//! Campaign files and packs: read and planned, begun, edited, and looked at before they are taken in.

pub(in crate::engine) mod casting;
pub(in crate::engine) mod editing;
pub mod handed_over;
pub mod library;
pub mod starter;
