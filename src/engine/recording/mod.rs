//! From a recording to a campaign: what is wished for and what came of it, who listens, the script that is cut out of it,
//! and the files that are written. `core::importing` starts it; nothing here knows the engine's state.

mod import;
mod obtain;
mod script;
mod wish;
mod write;

pub use import::{Tools, import};
pub use wish::{HeldRecording, Import, ImportEnd, ImportWish, Imported, ImportedVoices, MomentWish};
