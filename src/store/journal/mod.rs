//! The database: its tables, its one writer, its readers, and the log of events.

pub(super) mod attempts;
pub(super) mod columns;
pub(super) mod events;
pub(super) mod handle;
pub(super) mod reader;
pub(super) mod schema;
pub(super) mod writer;
