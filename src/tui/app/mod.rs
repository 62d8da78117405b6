//! The studio as a state machine: messages in, effects out, and the loop that joins it with the world.

mod counts;
mod editing;
mod editing_view;
pub(super) mod ending;
pub(super) mod examine;
mod foot;
mod header;
mod importing;
mod palette;
mod pointing;
pub mod question;
pub(super) mod run;
pub(super) mod start;
pub(super) mod state;
mod told;
mod typed_ahead;
pub(super) mod update;
pub(super) mod view;
mod writing;
