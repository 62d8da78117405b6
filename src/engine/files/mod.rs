//! Campaign files and packs: read and planned, checked, begun, said, edited, and looked at before they are taken in.

pub(in crate::engine) mod casting;
pub mod checking;
pub(in crate::engine) mod editing;
pub mod handed_over;
pub mod library;
pub mod photo;
pub mod saying;
pub mod starter;
