//! The table of routes, and the descriptions made from it.

pub(super) mod docs;
pub(super) mod openapi;
pub(super) mod routes;
