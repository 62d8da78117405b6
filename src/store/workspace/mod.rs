//! The user's own files beside the home: campaigns, choices, media.

pub mod campaigns;
pub mod cast_file;
pub(super) mod choices_file;
pub(super) mod materials;
pub mod rewriting;
