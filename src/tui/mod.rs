//! The studio in the terminal. Keys become actions, `update` changes the state and asks for effects, `view` draws it;
//! the loop in `run` joins them with the engine. Knows the engine by its commands and events only.

mod app;
mod facts;
mod input;
mod layout;
mod marks;
mod model;
mod money;
mod pages;
mod pictures;
mod takes;
mod terminal;
mod text;
mod theme;
mod widgets;

#[cfg(test)]
mod tests;

pub use app::ending::{ExitReason, TuiError, Unfinished};
pub use app::examine::{Examined, Tmux, examine};
pub use app::start::{Outside, StudioOptions, run};
pub use model::tuning::{Choosable, Tuning};
pub use pictures::player::play;
pub use terminal::attention::Switch;
pub use terminal::protocol::ProtocolChoice;
pub use theme::ThemeChoice;
