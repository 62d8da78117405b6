//! What several commands have in common: settings, an engine session, tables, progress, exits.

pub(super) mod context;
pub(super) mod exit;
pub(super) mod flags;
pub(super) mod labels;
pub(super) mod log;
pub(super) mod on_finish;
pub(super) mod output;
pub(super) mod paint;
pub(super) mod progress;
pub(super) mod session;
pub(super) mod submit;
pub(super) mod table;
pub(super) mod target;
pub(super) mod which;
