//! Looking after a home: verify, prune, rebuild.

pub(super) mod prune;
pub(super) mod rebuild;
pub(super) mod verify;
