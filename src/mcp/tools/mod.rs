//! A file a tool: what it is given and what it does.

pub(in crate::mcp) mod check;
pub(in crate::mcp) mod generate;
pub(in crate::mcp) mod lint;
pub(in crate::mcp) mod list;
pub(in crate::mcp) mod plan;
pub(in crate::mcp) mod say;
pub(in crate::mcp) mod schema;
pub(in crate::mcp) mod status;
pub(in crate::mcp) mod takes;
pub(in crate::mcp) mod write;
