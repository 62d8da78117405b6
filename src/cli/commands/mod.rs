//! One file a command, in the groups in which `babblecast help` lists them.

pub(super) mod inspect;
pub(super) mod maintain;
pub(super) mod make;
pub(super) mod setup;
pub(super) mod share;
