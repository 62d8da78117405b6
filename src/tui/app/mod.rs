//! The studio as a state machine: messages in, effects out, and the loop that joins it with the world.

mod clock;
mod editing;
mod editing_view;
pub(super) mod ending;
pub(super) mod examine;
pub(super) mod examining;
mod foot;
mod handing_over;
mod header;
mod palette;
mod playing;
mod pointing;
pub mod question;
pub(super) mod remembered;
mod run;
mod sights;
pub(super) mod start;
pub(super) mod state;
pub(super) mod suspend;
mod typed;
mod typed_ahead;
pub(super) mod update;
pub(super) mod view;
