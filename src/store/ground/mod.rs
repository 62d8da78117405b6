//! What every part of the store stands on: errors, files, the clock, named failpoints. Knows no home and no database.

pub(super) mod error;
pub(super) mod failpoints;
pub(super) mod files;
