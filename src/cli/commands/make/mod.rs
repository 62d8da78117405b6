//! Commands that make something.

mod background;
pub(in crate::cli) mod cast;
pub(in crate::cli) mod edit;
pub(in crate::cli) mod generate;
pub(in crate::cli) mod import;
pub(in crate::cli) mod photo;
pub(in crate::cli) mod regenerate;
pub(in crate::cli) mod retry;
pub(in crate::cli) mod say;
pub(in crate::cli) mod studio;
pub(in crate::cli) mod takes;
pub(in crate::cli) mod write;
