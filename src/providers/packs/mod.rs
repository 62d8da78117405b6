//! Voices that are installed beside the program: which there are, whether their files are there and whole, and how they
//! come. Called by the command line, and by the voices themselves for where their files lie. Knows no campaign.

mod install;
mod pack;
mod table;

pub use install::{NotInstalled, Step, Supply, install};
pub use pack::{FileState, Pack, PackFile};
pub use table::{KOKORO, KOKORO_MODEL, kokoro};
