//! The studio in the terminal. Keys become actions, `update` changes the state and asks for effects, `view` draws it;
//! the loop in `run` joins them with the engine. Knows the engine by its commands and events only.

mod action;
mod away;
mod examine;
mod facts;
mod hangup;
mod keymap;
mod making;
mod message;
mod money;
mod overlay;
mod pages;
mod picture;
mod player;
mod preview;
mod probe;
mod protocol;
mod run;
mod screen;
mod signals;
mod state;
mod takes;
mod talk;
mod terminal;
mod theme;
mod update;
mod view;
mod waves;
mod widgets;
mod words;

#[cfg(test)]
mod tests;

pub use action::Action;
pub use examine::{Examined, examine};
#[cfg(test)]
use keymap::Section;
pub use keymap::{Keymap, KeymapError};
pub use player::play;
pub use protocol::ProtocolChoice;
pub use run::{ExitReason, StudioOptions, TuiError, run};
pub use theme::ThemeChoice;
