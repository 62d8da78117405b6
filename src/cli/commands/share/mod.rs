//! Commands that hand things over.

pub(in crate::cli) mod export;
pub(in crate::cli) mod mcp;
pub(in crate::cli) mod pack;
pub(in crate::cli) mod phone;
pub(in crate::cli) mod post;
pub(in crate::cli) mod serve;
pub(in crate::cli) mod unpack;
#[cfg(feature = "farm")]
pub(in crate::cli) mod worker;
mod youtube;
