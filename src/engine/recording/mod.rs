//! From a recording to a campaign: who listens, the script that is cut out of it,
//! and the files that are written. `core::importing` starts it; nothing here knows the engine's state.

mod import;
mod obtain;
mod script;
mod write;

pub use import::{ImportEnd, Tools, import};
