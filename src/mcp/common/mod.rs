//! What every tool may use.

pub(in crate::mcp) mod answer;
pub(in crate::mcp) mod call;
pub(in crate::mcp) mod campaign;
pub(in crate::mcp) mod consent;
pub(in crate::mcp) mod input;
pub(in crate::mcp) mod pictures;
pub(in crate::mcp) mod progress;
pub(in crate::mcp) mod seen;
pub(in crate::mcp) mod studio;
