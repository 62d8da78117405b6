//! What every part of the store stands on: errors, files, the clock, the names of calls. Knows no home and no database.

pub(super) mod clock;
pub(super) mod error;
pub(super) mod files;
pub(super) mod token;
