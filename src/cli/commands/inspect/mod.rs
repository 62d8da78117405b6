//! Commands that only look.

pub(in crate::cli) mod check;
pub(in crate::cli) mod explain;
pub(in crate::cli) mod lint;
pub(in crate::cli) mod list;
pub(in crate::cli) mod plan;
pub(in crate::cli) mod preview;
pub(in crate::cli) mod report;
pub(in crate::cli) mod show;
pub(in crate::cli) mod spend;
pub(in crate::cli) mod status;
pub(in crate::cli) mod verify_mark;
