//! babblecast as a tool for agents: the Model Context Protocol over standard input and output. One more front end of the
//! engine; asks no person anything, so what it may spend stands in each call. Only this room names rmcp.

mod common;
mod serve;
mod table;
mod tools;

pub use serve::{Settings, serve};
