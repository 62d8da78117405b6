//! Commands for beginning, and for the shell.

pub(in crate::cli) mod completions;
pub(in crate::cli) mod config;
pub(in crate::cli) mod man;
pub(in crate::cli) mod new;
pub(in crate::cli) mod voices;
