//! The server itself: starting, connections, who may ask; the link for a phone.

pub(super) mod connections;
pub(super) mod phone;
pub(super) mod server;
