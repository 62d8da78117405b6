//! The studio in the terminal. Keys become actions, `update` changes the state and asks for effects, `view` draws it;
//! the loop in `run` joins them with the engine. Knows the engine by its commands and events only.

mod action;
mod facts;
mod keymap;
mod making;
mod message;
mod overlay;
mod pages;
mod picture;
mod screen;
mod state;
mod takes;
mod theme;
mod update;
mod view;
mod widgets;
mod words;

pub use action::Action;
pub use keymap::{Keymap, KeymapError};
pub use theme::ThemeChoice;
