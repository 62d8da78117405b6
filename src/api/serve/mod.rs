//! The server itself: starting, connections, who may ask.

pub(super) mod connections;
pub(super) mod server;
