//! Commands that look after a home and its files.

pub(in crate::cli) mod doctor;
pub(in crate::cli) mod examination;
#[cfg(feature = "farm")]
pub(in crate::cli) mod farm;
pub(in crate::cli) mod optimize;
pub(in crate::cli) mod prune;
pub(in crate::cli) mod unknown;
pub(in crate::cli) mod verify;
