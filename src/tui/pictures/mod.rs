//! Pictures and sound beside the text: decoded and encoded on workers, kept until drawn.

pub(super) mod cache;
pub(super) mod kitty;
pub(super) mod player;
pub(super) mod preview;
mod small;
pub(super) mod symbols;
pub(super) mod talk;
pub(super) mod waves;
mod workers;
